// graph: the functions users import, by name. The tracer calls them with traced arguments (Variables, literals, lists,
// option objects); the reference docs and the feature table list them.
import * as arithmetic from './ops/arithmetic.ts'
import * as create from './ops/create.ts'
import * as differentiate from './ops/differentiate.ts'
import * as dotOps from './ops/dot.ts'
import * as indexing from './ops/indexing.ts'
import * as join from './ops/join.ts'
import * as logic from './ops/logic.ts'
import * as math from './ops/math.ts'
import * as nnet from './ops/nnet.ts'
import * as reduce from './ops/reduce.ts'
import * as shape from './ops/shape.ts'
import type { Operand } from './ops/elementwise.ts'
import type { Variable } from './variable.ts'

/** Arguments are checked by the constructors, which throw GraphErrors. `slice` and `newaxis` are index entries. */
// biome-ignore lint/suspicious/noExplicitAny: constructors of many signatures behind one door
export type LibraryFunction = (...args: any[]) => Variable

/** LANGUAGE families, in the order of the reference page. */
export const library: Readonly<Record<string, Readonly<Record<string, LibraryFunction>>>> = {
  make: {
    zeros: create.zeros, ones: create.ones, full: create.full, zerosLike: create.zerosLike, onesLike: create.onesLike, fullLike: create.fullLike,
    arange: create.arange, linspace: create.linspace, eye: create.eye, identity: (n: unknown, dtype?: unknown) => create.eye(n, undefined, 0, dtype),
    stack: join.stack, concatenate: join.concatenate,
  },
  elementwise: {
    add: arithmetic.add, sub: arithmetic.sub, mul: arithmetic.mul, div: arithmetic.div, pow: arithmetic.pow, mod: arithmetic.mod, floorDiv: arithmetic.floorDiv,
    neg: arithmetic.neg, abs: arithmetic.abs, sign: arithmetic.sign, sqr: arithmetic.sqr, sqrt: arithmetic.sqrt, cbrt: arithmetic.cbrt, reciprocal: arithmetic.reciprocal,
    exp: math.exp, exp2: math.exp2, expm1: math.expm1, log: math.log, log2: math.log2, log10: math.log10, log1p: math.log1p,
    sin: math.sin, cos: math.cos, tan: math.tan, asin: math.asin, acos: math.acos, atan: math.atan, atan2: math.atan2, hypot: math.hypot,
    sinh: math.sinh, cosh: math.cosh, tanh: math.tanh, asinh: math.asinh, acosh: math.acosh, atanh: math.atanh,
    sigmoid: nnet.sigmoid, hardSigmoid: nnet.hardSigmoid, ultraFastSigmoid: nnet.ultraFastSigmoid, softplus: nnet.softplus, relu: nnet.relu, leakyRelu: nnet.leakyRelu,
    elu: nnet.elu, selu: nnet.selu, silu: nnet.silu, swish: nnet.silu, mish: nnet.mish,
    clip: arithmetic.clip, minimum: arithmetic.minimum, maximum: arithmetic.maximum, where: logic.where,
    eq: logic.eq, neq: logic.neq, lt: logic.lt, le: logic.le, gt: logic.gt, ge: logic.ge,
    isclose: nnet.isclose, allclose: (a: Operand, b: Operand, options?: object) => reduce.all(nnet.isclose(a, b, options)), isnan: logic.isnan, isinf: logic.isinf,
    round: arithmetic.round, trunc: arithmetic.trunc, floor: arithmetic.floor, ceil: arithmetic.ceil,
    cast: (x: Operand, dtype: unknown) => logic.cast(x, create.dtypeArgument(dtype, 'float64')), identityLike: shape.identityLike,
  },
  reduce: {
    sum: reduce.sum, prod: reduce.prod, mean: reduce.mean, variance: reduce.variance, std: reduce.std, max: reduce.max, min: reduce.min, ptp: reduce.ptp,
    argmax: reduce.argmax, argmin: reduce.argmin, all: reduce.all, any: reduce.any, norm: reduce.norm, logsumexp: nnet.logsumexp,
  },
  shape: {
    reshape: shape.reshape, flatten: shape.flatten, ravel: (x: Operand) => shape.flatten(x), transpose: shape.transpose,
    dimshuffle: (x: Operand, ...pattern: unknown[]) => shape.dimshuffle(x, (Array.isArray(pattern[0]) ? pattern[0] : pattern) as shape.Pattern),
    swapaxes: shape.swapaxes, moveaxis: shape.moveaxis, squeeze: shape.squeeze, expandDims: shape.expandDims, padLeft: shape.padLeft, padRight: shape.padRight, broadcastTo: shape.broadcastTo,
  },
  indexing: { at: indexing.at, take: indexing.take, pick: indexing.pick, oneHot: indexing.oneHot },
  'linear algebra': { dot: dotOps.dot, matmul: dotOps.matmul, outer: dotOps.outer, batchedDot: dotOps.batchedDot },
  nnet: {
    softmax: nnet.softmax, logSoftmax: nnet.logSoftmax, categoricalCrossentropy: nnet.categoricalCrossentropy,
    binaryCrossentropy: nnet.binaryCrossentropy, sigmoidBinaryCrossentropy: nnet.sigmoidBinaryCrossentropy,
  },
  differentiation: { stopGradient: differentiate.stopGradient, zeroGrad: differentiate.zeroGrad, gradClip: differentiate.gradClip, gradScale: differentiate.gradScale },
}

const byName = new Map(Object.values(library).flatMap((family) => Object.entries(family)))

export const libraryFunction = (name: string): LibraryFunction | undefined => byName.get(name)
