// runtime: matrix product for emitted code. After Goto & van de Geijn (2008): the right operand is packed into panels of 5
// columns, so that the innermost loop reads it in order, and keeps a 2 × 5 block of sums in registers.
import type { TypedArray } from './types.ts'

/** Terms of a pass: a panel of them stays in the first-level cache. */
const depth = 512
/** From so many columns on, copying the rows of the left operand side by side pays. */
const wide = 40
let left = new Float64Array(0)
let right = new Float64Array(0)

/**
 * c = a · b, row-major from `cStart` on: a is m × k, b is k × n, each with a start and the distance between its rows and
 * columns. Sums are float64; passes of at most `depth` terms are added up in c's own dtype.
 */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: TypedArray,
  aStart: number,
  aRow: number,
  aColumn: number,
  b: TypedArray,
  bStart: number,
  bRow: number,
  bColumn: number,
  c: TypedArray,
  cStart: number,
): void {
  const most = Math.ceil(k / Math.ceil(k / depth))
  const width = 5 * Math.ceil(n / 5)
  if (right.length < width * most) right = new Float64Array(width * most)
  if (n >= wide && left.length < 2 * most) left = new Float64Array(2 * most)
  if (k === 0) c.fill(0, cStart, cStart + m * n)
  for (let from = 0; from < k; from += most) {
    const count = Math.min(most, k - from)
    packRight(b, bStart + from * bRow, bRow, bColumn, count, n)
    for (let i = 0; i < m; i += 2) {
      const both = i + 1 < m
      const start = aStart + i * aRow + from * aColumn
      if (n >= wide) packLeft(a, start, both ? aRow : 0, aColumn, count)
      for (let j = 0; j < n; j += 5) {
        const at = cStart + i * n + j
        if (n >= wide) block(count, left, 0, 1, 2, j * count, c, at, both ? n : 0, Math.min(5, n - j), from > 0)
        else block(count, a, start, both ? aRow : 0, aColumn, j * count, c, at, both ? n : 0, Math.min(5, n - j), from > 0)
      }
    }
  }
}

/** Five columns side by side, term by term; missing columns are 0. */
function packRight(b: TypedArray, start: number, row: number, column: number, count: number, n: number): void {
  for (let j = 0; j < 5 * Math.ceil(n / 5); j++) {
    let to = (j - (j % 5)) * count + (j % 5)
    for (let p = 0, at = start + j * column; p < count; p++, at += row, to += 5) right[to] = j < n ? b[at] : 0
  }
}

function packLeft(a: TypedArray, at: number, row: number, column: number, count: number): void {
  for (let p = 0; p < 2 * count; p += 2, at += column) {
    left[p] = a[at]
    left[p + 1] = a[at + row]
  }
}

/** Two rows of a by five columns of the panel at q; `n` is the length of c's rows, 0 where there is no second row. */
function block(
  count: number,
  a: TypedArray,
  p: number,
  row: number,
  column: number,
  q: number,
  c: TypedArray,
  at: number,
  n: number,
  width: number,
  add: boolean,
): void {
  let c00 = 0,
    c01 = 0,
    c02 = 0,
    c03 = 0,
    c04 = 0,
    c10 = 0,
    c11 = 0,
    c12 = 0,
    c13 = 0,
    c14 = 0
  const b = right
  for (let end = q + 5 * count, second = p + row; q < end; q += 5, p += column, second += column) {
    const a0 = a[p]
    const a1 = a[second]
    const b0 = b[q]
    const b1 = b[q + 1]
    const b2 = b[q + 2]
    const b3 = b[q + 3]
    const b4 = b[q + 4]
    c00 += a0 * b0
    c01 += a0 * b1
    c02 += a0 * b2
    c03 += a0 * b3
    c04 += a0 * b4
    c10 += a1 * b0
    c11 += a1 * b1
    c12 += a1 * b2
    c13 += a1 * b3
    c14 += a1 * b4
  }
  put(c, at, width, add, c00, c01, c02, c03, c04)
  if (n > 0) put(c, at + n, width, add, c10, c11, c12, c13, c14)
}

function put(c: TypedArray, at: number, width: number, add: boolean, v0: number, v1: number, v2: number, v3: number, v4: number): void {
  c[at] = add ? c[at] + v0 : v0
  if (width > 1) c[at + 1] = add ? c[at + 1] + v1 : v1
  if (width > 2) c[at + 2] = add ? c[at + 2] + v2 : v2
  if (width > 3) c[at + 3] = add ? c[at + 3] + v3 : v3
  if (width > 4) c[at + 4] = add ? c[at + 4] + v4 : v4
}
