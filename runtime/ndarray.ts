// runtime: the array value. Row-major and dense: `data.length` is the product of `shape`, always.
import { format } from './format.ts'
import type { DType, Element, ItemOf, NestedOf, TypedArrays } from './types.ts'

/** The typed array that stores a dtype; bools are 0 and 1 in a Uint8Array. */
export const types: { readonly [D in DType]: (new (n: number | ArrayLike<number>) => TypedArrays[D]) & { readonly BYTES_PER_ELEMENT: number } } = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
}

/** Lengths as text; null is any. */
export const shapeText = (shape: readonly (number | string | null)[]): string => `[${shape.map((n) => n ?? '?').join(', ')}]`

/** The number of elements. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

const inspect: unique symbol = /* @__PURE__ */ Symbol.for('nodejs.util.inspect.custom') as never

/** An array of rank `R` and dtype `D`. The constructor checks nothing: users call `theano.ndarray`. */
export class NDArray<out R extends number = number, out D extends DType = DType> {
  /** Flat, row-major. */
  declare readonly data: TypedArrays[D]
  declare readonly shape: readonly number[]
  declare readonly dtype: D

  constructor(data: TypedArrays[D], shape: readonly number[], dtype: D) {
    this.data = data
    this.shape = shape
    this.dtype = dtype
  }

  get rank(): R {
    return this.shape.length as R
  }

  get size(): number {
    return this.data.length
  }

  /** The element at one index an axis, negative ones from the end. Throws RangeError. */
  at(...indices: number[]): Element<D> {
    let position = 0
    if (
      indices.length !== this.rank ||
      this.shape.some((n, axis) => {
        const i = indices[axis]
        position = position * n + (i < 0 ? i + n : i)
        return !(i < n && i >= -n) || i % 1
      })
    )
      throw RangeError(`index ${shapeText(indices)} is out of range for shape ${shapeText(this.shape)}`)
    return element(this, position)
  }

  /** The value of an array of one element. Throws RangeError for others. */
  item(): Element<D> {
    return this.size === 1 ? element(this, 0) : this.at()
  }

  /** Nested JavaScript arrays; the value itself for rank 0. */
  toArray(): NestedOf<R, Element<D>> {
    return (this.rank ? Array.from(this, (x) => (x as NDArray).toArray?.() ?? x) : element(this, 0)) as NestedOf<R, Element<D>>
  }

  /** Over the first axis: elements of a vector, otherwise arrays of one rank less that view the same memory. Throws RangeError for rank 0. */
  *[Symbol.iterator](): Generator<ItemOf<R, D>, void, undefined> {
    const [n, ...rest] = this.shape
    if (!this.rank) this.at(0)
    const step = this.size / n
    for (let i = 0; i < n; i++) {
      yield (rest.length ? new NDArray(this.data.subarray(i * step, (i + 1) * step) as TypedArrays[D], rest, this.dtype) : element(this, i)) as ItemOf<R, D>
    }
  }

  /** As NumPy prints it; of rank 0, the value. */
  toString(): string {
    return this.rank ? format(this.data, this.shape, this.dtype) : String(element(this, 0))
  }

  toJSON(): NestedOf<R, Element<D>> {
    return this.toArray()
  }

  [inspect](): string {
    return this.toString()
  }
}

/** A copy of x, in memory of its own. */
export const own = (x: NDArray): NDArray => new NDArray(x.data.slice(), x.shape, x.dtype)

const element = <D extends DType>(x: { readonly data: TypedArrays[D]; readonly dtype: D }, i: number): Element<D> =>
  (x.dtype === 'bool' ? !!x.data[i] : x.data[i]) as Element<D>
