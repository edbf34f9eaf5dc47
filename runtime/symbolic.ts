// runtime: the symbolic functions. They exist while building; called in code that was not built they throw NotCompiledError.
// Names that the compiler does not know yet are here too, so that the build can say so at the call. Networks, gradients and loops are
// in symbolicPrograms.ts.
import { symbolic } from './fn.ts'
import type { DType, Length, NewShape, Operand, RankOfShape, Scalar, Tensor } from './types.ts'

export * from './symbolicPrograms.ts'

type Unary = (x: Operand) => Tensor
type Binary = (a: Operand, b: Operand) => Tensor
type Test = (x: Operand) => Tensor<number, 'bool'>
type Comparison = (a: Operand, b: Operand) => Tensor<number, 'bool'>
type Axis = number | readonly number[]
interface Along {
  /** One axis or several, negative from the end; all without it. */
  axis?: Axis
  /** Keep reduced axes with length 1. */
  keepdims?: boolean
}
type Whole<O> = Omit<O, keyof Along> & { axis?: undefined; keepdims?: false }
interface Reduction<D extends DType = DType, O extends Along = Along> {
  (x: Operand, options?: Whole<O>): Scalar<DType extends D ? 'float64' : D>
  (x: Operand, options: O): Tensor<number, D>
}
type AxisOption = number | { axis?: number }
/** A list of tensors, or a tensor whose rows are meant. */
type List = readonly Operand[]

// --- make: zeros, ones, full, arange and eye also run outside arrows (create.ts)

type Like = <D extends DType = DType>(x: Operand, dtype?: D) => Tensor<number, D>
/** Zeros of the shape of x, and of its dtype unless one is given. */
export const zerosLike: Like = /* @__PURE__ */ symbolic('zerosLike')
/** Ones of the shape of x, and of its dtype unless one is given. */
export const onesLike: Like = /* @__PURE__ */ symbolic('onesLike')
/** A scalar, or what broadcasts, over the shape of x, in its dtype unless one is given. */
export const fullLike: <D extends DType = DType>(x: Operand, value: Operand, dtype?: D) => Tensor<number, D> = /* @__PURE__ */ symbolic('fullLike')
/** n (default 50) values evenly from start to stop, both included: shape [n], float64. */
export const linspace: (start: Tensor, stop: Tensor, n?: number) => Tensor<1, 'float64'> = /* @__PURE__ */ symbolic('linspace')
/** n (default 50) values from base**start to base**stop, evenly on a logarithmic scale: shape [n], float64; base is 10 by default. */
export const logspace: (start: Tensor, stop: Tensor, n?: number, base?: number) => Tensor<1, 'float64'> = /* @__PURE__ */ symbolic('logspace')
/** Ones on the diagonal of an n × n matrix of zeros; float64 by default. `eye` also takes m and k. */
export const identity: <D extends DType = 'float64'>(n: Tensor, dtype?: D) => Tensor<2, D> = /* @__PURE__ */ symbolic('identity')
/** Ones on and below the k-th diagonal of an (n, m) matrix. */
export const tri: <D extends DType = 'float64'>(n: Tensor, m?: Tensor, k?: number, dtype?: D) => Tensor<2, D> = /* @__PURE__ */ symbolic('tri')
/** The k-th diagonal of a matrix; of a vector, the matrix with it there. */
export const diag: (x: Operand, k?: number) => Tensor = /* @__PURE__ */ symbolic('diag')
/** The value, broadcast to the shape of x; a literal takes its dtype. */
export const fill: (x: Operand, value: Operand) => Tensor = /* @__PURE__ */ symbolic('fill')
/** Tensors of one shape along a new axis (default 0), in their common dtype. Lengths that differ are an error of the build, or a RangeError at the call. */
export const stack: (list: List, axis?: number | { axis?: number }) => Tensor = /* @__PURE__ */ symbolic('stack')
/**
 * Tensors one after the other along an axis (default 0), in their common dtype. Their other lengths must agree: else an error of the build,
 * or a RangeError at the call.
 */
