// lowering: builds the loop nest of a cluster: for each row one loop over the columns per pass, a pass ending where a
// reduction of the row is complete. Values used in several passes are computed once if that is costly, else again.
import { isDiscrete, rangeOf } from '../graph/dtype.ts'
import { castOps } from '../graph/ops/logic.ts'
import { reduceOps } from '../graph/ops/reduce.ts'
import type { Variable } from '../graph/variable.ts'
import { isAccess } from './access.ts'
import { type Cluster, readOf, walkedAxes } from './cluster.ts'
import { type Context, nameOf } from './context.ts'
import { isBoolean, print } from './emitJs.ts'
import { call, type Expr, load, method, name, number, opExpr, product, type Stmt } from './ir.ts'
import { copyAtOnce } from './kernels/loops.ts'
import { linearize } from './linearize.ts'
import type { Memory } from './memory.ts'
import { Nest } from './nest.ts'
import { unroll } from './unroll.ts'

/** An effect of one pass of the innermost loop. */
type Root =
  | { readonly kind: 'store'; readonly variable: Variable; readonly array: string; readonly index: Expr; value: Expr }
  | { readonly kind: 'accumulate'; readonly variable: Variable; readonly target: Expr; value: Expr }

export function buildCluster(cluster: Cluster, stored: ReadonlySet<Variable>, context: Context, memory: Memory): void {
  const [only, ...others] = cluster.members.keys()
  if (others.length === 0 && isAccess(only) && copyAtOnce(context, only, () => memory.allocate(only))) return
  new ClusterBuilder(cluster, stored, context, memory).build()
}

class ClusterBuilder {
  private readonly cluster: Cluster
  private readonly stored: ReadonlySet<Variable>
  private readonly context: Context
  private readonly memory: Memory
  private readonly nest: Nest
  /** Pass in which an inner value can first be computed; pass before which an outer one is complete. */
  private readonly times = new Map<Variable, number>()
  private readonly passes: Root[][] = []
  /** Inner expressions of the pass being built, by Variable. */
  private current = new Map<Variable, Expr>()
  private pass = 0
  /** Costly inner values: the pass that computes them, and where later passes find them. */
  private readonly computedIn = new Map<Variable, number>()
  private readonly firstValue = new Map<Variable, Expr>()
  private readonly scratch = new Map<Variable, string>()
  private readonly outer = new Map<Variable, Expr>()
  private readonly finish: Stmt[] = []
  /** Names wanted for expressions that become constants of a loop. */
  private readonly hints = new Map<Expr, string>()

  constructor(cluster: Cluster, stored: ReadonlySet<Variable>, context: Context, memory: Memory) {
    this.cluster = cluster
    this.stored = stored
    this.context = context
    this.memory = memory
    this.nest = new Nest(cluster, context, this.hints, this.flattens())
  }

  build(): void {
    const members = [...this.cluster.members].sort(([a], [b]) => a.id - b.id)
    for (const [v, level] of members) this.times.set(v, this.timeOf(v, level))
    for (const [v, level] of members) this.prepare(v, level)
    const last = Math.max(0, ...members.map(([v, level]) => this.lastPass(v, level)))
    for (this.pass = 0; this.pass <= last; this.pass++) {
      this.current = new Map()
      this.passes[this.pass] = []
      for (const [v, level] of members) this.addRoots(v, level)
      this.nest.addPass()
    }
    this.pass = last + 1
    for (const [v, level] of members) this.closeRow(v, level)
    this.passes.forEach((roots, pass) => this.fill(pass, roots))
    this.context.body.push(...this.nest.statements(), ...this.finish)
  }

  // --- when things are computed

  private timeOf(v: Variable, level: string): number {
    if (isAccess(v)) return 0
    const inputs = v.owner!.op.name === 'pick' ? [v.owner!.inputs[1]] : v.owner!.inputs
    const shape = this.isReduction(v) ? v.owner!.inputs[0].shape : v.shape
    const before = Math.max(0, ...inputs.map((x) => this.times.get(readOf(x, shape).source) ?? 0), ...this.pickTimes(v))
    return this.isReduction(v) && level === 'outer' && this.reducesColumns(v) ? before + 1 : before
  }

  /** A pick computes its element from outer values, wherever they occur behind it. */
  private pickTimes(v: Variable): number[] {
    if (v.owner!.op.name !== 'pick') return []
    const times: number[] = []
    const behind = new Set([v.owner!.inputs[0]])
    for (const x of behind) {
      const level = this.cluster.members.get(x)
      if (level === 'outer') times.push(this.times.get(x)!)
      else if (level === 'inner') for (const operand of x.owner!.inputs) behind.add(readOf(operand, x.shape).source)
    }
    return times
  }

