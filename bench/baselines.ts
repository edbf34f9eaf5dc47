// bench: the same computations written by hand, as one would for speed: preallocated typed arrays, loops blocked so that
// several sums stay in registers. Variants that were slower on V8 (fused passes, 8 rows, other blocks) are not kept.

/** `2 * x + x ** 3` into a fresh array. */
export function cubic(x: Float64Array): Float64Array {
  const out = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) {
    const v = x[i]
    out[i] = 2 * v + v * v * v
  }
  return out
}

export const cubicScalar = (x: number): number => 2 * x + x ** 3
export const cube = (x: number): number => 2 * x + x * x * x
export const line = (x: number, a = 2, b = 1): number => a * x + b

export interface LogisticState {
  w: Float64Array
  next: Float64Array
  readonly error: Float64Array
  b: number
}

export const logisticState = (rows: number, columns: number): LogisticState => ({
  w: new Float64Array(columns),
  next: new Float64Array(columns),
  error: new Float64Array(rows),
  b: 0,
})

/** One step of Theano's tutorial example; `rows` must be a multiple of 4. Returns the predictions and cross-entropies. */
export function logisticStep(s: LogisticState, x: Float64Array, y: Float64Array): [Uint8Array, Float64Array] {
  const { w, error } = s
  const [rows, columns] = [y.length, w.length]
  const prediction = new Uint8Array(rows)
  const xent = new Float64Array(rows)
  let sum = 0
  for (let r = 0; r < rows; r += 4) {
    const o0 = r * columns
    const o1 = o0 + columns
    const o2 = o1 + columns
    const o3 = o2 + columns
    let z0 = s.b
    let z1 = s.b
    let z2 = s.b
    let z3 = s.b
    for (let k = 0; k < columns; k++) {
      const v = w[k]
      z0 += x[o0 + k] * v
      z1 += x[o1 + k] * v
      z2 += x[o2 + k] * v
      z3 += x[o3 + k] * v
    }
    sum += logisticRow(z0, y[r], r, rows, prediction, xent, error)
    sum += logisticRow(z1, y[r + 1], r + 1, rows, prediction, xent, error)
    sum += logisticRow(z2, y[r + 2], r + 2, rows, prediction, xent, error)
    sum += logisticRow(z3, y[r + 3], r + 3, rows, prediction, xent, error)
  }
  logisticUpdate(s, x, rows, columns)
  s.b -= 0.1 * sum
  return [prediction, xent]
}

function logisticRow(z: number, y: number, r: number, rows: number, prediction: Uint8Array, xent: Float64Array, error: Float64Array): number {
  const e = Math.exp(-Math.abs(z))
  const p = z >= 0 ? 1 / (1 + e) : e / (1 + e)
  prediction[r] = p > 0.5 ? 1 : 0
  xent[r] = Math.max(z, 0) - z * y + Math.log1p(e)
  return (error[r] = (p - y) / rows)
}

function logisticUpdate(s: LogisticState, x: Float64Array, rows: number, columns: number): void {
  const { w, next, error } = s
  next.fill(0)
  for (let r = 0; r < rows; r += 4) {
    const o0 = r * columns
    const o1 = o0 + columns
    const o2 = o1 + columns
    const o3 = o2 + columns
    const e0 = error[r]
    const e1 = error[r + 1]
    const e2 = error[r + 2]
    const e3 = error[r + 3]
    for (let k = 0; k < columns; k++) next[k] += x[o0 + k] * e0 + x[o1 + k] * e1 + x[o2 + k] * e2 + x[o3 + k] * e3
  }
  for (let k = 0; k < columns; k++) next[k] = w[k] - 0.1 * (next[k] + 0.02 * w[k])
  s.w = next
  s.next = w
}

const classes = 10

export interface SoftmaxState {
  W: Float32Array
  nextW: Float32Array
  readonly b: Float32Array
  readonly scores: Float64Array
}

export const softmaxState = (rows: number, columns: number): SoftmaxState => ({
  W: new Float32Array(columns * classes),
  nextW: new Float32Array(columns * classes),
  b: new Float32Array(classes),
  scores: new Float64Array(rows * classes),
})

/** One step of softmax regression with 10 classes; even numbers of rows and columns. Returns the cost. */
export function softmaxStep(s: SoftmaxState, x: Float32Array, y: Int32Array): number {
  const rows = y.length
  const columns = s.W.length / classes
  scoresOf(s, x, rows, columns)
  const cost = softmaxRows(s.scores, y)
  softmaxUpdate(s, x, rows, columns)
  return cost
}

