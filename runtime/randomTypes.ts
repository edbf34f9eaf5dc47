// runtime: the type of random streams. Its methods are symbolic: they draw in functions given to theano.fn.
import type { NDArray } from './ndarray.ts'
import type { DType, Length, Members, NewShape, Of, Operand, RankOfShape, Tensor } from './types.ts'

/** A length, or a list of lengths, such as `x.shape`; `[]` makes a scalar. Without it the parameters tell the shape. */
export type DrawShape = NewShape | readonly Length[]
type RankOfDraw<S> = S extends readonly Length[] ? RankOfShape<S & readonly number[]> : S extends undefined ? number : 1
type Draw<S, D extends DType> = Of<RankOfDraw<S>, D>

export interface FloatDraw<D extends 'float64' | 'float32' = 'float64' | 'float32'> {
  /** 'float64' by default. float32 numbers take half of the random bits: they are different numbers, not rounded ones. */
  dtype?: D
}
export interface CountDraw<D extends DType = DType> {
  /** 'int32' by default, 'bool' of bernoulli. */
  dtype?: D
}

/** Distributions of two parameters that have defaults. */
interface TwoParameters {
  <const S extends DrawShape | undefined, D extends 'float64' | 'float32' = 'float64'>(shape?: S, options?: FloatDraw<D>): Draw<S, D>
  <const S extends DrawShape | undefined, D extends 'float64' | 'float32' = 'float64'>(shape: S, first: Operand, options?: FloatDraw<D>): Draw<S, D>
  <const S extends DrawShape | undefined, D extends 'float64' | 'float32' = 'float64'>(
    shape: S,
    first: Operand | undefined,
    second: Operand,
    options?: FloatDraw<D>,
  ): Draw<S, D>
}
interface OneParameter {
  <const S extends DrawShape | undefined, D extends 'float64' | 'float32' = 'float64'>(shape?: S, options?: FloatDraw<D>): Draw<S, D>
  <const S extends DrawShape | undefined, D extends 'float64' | 'float32' = 'float64'>(shape: S, first: Operand, options?: FloatDraw<D>): Draw<S, D>
}

interface ChoiceOptions {
  /** May an element be chosen again? True by default. */
  replace?: boolean
  /** The probability of each; they add up to 1. */
  p?: Operand
}
type Above = [1, 2, 3, 4, 5, 6, ...number[]]

/** What `rng.state` holds, plain data that JSON keeps: for each stream its key and its count of draws, four words. */
export interface RandomState {
  readonly seed: number
  readonly streams: readonly (readonly number[])[]
}

/**
 * Streams of random numbers. Each place in a function given to theano.fn where one of the methods draws has a stream of its own; at each
 * call of the function it makes one draw, however often the value is mentioned, and its state goes on by one, with the updates of
 * the function. Draws depend on seed, program and number of the draw alone: they are the same on every machine and with every linker.
 */
export interface RandomStreams {
  /** Real numbers of [low, high), [0, 1) by default. */
  readonly uniform: TwoParameters
  /** Normal numbers of `mean` (default 0) and standard deviation `std` (default 1, not below 0). */
  readonly normal: TwoParameters
  /** Integers from low to high - 1; one bound: from 0 to low - 1. */
  integers<const S extends DrawShape | undefined, D extends DType = 'int32'>(shape: S, n: Operand, options?: CountDraw<D>): Draw<S, D>
  integers<const S extends DrawShape | undefined, D extends DType = 'int32'>(shape: S, low: Operand, high: Operand, options?: CountDraw<D>): Draw<S, D>
  /** True with probability p (default ½), as bools, which multiply as 0 and 1, or in `dtype`. */
  bernoulli<const S extends DrawShape | undefined, D extends DType = 'bool'>(shape?: S, p?: Operand, options?: CountDraw<D>): Draw<S, D>
  /** How many of n trials succeed, each with probability p. */
  binomial<const S extends DrawShape | undefined, D extends DType = 'int32'>(shape: S, n: Operand, p: Operand, options?: CountDraw<D>): Draw<S, D>
  /** Counts of mean `lam` (default 1, up to 2·10⁹). */
  poisson<const S extends DrawShape | undefined, D extends DType = 'int32'>(shape?: S, lam?: Operand, options?: CountDraw<D>): Draw<S, D>
  /** Waiting times of mean `scale` (default 1). */
  readonly exponential: OneParameter
  /** Gamma variables of shape k, times `scale` (default 1). */
  gamma<const S extends DrawShape | undefined, D extends 'float64' | 'float32' = 'float64'>(
    shape: S,
    k: Operand,
    scale?: Operand | FloatDraw<D>,
    options?: FloatDraw<D>,
  ): Draw<S, D>
  /** Beta variables, numbers of [0, 1] of mean a / (a + b). */
  beta<const S extends DrawShape | undefined, D extends 'float64' | 'float32' = 'float64'>(shape: S, a: Operand, b: Operand, options?: FloatDraw<D>): Draw<S, D>
  /**
   * Elements of the vector `a`, or of 0 … a - 1, each with its probability in `p` (default: all the same); `replace: false`: none
   * of them twice.
   */
  choice<const S extends DrawShape | undefined, D extends DType>(
    shape: S,
    a: Members<1, D, readonly Length[]> | NDArray<1, D>,
    options?: ChoiceOptions,
  ): Draw<S, D>
  choice<const S extends DrawShape | undefined>(shape: S, a: readonly number[], options?: ChoiceOptions): Draw<S, 'float64'>
  choice<const S extends DrawShape | undefined>(shape: S, a: Tensor, options?: ChoiceOptions): Draw<S, 'int32'>
  choice(shape: DrawShape | undefined, a: Operand, options?: ChoiceOptions): Tensor
  /** 0 … n - 1 in random order, int32; of an array its rows, the parts along the first axis. */
  permutation<R extends number, D extends DType>(x: Members<R, D, readonly Length[]> | NDArray<R, D>): Of<R, D>
  permutation(n: Tensor): Tensor<1, 'int32'>
  /** The elements of each row of x, along the last axis, in a random order of its own (Theano: shuffle_row_elements). */
  shuffleRows<const A extends Operand>(x: A): A
  /** Counts of n trials that fall on kinds with probabilities `pvals` (its last axis): of the shape, with an axis of kinds at the end. */
  multinomial<const S extends DrawShape | undefined, D extends DType = 'int32'>(
    shape: S,
    n: Operand,
    pvals: Operand,
    options?: CountDraw<D>,
  ): Of<Above[RankOfDraw<S>], D>
  /** Makes all streams what they would be if they had been made with this seed. */
  seed(seed: number): void
  /** All that later draws depend on. Assigning what was read before makes the same draws again; streams made later are as new. */
  get state(): RandomState
  set state(state: RandomState)
  /** A new stream's container. Emitted code calls it, once for each place that draws. */
  stream(): unknown
}
