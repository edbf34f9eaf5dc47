// bench: the matrix products and training steps of the JavaScript side.
import { type Floats, logisticSize, type mlpSize } from '../rows.ts'

/** c = a·b, a of m × k: rows of b are added up, so that everything is read in the order it lies in memory. */
export function matmul(a: Floats, b: Floats, c: Floats, m: number, k: number, n: number): void {
  c.fill(0)
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const v = a[i * k + p]
      for (let j = 0; j < n; j++) c[i * n + j] += v * b[p * n + j]
    }
  }
}

/** c = aᵀ·b, a of m × k and b of m × n. */
function matmulLeftTransposed(a: Floats, b: Floats, c: Floats, m: number, k: number, n: number): void {
  c.fill(0)
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const v = a[i * k + p]
      for (let j = 0; j < n; j++) c[p * n + j] += v * b[i * n + j]
    }
  }
}

/** c = a·bᵀ, a of m × k and b of n × k. */
function matmulRightTransposed(a: Floats, b: Floats, c: Floats, m: number, k: number, n: number): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = 0
      for (let p = 0; p < k; p++) total += a[i * k + p] * b[j * k + p]
      c[i * n + j] = total
    }
  }
}

interface Logistic {
  readonly w: Floats
  readonly gw: Floats
  b: number
  readonly prediction: Uint8Array
  readonly xent: Floats
}

/** Theano's tutorial, one step, each example read while it is in the cache. */
export function logisticStep(s: Logistic, x: Floats, y: Floats): void {
  const { w, gw, prediction, xent } = s
  const { rows, columns } = logisticSize
  gw.fill(0)
  let gb = 0
  for (let i = 0; i < rows; i++) {
    const o = i * columns
    let z = s.b
    for (let j = 0; j < columns; j++) z += x[o + j] * w[j]
    const p = 1 / (1 + Math.exp(-z))
    prediction[i] = p > 0.5 ? 1 : 0
    xent[i] = -y[i] * Math.log(p) - (1 - y[i]) * Math.log(1 - p)
    const d = (p - y[i]) / rows
    gb += d
    for (let j = 0; j < columns; j++) gw[j] += d * x[o + j]
  }
  for (let j = 0; j < columns; j++) w[j] -= 0.1 * (gw[j] + 0.02 * w[j])
  s.b -= 0.1 * gb
}

type Mlp = Readonly<Record<'w1' | 'w2' | 'b1' | 'b2' | 'h' | 'z' | 'gw1' | 'gw2' | 'gb1' | 'gb2' | 'gh', Floats>>

/** One step of the two-layer network; returns the cost before the step. */
export function mlpStep(s: Mlp, x: Floats, y: Int32Array, { batch, features, hidden, classes }: typeof mlpSize): number {
  matmul(x, s.w1, s.h, batch, features, hidden)
  for (let i = 0; i < batch; i++) for (let j = 0; j < hidden; j++) s.h[i * hidden + j] = Math.tanh(s.h[i * hidden + j] + s.b1[j])
  matmul(s.h, s.w2, s.z, batch, hidden, classes)
  const cost = crossEntropy(s, y, classes)
  matmulLeftTransposed(s.h, s.z, s.gw2, batch, hidden, classes)
  matmulRightTransposed(s.z, s.w2, s.gh, batch, classes, hidden)
  s.gb1.fill(0)
  for (let i = 0; i < batch; i++) {
    for (let j = 0; j < hidden; j++) {
      const v = s.h[i * hidden + j]
      const g = s.gh[i * hidden + j] * (1 - v * v)
      s.gh[i * hidden + j] = g
      s.gb1[j] += g
    }
  }
  matmulLeftTransposed(x, s.gh, s.gw1, batch, features, hidden)
  for (const [weights, gradient] of [
    [s.w1, s.gw1],
    [s.w2, s.gw2],
    [s.b1, s.gb1],
    [s.b2, s.gb2],
  ])
    for (let i = 0; i < weights.length; i++) weights[i] -= 0.01 * gradient[i]
  return cost
}

/** The scores become the gradient of the mean cost; that of the bias is summed beside it. */
function crossEntropy({ z, b2, gb2 }: Mlp, y: Int32Array, classes: number): number {
  let cost = 0
  gb2.fill(0)
  for (let i = 0; i < y.length; i++) {
    const o = i * classes
    let top = Number.NEGATIVE_INFINITY
    let total = 0
    for (let j = 0; j < classes; j++) {
      z[o + j] += b2[j]
      top = Math.max(top, z[o + j])
    }
    for (let j = 0; j < classes; j++) total += Math.exp(z[o + j] - top)
    cost -= z[o + y[i]] - top - Math.log(total)
    for (let j = 0; j < classes; j++) {
      const g = (Math.exp(z[o + j] - top) / total - (j === y[i] ? 1 : 0)) / y.length
      z[o + j] = g
      gb2[j] += g
    }
  }
  return cost / y.length
}
