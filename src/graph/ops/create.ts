// graph/ops: arrays made of shapes and ranges. iota is the primitive; the others are elementwise on it.

import { dimCeilDiv, dimMax, dimSub, dimVariable, variableDim } from '../dim.ts'
import { type DType, isDType } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import type { StructuralOp } from '../op.ts'
import { apply, constant, type Dim, Variable } from '../variable.ts'
import { add, ceil, div, mul, pow, sub } from './arithmetic.ts'
import { asVariable, type Operand } from './elementwise.ts'
import { cast, eq } from './logic.ts'
import { broadcastTo, dimshuffle } from './shape.ts'
import { asDim, integerScalar } from './static.ts'

/** 0, 1, … n-1 as int32. */
export const iotaOp: StructuralOp = {
  kind: 'structural',
  name: 'iota',
  law: '0, 1, … n-1',
  infer: ([n]) => ({ dtype: 'int32', weak: false, shape: [variableDim(n)] }),
  evaluate: (_, __, [n]) => Array.from({ length: n }, (_, i) => i),
  gradient: () => [null],
}
export const iota = (n: Dim): Variable => apply(iotaOp, [dimVariable(n)])

/** A dtype argument; throws GraphError TH2016. */
export function dtypeArgument(dtype: unknown, otherwise: DType): DType {
  if (dtype === undefined) return otherwise
  if (typeof dtype !== 'string' || !isDType(dtype)) throw new GraphError('TH2016', { dtype: String(dtype) })
  return dtype
}

export const full = (shape: unknown, value: Operand, dtype?: unknown): Variable => {
  const v = asVariable(value)
  return broadcastTo(cast(v, dtypeArgument(dtype, v.weak ? 'float64' : v.dtype)), shape)
}
export const zeros = (shape: unknown, dtype?: unknown): Variable => broadcastTo(constant(0, dtypeArgument(dtype, 'float64')), shape)
export const ones = (shape: unknown, dtype?: unknown): Variable => broadcastTo(constant(1, dtypeArgument(dtype, 'float64')), shape)
export const fullLike = (x: Operand, value: Operand, dtype?: unknown): Variable => {
  const v = asVariable(x)
  return broadcastTo(cast(asVariable(value), dtypeArgument(dtype, v.dtype)), v.shape)
}
export const zerosLike = (x: Operand, dtype?: unknown): Variable => fullLike(x, 0, dtype)
export const onesLike = (x: Operand, dtype?: unknown): Variable => fullLike(x, 1, dtype)

/**
 * `arange(stop)`, `arange(start, stop, step = 1, dtype?)`: length max(0, ceil((stop - start) / step)). Integer
 * arguments give int32, others float64.
 */
export function arange(first: Operand, stop?: Operand, step: Operand = 1, dtype?: unknown): Variable {
  const [from, to] = stop === undefined ? [0 as Operand, first] : [first, stop]
  const integers = [from, to, step].every((v) => asVariable(v).dtype === 'int32')
  const length = integers ? integerLength(from, to, step) : floatLength(from, to, step)
  const scale = (v: Variable): Variable => (isOne(step) ? v : mul(v, step))
  const values = add(scale(iota(length)), from)
  const start = isZero(from) ? scale(iota(length)) : values
  return cast(start, dtypeArgument(dtype, integers ? 'int32' : 'float64'))
}

const isOne = (v: Operand): boolean => v === 1 || (v instanceof Variable && v.value?.[0] === 1)
const isZero = (v: Operand): boolean => v === 0 || (v instanceof Variable && v.value?.[0] === 0)

function integerLength(from: Operand, to: Operand, step: Operand): Dim {
  const [a, b, s] = [from, to, step].map((v) => integerScalar(v, 'a bound of arange'))
  if (s === 0) throw new GraphError('TH2017', {})
  return dimMax(0, dimCeilDiv(dimSub(b, a), s))
}
function floatLength(from: Operand, to: Operand, step: Operand): Dim {
  const [a, b, s] = [from, to, step].map(asVariable)
  if (a.value && b.value && s.value) return Math.max(0, Math.ceil((b.value[0] - a.value[0]) / s.value[0]))
  return dimMax(0, cast(ceil(div(sub(b, a), s)), 'int32'))
}

/** Ones on the k-th diagonal of an (n, m) matrix, zeros elsewhere. */
export function eye(n: unknown, m?: unknown, k: Operand = 0, dtype?: unknown): Variable {
  const [rows, columns] = [asDim(n), m === undefined ? asDim(n) : asDim(m)]
  const row = dimshuffle(iota(rows), [0, 'x'])
  return cast(eq(isZero(k) ? row : add(row, k), dimshuffle(iota(columns), ['x', 0])), dtypeArgument(dtype, 'float64'))
}

/** `n` evenly spaced numbers from start to stop, both included. */
export function linspace(start: Operand, stop: Operand, n: unknown = 50): Variable {
  const count = asDim(n)
  const steps = dimMax(1, dimSub(count, 1))
  const step = div(sub(asVariable(stop), start), dimVariable(steps))
  return add(mul(cast(iota(count), 'float64'), step), start)
}

/** `n` numbers from base**start to base**stop, evenly spaced on a logarithmic scale. */
export const logspace = (start: Operand, stop: Operand, n: unknown = 50, base: Operand = 10): Variable => pow(base, linspace(start, stop, n))

/** Theano's fill: value, broadcast to x's shape. A literal takes x's dtype. */
export const fill = (x: Operand, value: Operand): Variable => {
  const [v, filling] = [asVariable(x), asVariable(value)]
  return filling.weak ? fullLike(v, filling) : broadcastTo(filling, v.shape)
}
