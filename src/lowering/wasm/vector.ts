// lowering/wasm: prints an innermost loop with vectors: a main loop, what is left of it, and a tail of less than a vector.
// Invariant: every lane computes what the scalar loop would; sums are added up in another order.
import { print } from '../emitJs.ts'
import { type Expr, partsOf, type Stmt } from '../ir.ts'
import { Accumulators } from './accumulate.ts'
import { affine } from './affine.ts'
import { type Code, get, i32, ins, type Local, type Node, type Stmt as Statement } from './code.ts'
import type { Machine } from './machine.ts'
import { constantsOf, type For, type Plan, planOf } from './plan.ts'
import type { Scalars } from './scalar.ts'
import { type Lanewise, Values } from './values.ts'

/** Iterations of the main loop after which sums of floats are added to wider ones. */
const block = 32

/** Prints the loop with vectors; false, and nothing is printed, where its iterations depend on their order. */
export function vectorize(loop: For, scalars: Scalars): boolean {
  const plan = planOf(loop, scalars.machines)
  if (!plan) return false
  new VectorLoop(loop, plan, scalars).print()
  return true
}

/** How many lanes of a body count: all, the first `rest`, or one. */
export type Mode = { readonly kind: 'full' } | { readonly kind: 'masked'; readonly rest: Node } | { readonly kind: 'single' }

/** A body of more constants is computed in their order: chains of them would be too deep. */
const manyConstants = 200

interface Pointer {
  readonly local: Local
  readonly bytes: number
}

export class VectorLoop implements Lanewise {
  readonly loop: For
  readonly plan: Plan
  readonly scalars: Scalars
  readonly code: Code
  /** The loop's index: the iteration of the first lane. */
  readonly i: Local
  private readonly before: Statement[] = []
  private readonly invariants = new Map<string, Node>()
  private readonly pointers = new Map<string, Pointer>()
  private readonly accumulators: Accumulators

  constructor(loop: For, plan: Plan, scalars: Scalars) {
    this.loop = loop
    this.plan = plan
    this.scalars = scalars
    this.code = scalars.code
    this.i = this.code.local(loop.index, 'i32')
    this.accumulators = new Accumulators(this)
  }

  print(): void {
    const { code, loop, scalars } = this
    const from = scalars.stable(scalars.emit(loop.from, 'i32'))
    const to = scalars.stable(scalars.emit(loop.to, 'i32'))
    this.outside(() => scalars.statements(constantsOf(loop, this.plan)))
    for (const s of loop.body) this.findStreams(s)
    const loops = code.collect(() => this.loops(from, to))
    code.set(this.i, from)
    code.add(this.before)
    this.accumulators.start()
    code.add(loops)
    this.accumulators.finish()
  }

  // --- what does not change in the loop

  /** Runs before the loop. */
  outside<T>(write: () => T): T {
    let result: T | undefined
    this.before.push(
      ...this.code.collect(() => {
        result = write()
      }),
    )
    return result as T
  }

  /** The scalar value of an invariant, in a local made before the loop. */
  invariant(e: Expr, want: Machine): Node {
    const key = `${want} ${print(e).text}`
    let known = this.invariants.get(key)
    if (!known) {
      known = this.outside(() => this.scalars.stable(this.scalars.emit(e, want)))
      this.invariants.set(key, known)
    }
    return known
  }

  /** Something made of an invariant, once. */
  once(key: string, make: () => Node): Node {
    let known = this.invariants.get(key)
    if (!known) {
      known = this.outside(() => this.code.keep(make()))
      this.invariants.set(key, known)
    }
    return known
  }

  // --- memory that the loop walks

  /** Where the elements of an array lie that iterations read or write one after the other; null for other ways to walk. */
  stream(array: string, index: Expr): { readonly address: Node; readonly bytes: number } | null {
    const at = affine(index, this.plan.varying)
    if (at?.stride.kind !== 'number' || at.stride.value !== 1) return null
    const key = `${array} ${print(at.rest).text}`
    const bytes = this.scalars.machines.bytesOf(array)
    let pointer = this.pointers.get(key)
    if (!pointer) {
      const { code } = this
      const start = this.outside(() => this.advanced(this.scalars.address(array, at.rest), get(this.i), bytes))
      pointer = { local: code.local(`${array}_at`, 'i32'), bytes }
      this.before.push({ kind: 'set', local: pointer.local, value: start })
      this.pointers.set(key, pointer)
    }
    return { address: get(pointer.local), bytes }
  }

  /** All streams are known before the first loop is printed: each loop moves them all. */
  private findStreams(s: Stmt): void {
    const inside = (e: Expr): void => {
      if (e.kind === 'load') this.stream(e.array, e.index)
      for (const part of partsOf(e)) inside(part)
    }
    if (s.kind === 'const' || s.kind === 'assign' || s.kind === 'store') inside(s.value)
    if (s.kind === 'store') this.stream(s.array, s.index)
  }

  private advanced(address: Node, count: Node, bytes: number): Node {
    if (this.loop.from.kind === 'number' && this.loop.from.value === 0) return address
    return ins('i32.add', address, bytes === 1 ? count : ins('i32.mul', count, i32(bytes)))
  }

