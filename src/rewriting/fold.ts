// rewriting: constant folding, by the reference evaluator. A fold that fails at a range check is left to fail at the call.
import { evaluate } from '../graph/evaluate.ts'
import type { FunctionGraph } from '../graph/functionGraph.ts'
import { constantArray, type Variable } from '../graph/variable.ts'
import { normalize } from './normalize.ts'

/** Elements of the largest constant that folding makes: what is larger is cheaper computed than written out. */
const largest = 1024

/** Not values of their inputs alone, or (broadcastTo, iota) loops that cost less than the constant they would make. */
const excluded = new Set(['print', 'assert', 'grad', 'shapeOf', 'broadcastTo', 'iota'])

/** Replaces every Apply whose inputs are all constants by its value. Lengths that become known become numbers. `folded` is told of each. */
export function foldConstants(graph: FunctionGraph, folded?: (before: Variable, after: Variable) => void): FunctionGraph {
  const step = (v: Variable): Variable | null => {
    const value = fold(v)
    if (value !== null) folded?.(v, value)
    return value
  }
  return normalize(graph, step, (v) => {
    throw new Error(`folding of ${v.owner?.op.name} does not end`)
  }).graph
}

function fold(v: Variable): Variable | null {
  if (v.owner === null || excluded.has(v.owner.op.name) || v.owner.inputs.some((x) => x.value === null)) return null
  const size = v.shape.reduce<number>((n, d) => (typeof d === 'number' ? n * d : Infinity), 1)
  if (size > largest) return null
  try {
    const { data, shape } = evaluate([v])[0]
    return constantArray(data, v.dtype, shape, v.weak)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
