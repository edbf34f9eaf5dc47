// runtime: matrix product for emitted code. Goto & van de Geijn's scheme (2008): both operands are packed into panels, so that
// the innermost loop reads float64 in order whatever the strides and dtypes, and keeps a 5 × 2 block of sums in registers.
import type { TypedArray } from './types.ts'

const depth = 256
let left = new Float64Array(0)
let right = new Float64Array(0)

/**
 * c = a · b, row-major from `cStart` on: a is m × k, b is k × n, each with a start and the distance between its rows and
 * columns. Sums are float64; blocks of `depth` terms are added up in c's own dtype.
 */
export function gemm(
  m: number, n: number, k: number,
  a: TypedArray, aStart: number, aRow: number, aColumn: number,
  b: TypedArray, bStart: number, bRow: number, bColumn: number,
  c: TypedArray, cStart: number,
): void {
  const panels = (n + 1) >> 1
  const most = Math.min(k, depth)
  if (left.length < 5 * most) left = new Float64Array(5 * most)
  if (right.length < 2 * panels * most) right = new Float64Array(2 * panels * most)
  if (k === 0) c.fill(0, cStart, cStart + m * n)
  for (let from = 0; from < k; from += depth) {
    const count = Math.min(depth, k - from)
    packRight(b, bStart + from * bRow, bRow, bColumn, count, n)
    for (let i = 0; i < m; i += 5) {
      packLeft(a, aStart + i * aRow + from * aColumn, aRow, aColumn, count, Math.min(5, m - i))
      for (let j = 0; j < n; j += 2) block(count, j * count, c, cStart + i * n + j, n, Math.min(5, m - i), n - j > 1, from > 0)
    }
  }
}

/** Two columns side by side, term by term; a missing column is 0. */
function packRight(b: TypedArray, start: number, row: number, column: number, count: number, n: number): void {
  for (let j = 0, to = 0; j < n; j += 2) {
    const both = j + 1 < n
    for (let p = 0, at = start + j * column; p < count; p++, at += row, to += 2) {
      right[to] = b[at]
      right[to + 1] = both ? b[at + column] : 0
    }
  }
}

/** Five rows side by side, term by term; missing rows are 0. */
function packLeft(a: TypedArray, start: number, row: number, column: number, count: number, rows: number): void {
  if (rows < 5) left.fill(0, 0, 5 * count)
  for (let i = 0; i < rows; i++) {
    for (let p = 0, to = i, at = start + i * row; p < count; p++, to += 5, at += column) left[to] = a[at]
  }
}

function block(count: number, q: number, c: TypedArray, at: number, n: number, rows: number, both: boolean, add: boolean): void {
  let c00 = 0, c01 = 0, c10 = 0, c11 = 0, c20 = 0, c21 = 0, c30 = 0, c31 = 0, c40 = 0, c41 = 0
  const a = left
  const b = right
  for (let p = 0, end = 5 * count; p < end; p += 5, q += 2) {
    const b0 = b[q]
    const b1 = b[q + 1]
    const a0 = a[p]
    const a1 = a[p + 1]
    const a2 = a[p + 2]
    const a3 = a[p + 3]
    const a4 = a[p + 4]
    c00 += a0 * b0
    c01 += a0 * b1
    c10 += a1 * b0
    c11 += a1 * b1
    c20 += a2 * b0
    c21 += a2 * b1
    c30 += a3 * b0
    c31 += a3 * b1
    c40 += a4 * b0
    c41 += a4 * b1
  }
  put(c, at, c00, c01, both, add)
  if (rows > 1) put(c, at + n, c10, c11, both, add)
  if (rows > 2) put(c, at + 2 * n, c20, c21, both, add)
  if (rows > 3) put(c, at + 3 * n, c30, c31, both, add)
  if (rows > 4) put(c, at + 4 * n, c40, c41, both, add)
}

function put(c: TypedArray, at: number, first: number, second: number, both: boolean, add: boolean): void {
  c[at] = add ? c[at] + first : first
  if (both) c[at + 1] = add ? c[at + 1] + second : second
}
