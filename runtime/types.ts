// runtime: the types users write. Symbolic types are numbers with optional brands, so that TypeScript itself accepts
// arithmetic on them; the compiler reads rank, dtype and lengths from the brands.
import type { CompiledFunction } from './functionTypes.ts'
import type { NDArray } from './ndarray.ts'

declare const rank: unique symbol
declare const dtype: unique symbol
declare const lengths: unique symbol

export interface TypedArrays {
  float64: Float64Array
  float32: Float32Array
  int32: Int32Array
  uint32: Uint32Array
  int16: Int16Array
  uint16: Uint16Array
  int8: Int8Array
  uint8: Uint8Array
  bool: Uint8Array
}
export type DType = keyof TypedArrays
export type TypedArray = TypedArrays[DType]

// --- symbolic types

/** A length in a type: a number, a name shared by several parameters, or (both) anything. */
export type Length = number | string
/** Lengths of a tensor of rank R of which nothing is known. */
type AnyLengths<R extends number> = R extends 0 ? [] : R extends 1 ? [Length] : R extends 2 ? [Length, Length] : readonly Length[]

export interface Brand<R extends number, D extends DType, S extends readonly Length[] = AnyLengths<R>> {
  readonly [rank]?: R
  readonly [dtype]?: D
  readonly [lengths]?: S
}

/** Any tensor: what arithmetic gives. Use it in helpers. */
export type Tensor<R extends number = number, D extends DType = DType> = number & Brand<R, D, readonly Length[]>

type Lower = [never, 0, 1, 2, 3, 4, 5, 6, 7]
type LowerOf<R extends number> = number extends R ? number : Lower[R]
type Tail<S extends readonly Length[]> = S extends readonly [Length, ...infer T extends readonly Length[]] ? T : readonly Length[]

export interface Members<R extends number, D extends DType, S extends readonly Length[]> extends Brand<R, D, S> {
  /** The lengths, as integer scalars. */
  readonly shape: { readonly [K in keyof S]: Scalar<'int32'> }
  /** The length of the first axis. */
  readonly length: Scalar<'int32'>
  /** The transpose: the axes in reverse order. */
  readonly T: Of<R, D>
  /** A part along the first axis; negative bounds count from the end. */
  slice(start?: number, end?: number): Of<R, D>
  [Symbol.iterator](): IterableIterator<Of<LowerOf<R>, D, Tail<S>>>
  [index: number]: Of<LowerOf<R>, D, Tail<S>>
}

/** The strict symbolic type of a rank and a dtype. */
export type Of<R extends number, D extends DType, S extends readonly Length[] = AnyLengths<R>> = [R] extends [0]
  ? Scalar<D>
  : number extends R
    ? Tensor<number, D>
    : number & Members<R, D, S>

/** A single value. */
export type Scalar<D extends DType = 'float64'> = number & Brand<0, D, []>
export type Vector<D extends DType = 'float64'> = number & Members<1, D, [Length]>
export type Matrix<D extends DType = 'float64'> = number & Members<2, D, [Length, Length]>
/** A matrix of one row. */
export type Row<D extends DType = 'float64'> = number & Members<2, D, [1, Length]>
/** A matrix of one column. */
export type Col<D extends DType = 'float64'> = number & Members<2, D, [Length, 1]>
export type Tensor3<D extends DType = 'float64'> = number & Members<3, D, [Length, Length, Length]>
export type Tensor4<D extends DType = 'float64'> = number & Members<4, D, [Length, Length, Length, Length]>
export type Tensor5<D extends DType = 'float64'> = number & Members<5, D, [Length, Length, Length, Length, Length]>
/** Lengths by number (checked at the build where known, else at the call) or by name (the same name is the same length in one function). */
export type TensorType<S extends readonly Length[], D extends DType = 'float64'> = S extends readonly [] ? Scalar<D> : number & Members<S['length'], D, [...S]>

// --- run-time values