export const concatenate: (list: List, axis?: number | { axis?: number }) => Tensor = /* @__PURE__ */ symbolic('concatenate')
/** Cut into this many equal parts, or parts of these sizes, along an axis (default 0). */
export const split: (x: Operand, sizes: number | readonly Length[], axis?: AxisOption) => Tensor[] = /* @__PURE__ */ symbolic('split')
/** Repeated as a whole along its last axes. */
export const tile: (x: Operand, reps: NewShape) => Tensor = /* @__PURE__ */ symbolic('tile')
/** Each element (sub-array along the axis) so many times in a row; without an axis, of the flattened x. */
export const repeat: (x: Operand, repeats: Tensor | readonly number[], axis?: AxisOption) => Tensor = /* @__PURE__ */ symbolic('repeat')
/** Each vector spread over the grid of all; the first two axes are exchanged unless the last argument is `{ indexing: 'ij' }`. */
export const meshgrid: (...vectors: readonly (Operand | { indexing?: 'xy' | 'ij' })[]) => Tensor[] = /* @__PURE__ */ symbolic('meshgrid')
/** Positions along each range over the grid of all, stacked. */
export const mgrid: (...ranges: readonly Slice[]) => Tensor = /* @__PURE__ */ symbolic('mgrid')

// --- elementwise

