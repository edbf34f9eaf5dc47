// lowering: cuts a graph into units in execution order: clusters (fused loop nests), library kernels and effects, with
// scalars in between. Elementwise Variables float until something needs them, then are computed where they are used.
import { ancestors, type FunctionGraph } from '../graph/functionGraph.ts'
import { drawOps } from '../graph/ops/random.ts'
import { reduceOps } from '../graph/ops/reduce.ts'
import type { Dim, Variable } from '../graph/variable.ts'
import { isAccess, sourceOf } from './access.ts'
import { aligned, Cluster, type Level, type Read, readOf, walkedAxes, walkedLengths } from './cluster.ts'

export interface LibraryUnit {
  readonly kind: 'library' | 'effect'
  readonly order: number
  readonly variable: Variable
}
/** A product whose elements a cluster takes as they are finished; `views` are other shapes of it that the cluster reads. */
export interface FusedUnit {
  readonly kind: 'fused'
  readonly product: Variable
  readonly views: readonly Variable[]
  readonly cluster: Cluster
}
export type Unit = Cluster | LibraryUnit | FusedUnit

export interface Schedule {
  readonly units: readonly Unit[]
  /** scalars[i] are computed before unit i; the last entry after all. */
  readonly scalars: readonly (readonly Variable[])[]
  /** Arrays computed inside clusters that need memory of their own. */
  readonly stored: ReadonlySet<Variable>
}

interface Limits {
  /** A larger cluster would make a loop body no engine optimizes well. */
  readonly cluster: number
  readonly pulled: number
  /** Deeper expressions would overflow a stack. */
  readonly depth: number
}
const fusing: Limits = { cluster: 256, pulled: 240, depth: 100 }
/** Everything in a loop of its own. */
const separate: Limits = { cluster: 1, pulled: 1, depth: 0 }

/** The units that compute `roots`: arrays, which get memory, and scalars, which need none. `fused`: Applies share loops. */
export function schedule(graph: FunctionGraph, roots: readonly Variable[], fused = true): Schedule {
  const scheduler = new Scheduler(fused ? fusing : separate)
  const effects = new Set(graph.effects)
  const visit = (wanted: Iterable<Variable>): void => {
    for (const v of ancestors(wanted, true)) if (!effects.has(v)) scheduler.visit(v)
  }
  // What is printed and asserted comes before anything else, which may fail.
  visit(graph.effects.flatMap((e) => e.owner!.inputs))
  for (const e of graph.effects) scheduler.addEffect(e)
  scheduler.closeUnits()
  visit(roots)
  for (const v of roots) if (v.rank > 0) scheduler.store(v)
  return scheduler.result()
}

/** What joining a cluster would bring along: floating Variables, and arrays of other clusters that need memory. */
interface Plan {
  readonly pulled: Map<Variable, Level>
  readonly stores: Variable[]
}

class Scheduler {
  private readonly limits: Limits
  private readonly units: Unit[] = []
  private readonly scalarAt: [Variable, number][] = []
  private readonly stored = new Set<Variable>()
  private readonly home = new Map<Variable, Cluster>()
  /** Elementwise Variables not placed yet, with the depth of their tree. */
  private readonly floating = new Map<Variable, number>()
  /** First unit that may read a Variable from memory (or as a scalar). */
  private readonly ready = new Map<Variable, number>()
  private readonly latestInSpace = new Map<string, Cluster>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Once. */
  visit(v: Variable): void {
    if (this.visited.has(v)) return
    this.visited.add(v)
    const op = v.owner?.op
    if (!op || op.name === 'shapeOf') return void this.ready.set(v, 0)
    if (v.rank === 0 && (op.kind === 'elementwise' || isAccess(v) || isOnlyElement(v))) return this.visitScalar(v)
    if (isAccess(v)) return
    if (op.kind === 'elementwise' || op.name === 'pick') return this.visitPointwise(v)
    if (reduceOps.has(op.name)) return this.placeReduction(v)
    return this.addLibrary(v)
  }

  private readonly visited = new Set<Variable>()

  /** Nothing is added to the units that are there: what comes later may throw. */
  closeUnits(): void {
    this.closed = this.units.length
  }
  private closed = 0

  result(): Schedule {
    const scalars: Variable[][] = Array.from({ length: this.units.length + 1 }, () => [])
    for (const [v, at] of this.scalarAt) scalars[at].push(v)
    return { units: this.units, scalars, stored: this.stored }
  }

