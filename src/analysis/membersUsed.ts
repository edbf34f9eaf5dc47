// analysis: which members of compiled functions a file names. Invariant: no mention is missed that TypeScript lets through; where types
// say nothing, or allow a compiled function among others, a mention counts.
import type ts from 'typescript'
import { mayHold, typeAt } from './checker.ts'
import { childrenOf, type Host } from './host.ts'
import { compiledFunction } from './theanoModule.ts'

/** Those of `members` that the file asks compiled functions for. A file without their words is left after a look at its text. */
export function membersUsed(file: ts.SourceFile, members: readonly string[], host: Host): Set<string> {
  const found = new Set<string>()
  if (file.isDeclarationFile || !new RegExp(`\\b(${members.join('|')})\\b`).test(file.text)) return found
  const own = compiledFunction(host)
  if (own === null) return found
  const pending: ts.Node[] = [file]
  while (pending.length > 0) {
    const node = pending.pop()!
    for (const { names, of } of mentions(node, members, host))
      for (const name of names) if (!found.has(name) && mayHold(host, typeAt(host, of), own, name)) found.add(name)
    pending.push(...childrenOf(host, node))
  }
  return found
}

interface Mention {
  readonly names: readonly string[]
  /** Of whose type they are asked. */
  readonly of: ts.Node
}

function mentions(node: ts.Node, members: readonly string[], host: Host): Mention[] {
  const { ts } = host
  const known = (name: string | null): string[] => (name !== null && members.includes(name) ? [name] : [])
  if (ts.isPropertyAccessExpression(node)) return [{ names: known(node.name.text), of: node.expression }]
  if (ts.isElementAccessExpression(node)) return [{ names: keysOf(node.argumentExpression, members, host), of: node.expression }]
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && !node.dotDotDotToken)
    return [{ names: known(nameText(node.propertyName ?? node.name, host)), of: node.parent }]
  if (ts.isBinaryExpression(node) && ts.isObjectLiteralExpression(node.left))
    return node.left.properties.map((p) => ({ names: known(p.name ? nameText(p.name, host) : null), of: node.right }))
  return []
}

/** Members that an index may name. */
function keysOf(key: ts.Expression, members: readonly string[], host: Host): readonly string[] {
  const { ts } = host
  if (ts.isStringLiteralLike(key)) return members.filter((m) => m === key.text)
  const type = typeAt(host, key)
  const parts = type.isUnion() ? type.types : [type]
  if (parts.some((t) => t.flags & ts.TypeFlags.StringLike && !t.isStringLiteral())) return members
  return members.filter((m) => parts.some((t) => t.isStringLiteral() && t.value === m))
}

const nameText = (name: ts.Node, { ts }: Host): string | null => (ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : null)
