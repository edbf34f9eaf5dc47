// lowering: one function from a graph: arguments in, units in order, results and commit out.
import { type FunctionGraph, rootsOf, type State } from '../graph/functionGraph.ts'
import { prints } from '../graph/ops/effects.ts'
import type { TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import { isAccess } from './access.ts'
import { Commit } from './commit.ts'
import { Context, type Options } from './context.ts'
import { lookAt } from './guards.ts'
import { inlineOnce } from './inline.ts'
import { inPlace, isOverwritten, nothingInPlace, writtenArguments } from './inPlace.ts'
import { keptInputs } from './inputs.ts'
import { call, dropUnused, type Expr, isUndefined, list, name, number, type Stmt, string } from './ir.ts'
import { builders } from './kernels/index.ts'
import { Leaves, type Outer } from './leaves.ts'
import { linearize } from './linearize.ts'
import { kindsOf, lastUses } from './liveness.ts'
import { buildCluster } from './loops.ts'
import { Memory } from './memory.ts'
import { Names } from './names.ts'
import { outline } from './outline.ts'
import { Profiler } from './profile.ts'
import { arityCheck, arrange } from './results.ts'
import { isOnlyElement, type Schedule, schedule, type Unit } from './schedule.ts'
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
  const adopted = new Set(fn.parameters.map((p) => (p.kept ? p.default : null)))
  const captures = fn.captures.map((c, i) => names.fresh(c.kind === 'default' ? `default_${c.name}` : adopted.has(i) ? `${c.name}_state` : c.name))
  const states = fn.graph.states.map((s) => names.fresh(s.variable.name ?? 'state'))
  const inputs = keptInputs(fn, captures, names)
  const outer: Scope = { names, captures, states, kept: inputs.kept }
  const made = fn.graph.states.flatMap((s, i) =>
    new FunctionBuilder({ ...fn, parameters: [], profile: false, graph: initGraph(fn.graph, s) }, options, outer, jsStorage).buildState(states[i], s),
  )
  const { setup, ...built } = new FunctionBuilder(fn, options, outer, storage).build()
  const register: Stmt[] = states.length > 0 ? [{ kind: 'do', value: call('self.shared.push', ...states.map((s) => name(s))) }] : []
  return { ...built, captures, setup: [...made, ...register, ...inputs.setup, ...setup] }
}

const initGraph = (graph: FunctionGraph, state: State): FunctionGraph => ({ ...graph, inputs: [], outputs: [state.init], updates: [], effects: [], states: [] })

/** What a function and the initial values of its states have in common. */
interface Scope extends Outer {
  readonly names: Names
}

class FunctionBuilder {
  private readonly fn: TracedFunction
  private readonly graph: FunctionGraph
  private readonly context: Context
  private readonly memory: Memory
  private readonly plan: Schedule
  private readonly outer: Scope
  private readonly storage: Storage
  private readonly options: Options
  private readonly leaves: Leaves
  private readonly commit: Commit
  /** The variable that tells whether a call is under way, in functions that print. */
  private readonly running: string | null
  private readonly profiler: Profiler | null
  /** What its containers held when it read them, in functions that print. */
  private held: string | null = null

  constructor(fn: TracedFunction, options: Options, outer: Scope, storage: Storage) {
    this.fn = fn
    this.storage = storage
    this.options = options
    this.graph = fn.graph
    this.outer = outer
    this.context = new Context(fn.name, outer.names, options, storage)
    for (const u of this.graph.updates) if (u.value.owner) u.value.name ??= u.target.name
    const roots = rootsOf(this.graph).filter((v) => v.owner !== null)
    const plan = schedule(this.graph, roots, !options.without?.has('elemwise_fusion'))
    this.plan = storage === wasmStorage && !options.without?.has('BlasOpt') ? fuseProducts(plan, this.graph) : plan
    const lastUse = lastUses(this.graph, this.plan)
    const shared = options.without?.has('inplace_elemwise_optimizer') ? nothingInPlace : inPlace(fn, this.plan, lastUse)
    const kindOf = kindsOf(this.graph, fn.borrow, writtenArguments(fn))
    this.memory = new Memory(this.context, storage, { kindOf, lastUse, ...shared }, () => this.leaves.given())
    this.leaves = new Leaves(fn, this.context, storage, outer)
    this.commit = new Commit(fn, this.context, this.memory, storage, this.leaves)
    this.profiler = fn.profile ? new Profiler(fn, this.context, options) : null
    this.running = prints(this.graph.effects) ? outer.names.fresh('running') : null
  }

