// graph/ops: random draws. A draw is a function of its stream's state (four words) and its parameters, so it may be computed once, again, or
// not at all; the state goes on by `advance`, as a container's default update. The runtime's own functions are their meaning.
import * as counts from '../../../runtime/random/counts.ts'
import * as gammas from '../../../runtime/random/gamma.ts'
import * as normals from '../../../runtime/random/normal.ts'
import * as order from '../../../runtime/random/order.ts'
import { advance as advanceState } from '../../../runtime/random/philox.ts'
import * as uniforms from '../../../runtime/random/uniform.ts'
import { dimVariable, variableDim } from '../dim.ts'
import type { DType } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import type { InputGradient, Params, StructuralOp, Value } from '../op.ts'
import { apply, type Dim, isConstant, Variable } from '../variable.ts'
import { mul, sub } from './arithmetic.ts'
import { asVariable, broadcast, type Operand } from './elementwise.ts'
import { take } from './indexing.ts'
import { cast } from './logic.ts'
import { takeAlongAxis } from './parts.ts'
import { broadcastShapes, broadcastTo, shapeArgument } from './shape.ts'
import { asDim } from './static.ts'

export { logFacts } from '../../../runtime/random/exact.ts'
export { quantileFar, quantileNear, quantileTail } from '../../../runtime/random/normal.ts'

/** Fills an array: out, at, n, state, its place, each parameter and its place (or what `extra` says), a label for errors. */
// biome-ignore lint/suspicious/noExplicitAny: functions of many signatures behind one door
type Fill = (...args: any[]) => number

/** What is special to one draw. */
interface DrawFacts {
  readonly law: string
  readonly fill: Fill
  /** Gradients towards the parameters; `standard` draws the same numbers with other parameters. Omitted: it does not depend on them smoothly. */
  readonly gradient?: (gradient: Variable, standard: (...parameters: Operand[]) => Variable, parameters: readonly Variable[]) => readonly InputGradient[]
  /** The arguments of `fill` between the state and the label, where they are not each parameter and its place. */
  readonly extra?: (parameters: readonly Value[], params: Params, shape: readonly number[]) => readonly unknown[]
}

/** Every draw, by the name of its runtime function. */
export const drawOps = new Map<string, StructuralOp>()

/** Values as `fill` reads them, and the place of the first. */
const argument = ({ shape, data }: Value): readonly unknown[] => [shape.length === 0 ? data[0] : Float64Array.from(data), 0]

/** An op whose inputs are the state, as many parameters as `params.parameters` says, and the lengths of the result. */
function draw(name: string, { law, fill, gradient, extra }: DrawFacts): StructuralOp {
  const split = (inputs: readonly Variable[], params: Params) => {
    const end = 1 + (params.parameters as number)
    return { parameters: inputs.slice(1, end), lengths: inputs.slice(end) }
  }
  const op: StructuralOp = {
    kind: 'structural',
    name,
    law,
    infer: (inputs, params) => ({ dtype: params.dtype as DType, weak: false, shape: split(inputs, params).lengths.map(variableDim) }),
    evaluate: ([state, ...rest], params, shape) => {
      const parameters = rest.slice(0, params.parameters as number)
      const n = shape.reduce((a, b) => a * b, 1)
      const out = new ({ float32: Float32Array, int32: Int32Array }[params.dtype as string] ?? Float64Array)(n)
      fill(out, 0, n, state.data, 0, ...(extra?.(parameters, params, shape) ?? parameters.flatMap(argument)), name)
      return [...out]
    },
    gradient: (inputs, _, g, params) => {
      const { parameters, lengths } = split(inputs, params)
      const standard = (...others: Operand[]): Variable => apply(op, [inputs[0], ...others.map(asVariable), ...lengths], params)
      const towards = gradient?.(g, standard, parameters) ?? parameters.map(() => null)
      return [null, ...towards.map((x, i) => (x instanceof Variable ? broadcast.back(x, parameters[i].shape) : x)), ...lengths.map(() => null)]
    },
  }
  drawOps.set(name, op)
  return op
}

