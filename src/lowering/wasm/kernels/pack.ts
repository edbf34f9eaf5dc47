// lowering/wasm/kernels: copies blocks of the factors into working memory in the order in which tiles read them.
// Invariant: all of a panel is written; columns that the factor does not have are 0.
import { Code, call, get, i32, ins, load, type Node, type WasmFunction } from '../code.ts'
import { bytesOf, equal, floorTo, less, memoized, minus, parameters, plus, smaller, times } from './parts.ts'
import { stridedCopy, transpose } from './transpose.ts'

/**
 * How a factor lies in memory, where that is known when the program is built: 'rows' has the elements of a row side by side
 * (column distance 1), 'columns' those of a column (row distance 1).
 */
export type Layout = 'rows' | 'columns'

/**
 * (from, row, column, to, k, n): the right factor, k × n with distances in elements, into panels of `width` columns: a
 * panel holds its k rows one after the other.
 */
export const packRight = memoized(({ bits, width, layout }: { bits: 32 | 64; width: number; layout?: Layout }): WasmFunction => {
  const code = new Code(`pack_f${bits}_${width}`)
  const [from, row, column, to, k, n] = parameters(code, 'from row column to k n')
  const rowBytes = code.keep(bytesOf(row, bits))
  const columnBytes = code.keep(bytesOf(column, bits))
  const panelBytes = code.keep(times(k, i32((width * bits) / 8)))
  const begin = code.variable('begin', i32(0))
  const wholePanels = (): void => {
    code.set(begin, minus(n, ins('i32.rem_s', n, i32(width))))
    const whole = code.keep(floorTo(k, 4))
    const source: Source = { from, rowBytes, to, panelBytes, columns: get(begin) }
    code.for('p', i32(0), whole, 4, (p) => rowsIntoPanels(code, bits, width, 4, p, source))
    code.for('p', whole, k, 1, (p) => rowsIntoPanels(code, bits, width, 1, p, source))
  }
  if (layout === 'rows') wholePanels()
  else if (layout !== 'columns') code.if(equal(column, i32(1)), wholePanels)
  const target = code.variable('target', plus(to, bytesOf(times(k, get(begin)), bits)))
  code.for('j', get(begin), n, width, (j) => {
    const columns = smaller(code, minus(n, j), i32(width))
    const source = code.keep(plus(from, times(j, columnBytes)))
    code.if(less(columns, i32(width)), () => code.do(ins('memory.fill', get(target), i32(0), panelBytes)))
    const turned = (): void => code.do(call(transpose({ bits }), source, column, get(target), i32(width), columns, k))
    const oneByOne = (): void =>
      code.do(call(stridedCopy({ bits }), source, rowBytes, columnBytes, get(target), i32((width * bits) / 8), i32(bits / 8), k, columns))
    if (layout === 'rows') oneByOne()
    else if (layout === 'columns') turned()
    else code.if(equal(row, i32(1)), turned, oneByOne)
    code.set(target, plus(get(target), panelBytes))
  })
  return code.function()
})

interface Source {
  readonly from: Node
  readonly rowBytes: Node
  readonly to: Node
  readonly panelBytes: Node
  /** In whole panels. */
  readonly columns: Node
}

/** `count` rows from p on into all whole panels. */
function rowsIntoPanels(code: Code, bits: 32 | 64, width: number, count: number, p: Node, { from, rowBytes, to, panelBytes, columns }: Source): void {
  const sources = [code.variable('source', plus(from, times(p, rowBytes)))]
  while (sources.length < count) sources.push(code.variable('source', plus(get(sources[sources.length - 1]), rowBytes)))
  const bytes = (width * bits) / 8
  const target = code.variable('target', plus(to, times(p, i32(bytes))))
  code.for('j', i32(0), columns, width, () => {
    sources.forEach((source, r) => {
      for (let at = 0; at < bytes; at += 16) code.store('v128.store', get(target), load('v128.load', get(source), at), r * bytes + at)
      code.set(source, plus(get(source), i32(bytes)))
    })
    code.set(target, plus(get(target), panelBytes))
  })
}

/**
 * (from, row, column, to, toRow, m, k): the left factor, m × k with distances in elements, into rows toRow elements apart whose
 * terms lie side by side.
 */
export const packLeft = memoized(({ bits, layout }: { bits: 32 | 64; layout?: 'columns' }): WasmFunction => {
  const code = new Code(`pack_rows_f${bits}`)
  const [from, row, column, to, toRow, m, k] = parameters(code, 'from row column to toRow m k')
  const turned = (): void => code.do(call(transpose({ bits }), from, column, to, toRow, k, m))
  const oneByOne = (): void =>
    code.do(call(stridedCopy({ bits }), from, bytesOf(row, bits), bytesOf(column, bits), to, bytesOf(toRow, bits), i32(bits / 8), m, k))
  if (layout === 'columns') turned()
  else code.if(equal(row, i32(1)), turned, oneByOne)
  return code.function()
})
