// lowering: which arrays are computed in the memory of another: of an argument that may be overwritten, or of an array that only lacks a
// part of them. Invariant: nothing reads the old elements after the new ones are written, nor fails after those of a container are.
import { ancestors, clientCounts, rootsOf } from '../graph/functionGraph.ts'
import { prints } from '../graph/ops/effects.ts'
import type { Parameter, TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import { isAccess, sourceOf } from './access.ts'
import { aligned, type Cluster, readOf } from './cluster.ts'
import type { Schedule, Unit } from './schedule.ts'

/** Ops whose result often is another look at the memory of their operand. */
export const viewOps: readonly string[] = ['reshape', 'broadcastTo', 'sumTo']

/** Ops that write to a part of their first operand. */
const partWriters: readonly string[] = ['setSubtensor', 'incSubtensor']
const writers: readonly string[] = [...partWriters, 'scatterAdd']

/** For arguments that keep what was written to them, by their leaves: their elements after the call. */
export function writtenArguments(fn: TracedFunction): Map<Variable, Variable> {
  return new Map(fn.graph.updates.filter(({ target }) => isOverwritten(fn, target)).map(({ target, value }) => [target, value]))
}

/** The parameter whose argument an array is, unless a container keeps it. */
function parameterOf(fn: TracedFunction, { source, rank }: Variable): Parameter | null {
  const parameter = source?.kind === 'parameter' && rank > 0 ? fn.parameters[source.index] : null
  return parameter?.kept ? null : parameter
}

/** Is it an argument whose array the function may overwrite? */
export const isOverwritten = (fn: TracedFunction, v: Variable): boolean => parameterOf(fn, v)?.mutable ?? false

/** Is it an argument whose array containers and results may keep? */
export const isBorrowed = (fn: TracedFunction, v: Variable): boolean => parameterOf(fn, v)?.borrow ?? false

/** Writes to a container's array that are nothing but its update: parts of it, the next state of a stream. They are made in the array, when nothing can fail any more. */
function containerWrites({ graph }: TracedFunction): [v: Variable, place: Variable][] {
  // What is printed to may look at containers, and change them.
  if (prints(graph.effects)) return []
  const roots = rootsOf(graph)
  const clients = clientCounts(ancestors(roots), roots)
  return graph.updates.flatMap(({ target, value }) => {
    const chain: [Variable, Variable][] = []
    let v = value
    while (v !== target && v.owner && (v.owner.op.name === 'advance' || partWriters.includes(v.owner.op.name)) && clients.get(v) === 1) {
      chain.push([v, v.owner.inputs[0]])
      v = v.owner.inputs[0]
    }
    return v === target && isContainer(target) ? chain : []
  })
}

/** Is it the array of a container, as the call finds it? */
export const isContainer = ({ source }: Variable): boolean => source?.kind === 'shared' || source?.kind === 'state'

export interface InPlace {
  /** For each array that is computed in another's memory: that one. */
  readonly places: ReadonlyMap<Variable, Variable>
  /** For results that take an argument's memory at calls where both have the same shape: the argument. */
  readonly choices: ReadonlyMap<Variable, Variable>
}

export const nothingInPlace: InPlace = { places: new Map(), choices: new Map() }

/** `last` are the units that read each array last. */
export function inPlace(fn: TracedFunction, plan: Schedule, last: ReadonlyMap<Variable, number>): InPlace {
  const written = writtenArguments(fn)
  const writes = new Set(written.values())
  const updates = new Set(fn.graph.updates.map((u) => u.value))
  const results = new Set(fn.borrow ? [] : fn.graph.outputs.filter((v) => !updates.has(v)))
  const places = new Map(containerWrites(fn))
  const choices = new Map<Variable, Variable>()
  const taken = new Set<Variable>()
  const free = (x: Variable, unit: number): boolean => !taken.has(x) && (last.get(x) ?? 0) <= unit
  const put = (v: Variable, x: Variable): void => {
    places.set(v, x)
    taken.add(x)
  }
  /** Arguments whose memory v may have where it has their shape: its own, if v is what was written to it; for other results, one that is not written to. */
  const donors = (v: Variable): Variable[] =>
    fn.graph.inputs.filter((p) => isOverwritten(fn, p) && p.dtype === v.dtype && (writes.has(v) ? written.get(p) === v : results.has(v) && !written.has(p)))
  plan.units.forEach((unit, order) => {
    if (unit.kind === 'library' && writers.includes(unit.variable.owner!.op.name) && !places.has(unit.variable)) {
      const v = unit.variable
      const [x, ...others] = v.owner!.inputs
      const own = x.owner ? !isAccess(x) && !viewOps.includes(x.owner.op.name) : isOverwritten(fn, x) && (!written.has(x) || leadsTo(v, written.get(x)!))
      if (own && free(x, order) && !others.some((y) => memoryOf(y) === x)) put(v, x)
    }
    for (const v of membersOf(unit)) {
      const candidates = plan.stored.has(v) ? donors(v).filter((p) => free(p, order)) : []
      const place = candidates.find((p) => isLike(v, p) && ((last.get(p) ?? 0) < order || readsInPlace(unit, v, p)))
      if (place) put(v, place)
      const choice = place || writes.has(v) ? undefined : candidates.find((p) => mayBeLike(v, p) && readsFitted(unit, v, p, plan.stored))
      if (choice) {
        choices.set(v, choice)
        taken.add(choice)
      }
    }
  })
  return { places, choices }
}

const isLike = (v: Variable, p: Variable): boolean => v.rank === p.rank && v.shape.every((d, axis) => d === p.shape[axis])

/** Two lengths that are known are the same or not. */
const mayBeLike = (v: Variable, p: Variable): boolean =>
  v.rank === p.rank && v.shape.every((d, axis) => d === p.shape[axis] || typeof d !== 'number' || typeof p.shape[axis] !== 'number')

const membersOf = (unit: Unit): Variable[] => (unit.kind === 'loops' ? [...unit.members.keys()] : unit.kind === 'fused' ? [...unit.cluster.members.keys()] : [])

/** Is `to` v with more parts written, and nothing else? */
function leadsTo(v: Variable, to: Variable): boolean {
  let x = to
  while (x !== v && x.owner && writers.includes(x.owner.op.name)) x = x.owner.inputs[0]
  return x === v
}

/** Whose memory v may be a look at. */
function memoryOf(v: Variable): Variable {
  let x = v
  while (x.owner && ((isAccess(x) && x.owner.op.name !== 'iota') || viewOps.includes(x.owner.op.name))) x = x.owner.inputs[0]
  return x
}

/** Does a unit read p only at the position of v that it computes, before it stores that? */
function readsInPlace(unit: Unit, v: Variable, p: Variable): boolean {
  if (unit.kind !== 'loops' || unit.members.get(v) !== 'inner' || [...unit.members.values()].includes('outer')) return false
  return [...unit.members.keys()].every((m) => readsAtOwnPlace(unit, m, p))
}

/** Is v all that a unit computes, of p as it is broadcast to v's shape and at its own positions? Where the shapes are the same that is p itself. */
function readsFitted(unit: Unit, v: Variable, p: Variable, stored: ReadonlySet<Variable>): boolean {
  if (unit.kind !== 'loops' || ![...unit.members].every(([m, level]) => level === 'inner' && (m === v || !stored.has(m)))) return false
  return [...unit.members.keys()].every((m) =>
    m.owner!.inputs.every((x) => {
      if (memoryOf(x) !== p) return true
      const read = readOf(x, m.shape)
      const { source } = read
      const fitted = source.owner?.op.name === 'broadcastTo' && source.owner.inputs[0] === p && isLike(v, source)
      return m.owner!.op.kind === 'elementwise' && fitted && aligned(read)
    }),
  )
}

function readsAtOwnPlace(cluster: Cluster, m: Variable, p: Variable): boolean {
  const { op, inputs } = m.owner!
  const shape = cluster.members.get(m) === 'after' ? inputs[0].shape : m.shape
  return inputs.every((x) => {
    if (memoryOf(x) !== p) return true
    const read = readOf(x, shape)
    return op.kind === 'elementwise' || cluster.members.get(m) === 'after' ? sourceOf(x) === p && read.source === p && aligned(read) : false
  })
}
