// runtime: where arrays made by users lie. Programs without WebAssembly code leave this empty, and then it is JavaScript's own memory.
import type { Block } from './heap.ts'
import type { NDArray } from './ndarray.ts'
import type { DType, TypedArray } from './types.ts'

/** An array, with what those of the heap have besides. */
export interface MaybeHeap extends NDArray {
  /** What holds the memory. */
  readonly root?: Block
}

export const placement: {
  /**
   * An array of the heap that views `data`, where `data` is a view of the heap that an array gave out; without `data`, a new array
   * of zeros, where it is large enough to be worth it. Otherwise undefined.
   */
  array?: (shape: readonly number[], dtype: DType, data?: TypedArray) => NDArray | undefined
} = {}
