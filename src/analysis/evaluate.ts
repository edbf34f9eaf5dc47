// analysis: the interpreter's centre: an expression in a scope gives a value. One visitor per kind of node, in tables.
import type ts from 'typescript'
import { GraphError } from '../graph/errors.ts'
import { withSpan } from '../graph/variable.ts'
import { classify, typeAt } from './checker.ts'
import { accessVisitors } from './expressions/access.ts'
import { assignmentVisitors } from './expressions/assignment.ts'
import { callVisitors } from './expressions/calls.ts'
import { literalVisitors } from './expressions/literals.ts'
import { operatorVisitors } from './expressions/operators.ts'
import { fail } from './host.ts'
import { Scope } from './scope.ts'
import type { Tracing } from './tracing.ts'
import { unsupported } from './unsupported.ts'
import type { Value } from './values.ts'

// biome-ignore lint/suspicious/noExplicitAny: each visitor names its own kind of node
type Visitor = (t: Tracing, node: any, scope: Scope) => Value
export type Visitors = { readonly [K in keyof typeof ts.SyntaxKind]?: Visitor }

let kinds: { readonly of: typeof ts; readonly table: ReadonlyMap<ts.SyntaxKind, Visitor> } | null = null

function visitors(host: typeof ts): ReadonlyMap<ts.SyntaxKind, Visitor> {
  if (kinds?.of !== host) {
    const all = { ...literalVisitors, ...operatorVisitors, ...accessVisitors, ...assignmentVisitors, ...callVisitors }
    kinds = { of: host, table: new Map(Object.entries(all).map(([name, visit]) => [host.SyntaxKind[name as keyof typeof ts.SyntaxKind], visit as Visitor])) }
  }
  return kinds.table
}

/** The value of an expression. Errors carry the span of the innermost expression that failed. */
export function evaluate(t: Tracing, node: ts.Expression, scope: Scope): Value {
  const visit = visitors(t.host.ts).get(node.kind)
  if (!visit) return unsupported(t, node)
  const span = t.spanOf(node, scope.file)
  try {
    return withSpan(span, () => visit(t, node, scope))
  } catch (error) {
    if (error instanceof GraphError && error.span === null) throw new GraphError(error.code, error.facts, span)
    throw error
  }
}

/**
 * An initializer outside the arrow, or null where it holds something that only a call gives: then it is read by its
 * name. A function cannot be, so there the reason is thrown. `names`: parameters around it.
 */
export function tryOutside(t: Tracing, node: ts.Expression, self: Value, names: ReadonlyMap<string, Value> = new Map()): Value | null {
  if (classify(t.host, typeAt(t.host, node)).kind === 'function') return evaluateOutside(t, node, self, names) ?? null
  return t.attempt(() => evaluateOutside(t, node, self, names)) ?? null
}

/** An initializer outside the arrow. */
function evaluateOutside(t: Tracing, node: ts.Expression, self: Value, names: ReadonlyMap<string, Value>): Value {
  if (++t.outside > 200) fail('TH1018', { limit: 200 }, node)
  const scope = new Scope(node.getSourceFile(), self === undefined ? null : { value: self })
  for (const [name, v] of names) scope.declare(name, v, true)
  try {
    return freeze(evaluate(t, node, scope))
  } finally {
    t.outside--
  }
}

function freeze(v: Value): Value {
  if (typeof v === 'object' && v !== null && 'captured' in v) {
    v.captured = true
    if ('items' in v) v.items.forEach(freeze)
    if ('entries' in v) for (const inner of (v as { entries: Map<string, Value> }).entries.values()) freeze(inner)
  }
  return v
}
