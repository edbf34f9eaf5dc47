// runtime: broadcasting of whole arrays, for the places where emitted code cannot do it in its own loops.
import { sizeOf } from './ndarray.ts'
import type { TypedArray } from './types.ts'

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = []
  for (let i = shape.length, step = 1; i-- > 0; step *= shape[i]) strides[i] = step
  return strides
}

/** Calls `visit` with the source position of every element of `target`, in row-major order. */
function walk(target: readonly number[], strides: readonly number[], start: number, visit: (position: number) => void): void {
  const last = target.length - 1
  if (last < 0) return visit(start)
  const recurse = (axis: number, position: number): void => {
    for (let i = 0, step = strides[axis]; i < target[axis]; i++, position += step) axis === last ? visit(position) : recurse(axis + 1, position)
  }
  recurse(0, start)
}

/** Strides of a source of `shape` as seen from `target` (axes aligned at the end): 0 where it repeats, null where it does not fit. */
function repeated(shape: readonly number[], strides: readonly number[], target: readonly number[]): number[] | null {
  const extra = target.length - shape.length
  if (extra < 0 || shape.some((n, i) => n !== 1 && n !== target[i + extra])) return null
  return target.map((_, i) => (i < extra || shape[i - extra] === 1 ? 0 : strides[i - extra]))
}

/** The strided source in `data` as a new row-major array of shape `target`, repeated along axes of length 1. Throws RangeError. */
export function broadcast<T extends TypedArray>(
  data: T,
  offset: number,
  strides: readonly number[],
  shape: readonly number[],
  target: readonly number[],
  label: string,
): T {
  const steps = repeated(shape, strides, target)
  if (!steps) throw RangeError(`${label}: shape [${shape.join(', ')}] does not broadcast to [${target.join(', ')}]`)
  const out = new (data.constructor as new (n: number) => T)(sizeOf(target))
  let next = 0
  walk(target, steps, offset, (position) => {
    out[next++] = data[position]
  })
  return out
}

/** Sums the row-major `data` of `shape` into `out` of shape `target`, over the axes where `target` is 1. Adds up in float64. */
export function sumTo<T extends TypedArray>(data: ArrayLike<number>, shape: readonly number[], target: readonly number[], out: T): T {
  const sums = new Float64Array(out.length)
  let next = 0
  walk(shape, repeated(target, stridesOf(target), shape) as number[], 0, (position) => {
    sums[position] += data[next++]
  })
  out.set(sums)
  return out
}
