// lowering/wasm: the values of one copy of a vectorized loop's body. Invariant: a Value's lanes are those of the plan's count;
// what lanes cannot do is done for each of them alone.
import { type DType, dtypes } from '../../graph/dtype.ts'
import { print } from '../emitJs.ts'
import type { Expr } from '../ir.ts'
import { affine, isInvariant } from './affine.ts'
import { type Code, call, f64, get, type Import, i32, ins, type Local, type Node } from './code.ts'
import { convert, loadScalar, storeScalar } from './conversions.ts'
import { importOf, numbersOf, vectorFormula } from './formulas.ts'
import { iota, loadLanes, maskTo, pack, shapeOf, storePacked, type Value, zero } from './lanesOf.ts'
import { LaneValues } from './laneValues.ts'
import { comparisons, isFloatMachine, type Machine, machineOf, wasmType } from './machine.ts'
import { bitInstructions, comparisonInstructions, floatInstructions, integerInstructions, laneFormulas, laneTests, shiftInstructions } from './operations.ts'
import type { Plan } from './plan.ts'
import type { Scalars } from './scalar.ts'
import type { Mode } from './vector.ts'

type OpExpr = Expr & { kind: 'op' }

/** What values need of the loop they belong to. */
export interface Lanewise {
  readonly plan: Plan
  readonly scalars: Scalars
  readonly code: Code
  /** The iteration of the first lane. */
  readonly i: Local
  /** The scalar value of what does not change in the loop. */
  invariant(e: Expr, want: Machine): Node
  /** Something made of invariants, once. */
  once(key: string, make: () => Node): Node
  /** Where the elements lie that iterations read or write one after the other; null for other ways to walk. */
  stream(array: string, index: Expr): { readonly address: Node; readonly bytes: number } | null
  /** The address of an array's element at the rest of an affine index. */
  base(array: string, rest: Expr): Node
}

export class Values extends LaneValues {
  private readonly loop: Lanewise
  /** Which vector of an unrolled body. */
  private readonly copy: number
  /** Are costly formulas written out, rather than called? */
  private readonly written: boolean
  private readonly known = new Map<string, Value>()

  constructor(loop: Lanewise, mode: Mode, copy: number, written: boolean) {
    super(loop.code, loop.plan.count, mode)
    this.written = written
    this.loop = loop
    this.copy = copy
  }

  /** Every read of the array is this value. */
  know(array: string, node: Node, machine: Machine): void {
    this.given.set(array, { node, machine, width: this.width(machine) })
  }
  private readonly given = new Map<string, Value>()

  // --- memory

  store(array: string, index: Expr, value: Expr): void {
    const dtype = this.loop.scalars.machines.dtypeOf(array)
    const { bytes } = dtypes[dtype]
    const v = this.emit(value, machineOf(dtype))
    const stream = this.loop.stream(array, index)
    if (!stream) return this.scatter(dtype, array, index, v)
    const bits = v.machine === 'bool' ? ins('v128.and', v.node, this.bytesOfOnes()) : v.node
    const together = pack(this.code, bits, v.width, bytes)
    const offset = this.copy * this.count * bytes
    if (this.mode.kind === 'full') return storePacked(this.code, together, bytes, this.count, stream.address, offset)
    const packed = this.code.keep(together, 'v')
    storePacked(this.code, packed, bytes, 1, stream.address, offset)
    if (this.mode.kind === 'single') return
    for (let l = 1; l < this.count - 1; l++)
      this.code.if(ins('i32.gt_s', this.mode.rest, i32(l)), () => this.code.storeLane(`v128.store${bytes * 8}_lane`, l, stream.address, packed, l * bytes))
  }

  /** Evenly strided stores: the plan allows no others. */
  private scatter(dtype: DType, array: string, index: Expr, v: Value): void {
    const kept: Value = { ...v, node: this.code.keep(v.node, 'v') }
    for (let l = 0; l < this.lanesActive(); l++) storeScalar(this.code, dtype, this.strided(array, index, l), this.extract(kept, l))
  }

  private load(array: string, index: Expr): Value {
    const given = this.given.get(array)
    if (given) return given
    const { plan, scalars } = this.loop
    const dtype = scalars.machines.dtypeOf(array)
    const machine = machineOf(dtype)
    if (isInvariant({ kind: 'load', array, index }, plan.varying)) return this.spread({ kind: 'load', array, index }, machine)
    const stream = this.loop.stream(array, index)
    const width = this.width(machine)
    if (!stream) return this.gather(dtype, array, index)
    const count = this.mode.kind === 'single' ? 1 : this.count
    const node = loadLanes(this.code, dtype, count, width, stream.address, this.copy * this.count * stream.bytes)
    return this.asRead(node, machine, width)
  }