/** a + b, elementwise. Dtypes promote as in NumPy; bools count as 0 and 1. */
export const add: Binary = /* @__PURE__ */ symbolic('add')
/** a - b, elementwise. Dtypes promote as in NumPy; bools count as 0 and 1. */
export const sub: Binary = /* @__PURE__ */ symbolic('sub')
/** a · b, elementwise; integers wrap. Dtypes promote as in NumPy; bools count as 0 and 1. Matrices multiply with `dot`. */
export const mul: Binary = /* @__PURE__ */ symbolic('mul')
/** a / b, elementwise: true division, integers give float64. `floorDiv` rounds down. */
export const div: Binary = /* @__PURE__ */ symbolic('div')
/** a to the power b, elementwise. Arrays of integers stay integers. */
export const pow: Binary = /* @__PURE__ */ symbolic('pow')
/** Floored remainder: the sign of b. `%` is JavaScript's, with the sign of a. */
export const mod: Binary = /* @__PURE__ */ symbolic('mod')
/** floor(a / b), elementwise, in the promoted dtype. Its gradient is zero. */
export const floorDiv: Binary = /* @__PURE__ */ symbolic('floorDiv')
/** -x, elementwise. */
export const neg: Unary = /* @__PURE__ */ symbolic('neg')
/** |x|, elementwise. The derivative at 0 is 0. */
export const abs: Unary = /* @__PURE__ */ symbolic('abs')
/** -1, 0 or 1, elementwise; NaN stays NaN. Its gradient is zero. */
export const sign: Unary = /* @__PURE__ */ symbolic('sign')
/** x · x, elementwise. */
export const sqr: Unary = /* @__PURE__ */ symbolic('sqr')
/** Square root, elementwise; NaN below 0. Integers give floats. */
export const sqrt: Unary = /* @__PURE__ */ symbolic('sqrt')
/** Cube root, elementwise, negative numbers included. Integers give floats. */
export const cbrt: Unary = /* @__PURE__ */ symbolic('cbrt')
/** 1 / x, elementwise. Integers give floats. */
export const reciprocal: Unary = /* @__PURE__ */ symbolic('reciprocal')
/** e to the power x, elementwise. Integers give floats. */
export const exp: Unary = /* @__PURE__ */ symbolic('exp')
/** 2 to the power x, elementwise. Integers give floats. */
export const exp2: Unary = /* @__PURE__ */ symbolic('exp2')
/** exp(x) - 1, elementwise, exact for small x. */
export const expm1: Unary = /* @__PURE__ */ symbolic('expm1')
/** Natural logarithm, elementwise; NaN below 0. Integers give floats. Write `log(1 + exp(x))`, `log(softmax(x))` plainly: the build makes them stable. */
export const log: Unary = /* @__PURE__ */ symbolic('log')
/** Logarithm to base 2, elementwise. */
export const log2: Unary = /* @__PURE__ */ symbolic('log2')
/** Logarithm to base 10, elementwise. */
export const log10: Unary = /* @__PURE__ */ symbolic('log10')
/** log(1 + x), elementwise, exact for small x. */
export const log1p: Unary = /* @__PURE__ */ symbolic('log1p')
/** Sine of radians, elementwise. */
export const sin: Unary = /* @__PURE__ */ symbolic('sin')
/** Cosine of radians, elementwise. */
export const cos: Unary = /* @__PURE__ */ symbolic('cos')
/** Tangent of radians, elementwise. */
export const tan: Unary = /* @__PURE__ */ symbolic('tan')
/** Arc sine, elementwise; NaN outside [-1, 1]. */
export const asin: Unary = /* @__PURE__ */ symbolic('asin')
/** Arc cosine, elementwise; NaN outside [-1, 1]. */
export const acos: Unary = /* @__PURE__ */ symbolic('acos')
/** Arc tangent, elementwise. */
export const atan: Unary = /* @__PURE__ */ symbolic('atan')
/** The angle of the point (b, a): atan(a / b) in the right quadrant, elementwise. */
export const atan2: Binary = /* @__PURE__ */ symbolic('atan2')
/** sqrt(a² + b²), elementwise, without overflow. */
export const hypot: Binary = /* @__PURE__ */ symbolic('hypot')
/** Hyperbolic sine, elementwise. */
export const sinh: Unary = /* @__PURE__ */ symbolic('sinh')
/** Hyperbolic cosine, elementwise. */
export const cosh: Unary = /* @__PURE__ */ symbolic('cosh')
/** Hyperbolic tangent, elementwise. */
export const tanh: Unary = /* @__PURE__ */ symbolic('tanh')
/** Inverse hyperbolic sine, elementwise. */
export const asinh: Unary = /* @__PURE__ */ symbolic('asinh')
/** Inverse hyperbolic cosine, elementwise; NaN below 1. */
export const acosh: Unary = /* @__PURE__ */ symbolic('acosh')
/** Inverse hyperbolic tangent, elementwise; NaN outside [-1, 1]. */
export const atanh: Unary = /* @__PURE__ */ symbolic('atanh')
/** The error function, elementwise. */
export const erf: Unary = /* @__PURE__ */ symbolic('erf')
/** 1 - erf(x), elementwise, exact for large x. */
export const erfc: Unary = /* @__PURE__ */ symbolic('erfc')
/** The inverse of erf, elementwise; NaN outside [-1, 1]. */
export const erfinv: Unary = /* @__PURE__ */ symbolic('erfinv')
/** The inverse of erfc, elementwise; NaN outside [0, 2]. */
export const erfcinv: Unary = /* @__PURE__ */ symbolic('erfcinv')
/** exp(x²) · erfc(x), elementwise, exact for large x. */
export const erfcx: Unary = /* @__PURE__ */ symbolic('erfcx')
/** The gamma function, elementwise: gamma(n + 1) is n!. */
export const gamma: Unary = /* @__PURE__ */ symbolic('gamma')
/** log |gamma(x)|, elementwise. */
export const gammaln: Unary = /* @__PURE__ */ symbolic('gammaln')
/** The derivative of gammaln (digamma), elementwise. */
export const psi: Unary = /* @__PURE__ */ symbolic('psi')
/** The derivative of psi, elementwise. */
export const triGamma: Unary = /* @__PURE__ */ symbolic('triGamma')
export const j0: Unary = /* @__PURE__ */ symbolic('j0')
export const j1: Unary = /* @__PURE__ */ symbolic('j1')
export const i0: Unary = /* @__PURE__ */ symbolic('i0')
export const i1: Unary = /* @__PURE__ */ symbolic('i1')
/** 1 / (1 + exp(-x)), elementwise. */
export const sigmoid: Unary = /* @__PURE__ */ symbolic('sigmoid')
/** 0.2 · x + 0.5, limited to [0, 1], elementwise. */
export const hardSigmoid: Unary = /* @__PURE__ */ symbolic('hardSigmoid')
/** Theano's piecewise approximation of the sigmoid, elementwise. */
export const ultraFastSigmoid: Unary = /* @__PURE__ */ symbolic('ultraFastSigmoid')
/** log(1 + exp(x)) without overflow, elementwise. */
export const softplus: Unary = /* @__PURE__ */ symbolic('softplus')
/** x above 0, alpha · x (default 0) below, elementwise. The derivative at 0 is (1 + alpha) / 2, as in Theano. */
export const relu: (x: Operand, alpha?: Tensor) => Tensor = /* @__PURE__ */ symbolic('relu')
/** x above 0, alpha · x (default 0.01) below, elementwise. */
export const leakyRelu: (x: Operand, alpha?: Tensor) => Tensor = /* @__PURE__ */ symbolic('leakyRelu')
/** x above 0, alpha · (exp(x) - 1) (alpha 1 by default) below, elementwise. */
export const elu: (x: Operand, alpha?: Tensor) => Tensor = /* @__PURE__ */ symbolic('elu')
/** elu of alpha 1.6733, times 1.0507, elementwise. */
export const selu: Unary = /* @__PURE__ */ symbolic('selu')
/** x · Φ(x), Φ the distribution function of the normal distribution, elementwise. */
export const gelu: Unary = /* @__PURE__ */ symbolic('gelu')
/** x · sigmoid(x), elementwise. */
export const silu: Unary = /* @__PURE__ */ symbolic('silu')
/** Another name of silu: x · sigmoid(x), elementwise. */
export const swish: Unary = /* @__PURE__ */ symbolic('swish')
/** x · tanh(softplus(x)), elementwise. */
export const mish: Unary = /* @__PURE__ */ symbolic('mish')
/** x limited to [low, high], elementwise. The gradient passes where x lies inside, bounds included. */
export const clip: (x: Operand, low: Operand, high: Operand) => Tensor = /* @__PURE__ */ symbolic('clip')
/** The smaller of two, elementwise; NaN if either is. At ties the gradient goes to a. `min` reduces. */
export const minimum: Binary = /* @__PURE__ */ symbolic('minimum')
/** The larger of two, elementwise; NaN if either is. At ties the gradient goes to a. `max` reduces. */
export const maximum: Binary = /* @__PURE__ */ symbolic('maximum')
/** a where the condition holds (is not 0), b elsewhere, elementwise; both are computed. The dtype is that of a and b promoted. */
export const where: (condition: Operand, a: Operand, b: Operand) => Tensor = /* @__PURE__ */ symbolic('where')
/** a === b, elementwise, as bools. NaN equals nothing. */
export const eq: Comparison = /* @__PURE__ */ symbolic('eq')
/** a !== b, elementwise, as bools. */
export const neq: Comparison = /* @__PURE__ */ symbolic('neq')
/** a < b, elementwise, as bools. */
export const lt: Comparison = /* @__PURE__ */ symbolic('lt')
/** a ≤ b, elementwise, as bools. */
export const le: Comparison = /* @__PURE__ */ symbolic('le')
/** a > b, elementwise, as bools. */
export const gt: Comparison = /* @__PURE__ */ symbolic('gt')
/** a ≥ b, elementwise, as bools. */
export const ge: Comparison = /* @__PURE__ */ symbolic('ge')
interface Closeness {
  rtol?: number
  atol?: number
  equalNan?: boolean
}
/** |a - b| ≤ atol + rtol · |b|, elementwise (rtol 1e-5, atol 1e-8). NaNs are close with `equalNan` only. */
export const isclose: (a: Operand, b: Operand, options?: Closeness) => Tensor<number, 'bool'> = /* @__PURE__ */ symbolic('isclose')
/** Is `isclose` true everywhere? A bool scalar. */
export const allclose: (a: Operand, b: Operand, options?: Closeness) => Scalar<'bool'> = /* @__PURE__ */ symbolic('allclose')
/** Is x NaN? Elementwise, as bools. */
export const isnan: Test = /* @__PURE__ */ symbolic('isnan')
/** Is x infinite? Elementwise, as bools. */
export const isinf: Test = /* @__PURE__ */ symbolic('isinf')
/** To the nearest integer, halves to even, elementwise; the dtype stays. `Math.round` is JavaScript's. Its gradient is zero. */
export const round: Unary = /* @__PURE__ */ symbolic('round')
/** Without the fraction, elementwise; the dtype stays. Its gradient is zero. */
export const trunc: Unary = /* @__PURE__ */ symbolic('trunc')
/** The largest integer not above x, elementwise; the dtype stays. Its gradient is zero. */
export const floor: Unary = /* @__PURE__ */ symbolic('floor')
/** The smallest integer not below x, elementwise; the dtype stays. Its gradient is zero. */
export const ceil: Unary = /* @__PURE__ */ symbolic('ceil')
/** x in another dtype, elementwise; integers wrap and floats lose their fraction as in the typed array. */
export const cast: <D extends DType>(x: Operand, dtype: D) => Tensor<number, D> = /* @__PURE__ */ symbolic('cast')
/** Ones on the diagonal of a matrix of x's shape and dtype. */
export const identityLike: <D extends DType = DType>(x: Operand, dtype?: D) => Tensor<2, D> = /* @__PURE__ */ symbolic('identityLike')
export const real: Unary = /* @__PURE__ */ symbolic('real')
export const imag: Unary = /* @__PURE__ */ symbolic('imag')
export const conj: Unary = /* @__PURE__ */ symbolic('conj')
export const angle: Unary = /* @__PURE__ */ symbolic('angle')
export const complex: Binary = /* @__PURE__ */ symbolic('complex')

