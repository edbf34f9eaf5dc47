// graph/ops: reductions. sum, prod, max, min, all, any, argmax, argmin are primitives over a list of axes.

import { dimProduct, dimVariable } from '../dim.ts'
import { accumulatorDType, type DType, isDiscrete, isFloat } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import type { ElementwiseOp, GradientRule, Params, StructuralOp, Value } from '../op.ts'
import { apply, type Dim, Variable } from '../variable.ts'
import { abs, add, div, maximum, minimum, mul, pow, sqr, sqrt, sub } from './arithmetic.ts'
import { asVariable, type Operand } from './elementwise.ts'
import { and, cast, eq, isnan, or, truthy, where } from './logic.ts'
import { axisOf, broadcastTo, dimshuffle, gatherIndices, reshape, stridesOf } from './shape.ts'
import { staticInts } from './static.ts'

export interface ReduceOptions {
  readonly axis?: unknown
  readonly keepdims?: unknown
}

interface ReduceFacts {
  readonly law: string
  readonly dtype: (d: DType) => DType
  /** Start value; null: the reduction of nothing is an error (max, min). */
  readonly start: number | null
  /** How two values become one. */
  readonly combine: ElementwiseOp
  readonly gradient?: GradientRule
}

/** A reduction's record also says how to accumulate: for the evaluator, the loop builder and rules. */
export interface ReduceOp extends StructuralOp {
  readonly start: number | null
  readonly combine: ElementwiseOp
}
export const reduceOps = new Map<string, ReduceOp>()

function reduction(name: string, facts: ReduceFacts) {
  const op: ReduceOp = {
    kind: 'structural',
    name,
    law: facts.law,
    start: facts.start,
    combine: facts.combine,
    infer: ([x], { axes }) => ({ dtype: facts.dtype(x.dtype), weak: x.weak, shape: keptDims(x, axes as number[]) }),
    evaluate: ([x], { axes }, _, wraps) =>
      reduceLines(x, axes as number[]).map((line) => {
        if (line.length === 0 && facts.start === null) throw new RangeError(`${name} of an empty array`)
        const step = wraps && name === 'prod' ? Math.imul : facts.combine.value
        return line.reduce((a, value) => step(a, value), facts.start ?? line[0])
      }),
    gradient: facts.gradient ?? (() => ['zero']),
  }
  reduceOps.set(name, op)
  return (x: Operand, options: ReduceOptions = {}): Variable => {
    const v = asVariable(x)
    const axes = axesOf(options.axis, v.rank)
    const reduced = axes.length === 0 ? (v.dtype === facts.dtype(v.dtype) ? v : cast(v, facts.dtype(v.dtype))) : apply(op, [v], { axes })
    return options.keepdims ? keep(reduced, v.rank, axes) : reduced
  }
}

const keptDims = (x: Variable, axes: readonly number[]): Dim[] => x.shape.filter((_, i) => !axes.includes(i))

/** The elements that each output element reduces, in order. */
function reduceLines(x: Value, axes: readonly number[]): number[][] {
  const strides = stridesOf(x.shape)
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i))
  const starts = gatherIndices(
    kept.map((i) => x.shape[i]),
    kept.map((i) => strides[i]),
  )
  const line = gatherIndices(
    axes.map((i) => x.shape[i]),
    axes.map((i) => strides[i]),
  )
  return starts.map((start) => line.map((offset) => x.data[start + offset]))
}

/** Sorted non-negative axes; undefined means all. Throws GraphError TH2008, TH2015 (twice the same). */
export function axesOf(axis: unknown, rank: number): number[] {
  if (axis === undefined || axis === null) return Array.from({ length: rank }, (_, i) => i)
  const axes = staticInts(axis, 'axis')
    .map((a) => axisOf(a, rank))
    .sort((a, b) => a - b)
  if (new Set(axes).size < axes.length) throw new GraphError('TH2015', { axes: axes.join(', ') })
  return axes
}

/** Puts reduced axes back with length 1. */
function keep(reduced: Variable, rank: number, axes: readonly number[]): Variable {
  let next = 0
  return dimshuffle(
    reduced,
    Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 'x' : next++)),
  )
}

/** A value of the reduced shape, ready to broadcast against the input. */
const spread = (v: Variable, x: Variable, params: Params): Variable => keep(v, x.rank, params.axes as number[])

export const sum = reduction('sum', {
  law: 'sum; floats are accumulated in float64 (WebAssembly: float32 in short blocks, these in float64)',
  dtype: accumulatorDType,
  start: 0,
  combine: add.op,
  gradient: ([x], _, g, params) => [broadcastTo(spread(g, x, params), x.shape)],
})

export const prod = reduction('prod', {
  law: 'product; floats are accumulated in float64',
  dtype: accumulatorDType,
  start: 1,
  combine: mul.op,
  // y/x where no factor is 0; with exactly one 0, the product of the others at it; otherwise 0.
  gradient: ([x], y, g, params) => {
    const options = { axis: params.axes, keepdims: true }
    const zero = eq(x, 0)
    const zeros = sum(zero, options)
    const others = prod(where(zero, 1, x), options)
    const atZero = where(and(zero, eq(zeros, 1)), others, 0)
    return [mul(spread(g, x, params), where(eq(zeros, 0), div(spread(y, x, params), where(zero, 1, x)), atZero))]
  },
})

/** Every tied position receives the full gradient (Theano). */
const toExtremes: GradientRule = ([x], y, g, params) => [where(eq(x, spread(y, x, params)), spread(g, x, params), 0)]
export const max = reduction('max', { law: 'largest; NaN if any is NaN', dtype: (d) => d, start: null, combine: maximum.op, gradient: toExtremes })
export const min = reduction('min', { law: 'smallest; NaN if any is NaN', dtype: (d) => d, start: null, combine: minimum.op, gradient: toExtremes })

