// runtime: arrays of JavaScript's own memory, streamed through the staging slots block by block.
import { stage } from './heap.ts'
import { copyIn, copyOut, HeapArray } from './heapArray.ts'
import { type NDArray, types } from './ndarray.ts'
import type { TypedArray } from './types.ts'

/** The address of `n` elements of x from position `at` on: where they lie in the heap, or of a copy in the slot. */
export const streamIn = (x: NDArray, at: number, n: number, slot: number): number =>
  x instanceof HeapArray ? x.address + at * types[x.dtype].BYTES_PER_ELEMENT : copyIn(x.data, at, n, stage(slot))

/** Copies `n` elements from the slot into `data`, from position `at` on. */
export const streamOut = (data: TypedArray, at: number, n: number, slot: number): void => copyOut(data, at, n, stage(slot))

/** Copies `n` elements from the slot into x, from position `at` on; an array of the heap was computed in place. */
export const streamBack = (x: NDArray, at: number, n: number, slot: number): void => {
  if (!(x instanceof HeapArray)) streamOut(x.data, at, n, slot)
}
