// graph/ops: arguments that must be known while building, and arguments that are lengths.
import { isFloat } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import { call } from '../op.ts'
import { type Dim, Variable } from '../variable.ts'
import { type Constructor, elementwise } from './elementwise.ts'

/** An integer known while building; throws GraphError TH2012. */
export function staticInt(x: unknown, what: string): number {
  const value = x instanceof Variable && x.value !== null ? x.value[0] : x
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new GraphError('TH2012', { what })
  return value
}

/** One integer or a list of them, known while building. */
export const staticInts = (x: unknown, what: string): number[] => (Array.isArray(x) ? x : [x]).map((v) => staticInt(v, what))

/** An object literal of the user's: no list, no Variable. */
export const isOptions = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype

/** The axis of `{ axis }`, or the argument itself. */
export const axisArgument = (axis: unknown): unknown => (isOptions(axis) ? axis.axis : axis)

/** A plain number used as an integer: checked at the call. */
export const asInteger: Constructor<1> = elementwise('asInteger', 1, {
  law: 'x, which must be an integer',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: (x) => {
    if (!Number.isInteger(x)) throw new RangeError(`${x} is not an integer`)
    return x
  },
  js: call('$t.integer'),
  checks: true,
})

/** An integer array's scalar used as a length or position: lengths are plain numbers, which widen nothing they meet. */
const asLength: Constructor<1> = elementwise('asLength', 1, {
  law: 'x, as a length',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: (x) => x,
  js: ([x]) => x,
})

/** A length that comes from outside: checked at the call. */
const checkedLength: Constructor<1> = elementwise('checkedLength', 1, {
  law: 'x, which must be an integer of at least 0',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: (x) => {
    if (!(Number.isInteger(x) && x >= 0)) throw new RangeError(`${x} is not a length`)
    return x
  },
  js: call('$t.length'),
  checks: true,
})

/** An integer scalar, or a plain number that is checked at the call; throws GraphError TH2013. */
export function integerScalar(x: unknown, what: string): number | Variable {
  if (x instanceof Variable && x.rank === 0) {
    if (x.value !== null && Number.isInteger(x.value[0])) return x.value[0]
    if (!isFloat(x.dtype)) return x.weak ? x : asLength(x)
    if (x.weak) return asInteger(x)
  }
  if (typeof x === 'number' && Number.isInteger(x)) return x
  throw new GraphError('TH2013', { what })
}

/** A length; -1 only where `open`. Throws GraphError TH2013, TH2014. */
export function asDim(x: unknown, open = false): Dim {
  // Lengths of arrays and what is computed of them are plain integers; anything else is a value of the user's.
  if (x instanceof Variable && x.rank === 0 && x.value === null && (x.weak || !isFloat(x.dtype)) && !(x.weak && x.dtype === 'int32')) return checkedLength(x)
  const d = integerScalar(x, 'a length')
  if (typeof d === 'number' && d < (open ? -1 : 0)) throw new GraphError('TH2014', { size: d })
  return d
}
