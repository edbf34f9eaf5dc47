// runtime: any value to an NDArray of a given dtype and rank, without loss, or an error that names function,
// parameter, expected and actual. Everything is checked before anything is computed.
import { NDArray, shapeText, types } from './ndarray.ts'
import type { DType } from './types.ts'

/** What a value must be: one entry of `shape` an axis (a length, a name shared with others, or null); [] is a scalar. */
export interface Spec {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly (number | string | null)[]
  /** Of captures only. */
  readonly kind?: 'shared' | 'live' | 'default'
  // Of inputs only, where they differ from what is usual.
  readonly strict?: boolean
  readonly allowDowncast?: boolean
  readonly implicit?: boolean
}

/** What the checks know of the function they speak for. */
export interface Self {
  readonly name: string
  /** Skip the checks of arguments that are NDArrays. */
  readonly trustInput?: boolean
}

/** Lengths along the first elements of nested arrays. */
export function nestedShape(value: unknown): number[] {
  const shape = []
  for (let v = value; Array.isArray(v); v = v[0]) shape.push(v.length)
  return shape
}

/** The dtype of a typed array, by its name so that other realms' count; anything else gives something that is no dtype. */
export const typedDType = (value: unknown): DType => `${(value as Float64Array)?.[Symbol.toStringTag as never]}`.toLowerCase().replace('array', '') as DType

/** A value in words, for messages. */
export function actual(value: unknown): string {
  const shape = value instanceof NDArray ? value.shape : Array.isArray(value) && nestedShape(value)
  return shape
    ? `${(value as NDArray).dtype ?? 'an'} array of rank ${shape.length} with shape ${shapeText(shape)}`
    : typeof value === 'string'
      ? `"${value}"`
      : Object(value) === value
        ? (value as object).constructor?.name
        : String(value)
}

/** Throws what `value` should have been; `got` overrides the description of what it is. */
export function mismatch(
  value: unknown,
  { kind, name, dtype, shape }: Spec,
  self: Self,
  got = actual(value),
  Kind: new (message: string) => Error = TypeError,
): never {
  const fixed = shape.some((n) => n !== null) ? ` with shape ${shapeText(shape)}` : ''
  throw new Kind(
    `${self.name}: ${kind ?? 'parameter'} ${name}: expected ${dtype} ${['scalar', 'vector', 'matrix'][shape.length] ?? 'array'} (rank ${shape.length})${fixed}, got ${got}`,
  )
}

/** May `x` become `dtype`: is every value of its dtype exact there? Of a uint8, which is how bools are stored, it depends on the values. */
const fits = ({ data, dtype: from }: NDArray, dtype: DType): boolean =>
  from === dtype ||
  dtype === 'float64' ||
  from === 'bool' ||
  (from === 'uint8' && dtype === 'bool') ||
  (from[0] !== 'f' && types[dtype].BYTES_PER_ELEMENT > data.BYTES_PER_ELEMENT && (dtype[0] !== 'u' || from[0] !== 'i'))

/** Is it an array of the dtype and rank? Lengths aside. */
export const matches = (x: unknown, { dtype, shape }: Spec): x is NDArray => x instanceof NDArray && x.dtype === dtype && x.shape.length === shape.length

/** Nested arrays, numbers, typed arrays and NDArrays as `spec` asks; lengths are not checked. Data of the dtype is not copied. */
export function convert(value: unknown, spec: Spec, self: Self): NDArray {
  const {
    dtype,
    shape: { length: rank },
  } = spec
  const typed = (value as object | null)?.constructor === types[dtype] && dtype !== 'bool' ? dtype : typedDType(value)
  const given = types[typed] ? new NDArray(value as Float64Array, [(value as Float64Array).length], typed) : value instanceof NDArray && value
  const shape = given ? given.shape : nestedShape(value)
  if (shape.length !== rank || (given && !fits(given, dtype))) mismatch(value, spec, self)
  if (given && given.dtype === dtype) return given
  let flat: ArrayLike<unknown> = [value]
  if (given) flat = given.data
  else
    shape.forEach((n) => {
      flat = (flat as unknown[]).flatMap((v, i) =>
        Array.isArray(v) && v.length === n ? [...v] : mismatch(value, spec, self, `a ragged array: ${actual(v)} at position ${i}`),
      )
    })
  const data = new types[dtype](flat.length)
  for (let i = 0; i < flat.length; i++) {
    const v = flat[i] as number
    const wrong = dtype === 'bool' ? (v as unknown) !== !!v && v !== 0 && v !== 1 : typeof v !== 'number' || ((data[i] = v) !== data[i] && dtype[0] !== 'f')
    if (wrong) mismatch(value, spec, self, actual(v) + (rank ? ` at position ${i}` : ''))
    data[i] = v
  }
  return new NDArray(data, shape, dtype)
}

/** An argument that is an array. Throws TypeError, and RangeError where a length that the type fixes differs. */
export function array(value: unknown, spec: Spec, self: Self): NDArray {
  if (self.trustInput && value instanceof NDArray) return value
  const { shape } = spec
  const x = matches(value, spec) ? value : convert(value, spec, self)
  for (let i = 0; i < shape.length; i++) {
    if (typeof shape[i] === 'number' && shape[i] !== x.shape[i]) mismatch(x, spec, self, undefined, RangeError)
  }
  return x
}

/** An argument that is a number; integers must be integers of their dtype, float32 is rounded. Throws TypeError. */
export function number(value: unknown, spec: Spec, self: Self): number {
  if (typeof value === 'number') {
    if (spec.dtype === 'float64') return value
    if (spec.dtype === 'float32') return Math.fround(value)
    if (spec.dtype === 'int32' && (value | 0) === value) return value | 0
  }
  return convert(value, spec, self).data[0]
}

/** An argument that is a boolean. Throws TypeError. */
export const boolean = (value: unknown, spec: Spec, self: Self): boolean => (typeof value === 'boolean' ? value : !!convert(value, spec, self).data[0])