  private isReduction(v: Variable): boolean {
    return reduceOps.has(v.owner!.op.name)
  }

  /** Not so when all the lengths it reduces are 1. */
  private reducesColumns(v: Variable): boolean {
    return this.isReduction(v) && walkedAxes(v.owner!.inputs[0]).some((axis) => (v.owner!.params.axes as number[]).includes(axis))
  }

  private lastPass(v: Variable, level: string): number {
    const time = this.times.get(v)!
    if (level === 'outer') return this.reducesColumns(v) ? time - 1 : 0
    return time
  }

  // --- reductions and stores

  private prepare(v: Variable, level: string): void {
    if (this.stored.has(v) && level !== 'after') this.memory.allocate(v)
    if (level !== 'after') return
    if (v.rank === 0) {
      const target = this.context.names.fresh(nameOf(v))
      this.context.body.push({ kind: 'let', name: target, value: this.start(v) })
      this.context.setScalar(v, name(target, v.dtype === 'bool'))
      this.checkNotEmpty(v)
      return
    }
    const view = this.memory.allocate(v)
    // Floats accumulate in float64; a float32 result is rounded at the end.
    const wide = v.dtype === 'float32'
    const target = wide ? this.memory.scratch(this.context.size(v), 'sums').array : view.array
    this.context.body.push({ kind: 'do', value: method(target, 'fill', this.start(v), number(0), this.context.size(v)) })
    this.checkNotEmpty(v)
    this.scratch.set(v, target)
    if (wide) {
      const i = this.context.names.fresh('i')
      const body: Stmt[] = [{ kind: 'store', array: view.array, index: name(i), value: load(target, name(i)) }]
      this.finish.push({ kind: 'for', index: i, from: number(0), to: this.context.size(v), step: 1, body })
    }
  }

  private start(v: Variable): Expr {
    const op = v.owner!.op.name
    const [low, high] = rangeOf(v.dtype)
    return number(op === 'max' ? low : op === 'min' ? high : reduceOps.get(op)!.start!)
  }

  /** max and min of nothing are errors. */
  private checkNotEmpty(v: Variable): void {
    if (reduceOps.get(v.owner!.op.name)!.start !== null) return
    const [x] = v.owner!.inputs
    const count = product((v.owner!.params.axes as number[]).map((axis) => this.context.dim(x.shape[axis])))
    if (count.kind === 'number' && count.value > 0) return
    this.context.body.push({ kind: 'do', value: call('$t.notEmpty', count, this.context.label(v)) })
  }

  private addRoots(v: Variable, level: string): void {
    if (level === 'inner') {
      if (this.stored.has(v) && this.times.get(v) === this.pass) this.store(v, this.inner(v))
      return
    }
    if (!this.reducesColumns(v)) return
    const [x] = v.owner!.inputs
    if (level === 'outer' && this.times.get(v) === this.pass + 1) return this.reduceColumns(v, x)
    if (level === 'after' && this.times.get(v) === this.pass && this.isInner(x)) this.accumulate(v, x)
  }

  private isInner(x: Variable): boolean {
    return this.cluster.levelFor(x.shape.filter((d) => d !== 1)) === 'inner'
  }

  private reduceColumns(v: Variable, x: Variable): void {
    this.checkNotEmpty(v)
    const target = this.context.names.fresh(nameOf(v))
    this.nest.row({ kind: 'let', name: target, value: this.start(v) })
    this.outer.set(v, name(target, v.dtype === 'bool'))
    if (this.cluster.rows.length === 0) this.context.setScalar(v, name(target, v.dtype === 'bool'))
    this.passes[this.pass].push({ kind: 'accumulate', variable: v, target: name(target), value: this.operand(v, x) })
  }

  private accumulate(v: Variable, x: Variable): void {
    this.passes[this.pass].push({ kind: 'accumulate', variable: v, target: this.accumulator(v, x), value: this.operand(v, x) })
  }

  /** Where a reduction that is complete after the nest gathers its value for the current row and column. */
  private accumulator(v: Variable, x: Variable): Expr {
    if (v.rank === 0) return name((this.context.scalar(v) as Expr & { kind: 'name' }).name)
    const axes = v.owner!.params.axes as number[]
    const kept = [...x.shape.keys()].filter((axis) => !axes.includes(axis))
    const at = this.nest.positions(x)
    const view = { ...this.context.view(v)!, array: this.scratch.get(v)! }
    return load(
      view.array,
      this.nest.index(
        view,
        kept.map((axis) => at[axis]),
      ),
    )
  }