// --- reduce

/** Sum; over nothing it is 0. Bools and signed integers give int32, unsigned ones uint32. */
export const sum: Reduction = /* @__PURE__ */ symbolic('sum')
/** Product; over nothing it is 1. Bools and signed integers give int32, unsigned ones uint32. */
export const prod: Reduction = /* @__PURE__ */ symbolic('prod')
/** Arithmetic mean; integers give float64. Of nothing it is NaN. */
export const mean: Reduction = /* @__PURE__ */ symbolic('mean')
interface Freedom extends Along {
  /** Taken off the count; default 0. */
  ddof?: number
}
/** Mean squared deviation from the mean; `ddof` (default 0) is taken off the count. Integers give float64. */
export const variance: Reduction<DType, Freedom> = /* @__PURE__ */ symbolic('variance')
/** Square root of the variance; `ddof` (default 0) is taken off the count. Integers give float64. */
export const std: Reduction<DType, Freedom> = /* @__PURE__ */ symbolic('std')
/** The largest element; NaN if there is one. All that tie receive the full gradient. Of nothing: a RangeError at the call. */
export const max: Reduction = /* @__PURE__ */ symbolic('max')
/** The smallest element; NaN if there is one. All that tie receive the full gradient. Of nothing: a RangeError at the call. */
export const min: Reduction = /* @__PURE__ */ symbolic('min')
/** Largest minus smallest. Of nothing: a RangeError at the call. */
export const ptp: Reduction = /* @__PURE__ */ symbolic('ptp')
/** Position of the first largest element, int32; without an axis, in the flattened tensor. Of nothing: a RangeError at the call. */
export const argmax: Reduction<'int32'> = /* @__PURE__ */ symbolic('argmax')
/** Position of the first smallest element, int32; without an axis, in the flattened tensor. Of nothing: a RangeError at the call. */
export const argmin: Reduction<'int32'> = /* @__PURE__ */ symbolic('argmin')
/** Is every element true (not 0)? Over nothing it is true. */
export const all: Reduction<'bool'> = /* @__PURE__ */ symbolic('all')
/** Is any element true (not 0)? Over nothing it is false. */
export const any: Reduction<'bool'> = /* @__PURE__ */ symbolic('any')
/** The `ord`-norm: Euclidean (default 2), the sum of |x| (1), the largest |x| (Infinity), or (Σ|x|^ord)^(1/ord). */
export const norm: Reduction<DType, Along & { ord?: number }> = /* @__PURE__ */ symbolic('norm')
/** log(sum(exp(x))) without overflow. Integers give floats. */
export const logsumexp: Reduction = /* @__PURE__ */ symbolic('logsumexp')
export const median: Reduction = /* @__PURE__ */ symbolic('median')
/** The sum without NaNs. */
export const nansum: Reduction = /* @__PURE__ */ symbolic('nansum')
/** sum(x·weights) / sum(weights); the mean without weights. */
export const average: Reduction<DType, Along & { weights?: Operand }> = /* @__PURE__ */ symbolic('average')
export const cumsum: (x: Operand, options?: { axis?: number }) => Tensor = /* @__PURE__ */ symbolic('cumsum')
export const cumprod: (x: Operand, options?: { axis?: number }) => Tensor = /* @__PURE__ */ symbolic('cumprod')

