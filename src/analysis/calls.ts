// analysis: where theano.fn is called. Invariant: a file that cannot contain a call is left after a look at its imports.
import type ts from 'typescript'
import { moduleFile } from './checker.ts'
import { childrenOf, type Host, unwrapped } from './host.ts'
import { isFnCall, packageName, specifiersOf } from './theanoModule.ts'

/** One `theano.fn(...)`. */
export interface FnCall {
  readonly node: ts.CallExpression
  readonly file: ts.SourceFile
  /** The variable or property it is assigned to, else `fn`. */
  readonly name: string
}

/** The outermost calls of theano.fn in a file, in source order. */
export function findCalls(file: ts.SourceFile, host: Host): FnCall[] {
  const names = file.isDeclarationFile ? new Set<string>() : importedNames(file, host)
  if (names.size === 0) return []
  const { ts } = host
  const calls: FnCall[] = []
  const pending: ts.Node[] = [file]
  while (pending.length > 0) {
    const node = pending.pop()!
    if (ts.isVariableDeclaration(node) && node.initializer && names.has(rootName(node.initializer, host))) addNames(node.name, names, host)
    if (ts.isCallExpression(node) && names.has(rootName(node.expression, host)) && isFnCall(host, node)) calls.push({ node, file, name: nameOf(node, host) })
    else pending.push(...childrenOf(host, node).reverse())
  }
  return calls
}

/** May there be calls of theano.fn in the file, for all that its imports say? */
export const mayCall = (file: ts.SourceFile, host: Host): boolean => importedNames(file, host).size > 0

/** Local names that may lead to theano.fn: imported from theano-ts, or from a module that re-exports it. */
function importedNames(file: ts.SourceFile, host: Host): Set<string> {
  const { ts } = host
  const names = new Set<string>()
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !statement.importClause || statement.importClause.isTypeOnly) continue
    if (!ts.isStringLiteral(statement.moduleSpecifier) || !leadsToTheano(statement.moduleSpecifier, host)) continue
    const { name, namedBindings } = statement.importClause
    if (name) names.add(name.text)
    if (namedBindings && ts.isNamespaceImport(namedBindings)) names.add(namedBindings.name.text)
    else for (const element of namedBindings?.elements ?? []) if (!element.isTypeOnly) names.add(element.name.text)
  }
  return names
}

const barrels = new WeakMap<ts.Program, Map<ts.SourceFile, boolean>>()

function leadsToTheano(specifier: ts.StringLiteral, host: Host): boolean {
  if (specifier.text === packageName) return true
  const file = moduleFile(host, specifier)
  return file !== undefined && !file.isDeclarationFile && isBarrel(file, host)
}

/** Does the module hand on something of theano-ts? */
function isBarrel(file: ts.SourceFile, host: Host): boolean {
  const known = barrels.get(host.program) ?? new Map<ts.SourceFile, boolean>()
  barrels.set(host.program, known)
  const before = known.get(file)
  if (before !== undefined) return before
  known.set(file, false)
  const exports = file.statements.some((s) => host.ts.isExportDeclaration(s) || host.ts.isExportAssignment(s))
  const result = exports && specifiersOf(host, file).some((specifier) => leadsToTheano(specifier, host))
  known.set(file, result)
  return result
}

/** `const { fn } = theano`, `const compile = theano.fn`: other names for it. */
function addNames(name: ts.BindingName, names: Set<string>, host: Host): void {
  if (host.ts.isIdentifier(name)) names.add(name.text)
  else for (const e of name.elements) if (!host.ts.isOmittedExpression(e)) addNames(e.name, names, host)
}

function rootName(expression: ts.Expression, host: Host): string {
  let e = unwrapped(host, expression)
  while (host.ts.isPropertyAccessExpression(e) || host.ts.isElementAccessExpression(e)) e = unwrapped(host, e.expression)
  return host.ts.isIdentifier(e) ? e.text : ''
}

function nameOf(call: ts.CallExpression, host: Host): string {
  const { ts } = host
  let node: ts.Node = call
  while (
    ts.isParenthesizedExpression(node.parent) ||
    ts.isAsExpression(node.parent) ||
    ts.isSatisfiesExpression(node.parent) ||
    ts.isNonNullExpression(node.parent)
  )
    node = node.parent
  const { parent } = node
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) && parent.initializer === node) {
    return ts.isIdentifier(parent.name) || ts.isPrivateIdentifier(parent.name) || ts.isStringLiteral(parent.name) ? parent.name.text.replace('#', '') : 'fn'
  }
  if (ts.isBinaryExpression(parent) && parent.right === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    if (ts.isIdentifier(parent.left)) return parent.left.text
    if (ts.isPropertyAccessExpression(parent.left)) return parent.left.name.text.replace('#', '')
  }
  return 'fn'
}