  // Scalars join the cluster of a one-row result they use, so that later passes of it can use them; others stand
  // between units.
  private visitScalar(v: Variable): void {
    const inputs = v.owner!.inputs
    const clusters = inputs.flatMap((x) => (this.home.has(x) ? [this.home.get(x)!] : []))
    const last = clusters.reduce<Cluster | null>((a, b) => (a && a.order >= b.order ? a : b), null)
    if (
      last &&
      last.order >= this.closed &&
      v.owner!.op.kind === 'elementwise' &&
      last.rows.length === 0 &&
      last.split &&
      last.members.size < this.limits.cluster
    ) {
      const fits = inputs.every((x) => (this.home.get(x) === last ? last.members.get(x) === 'outer' : this.readyAt(x) <= last.order))
      if (fits) return this.join(v, last, 'outer')
    }
    for (const x of inputs) if (x.rank > 0) this.store(x)
    const at = Math.max(this.closed, ...inputs.map((x) => this.readyAt(x)))
    this.ready.set(v, at)
    this.scalarAt.push([v, at])
  }

  private visitPointwise(v: Variable): void {
    const latest = this.latestCluster(v)
    if (latest && this.tryJoin(v, v.shape, latest, (level) => level)) return
    const depth = 1 + Math.max(0, ...this.operands(v).map((x) => this.floating.get(readOf(x, v.shape).source) ?? 0))
    this.floating.set(v, depth)
    if (depth > this.limits.depth) this.place(v)
    else this.limitPulled(v)
  }

  /** Keeps what would come along with v small enough for one cluster, by placing the larger half of it. */
  private limitPulled(v: Variable): void {
    const sources = v.owner!.inputs.map((x) => readOf(x, v.shape).source).filter((x) => this.floating.has(x))
    const bound = sources.reduce((n, x) => n + this.pulledBy.get(x)!, 1)
    this.pulledBy.set(v, bound > this.limits.pulled ? this.countPulled(v) : bound)
    if (this.pulledBy.get(v)! <= this.limits.pulled) return
    const [largest] = [...sources].sort((a, b) => this.pulledBy.get(b)! - this.pulledBy.get(a)!)
    this.place(largest)
    this.pulledBy.set(v, 1)
    this.limitPulled(v)
  }
  /** At most so many Variables come along with a floating one, itself included. */
  private readonly pulledBy = new Map<Variable, number>()

  private countPulled(v: Variable): number {
    const pulled = new Set([v])
    for (const x of pulled) {
      for (const operand of x.owner!.inputs) {
        const { source } = readOf(operand, x.shape)
        if (this.floating.has(source)) pulled.add(source)
      }
      if (pulled.size > this.limits.pulled) break
    }
    return pulled.size
  }

  /** Operands read at v's own positions; a pick reads its rows wherever its indices say. */
  private operands(v: Variable): readonly Variable[] {
    return v.owner!.op.name === 'pick' ? [v.owner!.inputs[1]] : v.owner!.inputs
  }

  /** The latest cluster among what v reads, looking through floating Variables one level at a time. */
  private latestCluster(v: Variable): Cluster | null {
    let latest: Cluster | null = null
    for (const x of v.owner!.inputs) {
      const cluster = this.home.get(readOf(x, v.shape).source) ?? this.home.get(sourceOf(x))
      if (cluster && (!latest || cluster.order > latest.order)) latest = cluster
    }
    return latest
  }

  /**
   * Puts v, computed over `shape`, into `cluster` with all floating Variables it reads, if positions agree and
   * everything else is ready. `levelOf` turns the level of its operands into its own.
   */
  private tryJoin(v: Variable, shape: readonly Dim[], cluster: Cluster, levelOf: (level: Level) => Level | null): boolean {
    const level = cluster.levelFor(walkedLengths({ shape }))
    if (cluster.order < this.closed) return false
    const own = level && levelOf(level)
    if (!own || cluster.members.size >= this.limits.cluster) return false
    const plan: Plan = { pulled: new Map(), stores: [] }
    if (!this.readable(v, shape, cluster, level, plan)) return false
    for (const [x, at] of [...plan.pulled].sort(([a], [b]) => a.id - b.id)) this.join(x, cluster, at)
    for (const x of plan.stores) this.stored.add(x)
    this.join(v, cluster, own)
    return true
  }

  /** Can all operands of v be read in the cluster at `level`? Floating ones that must come along are put into the plan. */
  private readable(v: Variable, shape: readonly Dim[], cluster: Cluster, level: Level, plan: Plan): boolean {
    if (v.owner!.op.name === 'pick' && !this.pickable(v, cluster, plan)) return false
    return this.operands(v).every((x) => this.readableOperand(readOf(x, shape), cluster, level, plan))
  }

