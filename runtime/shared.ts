// runtime: containers that compiled functions read and update. `array` keeps its dtype and rank for good.
import { convert, type Spec } from './convert.ts'
import { anyArray } from './create.ts'
import type { Block } from './heap.ts'
import { NDArray, own } from './ndarray.ts'
import { holding, type MaybeHeap } from './placement.ts'
import type { AnyValue, DefaultUpdate, DType, DTypeOfData, SharedOf, SharedOptions, Shared as SharedType, SharedValue, Tensor, Updating } from './types.ts'

export class Shared {
  #array!: NDArray
  /** Memory of the heap that an earlier value left. */
  spare: Block | undefined
  readonly name: string
  readonly strict: boolean

  constructor(array: NDArray, name: string, strict: boolean) {
    this.array = array
    this.name = name
    this.strict = strict
  }

  /** The value itself: of rank 0 with one element for scalars. Compiled functions read it and exchange it. */
  get array(): NDArray {
    return this.#array
  }

  set array(x: NDArray) {
    // A function in JavaScript may have computed it into what was once taken from the heap.
    this.#array = holding(x)
  }

  get dtype(): DType {
    return this.array.dtype
  }

  get rank(): number {
    return this.array.rank
  }

  get shape(): readonly number[] {
    return this.array.shape
  }

  get type(): { readonly dtype: DType; readonly rank: number } {
    return { dtype: this.dtype, rank: this.rank }
  }

  /** A copy of the value, or with `borrow` the container's own memory. Numbers and booleans for scalars. */
  getValue(options: { borrow?: boolean } = {}): unknown {
    if (this.rank === 0) return this.array.item()
    if (!options.borrow) return own(this.array)
    const { root }: MaybeHeap = this.array
    if (root) root.lent = true
    return this.array
  }

  /** Sets a copy of the value, or with `borrow` the value itself. Lengths may change. Throws TypeError for another rank or dtype. */
  setValue(value: unknown, options: { borrow?: boolean } = {}): void {
    const spec: Spec = { name: this.name || 'value', dtype: this.dtype, shape: this.shape.map(() => null) }
    const x = convert(value, spec, { name: 'setValue' })
    const data = value instanceof NDArray ? value.data : value
    if (this.strict && this.rank && x.data !== data)
      throw TypeError(`setValue: shared ${this.name || 'variable'} is strict: it takes ${this.dtype} arrays only, without conversion`)
    const last: MaybeHeap = this.array
    const taken = x.data === data && options.borrow
    const ours = last.root?.lent === false
    if (ours && !taken && `${x.shape}` === `${last.shape}`) {
      last.data.set(x.data as never)
      // Another array in the same place: who computes with the last one finds out.
      this.#array = new (last.constructor as new (...parts: unknown[]) => NDArray)(last.root, last.shape, last.dtype, last.address)
    } else {
      this.array = x.data === data && !taken ? own(x) : x
      if (ours) this.spare = last.root
    }
  }

  get value(): never {
    throw Error(`shared ${this.name || 'variable'}: .value is for functions given to theano.fn; elsewhere call getValue()`)
  }

  set value(_: unknown) {
    throw Error(`shared ${this.name || 'variable'}: .value is for functions given to theano.fn; elsewhere call setValue(v)`)
  }

  toString(): string {
    return this.name
  }
}

/**
 * A shared variable: a container that compiled functions read and update. Its type is that of the value: numbers give a
 * scalar, arrays a tensor of their rank and dtype. `borrow`: use the value's memory, without it a copy; `strict`: `setValue` converts
 * nothing; `dtype`: convert the value. Throws TypeError where the value is not of the dtype.
 */
export function shared<V extends SharedValue, D extends DType = DTypeOfData<V>>(
  value: V,
  options: SharedOptions<D> & DefaultUpdate<NoInfer<SharedOf<V, D>>>,
): SharedOf<V, D> & Updating
export function shared<V extends SharedValue, D extends DType = DTypeOfData<V>>(value: V, options?: SharedOptions<D>): SharedOf<V, D>
export function shared<T extends Tensor>(value: AnyValue, options: SharedOptions & DefaultUpdate<T>): SharedType<T> & Updating
export function shared<T extends Tensor>(value: AnyValue, options?: SharedOptions): SharedType<T>
export function shared(value: unknown, options: SharedOptions = {}): unknown {
  const { name = '', borrow = false, strict = false, dtype } = options
  const x = anyArray(value, { name: name || 'value', dtype: 'float64', shape: [] }, { name: 'shared' }, dtype)
  const source = value instanceof NDArray ? value.data : value
  return new Shared(x.data === source && !borrow ? own(x) : x, name, strict)
}