  private store(v: Variable, value: Expr): void {
    const view = this.context.view(v)!
    this.passes[this.pass].push({ kind: 'store', variable: v, array: view.array, index: this.nest.index(view, this.nest.positions(v)), value })
  }

  /** Rows end with what is outer: stores, and accumulation of row values over rows. */
  private closeRow(v: Variable, level: string): void {
    if (level === 'outer') {
      const value = this.outerValue(v)
      if (v.rank === 0 && this.cluster.rows.length === 0) this.context.setScalar(v, value)
      if (!this.stored.has(v) || v.rank === 0) return
      const view = this.context.view(v)!
      this.nest.row({ kind: 'store', array: view.array, index: this.nest.index(view, this.nest.positions(v)), value })
    } else if (level === 'after' && !this.isInner(v.owner!.inputs[0])) {
      const [x] = v.owner!.inputs
      this.nest.row(assignTo(this.accumulator(v, x), this.combined(v, this.accumulator(v, x), this.operand(v, x))))
    }
  }

  private combined(v: Variable, target: Expr, value: Expr): Expr {
    const type = isDiscrete(v.dtype) && !v.weak ? v : { dtype: 'float64' as const, weak: false }
    const step = opExpr(reduceOps.get(v.owner!.op.name)!.combine, [target, value], type)
    return isDiscrete(v.dtype) && v.dtype !== 'bool' && !v.weak ? opExpr(castOps[v.dtype], [step], v) : step
  }

  // --- values

  /** The operand of v at the current row and column. */
  private operand(v: Variable, x: Variable): Expr {
    const shape = this.isReduction(v) ? v.owner!.inputs[0].shape : v.shape
    const { source, loops } = readOf(x, shape)
    const level = this.cluster.members.get(source)
    if (level === 'inner') return this.inner(source)
    if (level === 'outer') return this.outerValue(source)
    if (source.rank === 0) return this.context.scalar(source)
    if (loops === null) return this.nest.element(x, this.nest.positionsIn(x, shape))
    return this.nest.element(
      source,
      loops.map((loop) => (loop === null ? number(0) : this.nest.loop(loop))),
    )
  }

  private inner(v: Variable): Expr {
    const known = this.current.get(v) ?? this.earlier(v)
    if (known) return known
    const value = this.compute(v)
    this.current.set(v, value)
    if (!this.hints.has(value)) this.hints.set(value, nameOf(v))
    if (v.owner!.op.kind === 'elementwise' && v.owner!.op.costly && !this.computedIn.has(v)) {
      this.computedIn.set(v, this.pass)
      this.firstValue.set(v, value)
    }
    return value
  }

  /** A costly value of an earlier pass, kept in a row of scratch memory. */
  private earlier(v: Variable): Expr | null {
    const pass = this.computedIn.get(v)
    if (pass === undefined || pass === this.pass) return null
    let row = this.scratch.get(v)
    if (row === undefined) {
      row = this.memory.scratch(this.nest.columnCount(), nameOf(v), v.dtype).array
      this.scratch.set(v, row)
      this.passes[pass].push({ kind: 'store', variable: v, array: row, index: this.nest.columnIndex(), value: this.firstValue.get(v)! })
    }
    const value = load(row, this.nest.columnIndex())
    this.current.set(v, value)
    return value
  }

  private compute(v: Variable): Expr {
    if (isAccess(v)) return this.context.sourceElement(v, this.nest.positions(v))
    if (v.owner!.op.name === 'pick') return this.pick(v)
    const operands = v.owner!.inputs.map((x) => this.operand(v, x))
    return this.isReduction(v) ? operands[0] : this.context.operation(v, operands)
  }

  /** The value of an outer member, as a constant of the row. */
  private outerValue(v: Variable): Expr {
    const known = this.outer.get(v)
    if (known) return known
    const { locals, values } = linearize([this.compute(v)], this.context.names, this.hints)
    const target = this.context.names.fresh(nameOf(v))
    for (const s of locals) this.nest.row(s)
    this.nest.row({ kind: 'const', name: target, value: values[0] })
    const result = name(target, v.dtype === 'bool')
    this.outer.set(v, result)
    return result
  }

  private pick(v: Variable): Expr {
    const [x, indices] = v.owner!.inputs
    const last = this.context.dim(x.shape[x.rank - 1])
    const at = call('$t.position', this.operand(v, indices), last, this.context.label(v))
    this.hints.set(at, `${nameOf(indices)}_at`)
    return this.elementAt(x, [...this.nest.positions(v), at], new Map())
  }