// --- shape

/** The same elements, row-major, in another shape; one length may be -1. Known sizes are checked by the build, others at the call (RangeError). */
export const reshape: <const S extends NewShape>(x: Operand, shape: S) => Tensor<RankOfShape<S>> = /* @__PURE__ */ symbolic('reshape')
/** The leading ndim - 1 axes kept, the others joined into one; ndim is 1 by default: a vector. */
export const flatten: (x: Operand, ndim?: number) => Tensor = /* @__PURE__ */ symbolic('flatten')
/** All elements as a vector, row-major. */
export const ravel: (x: Operand) => Tensor<1> = /* @__PURE__ */ symbolic('ravel')
/** Axes reversed, or in the order given. */
export const transpose: (x: Operand, axes?: readonly number[]) => Tensor = /* @__PURE__ */ symbolic('transpose')
type Place = number | 'x'
/** Axes in a new order, 'x' for a new axis of length 1. Axes left out must be known to have length 1. */
export const dimshuffle: (x: Operand, ...pattern: Place[] | [readonly Place[]]) => Tensor = /* @__PURE__ */ symbolic('dimshuffle')
/** Axes a and b exchanged. */
export const swapaxes: (x: Operand, a: number, b: number) => Tensor = /* @__PURE__ */ symbolic('swapaxes')
/** Axes moved to these places of the result; the others keep their order. */
export const moveaxis: (x: Operand, from: Axis, to: Axis) => Tensor = /* @__PURE__ */ symbolic('moveaxis')
/** Without axes of length 1: those named, or all that the build knows. A named axis of another length is a RangeError at the call. */
export const squeeze: (x: Operand, axis?: Axis | { axis?: Axis }) => Tensor = /* @__PURE__ */ symbolic('squeeze')
/** New axes of length 1 at these places of the result. */
export const expandDims: (x: Operand, axis: Axis | { axis: Axis }) => Tensor = /* @__PURE__ */ symbolic('expandDims')
/** n (default 1) new axes of length 1 in front. */
export const padLeft: (x: Operand, n?: number) => Tensor = /* @__PURE__ */ symbolic('padLeft')
/** n (default 1) new axes of length 1 at the end. */
export const padRight: (x: Operand, n?: number) => Tensor = /* @__PURE__ */ symbolic('padRight')
/** x repeated to this shape, by NumPy's rules. Lengths that do not fit are an error of the build, or a RangeError at the call. */
export const broadcastTo: <const S extends NewShape>(x: Operand, shape: S) => Tensor<RankOfShape<S>> = /* @__PURE__ */ symbolic('broadcastTo')
/** Elements moved on by `shift` places, those beyond the end re-entering; without an axis, of the flattened x. */
export const roll: (x: Operand, shift: Tensor | readonly number[], axis?: Axis | { axis?: Axis }) => Tensor = /* @__PURE__ */ symbolic('roll')
/** In reverse order along an axis, or all. */
export const flip: (x: Operand, axis?: Axis | { axis?: Axis }) => Tensor = /* @__PURE__ */ symbolic('flip')
type Widths = number | readonly number[] | readonly (readonly number[])[]
/** Widened on both sides by a number for all axes, [before, after], or such a pair for each axis. */
export const pad: (x: Operand, widths: Widths, options?: { mode?: 'constant' | 'edge' | 'wrap'; value?: Tensor }) => Tensor = /* @__PURE__ */ symbolic('pad')
/** Zeros below the k-th diagonal of the last two axes. */
export const triu: (x: Operand, k?: number) => Tensor = /* @__PURE__ */ symbolic('triu')
/** Zeros above the k-th diagonal of the last two axes. */
export const tril: (x: Operand, k?: number) => Tensor = /* @__PURE__ */ symbolic('tril')

