// analysis: options that are lists of pairs, `updates` and `givens`. A pair that is written as a literal keeps its expressions, which
// are evaluated where the pair takes effect, not where the options are read.
import type ts from 'typescript'
import type { Variable } from '../graph/variable.ts'
import { toVariable } from './convert.ts'
import { evaluate } from './evaluate.ts'
import { fail, located } from './host.ts'
import { callValue } from './inline.ts'
import { isListPath, pathItems } from './paths.ts'
import type { Scope } from './scope.ts'
import type { Tracing } from './tracing.ts'
import { Builtin, Closure, describe, List, Path, type SharedRef, type Value } from './values.ts'

export interface Pair {
  readonly key: Value
  readonly value: Value
  /** Where the two are written, as near as is known. */
  readonly keyNode: ts.Node
  readonly valueNode: ts.Node
  /** What the value is an expression of; null: it is not written in the pair. */
  readonly scope: Scope | null
}

/** The options of a function, read before it is traced: nothing that happens in them counts until it takes effect. */
export function evaluateOptions(t: Tracing, node: ts.Expression, scope: Scope): Value {
  const containers = (): SharedRef[] => [...t.shared.values(), ...t.stateRefs]
  const before = { effects: t.effects.length, states: t.states.length, stateRefs: t.stateRefs.length }
  const mentioned = new Set(containers().filter((ref) => ref.mentioned))
  const options = evaluate(t, node, scope)
  t.effects.length = before.effects
  t.states.length = before.states
  t.stateRefs.length = before.stateRefs
  for (const ref of containers()) ref.mentioned = mentioned.has(ref)
  return options
}

/** Throws GraphError TH3007 for what is not a list of pairs. */
export function readPairs(t: Tracing, option: string, v: Value, node: ts.Node): Pair[] {
  return itemsOf(t, option, v, node).map((item) => {
    const at = nodeOf(item) ?? nodeOf(v) ?? node
    const items = itemsOf(t, option, item, at)
    if (items.length !== 2) fail('TH3007', { option, found: `a list of ${items.length}` }, at)
    const [key, value] = items
    const written = item instanceof List ? item.written : null
    const nodes = written?.node.elements
    const whole = nodes?.length === 2 && !nodes.some((e) => t.host.ts.isSpreadElement(e))
    return { key, value, keyNode: whole ? nodes[0] : at, valueNode: whole ? nodes[1] : at, scope: whole ? written!.scope : null }
  })
}

const nodeOf = (v: Value): ts.Node | null => (v instanceof List ? (v.written?.node ?? null) : null)

function itemsOf(t: Tracing, option: string, v: Value, node: ts.Node): readonly Value[] {
  if (v instanceof List) return v.items
  return v instanceof Path && isListPath(t, v) ? pathItems(t, v, node)!.items : fail('TH3007', { option, found: describe(v) }, nodeOf(v) ?? node)
}

/** The value of a pair as it is now: an expression of what is captured, or a function of the arrow's parameters. */
export function pairValue(t: Tracing, { value, valueNode, scope }: Pair, args: readonly Value[]): Variable {
  const v = scope ? evaluate(t, valueNode as ts.Expression, scope) : value
  return located(valueNode, () => toVariable(t, v instanceof Closure || v instanceof Builtin ? callValue(t, v, [...args], valueNode) : v, valueNode))
}