  /**
   * An element of x away from the current column: loaded, or computed again from what is outer or in memory. `known` are those of
   * the same pick.
   */
  private elementAt(x: Variable, at: readonly Expr[], known: Map<string, Expr>): Expr {
    const key = [x.id, ...at.map((p) => print(p).text)].join()
    const value = known.get(key) ?? this.computedAt(x, at, known)
    known.set(key, value)
    return value
  }

  private computedAt(x: Variable, at: readonly Expr[], known: Map<string, Expr>): Expr {
    const { source, loops } = readOf(x, x.shape)
    const level = this.cluster.members.get(source)
    if (level === 'outer') return this.outerValue(source)
    if (level !== 'inner' || (this.context.hasView(source) && this.times.get(source)! < this.pass && this.stored.has(source)))
      return this.context.element(x, at)
    const positions = source === x || loops === null ? at : source.shape.map((_, axis) => (loops[axis] === null ? number(0) : at[walkedAxes(x)[loops[axis]]]))
    if (isAccess(source)) return this.context.element(source, positions)
    return this.context.operation(
      source,
      source.owner!.inputs.map((operand) => this.operandAt(operand, source, positions, known)),
    )
  }

  private operandAt(operand: Variable, user: Variable, at: readonly Expr[], known: Map<string, Expr>): Expr {
    if (operand.rank === 0) return this.cluster.members.get(operand) === 'outer' ? this.outerValue(operand) : this.context.scalar(operand)
    const own = operand.shape.map((d, axis) => (d === 1 && user.shape[axis] !== 1 ? number(0) : at[axis]))
    return this.elementAt(operand, own, known)
  }

  // --- code

  private fill(pass: number, roots: readonly Root[]): void {
    const { before, locals, values } = linearize(
      roots.map((r) => r.value),
      this.context.names,
      this.hints,
      this.nest.varying(pass),
    )
    const inPlace = roots.length > 1 && roots.some((r) => r.kind === 'store' && this.memory.placeOf(r.variable) !== null)
    const effects = roots.map((r, i): Stmt => {
      const value = inPlace ? this.beforeStores(values[i], locals, r.variable) : values[i]
      return r.kind === 'store' ? { kind: 'store', array: r.array, index: r.index, value } : assignTo(r.target, this.combined(r.variable, r.target, value))
    })
    const only = this.nest.onlyLoop()
    const unrolled =
      only && this.context.storage.unrollsSums && roots.every((r) => this.isSum(r)) ? unroll([...locals, ...effects], only, this.context.names) : null
    this.nest.fill(pass, before, [...locals, ...effects], unrolled)
  }

  /** A value as a constant: others are stored where it is read. */
  private beforeStores(value: Expr, locals: Stmt[], v: Variable): Expr {
    if (value.kind === 'name' || value.kind === 'number') return value
    const target = this.context.names.fresh(nameOf(v))
    locals.push({ kind: 'const', name: target, value })
    return name(target, isBoolean(value))
  }

  /** Sums of floats may be added up in any order; the latency of one addition then no longer limits the loop. */
  private isSum(r: Root): boolean {
    return r.kind === 'accumulate' && r.variable.owner!.op.name === 'sum' && !isDiscrete(r.variable.dtype) && r.target.kind === 'name'
  }

  /** One loop over all elements will do when nothing tells the axes apart. */
  private flattens(): boolean {
    if (this.cluster.rows.length > 0 || this.cluster.columns.length < 2) return false
    const all = this.cluster.columns.length
    for (const [v, level] of this.cluster.members) {
      if (v.owner!.op.name === 'pick' || isAccess(v) || (level === 'after' && v.rank > 0)) return false
      const shape = this.isReduction(v) ? v.owner!.inputs[0].shape : v.shape
      for (const x of v.owner!.inputs) {
        const { source, loops } = readOf(x, shape)
        if (this.cluster.members.has(source) || source.rank === 0) continue
        if (loops === null || isAccess(source) || walkedAxes(source).length !== all || !walkedAxes(source).every((axis, j) => loops[axis] === j)) return false
        if (!this.context.view(source)?.contiguous) return false
      }
    }
    return true
  }
}

function assignTo(target: Expr, value: Expr): Stmt {
  if (target.kind === 'load') return { kind: 'store', array: target.array, index: target.index, value }
  return { kind: 'assign', name: (target as Expr & { kind: 'name' }).name, value }
}
