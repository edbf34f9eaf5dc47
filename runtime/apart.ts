// runtime: arrays that a function may overwrite, or a container keep, share memory with nothing else that the function uses.
import { NDArray, own } from './ndarray.ts'
import { holding } from './placement.ts'
import type { TypedArray } from './types.ts'

/** Do two arrays have memory in common? */
export const overlap = (a: TypedArray, b: TypedArray): boolean =>
  a === b || (a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength)

/** x, or a copy of it where it shares memory with one of `others`. A view of the heap's memory becomes an array that holds it. */
export function apart(x: NDArray, others: readonly NDArray[]): NDArray {
  if (others.some((y) => overlap(x.data, y.data))) return own(x)
  return holding(x)
}

/** A copy of an array or of typed data; anything else is what it was. */
export const copyOf = <T>(value: T): T =>
  (value instanceof NDArray ? own(value) : ArrayBuffer.isView(value) ? (value as unknown as TypedArray).slice() : value) as T