/** x·W + b, in blocks of 2 rows by 5 classes. */
function scoresOf({ W, b, scores }: SoftmaxState, x: Float32Array, rows: number, columns: number): void {
  for (let r = 0; r < rows; r += 2) {
    const p = r * columns
    const q = p + columns
    for (let j = 0; j < classes; j += 5) {
      let a0 = b[j]
      let a1 = b[j + 1]
      let a2 = b[j + 2]
      let a3 = b[j + 3]
      let a4 = b[j + 4]
      let c0 = a0
      let c1 = a1
      let c2 = a2
      let c3 = a3
      let c4 = a4
      for (let k = 0, w = j; k < columns; k++, w += classes) {
        const u = x[p + k]
        const v = x[q + k]
        const w0 = W[w]
        const w1 = W[w + 1]
        const w2 = W[w + 2]
        const w3 = W[w + 3]
        const w4 = W[w + 4]
        a0 += u * w0
        a1 += u * w1
        a2 += u * w2
        a3 += u * w3
        a4 += u * w4
        c0 += v * w0
        c1 += v * w1
        c2 += v * w2
        c3 += v * w3
        c4 += v * w4
      }
      const o = r * classes + j
      scores[o] = a0
      scores[o + 1] = a1
      scores[o + 2] = a2
      scores[o + 3] = a3
      scores[o + 4] = a4
      scores[o + classes] = c0
      scores[o + classes + 1] = c1
      scores[o + classes + 2] = c2
      scores[o + classes + 3] = c3
      scores[o + classes + 4] = c4
    }
  }
}

/** Scores become gradients of the mean cost; returns that cost. */
function softmaxRows(scores: Float64Array, y: Int32Array): number {
  const rows = y.length
  let cost = 0
  for (let r = 0, o = 0; r < rows; r++, o += classes) {
    let top = scores[o]
    for (let j = 1; j < classes; j++) top = Math.max(top, scores[o + j])
    const right = scores[o + y[r]] - top
    let total = 0
    for (let j = 0; j < classes; j++) total += scores[o + j] = Math.exp(scores[o + j] - top)
    const scale = 1 / (total * rows)
    for (let j = 0; j < classes; j++) scores[o + j] *= scale
    scores[o + y[r]] -= 1 / rows
    cost += Math.log(total) - right
  }
  return cost / rows
}

/** W - rate·xᵀ·g, in blocks of 2 features by 5 classes; b likewise. */
function softmaxUpdate(s: SoftmaxState, x: Float32Array, rows: number, columns: number): void {
  const { W, nextW, b, scores: g } = s
  for (let k = 0; k < columns; k += 2) {
    for (let j = 0; j < classes; j += 5) {
      let a0 = 0
      let a1 = 0
      let a2 = 0
      let a3 = 0
      let a4 = 0
      let c0 = 0
      let c1 = 0
      let c2 = 0
      let c3 = 0
      let c4 = 0
      for (let r = 0, o = k, q = j; r < rows; r++, o += columns, q += classes) {
        const u = x[o]
        const v = x[o + 1]
        const g0 = g[q]
        const g1 = g[q + 1]
        const g2 = g[q + 2]
        const g3 = g[q + 3]
        const g4 = g[q + 4]
        a0 += u * g0
        a1 += u * g1
        a2 += u * g2
        a3 += u * g3
        a4 += u * g4
        c0 += v * g0
        c1 += v * g1
        c2 += v * g2
        c3 += v * g3
        c4 += v * g4
      }
      step(W, nextW, k * classes + j, a0, a1, a2, a3, a4)
      step(W, nextW, (k + 1) * classes + j, c0, c1, c2, c3, c4)
    }
  }
  for (let j = 0; j < classes; j++) {
    let total = 0
    for (let q = j; q < g.length; q += classes) total += g[q]
    b[j] -= 0.13 * total
  }
  s.W = nextW
  s.nextW = W
}

function step(W: Float32Array, next: Float32Array, o: number, d0: number, d1: number, d2: number, d3: number, d4: number): void {
  next[o] = W[o] - 0.13 * d0
  next[o + 1] = W[o + 1] - 0.13 * d1
  next[o + 2] = W[o + 2] - 0.13 * d2
  next[o + 3] = W[o + 3] - 0.13 * d3
  next[o + 4] = W[o + 4] - 0.13 * d4
}
