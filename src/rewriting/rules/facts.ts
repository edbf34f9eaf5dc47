// rewriting/rules: what can be known of values without computing them. Every fact looks only a few Applies deep.
import { type DType, dtypes, isDiscrete, isFloat, promoteDTypes } from '../../graph/dtype.ts'
import { constant, type Dim, type Variable } from '../../graph/variable.ts'
import { uniformValue } from '../match.ts'
import { typedConstant } from '../types.ts'

/** An array of integers or bools: arithmetic is exact, modulo 2**32 and less. Plain integers are JavaScript numbers. */
export const isExact = (v: Variable): boolean => isDiscrete(v.dtype) && !v.weak

/** Numbers with a sign bit of their own: negation never wraps. */
export const isSigned = (v: Variable): boolean => isFloat(v.dtype) || v.weak

const layouts = new Set(['dimshuffle', 'reshape', 'broadcastTo', 'subtensor', 'take', 'pick', 'asNumber', 'cast_float32', 'cast_float64'])
const positive = new Set(['abs', 'sqr', 'exp', 'exp2', 'cosh', 'sigmoid', 'softplus', 'relu', 'hypot', 'shapeOf', 'broadcastSize', 'softmax', 'iota'])
const monotone = new Set(['add', 'mul', 'div', 'maximum', 'minimum', 'sqrt', 'sum', 'prod', 'max', 'min', 'dot', 'sumTo'])

/** At least +0 or NaN; never -0. */
export function isNonnegative(v: Variable, depth = 4): boolean {
  const value = uniformValue(v)
  if (value !== null) return value >= 0 && !Object.is(value, -0)
  if (dtypes[v.dtype].kind === 'uint' || v.dtype === 'bool') return true
  if (v.owner === null || depth === 0 || isExact(v)) return v.owner?.op.name === 'iota'
  const { op, inputs } = v.owner
  if (positive.has(op.name)) return true
  if (layouts.has(op.name)) return isNonnegative(inputs[0], depth - 1)
  return monotone.has(op.name) && inputs.slice(0, op.name === 'sumTo' ? 1 : undefined).every((x) => isNonnegative(x, depth - 1))
}

/** Adding +0 to it changes nothing. */
export function isNeverNegativeZero(v: Variable, depth = 4): boolean {
  if (isExact(v) || isNonnegative(v)) return true
  const value = uniformValue(v)
  if (value !== null) return !Object.is(value, -0)
  if (v.owner === null || depth === 0) return false
  const { op, inputs } = v.owner
  const first = () => isNeverNegativeZero(inputs[0], depth - 1)
  switch (op.name) {
    case 'add':
      return first() || isNeverNegativeZero(inputs[1], depth - 1)
    case 'sub':
    case 'incSubtensor':
    case 'scatterAdd':
      return first()
    case 'where':
      return isNeverNegativeZero(inputs[1], depth - 1) && isNeverNegativeZero(inputs[2], depth - 1)
    case 'sum':
    case 'sumTo':
      return true
    default:
      return layouts.has(op.name) && first()
  }
}

/** A length, which is never negative. */
export const isLength = (v: Variable): boolean => v.owner?.op.name === 'shapeOf' || v.owner?.op.name === 'broadcastSize'

/** Every value of `from` is one of `to`. A plain number may be any float64. */
export const holds = (to: DType, from: Variable): boolean => promoteDTypes(from.weak ? 'float64' : from.dtype, to) === to

/** A constant factor for `x` in the place of `root`: a plain number where that does not change the type of the product. */
export const factor = (value: number, x: Variable, root: Variable): Variable =>
  x.dtype === root.dtype && x.weak === root.weak && isFloat(root.dtype) ? constant(value) : typedConstant(value, root)

export const isPowerOfTwo = (c: number): boolean =>
  c !== 0 && Number.isFinite(c) && Number.isInteger(Math.log2(Math.abs(c))) && 2 ** Math.log2(Math.abs(c)) === Math.abs(c)

/** How broadcastTo treats each axis of its result: repeats a length of 1, keeps it, or checks it at the call. */
export function broadcastAxes(x: Variable, shape: readonly Dim[]): ('repeat' | 'same' | 'check')[] {
  const leading = shape.length - x.rank
  return shape.map((d, i) => {
    const from = i < leading ? 1 : x.shape[i - leading]
    return from === d ? 'same' : from === 1 ? 'repeat' : 'check'
  })
}