const uniformOp = draw('drawUniform', {
  law: 'low + (high - low)·u, u uniform in [0, 1)',
  fill: uniforms.drawUniform,
  gradient: (g, standard) => [mul(g, sub(1, standard(0, 1))), mul(g, standard(0, 1))],
})
const normalOp = draw('drawNormal', {
  law: 'mean + std·z, z standard normal',
  fill: normals.drawNormal,
  gradient: (g, standard) => [g, mul(g, standard(0, 1))],
})
const integersOp = draw('drawIntegers', { law: 'integers from low to high - 1', fill: uniforms.drawIntegers })
const bernoulliOp = draw('drawBernoulli', { law: 'true with probability p', fill: uniforms.drawBernoulli })
const binomialOp = draw('drawBinomial', { law: 'how many of n trials succeed, each with probability p', fill: counts.drawBinomial })
const poissonOp = draw('drawPoisson', { law: 'Poisson counts of mean lam', fill: counts.drawPoisson })
const exponentialOp = draw('drawExponential', {
  law: 'exponential numbers of mean scale',
  fill: normals.drawExponential,
  gradient: (g, standard) => [mul(g, standard(1))],
})
const gammaOp = draw('drawGamma', {
  law: 'gamma variables of shape k, times scale',
  fill: gammas.drawGamma,
  gradient: (g, standard, [k]) => [null, mul(g, standard(k, 1))],
})
const betaOp = draw('drawBeta', { law: 'beta variables of shapes a and b', fill: gammas.drawBeta })
const multinomialOp = draw('drawMultinomial', {
  law: 'counts of n trials that fall on kinds with these probabilities',
  fill: counts.drawMultinomial,
  extra: ([n, p], _, shape) => [...argument(n), ...argument(p), shape.at(-1)],
})
const choiceOp = draw('drawChoice', {
  law: 'positions among n, each equally likely',
  fill: order.drawChoice,
  extra: ([n], { replace }) => [n.data[0], replace],
})
const weightedOp = draw('drawWeighted', {
  law: 'positions, each with its probability in p',
  fill: order.drawWeighted,
  extra: ([p], { replace }) => [...argument(p), p.data.length, replace],
})
const permutationOp = draw('drawPermutation', {
  law: '0, 1, … n-1 in random order, along the last axis',
  fill: order.drawPermutation,
  extra: (_, __, shape) => [shape.at(-1)],
})

const advanceOp: StructuralOp = {
  kind: 'structural',
  name: 'advance',
  law: 'the state of a stream after a draw',
  infer: ([state]) => ({ dtype: 'uint32', weak: false, shape: state.shape }),
  evaluate: ([state]) => {
    const next = new Uint32Array(4)
    advanceState(next, 0, state.data, 0)
    return [...next]
  },
  gradient: () => [null],
}
/** The default update of a stream. */
export const advance = (state: Variable): Variable => apply(advanceOp, [state])

/** A parameter as kernels read it: a number, or float64 for each element. */
function fitted(x: Operand, dims: readonly Dim[]): Variable {
  const v = asVariable(x)
  const real = v.weak && v.rank === 0 ? v : cast(v, 'float64')
  return v.rank === 0 ? real : broadcastTo(real, dims)
}

/** Makes a draw of one parameter for each element; without a shape, of that to which the parameters broadcast. */
function elementwise(op: StructuralOp, state: Variable, shape: unknown, parameters: readonly Operand[], dtype: DType): Variable {
  const dims = shape === undefined ? broadcastShapes(parameters.map((p) => asVariable(p).shape)) : shapeArgument(shape)
  return apply(op, [state, ...parameters.map((p) => fitted(p, dims)), ...dims.map(dimVariable)], { dtype, parameters: parameters.length })
}

type FloatType = 'float64' | 'float32'
/** Constructors: the state, the shape (undefined: that of the parameters), the parameters. Throw GraphError TH2001, TH2009 (a parameter does not fit), TH2013, TH2014. */
export const uniform = (state: Variable, shape: unknown, low: Operand, high: Operand, dtype: FloatType): Variable =>
  elementwise(uniformOp, state, shape, [low, high], dtype)
export const normal = (state: Variable, shape: unknown, mean: Operand, std: Operand, dtype: FloatType): Variable =>
  elementwise(normalOp, state, shape, [mean, std], dtype)
