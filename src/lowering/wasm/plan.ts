// lowering/wasm: may an innermost loop run several iterations at once, how many, and what does it gather? Null where the
// order of iterations matters or cannot be judged.
import { type DType, dtypes, rangeOf } from '../../graph/dtype.ts'
import { print } from '../emitJs.ts'
import { type Expr, partsOf, type Stmt } from '../ir.ts'
import { type Affine, affine, isInvariant, type Varying } from './affine.ts'
import { comparisons, isFloatMachine, type Machine, type Machines, machineOf } from './machine.ts'
import { bitInstructions, floatInstructions, integerInstructions, laneFormulas, laneTests } from './operations.ts'

export type For = Stmt & { readonly kind: 'for' }
export type Combine = 'add' | 'mul' | 'maximum' | 'minimum' | 'and' | 'or'

/** name = op(name, value): in a variable, or in one element of an array. */
export interface Accumulation {
  readonly target: { readonly kind: 'name'; readonly name: string } | { readonly kind: 'load'; readonly array: string; readonly index: Expr }
  readonly op: Combine
  readonly value: Expr
  /** Integers of fewer bits wrap at the end. */
  readonly cast: DType | null
  /** What the lanes gather. */
  readonly machine: Machine
}

export interface Plan {
  readonly varying: Varying
  /** Iterations at once. */
  readonly count: 2 | 4 | 8 | 16
  /** Vectors of the main loop's body. */
  readonly unroll: 1 | 2 | 4 | 8
  readonly accumulations: ReadonlyMap<Stmt, Accumulation>
  /** Some lanes are handled one by one: gathers, strided access, calls of JavaScript. */
  readonly lanewise: boolean
  /** Costly formulas of one iteration. */
  readonly formulas: number
  /** So many costly formulas that they are called rather than written out. */
  readonly crowded: boolean
}

/** Costly formulas that a loop's body is written out with. */
const fewFormulas = 12

const combines: ReadonlySet<string> = new Set(['add', 'mul', 'maximum', 'minimum', 'and', 'or'])

export function planOf(loop: For, machines: Machines): Plan | null {
  const varying = varyingOf(loop)
  if (!varying) return null
  const accumulations = new Map<Stmt, Accumulation>()
  for (const s of loop.body) {
    const found = accumulationOf(s, varying, machines)
    if (found) accumulations.set(s, found)
    else if (s.kind === 'assign' || (s.kind === 'store' && !storable(s, loop, varying))) return null
  }
  const values = loop.body.flatMap((s) => valuesOf(s, accumulations))
  if (values.some((e) => mentions(e, varying.assigned)) || !orderIsFree(loop, accumulations, varying)) return null
  const study = new Study(machines, varying)
  for (const s of loop.body) study.statement(s, accumulations.get(s))
  if (!study.possible) return null
  return {
    varying,
    count: study.count(),
    unroll: study.unroll(accumulations.size),
    accumulations,
    lanewise: study.lanewise,
    formulas: study.costly,
    crowded: study.costly > fewFormulas,
  }
}

function varyingOf(loop: For): Varying | null {
  const constants = new Map<string, Expr>()
  const stored = new Set<string>()
  const assigned = new Set<string>()
  for (const s of loop.body) {
    if (s.kind === 'const') constants.set(s.name, s.value)
    else if (s.kind === 'store') stored.add(s.array)
    else if (s.kind === 'assign') assigned.add(s.name)
    else return null
  }
  const moving = new Set<string>()
  const varying = { index: loop.index, constants, stored, assigned, moving }
  for (const [name, value] of constants) if (!isInvariant(value, varying)) moving.add(name)
  return varying
}

/** The constants of a loop's body that are the same for all iterations. */
export const constantsOf = (loop: For, { varying }: Plan): (Stmt & { kind: 'const' })[] =>
  loop.body.filter((s) => s.kind === 'const' && !varying.moving.has(s.name)) as (Stmt & { kind: 'const' })[]

/** The value of `target = op(target, value)`, with the cast that wraps integers left out. */
function accumulationOf(s: Stmt, v: Varying, machines: Machines): Accumulation | null {
  if (s.kind !== 'assign' && s.kind !== 'store') return null
  if (s.kind === 'store' && !isInvariant(s.index, v)) return null
  const wraps = s.value.kind === 'op' && s.value.op.name.startsWith('cast_') ? s.value : null
  const e = wraps ? wraps.args[0] : s.value
  if (e.kind !== 'op' || !combines.has(e.op.name)) return null
  const [own, value] = e.args
  const ownMachine = s.kind === 'assign' ? machines.ofName(s.name) : machineOf(machines.dtypeOf(s.array))
  const same = s.kind === 'assign' ? own.kind === 'name' && own.name === s.name : own.kind === 'load' && own.array === s.array && sameExpr(own.index, s.index)
  if (!same || mentionsTarget(value, s)) return null
  const natural = machines.of(value) ?? ownMachine
  const machine = isFloatMachine(ownMachine) ? (natural === 'f32' ? 'f32' : 'f64') : e.op.name === 'and' || e.op.name === 'or' ? 'bool' : ownMachine
  if (machine === 'bool' && e.op.name !== 'and' && e.op.name !== 'or') return null
  const target = s.kind === 'assign' ? ({ kind: 'name', name: s.name } as const) : ({ kind: 'load', array: s.array, index: s.index } as const)
  return { target, op: e.op.name as Combine, value, cast: wraps ? (wraps.op.name.slice('cast_'.length) as DType) : null, machine }
}