  private readableOperand(read: Read, cluster: Cluster, level: Level, plan: Plan): boolean {
    const { source } = read
    if (this.home.get(source) === cluster) {
      const at = cluster.members.get(source)!
      return at !== 'after' && !(at === 'inner' && level === 'outer') && aligned(read)
    }
    if (!this.floating.has(source)) return this.readyFor(source, cluster, plan)
    if (plan.pulled.has(source)) return aligned(read)
    const own = cluster.levelFor(walkedLengths(source))
    if (!own || !aligned(read) || (own === 'inner' && level === 'outer') || plan.pulled.size >= this.limits.cluster) return false
    if (!this.readable(source, source.shape, cluster, own, plan)) return false
    plan.pulled.set(source, own)
    return true
  }

  /** A pick takes single elements of its array: from memory, or computed again at that place from what is there. */
  private pickable(v: Variable, cluster: Cluster, plan: Plan): boolean {
    const [x] = v.owner!.inputs
    if (this.home.get(x) === cluster)
      return cluster.members.get(x) === 'inner' && cluster.split && cluster.columns.length === 1 && this.recomputable(x, cluster)
    if (!this.floating.has(x)) return this.readyFor(x, cluster, plan)
    if (cluster.levelFor(walkedLengths(x)) !== 'inner' || !cluster.split || cluster.columns.length !== 1) return false
    if (!this.readable(x, x.shape, cluster, 'inner', plan)) return false
    plan.pulled.set(x, 'inner')
    return this.recomputable(x, cluster)
  }

  /** Is every inner Variable behind x elementwise (or an access), so that it has a formula at any column? */
  private recomputable(x: Variable, cluster: Cluster): boolean {
    const behind = new Set([x])
    for (const v of behind) {
      if (v.owner?.op.name === 'pick') return false
      const inner = (this.home.get(v) === cluster && cluster.members.get(v) === 'inner') || this.floating.has(v)
      if (inner) for (const operand of v.owner!.inputs) behind.add(readOf(operand, v.shape).source)
    }
    return true
  }

  private readyFor(source: Variable, cluster: Cluster, plan: Plan): boolean {
    const root = sourceOf(source)
    if (!this.boundsReady(source, cluster)) return false
    if (isAccess(root)) return true
    if (this.floating.has(root) || this.home.get(root) === cluster || this.readyAt(root) > cluster.order) return false
    if (root.rank > 0 && this.home.has(root)) plan.stores.push(root)
    return true
  }

  /** Are the indices and starts that an access names computed before the cluster? */
  private boundsReady(v: Variable, cluster: Cluster): boolean {
    for (let x = v; isAccess(x); x = x.owner!.inputs[0]) {
      const bounds = x.owner!.op.name === 'iota' ? x.owner!.inputs : x.owner!.inputs.slice(1)
      if (bounds.some((b) => this.readyAt(b) > cluster.order)) return false
      if (x.owner!.op.name === 'iota') return true
    }
    return true
  }

  private join(v: Variable, cluster: Cluster, level: Level): void {
    cluster.members.set(v, level)
    this.home.set(v, cluster)
    this.floating.delete(v)
    this.ready.set(v, cluster.order + 1)
  }

  private readyAt(v: Variable): number {
    const at = this.ready.get(v)
    if (at !== undefined) return at
    if (isAccess(v)) return Math.max(0, ...v.owner!.inputs.map((x) => this.readyAt(x)))
    if (this.floating.has(v)) return Number.POSITIVE_INFINITY
    throw new Error(`not scheduled: ${v.owner?.op.name}`)
  }

  /** Computes a floating Variable (or a copy of an access) into memory. */
  private place(v: Variable): void {
    const space = walkedLengths(v)
    const known = this.latestInSpace.get(keyOf(space))
    const latest = this.latestCluster(v)
    for (const cluster of [latest, known]) if (cluster && this.tryJoin(v, v.shape, cluster, (level) => level)) return
    this.inNewCluster(v, v.shape, (level) => level)
  }

  /** A fresh cluster for v over `shape`; what cannot be computed in it is stored first. */
  private inNewCluster(v: Variable, shape: readonly Dim[], levelOf: (level: Level, cluster: Cluster) => Level | null): void {
    const space = walkedLengths({ shape })
    const seen = new Set<Variable>()
    for (const x of v.owner!.inputs) this.storeUnfit(readOf(x, shape), space, seen)
    if (v.owner!.op.name === 'pick') this.store(v.owner!.inputs[0])
    const cluster = new Cluster(this.units.length, space)
    this.units.push(cluster)
    this.latestInSpace.set(keyOf(space), cluster)
    if (!this.tryJoin(v, shape, cluster, (level) => levelOf(level, cluster))) throw new Error(`${v.owner!.op.name} does not fit a cluster of its own`)
  }

