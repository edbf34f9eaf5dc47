// lowering/wasm/kernels: copies that change the order of elements: strided ones, and transposition by shuffles.
// Invariant: source and target do not overlap.
import { Code, call, get, i32, type Local, lane, load, type Node, type WasmFunction } from '../code.ts'
import { bytesOf, floorTo, less, memoized, minus, parameters, plus, smaller, times } from './parts.ts'

/**
 * (from, fromRow, fromColumn, to, toRow, toColumn, rows, columns): to[i][j] = from[i][j], element by element; distances in
 * bytes.
 */
export const stridedCopy = memoized(({ bits }: { bits: 32 | 64 }): WasmFunction => {
  const code = new Code(`copy_${bits}`)
  const [from, fromRow, fromColumn, to, toRow, toColumn, rows, columns] = parameters(code, 'from fromRow fromColumn to toRow toColumn rows columns')
  code.for('i', i32(0), rows, 1, (i) => {
    const source = code.variable('source', plus(from, times(i, fromRow)))
    const target = code.variable('target', plus(to, times(i, toRow)))
    code.for('j', i32(0), columns, 1, () => {
      code.store(`i${bits}.store`, get(target), load(`i${bits}.load`, get(source)))
      code.set(source, plus(get(source), fromColumn))
      code.set(target, plus(get(target), toColumn))
    })
  })
  return code.function()
})

/** Source rows of a strip: its part of a target row is whole cache lines, and its source rows stay in the first-level cache. */
const strip = 16

/**
 * (from, fromRow, to, toRow, rows, columns): to[j][i] = from[i][j] for i < rows, j < columns; elements of 4 or 8 bytes; from's
 * rows are fromRow elements apart, to's toRow.
 */
export const transpose = memoized(({ bits }: { bits: 32 | 64 }): WasmFunction => {
  const code = new Code(`transpose_${bits}`)
  const count = 128 / bits
  const bytes = (x: Node): Node => bytesOf(x, bits)
  const [from, fromStride, to, toStride, rows, columns] = parameters(code, 'from fromRow to toRow rows columns')
  const fromRow = code.keep(bytes(fromStride), 'fromRow')
  const toRow = code.keep(bytes(toStride), 'toRow')
  const wholeRows = code.keep(floorTo(rows, count))
  const wholeColumns = code.keep(floorTo(columns, count))
  code.for('first', i32(0), wholeRows, strip, (first) => {
    const end = code.keep(smaller(code, plus(first, i32(strip)), wholeRows))
    code.for('j', i32(0), wholeColumns, count, (j) => {
      const source = code.variable('source', plus(from, times(first, fromRow), bytes(j)))
      const target = code.variable('target', plus(to, times(j, toRow), bytes(first)))
      code.for('i', first, end, count, () => {
        block(code, bits, source, fromRow, get(target), toRow)
        code.set(target, plus(get(target), i32(16)))
      })
    })
  })
  const edge = (row: Node, column: Node, height: Node, width: Node): void => {
    const target = plus(to, times(column, toRow), bytes(row))
    const source = plus(from, times(row, fromRow), bytes(column))
    code.do(call(stridedCopy({ bits }), source, fromRow, i32(bits / 8), target, i32(bits / 8), toRow, height, width))
  }
  code.if(less(wholeColumns, columns), () => edge(i32(0), wholeColumns, rows, minus(columns, wholeColumns)))
  code.if(less(wholeRows, rows), () => edge(wholeRows, i32(0), minus(rows, wholeRows), wholeColumns))
  return code.function()
})

/** count × count elements through registers; `source` moves on by count rows. */
function block(code: Code, bits: 32 | 64, source: Local, fromRow: Node, target: Node, toRow: Node): void {
  const rows = Array.from({ length: 128 / bits }, () => {
    const row = code.keep(load('v128.load', get(source)))
    code.set(source, plus(get(source), fromRow))
    return row
  })
  const interleave = (size: number, half: 0 | 1, x: Node, y: Node): Node =>
    lane(
      'i8x16.shuffle',
      Array.from({ length: 16 }, (_, i) => Math.floor(i / (2 * size)) * size + half * 8 + (i % size) + (i % (2 * size) < size ? 0 : 16)),
      x,
      y,
    )
  let columns: Node[]
  if (bits === 64) columns = [interleave(8, 0, rows[0], rows[1]), interleave(8, 1, rows[0], rows[1])]
  else {
    const [a, b, c, d] = rows
    const pairs = [0, 1].map((half) => [code.keep(interleave(4, half as 0 | 1, a, b)), code.keep(interleave(4, half as 0 | 1, c, d))])
    columns = pairs.flatMap(([x, y]) => [interleave(8, 0, x, y), interleave(8, 1, x, y)])
  }
  let at = target
  columns.forEach((column, i) => {
    code.store('v128.store', at, column)
    if (i + 1 < columns.length) at = code.keep(plus(at, toRow))
  })
}
