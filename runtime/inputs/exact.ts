// runtime/inputs: arguments that are not converted (`strict`), and such that lose nothing (`allowDowncast: false`): Theano's filter. Lengths
// and ranks are checked as for all arguments.
import { actual, array, matches, mismatch, number, type Self, type Spec, typedDType } from '../convert.ts'
import { NDArray } from '../ndarray.ts'

const converted = (value: unknown, spec: Spec, self: Self): never => mismatch(value, spec, self, `${actual(value)}, which strict does not convert`)

/** An argument that is an array of the dtype already: an NDArray, or for a vector a typed array. Throws TypeError for any other, RangeError as `array`. */
export function strictArray(value: unknown, spec: Spec, self: Self): NDArray {
  const { dtype, shape } = spec
  const typed = shape.length === 1 && typedDType(value) === (dtype === 'bool' ? 'uint8' : dtype)
  if (!self.trustInput && !typed && !matches(value, spec)) converted(value, spec, self)
  return array(value, spec, self)
}

/** An argument that is an array of float32 or converts to it exactly: lists are judged by their numbers. Throws TypeError, RangeError as `array`. */
export function exactArray(value: unknown, spec: Spec, self: Self): NDArray {
  const x = array(value, spec, self)
  if (Array.isArray(value)) {
    value.flat(Number.POSITIVE_INFINITY).forEach((v, i) => {
      if (!Object.is(v, x.data[i])) mismatch(value, spec, self, `${v} at position ${i}, which is not exact in ${spec.dtype}`)
    })
  }
  return x
}

/** An argument that is a number which the dtype has exactly; with `strict` arrays of rank 0 must be of the dtype. Throws TypeError. */
export function exactNumber(value: unknown, spec: Spec, self: Self): number {
  if (spec.strict && value instanceof NDArray && value.dtype !== spec.dtype) converted(value, spec, self)
  if (spec.dtype === 'float32' && typeof value === 'number' && !Object.is(Math.fround(value), value))
    mismatch(value, spec, self, `${value}, which is not exact in ${spec.dtype}`)
  return number(value, spec, self)
}

/** An argument that is a boolean; 0 and 1 are none. Throws TypeError. */
export function strictBoolean(value: unknown, spec: Spec, self: Self): boolean {
  if (typeof value === 'boolean') return value
  return matches(value, spec) ? value.data[0] !== 0 : converted(value, spec, self)
}
