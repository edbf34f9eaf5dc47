// runtime: memory of the heap that lasts as long as a call. Chunks are a stack; calls nest, and each leaves to where it entered.
import { find, give, up } from './heap.ts'
import { HeapArray, placed } from './heapArray.ts'
import type { NDArray } from './ndarray.ts'
import type { TypedArray } from './types.ts'

/** The topmost chunk lies from `start` to `end`; `at` is the next free address in it, and never its very start, so that an address belongs to one chunk. */
let start = 0
let end = 0
let at = 0
/** Calls that entered and did not leave. */
let depth = 0
/** Chunks below it: start, end, start, end, … */
const below: number[] = []
/** Bytes of all chunks, and of the first chunk of the next call that finds none. */
let used = 0
let want = 65536
/** A first chunk stays for the next call; what a call needs beyond this many bytes does not. */
const KEEP = 2 ** 26

function push(bytes: number): void {
  const address = find(bytes)
  if (end) below.push(start, end)
  start = address
  end = start + bytes
  at = start + 64
  used += bytes
  if (used <= KEEP) want = Math.max(want, used)
}

function pop(): void {
  give(start, end)
  used -= end - start
  end = below.pop() ?? 0
  start = below.pop() ?? 0
}

/** Where the arena stands, for `leave`, which every call must come to. Throws RangeError, and then has not entered. */
export function enter(): number {
  if (!end) push(want)
  depth++
  return at
}

/** The address of `bytes` bytes, a multiple of 64, until the call leaves. Throws RangeError. */
export function take(bytes: number): number {
  const size = up(bytes)
  if (at + size > end) push(Math.max(65536, size + 64))
  const address = at
  at += size
  return address
}

/** Frees all that was taken since `mark`. After a call that needed several chunks, the next one gets a first chunk of their size. */
export function leave(mark: number): void {
  at = mark
  depth--
  if (mark > start && mark <= end) return
  while (end && !(mark > start && mark <= end)) pop()
  if (!depth && end) pop()
}

/** The address of a copy of `data` in the arena. */
export const put = (data: TypedArray): number => placed(data, take)

/** The address of an array: where it lies in the heap, or of a copy in the arena. */
export const resident = (x: NDArray): number => (x instanceof HeapArray ? x.address : put(x.data))