// --- indexing

declare const sliceBrand: unique symbol
/** A range of positions, for `at`. */
export interface Slice {
  readonly [sliceBrand]: true
}
type Bound = Tensor | null
/** As in Python: `slice(stop)`, `slice(start, stop)`, `slice(start, stop, step)`; null is an open end. */
export const slice: {
  (stop: Bound): Slice
  (start: Bound, stop: Bound, step?: Bound): Slice
} = /* @__PURE__ */ symbolic('slice')
/** A new axis of length 1, for `at`. */
export const newaxis: unique symbol = /* @__PURE__ */ Symbol('newaxis') as never
export type Index = Operand | Slice | typeof newaxis
/**
 * NumPy's x[i, j, …]: integers (negative ones count from the end), slices, newaxis, a mask or an array of positions. Out of range: a
 * RangeError at the call.
 */
export const at: (x: Operand, ...index: readonly Index[]) => Tensor = /* @__PURE__ */ symbolic('at')
interface Taking {
  axis?: number
  mode?: 'raise' | 'wrap' | 'clip'
}
/**
 * Elements, or sub-arrays along an axis, at integer positions: the axis is replaced by the shape of the positions; without an axis, of the
 * flattened x. Out of range: a RangeError at the call, or `mode` 'wrap' or 'clip'.
 */
