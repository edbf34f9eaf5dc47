// bench: the operands of the rows, the same in every language: Weyl sequences in [low, high).
import { type Dtype, type Floats, logisticSize, mlpSize } from './rows.ts'

export const arrayOf = (dtype: Dtype, n: number): Floats => (dtype === 'float32' ? new Float32Array(n) : new Float64Array(n))

/** x[i] = low + (high - low)·frac((i + 1)·2654435769/2³² + seed·40503001/2³²), rounded to `dtype`. */
export function weyl(dtype: Dtype, n: number, seed: number, low: number, high: number): Floats {
  const x = arrayOf(dtype, n)
  for (let i = 0; i < n; i++) x[i] = low + (high - low) * (((Math.imul(i + 1, 2654435769) + Math.imul(seed, 40503001)) >>> 0) / 4294967296)
  return x
}

/** Spot price, strike, years to expiry. The rate is 0.05, the volatility 0.2. */
export const options = (dtype: Dtype, n: number): [Floats, Floats, Floats] => [
  weyl(dtype, n, 1, 50, 150),
  weyl(dtype, n, 7, 50, 150),
  weyl(dtype, n, 3, 0.1, 2),
]

/** Examples, their 0/1 targets, and the first weights. */
export function logisticData(dtype: Dtype): { x: Floats; y: Floats; w: Floats } {
  const { rows, columns } = logisticSize
  return { x: weyl(dtype, rows * columns, 1, -1, 1), y: weyl(dtype, rows, 9, 0, 1).map((v) => (v > 0.5 ? 1 : 0)), w: weyl(dtype, columns, 4, -0.05, 0.05) }
}

/** A batch, its classes, and the first weights; the biases start at 0. */
export function mlpData(dtype: Dtype): { x: Floats; y: Int32Array; w1: Floats; w2: Floats } {
  const { batch, features, hidden, classes } = mlpSize
  return {
    x: weyl(dtype, batch * features, 1, 0, 1),
    y: Int32Array.from({ length: batch }, (_, i) => (i * 7) % classes),
    w1: weyl(dtype, features * hidden, 2, -0.05, 0.05),
    w2: weyl(dtype, hidden * classes, 3, -0.05, 0.05),
  }
}

/** One row a class index: 1 there, 0 elsewhere. */
export function oneHot(dtype: Dtype, y: Int32Array, classes: number): Floats {
  const out = arrayOf(dtype, y.length * classes)
  for (let i = 0; i < y.length; i++) out[i * classes + y[i]] = 1
  return out
}

/** The number that implementations are compared by. */
export function rootMeanSquare(values: ArrayLike<number>): number {
  let total = 0
  const n = values.length
  for (let i = 0; i < n; i++) total += values[i] * values[i]
  return Math.sqrt(total / n)
}
