// lowering/wasm/kernels: matrix product, blocked for the caches after Goto & van de Geijn (2008): a block of the right
// factor is packed for the second-level cache, rows of the left one are read where they lie if their terms lie side by side.
import { Code, call, get, i32, ins, type Node, select, type WasmFunction } from '../code.ts'
import { type Epilogue, finish, storeProduct } from './epilogue.ts'
import { packLeft, packRight } from './pack.ts'
import { bytesOf, equal, floorTo, less, memoized, minus, parameters, plus, smaller, times } from './parts.ts'
import { tile } from './tile.ts'

export interface Gemm {
  readonly bits: 32 | 64
  /** Lengths known when the program is built. */
  readonly m?: number
  readonly n?: number
  readonly k?: number
}

/** Sizes of one block, in elements, and of its working memory. */
interface Blocking {
  /** Of a register tile, and the rows of one for what is left of a block. */
  readonly rows: number
  readonly lowRows: number
  readonly vectors: number
  readonly width: number
  /** Of a block: rows (m), terms (k) and columns (n). */
  readonly m: number
  readonly k: number
  readonly n: number
  /** Bytes between rows of the packed left block and of the sums: not a power of two, whose rows would share cache sets. */
  readonly leftRow: number
  readonly sumsRow: number
}

function blocking({ bits, n }: Gemm): Blocking {
  const size = bits / 8
  const columns = bits === 64 ? 256 : 512
  const vectorsOfRow = n === undefined ? 2 : Math.ceil(n / (128 / bits))
  const [rows, lowRows, vectors] = vectorsOfRow === 3 ? [3, 3, 3] : vectorsOfRow <= 1 ? [6, 6, 1] : [6, 4, 2]
  const width = (vectors * 128) / bits
  const block = { m: 192, k: 256, n: Math.floor(columns / width) * width }
  return { rows, lowRows, vectors, width, ...block, leftRow: block.k * size + 64, sumsRow: block.n * size + 64 }
}

/** Bytes of working memory that a product needs, whatever its lengths; any alignment. */
export function gemmWorkBytes(parameters: Gemm): number {
  const b = blocking(parameters)
  return (b.k * b.n * parameters.bits) / 8 + b.m * (b.leftRow + b.sumsRow) + 64
}

/**
 * (m, n, k, a, aRow, aColumn, b, bRow, bColumn, work, …): the product of a (m × k) and b (k × n), each with its address and
 * the distances of its rows and columns in elements; `work` is the address of gemmWorkBytes. The epilogue's parameters follow;
 * without one they are (to, toRow): the product is stored with rows toRow elements apart. k = 0 gives zeros.
 * Sums of up to 256 terms are added up one after the other in the dtype, then these sums. What the epilogue stores must not
 * overlap a, b or the working memory.
 */
export function gemm(parameters: Gemm, epilogue?: Epilogue, name?: string): WasmFunction {
  return epilogue ? build(parameters, epilogue, name ?? 'gemm') : plain(parameters)
}

const plain = memoized((p: Gemm): WasmFunction => {
  const known = (['m', 'n', 'k'] as const).filter((d) => p[d] !== undefined)
  return build(p, storeProduct[p.bits], `gemm_f${p.bits}${known.map((d) => `_${d}${p[d]}`).join('')}`)
})

function build(p: Gemm, epilogue: Epilogue, name: string): WasmFunction {
  const code = new Code(name)
  const own = parameters(code, 'm n k a aRow aColumn b bRow bColumn work')
  const extra = epilogue.params.map((x) => code.param(x.name, x.type))
  const [m, n, k] = (['m', 'n', 'k'] as const).map((d, i) => (p[d] === undefined ? own[i] : i32(p[d])))
  const sizes = blocking(p)
  const right = code.keep(ins('i32.and', plus(own[9], i32(63)), i32(-64)), 'right')
  const left = code.keep(plus(right, i32((sizes.k * sizes.n * p.bits) / 8)), 'left')
  const sums = code.keep(plus(left, i32(sizes.m * sizes.leftRow)), 'sums')
  const passes = code.keep(ins('i32.div_u', plus(k, i32(sizes.k - 1)), i32(sizes.k)), 'passes')
  const severalPasses = code.keep(ins('i32.gt_u', passes, i32(1)), 'severalPasses')
  const parts = code.keep(select(severalPasses, passes, i32(1)))
  // As equal as whole iterations allow.
  const perPass = code.keep(floorTo(plus(ins('i32.div_s', plus(k, minus(parts, i32(1))), parts), i32(3)), 4), 'perPass')
  const finishing = finish(p.bits, sizes.sumsRow, epilogue)
  code.for('j', i32(0), n, sizes.n, (j) => {
    const columns = smaller(code, minus(n, j), i32(sizes.n))
    code.for('i', i32(0), m, sizes.m, (i) => {
      const rows = smaller(code, minus(m, i), i32(sizes.m))
      const done = code.variable('done', i32(0))
      code.loop('p', () => {
        const from = get(code.variable('from', get(done)))
        const count = smaller(code, minus(k, from), perPass)
        code.set(done, plus(from, count))
        const block: Block = { i, j, p: from, rows, columns, count, again: code.keep(ins('i32.gt_s', from, i32(0))) }
        code.if(ins('i32.or', equal(i, i32(0)), severalPasses), () => packBlock(code, p.bits, sizes, own, block, right))
        const strips = leftRows(code, p.bits, sizes, own, block, left)
        const end = code.keep(equal(get(done), k), 'last')
        eachStrip(code, p.bits, sizes, block, { ...strips, right, sums, severalPasses }, (strip, r, height) =>
          code.if(end, () => code.do(call(finishing, strip, height, columns, plus(i, r), j, ...extra))),
        )
        return less(get(done), k)
      })
    })
  })
  return code.function()
}

