// lowering/wasm/kernels: copies blocks of the factors into working memory in the order in which tiles read them.
// Invariant: all of a panel is written; columns that the factor does not have hold anything.
import { Code, call, get, i32, ins, load, type Node, select, type WasmFunction } from '../code.ts'
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
export const packRight = memoized((p: { bits: 32 | 64; width: number; layout?: Layout }): WasmFunction => {
  const code = new Code(`pack_f${p.bits}_${p.width}`)
  const [from, row, column, to, k, n] = parameters(code, 'from row column to k n')
  const panels: Panels = {
    ...p,
    code,
    from,
    row,
    column,
    to,
    k,
    n,
    rowBytes: code.keep(bytesOf(row, p.bits)),
    panelBytes: code.keep(times(k, bytesOfWidth(p))),
  }
  if (p.layout === 'rows') packRows(panels)
  else if (p.layout === 'columns') packColumns(panels)
  else
    code.if(
      equal(column, i32(1)),
      () => packRows(panels),
      () => packColumns(panels),
    )
  return code.function()
})

interface Panels {
  readonly bits: 32 | 64
  readonly width: number
  readonly layout?: Layout
  readonly code: Code
  readonly from: Node
  readonly row: Node
  readonly column: Node
  readonly to: Node
  readonly k: Node
  readonly n: Node
  readonly rowBytes: Node
  readonly panelBytes: Node
}

const bytesOfWidth = ({ bits, width }: { bits: 32 | 64; width: number }): Node => i32((width * bits) / 8)

/**
 * Rows whose elements lie side by side. The last panel, if it has fewer columns, takes what follows a row in memory along, as
 * nobody looks at these columns; only the last row of all must not be read beyond its end.
 */
function packRows(panels: Panels): void {
  const { code, bits, width, from, row, to, k, n, rowBytes, panelBytes } = panels
  const columns = code.keep(ins('i32.rem_u', n, i32(width)))
  const whole = code.keep(minus(n, columns))
  const copy = copyRows({ bits, width })
  code.do(call(copy, from, rowBytes, to, panelBytes, k, whole))
  code.if(less(i32(0), columns), () => {
    const target = code.keep(plus(to, bytesOf(times(k, whole), bits)))
    const source = code.keep(plus(from, bytesOf(whole, bits)))
    const isInside = ins('i32.ge_s', plus(row, columns), i32(width))
    const copied = code.keep(select(ins('i32.and', isInside, less(i32(0), k)), minus(k, i32(1)), i32(0)))
    code.do(call(copy, source, rowBytes, target, panelBytes, copied, i32(width)))
    const rest = code.keep(plus(target, times(copied, bytesOfWidth(panels))))
    oneByOne(panels, plus(source, times(copied, rowBytes)), rest, minus(k, copied), columns)
  })
}

/** Columns, panel by panel: by transposition if their elements lie side by side. */
function packColumns(panels: Panels): void {
  const { code, bits, width, layout, from, row, column, to, k, n, panelBytes } = panels
  const target = code.variable('target', to)
  code.for('j', i32(0), n, width, (j) => {
    const columns = smaller(code, minus(n, j), i32(width))
    const source = code.keep(plus(from, bytesOf(times(j, column), bits)))
    const turned = (): void => {
      code.if(less(columns, i32(width)), () => code.do(ins('memory.fill', get(target), i32(0), panelBytes)))
      code.do(call(transpose({ bits }), source, column, get(target), i32(width), columns, k))
    }
    if (layout === 'columns') turned()
    else code.if(equal(row, i32(1)), turned, () => oneByOne(panels, source, get(target), k, columns))
    code.set(target, plus(get(target), panelBytes))
  })
}

/** Elements of any distances into `rows` rows of a panel, the rest of which is 0. */
function oneByOne(panels: Panels, source: Node, target: Node, rows: Node, columns: Node): void {
  const { code, bits, column, rowBytes } = panels
  code.do(ins('memory.fill', target, i32(0), times(rows, bytesOfWidth(panels))))
  code.do(call(stridedCopy({ bits }), source, rowBytes, bytesOf(column, bits), target, bytesOfWidth(panels), i32(bits / 8), rows, columns))
}

/** (from, rowBytes, to, panelBytes, rows, columns): rows into the panels of `width` columns that `columns` is a multiple of. */
const copyRows = memoized(({ bits, width }: { bits: 32 | 64; width: number }): WasmFunction => {
  const code = new Code(`copyRows_f${bits}_${width}`)
  const [from, rowBytes, to, panelBytes, rows, columns] = parameters(code, 'from rowBytes to panelBytes rows columns')
  const bytes = (width * bits) / 8
  const copy = (count: number, p: Node): void => {
    const sources = [code.variable('source', plus(from, times(p, rowBytes)))]
    while (sources.length < count) sources.push(code.variable('source', plus(get(sources[sources.length - 1]), rowBytes)))
    const target = code.variable('target', plus(to, times(p, i32(bytes))))
    code.for('j', i32(0), columns, width, () => {
      sources.forEach((source, r) => {
        for (let at = 0; at < bytes; at += 16) code.store('v128.store', get(target), load('v128.load', get(source), at), r * bytes + at)
        code.set(source, plus(get(source), i32(bytes)))
      })
      code.set(target, plus(get(target), panelBytes))
    })
  }
  const whole = code.keep(floorTo(rows, 4))
  code.for('p', i32(0), whole, 4, (p) => copy(4, p))
  code.for('p', whole, rows, 1, (p) => copy(1, p))
  return code.function()
})

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