/** What one element is at run time. */
export type Element<D extends DType> = { [K in DType]: K extends 'bool' ? boolean : number }[D]
/** Nested arrays of rank R. */
export type NestedOf<R extends number, E> = number extends R
  ? // biome-ignore lint/suspicious/noExplicitAny: the depth is not known
    any
  : R extends 0
    ? E
    : R extends 1
      ? E[]
      : R extends 2
        ? E[][]
        : R extends 3
          ? E[][][]
          : R extends 4
            ? E[][][][]
            : R extends 5
              ? E[][][][][]
              : unknown[]
type ReadonlyNestedOf<R extends number, E> = R extends 0
  ? E
  : R extends 1
    ? readonly E[]
    : R extends 2
      ? readonly (readonly E[])[]
      : R extends 3
        ? readonly (readonly (readonly E[])[])[]
        : Nested<E>
/** Nested arrays of any rank. */
export interface Nested<E = number | boolean> extends ReadonlyArray<E | Nested<E>> {}
/** What iterating gives. */
export type ItemOf<R extends number, D extends DType> = [
  never,
  Element<D>,
  NDArray<1, D>,
  NDArray<2, D>,
  NDArray<3, D>,
  NDArray<4, D>,
  NDArray<5, D>,
  NDArray<6, D>,
][R]

type Lengths<R extends number> = number extends R
  ? readonly number[]
  : R extends 0
    ? []
    : R extends 1
      ? readonly [number]
      : R extends 2
        ? readonly [number, number]
        : R extends 3
          ? readonly [number, number, number]
          : R extends 4
            ? readonly [number, number, number, number]
            : R extends 5
              ? readonly [number, number, number, number, number]
              : readonly number[]
/** What `as Matrix` in an arrow needs of an array; outside arrows there are only the lengths. */
export interface Assertable<R extends number, D extends DType> {
  readonly shape: Lengths<R>
  readonly length?: Scalar<'int32'>
  readonly T?: Of<R, D>
  slice?(start?: number, end?: number): Of<R, D>
  readonly [index: number]: Of<LowerOf<R>, D> | undefined
}
/** An array made outside arrows: a value, and a tensor in the arrows that capture it. */
export type ArrayTensor<R extends number = number, D extends DType = DType> = NDArray<R, D> & Tensor<R, D> & Assertable<R, D>
/** A shape argument: a length or a list of lengths. */
export type NewShape = number | readonly number[]
export type RankOfShape<S extends NewShape> = S extends readonly number[] ? S['length'] : 1

export type AnyValue = number | boolean | NDArray | Nested | TypedArray
/** Anything a symbolic function takes for a tensor. */
export type Operand = Tensor | boolean | NDArray | TypedArray | Nested

/** Not distributive: lists of mixed depth have no rank. */
type Depth<E> = [E] extends [never]
  ? 1
  : [E] extends [readonly (infer F)[]]
    ? [F] extends [readonly (infer G)[]]
      ? [G] extends [readonly (infer H)[]]
        ? [H] extends [readonly unknown[]]
          ? 5
          : 4
        : 3
      : 2
    : 1
export type RankOfData<V> = Nested extends V
  ? number
  : V extends NDArray<infer R, infer _>
    ? R
    : V extends TypedArray
      ? 1
      : V extends readonly (infer E)[]
        ? Depth<E>
        : 0
type IsBools<V> = [V] extends [boolean | readonly boolean[] | readonly (readonly boolean[])[] | readonly (readonly (readonly boolean[])[])[]]
  ? [V] extends [readonly never[]]
    ? false
    : true
  : false
export type DTypeOfData<V> =
  V extends NDArray<infer _, infer D>
    ? D
    : V extends Float64Array
      ? 'float64'
      : V extends Float32Array
        ? 'float32'
        : V extends Int32Array
          ? 'int32'
          : V extends Uint32Array
            ? 'uint32'
            : V extends Int16Array
              ? 'int16'
              : V extends Uint16Array
                ? 'uint16'
                : V extends Int8Array
                  ? 'int8'
                  : V extends Uint8Array
                    ? 'uint8'
                    : IsBools<V> extends true
                      ? 'bool'
                      : V extends Brand<infer _R, infer D, infer _S>
                        ? DType extends D
                          ? 'float64'
                          : D
                        : 'float64'