  build(): Omit<LoweredFunction, 'captures'> {
    const parameters = this.fn.parameters.map((p, i) => ({
      name: this.context.names.fresh(p.name),
      default: this.leaves.byDefault(i),
    }))
    this.context.body.push(arityCheck(parameters.length))
    const touched = this.leaves.read(parameters.map((p) => p.name))
    if (touched && this.running) {
      this.held = this.context.names.fresh('held')
      this.context.body.push({ kind: 'const', name: this.held, value: call('$t.held', name('self')) })
    }
    this.units()
    let result = arrange(this.fn.outputs, (i) => this.commit.result(this.graph.outputs[i]))
    const { prepared, overwrites, commits } = this.commit.updates()
    const { body } = this.context
    if (result && commits.length + overwrites.length > 0) {
      const target = this.context.names.fresh('result')
      body.push({ kind: 'const', name: target, value: result })
      result = name(target)
    }
    // Copies that delete the updates are frozen.
    const commit: Stmt[] = commits.length > 0 ? [{ kind: 'if', test: name('!self.frozen', true), body: commits }] : []
    const statements: Stmt[] = [...body, ...prepared, ...overwrites, ...commit, ...(result ? [{ kind: 'return', value: result } as const] : [])]
    this.checkDistinct()
    const whole = dropUnused(statements)
    if (this.storage === wasmStorage) return this.guarded({ parameters, ...this.inWasm(whole) })
    const short = inlineOnce(whole)
    const { functions, body: pieces } = outline(short, this.context.names)
    return this.guarded({ parameters, setup: [...this.freeing(dropUnused(this.context.setup, short)), ...functions], body: pieces, wasm: [] })
  }

  /** `self.free`: memory kept between calls is given back. All that the setup lets change is such memory, made anew where it is too small. */
  private freeing(setup: readonly Stmt[]): Stmt[] {
    const kept = setup.flatMap((s) => (s.kind === 'let' ? [s] : []))
    if (kept.length === 0) return [...setup]
    const free = this.context.names.fresh('free')
    const body = kept.map((s): Stmt => ({ kind: 'assign', name: s.name, value: this.storage.freed(s.name, s.value) }))
    const started = kept.every((s) => isUndefined(s.value))
    return [
      ...setup.map((s): Stmt => (s.kind === 'let' ? { ...s, value: name('undefined') } : s)),
      { kind: 'function', name: free, parameters: [], body: [...this.refuseWhileRunning(), ...body] },
      { kind: 'put', name: 'self', path: 'free', value: name(free) },
      ...(started ? [] : [{ kind: 'do', value: call(free) } as const]),
    ]
  }

  /** console.log may be the caller's, and call the function again while its buffers are in use: that is refused. */
  private guarded(unprofiled: Omit<LoweredFunction, 'captures'>): Omit<LoweredFunction, 'captures'> {
    const { running, profiler } = this
    const built = profiler ? { ...unprofiled, setup: [...unprofiled.setup, profiler.setup()], body: profiler.call(unprofiled.body) } : unprofiled
    if (running === null) return built
    const set = (value: string): Stmt => ({ kind: 'assign', name: running, value: name(value) })
    return {
      ...built,
      setup: [{ kind: 'let', name: running, value: name('false') }, ...built.setup],
      body: [...this.refuseWhileRunning(), set('true'), { kind: 'try', body: built.body, finally: [set('false')] }],
    }
  }