  /** The address of an array's element at the rest of an affine index, before the loop. */
  base(array: string, rest: Expr): Node {
    return this.once(`base ${array} ${print(rest).text}`, () => this.scalars.address(array, rest))
  }

  // --- loops

  private loops(from: Node, to: Node): void {
    const { count, unroll } = this.plan
    const n = this.fixedCount()
    const left = (multiple: number): number | null => (n === null ? null : n % multiple)
    const big = count * unroll
    if (n === null || n >= big) this.main(from, to, big)
    const rest = left(big)
    if (unroll > 1 && (rest === null || rest >= count)) this.steps(from, to, count)
    if (left(count) === 0) return
    if (this.plan.lanewise || count > 4) this.steps(from, to, 1)
    else this.tail(to)
  }

  /** Is there a loop over groups of vectors? */
  private hasMain(): boolean {
    const n = this.fixedCount()
    return n === null || n >= this.plan.count * this.plan.unroll
  }

  private fixedCount(): number | null {
    const { from, to } = this.loop
    return from.kind === 'number' && to.kind === 'number' ? to.value - from.value : null
  }

  /** All whole groups of `step` iterations; sums are moved to wider ones after every block of groups. */
  private main(from: Node, to: Node, step: number): void {
    const { code, accumulators } = this
    const limit = this.wholeGroups(from, to, step)
    const group = (): void => {
      const copies = Array.from({ length: this.plan.unroll }, (_, u) => code.collect(() => this.body({ kind: 'full' }, u)))
      // Long chains of operations wait for each other: those of several vectors in turn keep the processor busy.
      code.add(this.plan.formulas > 0 ? inTurn(copies) : copies.flat())
      this.advance(step)
    }
    code.if(ins('i32.gt_u', limit, get(this.i)), () => {
      if (!accumulators.blocked) return this.until(limit, group)
      code.loop('block', () => {
        const end = code.keep(ins('i32.add', get(this.i), i32(block * step)), 'end')
        const stop = code.variable('stop', end)
        code.if(ins('i32.gt_u', end, limit), () => code.set(stop, limit))
        this.until(get(stop), group)
        accumulators.flush()
        return ins('i32.lt_u', get(this.i), limit)
      })
    })
  }

  /** Where the last whole group of `step` iterations, a power of two, ends. */
  private wholeGroups(from: Node, to: Node, step: number): Node {
    const fromZero = this.loop.from.kind === 'number' && this.loop.from.value === 0
    const whole = ins('i32.and', fromZero ? to : ins('i32.sub', to, from), i32(-step))
    return this.code.keep(fromZero ? whole : ins('i32.add', from, whole), 'limit')
  }

  /** Whole vectors (or single iterations) that are left. */
  private steps(from: Node, to: Node, step: number): void {
    const { code } = this
    const limit = step === 1 ? to : this.wholeGroups(from, to, step)
    code.if(ins('i32.gt_u', limit, get(this.i)), () =>
      this.until(limit, () => {
        this.body(step === 1 ? { kind: 'single' } : { kind: 'full' }, 0, !this.hasMain())
        this.advance(step)
      }),
    )
  }

  /** Less than a vector: computed as one, of which the first lanes count. Loads reach beyond the end, stores do not. */
  private tail(to: Node): void {
    const { code } = this
    code.if(ins('i32.lt_u', get(this.i), to), () => {
      // Of two lanes it is one.
      const rest = this.plan.count === 2 ? i32(1) : code.keep(ins('i32.sub', to, get(this.i)), 'rest')
      this.body({ kind: 'masked', rest }, 0, !this.hasMain())
    })
  }

  private until(limit: Node, body: () => void): void {
    this.code.loop(this.loop.index, () => {
      body()
      return ins('i32.lt_u', get(this.i), limit)
    })
  }

  private advance(step: number): void {
    const { code } = this
    for (const { local, bytes } of this.pointers.values()) code.set(local, ins('i32.add', get(local), i32(step * bytes)))
    // Last, as it is compared then.
    code.set(this.i, ins('i32.add', get(this.i), i32(step)))
  }

  /** Do constants read what the body overwrites? */
  private overwrites(): boolean {
    const { constants, stored } = this.plan.varying
    const reads = (e: Expr): boolean => (e.kind === 'load' && stored.has(e.array)) || partsOf(e).some(reads)
    return [...constants.values()].some(reads)
  }

  /** Formulas are written out where most of the work is done, and called elsewhere. */
  private body(mode: Mode, copy: number, written = true): void {
    const values = new Values(this, mode, copy, written && !this.plan.crowded)
    // Else a constant is computed where it is first used, and those that it is made of inside that.
    const inOrder = this.plan.varying.constants.size > manyConstants || this.overwrites()
    for (const s of this.loop.body) {
      if (inOrder && s.kind === 'const') values.define(s.name)
      const accumulation = this.plan.accumulations.get(s)
      if (accumulation) this.accumulators.add(accumulation, values, copy)
      else if (s.kind === 'store') values.store(s.array, s.index, s.value)
    }
  }
}

/** The first statements of all lists, then the second ones, … */
function inTurn(lists: readonly (readonly Statement[])[]): Statement[] {
  const longest = Math.max(...lists.map((l) => l.length))
  return Array.from({ length: longest }, (_, i) => lists.flatMap((l) => (i < l.length ? [l[i]] : []))).flat()
}
