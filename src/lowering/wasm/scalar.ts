// lowering/wasm: expressions and statements of the loop IR one element at a time. Innermost loops are offered to the
// vectorizer first. Invariant: a value converted to an integer wraps as the typed array would.
import type { DType } from '../../graph/dtype.ts'
import type { Expr, Stmt } from '../ir.ts'
import { type Code, call, get, type Import, i32, ins, type Local, type Node, select } from './code.ts'
import { constant, convert, loadScalar, narrow, storeScalar } from './conversions.ts'
import { importOf, letters, numbersOf, scalarFormula, scalarTest } from './formulas.ts'
import { comparisons, isFloatMachine, type Machine, type Machines, machineOf, positionChecks, wasmType } from './machine.ts'
import { bitInstructions, comparisonInstructions, floatInstructions, integerInstructions, laneFormulas, laneTests, shiftInstructions } from './operations.ts'

type OpExpr = Expr & { kind: 'op' }

export class Scalars {
  readonly code: Code
  readonly machines: Machines
  private readonly locals = new Map<string, Local>()
  /** Tries to print an innermost loop with vectors; false, and nothing is printed, where that cannot be done. */
  private readonly vectorize: (loop: Stmt & { kind: 'for' }, scalars: Scalars) => boolean

  constructor(code: Code, machines: Machines, vectorize: (loop: Stmt & { kind: 'for' }, scalars: Scalars) => boolean) {
    this.code = code
    this.machines = machines
    this.vectorize = vectorize
  }

  /** A parameter of the function for a name from outside. */
  param(name: string, isArray: boolean): void {
    const node = this.code.param(name, isArray ? 'i32' : wasmType(this.machines.ofName(name)))
    this.locals.set(name, (node as Node & { kind: 'get' }).local)
  }

  /** What a name stands for, when it is not a local of the region's own. */
  bind(name: string, node: Node): void {
    const kept = this.code.keep(node, name) as Node & { kind: 'get' }
    this.locals.set(name, kept.local)
  }

  localOf(name: string): Local {
    const known = this.locals.get(name)
    if (known) return known
    const local = this.code.local(name, wasmType(this.machines.ofName(name)))
    this.locals.set(name, local)
    return local
  }

  // --- statements

  statements(body: readonly Stmt[]): void {
    for (const s of body) this.statement(s)
  }

  private statement(s: Stmt): void {
    switch (s.kind) {
      case 'const':
      case 'let':
      case 'assign':
        return this.code.set(this.localOf(s.name), this.emit(s.value, this.machines.ofName(s.name)))
      case 'store':
        return this.store(s.array, s.index, s.value)
      case 'for':
        return this.loop(s)
      case 'if':
        return this.code.if(this.emit(s.test, 'bool'), () => this.statements(s.body))
      case 'do':
        return this.effect(s.value)
      default:
        throw new Error(`${s.kind} in a loop`)
    }
  }

  /** 0 ≤ from ≤ to < 2³²: arrays of bytes may have more than 2³¹ elements. */
  private loop(s: Stmt & { kind: 'for' }): void {
    if (s.step === 1 && s.body.every((b) => b.kind !== 'for') && this.vectorize(s, this)) return
    const to = this.stable(this.emit(s.to, 'i32'))
    const i = this.localOf(s.index)
    this.code.set(i, this.emit(s.from, 'i32'))
    this.code.if(ins('i32.lt_u', get(i), to), () =>
      this.code.loop(s.index, () => {
        this.statements(s.body)
        this.code.set(i, ins('i32.add', get(i), i32(s.step)))
        return ins('i32.lt_u', get(i), to)
      }),
    )
  }

  private effect(e: Expr): void {
    if (e.kind === 'method' && e.method === 'fill') return this.fill(e)
    if (e.kind === 'method' && e.method === 'set') return this.copy(e)
    this.code.do(e.kind === 'kernel' ? this.kernel(e) : this.emit(e, 'f64'))
  }

  private kernel(e: Expr & { kind: 'kernel' }): Node {
    return call(e.target, ...e.args.map((a, i) => this.emit(a, e.target.params[i].type as Machine)))
  }

  /** array.fill(value, from, to) */
  private fill(e: Expr & { kind: 'method' }): void {
    const [value, from, to] = e.args
    // No name of a statement has a dot.
    const index = `${e.array}.i`
    const zero = value.kind === 'number' && Object.is(value.value, 0)
    if (zero) {
      const bytes = i32(this.machines.bytesOf(e.array))
      const count = from.kind === 'number' && from.value === 0 ? this.emit(to, 'i32') : ins('i32.sub', this.emit(to, 'i32'), this.emit(from, 'i32'))
      return this.code.do(ins('memory.fill', this.address(e.array, from), i32(0), ins('i32.mul', count, bytes)))
    }
    this.machines.names.set(index, 'i32')
    const store: Stmt = { kind: 'store', array: e.array, index: { kind: 'name', name: index, bool: false }, value }
    this.loop({ kind: 'for', index, from, to, step: 1, body: [store] })
  }

