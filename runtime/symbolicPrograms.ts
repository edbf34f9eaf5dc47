// runtime: symbolic functions of whole programs: networks, gradients, loops, sparse matrices, random draws. See symbolic.ts.
import { symbolic } from './fn.ts'
import type { RandomStreams } from './randomTypes.ts'
import type { Gradient, GradOptions, NewShape, Operand, Tensor } from './types.ts'

type Unary = (x: Operand) => Tensor
type Binary = (a: Operand, b: Operand) => Tensor
type Axis = number | readonly number[]
type Numbers = Tensor | readonly Tensor[]
/** A list of tensors, or a tensor whose rows are meant. */
type List = readonly Operand[]

// --- nnet

type AlongAxis = (x: Operand, options?: { axis?: number }) => Tensor
/** exp(x) / sum(exp(x)) along an axis, the last one by default, without overflow. Integers give floats. */
export const softmax: AlongAxis = /* @__PURE__ */ symbolic('softmax')
/** log(softmax(x)) without underflow, along an axis, the last one by default. */
export const logSoftmax: AlongAxis = /* @__PURE__ */ symbolic('logSoftmax')
/**
 * -sum(target · log(coding)) of each row: the shape without the last axis. The target is a distribution for each row, or class numbers
 * (integers, one rank less).
 */
export const categoricalCrossentropy: (coding: Operand, target: Operand) => Tensor = /* @__PURE__ */ symbolic('categoricalCrossentropy')
/** -(target · log(output) + (1 - target) · log(1 - output)), elementwise. */
export const binaryCrossentropy: (output: Operand, target: Operand) => Tensor = /* @__PURE__ */ symbolic('binaryCrossentropy')
/** binaryCrossentropy(sigmoid(x), target) without overflow, elementwise. */
export const sigmoidBinaryCrossentropy: (x: Operand, target: Operand) => Tensor = /* @__PURE__ */ symbolic('sigmoidBinaryCrossentropy')
export const crossentropySoftmaxArgmax1hotWithBias: (x: Operand, b: Operand, y: Operand) => [nll: Tensor<1>, softmax: Tensor<2>, argmax: Tensor<1, 'int32'>] =
  /* @__PURE__ */ symbolic('crossentropySoftmaxArgmax1hotWithBias')
interface Normalization {
  axis?: Axis
  epsilon?: number
}
export const batchNormalization: (x: Operand, gamma: Operand, beta: Operand, mean: Operand, std: Operand, options?: Normalization) => Tensor =
  /* @__PURE__ */ symbolic('batchNormalization')
export const layerNormalization: (x: Operand, gamma: Operand, beta: Operand, options?: Normalization) => Tensor = /* @__PURE__ */ symbolic('layerNormalization')
/**
 * Inverted dropout: elements of x are 0 with probability p (between 0 and 1), the others divided by 1 - p, so that the mean stays. A new
 * mask at each call.
 */
export const dropout: (x: Operand, p: Tensor, rng: RandomStreams) => Tensor = /* @__PURE__ */ symbolic('dropout')
interface Convolution {
  border?: 'valid' | 'full' | 'half' | number | readonly number[]
  stride?: number | readonly number[]
  dilation?: number | readonly number[]
  groups?: number
  flip?: boolean
}
type Convolve = (x: Operand, filters: Operand, options?: Convolution) => Tensor
export const conv1d: Convolve = /* @__PURE__ */ symbolic('conv1d')
export const conv2d: Convolve = /* @__PURE__ */ symbolic('conv2d')
export const conv2dTranspose: Convolve = /* @__PURE__ */ symbolic('conv2dTranspose')
export const conv3d: Convolve = /* @__PURE__ */ symbolic('conv3d')
interface Pooling {
  stride?: number | readonly number[]
  pad?: number | readonly number[]
  ignoreBorder?: boolean
}
type Pool = (x: Operand, size: number | readonly number[], options?: Pooling) => Tensor
export const maxPool2d: Pool = /* @__PURE__ */ symbolic('maxPool2d')
export const avgPool2d: Pool = /* @__PURE__ */ symbolic('avgPool2d')
export const maxPool3d: Pool = /* @__PURE__ */ symbolic('maxPool3d')
export const images2neibs: (x: Operand, shape: readonly number[], step?: readonly number[], mode?: string) => Tensor<2> =
  /* @__PURE__ */ symbolic('images2neibs')
export const embedding: (table: Operand, indices: Operand) => Tensor = /* @__PURE__ */ symbolic('embedding')

// --- differentiation

