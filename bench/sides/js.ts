// bench: loops over typed arrays as a JavaScript programmer writes them. The values of the other sides are compared with these.
import { erf } from '../../runtime/special/erf.ts'
import { arrayOf, logisticData, mlpData, options, rootMeanSquare, weyl } from '../data.ts'
import { type Dtype, type Floats, type Kernel, logisticSize, mlpSize, type Row } from '../rows.ts'
import { calling, only, type Side, type Variants } from '../side.ts'
import { logisticStep, matmul, mlpStep } from './jsTraining.ts'

function poly(x: Floats, y: Floats): void {
  const n = x.length
  for (let i = 0; i < n; i++) {
    const v = x[i]
    y[i] = 2 * v + v * v * v
  }
}

function sigmoid(x: Floats, y: Floats): void {
  const n = x.length
  for (let i = 0; i < n; i++) y[i] = 1 / (1 + Math.exp(-x[i]))
}

function tanh(x: Floats, y: Floats): void {
  const n = x.length
  for (let i = 0; i < n; i++) y[i] = Math.tanh(x[i])
}

function blackScholes([spot, strike, years]: readonly Floats[], out: Floats): void {
  const n = out.length
  for (let i = 0; i < n; i++) {
    const deviation = 0.2 * Math.sqrt(years[i])
    const d1 = (Math.log(spot[i] / strike[i]) + 0.07 * years[i]) / deviation
    const d2 = d1 - deviation
    const n1 = 0.5 * (1 + erf(d1 * Math.SQRT1_2))
    const n2 = 0.5 * (1 + erf(d2 * Math.SQRT1_2))
    out[i] = spot[i] * n1 - strike[i] * Math.exp(-0.05 * years[i]) * n2
  }
}

function sum(x: Floats): number {
  let total = 0
  const n = x.length
  for (let i = 0; i < n; i++) total += x[i]
  return total
}

function squares(a: Floats, b: Floats): number {
  let total = 0
  const n = a.length
  for (let i = 0; i < n; i++) {
    const d = a[i] - b[i]
    total += d * d
  }
  return total
}

function maxOf(x: Floats, from: number, to: number): number {
  let top = Number.NEGATIVE_INFINITY
  for (let j = from; j < to; j++) if (x[j] > top) top = x[j]
  return top
}

function softmax(x: Floats, y: Floats, n: number): void {
  for (let o = 0; o < x.length; o += n) {
    const top = maxOf(x, o, o + n)
    let total = 0
    for (let j = o; j < o + n; j++) {
      const e = Math.exp(x[j] - top)
      y[j] = e
      total += e
    }
    for (let j = o; j < o + n; j++) y[j] /= total
  }
}

function logsumexp(x: Floats, y: Floats, n: number): void {
  for (let i = 0; i < y.length; i++) {
    const top = maxOf(x, i * n, i * n + n)
    let total = 0
    for (let j = i * n; j < i * n + n; j++) total += Math.exp(x[j] - top)
    y[i] = top + Math.log(total)
  }
}

function gemv(a: Floats, x: Floats, y: Floats): void {
  const n = x.length
  for (let i = 0; i < y.length; i++) {
    let total = 0
    for (let j = 0; j < n; j++) total += a[i * n + j] * x[j]
    y[i] = total
  }
}

function freshPoly(x: Floats): Floats {
  const y = x instanceof Float32Array ? new Float32Array(x.length) : new Float64Array(x.length)
  poly(x, y)
  return y
}

const ofOwn = ({ dtype, n }: Row): Variants => {
  const x = weyl(dtype, n, 1, -2, 2)
  return only(calling(freshPoly, x), rootMeanSquare(freshPoly(x)))
}

/** A row that maps one array to another of the same length. */
const map = (f: (x: Floats, y: Floats) => void, x: Floats, dtype: Dtype): Variants => {
  const y = arrayOf(dtype, x.length)
  f(x, y)
  return only(calling(f, x, y), rootMeanSquare(y))
}

const rowsOf: Readonly<Record<Kernel, (row: Row) => Variants>> = {
  poly: ({ dtype, n }) => map(poly, weyl(dtype, n, 1, -2, 2), dtype),
  polyOwn: ofOwn,
  sigmoid: ({ dtype, n }) => map(sigmoid, weyl(dtype, n, 1, -2, 2), dtype),
  tanh: ({ dtype, n }) => map(tanh, weyl(dtype, n, 1, -2, 2), dtype),
  blackScholes: ({ dtype, n }) => {
    const [data, out] = [options(dtype, n), arrayOf(dtype, n)]
    blackScholes(data, out)
    return only(calling(blackScholes, data, out), rootMeanSquare(out))
  },
  sum: ({ dtype, n }) => {
    const a = weyl(dtype, n, 1, 0, 1)
    return only(calling(sum, a), sum(a) / n)
  },
  squares: ({ dtype, n }) => {
    const [a, b] = [weyl(dtype, n, 1, 0, 1), weyl(dtype, n, 5, 0, 1)]
    return only(calling(squares, a, b), squares(a, b) / n)
  },
  softmax: ({ dtype, n }) => map((x, y) => softmax(x, y, n), weyl(dtype, n * n, 1, -4, 4), dtype),
  logsumexp: ({ dtype, n }) => {
    const x = weyl(dtype, n * n, 1, -4, 4)
    const y = arrayOf(dtype, n)
    logsumexp(x, y, n)
    return only(calling(logsumexp, x, y, n), rootMeanSquare(y))
  },
  gemm: ({ dtype, n }) => {
    const [a, b, c] = [weyl(dtype, n * n, 1, -1, 1), weyl(dtype, n * n, 2, -1, 1), arrayOf(dtype, n * n)]
    const product = (a: Floats, b: Floats, c: Floats): void => matmul(a, b, c, n, n, n)
    product(a, b, c)
    return only(calling(product, a, b, c), rootMeanSquare(c))
  },
  gemv: ({ dtype, n }) => {
    const [a, x, y] = [weyl(dtype, n * n, 1, -1, 1), weyl(dtype, n, 2, -1, 1), arrayOf(dtype, n)]
    gemv(a, x, y)
    return only(calling(gemv, a, x, y), rootMeanSquare(y))
  },
  logistic: ({ dtype }) => {
    const { x, y, w } = logisticData(dtype)
    const { rows, columns } = logisticSize
    const state = { w, gw: arrayOf(dtype, columns), b: 0, prediction: new Uint8Array(rows), xent: arrayOf(dtype, rows) }
    const step = (): void => logisticStep(state, x, y)
    step()
    step()
    return only(step, rootMeanSquare(state.xent))
  },
  mlp: ({ dtype }) => {
    const { x, y, w1, w2 } = mlpData(dtype)
    const { batch, hidden, classes } = mlpSize
    const array = (n: number): Floats => arrayOf(dtype, n)
    const state = {
      ...{ w1, w2, b1: array(hidden), b2: array(classes), h: array(batch * hidden), z: array(batch * classes) },
      ...{ gw1: array(w1.length), gw2: array(w2.length), gb1: array(hidden), gb2: array(classes), gh: array(batch * hidden) },
    }
    const step = (): number => mlpStep(state, x, y, mlpSize)
    step()
    return only(step, step())
  },
  vec10: ({ dtype, n }) => map(poly, weyl(dtype, n, 1, -2, 2), dtype),
  vec10Fresh: ofOwn,
}

export default async (): Promise<Side> => ({ prepare: (row) => rowsOf[row.kernel](row) })