  /** array.set(source.subarray(from, to)) */
  private copy(e: Expr & { kind: 'method' }): void {
    const [source] = e.args
    if (source.kind !== 'method' || source.method !== 'subarray') throw new Error('set of what is not a part of an array')
    const [from, to] = source.args
    const count = this.code.keep(ins('i32.sub', this.emit(to, 'i32'), this.emit(from, 'i32')), 'count')
    this.code.do(ins('memory.copy', this.base(e.array), this.address(source.array, from), ins('i32.mul', count, i32(this.machines.bytesOf(e.array)))))
  }

  // --- memory

  base(array: string): Node {
    return get(this.localOf(array))
  }

  /** The byte address of an element. */
  address(array: string, index: Expr): Node {
    if (index.kind === 'number' && index.value === 0) return this.base(array)
    const bytes = this.machines.bytesOf(array)
    const at = this.emit(index, 'i32')
    return ins('i32.add', this.base(array), bytes === 1 ? at : ins('i32.shl', at, i32(Math.log2(bytes))))
  }

  private store(array: string, index: Expr, value: Expr): void {
    const dtype = this.machines.dtypeOf(array)
    const machine = machineOf(dtype)
    const node = this.emit(value, machine)
    storeScalar(this.code, dtype, this.address(array, index), node)
  }

  // --- expressions

  /** A value that can be read again: a constant or a local. */
  stable(node: Node): Node {
    return node.kind === 'const' ? node : this.code.keep(node, 'to')
  }

  /** The expression's value as the wanted machine type. */
  emit(e: Expr, want: Machine): Node {
    if (e.kind === 'number') return constant(e.value, want)
    if (want === 'i32' && this.machines.of(e) === 'f64') {
      const position = this.position(e)
      if (position) return position
    }
    const { node, machine } = this.natural(e)
    return convert(node, machine, want)
  }

  /** Arithmetic of positions. */
  private position(e: Expr): Node | null {
    if (e.kind === 'select') return select(this.emit(e.test, 'bool'), this.emit(e.whenTrue, 'i32'), this.emit(e.whenFalse, 'i32'))
    if (e.kind !== 'op' || !this.machines.isPosition(e)) return null
    if (e.op.name === 'maximum' || e.op.name === 'minimum') return this.extreme(e, 'i32')
    return ins(`i32.${e.op.name === 'remainder' ? 'rem_s' : integerInstructions[e.op.name]}`, this.emit(e.args[0], 'i32'), this.emit(e.args[1], 'i32'))
  }

  private extreme(e: OpExpr, machine: Machine): Node {
    const [a, b] = e.args.map((x) => this.code.keep(this.emit(x, machine), 'x'))
    return select(ins(`i32.${e.op.name === 'maximum' ? 'gt' : 'lt'}_${machine === 'u32' ? 'u' : 's'}`, a, b), a, b)
  }

  private natural(e: Expr): { node: Node; machine: Machine } {
    switch (e.kind) {
      case 'name':
        return { node: get(this.localOf(e.name)), machine: this.machines.ofName(e.name) }
      case 'load': {
        const dtype = this.machines.dtypeOf(e.array)
        return { node: loadScalar(dtype, this.address(e.array, e.index)), machine: machineOf(dtype) }
      }
      case 'op':
        return { node: this.operation(e), machine: this.machines.of(e)! }
      case 'select': {
        const machine = this.machines.of(e) ?? 'f64'
        return { node: select(this.emit(e.test, 'bool'), this.emit(e.whenTrue, machine), this.emit(e.whenFalse, machine)), machine }
      }
      case 'call':
        return { node: this.check(e), machine: this.machines.of(e)! }
      case 'address':
        return { node: this.address(e.array, e.index), machine: 'u32' }
      case 'kernel':
        return { node: this.kernel(e), machine: this.machines.of(e)! }
      default:
        throw new Error(`${e.kind} in a loop`)
    }
  }

  private check(e: Expr & { kind: 'call' }): Node {
    const [i, n] = e.args
    if (positionChecks.has(e.callee) && this.machines.of(i) !== 'f64' && this.machines.of(i) !== 'f32') return this.checkPosition(e, i, n)
    const value = call(this.checkOf(e), ...numbersOf(e).map((a) => this.emit(a, 'f64')))
    return positionChecks.has(e.callee) ? convert(value, 'f64', 'i32') : value
  }

  /** JavaScript is asked only to refuse. */
  private checkPosition(e: Expr & { kind: 'call' }, i: Expr, n: Expr): Node {
    const { code } = this
    const given = code.keep(this.emit(i, 'i32'), 'given')
    const length = this.stable(this.emit(n, 'i32'))
    const machine = this.machines.of(i) === 'u32' ? 'u32' : 'i32'
    const fromEnd = e.callee === '$t.index' && machine === 'i32'
    const at = fromEnd ? code.keep(select(ins('i32.lt_s', given, i32(0)), ins('i32.add', given, length), given), 'at') : given
    code.if(ins('i32.ge_u', at, length), () => code.do(call(this.checkOf(e), convert(given, machine, 'f64'), convert(length, 'u32', 'f64'))))
    return at
  }