type ValueOf<R extends number, D extends DType> = [R] extends [0] ? Single<D> : NDArray<R, D>

// --- compiled functions: what they take and return; the rest is in functionTypes.ts

type IsAny<T> = 0 extends 1 & T ? true : false
type RankOf<T> = IsAny<T> extends true ? 0 : T extends Brand<infer R, infer _D, infer _S> ? R : 0
type DTypeOf<T> = T extends Brand<infer _R, infer D, infer _S> ? D : 'float64'

/** What a caller may pass for a parameter of symbolic type T. */
export type ArgOf<T> =
  T extends Brand<infer R, infer D, infer _S>
    ? [R] extends [0]
      ? D extends 'bool'
        ? boolean
        : number
      : NDArray<R, D> | ReadonlyNestedOf<R, D extends 'bool' ? boolean | number : number> | ([R] extends [1] ? TypedArrays[D] : never)
    : T extends boolean
      ? boolean
      : T extends number
        ? number
        : // Before a parameter without a default, one with a default is left out so.
          T extends undefined
          ? undefined
          : never

type Below = [never, 0, 0 | 1, 0 | 1 | 2, 0 | 1 | 2 | 3, 0 | 1 | 2 | 3 | 4, 0 | 1 | 2 | 3 | 4 | 5]
type Max<A extends number, B extends number> = number extends A ? number : number extends B ? number : B extends A | Below[A] ? A : B
type MaxRank<A extends readonly unknown[]> = A extends readonly []
  ? 0
  : A extends readonly [(infer H)?, ...infer T]
    ? number extends A['length']
      ? 0
      : Max<RankOf<Exclude<H, undefined>>, MaxRank<T>>
    : 0
type ArrayDTypes<A extends readonly unknown[]> = Exclude<
  { [K in keyof A]: RankOf<Exclude<A[K], undefined>> extends 0 ? never : DTypeOf<Exclude<A[K], undefined>> }[number],
  undefined
>
/** Of an un-annotated result: the dtypes of the array parameters. */
type CommonDType<A extends readonly unknown[]> = [ArrayDTypes<A>] extends [never] ? 'float64' : ArrayDTypes<A>

/**
 * A result of which TypeScript knows no rank, as all arithmetic: an array of the rank to which the parameters broadcast, or, as
 * `-mean(x)` is plain arithmetic too, a number. The build checks that it is one of the two.
 */
export type Computed<A extends readonly unknown[], D extends DType> = ValueOf<MaxRank<A>, D> & Single<D>
type Single<D extends DType> = [D] extends ['bool'] ? boolean : number

/**
 * An array. If all parameters are scalars, calls in other arrows look to TypeScript like calls at run time; what they return is a
 * tensor there, so it may be calculated with.
 */
type ArrayOut<N extends number, D extends DType, A extends readonly unknown[]> = [N] extends [0]
  ? Single<D>
  : [MaxRank<A>] extends [0]
    ? ArrayTensor<N, D>
    : NDArray<N, D>

type TensorOut<N extends number, D extends DType, A extends readonly unknown[]> = number extends N
  ? Computed<A, DType extends D ? CommonDType<A> : D>
  : ArrayOut<N, D, A>

/** What a compiled function returns for an arrow that returns R, given parameters A. */
export type OutOf<R, A extends readonly unknown[]> =
  IsAny<R> extends true
    ? Computed<A, CommonDType<A>>
    : R extends undefined
      ? undefined
      : R extends void
        ? // biome-ignore lint/suspicious/noConfusingVoidType: an arrow without a result is void
          void
        : R extends boolean
          ? Computed<A, 'bool'>
          : R extends NDArray<infer N, infer D>
            ? ArrayOut<N, D, A>
            : R extends number
              ? R extends Brand<infer N, infer D, infer _S>
                ? TensorOut<N, D, A>
                : Computed<A, CommonDType<A>>
              : { -readonly [K in keyof R]: OutOf<R[K], A> }

