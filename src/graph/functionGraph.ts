// graph: what is compiled: inputs, outputs, updates and effects over one arena, and a builder that maps a graph to another.
import type { Variable } from './variable.ts'

export interface Update {
  /** The leaf of the shared variable (source 'shared' or 'state'), of an input that is kept, or of a mutable argument, whose array gets the value. */
  readonly target: Variable
  readonly value: Variable
}

/** A container made with the function: a `theano.shared(init)` inside a helper. `init` may read shared variables only. */
export interface State {
  readonly variable: Variable
  readonly init: Variable
}

/** Theano's FunctionGraph. Everything a pass must keep alive is a root. */
export interface FunctionGraph {
  readonly name: string
  /** Parameters, in order; unused ones included. */
  readonly inputs: readonly Variable[]
  readonly outputs: readonly Variable[]
  readonly updates: readonly Update[]
  /** print and assert, in program order. */
  readonly effects: readonly Variable[]
  readonly states: readonly State[]
}

/** All Variables that a graph must compute. `states` are computed elsewhere, when the function is made. */
export const rootsOf = (graph: FunctionGraph): Variable[] => [...graph.outputs, ...graph.updates.map((u) => u.value), ...graph.effects]

/**
 * Everything the roots depend on, inputs before users. Lengths are Variables too: with `lengths`, those of the
 * Variables visited are included. Linear in nodes (plus a sort), iterative.
 */
export function ancestors(roots: Iterable<Variable>, lengths = false): Variable[] {
  const seen = new Set<Variable>()
  const pending = [...roots]
  while (pending.length > 0) {
    const v = pending.pop()!
    if (seen.has(v)) continue
    seen.add(v)
    if (v.owner) pending.push(...v.owner.inputs)
    if (lengths) for (const d of v.shape) if (typeof d !== 'number') pending.push(d)
  }
  return [...seen].sort((a, b) => a.id - b.id)
}

/** How often each Variable is an input of another, or a root. */
export function clientCounts(order: readonly Variable[], roots: readonly Variable[]): Map<Variable, number> {
  const counts = new Map<Variable, number>()
  const count = (v: Variable): void => void counts.set(v, (counts.get(v) ?? 0) + 1)
  roots.forEach(count)
  for (const v of order) v.owner?.inputs.forEach(count)
  return counts
}
