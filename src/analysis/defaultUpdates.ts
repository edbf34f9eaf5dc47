// analysis: updates that variables bring along (Theano's default_update). Each runs where something that the function
// computes depends on its variable, unless the function updates that itself.
import { ancestors } from '../graph/functionGraph.ts'
import type { Variable } from '../graph/variable.ts'
import type { FnOptions } from './options.ts'
import type { Tracing } from './tracing.ts'
import { beforeUpdates, Path, SharedRef, type Value } from './values.ts'

/**
 * Makes the default updates of all containers on which `roots` depend, and of those on which these updates depend in turn. All of them
 * read the values from before the call.
 */
export function applyDefaultUpdates(t: Tracing, roots: readonly Variable[], excluded: FnOptions['noDefaultUpdates']): void {
  if (excluded === true) return
  const seen = new Set<Variable>()
  const pending = [...roots]
  for (let next = pending; next.length > 0; ) {
    for (const v of ancestors(next)) seen.add(v)
    next = []
    for (const ref of [...t.shared.values(), ...t.stateRefs]) {
      const { defaultUpdate } = ref
      if (defaultUpdate === null || ref.update !== null || !seen.has(ref.leaf) || isListed(ref, excluded)) continue
      ref.assign(beforeUpdates(defaultUpdate))
      next.push(ref.update!)
    }
  }
}

const isListed = (ref: SharedRef, excluded: FnOptions['noDefaultUpdates']): boolean =>
  Array.isArray(excluded) && excluded.some((v: Value) => (v instanceof SharedRef ? v.leaf === ref.leaf : v instanceof Path && v.key === ref.group))
