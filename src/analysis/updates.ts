// analysis: the option `updates`: assignments that follow the arrow's last statement. All values are computed before any is assigned.
import type ts from 'typescript'
import { fail } from './host.ts'
import { type Pair, pairValue, readPairs } from './pairs.ts'
import type { Tracing } from './tracing.ts'
import { describe, SharedRef, type Value } from './values.ts'

export interface Update extends Omit<Pair, 'key'> {
  readonly target: SharedRef
}

/** Throws GraphError TH3006 (the target is no shared variable), TH3007 (not pairs), TH3008 (a target twice). */
export function readUpdates(t: Tracing, v: Value, node: ts.Node): Update[] {
  const updates = readPairs(t, 'updates', v, node).map(({ key, ...pair }) => ({
    ...pair,
    target: key instanceof SharedRef ? key : fail('TH3006', { found: describe(key) }, pair.keyNode),
  }))
  updates.forEach(({ target, keyNode }, i) => {
    if (updates.findIndex((u) => u.target === target) < i) fail('TH3008', { name: target.name }, keyNode)
  })
  return updates
}

/** Assigns the updates to their targets. Errors of a value are at the value. */
export function applyUpdates(t: Tracing, updates: readonly Update[], args: readonly Value[]): void {
  const values = updates.map((u) => pairValue(t, { ...u, key: u.target }, args))
  updates.forEach(({ target, valueNode }, i) => t.located(valueNode, () => target.assign(values[i])))
}
