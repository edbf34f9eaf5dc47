// graph/ops: activations and losses. softmax, logSoftmax and logsumexp stay whole (composites) until rules and the
// gradient have seen them, then become max, exp and sum.
import { isFloat } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import { type CompositeOp, formula, type GradientRule, type Params, primary } from '../op.ts'
import { apply, Variable } from '../variable.ts'
import { abs, add, clip, div, maximum, mul, neg, reciprocal, sub } from './arithmetic.ts'
import { asFloat } from './dot.ts'
import { asVariable, type Constructor, elementwise, floatResult, type Operand } from './elementwise.ts'
import { pick } from './indexing.ts'
import { and, eq, ge, gt, isinf, isnan, le, lt, or, where } from './logic.ts'
import { exp, expm1, log, log1p, tanh } from './math.ts'
import { axesOf, max, type ReduceOptions, sum } from './reduce.ts'
import { expandDims } from './shape.ts'

export const sigmoid: Constructor<1> = elementwise('sigmoid', 1, {
  law: '1 / (1 + exp(-x))',
  dtype: floatResult,
  value: (x) => 1 / (1 + Math.exp(-x)),
  js: formula((x) => `1 / (1 + Math.exp(-${x}))`),
  costly: true,
  gradient: (_, y, g) => [mul(g, mul(y, sub(1, y)))],
})

/** log(1 + exp(x)) without overflow: max(x, 0) + log1p(exp(-|x|)). */
export const softplus: Constructor<1> = elementwise('softplus', 1, {
  law: 'log(1 + exp(x))',
  dtype: floatResult,
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  js: formula((x) => `Math.max(${x}, 0) + Math.log1p(Math.exp(-Math.abs(${x})))`),
  costly: true,
  gradient: ([x], _, g) => [mul(g, sigmoid(x))],
})

/** Theano's relu: max(x, 0), alpha·x below 0; the derivative at 0 is (1 + alpha) / 2, as that of (x + |x|) / 2. */
export const reluOp: Constructor<1> = elementwise('relu', 1, {
  law: 'max(x, 0)',
  value: (x) => Math.max(x, 0),
  js: ([x]) => primary(`Math.max(${x.text}, 0)`),
  gradient: ([x], _, g) => [mul(g, where(gt(x, 0), 1, where(eq(x, 0), 0.5, 0)))],
})
export const relu = (x: Operand, alpha: Operand = 0): Variable => {
  const slope = alpha instanceof Variable && alpha.value !== null && alpha.rank === 0 ? alpha.value[0] : alpha
  if (slope === 0) return reluOp(x)
  return where(gt(x, 0), x, where(lt(x, 0), mul(alpha, x), mul(mul(0.5, add(1, alpha)), x)))
}
export const leakyRelu = (x: Operand, alpha: Operand = 0.01): Variable => relu(x, alpha)
export const elu = (x: Operand, alpha: Operand = 1): Variable => where(gt(x, 0), x, mul(alpha, expm1(minimumZero(x))))
const minimumZero = (x: Operand): Variable => where(gt(x, 0), 0, x)
/** Klambauer et al. 2017, with their constants. */
export const selu = (x: Operand): Variable => mul(1.0507009873554805, elu(x, 1.6732632423543772))
export const silu = (x: Operand): Variable => mul(x, sigmoid(x))
export const mish = (x: Operand): Variable => mul(x, tanh(softplus(x)))
export const hardSigmoid = (x: Operand): Variable => clip(add(mul(0.2, x), 0.5), 0, 1)

/** Theano's piecewise approximation of the sigmoid (nnet/sigm.py). */
export const ultraFastSigmoid = (x: Operand): Variable => {
  const half = mul(0.5, x)
  const a = abs(half)
  const low = div(mul(1.5, a), add(1, a))
  const middle = add(0.935409070603099, mul(0.0458812946797165, sub(a, 1.7)))
  const magnitude = where(lt(a, 1.7), low, where(lt(a, 3), middle, 0.99505475368673))
  return mul(0.5, add(where(ge(half, 0), magnitude, neg(magnitude)), 1))
}

/** |a - b| ≤ atol + rtol·|b|, NaN unequal unless `equalNan`. */
export function isclose(x: Operand, y: Operand, options: { rtol?: Operand; atol?: Operand; equalNan?: unknown } = {}): Variable {
  const [a, b] = [asVariable(x), asVariable(y)]
  const near = le(abs(sub(a, b)), add(options.atol ?? 1e-8, mul(options.rtol ?? 1e-5, abs(b))))
  const close = where(or(isinf(a), isinf(b)), eq(a, b), near)
  return options.equalNan ? or(close, and(isnan(a), isnan(b))) : close
}

