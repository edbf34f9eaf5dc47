// runtime: where arrays made by users lie. Programs without WebAssembly code leave this empty, and then it is JavaScript's own memory.
import type { Block } from './heap.ts'
import type { NDArray } from './ndarray.ts'
import type { DType, TypedArray } from './types.ts'

/** An array, with what those of the heap have besides. */
export interface MaybeHeap extends NDArray {
  /** What holds the memory. */
  readonly root?: Block
  readonly address?: number
}

export const placement: {
  /**
   * With `data`: an array of the heap that views it where an array of the heap gave it out, a copy where it is a part of such data, and
   * undefined where it is JavaScript's own. Without: a new array that holds anything, or undefined where users have made enough of them.
   */
  array?: (shape: readonly number[], dtype: DType, data?: TypedArray) => NDArray | undefined
} = {}

/** x, or where its data is a view of the heap's memory, an array that holds that memory. */
export const holding = (x: NDArray): NDArray => ((x as MaybeHeap).root ? x : placement.array?.(x.shape, x.dtype, x.data)) ?? x

/** A new array that holds anything, in the heap: undefined where there is none, or the array is too small to be worth it. */
export const inHeap = (shape: readonly number[], dtype: DType, bytes: number): NDArray | undefined =>
  bytes < 4096 ? undefined : placement.array?.(shape, dtype)
