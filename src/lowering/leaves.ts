// lowering: what a function gets from outside: arguments, captured values, containers. Each is checked once, before anything is computed.
import { ancestors, rootsOf } from '../graph/functionGraph.ts'
import { eq, neq } from '../graph/ops/logic.ts'
import type { TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import type { Context } from './context.ts'
import { isBorrowed, isContainer, isOverwritten } from './inPlace.ts'
import { checkedInput } from './inputs.ts'
import { call, condition, type Expr, list, member, name, string } from './ir.ts'
import type { Storage } from './storage.ts'

/** Names of what the text that makes a function has, in order. */
export interface Outer {
  readonly captures: readonly string[]
  /** Containers made with the function. */
  readonly states: readonly string[]
  /** Containers of inputs that are kept, by parameter; null for others. */
  readonly kept: readonly (string | null)[]
}

export class Leaves {
  private readonly fn: TracedFunction
  private readonly context: Context
  private readonly storage: Storage
  private readonly outer: Outer
  /** NDArrays by their leaf. */
  private readonly arrays = new Map<Variable, string>()

  constructor(fn: TracedFunction, context: Context, storage: Storage, outer: Outer) {
    this.fn = fn
    this.context = context
    this.storage = storage
    this.outer = outer
  }

  /** The name of a leaf's NDArray. */
  arrayOf(v: Variable): string {
    return this.arrays.get(v)!
  }

  /** The value of a parameter that is not passed; null where it must be, or must not be, or is kept. */
  byDefault(index: number): Expr | null {
    const p = this.fn.parameters[index]
    if (p.default === null || p.implicit || this.outer.kept[index] !== null) return null
    // An array that the function may overwrite is not the user's default itself.
    return isOverwritten(this.fn, this.fn.graph.inputs[index]) ? call('$t.copyOf', this.unpassed(index)) : this.unpassed(index)
  }

  private unpassed(index: number): Expr {
    const p = this.fn.parameters[index]
    const holder = this.outer.kept[index]
    if (holder === null) return call(`self.defaults${/^[\w$]+$/.test(p.name) ? `.${p.name}` : `[${JSON.stringify(p.name)}]`}`)
    return p.shape.length > 0 ? member(holder, 'array') : p.dtype === 'bool' ? call(`${holder}.array.item`) : member(holder, 'array.data[0]')
  }

  /** The arguments for the parameters of these names, and what is captured. What the caller's own code computes comes before any container is read; true: some are. */
  read(names: readonly string[]): boolean {
    const { graph } = this.fn
    const kept = (i: number): boolean => this.outer.kept[i] !== null
    graph.inputs.forEach((v, i) => {
      if (this.fn.parameters[i].implicit) this.refusePassed(names[i], i)
      if (!kept(i)) this.input(v, names[i], i)
    })
    const captures = this.captures()
    this.live(captures)
    graph.inputs.forEach((v, i) => {
      if (kept(i)) this.input(v, names[i], i)
    })
    const containers = captures.filter(isContainer)
    for (const v of containers) this.container(v)
    this.apart()
    this.checkNamedSizes()
    return containers.length > 0 || this.outer.kept.some((holder) => holder !== null)
  }

  private input(v: Variable, argument: string, index: number): void {
    const p = this.fn.parameters[index]
    const value = p.implicit ? this.unpassed(index) : this.outer.kept[index] !== null ? this.orKept(argument, index) : name(argument)
    this.leaf(v, argument, checkedInput(p, value, index), 'assign')
  }

  private orKept(argument: string, index: number): Expr {
    const missing = condition(eq.op, name(argument), name('undefined'))
    return { kind: 'select', test: missing, whenTrue: this.unpassed(index), whenFalse: name(argument) }
  }

  private refusePassed(argument: string, index: number): void {
    const refuse = call('$t.implicit', name(`self.inputs[${index}]`), name('self'))
    const test = condition(neq.op, name(argument), name('undefined'))
    this.context.body.push({ kind: 'if', test, body: [{ kind: 'do', value: refuse }] })
  }

  private captures(): Variable[] {
    const { graph } = this.fn
    const passed = new Set(graph.inputs)
    return ancestors([...rootsOf(graph), ...graph.updates.map((u) => u.target)], true).filter((v) => !passed.has(v))
  }

  private live(captures: readonly Variable[]): void {
    for (const v of captures) {
      if (v.source?.kind !== 'live') continue
      const { capture } = v.source
      this.leaf(v, this.context.names.fresh(v.name ?? 'value'), checked(v, call(this.outer.captures[capture]), `self.captures[${capture}]`), 'const')
    }
  }

  /** A value from outside, checked and converted into a parameter or a constant. */
  private leaf(v: Variable, target: string, value: Expr, kind: 'assign' | 'const'): void {
    this.context.body.push({ kind, name: target, value })
    if (v.rank === 0) this.context.setScalar(v, name(target, v.dtype === 'bool'))
    else if (this.needsOwn(v)) this.arrays.set(v, target)
    else this.array(v, target)
  }

  /** Is it an argument that is overwritten, or becomes a container's own, or a result? */
  private needsOwn(v: Variable): boolean {
    const { graph, borrow } = this.fn
    if (isOverwritten(this.fn, v)) return true
    return isBorrowed(this.fn, v) && (graph.updates.some((u) => u.value === v && u.target !== v) || (borrow && graph.outputs.includes(v)))
  }

  /** Arguments that lie where other arrays do are copied, the last ones first; only then are the elements read. */
  private apart(): void {
    const own = this.fn.graph.inputs.filter((v) => v.rank > 0 && this.needsOwn(v))
    const read = new Set(ancestors(rootsOf(this.fn.graph)))
    const done = new Set<Variable>()
    for (const v of [...own].reverse()) {
      done.add(v)
      // Nothing is left of containers that are replaced unread; only an overwritten argument is a danger to them, in a call that throws.
      const others = [...this.arrays.keys()].filter((x) => !done.has(x) && (isOverwritten(this.fn, v) || x.source?.kind === 'parameter' || read.has(x)))
      const arrays = others.map((x) => name(this.arrayOf(x)))
      this.context.body.push({ kind: 'assign', name: this.arrayOf(v), value: call('$t.apart', name(this.arrayOf(v)), list(arrays)) })
    }
    for (const v of own) this.array(v, this.arrayOf(v))
  }

  /** The name of the container that a leaf stands for. */
  holderOf({ source }: Variable): string {
    if (source?.kind === 'shared') return this.outer.captures[source.capture]
    if (source?.kind === 'state') return this.outer.states[source.index]
    if (source?.kind === 'parameter') return this.outer.kept[source.index]!
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

  /** NDArrays of the caller's. */
  given(): string[] {
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
        const here = member(this.arrays.get(this.fn.graph.inputs[i])!, `shape[${axis}]`)
        const known = first.get(length)
        if (known) this.context.body.push({ kind: 'do', value: call('$t.sameName', known, here, string(length), name('self')) })
        else first.set(length, here)
      }),
    )
  }
}

/** The runtime's check of a value of v's type against a spec. */
const checked = (v: Variable, value: Expr, spec: string): Expr =>
  call(v.rank > 0 ? '$t.array' : v.dtype === 'bool' ? '$t.boolean' : '$t.number', value, name(spec), name('self'))
