// lowering/wasm: what the machine computes with: the machine type of every expression and name of the loop IR.
// Integers narrower than 32 bits are i32 in their own range; bools are 0 and 1.
import { type DType, dtypes, type ElementType } from '../../graph/dtype.ts'
import { type Expr, partsOf, type Stmt } from '../ir.ts'
import type { Type } from './instructions.ts'

export type Machine = 'f64' | 'f32' | 'i32' | 'u32' | 'bool'

/** The WASM type that holds a machine type. */
export const wasmType = (m: Machine): Type => (m === 'f64' || m === 'f32' ? m : 'i32')

export function machineOf(dtype: DType): Machine {
  switch (dtype) {
    case 'float64':
      return 'f64'
    case 'float32':
      return 'f32'
    case 'uint32':
      return 'u32'
    case 'bool':
      return 'bool'
    default:
      return 'i32'
  }
}

/** Numbers of JavaScript, weak integers among them, are float64. */
export const machineOfElement = (t: ElementType): Machine => (t.weak && t.dtype !== 'bool' ? 'f64' : machineOf(t.dtype))

export const isFloatMachine = (m: Machine): m is 'f64' | 'f32' => m === 'f64' || m === 'f32'

/** What the loops of a function read from outside: element types of arrays (whose names hold addresses) and of scalars. */
export interface Outside {
  readonly arrays: ReadonlyMap<string, DType>
  readonly scalars: ReadonlyMap<string, ElementType>
}

/** Ops that compare their operands. */
export const comparisons: ReadonlySet<string> = new Set(['lt', 'le', 'gt', 'ge', 'eq', 'neq'])

/** Ops that positions are computed with, besides remainders by constants. */
const positionOps: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'maximum', 'minimum'])

/** Checks of the runtime that give a position. */
export const positionChecks: ReadonlySet<string> = new Set(['$t.index', '$t.position'])

/** Names that occur in indices and loop bounds, directly or through constants: they are computed as i32. */
export function indexNames(body: readonly Stmt[]): Set<string> {
  const names = new Set<string>()
  const values = new Map<string, Expr>()
  collectConstants(body, values)
  const pending: Expr[] = []
  const inIndex = (e: Expr): void => void pending.push(e)
  forEachIndex(body, inIndex)
  while (pending.length > 0) {
    const e = pending.pop()!
    if (e.kind === 'name') {
      if (names.has(e.name)) continue
      names.add(e.name)
      const value = values.get(e.name)
      if (value) pending.push(value)
    } else if (e.kind === 'op' && e.type.weak && e.type.dtype === 'int32') pending.push(...e.args)
    else if (e.kind === 'select') pending.push(e.whenTrue, e.whenFalse)
  }
  return names
}

function collectConstants(body: readonly Stmt[], values: Map<string, Expr>): void {
  for (const s of body) {
    if (s.kind === 'const') values.set(s.name, s.value)
    if (s.kind === 'for' || s.kind === 'if') collectConstants(s.body, values)
  }
}

/** Calls `see` with every index of a load or store and every loop bound. */
function forEachIndex(body: readonly Stmt[], see: (e: Expr) => void): void {
  const inside = (e: Expr): void => {
    if (e.kind === 'load' || e.kind === 'address') see(e.index)
    if (e.kind === 'method') e.args.slice(e.method === 'fill' ? 1 : 0).forEach((a) => a.kind !== 'method' && see(a))
    if (e.kind === 'kernel') e.args.forEach((a, i) => e.target.params[i].type === 'i32' && see(a))
    for (const part of partsOf(e)) inside(part)
  }
  for (const s of body) {
    switch (s.kind) {
      case 'const':
      case 'let':
      case 'assign':
      case 'do':
        inside(s.value)
        break
      case 'store':
        see(s.index)
        inside(s.index)
        inside(s.value)
        break
      case 'for':
        see(s.from)
        see(s.to)
        inside(s.from)
        inside(s.to)
        forEachIndex(s.body, see)
        break
      case 'if':
        inside(s.test)
        forEachIndex(s.body, see)
    }
  }
}

/** The machine types of the names and expressions of one region. */
export class Machines {
  readonly names = new Map<string, Machine>()
  private readonly outside: Outside
  private readonly indices: ReadonlySet<string>

  constructor(body: readonly Stmt[], outside: Outside) {
    this.outside = outside
    this.indices = indexNames(body)
    this.declareAll(body)
  }

  /** Types of what the body declares; twice, because variables take the type of what is assigned to them later. */
  private declareAll(body: readonly Stmt[]): void {
    for (let round = 0; round < 2; round++) this.visit(body)
  }

