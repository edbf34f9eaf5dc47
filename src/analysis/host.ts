// analysis: what a host (tsc, a bundler, an editor) lends. Invariant: `typescript` is never imported as a value; the
// host's own instance is used.
import type ts from 'typescript'
import { type Facts, GraphError, type Span } from '../graph/errors.ts'
import type { Linker, Mode } from '../graph/tracedFunction.ts'

export interface Host {
  readonly ts: typeof ts
  readonly program: ts.Program
  readonly checker: ts.TypeChecker
  /** Linker of functions whose options name none; `'auto'` when missing. */
  readonly linker?: Linker
  /** Mode of functions whose options name none; FAST_RUN when missing. */
  readonly mode?: Mode
}

/** Where a node stands in its file, without the white space and comments before it. */
export function spanOf(node: ts.Node, file: ts.SourceFile = node.getSourceFile()): Span {
  return { file: file.fileName, start: node.getStart(file), end: node.end }
}

/** A user's mistake at `node`. */
export function fail(code: string, facts: Facts, node: ts.Node): never {
  throw new GraphError(code, facts, spanOf(node))
}

/** The node inside parentheses, assertions, `satisfies` and `!`. */
export function unwrapped(host: Host, node: ts.Expression): ts.Expression {
  const { ts } = host
  let inner = node
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isTypeAssertionExpression(inner)
  ) {
    inner = inner.expression
  }
  return inner
}

/** For walks with a list of their own: generated files nest deeper than the stack. */
export function childrenOf(host: Host, node: ts.Node): ts.Node[] {
  const children: ts.Node[] = []
  host.ts.forEachChild(node, (child) => void children.push(child))
  return children
}

/** The source text of a node on one line, shortened, for messages. */
export function textOf(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** The property of this name that an object literal writes; undefined for other nodes. */
export function writtenProperty(host: Host, node: ts.Node, name: string): ts.ObjectLiteralElementLike | undefined {
  const literal = unwrapped(host, node as ts.Expression)
  return host.ts.isObjectLiteralExpression(literal) ? literal.properties.find((p) => p.name && 'text' in p.name && p.name.text === name) : undefined
}