  /** Stores floating Variables that have another space, or are read out of line, before a cluster over `space` opens. */
  private storeUnfit(read: Read, space: readonly Dim[], seen: Set<Variable>): void {
    const { source } = read
    if (isAccess(source)) {
      if (source.owner!.op.name !== 'iota') this.store(sourceOf(source))
      return
    }
    if (!this.floating.has(source)) return
    if (!aligned(read) || keyOf(walkedLengths(source)) !== keyOf(space)) return this.store(source)
    if (seen.has(source)) return
    seen.add(source)
    if (source.owner!.op.name === 'pick') this.store(source.owner!.inputs[0])
    for (const x of source.owner!.inputs) this.storeUnfit(readOf(x, source.shape), space, seen)
  }

  private placeReduction(v: Variable): void {
    const [x] = v.owner!.inputs
    const axes = v.owner!.params.axes as readonly number[]
    const levelIn = (level: Level, cluster: Cluster): Level | null => reducedLevel(x, axes, level, cluster)
    const { source } = readOf(x, x.shape)
    const candidates = [
      this.home.get(source) ?? (this.floating.has(source) ? this.latestCluster(source) : null),
      this.latestInSpace.get(keyOf(walkedLengths(x))),
    ]
    for (const cluster of candidates) {
      if (cluster && this.tryJoin(v, x.shape, cluster, (level) => levelIn(level, cluster))) return
    }
    this.inNewCluster(v, x.shape, levelIn)
  }

  private addLibrary(v: Variable): void {
    // Fitting lengths needs memory, for sums without gaps, and draws read their parameters in order; others read through accesses.
    const { name } = v.owner!.op
    const copies = (x: Variable): boolean => (name === 'sumTo' && !inOrder(x)) || (name === 'broadcastTo' && sourceOf(x).rank === 0) || drawOps.has(name)
    for (const x of v.owner!.inputs) if (x.rank > 0) this.store(copies(x) ? x : sourceOf(x))
    this.addUnit('library', v)
    this.ready.set(v, this.units.length)
  }

  /** An array gets memory of its own; scalars need none. */
  store(v: Variable): void {
    if (v.rank === 0) return
    if (this.floating.has(v)) this.place(v)
    if (isAccess(v)) {
      if (this.home.has(v)) return
      const root = sourceOf(v)
      if (!isAccess(root)) this.store(root)
      this.inCopyCluster(v)
    }
    if (this.home.has(v)) this.stored.add(v)
  }

  /** An access that is wanted as an array of its own: a cluster that only copies. */
  private inCopyCluster(v: Variable): void {
    const cluster = new Cluster(this.units.length, walkedLengths(v))
    this.units.push(cluster)
    this.join(v, cluster, 'inner')
  }

  addEffect(v: Variable): void {
    for (const x of v.owner!.inputs) if (x.rank > 0) this.store(x)
    this.addUnit('effect', v)
  }

  private addUnit(kind: 'library' | 'effect', variable: Variable): void {
    this.units.push({ kind, order: this.units.length, variable })
  }
}

/** A reduction of an array that is known to have one element: that element. */
export const isOnlyElement = (v: Variable): boolean =>
  v.rank === 0 && v.owner !== null && reduceOps.has(v.owner.op.name) && v.owner.inputs[0].shape.every((d) => d === 1)

const keyOf = (space: readonly Dim[]): string => space.map((d) => (typeof d === 'number' ? d : `#${d.id}`)).join()

/** Does v show its source's elements, all of them, in their order? */
function inOrder(v: Variable): boolean {
  let x = v
  for (; x.owner?.op.name === 'dimshuffle'; x = x.owner.inputs[0]) {
    const [source] = x.owner.inputs
    const walked = (x.owner.params.pattern as readonly (number | 'x')[]).filter((p) => p !== 'x' && source.shape[p] !== 1)
    if (walked.some((p, i) => i > 0 && walked[i - 1] > p)) return false
  }
  return x.rank > 0 && !isAccess(x)
}

/**
 * The level of a reduction of something computed at `level` in the cluster: over exactly the columns it is outer;
 * otherwise it accumulates over the whole nest and is complete after it.
 */
function reducedLevel(x: Variable, axes: readonly number[], level: Level, cluster: Cluster): Level | null {
  const walked = walkedAxes(x)
  const reduced = walked.map((axis) => axes.includes(axis))
  const first = reduced.indexOf(true)
  // All reduced lengths are 1: the element itself.
  if (first < 0) return level
  if (level === 'outer') return 'after'
  const count = reduced.filter(Boolean).length
  const trailing = reduced.slice(first).every(Boolean)
  if (trailing && (!cluster.split || cluster.columns.length === count)) return cluster.splitAt(count) ? 'outer' : null
  const leading = reduced.slice(0, count).every(Boolean)
  if (!cluster.split && leading) cluster.splitAt(walked.length - count)
  return 'after'
}
