// runtime/inputs: arguments that are converted whatever they lose (`allowDowncast: true`), as NumPy's astype and typed arrays do: integers
// wrap, fractions are cut off, what is not 0 is true. Lengths and ranks are checked as for all arguments.
import { array, boolean, number, type Self, type Spec, typedDType } from '../convert.ts'
import { NDArray, types } from '../ndarray.ts'
import type { DType, TypedArray } from '../types.ts'

/** Elements as those of a dtype. */
function castData(data: TypedArray, dtype: DType): TypedArray {
  const result = new types[dtype](data.length)
  for (let i = 0; i < data.length; i++) result[i] = dtype === 'bool' ? +(data[i] !== 0) : data[i]
  return result
}

/** The value with its numbers in the dtype; what holds no numbers stays as it is, for the checks to refuse. */
function cast(value: unknown, dtype: DType): unknown {
  if (value instanceof NDArray) return value.dtype === dtype ? value : new NDArray(castData(value.data, dtype), value.shape, dtype)
  const typed = typedDType(value)
  if (types[typed]) return typed === dtype ? value : new NDArray(castData(value as TypedArray, dtype), [(value as TypedArray).length], dtype)
  if (Array.isArray(value)) return value.map((v) => cast(v, dtype))
  return typeof value === 'number' || typeof value === 'boolean' ? castData(new Float64Array([+value]), dtype)[0] : value
}

/** An argument that is an array, converted. Throws TypeError for what is none of the rank, RangeError as `array`. */
export const downcastArray = (value: unknown, spec: Spec, self: Self): NDArray => array(cast(value, spec.dtype), spec, self)

/** An argument that is a number or boolean, as a number of the dtype. Throws TypeError. */
export const downcastNumber = (value: unknown, spec: Spec, self: Self): number => number(cast(value, spec.dtype), spec, self)

/** An argument that is a boolean or number; what is not 0 is true. Throws TypeError. */
export const downcastBoolean = (value: unknown, spec: Spec, self: Self): boolean => boolean(cast(value, spec.dtype), spec, self)
