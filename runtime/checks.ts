// runtime: the checks that emitted code makes at a call. Each throws an error that names what it was about.
import type { Self } from './convert.ts'
import { sizeOf } from './ndarray.ts'
import type { Shared } from './shared.ts'

/** Throws TypeError: more arguments than parameters. */
export function arity(count: number, self: Self & { readonly inputs: readonly unknown[] }): never {
  throw TypeError(`${self.name}: expected ${self.inputs.length} arguments, got ${count}`)
}

/** Throws Error: a function was called by what it called. */
export function reentered(self: Self): never {
  throw Error(`${self.name}: called again before its last call has returned, by what that call printed to`)
}

interface Containers {
  readonly name: string
  readonly shared: readonly Shared[]
}

/** The array of a scalar stays, with another number in it. */
const heldBy = ({ array }: Shared): unknown => (array.rank ? array : array.data[0])

/** What the containers of a function hold. */
export const held = ({ shared }: Containers): unknown[] => shared.map(heldBy)

/** Throws Error where a container holds something else by now: what a call printed to changed it while the call computes with it. */
export function unchanged(before: readonly unknown[], { name, shared }: Containers): void {
  const changed = shared.find((c, i) => !Object.is(heldBy(c), before[i]))
  if (changed) throw Error(`${name}: shared ${changed.name} was changed before the call has returned, by what that call printed to`)
}

/** Two lengths that share the size name `size`. Throws RangeError where they differ. */
export function sameName(a: number, b: number, size: string, self: Self): void {
  if (a !== b) throw RangeError(`${self.name}: size '${size}' is ${a} in one argument and ${b} in another`)
}

/** x. Throws RangeError unless it is an integer. */
export function integer(x: number, label: string): number {
  if (!Number.isInteger(x)) throw RangeError(`${label}: ${x} is not an integer`)
  return x
}

/** x. Throws RangeError unless it is an integer of at least 0. */
export function length(x: number, label: string): number {
  if (!(Number.isInteger(x) && x >= 0)) throw RangeError(`${label}: ${x} is not a length`)
  return x
}

/** The position that index `i` names on an axis of length `n`, negative from the end. Throws RangeError. */
export function index(i: number, n: number, label: string): number {
  const k = i < 0 ? i + n : i
  if (!(k >= 0 && k < n && k % 1 === 0)) throw RangeError(`${label}: index ${i} is out of range for length ${n}`)
  return k
}

/** Where a slice of an axis of length `n` starts or stops: negative bounds count from the end, none lies outside. */
export function bound(b: number, n: number): number {
  return b < 0 ? Math.max(b + n, 0) : Math.min(b, n)
}

/** i. Throws RangeError unless it is a position on an axis of length `n`; negative ones are not. */
export function position(i: number, n: number, label: string): number {
  if (!(i >= 0 && i < n && i % 1 === 0)) throw RangeError(`${label}: index ${i} is out of range for length ${n}`)
  return i
}

/** Throws RangeError for a reduction without a start value over nothing. */
export function notEmpty(count: number, label: string): void {
  if (count === 0) throw RangeError(`${label}: nothing to reduce: the axis has length 0`)
}

/** Throws RangeError where elements are taken from an axis of length `n` that has none. */
export function taken(count: number, n: number, label: string): void {
  if (count > 0 && n === 0) throw RangeError(`${label}: nothing to take from: the axis has length 0`)
}

/** Throws RangeError unless an array of shape `from` has the elements that shape `to` needs. */
export function checkReshape(from: readonly number[], to: readonly number[], label: string): void {
  if (sizeOf(from) !== sizeOf(to) || !to.every(Number.isInteger)) throw RangeError(`${label}: cannot reshape [${from.join(', ')}] to [${to.join(', ')}]`)
}

/** The length that `a` and `b` broadcast to. Throws RangeError. */
export function broadcastSize(a: number, b: number, label: string): number {
  if (a !== b && a !== 1 && b !== 1) throw RangeError(`${label}: sizes ${a} and ${b} do not broadcast`)
  return a === 1 ? b : a
}

/** a. Throws RangeError unless `b` is the same. */
export function sameSize(a: number, b: number, label: string): number {
  if (a !== b) throw RangeError(`${label}: sizes ${a} and ${b} differ`)
  return a
}

/** Stands in place of a function that did not compile. */
export function failed(message: string): never {
  throw Error(message)
}

/** Throws unless the condition holds: `assert(condition, message)` of the language. */
export function assert(condition: unknown, message: string, self: Self): void {
  if (!condition) throw Error(`${self.name}: ${message}`)
}

/** `console.log` inside arrows. */
export function print(...values: unknown[]): void {
  console.log(...values)
}

/** `buffer`, or a new one of its kind where it is shorter than `n`. */
export function reserve<T extends { readonly length: number }>(buffer: T, n: number): T {
  return buffer.length >= n ? buffer : new (buffer.constructor as new (n: number) => T)(n)
}

/** Throws TypeError where two of a function's shared variables are one container. */
export function distinct(containers: readonly { readonly name: string }[], self: Self): void {
  containers.forEach((c, i) => {
    if (containers.indexOf(c) < i)
      throw TypeError(`${self.name}: two of its shared variables are the same container, ${c.name || 'which has no name'}; one of them is updated`)
  })
}