const sameExpr = (a: Expr, b: Expr): boolean => print(a).text === print(b).text

const mentionsTarget = (e: Expr, s: Stmt): boolean =>
  (s.kind === 'assign' && e.kind === 'name' && e.name === s.name) ||
  (s.kind === 'store' && e.kind === 'load' && e.array === s.array) ||
  partsOf(e).some((part) => mentionsTarget(part, s))

const mentions = (e: Expr, names: ReadonlySet<string>): boolean => (e.kind === 'name' && names.has(e.name)) || partsOf(e).some((part) => mentions(part, names))

/** Does a store move with the loop, one element at least? */
function storable(s: Stmt & { kind: 'store' }, loop: For, v: Varying): boolean {
  const at = affine(s.index, v)
  return at !== null && !(at.stride.kind === 'number' && at.stride.value === 0) && loop.step === 1
}

/** The values that a statement computes. */
function valuesOf(s: Stmt, accumulations: ReadonlyMap<Stmt, Accumulation>): Expr[] {
  if (s.kind === 'const') return [s.value]
  if (s.kind === 'store' || s.kind === 'assign') return [accumulations.get(s)?.value ?? s.value]
  return []
}

/** Is nothing read that another iteration stores? An array that is stored into may be read at the stored place only. */
function orderIsFree(loop: For, accumulations: ReadonlyMap<Stmt, Accumulation>, v: Varying): boolean {
  const places = new Map<string, Affine>()
  for (const s of loop.body) {
    if (s.kind !== 'store' || accumulations.has(s)) continue
    const at = affine(s.index, v)!
    const known = places.get(s.array)
    if (known && !sameAffine(known, at)) return false
    places.set(s.array, at)
  }
  const gathered = new Set([...accumulations.values()].flatMap(({ target }) => (target.kind === 'load' ? [target.array] : [])))
  if ([...gathered].some((array) => places.has(array))) return false
  const free = (e: Expr): boolean => {
    if (e.kind === 'load') {
      if (gathered.has(e.array)) return false
      const place = places.get(e.array)
      const at = place && affine(e.index, v)
      if (place && !(at && sameAffine(at, place))) return false
    }
    return partsOf(e).every(free)
  }
  return loop.body.every((s) => valuesOf(s, accumulations).every(free))
}

const sameAffine = (a: Affine, b: Affine): boolean => sameExpr(a.stride, b.stride) && sameExpr(a.rest, b.rest)

/** Looks at everything that varies in a loop. */
class Study {
  possible = true
  lanewise = false
  costly = 0
  private wide = false
  private words = false
  private weight = 0
  /** Can integers stay in lanes of their own width? If so, all are of one dtype. */
  private narrow = true
  private readonly narrowTypes = new Set<DType>()
  private readonly literals: number[] = []
  private ordered = false
  private readonly machines: Machines
  private readonly varying: Varying

  constructor(machines: Machines, varying: Varying) {
    this.machines = machines
    this.varying = varying
  }

  statement(s: Stmt, accumulation: Accumulation | undefined): void {
    if (accumulation) {
      this.type(accumulation.machine)
      if (accumulation.machine !== 'bool') this.narrow = false
      return this.value(accumulation.value)
    }
    if (s.kind === 'store') {
      this.memory(s.array, s.index)
      this.value(s.value)
    } else if (s.kind === 'const') {
      const walks = this.machines.isIndex(s.name) && affine(s.value, this.varying) !== null
      if (walks) this.narrow = false
      else this.value(s.value)
    }
  }

  count(): Plan['count'] {
    if (this.wide) return 2
    return this.words || this.lanewise || !this.staysNarrow() ? 4 : [...this.narrowTypes].some((d) => dtypes[d].bytes === 2) ? 8 : 16
  }

  private staysNarrow(): boolean {
    const [dtype = 'bool', ...others] = this.narrowTypes
    const [low, high] = rangeOf(dtype)
    const fits = this.literals.every((x) => Number.isInteger(x) && x >= low && x <= high)
    return this.narrow && others.length === 0 && fits && !(this.ordered && dtypes[dtype].kind === 'uint')
  }

