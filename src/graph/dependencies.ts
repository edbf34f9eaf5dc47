// graph: what Variables depend on while givens and derivatives are still in the graph.
import { ancestors } from './functionGraph.ts'
import { gradOp, isGiven } from './ops/differentiate.ts'
import type { Variable } from './variable.ts'

const none: ReadonlySet<Variable> = new Set()

/**
 * What computing `roots` needs besides `inputs`, with those of `found` but not what they depend on. Where there are no derivatives, nothing needs
 * what a given replaced.
 */
export function dependencies(roots: readonly Variable[], inputs = none, found = none): Set<Variable> {
  const keepsReplaced = ancestors(roots).some((v) => v.owner?.op === gradOp)
  const seen = new Set(inputs)
  const pending = [...roots]
  while (pending.length > 0) {
    const v = pending.pop()!
    if (seen.has(v)) continue
    seen.add(v)
    if (v.owner && !found.has(v)) pending.push(...(isGiven(v) && !keepsReplaced ? v.owner.inputs.slice(0, 1) : v.owner.inputs))
  }
  for (const v of inputs) seen.delete(v)
  return seen
}