export const integers = (state: Variable, shape: unknown, low: Operand, high: Operand): Variable => elementwise(integersOp, state, shape, [low, high], 'int32')
/** Drawn as bools, a byte each, whatever they are then. */
export const bernoulli = (state: Variable, shape: unknown, p: Operand, dtype: DType): Variable =>
  cast(elementwise(bernoulliOp, state, shape, [p], 'bool'), dtype)
/** Of one trial, as Theano's masks are made: bools. */
export const binomial = (state: Variable, shape: unknown, n: Operand, p: Operand): Variable =>
  isConstant(asVariable(n), 1) ? bernoulli(state, shape, p, 'int32') : elementwise(binomialOp, state, shape, [n, p], 'int32')
export const poisson = (state: Variable, shape: unknown, lam: Operand): Variable => elementwise(poissonOp, state, shape, [lam], 'int32')
export const exponential = (state: Variable, shape: unknown, scale: Operand, dtype: FloatType): Variable =>
  elementwise(exponentialOp, state, shape, [scale], dtype)
export const gamma = (state: Variable, shape: unknown, k: Operand, scale: Operand, dtype: FloatType): Variable =>
  elementwise(gammaOp, state, shape, [k, scale], dtype)
export const beta = (state: Variable, shape: unknown, a: Operand, b: Operand, dtype: FloatType): Variable => elementwise(betaOp, state, shape, [a, b], dtype)

/** Throws GraphError TH2003 (probabilities that are no array). */
export function multinomial(state: Variable, shape: unknown, n: Operand, pvals: Operand): Variable {
  const [trials, p] = [asVariable(n), asVariable(pvals)]
  if (p.rank === 0) throw new GraphError('TH2003', { op: 'multinomial', expected: '1 or more for pvals', found: '0' })
  const outer = shape === undefined ? broadcastShapes([trials.shape, p.shape.slice(0, -1)]) : shapeArgument(shape)
  const dims = [...outer, p.shape.at(-1)!]
  const inputs = [fitted(trials, outer), broadcastTo(cast(p, 'float64'), dims)]
  return apply(multinomialOp, [state, ...inputs, ...dims.map(dimVariable)], { dtype: 'int32', parameters: 2 })
}

/** What is chosen from or reordered; a list of plain numbers is float64, as everywhere. */
function population(x: Operand): Variable {
  const v = asVariable(x)
  return v.rank > 0 && v.weak ? cast(v, 'float64') : v
}

/** Elements of the array `a` along its first axis, or of 0 … a - 1. Throws GraphError TH2003 (p is no vector), TH2001. */
export function choice(state: Variable, shape: unknown, a: Operand, p: Operand | undefined, replace: boolean): Variable {
  const from = population(a)
  const length = from.rank === 0 ? asDim(from) : from.shape[0]
  const dims = shapeArgument(shape ?? [])
  const probabilities = p === undefined ? null : asVariable(p)
  if (probabilities && probabilities.rank !== 1) throw new GraphError('TH2003', { op: 'choice', expected: '1 for p', found: `${probabilities.rank}` })
  const input = probabilities ? broadcastTo(cast(probabilities, 'float64'), [length]) : dimVariable(length)
  const positions = apply(probabilities ? weightedOp : choiceOp, [state, input, ...dims.map(dimVariable)], { dtype: 'int32', parameters: 1, replace })
  return from.rank === 0 ? positions : take(from, positions, { axis: 0, mode: 'clip' })
}

/** 0 … n - 1 in random order, or the parts of an array along its first axis. */
export function permutation(state: Variable, n: Operand): Variable {
  const x = population(n)
  const length = x.rank === 0 ? asDim(x) : x.shape[0]
  const positions = apply(permutationOp, [state, dimVariable(length)], { dtype: 'int32', parameters: 0 })
  return x.rank === 0 ? positions : take(x, positions, { axis: 0, mode: 'clip' })
}

/** The elements of each row, along the last axis, in a random order of its own (Theano: shuffle_row_elements). Throws GraphError TH2003 (no array). */
export function shuffleRows(state: Variable, a: Operand): Variable {
  const x = population(a)
  if (x.rank === 0) throw new GraphError('TH2003', { op: 'shuffleRows', expected: '1 or more', found: '0' })
  const positions = apply(permutationOp, [state, ...x.shape.map(dimVariable)], { dtype: 'int32', parameters: 0 })
  return takeAlongAxis(x, positions, { axis: -1 })
}
