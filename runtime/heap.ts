// runtime: one WebAssembly.Memory for all compiled functions, who holds which part of it, and its free list. Addresses are bytes.
// Blocks start at multiples of 64; below BASE lie 1 KB of emitted code's own (the mailbox) and the staging slots, which are never allocated.
import { types } from './ndarray.ts'
import type { TypedArray } from './types.ts'

/** What the runtime uses of the global, whose own types are in a library of the DOM. */
export interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: { readonly Memory: new (size: { readonly initial: number }) => Memory }

interface Heap {
  readonly memory: Memory
  readonly f64: Float64Array
  readonly f32: Float32Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly i16: Int16Array
  readonly u16: Uint16Array
  readonly i8: Int8Array
  readonly u8: Uint8Array
}

/** The memory and views of all of it, which change when it grows. Empty until something needs the memory. */
export const heap = {} as Heap

/** Bytes of a staging slot; slots lie a little further apart, so that the same place in two of them does not fall into one set of the cache. */
export const SLOT = 16384
const BASE = 1024 + 8 * (SLOT + 256)
/** Kernels read up to 16 bytes beyond an array: the last bytes of the memory belong to nobody. */
const MARGIN = 64

/** Free regions in the order of their addresses: start, end, start, end, …; no two touch. */
const free: number[] = []

/** Whole lines of the cache, at least one. */
export const up = (bytes: number): number => Math.ceil(bytes / 64) * 64 || 64

/** Views by the name of their class, and by the short one. */
function refresh(): void {
  const { memory } = heap
  for (const Type of Object.values(types)) {
    const view = new (Type as unknown as new (buffer: ArrayBuffer) => TypedArray)(memory.buffer)
    const name = view[Symbol.toStringTag]
    Object.assign(heap, { [name]: view, [name[0].toLowerCase() + 8 * Type.BYTES_PER_ELEMENT]: view })
  }
}

/** The view of all of the memory that has the type of `data`. */
export const alike = (data: TypedArray): TypedArray => (heap as unknown as Record<string, TypedArray>)[data[Symbol.toStringTag]]

/** The memory, made when first asked for. What it does not use of itself costs nothing. */
export function open(): Memory {
  if (!heap.memory) {
    Object.assign(heap, { memory: new WebAssembly.Memory({ initial: 256 }) })
    refresh()
    give(BASE, heap.u8.length - MARGIN)
  }
  return heap.memory
}

/** Makes the bytes from `start` to `end` free. */
export function give(start: number, end: number): void {
  let i = 0
  while (free[i] < start) i += 2
  free.splice(i, 0, start, end)
  if (free[i + 2] === end) free.splice(i + 1, 2)
  if (i && free[i - 1] === start) free.splice(i - 1, 2)
}

/** Doubles the memory, or at the limit grows it to what `bytes` need. Throws RangeError. */
function grow(bytes: number): void {
  const end = open().buffer.byteLength - MARGIN
  const tail = free.at(-1) === end ? end - free.at(-2)! : 0
  const need = Math.ceil((bytes - tail) / 65536)
  for (const pages of [Math.max(need, heap.u8.length / 65536), need]) {
    try {
      heap.memory.grow(pages)
    } catch {
      continue
    }
    refresh()
    return give(end, end + pages * 65536)
  }
  const held = free.reduce((sum, at, i) => sum + (i % 2 ? -at : at), end)
  throw RangeError(
    `heap: ${bytes} bytes asked for, ${held} held, and the limit is 4 GB or what the system gives: free arrays (theano.free), or build with linker: 'js'`,
  )
}

/** The address of `bytes` bytes, a multiple of 64, which are no longer free. Throws RangeError. */
export function find(bytes: number): number {
  for (let i = 0; i < free.length; i += 2) {
    const start = free[i]
    if (free[i + 1] - start >= bytes) {
      free[i] += bytes
      if (free[i] === free[i + 1]) free.splice(i, 2)
      return start
    }
  }
  grow(bytes)
  return find(bytes)
}

/** A part of the heap, which is free again when nothing refers to this object any more, or after `release`. */
export interface Block {
  readonly address: number
  readonly bytes: number
  /** Of these, bytes that count as made by users. */
  readonly made: number
  /** Does the user hold arrays that view it? Then nothing is written to it or released behind their back. */
  lent: boolean
}

/** Bytes of arrays that users made. Finalizers do not run inside a synchronous loop, so that there must be an end to it. */
export let made = 0

const drop = ({ address, bytes, made: share }: Block): void => {
  made -= share
  give(address, address + bytes)
}
const registry = /* @__PURE__ */ new FinalizationRegistry<Block>(drop)

/** At least `bytes` bytes, which the user made or the runtime. Throws RangeError where the memory cannot grow that far. */
export function allocate(bytes: number, byUser = false): Block {
  const size = up(bytes)
  const block: Block = { address: find(size), bytes: size, made: byUser ? size : 0, lent: byUser }
  made += block.made
  registry.register(block, { ...block }, block)
  return block
}

/** Makes a block free at once. Nothing may read or write it any more. */
export function release(block: Block): void {
  if (registry.unregister(block)) drop(block)
}

/**
 * A block of `bytes` bytes: this one, where it is neither too small nor (above 1 MB) more than twice too large, else another in its
 * place. Throws RangeError.
 */
export function reserved(block: Block | undefined, bytes: number): Block {
  if (block) {
    if (block.bytes >= bytes && (block.bytes <= 2 * bytes || block.bytes <= 1 << 20)) return block
    if (!block.lent) release(block)
  }
  return allocate(bytes)
}
