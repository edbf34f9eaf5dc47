// rewriting: brings every Variable of a graph to a form in which `step` finds nothing to do. Demand-driven and iterative.
// Invariant: a normal form has exactly the dtype and weakness of what it replaces, and its shape with each length normal.
import { variableDim } from '../graph/dim.ts'
import { ancestors, clientCounts, type FunctionGraph } from '../graph/functionGraph.ts'
import { reshape } from '../graph/ops/shape.ts'
import { apply, type Dim, type Variable, withSpan } from '../graph/variable.ts'
import { everyRoot, mapEveryRoot, sameShape } from './types.ts'

/** What a step may ask about the graph it works in. */
export interface Surroundings {
  /** How many uses it has, that by `user` included; 1 for what a step has just made. */
  clients(v: Variable, user?: Variable): number
  /** Variables inside which nothing may be looked for. */
  readonly opaque: ReadonlySet<Variable>
}

/** A better Variable of the same type, or null. All inputs of `v` are in normal form. */
export type Step = (v: Variable, surroundings: Surroundings) => Variable | null

export interface Normalized {
  readonly graph: FunctionGraph
  /** What steps were told has several uses, as it is now. */
  readonly shared: readonly Variable[]
}

/**
 * The graph in normal form. `lost` is called when a Variable would have to become itself again: the steps do not terminate. `opaque`
 * Variables and what they are made of stay as they are, and nothing becomes one of them: what depends on them does not change.
 */
export function normalize(graph: FunctionGraph, step: Step, lost: (v: Variable) => never, opaque: ReadonlySet<Variable> = new Set()): Normalized {
  const roots = everyRoot(graph)
  const state = new Normalizer(step, lost, opaque, clientCounts(ancestors(roots, true), roots))
  return { graph: mapEveryRoot(graph, (v) => state.normalOf(v)), shared: state.shared() }
}

class Normalizer implements Surroundings {
  readonly opaque: ReadonlySet<Variable>
  /** The opaque ones that something else could become: those that are computed. */
  private readonly computed: readonly Variable[]
  private readonly placeOf: ReadonlyMap<Variable, number>
  private readonly step: Step
  private readonly lost: (v: Variable) => never
  private readonly counts: Map<Variable, number>
  /** What was there before: the uses by others are not counted. */
  private readonly original: ReadonlySet<Variable>
  private readonly normal = new Map<Variable, Variable>()
  /** What a Variable has become on its way to its normal form. */
  private readonly next = new Map<Variable, Variable>()
  private readonly declined = new Set<Variable>()
  private readonly opened = new Set<Variable>()
  /** Applies whose op infers lengths that are not in normal form (join adds them up): users see a reshape of them. */
  private readonly renamed = new Set<Variable>()

  constructor(step: Step, lost: (v: Variable) => never, opaque: ReadonlySet<Variable>, counts: Map<Variable, number>) {
    this.step = step
    this.lost = lost
    this.opaque = opaque
    this.computed = [...opaque].filter((v) => v.owner !== null)
    this.placeOf = new Map(this.computed.map((v, i) => [v, i]))
    this.counts = counts
    this.original = new Set(counts.keys())
    for (const v of ancestors(opaque, true)) this.normal.set(v, v)
  }

  clients(v: Variable, user?: Variable): number {
    const count = (this.counts.get(v) ?? 1) + (user && this.original.has(v) && !this.original.has(user) ? 1 : 0)
    if (count > 1) this.declined.add(v)
    return count
  }

  shared(): Variable[] {
    return [...this.declined].flatMap((v) => this.normal.get(v) ?? [])
  }

  normalOf(root: Variable): Variable {
    const stack = [root]
    while (stack.length > 0) {
      const v = stack[stack.length - 1]
      if (this.normal.has(v)) {
        stack.pop()
        continue
      }
      const waitingFor = this.advance(v)
      if (waitingFor.length === 0) continue
      if (this.opened.has(v) && !this.next.has(v)) this.lost(v)
      this.opened.add(v)
      stack.push(...waitingFor)
    }
    return this.normal.get(root)!
  }

  /** One move towards v's normal form, or the Variables that must be in theirs before. */
  private advance(v: Variable): readonly Variable[] {
    const successor = this.next.get(v)
    if (successor !== undefined) {
      const settled = this.normal.get(successor)
      if (settled === undefined) this.lost(v)
      this.settle(v, settled)
      return []
    }
    const pending = this.pending(v)
    if (pending.length > 0) return pending
    const rebuilt = this.rebuild(v)
    if (rebuilt.owner?.inputs[0] === v) {
      this.settle(rebuilt, rebuilt)
      this.settle(v, rebuilt)
      return []
    }
    const result = rebuilt !== v ? rebuilt : (this.step(v, this) ?? v)
    if (result === v || this.entangles(v, result)) {
      this.settle(v, v)
      return []
    }
    this.next.set(v, result)
    if (!this.counts.has(result)) this.counts.set(result, this.counts.get(v) ?? 1)
    return [result]
  }

  /** Would the replacement depend on opaque Variables that v does not depend on, or no longer on one that it does? */
  private entangles(v: Variable, result: Variable): boolean {
    return this.computed.length > 0 && this.behind(v) !== this.behind(result)
  }

  /** The computed opaque Variables that v depends on, itself included: one bit each. */
  private behind(root: Variable): bigint {
    const stack = [root]
    while (stack.length > 0) {
      const v = stack[stack.length - 1]
      const inputs = v.owner?.inputs ?? []
      const unknown = this.bits.has(v) ? [] : inputs.filter((x) => !this.bits.has(x))
      stack.push(...unknown)
      if (unknown.length > 0) continue
      stack.pop()
      const own = this.placeOf.get(v)
      if (!this.bits.has(v))
        this.bits.set(
          v,
          inputs.reduce((all, x) => all | this.bits.get(x)!, own === undefined ? 0n : 1n << BigInt(own)),
        )
    }
    return this.bits.get(root)!
  }
  private readonly bits = new Map<Variable, bigint>()

  private pending(v: Variable): Variable[] {
    const pending: Variable[] = []
    if (v.owner === null) return pending
    for (const x of v.owner.inputs) if (!this.normal.has(x)) pending.push(x)
    for (const d of v.shape) if (typeof d !== 'number' && !this.normal.has(d)) pending.push(d)
    return pending
  }

  private settle(v: Variable, normal: Variable): void {
    this.normal.set(v, normal)
    if (normal.owner !== null) normal.name ??= v.name
  }

  private rebuild(v: Variable): Variable {
    if (v.owner === null) return v
    const { op, inputs, params, span } = v.owner
    const replaced = inputs.map((x) => this.normal.get(x)!)
    const result = replaced.every((x, i) => x === inputs[i]) ? v : withSpan(span, () => apply(op, replaced, params))
    if (this.renamed.has(result)) return result
    const shape = v.shape.map((d): Dim => (typeof d === 'number' ? d : variableDim(this.normal.get(d)!)))
    if (sameShape(result.shape, shape)) return result
    this.renamed.add(result)
    return withSpan(span, () => reshape(result, shape))
  }
}
