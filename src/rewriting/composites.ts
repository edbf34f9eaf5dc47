// rewriting: composite ops become the small graphs they stand for. Done once rules and gradients have seen them whole.
import type { FunctionGraph } from '../graph/functionGraph.ts'
import { type Variable, withSpan } from '../graph/variable.ts'
import { normalize } from './normalize.ts'
import { withType } from './types.ts'

/** Replaces every composite Apply (that is `wanted`) by its expansion, and those in it, until none is left. Throws Error if one contains itself. */
export function expandComposites(graph: FunctionGraph, wanted: (v: Variable) => boolean = () => true): FunctionGraph {
  return normalize(
    graph,
    (v) => {
      const owner = v.owner
      if (owner?.op.kind !== 'composite' || !wanted(v)) return null
      const { expand } = owner.op
      return withSpan(owner.span, () => withType(expand(owner.inputs, owner.params), v))
    },
    (v) => {
      throw new Error(`the expansion of ${v.owner?.op.name} contains itself`)
    },
  ).graph
}
