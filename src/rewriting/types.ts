// rewriting: what every pass shares: all roots of a graph, and keeping the type of what is replaced.
import { type DType, isFloat, storeAs } from '../graph/dtype.ts'
import type { FunctionGraph } from '../graph/functionGraph.ts'
import { rootsOf } from '../graph/functionGraph.ts'
import { asNumber, cast } from '../graph/ops/logic.ts'
import { broadcastTo } from '../graph/ops/shape.ts'
import { constantArray, type Dim, type ValueType, type Variable } from '../graph/variable.ts'

/** Everything a pass must map: the graph's roots and the initial values of its states. */
export const everyRoot = (graph: FunctionGraph): Variable[] => [...rootsOf(graph), ...graph.states.map((s) => s.init)]

/** The graph with all of these mapped. */
export function mapEveryRoot(graph: FunctionGraph, map: (v: Variable) => Variable): FunctionGraph {
  return {
    ...graph,
    outputs: graph.outputs.map(map),
    updates: graph.updates.map((u) => ({ target: u.target, value: map(u.value) })),
    effects: graph.effects.map(map),
    states: graph.states.map((s) => ({ variable: s.variable, init: map(s.init) })),
  }
}

export const sameShape = (a: readonly Dim[], b: readonly Dim[]): boolean => a.length === b.length && a.every((d, i) => d === b[i])

/** A scalar constant of exactly this element type. */
export const typedConstant = (value: number, type: { readonly dtype: DType; readonly weak: boolean }): Variable =>
  constantArray([type.weak ? value : storeAs(type.dtype, value)], type.dtype, [], type.weak)

/** `v` as the element type wanted; throws Error where that would lose more than precision (a float as an integer). */
export function withDType(v: Variable, wanted: { readonly dtype: DType; readonly weak: boolean }): Variable {
  if (v.dtype === wanted.dtype && v.weak === wanted.weak) return v
  if (v.value !== null && v.rank === 0) return typedConstant(v.value[0], wanted)
  if (isFloat(v.dtype) && !isFloat(wanted.dtype)) throw new Error(`${v.dtype} cannot stand for ${wanted.dtype}`)
  if (!wanted.weak) return cast(v, wanted.dtype)
  if (wanted.dtype === 'float64') return asNumber(v)
  throw new Error(`${v.dtype} cannot stand for a plain ${wanted.dtype}`)
}

/** `v` as a value of exactly this type: converted and broadcast where it differs. Throws Error if that is impossible. */
export function withType(v: Variable, wanted: ValueType): Variable {
  if (v.rank > wanted.shape.length) throw new Error(`rank ${v.rank} cannot stand for rank ${wanted.shape.length}`)
  const typed = withDType(v, wanted)
  return sameShape(typed.shape, wanted.shape) ? typed : broadcastTo(typed, wanted.shape)
}
