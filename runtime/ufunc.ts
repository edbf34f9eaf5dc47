// runtime: arguments of a function without types: numbers, or arrays of any rank, broadcast together.
import { broadcast, stridesOf } from './broadcast.ts'
import { broadcastSize } from './checks.ts'
import type { Self, Spec } from './convert.ts'
import { anyArray } from './create.ts'
import { NDArray, sizeOf, types } from './ndarray.ts'

export interface Broadcasted {
  readonly shape: readonly number[]
  readonly size: number
  /** float32 if every array is, else float64. */
  readonly dtype: 'float32' | 'float64'
  /** One array an argument, of the common shape. Numbers repeat, unrounded. */
  readonly data: readonly (Float64Array | Float32Array)[]
}

/** null when all are numbers or booleans: the scalar path. Throws TypeError, and RangeError where the shapes do not broadcast. */
export function ufunc(args: readonly unknown[], self: Self & { readonly inputs: readonly Spec[] }): Broadcasted | null {
  if (args.every((x) => typeof x === 'number' || typeof x === 'boolean')) return null
  const arrays = args.map((x, i) => anyArray(x, { ...self.inputs[i], shape: [] }, self))
  const strong = arrays.filter((x, i) => args[i] instanceof NDArray || x.rank)
  const dtype = strong.every((x) => x.dtype === 'float32') ? 'float32' : 'float64'
  const shapes = arrays.map((x) => x.shape)
  const label = `${self.name}: shapes ${shapes.map((s) => `[${s.join(', ')}]`).join(' and ')}`
  const rank = Math.max(...shapes.map((s) => s.length))
  const shape = Array.from({ length: rank }, (_, i) => shapes.map((s) => s[i - rank + s.length] ?? 1).reduce((a, b) => broadcastSize(a, b, label)))
  const size = sizeOf(shape)
  const data = arrays.map((x) => {
    const wanted = strong.includes(x) ? dtype : 'float64'
    const same = x.dtype === wanted ? x.data : new types[wanted](x.data)
    return (x.size === size && x.rank === rank ? same : broadcast(same, 0, stridesOf(x.shape), x.shape, shape, label)) as Float64Array
  })
  return { shape, size, dtype, data }
}