/** A composite along `axes`, of x's shape (or, for logsumexp, of the reduced shape). */
function composite(
  name: string,
  law: string,
  shape: (x: Variable, params: Params) => Variable['shape'],
  gradient: GradientRule,
  expand: (x: Variable, axes: number[]) => Variable,
): CompositeOp {
  return {
    kind: 'composite',
    name,
    law,
    infer: ([x], params) => ({ ...floatResult([x]), shape: shape(x, params) }),
    gradient,
    expand: ([x], params) => expand(isFloat(x.dtype) ? x : asFloat(x), params.axes as number[]),
  }
}
const axesIn = (params: Params): number[] => params.axes as number[]
const sameShape = (x: Variable): Variable['shape'] => x.shape

/** Subtracting the largest element changes nothing but keeps exp from overflowing. */
const shifted = (x: Variable, axes: number[]): Variable => sub(x, max(x, { axis: axes, keepdims: true }))

export const softmaxOp = composite(
  'softmax',
  'exp(x) / sum(exp(x))',
  sameShape,
  (_, y, g, params) => [mul(y, sub(g, sum(mul(g, y), { axis: params.axes, keepdims: true })))],
  (x, axes) => {
    const e = exp(shifted(x, axes))
    // One division a line instead of one an element; a line's sum is at least 1.
    return mul(e, reciprocal(sum(e, { axis: axes, keepdims: true })))
  },
)

export const logSoftmaxOp = composite(
  'logSoftmax',
  'log(softmax(x)) without underflow',
  sameShape,
  ([x], _, g, params) => [sub(g, mul(apply(softmaxOp, [x], params), sum(g, { axis: params.axes, keepdims: true })))],
  (x, axes) => {
    const d = shifted(x, axes)
    return sub(d, log(sum(exp(d), { axis: axes, keepdims: true })))
  },
)

/** The largest element is only subtracted where it is finite: a line of -Infinity gives -Infinity. */
export const logsumexpOp = composite(
  'logsumexp',
  'log(sum(exp(x))) without overflow',
  (x, params) => x.shape.filter((_, i) => !axesIn(params).includes(i)),
  ([x], _, g, params) => [mul(apply(softmaxOp, [x], params), expandDims(g, axesIn(params)))],
  (x, axes) => {
    const top = max(x, { axis: axes, keepdims: true })
    const shift = where(isinf(top), 0, top)
    const total = log(sum(exp(sub(x, shift)), { axis: axes, keepdims: true }))
    return sum(add(total, shift), { axis: axes })
  },
)

const alongLast =
  (op: CompositeOp) =>
  (x: Operand, options: { axis?: unknown } = {}): Variable => {
    const v = asVariable(x)
    if (v.rank === 0) throw new GraphError('TH2003', { op: op.name, expected: 'at least 1', found: 0 })
    return apply(op, [v], { axes: axesOf(options.axis ?? -1, v.rank) })
  }
/** Along the last axis, or `axis`. */
export const softmax = alongLast(softmaxOp)
export const logSoftmax = alongLast(logSoftmaxOp)
export const logsumexp = (x: Operand, options: ReduceOptions = {}): Variable => {
  const v = asVariable(x)
  const axes = axesOf(options.axis, v.rank)
  const reduced = axes.length === 0 ? asFloat(v) : apply(logsumexpOp, [v], { axes })
  return options.keepdims ? expandDims(reduced, axes) : reduced
}

/** -sum(true · log(coding)) over the last axis, or -log(coding[…, true]) for integer targets of one rank less. */
export function categoricalCrossentropy(coding: Operand, target: Operand): Variable {
  const [p, t] = [asVariable(coding), asVariable(target)]
  if (t.rank === p.rank) return neg(sum(mul(t, log(p)), { axis: -1 }))
  if (t.rank === p.rank - 1) return neg(log(pick(p, t)))
  throw new GraphError('TH2003', { op: 'categoricalCrossentropy', expected: `${p.rank} and ${p.rank} or ${p.rank - 1}`, found: `${p.rank} and ${t.rank}` })
}

/** -(t·log(o) + (1 - t)·log(1 - o)), elementwise. */
export const binaryCrossentropy = (output: Operand, target: Operand): Variable => neg(add(mul(target, log(output)), mul(sub(1, target), log(sub(1, output)))))

/** binaryCrossentropy(sigmoid(x), t) without overflow: softplus(x) - t·x. */
export const sigmoidBinaryCrossentropy = (x: Operand, target: Operand): Variable => sub(add(maximum(x, 0), log1p(exp(neg(abs(x))))), mul(target, x))
