// lowering: one function from a graph: arguments in, units in order, results and commit out.
import { dtypes } from '../graph/dtype.ts'
import { ancestors, type FunctionGraph, rootsOf, type State } from '../graph/functionGraph.ts'
import type { TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import { isAccess } from './access.ts'
import { Context, type Options, type View } from './context.ts'
import { inlineOnce } from './inline.ts'
import { call, dropUnused, type Expr, list, member, method, name, plus, pureCall, type Stmt, string } from './ir.ts'
import { builders } from './kernels/index.ts'
import { linearize } from './linearize.ts'
import { kindsOf, lastUses, wholes } from './liveness.ts'
import { buildCluster } from './loops.ts'
import { type Kind, Memory } from './memory.ts'
import { Names } from './names.ts'
import { outline } from './outline.ts'
import { arityCheck, arrange, scalarResult } from './results.ts'
import { type Schedule, schedule, type Unit } from './schedule.ts'
import { jsStorage, type Storage, wasmStorage } from './storage.ts'
import { transposedCopy, wasmBuilders } from './wasm/builders.ts'
import type { WasmFunction } from './wasm/code.ts'
import { declareKernels, exportNames, fetchKernels, inArena } from './wasm/frame.ts'
import { buildFused, fuseProducts } from './wasm/fuse.ts'
import { toWasm } from './wasm/regions.ts'
import { toStream } from './wasm/stream.ts'

/** The body of a function and what it needs once, when it is made. */
export interface LoweredFunction {
  readonly parameters: readonly { readonly name: string; readonly default: Expr | null }[]
  readonly captures: readonly string[]
  readonly setup: readonly Stmt[]
  readonly body: readonly Stmt[]
  /** What the body calls in the module of the user's file. */
  readonly wasm: readonly WasmFunction[]
}

/** A function over the graph's parameters that returns its outputs as `fn.outputs` arranges them, and commits its updates. */
export function lowerFunction(fn: TracedFunction, options: Options): LoweredFunction {
  if (fn.linker !== 'wasm') return lowerInto(jsStorage, fn, options)
  const lowered = lowerInto(wasmStorage, fn, options)
  // Without a loop there is nothing for WASM to do, and no reason to copy anything into the heap.
  return lowered.wasm.length > 0 ? lowered : lowerInto(jsStorage, fn, options)
}

function lowerInto(storage: Storage, fn: TracedFunction, options: Options): LoweredFunction {
  const names = new Names()
  const captures = fn.captures.map((c) => names.fresh(c.kind === 'default' ? `default_${c.name}` : c.name))
  const states = fn.graph.states.map((s) => names.fresh(s.variable.name ?? 'state'))
  const outer: Outer = { names, captures, states }
  const made = fn.graph.states.flatMap((s, i) =>
    new FunctionBuilder({ ...fn, parameters: [], graph: initGraph(fn.graph, s) }, options, outer, jsStorage).buildState(states[i], s),
  )
  const { setup, ...built } = new FunctionBuilder(fn, options, outer, storage).build()
  return { ...built, captures, setup: [...made, ...setup] }
}

const initGraph = (graph: FunctionGraph, state: State): FunctionGraph => ({ ...graph, inputs: [], outputs: [state.init], updates: [], effects: [], states: [] })

/** What a function and the initial values of its states have in common. */
interface Outer {
  readonly names: Names
  readonly captures: readonly string[]
  /** Containers made with the function. */
  readonly states: readonly string[]
}

class FunctionBuilder {
  private readonly fn: TracedFunction
  private readonly graph: FunctionGraph
  private readonly context: Context
  private readonly memory: Memory
  private readonly plan: Schedule
  private readonly outer: Outer
  private readonly storage: Storage
  private readonly options: Options
  /** Result arrays and buffers that already belong to someone. */
  private readonly claimed = new Set<string>()

  constructor(fn: TracedFunction, options: Options, outer: Outer, storage: Storage) {
    this.fn = fn
    this.storage = storage
    this.options = options
    this.graph = fn.graph
    this.outer = outer
    this.context = new Context(fn.name, outer.names, options, storage)
    for (const u of this.graph.updates) if (u.value.owner) u.value.name ??= u.target.name
    const roots = rootsOf(this.graph).filter((v) => v.owner !== null)
    const plan = schedule(this.graph, roots)
    this.plan = storage === wasmStorage ? fuseProducts(plan, this.graph) : plan
    this.memory = new Memory(this.context, storage, kindsOf(this.graph, fn.borrow), lastUses(this.graph, this.plan), () => this.given())
  }

  build(): Omit<LoweredFunction, 'captures'> {
    const parameters = this.fn.parameters.map((p) => ({
      name: this.context.names.fresh(p.name),
      default: p.default === null ? null : call(this.outer.captures[p.default]),
    }))
    this.context.body.push(arityCheck(parameters.length))
    this.graph.inputs.forEach((v, i) => this.leaf(v, parameters[i].name, checked(v, name(parameters[i].name), `self.inputs[${i}]`), 'assign'))
    this.units()
    let result = arrange(this.fn.outputs, (i) => this.value(this.graph.outputs[i]))
    const { prepared, commits } = this.commit()
    const { body } = this.context
    if (result && commits.length > 0) {
      const target = this.context.names.fresh('result')
      body.push({ kind: 'const', name: target, value: result })
      result = name(target)
    }
    const statements: Stmt[] = [...body, ...prepared, ...commits, ...(result ? [{ kind: 'return', value: result } as const] : [])]
    this.checkDistinct()
    const whole = dropUnused(statements)
    if (this.storage === wasmStorage) return this.guarded({ parameters, ...this.inWasm(whole) })
    const short = inlineOnce(whole)
    const { functions, body: pieces } = outline(short, this.context.names)
    return this.guarded({ parameters, setup: [...dropUnused(this.context.setup, short), ...functions], body: pieces, wasm: [] })
  }

  /** console.log may be the caller's, and call the function again while its buffers are in use: that is refused. */
  private guarded(built: Omit<LoweredFunction, 'captures'>): Omit<LoweredFunction, 'captures'> {
    if (!this.graph.effects.some((e) => e.owner!.op.name === 'print')) return built
    const running = this.context.names.fresh('running')
    const set = (value: string): Stmt => ({ kind: 'assign', name: running, value: name(value) })
    const refuse: Stmt = { kind: 'if', test: name(running, true), body: [{ kind: 'do', value: call('$t.reentered', name('self')) }] }
    return {
      ...built,
      setup: [...built.setup, { kind: 'let', name: running, value: name('false') }],
      body: [refuse, set('true'), { kind: 'try', body: built.body, finally: [set('false')] }],
    }
  }

  /** The body with its loops in functions of the file's module, fetched at the first call. */
  private inWasm(whole: readonly Stmt[]): Pick<LoweredFunction, 'setup' | 'body' | 'wasm'> {
    const kernels = this.context.names.fresh('k')
    const outside = { arrays: this.context.arrayTypes, scalars: this.context.scalarTypes }
    const exportName = exportNames(this.fn.name, this.options)
    const { body, functions } = toStream(whole, outside, this.context.names, kernels, exportName) ?? toWasm(whole, outside, kernels, exportName)
    const short = inlineOnce(body)
    const setup = dropUnused(this.context.setup, short)
    return { setup: [declareKernels(kernels), ...setup], body: [fetchKernels(kernels), ...inArena(short, this.context.names)], wasm: functions }
  }

  /** Containers that could be one and the same must not be where one of them is updated: the other would be read too late. */
  private checkDistinct(): void {
    const kind = (dtype: string, rank: number): string => `${dtype} ${rank}`
    const updated = new Set(this.graph.updates.map(({ target }) => kind(target.dtype, target.rank)))
    for (const wanted of updated) {
      const alike = this.outer.captures.filter(
        (_, i) => this.fn.captures[i].kind === 'shared' && kind(this.fn.captures[i].dtype, this.fn.captures[i].shape.length) === wanted,
      )
      if (alike.length > 1) this.context.setup.push({ kind: 'do', value: call('$t.distinct', list(alike.map((c) => name(c))), name('self')) })
    }
  }

  /** Statements that make the container of a state, run once. */
  buildState(holder: string, state: State): Stmt[] {
    this.units()
    const { init } = state
    const content = init.rank === 0 ? this.content(init, new Set()).content : this.value(init)
    const container: Stmt = { kind: 'const', name: holder, value: call('new $t.Shared', content, string(state.variable.name ?? ''), name('false')) }
    const used = dropUnused([...this.context.body, container])
    return [...dropUnused(this.context.setup, used), ...used]
  }

  private units(): void {
    this.captured()
    this.plan.units.forEach((unit, order) => {
      this.memory.enter(order)
      this.scalars(order)
      this.unit(unit)
    })
    this.scalars(this.plan.units.length)
  }

  private unit(unit: Unit): void {
    switch (unit.kind) {
      case 'loops':
        if (this.storage === wasmStorage && transposedCopy(unit, this.context, this.memory)) return
        return buildCluster(unit, this.plan.stored, this.context, this.memory)
      case 'fused':
        if (buildFused(unit, this.plan.stored, this.context, this.memory)) return
        for (const v of [unit.product, ...unit.views]) this.library(v)
        return buildCluster(unit.cluster, this.plan.stored, this.context, this.memory)
      case 'library':
        return this.library(unit.variable)
      case 'effect':
        return this.effect(unit.variable)
    }
  }

  // --- arguments and captures

  private captured(): void {
    for (const v of ancestors([...rootsOf(this.graph), ...this.graph.updates.map((u) => u.target)], true)) {
      if (v.source?.kind === 'live') {
        const { capture } = v.source
        this.leaf(v, this.context.names.fresh(v.name ?? 'value'), checked(v, call(this.outer.captures[capture]), `self.captures[${capture}]`), 'const')
      }
      if (v.source?.kind === 'shared' || v.source?.kind === 'state') this.container(v)
    }
    this.checkNamedSizes()
  }

  /** A value from outside, checked and converted into a parameter or a constant. */
  private leaf(v: Variable, target: string, value: Expr, kind: 'assign' | 'const'): void {
    this.context.body.push({ kind, name: target, value })
    if (v.rank === 0) this.context.setScalar(v, name(target, v.dtype === 'bool'))
    else this.array(v, target)
  }

  /** The name of the container that a leaf stands for. */
  private holderOf({ source }: Variable): string {
    if (source?.kind === 'shared') return this.outer.captures[source.capture]
    if (source?.kind === 'state') return this.outer.states[source.index]
    throw new Error('not a container')
  }

  private container(v: Variable): void {
    const holder = this.holderOf(v)
    const settled = v.rank > 0 ? this.storage.settled(holder) : null
    const data = settled && this.context.names.fresh(`${holder}_data`)
    if (settled && data) this.context.body.push({ kind: 'const', name: data, value: settled })
    const array = this.context.names.fresh(`${holder}_array`)
    const value = member(holder, 'array')
    // Lengths that the type fixes are checked: setValue takes any.
    const fixed = v.source?.kind === 'shared' && v.shape.some((d) => typeof d === 'number')
    const spec = fixed ? `self.captures[${(v.source as { capture: number }).capture}]` : null
    this.context.body.push({ kind: 'const', name: array, value: spec ? call('$t.array', value, name(spec), name('self')) : value })
    if (v.rank === 0) this.context.setScalar(v, this.context.named(member(array, 'data[0]'), v.name ?? 'value'))
    else this.array(v, array, data)
  }

  private readonly arrays = new Map<Variable, string>()

  /** NDArrays of the caller's. */
  private given(): string[] {
    return [...this.arrays].flatMap(([v, array]) => (v.source?.kind === 'parameter' || v.source?.kind === 'live' ? [array] : []))
  }

  /** An array from outside; `known` are its elements where they have a name already. */
  private array(v: Variable, array: string, known: string | null = null): void {
    this.arrays.set(v, array)
    const data = known ?? this.context.names.fresh(`${v.name}_data`)
    if (known === null) this.context.body.push({ kind: 'const', name: data, value: this.storage.elements(array) })
    for (const d of v.shape) if (typeof d !== 'number') this.length(d)
    this.context.setArray(v, data)
  }

  private length(v: Variable): void {
    const [leaf] = v.owner!.inputs
    if (this.context.hasScalar(v)) return
    this.context.defineScalar(v, member(this.arrays.get(leaf)!, `shape[${v.owner!.params.axis}]`))
  }

  /** Lengths of one name must agree. */
  private checkNamedSizes(): void {
    const first = new Map<string, Expr>()
    this.fn.parameters.forEach((p, i) =>
      p.shape.forEach((length, axis) => {
        if (typeof length !== 'string') return
        const here = member(this.arrays.get(this.graph.inputs[i])!, `shape[${axis}]`)
        const known = first.get(length)
        if (known) this.context.body.push({ kind: 'do', value: call('$t.sameName', known, here, string(length), name('self')) })
        else first.set(length, here)
      }),
    )
  }

  // --- units

  private scalars(before: number): void {
    for (const v of this.plan.scalars[before]) {
      const value = isAccess(v)
        ? this.context.element(v, [])
        : this.context.operation(
            v,
            v.owner!.inputs.map((x) => this.context.scalar(x)),
          )
      const { locals, values } = linearize([value], this.context.names, new Map())
      this.context.body.push(...locals)
      this.context.defineScalar(v, values[0])
    }
  }

  private library(v: Variable): void {
    const { name: op } = v.owner!.op
    const build = (this.storage === wasmStorage && wasmBuilders[op]) || builders[op]
    if (!build) throw new Error(`no kernel for ${v.owner!.op.name}`)
    build(v, this.context, this.memory)
  }

  private effect(v: Variable): void {
    const { op, inputs, params } = v.owner!
    if (op.name === 'assert') {
      this.context.body.push({ kind: 'do', value: call('$t.assert', this.context.scalar(inputs[0]), string(params.message as string), name('self')) })
      return
    }
    let next = 0
    const parts = (params.parts as (string | null)[]).map((part) => (part === null ? this.value(inputs[next++]) : string(part)))
    this.context.body.push({ kind: 'do', value: call('$t.print', ...parts) })
  }

  // --- results and commit

  /** A value as users get it. */
  private value(v: Variable): Expr {
    if (v.rank === 0) return scalarResult(v, this.context.scalar(v))
    const view = this.viewOf(v)
    for (const kind of ['lent', 'result'] as const) if (this.claims(v, view, kind)) return this.owned(v, view.array)
    return this.storage.copied(view, v, this.context)
  }

  private ndarray(v: Variable, data: Expr): Expr {
    return pureCall('new $t.NDArray', data, this.context.shapeList(v), string(v.dtype))
  }

  private owned(v: Variable, array: string): Expr {
    return this.storage.owned(array, this.memory.spares.get(array) ?? null, v, this.context)
  }

  private viewOf(v: Variable): View {
    const view = this.context.view(v)
    if (view === null) throw new Error('a result without memory')
    return view
  }

  /** Is the view v's own memory of that kind, which nobody else has taken? It is taken then. */
  private claims(v: Variable, view: View, kind: Kind): boolean {
    if (this.claimed.has(view.array) || !wholes(v).some((x) => this.memory.isOwn(view.array, x, kind))) return false
    this.claimed.add(view.array)
    return true
  }

  /** New contents are made first; then containers are exchanged, which cannot fail. */
  private commit(): { prepared: Stmt[]; commits: Stmt[] } {
    const prepared: Stmt[] = []
    const commits: Stmt[] = []
    const changes = this.graph.updates.filter((u) => u.value !== u.target)
    const replaced = new Set(changes.map((u) => u.target))
    const receivers = new Map<Variable, Variable>()
    const spares: [spare: string, target: Variable][] = []
    for (const { target, value } of changes) {
      const holder = this.holderOf(target)
      const next = this.context.names.fresh(`${holder}_next`)
      const { content, spare, handed } = this.content(value, replaced)
      prepared.push({ kind: 'const', name: next, value: content })
      commits.push({ kind: 'put', name: holder, path: 'array', value: name(next) })
      if (spare) spares.push([spare, target])
      if (handed) receivers.set(value, target)
    }
    const kept = spares.map(
      ([spare, target]): Stmt => ({ kind: 'assign', name: spare, value: this.storage.exchanged(this.holderOf(leaving(target, receivers))) }),
    )
    return { prepared, commits: [...kept, ...commits] }
  }

  private content(value: Variable, replaced: Set<Variable>): { content: Expr; spare: string | null; handed: boolean } {
    if (value.rank === 0) {
      const array = pureCall(`new ${dtypes[value.dtype].array}`, list([this.context.scalar(value)]))
      return { content: this.ndarray(value, array), spare: null, handed: false }
    }
    // The array of another container that is itself replaced changes hands.
    if (replaced.delete(value)) return { content: name(this.arrays.get(value)!), spare: null, handed: true }
    const view = this.viewOf(value)
    const data = this.claims(value, view, 'update') ? view.array : this.copyForUpdate(value, view)
    return { content: this.owned(value, data), spare: this.memory.spares.get(data) ?? null, handed: false }
  }

  /** Memory for an update whose value lies in somebody else's. */
  private copyForUpdate(value: Variable, view: View): string {
    const target = this.memory.extra(value, 'update')
    const source = method(view.array, 'subarray', view.offset, plus(view.offset, this.context.size(value)))
    this.context.body.push({ kind: 'do', value: method(target, 'set', source) })
    return target
  }
}

/** The container whose array no container holds any more when `target` has a new one: where arrays change hands, the last to get one. */
function leaving(target: Variable, receivers: ReadonlyMap<Variable, Variable>): Variable {
  let last = target
  for (let next = receivers.get(last); next; next = receivers.get(last)) last = next
  return last
}

/** The runtime's check of a value of v's type against a spec. */
const checked = (v: Variable, value: Expr, spec: string): Expr =>
  call(v.rank > 0 ? '$t.array' : v.dtype === 'bool' ? '$t.boolean' : '$t.number', value, name(spec), name('self'))
