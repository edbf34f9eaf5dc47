// runtime/modes: NanGuardMode's look at a value. Emitted only for functions of that mode.
import type { Self } from '../convert.ts'
import { type NDArray, shapeText, sizeOf } from '../ndarray.ts'
import { placeText } from './compare.ts'

/** A value where it lies: row-major in `data`, from `start` on; a scalar has shape []. */
export type Looked = readonly [name: string, data: ArrayLike<number>, shape: readonly number[], start: number]

/** Theano's big_is_error. */
const largest = 1e10

const isSuspect = (x: number): boolean => !(Math.abs(x) <= largest)

/** `x of shape [3] from -1 to 4, 2 of 3 NaN or infinite` */
function rangeText([name, data, shape, start]: Looked): string {
  const size = sizeOf(shape)
  const of = shape.length > 0 ? `${name} of shape ${shapeText(shape)}` : name
  if (size === 0) return `${of}, empty`
  let [low, high, finite] = [Infinity, -Infinity, 0]
  for (let i = start; i < start + size; i++) {
    if (!Number.isFinite(data[i])) continue
    finite++
    low = Math.min(low, data[i])
    high = Math.max(high, data[i])
  }
  if (shape.length === 0) return `${name} = ${data[start]}`
  const range = finite > 0 ? ` from ${low} to ${high}` : ''
  return `${of}${range}${finite < size ? `, ${size - finite} of ${size} not finite` : ''}`
}

/** Throws Error where an element is NaN, infinite or larger than 1e10 in magnitude: it names the value, the first such element, and what it was computed from. */
export function nanGuard(what: string, [, data, shape, start]: Looked, operands: readonly Looked[], self: Self): void {
  const size = sizeOf(shape)
  for (let i = 0; i < size; i++) {
    const x = data[start + i]
    if (!isSuspect(x)) continue
    const kind = Number.isNaN(x) ? 'NaN' : Number.isFinite(x) ? `${x}, which is larger than 1e10 in magnitude,` : `${x}`
    const from = operands.length > 0 ? `; computed from ${operands.map(rangeText).join('; ')}` : ''
    throw Error(`${self.name}: ${kind} in ${what}${placeText(i, shape)}${from}`)
  }
}

/** A ufunc that returns its result and its floats, as one that looks at the floats, which `what` describes, and returns the result. */
export function nanGuarded(f: (...args: unknown[]) => readonly [result: unknown, values: readonly (number | NDArray)[]], what: readonly string[], self: Self) {
  return (...args: unknown[]): unknown => {
    const [result, values] = f(...args)
    values.forEach((v, i) => nanGuard(what[i], typeof v === 'number' ? ['', [v], [], 0] : ['', v.data, v.shape, 0], [], self))
    return result
  }
}
