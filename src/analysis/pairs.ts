// analysis: options that are lists of pairs, `updates` and `givens`. A pair that is written as a literal keeps its expressions, which
// are evaluated where the pair takes effect, not where the options are read.
import type ts from 'typescript'
import { ancestors } from '../graph/functionGraph.ts'
import type { Variable } from '../graph/variable.ts'
import { toVariable } from './convert.ts'
import { evaluate } from './evaluate.ts'
import { fail, unwrapped, writtenProperty } from './host.ts'
import { callValue } from './inline.ts'
import { itemsOf } from './paths.ts'
import type { Scope } from './scope.ts'
import type { Tracing } from './tracing.ts'
import { Builtin, Closure, describe, List, Tensor, type Value } from './values.ts'

export interface Pair {
  readonly key: Value
  /** Undefined where it is still to be evaluated, in `scope`. */
  readonly value: Value
  /** Where the two are written, as near as is known. */
  readonly keyNode: ts.Node
  readonly valueNode: ts.Node
  readonly scope: Scope | null
}

/** The options of a function. Values of pairs that are written in them are not evaluated yet. */
export function evaluateOptions(t: Tracing, node: ts.Expression, scope: Scope): Value {
  const { ts } = t.host
  for (const option of ['updates', 'givens']) {
    const property = writtenProperty(t.host, node, option)
    const list = property && ts.isPropertyAssignment(property) && unwrapped(t.host, property.initializer)
    if (!list || !ts.isArrayLiteralExpression(list)) continue
    for (const pair of list.elements.map((e) => unwrapped(t.host, e))) if (writtenPair(t, pair)) t.deferred.add(pair)
  }
  return evaluate(t, node, scope)
}

/** The two expressions of a literal `[key, value]`; null for other nodes. */
function writtenPair({ host: { ts } }: Tracing, node: ts.Node): readonly ts.Expression[] | null {
  return ts.isArrayLiteralExpression(node) && node.elements.length === 2 && !node.elements.some((e) => ts.isSpreadElement(e)) ? node.elements : null
}

/** Throws GraphError TH3007 for what is not a list of pairs. */
export function readPairs(t: Tracing, option: string, v: Value, node: ts.Node): Pair[] {
  return listOf(t, option, v, node).map((item) => {
    const at = nodeOf(item) ?? nodeOf(v) ?? node
    const items = listOf(t, option, item, at)
    if (items.length !== 2) fail('TH3007', { option, found: `a list of ${items.length}` }, at)
    const [key, value] = items
    const written = item instanceof List ? item.written : null
    const [keyNode, valueNode] = (written && writtenPair(t, written.node)) ?? [at, at]
    const scope = written && t.deferred.has(written.node) ? written.scope : null
    return { key, value, keyNode, valueNode, scope }
  })
}

const nodeOf = (v: Value): ts.Node | null => (v instanceof List ? (v.written?.node ?? null) : null)

const listOf = (t: Tracing, option: string, v: Value, node: ts.Node): readonly Value[] =>
  itemsOf(t, v, node) ?? fail('TH3007', { option, found: describe(v) }, nodeOf(v) ?? node)

/**
 * The value of a pair as it is now: an expression of what is captured, or a function of the arrow's parameters. Throws GraphError TH3059 where it has
 * been computed before something that it depends on changed.
 */
export function pairValue(t: Tracing, { value, valueNode, scope }: Pair, args: readonly Value[]): Variable {
  const v = scope ? evaluate(t, valueNode as ts.Expression, scope) : value
  if (!scope && v instanceof Tensor) checkCurrent(t, v.variable, valueNode)
  return t.located(valueNode, () => toVariable(t, v instanceof Closure || v instanceof Builtin ? callValue(t, v, [...args], valueNode) : v, valueNode))
}

function checkCurrent(t: Tracing, v: Variable, node: ts.Node): void {
  const leaves = new Set(ancestors([v]))
  for (const ref of t.containers) if (leaves.has(ref.leaf) && ref.hasChanged) fail('TH3059', { name: ref.name }, node)
}