  private gather(dtype: DType, array: string, index: Expr): Value {
    const machine = machineOf(dtype)
    const at = affine(index, this.loop.plan.varying)
    const positions = at ? null : this.kept(this.emit(index, 'i32'))
    const address = (l: number): Node => {
      if (positions === null) return this.strided(array, index, l)
      const { bytes } = dtypes[dtype]
      return ins('i32.add', this.loop.scalars.base(array), ins('i32.mul', this.extract(positions, l), i32(bytes)))
    }
    return this.byLanes(machine, (l) => loadScalar(dtype, address(l)))
  }

  /** The address of lane l of an evenly strided index. */
  private strided(array: string, index: Expr, l: number): Node {
    const { stride, rest } = affine(index, this.loop.plan.varying)!
    const bytes = this.loop.scalars.machines.bytesOf(array)
    const iteration = l + this.copy * this.count === 0 ? get(this.loop.i) : ins('i32.add', get(this.loop.i), i32(l + this.copy * this.count))
    const step =
      stride.kind === 'number'
        ? i32(stride.value * bytes)
        : this.loop.once(`step ${bytes} ${print(stride).text}`, () => ins('i32.mul', this.loop.scalars.emit(stride, 'i32'), i32(bytes)))
    return ins('i32.add', this.loop.base(array, rest), ins('i32.mul', iteration, step))
  }

  // --- expressions

  /** The expression's value as the wanted machine type. */
  emit(e: Expr, want: Machine): Value {
    const { varying } = this.loop.plan
    if (e.kind === 'number' || isInvariant(e, varying)) return this.spread(e, want)
    if (want === 'i32' && this.loop.scalars.machines.of(e) === 'f64') {
      const position = this.position(e)
      if (position) return position
    }
    return this.to(this.natural(e), want)
  }

  /** An invariant in every lane. */
  private spread(e: Expr, want: Machine): Value {
    const width = this.width(want)
    const shape = shapeOf({ machine: want === 'bool' ? 'i32' : want, width })
    if (e.kind === 'number' && isFloatMachine(want)) return { node: this.lanesFor(want).c(e.value), machine: want, width }
    const key = `lanes ${want} ${width} ${print(e).text}`
    const scalar = this.loop.invariant(e, want)
    const node = this.loop.once(key, () => {
      const spread = ins(`${shape}.splat`, scalar)
      return want === 'bool' ? ins(`${shape}.neg`, spread) : spread
    })
    return { node, machine: want, width }
  }

  /** Arithmetic of positions. */
  private position(e: Expr): Value | null {
    if (e.kind !== 'op' || !this.loop.scalars.machines.isPosition(e)) return null
    if (e.op.name === 'remainder') return this.remainders(e.args[0], (e.args[1] as Expr & { kind: 'number' }).value)
    const extreme = e.op.name === 'maximum' || e.op.name === 'minimum'
    const op = extreme ? `${e.op.name.slice(0, 3)}_s` : integerInstructions[e.op.name]
    const [a, b] = e.args.map((x) => this.emit(x, 'i32').node)
    return { node: ins(`i32x4.${op}`, a, b), machine: 'i32', width: 32 }
  }

  private remainders(e: Expr, n: number): Value {
    const v = this.kept(this.emit(e, 'i32'))
    return this.byLanes('i32', (l) => ins('i32.rem_s', this.extract(v, l), i32(n)))
  }

  private natural(e: Expr): Value {
    switch (e.kind) {
      case 'name':
        return this.name(e.name)
      case 'load':
        return this.remembered(`${e.array} ${print(e.index).text}`, () => this.load(e.array, e.index))
      case 'op':
        return this.operation(e)
      case 'select': {
        const machine = this.loop.scalars.machines.of(e) ?? 'f64'
        return this.choose(this.emit(e.test, 'bool'), this.emit(e.whenTrue, machine), this.emit(e.whenFalse, machine))
      }
      case 'call':
        return this.check(e)
      default:
        throw new Error(`${e.kind} in a loop`)
    }
  }

  private remembered(key: string, make: () => Value): Value {
    let value = this.known.get(key)
    if (!value) {
      value = this.kept(make())
      this.known.set(key, value)
    }
    return value
  }

  /** Computes a constant of the body now, unless it is a position or the same for all iterations. */
  define(name: string): void {
    const { plan, scalars } = this.loop
    if (plan.varying.moving.has(name) && !scalars.machines.isIndex(name)) this.name(name)
  }

  private name(name: string): Value {
    const { plan, scalars } = this.loop
    if (name !== plan.varying.index) return this.remembered(name, () => this.emit(plan.varying.constants.get(name)!, scalars.machines.ofName(name)))
    const first = this.copy === 0 ? get(this.loop.i) : ins('i32.add', get(this.loop.i), i32(this.copy * this.count))
    return this.remembered(name, () => ({ node: ins('i32x4.add', ins('i32x4.splat', first), iota(this.code, 32)), machine: 'i32', width: 32 }))
  }