  private refuseWhileRunning(): Stmt[] {
    return this.running === null ? [] : [{ kind: 'if', test: name(this.running, true), body: [{ kind: 'do', value: call('$t.reentered', name('self')) }] }]
  }

  /** The body with its loops in functions of the file's module, fetched at the first call. */
  private inWasm(whole: readonly Stmt[]): Pick<LoweredFunction, 'setup' | 'body' | 'wasm'> {
    const kernels = this.context.names.fresh('k')
    const outside = { arrays: this.context.arrayTypes, scalars: this.context.scalarTypes }
    const exportName = exportNames(this.fn.name, this.options)
    const { body, functions } = toStream(whole, outside, this.context.names, kernels, exportName) ?? toWasm(whole, outside, kernels, exportName)
    const short = inlineOnce(body)
    const setup = dropUnused(this.context.setup, short)
    return { setup: [declareKernels(kernels), ...this.freeing(setup)], body: [fetchKernels(kernels), ...inArena(short, this.context.names)], wasm: functions }
  }

  /** Containers that could be one and the same must not be where one of them is updated: the other would be read too late. */
  private checkDistinct(): void {
    const kind = (dtype: string, rank: number): string => `${dtype} ${rank}`
    const kept = this.fn.parameters.filter((p) => p.kept && !p.implicit)
    const updated = new Set([
      ...this.graph.updates.flatMap(({ target }) => (isOverwritten(this.fn, target) ? [] : [kind(target.dtype, target.rank)])),
      ...kept.map((p) => kind(p.dtype, p.shape.length)),
    ])
    for (const wanted of updated) {
      const alike = this.outer.captures.filter(
        (_, i) => this.fn.captures[i].kind === 'shared' && kind(this.fn.captures[i].dtype, this.fn.captures[i].shape.length) === wanted,
      )
      if (alike.length > 1) this.context.setup.push({ kind: 'do', value: call('$t.distinct', list(alike.map((c) => name(c))), name('self')) })
    }
  }

  /** Statements that make the container of a state, run once. */
  buildState(holder: string, state: State): Stmt[] {
    this.leaves.read([])
    this.units()
    const { init } = state
    const container: Stmt = {
      kind: 'const',
      name: holder,
      value: call('new $t.Shared', this.commit.initial(init), string(state.variable.name ?? ''), name('false')),
    }
    const used = dropUnused([...this.context.body, container])
    return [...dropUnused(this.context.setup, used), ...used]
  }

  private units(): void {
    this.plan.units.forEach((unit, order) => {
      this.memory.enter(order)
      this.scalars(order)
      if (this.profiler) this.profiler.unit(unit, this.plan.stored, () => this.unit(unit))
      else this.unit(unit)
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

  // --- units

  private scalars(before: number): void {
    for (const v of this.plan.scalars[before]) {
      const value = this.scalarValue(v)
      const { locals, values } = linearize([value], this.context.names, new Map())
      this.context.body.push(...locals)
      this.context.defineScalar(v, values[0])
    }
  }

  private scalarValue(v: Variable): Expr {
    const { inputs } = v.owner!
    if (isAccess(v)) return this.context.element(v, [])
    if (isOnlyElement(v))
      return this.context.element(
        inputs[0],
        inputs[0].shape.map(() => number(0)),
      )
    return this.context.operation(
      v,
      inputs.map((x) => this.context.scalar(x)),
    )
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
    if (op.name === 'nanGuard') return void this.context.body.push(lookAt(v, this.context))
    let next = 0
    const parts = (params.parts as (string | null)[]).map((part) => (part === null ? this.commit.value(inputs[next++]) : string(part)))
    this.context.body.push({ kind: 'do', value: call('$t.print', ...parts) })
    if (this.held) this.context.body.push({ kind: 'do', value: call('$t.unchanged', name(this.held), name('self')) })
  }
}