  private visit(body: readonly Stmt[]): void {
    for (const s of body) {
      switch (s.kind) {
        case 'const':
          this.names.set(s.name, this.declared(s.name) ?? this.of(s.value) ?? 'f64')
          break
        case 'let':
        case 'assign': {
          const [known, value] = [this.names.get(s.name), this.of(s.value)]
          const joined = this.declared(s.name) ?? (known && value ? join(known, value) : (known ?? value))
          if (joined) this.names.set(s.name, joined)
          break
        }
        case 'for':
          this.names.set(s.index, 'i32')
          this.visit(s.body)
          break
        case 'if':
          this.visit(s.body)
      }
    }
  }

  /** Arrays are addresses, positions are i32. */
  private declared(name: string): Machine | undefined {
    if (this.outside.arrays.has(name)) return 'u32'
    return this.indices.has(name) ? 'i32' : undefined
  }

  ofName(name: string): Machine {
    const own = this.names.get(name) ?? this.declared(name)
    if (own) return own
    const scalar = this.outside.scalars.get(name)
    return scalar ? machineOfElement(scalar) : 'f64'
  }

  isIndex(name: string): boolean {
    return this.indices.has(name)
  }

  dtypeOf(array: string): DType {
    const dtype = this.outside.arrays.get(array)
    if (!dtype) throw new Error(`the element type of ${array} is not known`)
    return dtype
  }

  bytesOf(array: string): number {
    return dtypes[this.dtypeOf(array)].bytes
  }

  /** The machine type an expression naturally has; null for literals, which take any. */
  of(e: Expr): Machine | null {
    switch (e.kind) {
      case 'number':
      case 'string':
        return null
      case 'name':
        return e.bool ? 'bool' : this.ofName(e.name)
      case 'load':
        return machineOf(this.dtypeOf(e.array))
      case 'op':
        return machineOfElement(e.type)
      case 'select':
        return joinAll([this.of(e.whenTrue), this.of(e.whenFalse)])
      case 'call':
        return positionChecks.has(e.callee) ? 'i32' : 'f64'
      case 'address':
        return 'u32'
      case 'kernel':
        return e.target.result === 'f32' ? 'f32' : 'f64'
      default:
        throw new Error(`${e.kind} in a loop`)
    }
  }

  /** Is it arithmetic of positions, which i32 does as well as float64? */
  isPosition(e: Expr): boolean {
    if (e.kind === 'number') return Number.isInteger(e.value)
    if (e.kind !== 'op') return this.of(e) === 'i32'
    if (!e.type.weak || e.type.dtype !== 'int32' || !e.args.every((a) => this.isPosition(a))) return this.of(e) === 'i32'
    const [, by] = e.args
    return positionOps.has(e.op.name) || (e.op.name === 'remainder' && by.kind === 'number' && by.value > 0)
  }

  /** The type in which operands are compared: weak numbers take that of what they meet, as in NumPy. */
  comparison(args: readonly Expr[]): Machine {
    const types = args.map((a) => ({ machine: this.of(a), weak: this.isWeak(a) }))
    const strong = types.filter((t) => t.machine !== null && !t.weak).map((t) => t.machine!)
    const fits = args.every((a) => a.kind !== 'number' || Number.isInteger(a.value))
    if (strong.length === 0) return 'f64'
    const common = strong.reduce(join)
    if (isFloatMachine(common)) return common
    // A bool against a number is 0 or 1.
    const joined = common === 'bool' && strong.length < args.length ? 'i32' : common
    // Integers against numbers that need not be integers of 32 bits.
    const others = args.filter((_, i) => types[i].machine === null || types[i].weak)
    const small = others.every((a) => a.kind === 'number' && fits && a.value >= (joined === 'u32' ? 0 : -(2 ** 31)) && a.value < 2 ** 31)
    return small ? joined : 'f64'
  }

  private isWeak(e: Expr): boolean {
    if (e.kind === 'op') return e.type.weak && e.type.dtype !== 'bool'
    if (e.kind === 'name') return !this.names.has(e.name) && (this.outside.scalars.get(e.name)?.weak ?? false)
    return false
  }
}

const joinAll = (types: readonly (Machine | null)[]): Machine | null => {
  const known = types.filter((t) => t !== null)
  return known.length > 0 ? known.reduce(join) : null
}

/** The type that holds values of both. */
export function join(a: Machine, b: Machine): Machine {
  if (a === b) return a
  if (a === 'bool') return b
  if (b === 'bool') return a
  return 'f64'
}
