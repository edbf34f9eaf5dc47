// lowering/wasm: what a vectorized loop gathers: sums, products, extremes, any and all. Every vector of the main loop has its
// own lanes, so that additions do not wait for each other; sums of floats move to float64 lanes after each block (blocked
// summation: Higham, Accuracy and Stability of Numerical Algorithms, chapter 4), so that fast is also accurate.
import type { Expr } from '../ir.ts'
import { type Code, get, ins, type Local, lane, type Node, select, v128 } from './code.ts'
import { convert, loadScalar, narrow, storeScalar } from './conversions.ts'
import { Lanes } from './lanes.ts'
import { maskTo, shapeOf, type Width, widthOf, zero } from './lanesOf.ts'
import { isFloatMachine, type Machine, machineOf } from './machine.ts'
import type { Accumulation, Combine } from './plan.ts'
import type { Values } from './values.ts'
import type { VectorLoop } from './vector.ts'

interface Gathered {
  readonly accumulation: Accumulation
  readonly width: Width
  /** One vector for each copy of the body. */
  readonly lanes: readonly Local[]
  /** float64 lanes of a sum of floats, or the products of the upper lanes of float32. */
  readonly wide: Local | null
  readonly neutral: Node
}

export class Accumulators {
  private readonly loop: VectorLoop
  private readonly code: Code
  private readonly all = new Map<Accumulation, Gathered>()

  constructor(loop: VectorLoop) {
    this.loop = loop
    this.code = loop.code
    for (const a of loop.plan.accumulations.values()) this.all.set(a, this.gathered(a))
  }

  /** Are there sums to be moved after each block? */
  get blocked(): boolean {
    return [...this.all.values()].some(isFloatSum)
  }

  private gathered(a: Accumulation): Gathered {
    const { code } = this
    const width = widthOf(a.machine, this.loop.plan.count)
    const name = a.target.kind === 'name' ? a.target.name : a.target.array
    const lanes = Array.from({ length: this.loop.plan.unroll }, (_, u) => code.local(`${name}_${u}`, 'v128'))
    const wide = isFloatMachine(a.machine) && (a.op === 'add' || (a.op === 'mul' && a.machine === 'f32')) ? code.local(`${name}_wide`, 'v128') : null
    return { accumulation: a, width, lanes, wide, neutral: this.neutral(a) }
  }

  /** What changes nothing. */
  private neutral({ op, machine }: Accumulation): Node {
    const { code } = this
    if (machine === 'bool') return op === 'or' ? zero(code) : code.hoisted('all', v128(new Uint8Array(16).fill(255)))
    if (isFloatMachine(machine)) {
      const value = { add: 0, mul: 1, maximum: Number.NEGATIVE_INFINITY, minimum: Number.POSITIVE_INFINITY, and: 0, or: 0 }[op]
      // Products of float32 are float64.
      return new Lanes(code, machine === 'f64' || op === 'mul' ? 64 : 32).c(value)
    }
    const value = { add: 0, mul: 1, maximum: machine === 'u32' ? 0 : -(2 ** 31), minimum: machine === 'u32' ? -1 : 2 ** 31 - 1, and: 0, or: 0 }[op]
    return new Lanes(code, 32).int(value)
  }

  start(): void {
    for (const { lanes, wide, neutral } of this.all.values()) {
      for (const l of lanes) this.code.set(l, neutral)
      if (wide) this.code.set(wide, neutral)
    }
  }

  /** One more vector of values; lanes that do not count change nothing. */
  add(a: Accumulation, values: Values, copy: number): void {
    const g = this.all.get(a)!
    const v = values.emit(a.value, a.machine)
    const node = maskOrValue(this.code, v.node, v.width, g.width, a.machine)
    if (a.op === 'mul' && a.machine === 'f32') return this.multiplyWide(g, node, values)
    const target = g.lanes[copy]
    this.code.set(target, this.combine(g, get(target), this.counting(node, g.neutral, values, g.width)))
  }

  private counting(node: Node, neutral: Node, values: Values, width: Width): Node {
    const active = values.active(width)
    return active ? ins('v128.bitselect', node, neutral, active) : node
  }

  /** Products of float32 in float64: the lower lanes in the first vector, the upper in the wide one. */
  private multiplyWide(g: Gathered, node: Node, values: Values): void {
    const ones = new Lanes(this.code, 32).c(1)
    const kept = this.code.keep(this.counting(node, ones, values, 32), 'v')
    const halves: [Local, Node][] = [
      [g.lanes[0], kept],
      [g.wide!, upperHalf(kept)],
    ]
    for (const [target, half] of halves) this.code.set(target, ins('f64x2.mul', get(target), ins('f64x2.promote_low_f32x4', half)))
  }