export const take: (x: Operand, indices: Operand, options?: Taking) => Tensor = /* @__PURE__ */ symbolic('take')
/** The elements that `indices`, of the same rank, name along an axis (default -1). */
export const takeAlongAxis: (x: Operand, indices: Operand, axis?: AxisOption) => Tensor = /* @__PURE__ */ symbolic('takeAlongAxis')
/**
 * x[0, i[0]], x[1, i[1]], …: the element of the last axis that i names; the shape of i, whose rank is one less than that of x. Out of
 * range, negative too: a RangeError at the call.
 */
export const pick: (x: Operand, i: Operand) => Tensor = /* @__PURE__ */ symbolic('pick')
export const gather: (x: Operand, indices: Operand, options?: { axis?: number }) => Tensor = /* @__PURE__ */ symbolic('gather')
export const scatterAdd: (x: Operand, indices: Operand, values: Operand, options?: { axis?: number }) => Tensor = /* @__PURE__ */ symbolic('scatterAdd')
/** The array that `part` was read from (`x[i][j]`, `at(x, slice(1, 3))`), with y there. */
export const setSubtensor: (part: Operand, y: Operand) => Tensor = /* @__PURE__ */ symbolic('setSubtensor')
/** The array that `part` was read from (also `x[positions]`), with y added there. */
export const incSubtensor: (part: Operand, y: Operand) => Tensor = /* @__PURE__ */ symbolic('incSubtensor')
export const nonzero: (x: Operand) => Tensor<1, 'int32'>[] = /* @__PURE__ */ symbolic('nonzero')
export const unique: (x: Operand) => Tensor<1> = /* @__PURE__ */ symbolic('unique')
export const searchsorted: (x: Operand, v: Operand, options?: { side?: 'left' | 'right' }) => Tensor<number, 'int32'> = /* @__PURE__ */ symbolic('searchsorted')
export const bincount: (x: Operand, options?: { weights?: Operand; minlength?: number }) => Tensor<1> = /* @__PURE__ */ symbolic('bincount')
/** 1 at the position i, 0 elsewhere, along a new last axis of length n; float64 by default. */
export const oneHot: <D extends DType = 'float64'>(i: Operand, n: Tensor, dtype?: D) => Tensor<number, D> = /* @__PURE__ */ symbolic('oneHot')
export const sort: (x: Operand, options?: { axis?: number }) => Tensor = /* @__PURE__ */ symbolic('sort')
export const argsort: (x: Operand, options?: { axis?: number }) => Tensor<number, 'int32'> = /* @__PURE__ */ symbolic('argsort')
export const topk: (x: Operand, k: number, options?: { axis?: number }) => Tensor = /* @__PURE__ */ symbolic('topk')

