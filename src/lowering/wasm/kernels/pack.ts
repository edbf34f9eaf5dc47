// lowering/wasm/kernels: copies blocks of the factors into working memory in the order in which tiles read them.
// Invariant: all of a panel is written; columns that the factor does not have are 0.
import { Code, call, get, i32, ins, load, type Node, type WasmFunction } from '../code.ts'
import { bytesOf, equal, floorTo, less, memoized, minus, parameters, plus, smaller, times } from './parts.ts'
import { stridedCopy, transpose } from './transpose.ts'

/**
 * (from, row, column, to, k, n): the right factor, k × n with distances in elements, into panels of `width` columns: a
 * panel holds its k rows one after the other.
 */
export const packRight = memoized(({ bits, width }: { bits: 32 | 64; width: number }): WasmFunction => {
  const code = new Code(`pack_f${bits}_${width}`)
  const [from, row, column, to, k, n] = parameters(code, 'from row column to k n')
  const size = i32(bits / 8)
  const rowBytes = code.keep(bytesOf(row, bits))
  const columnBytes = code.keep(bytesOf(column, bits))
  const panelBytes = code.keep(times(k, i32((width * bits) / 8)))
  const begin = code.variable('begin', i32(0))
  code.if(equal(column, i32(1)), () => {
    const whole = code.keep(minus(n, ins('i32.rem_s', n, i32(width))))
    const wholeRows = code.keep(floorTo(k, 4))
    code.for('p', i32(0), wholeRows, 4, (p) => rowsIntoPanels(code, bits, width, 4, p, { from, rowBytes, to, panelBytes, whole }))
    code.for('p', wholeRows, k, 1, (p) => rowsIntoPanels(code, bits, width, 1, p, { from, rowBytes, to, panelBytes, whole }))
    code.set(begin, whole)
  })
  const target = code.variable('target', plus(to, bytesOf(times(k, get(begin)), bits)))
  code.for('j', get(begin), n, width, (j) => {
    const columns = smaller(code, minus(n, j), i32(width))
    const source = code.keep(plus(from, times(j, columnBytes)))
    code.if(less(columns, i32(width)), () => code.do(ins('memory.fill', get(target), i32(0), panelBytes)))
    code.if(
      equal(row, i32(1)),
      () => code.do(call(transpose({ bits }), source, column, get(target), i32(width), columns, k)),
      () => code.do(call(stridedCopy({ bits }), source, rowBytes, columnBytes, get(target), i32((width * bits) / 8), size, k, columns)),
    )
    code.set(target, plus(get(target), panelBytes))
  })
  return code.function()
})

interface Rows {
  readonly from: Node
  readonly rowBytes: Node
  readonly to: Node
  readonly panelBytes: Node
  /** Columns in whole panels. */
  readonly whole: Node
}

/** `count` rows from p on into all whole panels. */
function rowsIntoPanels(code: Code, bits: 32 | 64, width: number, count: number, p: Node, { from, rowBytes, to, panelBytes, whole }: Rows): void {
  const sources = [code.variable('source', plus(from, times(p, rowBytes)))]
  while (sources.length < count) sources.push(code.variable('source', plus(get(sources[sources.length - 1]), rowBytes)))
  const bytes = (width * bits) / 8
  const target = code.variable('target', plus(to, times(p, i32(bytes))))
  code.for('j', i32(0), whole, width, () => {
    sources.forEach((source, r) => {
      for (let at = 0; at < bytes; at += 16) code.store('v128.store', get(target), load('v128.load', get(source), at), r * bytes + at)
      code.set(source, plus(get(source), i32(bytes)))
    })
    code.set(target, plus(get(target), panelBytes))
  })
}

/**
 * (from, row, column, to, m, k): the left factor, m × k with distances in elements, into rows `toRow` elements apart whose
 * terms lie side by side.
 */
export const packLeft = memoized(({ bits, toRow }: { bits: 32 | 64; toRow: number }): WasmFunction => {
  const code = new Code(`pack_rows_f${bits}`)
  const [from, row, column, to, m, k] = parameters(code, 'from row column to m k')
  const size = i32(bits / 8)
  code.if(
    equal(row, i32(1)),
    () => code.do(call(transpose({ bits }), from, column, to, i32(toRow), k, m)),
    () => code.do(call(stridedCopy({ bits }), from, bytesOf(row, bits), bytesOf(column, bits), to, i32((toRow * bits) / 8), size, m, k)),
  )
  return code.function()
})