  /** A check of the runtime as a function of its numbers. */
  checkOf(e: Expr & { kind: 'call' }): Import {
    const params = numbersOf(e).map((_, i) => letters[i])
    let next = 0
    const text = e.args.map((a) => (a.kind === 'string' ? JSON.stringify(a.value) : params[next++]))
    return { kind: 'import', js: `(${params.join(', ')}) => ${e.callee}(${text.join(', ')})`, params: params.map(() => 'f64'), result: 'f64' }
  }

  private operation(e: OpExpr): Node {
    const { name } = e.op
    if (comparisons.has(name)) return this.comparison(e)
    if (name.startsWith('cast_')) return this.cast(e)
    switch (name) {
      case 'and':
        return ins('i32.and', this.emit(e.args[0], 'bool'), this.emit(e.args[1], 'bool'))
      case 'or':
        return ins('i32.or', this.emit(e.args[0], 'bool'), this.emit(e.args[1], 'bool'))
      case 'not':
        return ins('i32.eqz', this.emit(e.args[0], 'bool'))
      case 'truthy':
        return this.truthy(e.args[0])
      case 'where': {
        const machine = this.machines.of(e)!
        const [test, a, b] = e.args
        return select(this.emit(test, 'bool'), this.emit(a, machine), this.emit(b, machine))
      }
    }
    const machine = this.machines.of(e)!
    const found = isFloatMachine(machine) ? this.float(e, machine) : this.integer(e, machine)
    return found ?? this.javascript(e, machine)
  }

  /** Neither 0 nor NaN. */
  private truthy(e: Expr): Node {
    const type = this.machines.of(e) ?? 'f64'
    return isFloatMachine(type) ? ins(`${type}.gt`, ins(`${type}.abs`, this.emit(e, type)), constant(0, type)) : this.emit(e, 'bool')
  }

  private comparison(e: OpExpr): Node {
    const type = this.machines.comparison(e.args)
    const [a, b] = e.args.map((x) => this.emit(x, type))
    const op = comparisonInstructions[e.op.name]
    if (isFloatMachine(type)) return ins(`${type}.${op}`, a, b)
    return ins(`i32.${op}${op === 'eq' || op === 'ne' ? '' : type === 'i32' ? '_s' : '_u'}`, a, b)
  }

  private cast(e: OpExpr): Node {
    const dtype = e.op.name.slice('cast_'.length) as DType
    return narrow(this.emit(e.args[0], machineOf(dtype)), dtype)
  }

  private float(e: OpExpr, machine: 'f64' | 'f32'): Node | null {
    const { name } = e.op
    const operands = () => e.args.map((a) => this.emit(a, machine))
    if (Object.hasOwn(floatInstructions, name)) return ins(`${machine}.${floatInstructions[name]}`, ...operands())
    if (Object.hasOwn(laneFormulas, name)) return call(scalarFormula(name, e.args.length, machine), ...operands())
    return null
  }

  private integer(e: OpExpr, machine: Machine): Node | null {
    const { name } = e.op
    const operands = () => e.args.map((a) => this.emit(a, machine === 'bool' ? 'i32' : machine))
    const op = integerInstructions[name] ?? bitInstructions[name] ?? shiftInstructions[name]
    if (op) return ins(`i32.${op}`, ...operands())
    if (Object.hasOwn(laneTests, name)) {
      const type = this.machines.of(e.args[0])
      if (type !== null && !isFloatMachine(type)) return i32(0)
      return call(scalarTest(name, type ?? 'f64'), this.emit(e.args[0], type ?? 'f64'))
    }
    switch (name) {
      case 'neg':
        return ins('i32.sub', i32(0), ...operands())
      case 'sqr': {
        const x = this.code.keep(operands()[0], 'x')
        return ins('i32.mul', x, x)
      }
      case 'abs':
      case 'relu': {
        const x = this.code.keep(operands()[0], 'x')
        return machine === 'u32' ? x : select(ins('i32.lt_s', x, i32(0)), name === 'abs' ? ins('i32.sub', i32(0), x) : i32(0), x)
      }
      case 'bitNot':
        return ins('i32.xor', operands()[0], i32(-1))
      case 'maximum':
      case 'minimum':
        // Numbers are compared before they are converted.
        return this.machines.comparison(e.args) === 'f64' ? null : this.extreme(e, machine === 'bool' ? 'i32' : machine)
    }
    return null
  }

  /** The op's own JavaScript, imported. */
  private javascript(e: OpExpr, machine: Machine): Node {
    const operands = numbersOf(e).map((a) => {
      const type = this.machines.of(a) ?? 'f64'
      return convert(this.emit(a, type), type, 'f64')
    })
    const result = call(importOf(e, machine), ...operands)
    return machine === 'f32' ? convert(result, 'f64', 'f32') : result
  }
}
