// Helpers of the rewriting tests: leaves with values, graphs of outputs, the evaluator, and the invariants of a graph.
import type { DType } from '../../src/graph/dtype.ts'
import { storeAs } from '../../src/graph/dtype.ts'
import { evaluate } from '../../src/graph/evaluate.ts'
import { ancestors, type FunctionGraph } from '../../src/graph/functionGraph.ts'
import '../../src/graph/library.ts'
import type { Value } from '../../src/graph/op.ts'
import { input, type Variable } from '../../src/graph/variable.ts'
import { verify } from '../../src/graph/verify.ts'

/** Leaves and what they are, by construction order. Start a test with `new World()` after newArena(). */
export class World {
  readonly values = new Map<Variable, Value>()
  private readonly byName = new Map<string, Variable>()

  /** The leaf of this name; at first, a new one of unknown lengths (those in `known` are fixed in its type) holding `data`. */
  leaf(name: string, shape: readonly number[], data: readonly number[], dtype: DType = 'float64', weak = false, known: readonly number[] = []): Variable {
    const existing = this.byName.get(name)
    if (existing) return existing
    const lengths = shape.map((n, axis) => (known.includes(axis) ? n : null))
    const v = input(dtype, lengths, { kind: 'parameter', index: this.values.size }, name, weak)
    this.byName.set(name, v)
    this.values.set(v, { dtype, shape, data: data.map((x) => (weak ? x : storeAs(dtype, x))) })
    return v
  }

  run(roots: readonly Variable[]): Value[] {
    return evaluate(roots, this.values)
  }
}

export const graphOf = (...outputs: Variable[]): FunctionGraph => ({ name: 'f', inputs: [], outputs, updates: [], effects: [], states: [] })

/** verify, and that operands of every elementwise Apply have the lengths (===) of its result, 1, or are scalars. */
export function check(graph: FunctionGraph, stage: string): void {
  verify(graph, stage)
  for (const v of ancestors(graph.outputs, true)) {
    if (v.owner?.op.kind !== 'elementwise') continue
    for (const x of v.owner.inputs) {
      const fits = x.rank === 0 || (x.rank === v.rank && x.shape.every((d, i) => d === 1 || d === v.shape[i]))
      if (!fits) throw new Error(`${stage}: operand of ${v.owner.op.name} does not fit`)
    }
  }
}

/** The ops of a graph, without lengths. */
export const opsOf = (graph: FunctionGraph): string[] => ancestors(graph.outputs).flatMap((v) => (v.owner ? [v.owner.op.name] : []))

/** Numbers from a linear congruential generator, in [low, high). */
export function random(seed: number, n: number, low = -1, high = 1): number[] {
  let state = seed * 2654435761 + 12345
  return Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return low + ((high - low) * state) / 2 ** 32
  })
}

/** Equal to rounding (`tolerance` relative to the larger magnitude or 1); NaN, Infinity and, if `exact`, -0 exactly. */
export function close(a: number, b: number, tolerance = 1e-12, exact = true): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b)
  if (!Number.isFinite(a) || !Number.isFinite(b)) return a === b
  if (a === 0 && b === 0) return !exact || Object.is(a, b)
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))
}
