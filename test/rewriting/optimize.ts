import type { FunctionGraph } from '../../src/graph/functionGraph.ts'
import type { Variable } from '../../src/graph/variable.ts'
import { expandComposites, expandGradients, foldConstants, gradientAnchors, rewrite, rules } from '../../src/rewriting/index.ts'
import { check, graphOf } from './helpers.ts'

/** The whole way, checked after every table. */
export function optimize(graph: FunctionGraph): FunctionGraph {
  const stages: readonly [string, (g: FunctionGraph) => FunctionGraph][] = [
    ['stabilize forward', (g) => rewrite(g, rules.stabilize, { opaque: gradientAnchors(g) })],
    ['gradient', expandGradients],
    ['canonicalize', (g) => rewrite(g, rules.canonicalize)],
    ['stabilize', (g) => rewrite(g, rules.stabilize)],
    ['fold', foldConstants],
    ['specialize', (g) => rewrite(g, rules.specialize)],
    ['composites', expandComposites],
    ['specialize again', (g) => rewrite(g, rules.specialize)],
  ]
  return stages.reduce((g, [name, stage]) => {
    const next = stage(g)
    check(next, name)
    return next
  }, graph)
}
export const optimized = (...outputs: Variable[]): FunctionGraph => optimize(graphOf(...outputs))