type AllAny<A extends readonly unknown[]> = A extends readonly [infer H, ...infer T]
  ? IsAny<H> extends true
    ? T extends readonly []
      ? true
      : AllAny<T>
    : false
  : false
type UfuncArray = NDArray<number, 'float64' | 'float32'>
type UfuncOut<R, V> = R extends boolean
  ? V extends NDArray
    ? NDArray<number, 'bool'>
    : boolean
  : R extends number
    ? V
    : { -readonly [K in keyof R]: UfuncOut<R[K], V> }

export interface TypedFn<A extends readonly unknown[], R> extends CompiledFunction<OutOf<R, A>> {
  (...args: { [K in keyof A]: ArgOf<A[K]> }): OutOf<R, A>
  /** In another compiled arrow, where its graph is inlined. */
  (...args: A): R
  // Once more, because ReturnType and error messages read the last one.
  (...args: { [K in keyof A]: ArgOf<A[K]> }): OutOf<R, A>
}

/** The compiled form of an arrow. */
export type Fn<A extends readonly unknown[], R> =
  AllAny<A> extends true
    ? CompiledFunction<UfuncOut<R, number> | UfuncOut<R, UfuncArray>> & {
        (...args: { [K in keyof A]: number }): UfuncOut<R, number>
        (...args: { [K in keyof A]: AnyValue }): UfuncOut<R, UfuncArray>
      }
    : TypedFn<A, R>

// --- shared variables

export interface Handle<T, V> {
  /** Inside arrows: the value; assigning sets the update. Elsewhere it throws: use getValue and setValue. */
  get value(): T
  set value(v: Tensor | boolean)
  getValue(options?: { borrow?: boolean }): V
  setValue(value: V | AnyValue, options?: { borrow?: boolean }): void
  readonly name: string
  readonly type: { readonly dtype: DType; readonly rank: number }
  readonly shape: readonly number[]
}
/** A shared variable whose value is a T. Inside arrows it is that value. */
export type Shared<T = Tensor> = T & Handle<T, T extends Brand<infer R, infer D, infer _S> ? ValueOf<R, D> : never>
declare const updating: unique symbol
/** Made with a default update. */
export interface Updating {
  readonly [updating]?: true
}
/** Theano's default_update: a function of the variable's value. */
export interface DefaultUpdate<T> {
  /** The value after each call of a function that depends on the variable and does not update it otherwise. May read other shared variables. */
  defaultUpdate: (value: T) => Tensor | boolean
}
export interface SharedOptions<D extends DType = DType> {
  name?: string
  /** Use the value's memory, without copying it. */
  borrow?: boolean
  /** `setValue` takes arrays of the dtype only. */
  strict?: boolean
  dtype?: D
}
export type SharedValue = AnyValue | Tensor
export type SharedOf<V, D extends DType> = V extends NDArray | Nested | TypedArray
  ? Shared<Of<RankOfData<V>, D>>
  : V extends boolean
    ? Shared<Scalar<D>>
    : V extends Brand<infer R, infer _D, infer _S>
      ? Shared<Of<R, D>>
      : Shared<Scalar<D>>

// --- differentiation

/** Gradients in the structure of what they are taken with respect to. */
export type Gradient<W> = W extends number ? (W extends Handle<infer T, unknown> ? T : W) : { -readonly [K in keyof W]: Gradient<W[K]> }
export interface GradOptions {
  /** What to do where the cost does not depend on a variable; default 'raise', a build error. */
  disconnectedInputs?: 'raise' | 'warn' | 'ignore'
  /** Variables through which no gradient flows. */
  considerConstant?: Tensor | readonly Tensor[]
  /** Pairs of a variable and the gradient that reaches it. */
  knownGrads?: readonly (readonly [Tensor, Tensor])[]
}
