// runtime: arrays that lie in the heap. `data` is a view that is valid now: growing the memory detaches every view made before.
import { alike, allocate, type Block, heap, made, release } from './heap.ts'
import { NDArray, types } from './ndarray.ts'
import type { Shared } from './shared.ts'
import type { DType, TypedArray, TypedArrays } from './types.ts'

type ViewOf<D extends DType> = new (buffer: ArrayBufferLike, address: number, n: number) => TypedArrays[D]

/** `n` elements at an address: valid until the memory grows. */
export const view = <D extends DType>(address: number, n: number, dtype: D): TypedArrays[D] =>
  new (types[dtype] as unknown as ViewOf<D>)(heap.memory.buffer, address, n)

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** Elements are copied one by one up to this many: making a view costs more than they do. */
const FEW = 64

/** Copies `n` elements of `data`, from position `at` on, to an address. */
export function copyIn(data: TypedArray, at: number, n: number, address: number): void {
  const to = alike(data)
  const start = address / data.BYTES_PER_ELEMENT
  if (n > FEW) to.set(n === data.length ? data : data.subarray(at, at + n), start)
  else for (let i = 0; i < n; i++) to[start + i] = data[at + i]
}

/** Copies `n` elements from an address into `data`, from position `at` on. */
export function copyOut(data: TypedArray, at: number, n: number, address: number): void {
  const from = alike(data)
  const start = address / data.BYTES_PER_ELEMENT
  if (n > FEW) data.set(from.subarray(start, start + n), at)
  else for (let i = 0; i < n; i++) data[at + i] = from[start + i]
}

/** Copies all of `data` to an address that `claim` gives for its bytes. Claiming may grow the memory of which `data` is a view. */
export function placed(data: TypedArray, claim: (bytes: number) => number): number {
  const { length, byteOffset } = data
  const address = claim(data.byteLength)
  const now = data.length === length ? data : new (data.constructor as ViewOf<'float64'>)(heap.memory.buffer, byteOffset, length)
  copyIn(now, 0, length, address)
  return address
}

/** A new array in JavaScript's own memory with the elements at an address. */
export function copied<D extends DType>(address: number, shape: readonly number[], dtype: D): NDArray<number, D> {
  const n = count(shape)
  const data = new types[dtype](n)
  copyOut(data, 0, n, address)
  return new NDArray(data, shape, dtype)
}

/** Blocks of the views that arrays gave out: whoever holds such a view keeps the block. */
const blocks = /* @__PURE__ */ new WeakMap<TypedArray, Block>()

interface Part extends Omit<NDArray, 'data' | typeof Symbol.iterator> {
  [Symbol.iterator](): Generator<never, void, undefined>
}
const Base = NDArray as unknown as new (data: undefined, shape: readonly number[], dtype: DType) => Part

/** An array in a block, all of it or (with `offset`, in bytes) a part. */
export class HeapArray extends Base {
  readonly #root: Block
  readonly #offset: number
  #view: TypedArray | undefined
  /** The block, where the array is all that lies in it. */
  readonly block: Block | undefined

  constructor(root: Block, shape: readonly number[], dtype: DType, offset?: number) {
    super(undefined, shape, dtype)
    this.#root = root
    this.#offset = offset ?? 0
    this.block = offset === undefined ? root : undefined
  }

  /** Byte address of the first element. Throws after `free`. */
  get address(): number {
    return this.#root.address + this.#offset
  }

  /** Flat, row-major; valid until the next allocation: take it anew after that. Throws after `free`. */
  get data(): TypedArray {
    const { address } = this
    const last = this.#view
    if (last?.byteOffset === address) return last
    const now = view(address, count(this.shape), this.dtype)
    blocks.set(now, this.#root)
    this.#view = now
    return now
  }
  set data(_: undefined) {}

  /** Does the user hold no array that views the same memory? */
  get own(): boolean {
    return !this.#root.lent
  }

  /** The user gets hold of it. */
  lend(): this {
    this.#root.lent = true
    return this
  }

  override *[Symbol.iterator](): Generator<never, void, undefined> {
    for (const x of super[Symbol.iterator]() as Iterable<unknown>) {
      yield (x instanceof NDArray ? new HeapArray(this.#root, x.shape, x.dtype, x.data.byteOffset - this.#root.address) : x) as never
    }
  }

  /** Gives the memory back now. All arrays that view it are unusable from then on. */
  free(): void {
    const root = this.#root
    release(root)
    root.lent = true
    Object.defineProperty(root, 'address', {
      get: () => {
        throw Error('this array was freed')
      },
    })
  }
}

/** An array that is all that lies in its block. */
export const owned = (block: Block, shape: readonly number[], dtype: DType): HeapArray => new HeapArray(block, shape, dtype)

/** The address of a container's array, which is moved into the heap where it is not there. Throws RangeError. */
export function settle(container: Shared): number {
  const x = container.array
  if (x instanceof HeapArray) return x.address
  let block: Block
  const address = placed(x.data, (bytes) => (block = allocate(bytes)).address)
  container.array = owned(block!, x.shape, x.dtype)
  return address
}

/** Arrays below this many bytes are not worth a block. */
const SMALL = 4096
/** Arrays that users made take no more than this of the heap. */
const MOST = 2 ** 30

/** What `placement.array` is in programs with WebAssembly code. */
export function place(shape: readonly number[], dtype: DType, data?: TypedArray): NDArray | undefined {
  let x: HeapArray | undefined
  if (data) {
    const root = blocks.get(data)
    if (root) x = new HeapArray(root, shape, dtype, data.byteOffset - root.address)
  } else {
    const bytes = count(shape) * types[dtype].BYTES_PER_ELEMENT
    if (bytes >= SMALL && made + bytes < MOST) {
      x = owned(allocate(bytes, true), shape, dtype)
      x.data.fill(0)
    }
  }
  return x
}