  private operation(e: OpExpr): Value {
    const { name } = e.op
    const { machines } = this.loop.scalars
    if (comparisons.has(name)) return this.comparison(e)
    if (name.startsWith('cast_')) return this.cast(e)
    if (name === 'where') {
      const machine = machines.of(e)!
      return this.choose(this.emit(e.args[0], 'bool'), this.emit(e.args[1], machine), this.emit(e.args[2], machine))
    }
    if (['and', 'or', 'not', 'truthy'].includes(name)) return this.logic(e)
    const machine = machines.of(e)!
    return (isFloatMachine(machine) ? this.float(e, machine) : this.integer(e, machine)) ?? this.javascript(e, machine)
  }

  private comparison(e: OpExpr): Value {
    const type = this.loop.scalars.machines.comparison(e.args)
    const [a, b] = e.args.map((x) => this.emit(x, type))
    const op = comparisonInstructions[e.op.name]
    const width = this.width(type)
    if (type === 'bool') return { ...a, node: this.orderOfBools(op, a.node, maskTo(this.code, b.node, b.width, a.width)) }
    const sign = isFloatMachine(type) || op === 'eq' || op === 'ne' ? '' : type === 'u32' ? '_u' : '_s'
    return { node: ins(`${shapeOf({ machine: type, width })}.${op}${sign}`, a.node, b.node), machine: 'bool', width }
  }

  /** false is less than true. */
  private orderOfBools(op: string, a: Node, b: Node): Node {
    switch (op) {
      case 'eq':
        return ins('v128.not', ins('v128.xor', a, b))
      case 'ne':
        return ins('v128.xor', a, b)
      case 'lt':
        return ins('v128.andnot', b, a)
      case 'gt':
        return ins('v128.andnot', a, b)
      case 'le':
        return ins('v128.or', b, ins('v128.not', a))
      default:
        return ins('v128.or', a, ins('v128.not', b))
    }
  }

  private logic(e: OpExpr): Value {
    if (e.op.name === 'truthy') return this.truthy(e.args[0])
    if (e.op.name !== 'not') return this.bitsOfMasks(e.op.name, e)
    const a = this.emit(e.args[0], 'bool')
    return { ...a, node: ins('v128.not', a.node) }
  }

  private bitsOfMasks(instruction: string, e: OpExpr): Value {
    const [a, b] = e.args.map((x) => this.emit(x, 'bool'))
    return { ...a, node: ins(`v128.${instruction}`, a.node, maskTo(this.code, b.node, b.width, a.width)) }
  }

  /** Neither 0 nor NaN. */
  private truthy(e: Expr): Value {
    const type = this.loop.scalars.machines.of(e) ?? 'f64'
    if (!isFloatMachine(type)) return this.emit(e, 'bool')
    const L = this.lanesFor(type)
    return { node: L.gt(L.abs(this.emit(e, type).node), L.c(0)), machine: 'bool', width: this.width(type) }
  }

  private choose(test: Value, a: Value, b: Value): Value {
    return { ...a, node: ins('v128.bitselect', a.node, maskTo(this.code, b.node, b.width, a.width), maskTo(this.code, test.node, test.width, a.width)) }
  }

  private cast(e: OpExpr): Value {
    const dtype = e.op.name.slice('cast_'.length) as DType
    const v = this.emit(e.args[0], machineOf(dtype))
    const { bytes, kind } = dtypes[dtype]
    if (isFloatMachine(v.machine) || v.machine === 'bool' || bytes * 8 >= v.width) return v
    const shape = shapeOf(v)
    const by = i32(v.width - bytes * 8)
    return { ...v, node: ins(`${shape}.shr_${kind === 'int' ? 's' : 'u'}`, ins(`${shape}.shl`, v.node, by), by) }
  }

  private float(e: OpExpr, machine: 'f64' | 'f32'): Value | null {
    const { name } = e.op
    const L = this.lanesFor(machine)
    const operands = (): Node[] => e.args.map((a) => this.emit(a, machine).node)
    const width = this.width(machine)
    if (Object.hasOwn(floatInstructions, name)) return { node: ins(`${L.shape}.${floatInstructions[name]}`, ...operands()), machine, width }
    if (Object.hasOwn(laneFormulas, name)) {
      const called = e.op.costly && !this.written
      return this.kept({
        node: called ? call(vectorFormula(name, e.args.length, machine), ...operands()) : laneFormulas[name](L, ...operands()),
        machine,
        width,
      })
    }
    return null
  }

