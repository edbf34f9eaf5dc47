// transformer: who uses which name of a file. By text, not by symbol: a name counts as used outside the replaced calls as
// soon as any identifier in a value position spells it, so an import can only be kept too long, never dropped too early.
import type ts from 'typescript'

type TypeScript = typeof ts

export interface Names {
  /** Spelled inside replaced calls. */
  readonly replaced: ReadonlySet<string>
  /** Used as values elsewhere, the captures included. */
  readonly kept: ReadonlySet<string>
  /** Declared anywhere in the file, imports included. */
  readonly declared: ReadonlySet<string>
}

export function namesOf(file: ts.SourceFile, calls: ReadonlySet<ts.Node>, captures: readonly ts.Node[], ts: TypeScript): Names {
  const replaced = new Set<string>()
  const kept = new Set<string>()
  const declared = new Set<string>()
  const pending: (readonly [node: ts.Node, parent: ts.Node | null, used: Set<string>])[] = [file, ...captures].map((root) => [root, null, kept])
  while (pending.length > 0) {
    const [node, parent, used] = pending.pop()!
    if (ts.isIdentifier(node)) {
      if (parent !== null && declares(parent, node) && !isMember(parent, ts)) declared.add(node.text)
      if (parent === null || isUse(parent, node, ts)) used.add(node.text)
    } else if (!isOnlyType(node, ts)) {
      const names = calls.has(node) ? replaced : used
      ts.forEachChild(node, (child) => void pending.push([child, node, names]))
    }
  }
  return { replaced, kept, declared }
}

const declares = (parent: ts.Node, name: ts.Identifier): boolean => (parent as { name?: ts.Node }).name === name

const isMember = (parent: ts.Node, ts: TypeScript): boolean =>
  ts.isPropertyAccessExpression(parent) || ts.isObjectLiteralElement(parent) || ts.isClassElement(parent) || ts.isTypeElement(parent)

/** Is it a reference rather than the name of a member or a declaration? */
function isUse(parent: ts.Node, name: ts.Identifier, ts: TypeScript): boolean {
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name === name
  if (ts.isExportSpecifier(parent)) return (parent.propertyName ?? parent.name) === name && parent.parent.parent.moduleSpecifier === undefined
  if (ts.isImportSpecifier(parent)) return false
  if (ts.isBindingElement(parent) && parent.propertyName === name) return false
  return !declares(parent, name)
}

/** Types leave nothing behind; what a class extends does. */
const isOnlyType = (node: ts.Node, ts: TypeScript): boolean =>
  (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)
