// runtime: matrix product for emitted code. b is packed into panels of a few columns, so that the innermost loop reads it in
// order whatever its strides; few columns: rows of a are read where they lie, many: they are packed too (Goto & van de Geijn 2008).
import type { TypedArray } from './types.ts'

/** Terms in one pass: what is packed of a few rows stays in the first-level cache. */
const depth = 256
/** Up to so many columns packing a costs more than it saves. */
const narrow = 32
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
  c.fill(0, cStart, cStart + m * n)
  const few = n <= narrow
  const [tall, wide] = few ? [2, 5] : [4, 4]
  const most = Math.min(k, few ? k : depth)
  const size = Math.ceil(n / wide) * wide * most
  if (right.length < size) right = new Float64Array(size)
  if (left.length < 4 * depth) left = new Float64Array(4 * depth)
  for (let from = 0; from < k; from += most) {
    const count = Math.min(most, k - from)
    packRight(b, bStart + from * bRow, bRow, bColumn, count, n, wide)
    for (let i = 0; i < m; i += tall) {
      const rows = Math.min(tall, m - i)
      const first = aStart + i * aRow + from * aColumn
      if (!few) packLeft(a, first, aRow, aColumn, count, rows)
      for (let j = 0; j < n; j += wide) {
        const at = cStart + i * n + j
        if (few) block2x5(count, a, first, rows > 1 ? first + aRow : first, aColumn, j * count, c, at, n, rows, Math.min(5, n - j))
        else block4x4(count, j * count, c, at, n, rows, Math.min(4, n - j))
      }
    }
  }
}

/** `wide` columns side by side, term by term; missing columns are 0. */
function packRight(b: TypedArray, start: number, row: number, column: number, count: number, n: number, wide: number): void {
  for (let j = 0, panel = 0; j < n; j += wide, panel += wide * count) {
    for (let q = 0; q < wide; q++) {
      const missing = j + q >= n
      for (let p = 0, to = panel + q, at = start + (j + q) * column; p < count; p++, to += wide, at += row) right[to] = missing ? 0 : b[at]
    }
  }
}

/** Four rows side by side, term by term; missing rows are 0. */
function packLeft(a: TypedArray, start: number, row: number, column: number, count: number, rows: number): void {
  if (rows < 4) left.fill(0)
  for (let i = 0; i < rows; i++) {
    for (let p = 0, to = i, at = start + i * row; p < count; p++, to += 4, at += column) left[to] = a[at]
  }
}

/** Two rows of a (from `first` and `second` on) by the panel of five columns at `q`. */
function block2x5(
  count: number, a: TypedArray, first: number, second: number, step: number, q: number,
  c: TypedArray, at: number, n: number, rows: number, columns: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c04 = 0
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0, c14 = 0
  const b = right
  for (let p = 0, end = count * step; p < end; p += step, q += 5) {
    const a0 = a[first + p]
    const a1 = a[second + p]
    const b0 = b[q]
    const b1 = b[q + 1]
    const b2 = b[q + 2]
    const b3 = b[q + 3]
    const b4 = b[q + 4]
    c00 += a0 * b0
    c10 += a1 * b0
    c01 += a0 * b1
    c11 += a1 * b1
    c02 += a0 * b2
    c12 += a1 * b2
    c03 += a0 * b3
    c13 += a1 * b3
    c04 += a0 * b4
    c14 += a1 * b4
  }
  addRow(c, at, columns, c00, c01, c02, c03, c04)
  if (rows > 1) addRow(c, at + n, columns, c10, c11, c12, c13, c14)
}

/** The packed rows by the panel of four columns at `q`. */
function block4x4(count: number, q: number, c: TypedArray, at: number, n: number, rows: number, columns: number): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0
  const a = left
  const b = right
  for (let p = 0, end = 4 * count; p < end; p += 4, q += 4) {
    const a0 = a[p]
    const a1 = a[p + 1]
    const a2 = a[p + 2]
    const a3 = a[p + 3]
    const b0 = b[q]
    c00 += a0 * b0
    c10 += a1 * b0
    c20 += a2 * b0
    c30 += a3 * b0
    const b1 = b[q + 1]
    c01 += a0 * b1
    c11 += a1 * b1
    c21 += a2 * b1
    c31 += a3 * b1
    const b2 = b[q + 2]
    c02 += a0 * b2
    c12 += a1 * b2
    c22 += a2 * b2
    c32 += a3 * b2
    const b3 = b[q + 3]
    c03 += a0 * b3
    c13 += a1 * b3
    c23 += a2 * b3
    c33 += a3 * b3
  }
  addRow(c, at, columns, c00, c01, c02, c03, 0)
  if (rows > 1) addRow(c, at + n, columns, c10, c11, c12, c13, 0)
  if (rows > 2) addRow(c, at + 2 * n, columns, c20, c21, c22, c23, 0)
  if (rows > 3) addRow(c, at + 3 * n, columns, c30, c31, c32, c33, 0)
}

function addRow(c: TypedArray, at: number, columns: number, s0: number, s1: number, s2: number, s3: number, s4: number): void {
  c[at] += s0
  if (columns > 1) c[at + 1] += s1
  if (columns > 2) c[at + 2] += s2
  if (columns > 3) c[at + 3] += s3
  if (columns > 4) c[at + 4] += s4
}