  private integer(e: OpExpr, machine: Machine): Value | null {
    const { name } = e.op
    if (Object.hasOwn(laneTests, name)) {
      const type = this.loop.scalars.machines.of(e.args[0]) ?? 'f64'
      if (!isFloatMachine(type)) return { node: zero(this.code), machine: 'bool', width: 32 }
      return { node: laneTests[name](this.lanesFor(type), this.emit(e.args[0], type).node), machine: 'bool', width: this.width(type) }
    }
    if (machine === 'bool') return Object.hasOwn(bitInstructions, name) ? this.bitsOfMasks(bitInstructions[name], e) : null
    const width = this.width(machine)
    const shape = shapeOf({ machine, width })
    const operands = (): Node[] => e.args.map((a) => this.emit(a, machine).node)
    const value = (node: Node): Value => ({ node, machine, width })
    if (Object.hasOwn(integerInstructions, name)) return value(ins(`${shape}.${integerInstructions[name]}`, ...operands()))
    if (Object.hasOwn(bitInstructions, name)) return value(ins(`v128.${bitInstructions[name]}`, ...operands()))
    if (Object.hasOwn(shiftInstructions, name) && isInvariant(e.args[1], this.loop.plan.varying) && width === 32)
      return value(ins(`${shape}.${shiftInstructions[name]}`, operands()[0], this.loop.invariant(e.args[1], 'i32')))
    switch (name) {
      case 'neg':
        return value(ins(`${shape}.neg`, ...operands()))
      case 'bitNot':
        return value(ins('v128.not', ...operands()))
      case 'abs':
        return value(machine === 'u32' ? operands()[0] : ins(`${shape}.abs`, ...operands()))
      case 'relu':
        return value(machine === 'u32' ? operands()[0] : ins(`${shape}.max_s`, operands()[0], zero(this.code)))
      case 'sqr': {
        const x = this.code.keep(operands()[0], 'x')
        return value(ins(`${shape}.mul`, x, x))
      }
      case 'maximum':
      case 'minimum':
        // Numbers are compared before they are converted.
        if (this.loop.scalars.machines.comparison(e.args) === 'f64') return null
        return value(ins(`${shape}.${name.slice(0, 3)}_${machine === 'u32' ? 'u' : 's'}`, ...operands()))
    }
    return null
  }

  /** The op's own JavaScript, for every lane. */
  private javascript(e: OpExpr, machine: Machine): Value {
    return this.called(importOf(e, machine), numbersOf(e), machine)
  }

  /** A check of the runtime, for every lane. */
  private check(e: Expr & { kind: 'call' }): Value {
    const machine = this.loop.scalars.machines.of(e)!
    const [i, n] = e.args
    if (machine === 'i32' && isInvariant(n, this.loop.plan.varying) && !isFloatMachine(this.loop.scalars.machines.of(i) ?? 'f64'))
      return this.checkPositions(e, i, n)
    return this.called(this.loop.scalars.checkOf(e), numbersOf(e), machine)
  }

  /** All lanes at once; JavaScript is asked only to refuse. */
  private checkPositions(e: Expr & { kind: 'call' }, i: Expr, n: Expr): Value {
    const { code } = this
    const given = this.kept(this.emit(i, 'i32'))
    const length = this.spread(n, 'i32').node
    const machine = this.loop.scalars.machines.of(i) === 'u32' ? 'u32' : 'i32'
    const negative = ins('v128.and', ins('i32x4.shr_s', given.node, i32(31)), length)
    const at = e.callee === '$t.index' && machine === 'i32' ? this.kept({ ...given, node: ins('i32x4.add', given.node, negative) }) : given
    const wrong = ins('i32x4.ge_u', at.node, length)
    const active = this.active(32)
    const target = this.loop.scalars.checkOf(e)
    code.if(ins('v128.any_true', active ? ins('v128.and', wrong, active) : wrong), () => {
      for (let l = 0; l < this.lanesActive(); l++) code.do(call(target, convert(this.extract(given, l), machine, 'f64'), this.loop.invariant(n, 'f64')))
    })
    return at
  }

  private called(target: Import, args: readonly Expr[], machine: Machine): Value {
    const operands = args.map((a) => {
      const type = this.loop.scalars.machines.of(a) ?? 'f64'
      if (a.kind === 'number') return { constant: f64(a.value) }
      if (isInvariant(a, this.loop.plan.varying)) return { constant: this.loop.invariant(a, 'f64') }
      return { value: this.kept(this.emit(a, type)) }
    })
    return this.byLanes(machine, (l) => {
      const scalars = operands.map(({ constant, value }) => constant ?? convert(this.extract(value, l), value.machine, 'f64'))
      const result = call(target, ...scalars)
      return result.type === wasmType(machine) ? result : convert(result, 'f64', machine)
    })
  }
}