const allOp = reduction('all', { law: 'are all true?', dtype: () => 'bool', start: 1, combine: and.op })
const anyOp = reduction('any', { law: 'is any true?', dtype: () => 'bool', start: 0, combine: or.op })
const asBool = (x: Operand): Variable => (asVariable(x).dtype === 'bool' ? asVariable(x) : truthyOrNaN(asVariable(x)))
const truthyOrNaN = (x: Variable): Variable => (isFloat(x.dtype) ? cast(x, 'bool') : truthy(x))
export const all = (x: Operand, options?: ReduceOptions): Variable => allOp(asBool(x), options)
export const any = (x: Operand, options?: ReduceOptions): Variable => anyOp(asBool(x), options)

/** Position of the first extreme (the first NaN if there is one) along one axis. */
function positionOf(name: string, law: string, before: (a: number, b: number) => boolean) {
  const op: StructuralOp = {
    kind: 'structural',
    name,
    law,
    infer: ([x], { axis }) => ({ dtype: 'int32', weak: false, shape: keptDims(x, [axis as number]) }),
    evaluate: ([x], { axis }) =>
      reduceLines(x, [axis as number]).map((line) => {
        if (line.length === 0) throw new RangeError(`${name} of an empty array`)
        return line.reduce((best, value, i) => (before(value, line[best]) || (Number.isNaN(value) && !Number.isNaN(line[best])) ? i : best), 0)
      }),
    gradient: () => ['zero'],
  }
  return (x: Operand, options: ReduceOptions = {}): Variable => {
    const v = asVariable(x)
    const axes = axesOf(options.axis, v.rank)
    // Several axes: the index into them flattened together.
    const kept = [...v.shape.keys()].filter((i) => !axes.includes(i))
    const joined = axes.length === 1 ? v : reshape(dimshuffle(v, [...kept, ...axes]), [...kept.map((i) => v.shape[i]), dimProduct(axes.map((i) => v.shape[i]))])
    const position = apply(op, [joined], { axis: axes.length === 1 ? axes[0] : kept.length })
    return options.keepdims ? keep(position, v.rank, axes) : position
  }
}
export const argmax = positionOf('argmax', 'position of the first largest element', (a, b) => a > b)
export const argmin = positionOf('argmin', 'position of the first smallest element', (a, b) => a < b)

/** How many elements each output element reduces, in x's precision: a count does not widen float32. */
function countOf(x: Variable, options: ReduceOptions): Variable {
  const count = dimVariable(dimProduct(axesOf(options.axis, x.rank).map((i) => x.shape[i])))
  return count.weak ? count : cast(count, isFloat(x.dtype) ? x.dtype : 'float64')
}

/** Arithmetic mean; integers give float64. */
export function mean(x: Operand, options: ReduceOptions = {}): Variable {
  const v = asVariable(x)
  const floats = isDiscrete(v.dtype) ? cast(v, 'float64') : v
  return div(sum(floats, options), countOf(v, options))
}

/** Mean squared deviation (ddof degrees of freedom taken off the count, default 0). */
export function variance(x: Operand, options: ReduceOptions & { ddof?: unknown } = {}): Variable {
  const v = asVariable(x)
  const deviations = sqr(sub(v, mean(v, { axis: options.axis, keepdims: true })))
  const count = countOf(v, options)
  return div(sum(deviations, options), options.ddof === undefined ? count : sub(count, options.ddof as Operand))
}

export const std = (x: Operand, options?: ReduceOptions & { ddof?: unknown }): Variable => sqrt(variance(x, options))
export const ptp = (x: Operand, options?: ReduceOptions): Variable => sub(max(x, options), min(x, options))

/** The p-norm (`ord`, default 2): Euclidean for 2, sum of |x| for 1, largest |x| for Infinity. Integers give float64. */
export function norm(of: Operand, options: ReduceOptions & { ord?: unknown } = {}): Variable {
  const ord = options.ord === undefined ? 2 : options.ord instanceof Variable ? options.ord.value?.[0] : options.ord
  if (typeof ord !== 'number') throw new GraphError('TH2012', { what: 'ord' })
  const v = asVariable(of)
  const x = isDiscrete(v.dtype) ? cast(v, 'float64') : v
  if (ord === 2) return sqrt(sum(sqr(x), options))
  if (ord === 1) return sum(abs(x), options)
  if (ord === Infinity) return max(abs(x), options)
  return pow(sum(pow(abs(x), ord), options), 1 / ord)
}

/** The sum without NaNs. */
export const nansum = (x: Operand, options?: ReduceOptions): Variable => {
  const v = asVariable(x)
  return sum(isFloat(v.dtype) ? where(isnan(v), 0, v) : v, options)
}

/**
 * NumPy's average: sum(x·weights) / sum(weights), the mean without weights. They have x's rank, or are a vector along the one
 * axis reduced (GraphError TH2003).
 */
export function average(x: Operand, options: ReduceOptions & { weights?: Operand } = {}): Variable {
  const v = asVariable(x)
  const along = { axis: options.axis, keepdims: options.keepdims }
  if (options.weights === undefined) return mean(v, along)
  const w = asVariable(options.weights)
  const axes = axesOf(options.axis, v.rank)
  if (w.rank !== v.rank && !(w.rank === 1 && axes.length === 1)) throw new GraphError('TH2003', { op: 'weights of average', expected: v.rank, found: w.rank })
  const place = v.shape.map((_, i) => (i === axes[0] ? 0 : 'x'))
  const weights = broadcastTo(w.rank === v.rank ? w : dimshuffle(w, place), v.shape)
  return div(sum(mul(v, weights), along), sum(weights, along))
}