/** Where a block begins in rows, columns and terms, and its lengths; `again`: sums of earlier terms are there. */
interface Block {
  readonly i: Node
  readonly j: Node
  readonly p: Node
  readonly rows: Node
  readonly columns: Node
  readonly count: Node
  readonly again: Node
}

const element = (bits: 32 | 64, base: Node, i: Node, row: Node, j: Node, column: Node): Node => plus(base, bytesOf(plus(times(i, row), times(j, column)), bits))

function packBlock(code: Code, bits: 32 | 64, sizes: Blocking, own: readonly Node[], { j, p, count, columns }: Block, right: Node): void {
  const [, , , , , , b, bRow, bColumn] = own
  code.do(call(packRight({ bits, width: sizes.width }), element(bits, b, p, bRow, j, bColumn), bRow, bColumn, right, count, columns))
}

/** Address of and bytes between the rows of the left factor: its own, or packed ones if their terms do not lie side by side. */
function leftRows(code: Code, bits: 32 | 64, sizes: Blocking, own: readonly Node[], { i, p, rows, count }: Block, left: Node): { rowsAt: Node; apart: Node } {
  const [, , , a, aRow, aColumn] = own
  const rowsAt = code.variable('rowsAt', element(bits, a, i, aRow, p, aColumn))
  const apart = code.variable('apart', bytesOf(aRow, bits))
  code.if(ins('i32.ne', aColumn, i32(1)), () => {
    code.do(call(packLeft({ bits, toRow: (sizes.leftRow * 8) / bits }), get(rowsAt), aRow, aColumn, left, rows, count))
    code.set(rowsAt, left)
    code.set(apart, i32(sizes.leftRow))
  })
  return { rowsAt: get(rowsAt), apart: get(apart) }
}

interface Operands {
  readonly rowsAt: Node
  readonly apart: Node
  readonly right: Node
  readonly sums: Node
  readonly severalPasses: Node
}

/** Multiplies strips of as many rows as a tile has with all panels; `then` sees the address of each strip's sums. */
function eachStrip(code: Code, bits: 32 | 64, sizes: Blocking, block: Block, at: Operands, then: (strip: Node, row: Node, height: Node) => void): void {
  const panelBytes = code.keep(times(block.count, i32((sizes.width * bits) / 8)))
  const done = code.variable('done', i32(0))
  code.loop('r', () => {
    const r = get(code.variable('r', get(done)))
    const rest = code.keep(minus(block.rows, r))
    const low = code.keep(isLow(sizes, rest), 'low')
    const height = smaller(code, rest, select(low, i32(sizes.lowRows), i32(sizes.rows)))
    const strip = code.keep(plus(at.sums, select(at.severalPasses, times(r, i32(sizes.sumsRow)), i32(0))))
    const row = code.keep(plus(at.rowsAt, times(r, at.apart)))
    const panel = code.variable('panel', at.right)
    const to = code.variable('to', strip)
    const multiply = (rows: number): void => {
      const product = tile({ bits, rows, vectors: sizes.vectors, toRow: sizes.sumsRow })
      code.do(call(product, row, at.apart, height, get(panel), get(to), block.count, block.again))
    }
    code.for('c', i32(0), block.columns, sizes.width, () => {
      if (sizes.lowRows === sizes.rows) multiply(sizes.rows)
      else
        code.if(
          low,
          () => multiply(sizes.lowRows),
          () => multiply(sizes.rows),
        )
      code.set(panel, plus(get(panel), panelBytes))
      code.set(to, plus(get(to), i32(16 * sizes.vectors)))
    })
    then(strip, r, height)
    code.set(done, plus(r, height))
    return less(get(done), block.rows)
  })
}

/** Is the next tile one of fewer rows? With 6 and 4, all even heights but 2 are met exactly: 7 and 8 rows are two of 4. */
function isLow({ rows, lowRows }: Blocking, rest: Node): Node {
  const isTwoLow = ins('i32.lt_u', minus(rest, i32(rows + 1)), i32(Math.max(0, 2 * lowRows - rows)))
  return ins('i32.or', ins('i32.le_s', rest, i32(lowRows)), isTwoLow)
}