// --- linear algebra

/**
 * Inner product of vectors, matrix products: the last axis of a with the first of b (the last but one from rank 3). Their lengths must
 * agree: else an error of the build, or a RangeError at the call.
 */
export const dot: Binary = /* @__PURE__ */ symbolic('dot')
/** Matrix product over the last two axes, the others broadcast. A vector counts as a row on the left, a column on the right. Not for scalars. */
export const matmul: Binary = /* @__PURE__ */ symbolic('matmul')
/** Products of all pairs: shape [n, m]. Higher ranks are flattened. */
export const outer: (a: Operand, b: Operand) => Tensor<2> = /* @__PURE__ */ symbolic('outer')
/** The sum over the last axes of both. */
export const inner: Binary = /* @__PURE__ */ symbolic('inner')
type Axes = number | readonly [number | readonly number[], number | readonly number[]]
/** The sum over the last `axes` (default 2) of a and the first of b, or over the axes of a and of b that are listed. */
export const tensordot: (a: Operand, b: Operand, axes?: Axes | { axes?: Axes }) => Tensor = /* @__PURE__ */ symbolic('tensordot')
export const einsum: (subscripts: string, ...operands: Operand[]) => Tensor = /* @__PURE__ */ symbolic('einsum')
/** A matrix product for each position of the first axis: [n, i, k] · [n, k, j] gives [n, i, j]. */
export const batchedDot: Binary = /* @__PURE__ */ symbolic('batchedDot')
/** A tensordot for each index of the first axis of both. */
export const batchedTensordot: (a: Operand, b: Operand, axes?: Axes | { axes?: Axes }) => Tensor = /* @__PURE__ */ symbolic('batchedTensordot')
/** Blocks of b, each multiplied by an element of a. */
export const kron: Binary = /* @__PURE__ */ symbolic('kron')
/** The sum of a matrix's diagonal. */
export const trace: (x: Operand) => Scalar = /* @__PURE__ */ symbolic('trace')
export const det: (x: Operand) => Scalar = /* @__PURE__ */ symbolic('det')
export const slogdet: (x: Operand) => [sign: Scalar, logabsdet: Scalar] = /* @__PURE__ */ symbolic('slogdet')
export const inv: (x: Operand) => Tensor<2> = /* @__PURE__ */ symbolic('inv')
export const pinv: (x: Operand) => Tensor<2> = /* @__PURE__ */ symbolic('pinv')
export const solve: Binary = /* @__PURE__ */ symbolic('solve')
export const solveTriangular: (a: Operand, b: Operand, options?: { lower?: boolean; transpose?: boolean }) => Tensor =
  /* @__PURE__ */ symbolic('solveTriangular')
export const cholesky: (x: Operand, options?: { lower?: boolean }) => Tensor<2> = /* @__PURE__ */ symbolic('cholesky')
export const choleskySolve: (factor: Operand, b: Operand, options?: { lower?: boolean }) => Tensor = /* @__PURE__ */ symbolic('choleskySolve')
export const qr: (x: Operand) => [q: Tensor<2>, r: Tensor<2>] = /* @__PURE__ */ symbolic('qr')
export const svd: (x: Operand) => [u: Tensor<2>, s: Tensor<1>, vt: Tensor<2>] = /* @__PURE__ */ symbolic('svd')
export const eigh: (x: Operand) => [values: Tensor<1>, vectors: Tensor<2>] = /* @__PURE__ */ symbolic('eigh')
export const eig: (x: Operand) => [values: Tensor<1>, vectors: Tensor<2>] = /* @__PURE__ */ symbolic('eig')
export const expm: (x: Operand) => Tensor<2> = /* @__PURE__ */ symbolic('expm')
export const matrixPower: (x: Operand, n: number) => Tensor<2> = /* @__PURE__ */ symbolic('matrixPower')
export const lstsq: Binary = /* @__PURE__ */ symbolic('lstsq')
