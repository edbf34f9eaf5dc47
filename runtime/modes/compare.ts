// runtime/modes: what DebugMode takes for equal, and for the same memory.
import { overlap } from '../apart.ts'
import { NDArray, shapeText } from '../ndarray.ts'
import type { TypedArray } from '../types.ts'

/** A value of a compiled function. */
export type Value = number | boolean | NDArray

/** What may differ: `single` for values that float32 is in; `removes`: what is not finite may have become finite; `exact` numbers are integers. */
export interface Tolerance {
  readonly single: boolean
  readonly removes: boolean
  readonly exact: boolean
}

const elementsOf = (x: Value): ArrayLike<number> => (x instanceof NDArray ? x.data : [Number(x)])
const shapeOf = (x: Value): readonly number[] => (x instanceof NDArray ? x.shape : [])
const isFloat = (x: Value): boolean => (x instanceof NDArray ? x.dtype[0] === 'f' : typeof x === 'number')

/** Index along each axis of a position in row-major order. */
function indexText(position: number, shape: readonly number[]): string {
  const index: number[] = []
  let rest = position
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis])
    rest = Math.floor(rest / shape[axis])
  }
  return shapeText(index)
}

/** `, at [0, 1] of shape [2, 2]`; nothing for a scalar. */
export const placeText = (position: number, shape: readonly number[]): string =>
  shape.length === 0 ? '' : `, at ${indexText(position, shape)} of shape ${shapeText(shape)}`

/** Theano's values_eq_approx: |x - y| <= atol + rtol |y|; integers and what is not finite exactly. */
function close(expected: number, actual: number, { single, removes }: Tolerance): boolean {
  if (expected === actual || (Number.isNaN(expected) && Number.isNaN(actual))) return true
  if (!Number.isFinite(expected)) return removes && Number.isFinite(actual)
  const [absolute, relative] = single ? [1e-5, 1e-4] : [1e-8, 1e-5]
  return Math.abs(expected - actual) <= absolute + relative * Math.abs(expected)
}

/** How a value is not what it should be, `1.5 instead of 2, at [0, 1] of shape [2, 2]`, or null. */
export function difference(expected: Value, actual: Value, tolerance: Tolerance): string | null {
  const [shape, other] = [shapeOf(expected), shapeOf(actual)]
  if (shape.length !== other.length || shape.some((n, i) => n !== other[i])) return `an array of shape ${shapeText(other)} instead of ${shapeText(shape)}`
  const [a, b] = [elementsOf(expected), elementsOf(actual)]
  const float = isFloat(expected) && !tolerance.exact
  const single = tolerance.single || (expected instanceof NDArray && expected.dtype === 'float32')
  for (let i = 0; i < a.length; i++) {
    if (float ? close(a[i], b[i], { ...tolerance, single }) : a[i] === b[i]) continue
    return `${b[i]} instead of ${a[i]}${placeText(i, shape)}`
  }
  return null
}

/** Where two values are not the same bits, or null. */
export function change(before: Value, after: Value): string | null {
  const [a, b] = [elementsOf(before), elementsOf(after)]
  if (`${shapeOf(before)}` !== `${shapeOf(after)}`) return `shape ${shapeText(shapeOf(after))} after ${shapeText(shapeOf(before))}`
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return `${b[i]} after ${a[i]}${placeText(i, shapeOf(before))}`
  return null
}

/** The first element that is not finite, or null. */
export function notFinite(x: Value): string | null {
  if (!isFloat(x)) return null
  const data = elementsOf(x)
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return `${data[i]}${placeText(i, shapeOf(x))}`
  return null
}

/** Elements of what a caller passes that can be changed. */
export const memoryOf = (x: unknown): TypedArray | null => (x instanceof NDArray ? x.data : ArrayBuffer.isView(x) ? (x as TypedArray) : null)

/** Do two things that hold elements share memory? */
export function sharesMemory(x: unknown, y: unknown): boolean {
  const [a, b] = [memoryOf(x), memoryOf(y)]
  return a !== null && b !== null && a.length > 0 && b.length > 0 && overlap(a, b)
}
