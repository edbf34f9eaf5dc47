// graph: the invariants every stage must keep, checked in tests after each one.
import { ancestors, type FunctionGraph, rootsOf } from './functionGraph.ts'

/** Throws Error naming the first Variable that breaks an invariant: order, inferred type, leaf of a known kind. */
export function verify(graph: FunctionGraph, stage: string): void {
  for (const v of ancestors(rootsOf(graph), true)) {
    const fail = (what: string): never => {
      throw new Error(`${stage}: ${v.owner?.op.name ?? v.name ?? 'leaf'} #${v.id}: ${what}`)
    }
    if (v.owner === null) {
      if (v.source === null && v.value === null) fail('a leaf with neither a source nor a value')
      continue
    }
    if (v.owner.inputs.some((x) => x.id >= v.id)) fail('an input is younger than its user')
    const type = v.owner.op.infer(v.owner.inputs, v.owner.params)
    if (type.dtype !== v.dtype || type.weak !== v.weak || type.shape.length !== v.rank) fail('its type is not what its op infers')
  }
  for (const { target, value } of graph.updates) {
    if (value.dtype !== target.dtype || value.rank !== target.rank) throw new Error(`${stage}: update of ${target.name} changes its type`)
  }
}