/** The derivative of a scalar cost with respect to one variable, or a list or record of them (the result has that structure). */
export const grad: <const W>(cost: Tensor, wrt: W, options?: GradOptions) => Gradient<W> = /* @__PURE__ */ symbolic('grad')
export const jacobian: (y: Operand, wrt: Operand, options?: GradOptions) => Tensor = /* @__PURE__ */ symbolic('jacobian')
export const hessian: (cost: Tensor, wrt: Operand, options?: GradOptions) => Tensor = /* @__PURE__ */ symbolic('hessian')
/** The Jacobian of y times v. */
export const Rop: (y: Operand, wrt: Numbers, v: Operand | List) => Tensor = /* @__PURE__ */ symbolic('Rop')
/** v times the Jacobian of y. */
export const Lop: (y: Operand, wrt: Numbers, v: Operand | List) => Tensor = /* @__PURE__ */ symbolic('Lop')
export const hessianVectorProduct: (cost: Tensor, wrt: Numbers, v: Operand | List) => Tensor = /* @__PURE__ */ symbolic('hessianVectorProduct')
/** x, through which no gradient flows: to the gradient it is disconnected. */
export const stopGradient: Unary = /* @__PURE__ */ symbolic('stopGradient')
/** x, with gradient zero. */
export const zeroGrad: Unary = /* @__PURE__ */ symbolic('zeroGrad')
/** x, its gradient limited to [low, high], numbers known while building. */
export const gradClip: (x: Operand, low: number, high: number) => Tensor = /* @__PURE__ */ symbolic('gradClip')
/** x, its gradient multiplied by a number known while building. */
export const gradScale: (x: Operand, factor: number) => Tensor = /* @__PURE__ */ symbolic('gradScale')

// --- loops

// biome-ignore lint/suspicious/noExplicitAny: the step takes what the sequences and states give
type Step = (...values: any[]) => any
type Several<T> = T | readonly T[]
interface Sequence {
  input: Operand
  taps?: readonly number[]
}
interface State {
  initial?: Operand
  taps?: readonly number[]
}
interface Looping {
  sequences?: Several<Operand | Sequence>
  nonSequences?: Several<Operand>
  truncateGradient?: number
  goBackwards?: boolean
  name?: string
}
interface Scanning extends Looping {
  outputsInfo?: Several<Operand | State | null>
  nSteps?: Tensor
}
/** The step repeated; gives what each step returned, along a new first axis. */
// biome-ignore lint/suspicious/noExplicitAny: one tensor or a list of them, as the step returns
export const scan: (step: Step, options: Scanning) => any = /* @__PURE__ */ symbolic('scan')
export const map: (step: Step, sequences: Several<Operand>, options?: Looping) => Tensor = /* @__PURE__ */ symbolic('map')
type Fold = (step: Step, sequences: Several<Operand>, outputsInfo: Several<Operand>, options?: Looping) => Tensor
export const reduce: Fold = /* @__PURE__ */ symbolic('reduce')
export const foldl: Fold = /* @__PURE__ */ symbolic('foldl')
export const foldr: Fold = /* @__PURE__ */ symbolic('foldr')
/** Ends a scan after the step whose condition holds. */
export const until: (condition: Operand) => never = /* @__PURE__ */ symbolic('until')
/** a if the scalar condition holds, else b; only that one is computed. */
export const ifelse: (condition: Operand, a: Operand, b: Operand) => Tensor = /* @__PURE__ */ symbolic('ifelse')

// --- others

export const fft: AlongAxis = /* @__PURE__ */ symbolic('fft')
export const rfft: AlongAxis = /* @__PURE__ */ symbolic('rfft')
export const irfft: AlongAxis = /* @__PURE__ */ symbolic('irfft')
type Sparse = (data: Operand, indices: Operand, indptr: Operand, shape: NewShape) => Tensor<2>
export const csr: Sparse = /* @__PURE__ */ symbolic('csr')
export const csc: Sparse = /* @__PURE__ */ symbolic('csc')
export const spDot: Binary = /* @__PURE__ */ symbolic('spDot')
/** Writes the value to the console at each call; gives x. */
export const print: (x: Operand, message?: string) => Tensor = /* @__PURE__ */ symbolic('print')
/** Throws at the call unless the condition holds everywhere. */
export const assert: (condition: Operand, message?: string) => void = /* @__PURE__ */ symbolic('assert')
export const vectorize: (f: Step, signature?: string) => (...args: Operand[]) => Tensor = /* @__PURE__ */ symbolic('vectorize')