  private combine(g: Gathered, a: Node, b: Node): Node {
    const { op, machine } = g.accumulation
    if (machine === 'bool') return ins(`v128.${op}`, a, b)
    const shape = shapeOf({ machine, width: g.width })
    if (op === 'add' || op === 'mul') return ins(`${shape}.${op}`, a, b)
    return ins(`${shape}.${op.slice(0, 3)}${isFloatMachine(machine) ? '' : machine === 'u32' ? '_u' : '_s'}`, a, b)
  }

  /** Moves sums of floats to their float64 lanes. */
  flush(): void {
    for (const g of this.all.values()) if (isFloatSum(g)) this.moveSum(g)
  }

  private moveSum(g: Gathered): void {
    const { code } = this
    const total = code.keep(
      tree(g.lanes.map(get), (a, b) => this.combine(g, a, b)),
      'total',
    )
    const add = (sum: Node, half: Node): Node => ins('f64x2.add', sum, half)
    const sum =
      g.accumulation.machine === 'f64'
        ? add(get(g.wide!), total)
        : add(add(get(g.wide!), ins('f64x2.promote_low_f32x4', total)), ins('f64x2.promote_low_f32x4', upperHalf(total)))
    code.set(g.wide!, sum)
    for (const l of g.lanes) code.set(l, g.neutral)
  }

  /** Puts what was gathered into the variables and array elements. */
  finish(): void {
    for (const g of this.all.values()) {
      const { accumulation: a } = g
      if (isFloatSum(g)) this.moveSum(g)
      const { scalar, machine } = this.total(g)
      if (a.target.kind === 'name') {
        const local = this.loop.scalars.localOf(a.target.name)
        const own = this.loop.scalars.machines.ofName(a.target.name)
        const total = combineScalars(a.op, get(local), convert(scalar, machine, own), own, this.code)
        this.code.set(local, a.cast ? narrow(total, a.cast) : total)
      } else this.finishElement(a.target.array, a.target.index, a.op, scalar, machine)
    }
  }

  private finishElement(array: string, index: Expr, op: Combine, scalar: Node, machine: Machine): void {
    const { scalars } = this.loop
    const dtype = scalars.machines.dtypeOf(array)
    const own = machineOf(dtype)
    const address = this.code.keep(scalars.address(array, index), 'at')
    const total = combineScalars(op, convert(loadScalar(dtype, address), own, machine), scalar, machine, this.code)
    storeScalar(this.code, dtype, address, convert(total, machine, own))
  }

  /** All lanes as one number. */
  private total(g: Gathered): { scalar: Node; machine: Machine } {
    const { op, machine } = g.accumulation
    if (g.wide) {
      const lanes = op === 'add' ? get(g.wide) : ins('f64x2.mul', get(g.lanes[0]), get(g.wide))
      const v = this.code.keep(lanes, 'total')
      return { scalar: ins(`f64.${op}`, lane('f64x2.extract_lane', 0, v), lane('f64x2.extract_lane', 1, v)), machine: 'f64' }
    }
    const v = this.code.keep(
      tree(g.lanes.map(get), (a, b) => this.combine(g, a, b)),
      'total',
    )
    if (machine === 'bool') return { scalar: op === 'or' ? ins('v128.any_true', v) : ins(`${shapeOf({ machine, width: g.width })}.all_true`, v), machine }
    const shape = shapeOf({ machine, width: g.width })
    const lanes = Array.from({ length: 128 / g.width }, (_, l) => lane(`${shape}.extract_lane`, l, v))
    return { scalar: tree(lanes, (a, b) => combineScalars(op, a, b, machine, this.code)), machine }
  }
}

const isFloatSum = (g: Gathered): boolean => g.accumulation.op === 'add' && isFloatMachine(g.accumulation.machine)

const upperHalf = (v: Node): Node => lane('i8x16.shuffle', [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15], v, v)

const tree = (nodes: readonly Node[], combine: (a: Node, b: Node) => Node): Node =>
  nodes.length === 1 ? nodes[0] : combine(tree(nodes.slice(0, nodes.length >> 1), combine), tree(nodes.slice(nodes.length >> 1), combine))

const maskOrValue = (code: Code, node: Node, from: Width, to: Width, machine: Machine): Node => (machine === 'bool' ? maskTo(code, node, from, to) : node)

function combineScalars(op: Combine, a: Node, b: Node, machine: Machine, code: Code): Node {
  if (isFloatMachine(machine)) return ins(`${machine}.${{ add: 'add', mul: 'mul', maximum: 'max', minimum: 'min', and: 'mul', or: 'add' }[op]}`, a, b)
  if (op !== 'maximum' && op !== 'minimum') return ins(`i32.${op}`, a, b)
  const [x, y] = [code.keep(a, 'x'), code.keep(b, 'x')]
  return select(ins(`i32.${op === 'maximum' ? 'gt' : 'lt'}_${machine === 'u32' ? 'u' : 's'}`, x, y), x, y)
}
