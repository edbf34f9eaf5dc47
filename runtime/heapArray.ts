// runtime: arrays that lie in the heap. `data` is a view that is valid now: growing the memory detaches every view made before.
import { alike, allocate, type Block, heap, made, reserved, up } from './heap.ts'
import { NDArray, sizeOf, types } from './ndarray.ts'
import type { Shared } from './shared.ts'
import type { DType, TypedArray, TypedArrays } from './types.ts'

type ViewOf<D extends DType> = new (buffer: ArrayBufferLike, address: number, n: number) => TypedArrays[D]

/** `n` elements at an address: valid until the memory grows. */
export const view = <D extends DType>(address: number, n: number, dtype: D): TypedArrays[D] =>
  new (types[dtype] as unknown as ViewOf<D>)(heap.memory.buffer, address, n)

/** Copies `n` elements; few of them one by one, as making a view costs more. */
function copy(to: TypedArray, start: number, from: TypedArray, at: number, n: number): void {
  if (n > 64) to.set(from.subarray(at, at + n), start)
  else for (let i = 0; i < n; i++) to[start + i] = from[at + i]
}

/** Copies `n` elements of `data`, from position `at` on, to an address, which it returns. */
export function copyIn(data: TypedArray, at: number, n: number, address: number): number {
  copy(alike(data), address / data.BYTES_PER_ELEMENT, data, at, n)
  return address
}

/** Copies `n` elements from an address into `data`, from position `at` on. */
export const copyOut = (data: TypedArray, at: number, n: number, address: number): void => copy(data, at, alike(data), address / data.BYTES_PER_ELEMENT, n)

/** Copies all of `data` to an address that `claim` gives for its bytes. Claiming may grow the memory of which `data` is a view. */
export function placed(data: TypedArray, claim: (bytes: number) => number): number {
  const { length, byteOffset } = data
  const address = claim(data.byteLength)
  const now = data.length === length ? data : new (data.constructor as ViewOf<'float64'>)(heap.memory.buffer, byteOffset, length)
  return copyIn(now, 0, length, address)
}

/** A new array in JavaScript's own memory with the elements at an address. */
export function copied<D extends DType>(address: number, shape: readonly number[], dtype: D): NDArray<number, D> {
  const n = sizeOf(shape)
  const data = new types[dtype](n)
  copyOut(data, 0, n, address)
  return new NDArray(data, shape, dtype)
}

/** Copies the elements at an address to an array, unless they are its own. */
export function giveBack(x: NDArray, address: number): void {
  const { data } = x
  const [to, from] = [data.byteOffset, address].map((a) => a / data.BYTES_PER_ELEMENT)
  if (!(x instanceof HeapArray)) copyOut(data, 0, data.length, address)
  else if (to !== from) alike(data).copyWithin(to, from, from + data.length)
}

/** Blocks of the views that arrays gave out: whoever holds such a view keeps the block. */
const blocks = /* @__PURE__ */ new WeakMap<TypedArray, Block>()

interface Part extends Omit<NDArray, 'data' | typeof Symbol.iterator> {
  [Symbol.iterator](): Generator<never, void, undefined>
}

/** An array in a block, all of it or the part from address `at` on. */
export class HeapArray extends (NDArray as unknown as new (data: undefined, shape: readonly number[], dtype: DType) => Part) {
  /** What holds the memory. */
  declare readonly root: Block
  readonly #offset: number
  #view: TypedArray | undefined

  constructor(root: Block, shape: readonly number[], dtype: DType, at = root.address) {
    super(undefined, shape, dtype)
    this.root = root
    this.#offset = at - root.address
  }

  /** Byte address of the first element. Throws after `free`. */
  get address(): number {
    return this.root.address + this.#offset
  }

  /** Flat, row-major; valid until the memory grows, which any allocation may do: take it anew after that. Throws after `free`. */
  get data(): TypedArray {
    const { address, root } = this
    if (this.#view?.byteOffset !== address) {
      this.#view = view(address, sizeOf(this.shape), this.dtype)
      blocks.set(this.#view, root)
    }
    return this.#view!
  }
  set data(_: undefined) {}

  override *[Symbol.iterator](): Generator<never, void, undefined> {
    for (const x of super[Symbol.iterator]() as Iterable<NDArray>) {
      yield (x.shape ? new HeapArray(this.root, x.shape, x.dtype, x.data.byteOffset) : x) as never
    }
  }
}

/** The block of a container's array that is exchanged for another one, unless it holds more than this array; undefined outside the heap. */
export function spare(x: NDArray): Block | undefined {
  if (!(x instanceof HeapArray)) return
  const { root } = x
  return x.address === root.address && (!root.lent || up(x.data.byteLength) === root.bytes) ? root : undefined
}

/** An array that is all that lies in its block. */
export const owned = (block: Block, shape: readonly number[], dtype: DType): HeapArray => new HeapArray(block, shape, dtype)

/** The address of a container's array, which is moved into the heap where it is not there. Throws RangeError. */
export function settle(container: Shared): number {
  const x = container.array
  if (x instanceof HeapArray) return x.address
  let block: Block
  const address = placed(x.data, (bytes) => (block = reserved(container.spare, bytes)).address)
  container.spare = undefined
  container.array = owned(block!, x.shape, x.dtype)
  return address
}

/** What `placement.array` is in programs with WebAssembly code. Arrays that users made take no more than 1 GB of the heap. */
export function place(shape: readonly number[], dtype: DType, data?: TypedArray): NDArray | undefined {
  if (data) {
    const root = blocks.get(data)
    if (root) return new HeapArray(root, shape, dtype, data.byteOffset)
    // A part of such a view holds no block. (Asking a small array for its buffer makes it a slow one; all in the heap have an offset.)
    return data.byteOffset && data.buffer === heap.memory?.buffer ? new NDArray(data.slice(), shape, dtype) : undefined
  }
  const bytes = sizeOf(shape) * types[dtype].BYTES_PER_ELEMENT
  if (made + bytes < 2 ** 30) return new HeapArray(allocate(bytes, true), shape, dtype)
}