  /** Additions and formulas, whose steps wait for each other, need more vectors under way than work that does not. */
  unroll(accumulations: number): Plan['unroll'] {
    if (this.lanewise || this.costly > fewFormulas) return 1
    if (this.costly > 0) return this.costly <= 6 ? 4 : 2
    if (this.weight > 14) return 1
    if (accumulations === 1 && this.weight <= 4) return 8
    return this.weight > 6 ? 2 : 4
  }

  private type(machine: Machine | null): void {
    if (machine === 'f64') this.wide = true
    if (machine === 'f32') this.words = true
  }

  private integer(dtype: DType): void {
    if (dtypes[dtype].bytes >= 4) this.words = true
    else if (dtype !== 'bool') this.narrowTypes.add(dtype)
  }

  private memory(array: string, index: Expr): void {
    const dtype = this.machines.dtypeOf(array)
    this.type(machineOf(dtype))
    this.integer(dtype)
    const at = affine(index, this.varying)
    if (!at || !(at.stride.kind === 'number' && (at.stride.value === 1 || at.stride.value === 0))) {
      this.lanewise = true
      if (!at) this.value(index)
    }
  }

  private value(e: Expr): void {
    if (e.kind === 'number' || isInvariant(e, this.varying)) return this.invariant(e)
    switch (e.kind) {
      case 'name':
        if (e.name === this.varying.index) this.narrow = false
        return
      case 'load':
        this.weight++
        return this.memory(e.array, e.index)
      case 'op':
        this.operation(e)
        for (const a of e.args) this.value(a)
        return
      case 'select':
        this.narrow = false
        for (const part of partsOf(e)) this.value(part)
        return
      case 'call':
        this.lanewise = true
        for (const a of e.args) if (a.kind !== 'string') this.value(a)
        return
      default:
        this.possible &&= e.kind === 'string'
    }
  }

  /** Invariants are spread over lanes of the type that is wanted of them. */
  private invariant(e: Expr): void {
    if (e.kind === 'number') this.literals.push(e.value)
    else this.narrow = false
    if (e.kind !== 'number' && e.kind !== 'name') this.type(this.machines.of(e))
  }

  private operation(e: Expr & { kind: 'op' }): void {
    const { name } = e.op
    const machine = this.machines.of(e)!
    if (e.op.costly) this.costly++
    this.weight += e.op.costly ? 20 : name === 'div' || name === 'sqrt' || name === 'reciprocal' ? 5 : 1
    if (comparisons.has(name)) {
      if (name !== 'eq' && name !== 'neq') this.ordered = true
      return this.type(this.machines.comparison(e.args))
    }
    if (name === 'maximum' || name === 'minimum') this.ordered = true
    if (!isFloatMachine(machine)) this.integer(e.type.dtype)
    const position = this.machines.of(e) === 'f64' && this.machines.isPosition(e)
    if (position) this.words = true
    else this.type(machine)
    if (position) this.lanewise ||= name === 'remainder'
    const vector = isFloatMachine(machine)
      ? position || Object.hasOwn(floatInstructions, name) || Object.hasOwn(laneFormulas, name) || name === 'where' || name.startsWith('cast_')
      : hasLanes(name) && !((name === 'maximum' || name === 'minimum') && this.machines.comparison(e.args) === 'f64')
    if (!vector) {
      this.lanewise = true
      if (e.args.some((a) => a.kind !== 'string' && (this.machines.of(a) ?? 'f64') === 'f64') && !isFloatMachine(machine)) this.narrow = false
    }
    if (!isFloatMachine(machine) && !narrowOps.has(name)) this.narrow = false
    if (name.startsWith('cast_') && this.machines.of(e.args[0]) !== 'bool' && isFloatMachine(this.machines.of(e.args[0]) ?? 'f64') && !isFloatMachine(machine))
      this.lanewise = true
  }
}

const logic: ReadonlySet<string> = new Set(['and', 'or', 'not', 'truthy', 'where'])
const narrowOps: ReadonlySet<string> = new Set([
  ...logic,
  ...comparisons,
  'add',
  'sub',
  'neg',
  'bitAnd',
  'bitOr',
  'bitXor',
  'bitNot',
  'maximum',
  'minimum',
  'cast_bool',
  'cast_int8',
  'cast_uint8',
  'cast_int16',
  'cast_uint16',
])

/** Integer and bool ops that lanes can do. */
const hasLanes = (name: string): boolean =>
  logic.has(name) ||
  comparisons.has(name) ||
  name.startsWith('cast_') ||
  Object.hasOwn(integerInstructions, name) ||
  Object.hasOwn(bitInstructions, name) ||
  Object.hasOwn(laneTests, name) ||
  ['neg', 'sqr', 'abs', 'relu', 'bitNot', 'maximum', 'minimum'].includes(name)
