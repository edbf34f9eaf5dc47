// runtime: one WebAssembly.Memory for all compiled functions, who holds which part of it, and its free list. Addresses are bytes.
// Blocks start at multiples of 64; the first 1 KB is emitted code's own (the mailbox), then come 8 staging slots; neither is ever allocated.
import { types } from './ndarray.ts'
import type { DType, TypedArray } from './types.ts'

/** What the runtime uses of the global, whose own types are in a library of the DOM. */
export interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: { readonly Memory: new (size: { readonly initial: number }) => Memory }

interface Heap {
  memory: Memory
  f64: Float64Array
  f32: Float32Array
  i32: Int32Array
  u32: Uint32Array
  i16: Int16Array
  u16: Uint16Array
  i8: Int8Array
  u8: Uint8Array
}

/** The memory and views of all of it, which change when it grows. Empty until something needs the memory. */
export const heap = {} as Heap

/**
 * The address of staging slot 0 … 7, each of 131,072 bytes, through which elementwise functions stream arrays of JavaScript's own memory.
 * Blocks of that size are long enough for the hardware to read ahead, and stay in the second-level cache. Slots lie a little further
 * apart, so that equal places in them do not compete for one set of the cache.
 */
export const stage = (slot: number): number => 1024 + slot * 131328

/** Kernels read up to 16 bytes beyond an array: the last bytes of the memory belong to nobody. */
const MARGIN = 64

/** Free regions in the order of their addresses: start, end, start, end, …; no two touch. */
const free: number[] = []
/** Bytes of them. */
let room = 0

/** Whole lines of the cache, at least one. */
export const up = (bytes: number): number => Math.ceil(bytes / 64) * 64 || 64

/** The view of all of the memory that has the type of `data`. */
export const alike = (data: TypedArray): TypedArray => (heap as unknown as Record<string, TypedArray>)[data[Symbol.toStringTag]]

/** What lies from `start` on is new: views, by the short name of their type and by its own, and free. */
function extend(start: number): void {
  const views = heap as unknown as Record<string, TypedArray>
  for (const dtype in types) {
    const Type = types[dtype as DType] as unknown as { new (buffer: ArrayBuffer): TypedArray; readonly name: string; readonly BYTES_PER_ELEMENT: number }
    views[Type.name] = views[dtype[0] + 8 * Type.BYTES_PER_ELEMENT] = new Type(heap.memory.buffer)
  }
  give(start, heap.u8.length - MARGIN)
}

/** The memory, made when first asked for. What it does not use of itself costs nothing. */
export function open(): Memory {
  if (!heap.memory) {
    heap.memory = new WebAssembly.Memory({ initial: 256 })
    extend(stage(8))
  }
  return heap.memory
}

/** Makes the bytes from `start` to `end` free. */
export function give(start: number, end: number): void {
  room += end - start
  let i = 0
  while (free[i] < start) i += 2
  free.splice(i, 0, start, end)
  if (free[i + 2] === end) free.splice(i + 1, 2)
  if (free[i - 1] === start) free.splice(i - 1, 2)
}

/** Doubles the memory, up to 4 GB, or where that is too much grows it by what `bytes` need. Growing often is slow. Throws RangeError. */
function grow(bytes: number): void {
  const size = heap.memory.buffer.byteLength
  const end = size - MARGIN
  const tail = free.at(-1) === end ? end - free.at(-2)! : 0
  const need = Math.ceil((bytes - tail) / 65536)
  for (const pages of [Math.max(need, Math.min(size, 2 ** 32 - size) / 65536), need]) {
    try {
      heap.memory.grow(pages)
      return extend(end)
    } catch {}
  }
  throw RangeError(`heap: ${bytes} bytes asked for, ${size - room} held, of at most 4 GB. Free arrays (theano.free), or build with linker: 'js'`)
}

/** The address of `bytes` bytes, a multiple of 64, which are no longer free. Throws RangeError. */
export function find(bytes: number): number {
  open()
  for (let i = 0; i < free.length; i += 2) {
    const start = free[i]
    if (free[i + 1] - start >= bytes) {
      room -= bytes
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
  /** As many, if a user made it, or 0. */
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
