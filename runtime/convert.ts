// runtime: any value to an NDArray of a given dtype and rank, without loss, or an error that names function,
// parameter, expected and actual. Everything is checked before anything is computed.
import { NDArray, types } from './ndarray.ts'
import type { DType } from './types.ts'

/** What a value must be: one entry of `shape` an axis (a length, a name shared with others, or null); [] is a scalar. */
export interface Spec {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly (number | string | null)[]
  /** Of captures only. */
  readonly kind?: 'shared' | 'live' | 'default'
}

/** What the checks know of the function they speak for. */
export interface Self {
  readonly name: string
  /** Skip the checks of arguments that are NDArrays. */
  readonly trustInput?: boolean
}

type Kind = new (message: string) => Error
const fail = (Kind: Kind, message: string): never => {
  throw new Kind(message)
}

const noun = (rank: number): string => ['scalar', 'vector', 'matrix'][rank] ?? 'array'
const shapeText = (shape: Spec['shape']): string => `[${shape.map((n) => n ?? '?').join(', ')}]`
const list = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** Lengths along the first elements of nested arrays. */
export function nestedShape(value: unknown): number[] {
  const shape = []
  for (let v = value; list(v); v = v[0]) shape.push(v.length)
  return shape
}

/** The dtype of a typed array, by its name so that other realms' count; anything else gives something that is no dtype. */
export const typedDType = (value: unknown): DType => String((value as Float64Array)?.[Symbol.toStringTag as never]).toLowerCase().replace('array', '') as DType

function actual(value: unknown): string {
  const array = value instanceof NDArray
  if (array || list(value)) {
    const shape = array ? value.shape : nestedShape(value)
    return `${array ? value.dtype : 'an'} array of rank ${shape.length} with shape ${shapeText(shape)}`
  }
  return ArrayBuffer.isView(value) ? `${value.constructor.name} of length ${(value as Float64Array).length}`
    : typeof value === 'string' ? JSON.stringify(value)
    : value && typeof value === 'object' ? `an object (${value.constructor?.name})`
    : typeof value === 'function' ? 'a function'
    : String(value)
}

/** Throws what `value` should have been; `got` overrides the description of what it is. */
export function mismatch(value: unknown, spec: Spec, self: Self, got: string = actual(value), Kind: Kind = TypeError): never {
  const { kind, name, dtype, shape } = spec
  const what = `${dtype} ${noun(shape.length)} (${shape.some((n) => n !== null) ? `shape ${shapeText(shape)}` : `rank ${shape.length}`})`
  return fail(Kind, `${self.name}: ${kind ?? 'parameter'} ${name}: expected ${what}, got ${got}`)
}

const bits = (dtype: DType): number => +dtype.replace(/\D/g, '')
/** Is every value of dtype `from` exact in dtype `to`? */
const fits = (from: DType, to: DType): boolean =>
  from === to || to === 'float64' || (from[0] !== 'f' && bits(to) > bits(from) && (to[0] !== 'u' || from[0] !== 'i'))

/** Copies nested arrays into `data`; says where a value or a length is wrong. */
function fill(data: { [i: number]: number }, value: unknown, shape: readonly number[], dtype: DType, wrong: (got: string) => never): void {
  let next = 0
  const walk = (v: unknown, axis: number, place: string): void => {
    if (axis < shape.length) {
      if (!list(v)) wrong(`${actual(v)} at ${place}, where others have an array`)
      else if (v.length !== shape[axis]) wrong(`a ragged array: length ${v.length} at ${place || 'the top'}, ${shape[axis]} before`)
      else for (let i = 0; i < v.length; i++) walk(v[i], axis + 1, `${place}[${i}]`)
      return
    }
    data[next] = v as number
    const exact = dtype === 'bool' ? v === !!v || v === 0 || v === 1 : typeof v === 'number' && (dtype[0] === 'f' || data[next] === v)
    if (!exact) wrong(actual(v) + (place && ` at ${place}`))
    next++
  }
  walk(value, 0, '')
}

/** Throws RangeError where a length that the type fixes differs. */
export function checkLengths(x: NDArray, spec: Spec, self: Self): NDArray {
  for (let i = 0; i < x.shape.length; i++) {
    const n = spec.shape[i]
    if (typeof n === 'number' && n !== x.shape[i]) mismatch(x, spec, self, undefined, RangeError)
  }
  return x
}

/** Nested arrays, numbers, typed arrays and NDArrays as `spec` asks. A typed array of the dtype is wrapped, not copied. */
export function convert(value: unknown, spec: Spec, self: Self): NDArray {
  const { dtype, shape: { length: rank } } = spec
  const typed = typedDType(value)
  let x = value as NDArray
  if (types[typed]) x = new NDArray(value as Float64Array, [(value as Float64Array).length], typed === 'uint8' && dtype === 'bool' ? dtype : typed)
  else if (!(value instanceof NDArray)) {
    const shape = nestedShape(value)
    if (shape.length !== rank) mismatch(value, spec, self)
    x = new NDArray(new types[dtype](shape.reduce((a, b) => a * b, 1)), shape, dtype)
    fill(x.data, value, shape, dtype, (got) => mismatch(value, spec, self, got))
  }
  if (x.rank !== rank || !fits(x.dtype, dtype)) mismatch(value, spec, self)
  if (x.data === value && dtype === 'bool' && x.data.some((v) => v > 1)) mismatch(value, spec, self, 'values other than 0 and 1')
  return checkLengths(x.dtype === dtype ? x : new NDArray(new types[dtype](x.data), x.shape, dtype), spec, self)
}

/** An argument that is an array. Throws TypeError, RangeError. */
export const array = (value: unknown, spec: Spec, self: Self): NDArray =>
  value instanceof NDArray && (self.trustInput || (value.dtype === spec.dtype && value.shape.length === spec.shape.length))
    ? self.trustInput ? value : checkLengths(value, spec, self)
    : convert(value, spec, self)

/** An argument that is a number; integers must be integers of their dtype, float32 is rounded. Throws TypeError. */
export const number = (value: unknown, spec: Spec, self: Self): number =>
  typeof value === 'number' && spec.dtype === 'float64' ? value : convert(value, spec, self).data[0]

/** An argument that is a boolean. Throws TypeError. */
export const boolean = (value: unknown, spec: Spec, self: Self): boolean => (typeof value === 'boolean' ? value : !!convert(value, spec, self).data[0])
