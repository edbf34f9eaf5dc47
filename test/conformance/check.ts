// test: what the programs of this folder check with. It is compiled with them, so it imports nothing but types.
import type { NDArray } from 'theano-ts'

// biome-ignore lint/suspicious/noExplicitAny: what a call that TypeScript would refuse gives
export type Loose = any

/** A function, or a method of one, without its types. */
export const loose = (f: unknown): ((...args: unknown[]) => Loose) => f as (...args: unknown[]) => Loose

/** Numbers within 1e-6 of each other, in arrays, lists and objects alike; arrays as nested lists. */
export function eq(actual: unknown, expected: unknown, what = ''): void {
  const [a, b] = [plain(actual), plain(expected)]
  if (!isClose(a, b)) throw Error(`${what}: expected ${JSON.stringify(b)}, got ${JSON.stringify(a)}`)
}
export function ok(condition: unknown, what = ''): void {
  if (!condition) throw Error(`${what}: expected something true, got ${condition}`)
}
export function same(actual: unknown, expected: unknown, what = ''): void {
  if (!Object.is(actual, expected)) throw Error(`${what}: expected ${String(expected)} itself, got ${String(actual)}`)
}

/** Runs f; throws unless it throws an error of exactly this class whose message matches. */
export function throws(f: () => unknown, kind: new (message?: string) => Error, message = /./): void {
  let result: unknown
  try {
    result = f()
  } catch (error) {
    const e = error as Error
    if (e.constructor !== kind || !message.test(e.message)) throw Error(`expected a ${kind.name} ${message}, got ${e.name}: ${e.message}`)
    return
  }
  throw Error(`expected a ${kind.name} ${message}, but nothing was thrown; result ${JSON.stringify(plain(result))}`)
}

function plain(v: unknown): unknown {
  if (v instanceof Set) return [...v].map(plain)
  if (ArrayBuffer.isView(v)) return Array.from(v as Float64Array)
  if (Array.isArray(v)) return v.map(plain)
  if (typeof v !== 'object' || v === null) return v
  if ('dtype' in v && 'data' in v) return (v as NDArray).toArray()
  return Object.fromEntries(Object.entries(v).map(([key, x]) => [key, plain(x)]))
}

function isClose(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Object.is(a, b) || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  const keys = Object.keys(a)
  const other = b as Record<string, unknown>
  return keys.length === Object.keys(b).length && keys.every((key) => isClose((a as Record<string, unknown>)[key], other[key]))
}
