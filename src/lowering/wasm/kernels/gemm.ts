// lowering/wasm/kernels: matrix product, blocked for the caches after Goto & van de Geijn (2008): a block of the right
// factor is packed for the second-level cache, rows of the left one are read where they lie if their terms lie side by side.
import { Code, call, get, i32, ins, type Node, select, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { type Epilogue, finish, storeProduct } from './epilogue.ts'
import { type Layout, packLeft, packRight } from './pack.ts'
import { bytesOf, equal, floorTo, less, memoized, minus, parameters, plus, smaller, times } from './parts.ts'
import { tile } from './tile.ts'

export interface Gemm {
  readonly bits: 32 | 64
  /** Lengths known when the program is built. */
  readonly m?: number
  readonly n?: number
  readonly k?: number
  /** Layouts known when the program is built; the function takes any where they are not. */
  readonly left?: Layout
  readonly right?: Layout
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
  /** Bytes of a packed block of the right and left factor and of the sums. */
  readonly right: number
  readonly left: number
  readonly sums: number
}

/** Terms of a pass, rows of a block, and the bytes of a row of the right block. */
const passTerms = 256
const blockRows = 192
const blockRowBytes = 2048
/** Up to so many rows, packing the right factor costs more than it gains, unless all its rows share cache sets. */
const fewRows = 16
const pageBytes = 4096

const ceilTo = (x: number, step: number): number => Math.ceil(x / step) * step

function blocking(p: Gemm): Blocking {
  const size = p.bits / 8
  const vectorsOfRow = p.n === undefined ? 2 : Math.ceil((p.n * size) / 16)
  const [rows, lowRows, vectors] = vectorsOfRow === 3 ? [3, 3, 3] : vectorsOfRow <= 1 ? [6, 6, 1] : [6, 4, 2]
  const width = (vectors * 16) / size
  const m = Math.min(blockRows, ceilTo(p.m ?? blockRows, rows))
  const k = Math.min(passTerms, ceilTo(p.k ?? passTerms, 4))
  const n = Math.min(Math.floor(blockRowBytes / size / width) * width, ceilTo(p.n ?? blockRowBytes, width))
  const leftRow = k * size + 64
  const sumsRow = n * size + 64
  const onePass = p.k !== undefined && p.k <= passTerms
  const sums = (onePass ? rows : m + rows) * sumsRow
  return { rows, lowRows, vectors, width, m, k, n, leftRow, sumsRow, right: k * n * size, left: p.left === 'rows' ? 0 : m * leftRow, sums }
}

/** Bytes of working memory that a product needs, at any address; about 1 MB if no lengths are known. */
export function gemmWorkBytes(p: Gemm): number {
  const b = blocking(p)
  return b.right + b.left + b.sums + 64
}

/**
 * (m, n, k, a, aRow, aColumn, b, bRow, bColumn, work, …): the product of a (m × k) and b (k × n), each with its address and
 * the distances of its rows and columns in elements; `work` is the address of gemmWorkBytes. The epilogue's parameters follow;
 * without one they are (to, toRow): the product is stored with rows toRow elements apart. Parameters whose values are known
 * are there but not read. k = 0 gives zeros. Terms are added up one after the other, in the dtype, in passes of at most 256, and
 * then the sums of the passes. What the epilogue stores must not overlap a, b or the working memory.
 */
export function gemm(p: Gemm, epilogue?: Epilogue, name?: string): WasmFunction {
  return epilogue ? build(p, epilogue, name ?? 'gemm') : plain(p)
}

const plain = memoized((p: Gemm): WasmFunction => {
  const known = (['m', 'n', 'k', 'left', 'right'] as const).filter((x) => p[x] !== undefined)
  return build(p, storeProduct[p.bits], `gemm_f${p.bits}${known.map((x) => `_${x}${p[x]}`).join('')}`)
})

function build(p: Gemm, epilogue: Epilogue, name: string): WasmFunction {
  const code = new Code(name)
  const own = parameters(code, 'm n k a aRow aColumn b bRow bColumn work')
  const extra = epilogue.params.map((x) => code.param(x.name, x.type))
  new Product(code, p, own, (strip, apart, height, columns, row, column) =>
    code.do(call(finish(p.bits, epilogue), strip, apart, height, columns, row, column, ...extra)),
  ).emit()
  return code.function()
}

/** Where a block begins in rows, columns and terms, and its lengths; `again`: sums of earlier terms are there. */
interface Block {
  readonly i: Node
  readonly j: Node
  readonly p: Node
  readonly rows: Node
  readonly columns: Node
  readonly terms: Node
  readonly again: Node
  readonly isLast: Node
}

/** Emits the loops over blocks. */
class Product {
  private readonly code: Code
  private readonly given: Gemm
  private readonly bits: 32 | 64
  private readonly sizes: Blocking
  private readonly m: Node
  private readonly n: Node
  private readonly k: Node
  private readonly a: readonly [at: Node, row: Node, column: Node]
  private readonly b: readonly [at: Node, row: Node, column: Node]
  /** Working memory. */
  private readonly right: Node
  private readonly left: Node
  private readonly sums: Node
  /** Does a sum take more than one pass? */
  private readonly severalPasses: Node
  /** Are whole panels of the right factor read where they lie? Null: never. */
  private readonly inPlace: Node | null
  /** Does the engine round products before it adds them? Null: it does not matter. */
  private readonly unfused: Node | null
  private readonly finish: (strip: Node, apart: Node, height: Node, columns: Node, row: Node, column: Node) => void

  constructor(code: Code, given: Gemm, own: readonly Node[], finish: Product['finish']) {
    const [m, n, k, a, aRow, aColumn, b, bRow, bColumn, work] = own
    const sizes = blocking(given)
    const known = (value: number | undefined, node: Node): Node => (value === undefined ? node : i32(value))
    this.code = code
    this.given = given
    this.bits = given.bits
    this.sizes = sizes
    this.m = known(given.m, m)
    this.n = known(given.n, n)
    this.k = known(given.k, k)
    this.a = [a, given.left === 'columns' ? i32(1) : aRow, given.left === 'rows' ? i32(1) : aColumn]
    this.b = [b, given.right === 'columns' ? i32(1) : bRow, given.right === 'rows' ? i32(1) : bColumn]
    this.right = code.keep(floorTo(plus(work, i32(63)), 64), 'right')
    this.left = code.keep(plus(this.right, i32(sizes.right)), 'left')
    this.sums = code.keep(plus(this.left, i32(sizes.left)), 'sums')
    this.severalPasses = code.keep(ins('i32.gt_s', this.k, i32(sizes.k)), 'severalPasses')
    this.inPlace = given.right === 'columns' || (given.m ?? 0) > fewRows ? null : code.keep(this.isInPlace(), 'inPlace')
    this.unfused = sizes.lowRows === sizes.rows ? null : code.keep(isUnfused(new Lanes(code, given.bits)), 'unfused')
    this.finish = finish
  }

  private isInPlace(): Node {
    const apart = ins('i32.and', bytesOf(this.b[1], this.bits), i32(pageBytes - 1))
    const few = select(equal(apart, i32(0)), i32(this.sizes.rows), i32(fewRows))
    return ins('i32.and', ins('i32.le_s', this.m, few), equal(this.b[2], i32(1)))
  }

  emit(): void {
    const { code, sizes, m, n, k } = this
    const perPass = this.perPass()
    code.for('j', i32(0), n, sizes.n, (j) => {
      const columns = smaller(code, minus(n, j), i32(sizes.n))
      code.for('i', i32(0), m, sizes.m, (i) => {
        const rows = smaller(code, minus(m, i), i32(sizes.m))
        const done = code.variable('done', i32(0))
        code.loop('p', () => {
          const p = get(code.variable('p', get(done)))
          const terms = smaller(code, minus(k, p), perPass)
          code.set(done, plus(p, terms))
          const isLast = code.keep(equal(get(done), k), 'isLast')
          this.block({ i, j, p, rows, columns, terms, again: code.keep(ins('i32.gt_s', p, i32(0))), isLast })
          return ins('i32.eqz', isLast)
        })
      })
    })
  }

  /** Terms of a pass: passes are as equal as multiples of 4 allow. */
  private perPass(): Node {
    const { code, k, sizes } = this
    const passes = code.keep(select(this.severalPasses, ins('i32.div_s', plus(k, i32(sizes.k - 1)), i32(sizes.k)), i32(1)))
    return code.keep(floorTo(plus(ins('i32.div_s', plus(k, minus(passes, i32(1))), passes), i32(3)), 4), 'perPass')
  }

  private element(factor: readonly [at: Node, row: Node, column: Node], i: Node, j: Node): Node {
    return plus(factor[0], bytesOf(plus(times(i, factor[1]), times(j, factor[2])), this.bits))
  }

  private block(block: Block): void {
    const { code, sizes } = this
    this.packRight(block)
    const [rowsAt, apart] = this.leftRows(block)
    const done = code.variable('done', i32(0))
    code.loop('strip', () => {
      const r = get(code.variable('r', get(done)))
      const rest = code.keep(minus(block.rows, r))
      const low = code.keep(this.unfused ? ins('i32.or', this.unfused, isLow(sizes, rest)) : i32(0), 'low')
      const height = smaller(code, rest, select(low, i32(sizes.lowRows), i32(sizes.rows)))
      const strip = code.keep(plus(this.sums, select(this.severalPasses, times(r, i32(sizes.sumsRow)), i32(0))))
      this.strip(block, code.keep(plus(rowsAt, times(r, apart))), apart, height, low, strip)
      code.if(block.isLast, () => this.finish(strip, i32(sizes.sumsRow), height, block.columns, plus(block.i, r), block.j))
      code.set(done, plus(r, height))
      return less(get(done), block.rows)
    })
  }

  /** Packs the block of the right factor, if it is not there already, or what is left of it beside whole panels in place. */
  private packRight({ i, j, p, columns, terms }: Block): void {
    const { code, bits, b, sizes, inPlace } = this
    code.if(ins('i32.or', equal(i, i32(0)), this.severalPasses), () => {
      const whole = code.keep(inPlace ? select(inPlace, this.wholePanels(columns), i32(0)) : i32(0))
      const pack = packRight({ bits, width: sizes.width, layout: this.given.right })
      code.do(call(pack, this.element(b, p, plus(j, whole)), b[1], b[2], this.right, terms, minus(columns, whole)))
    })
  }

  private wholePanels(columns: Node): Node {
    return minus(columns, ins('i32.rem_u', columns, i32(this.sizes.width)))
  }

  /** Address of and bytes between the rows of the left factor: its own, or packed ones if their terms do not lie side by side. */
  private leftRows({ i, p, rows, terms }: Block): [rowsAt: Node, apart: Node] {
    const { code, bits, a, sizes } = this
    const { left: layout } = this.given
    const rowsAt = code.variable('rowsAt', this.element(a, i, p))
    const apart = code.variable('apart', bytesOf(a[1], bits))
    const pack = (): void => {
      const packing = packLeft({ bits, layout: layout === 'columns' ? layout : undefined })
      code.do(call(packing, get(rowsAt), a[1], a[2], this.left, i32(sizes.leftRow / (bits / 8)), rows, terms))
      code.set(rowsAt, this.left)
      code.set(apart, i32(sizes.leftRow))
    }
    if (layout === 'columns') pack()
    else if (layout !== 'rows') code.if(ins('i32.ne', a[2], i32(1)), pack)
    return [get(rowsAt), get(apart)]
  }

  /** Multiplies the rows of a tile with all panels. */
  private strip(block: Block, row: Node, apart: Node, height: Node, low: Node, strip: Node): void {
    const { code, bits, b, sizes, inPlace } = this
    const { j, p, columns, terms, again } = block
    const widthBytes = i32((sizes.width * bits) / 8)
    const panel = code.variable('panel', this.right)
    const step = code.variable('step', times(terms, widthBytes))
    const bRow = code.variable('bRow', widthBytes)
    const whole = code.keep(inPlace ? select(inPlace, this.wholePanels(columns), i32(-1)) : i32(-1))
    if (inPlace)
      code.if(inPlace, () => {
        code.set(panel, this.element(b, p, j))
        code.set(step, widthBytes)
        code.set(bRow, bytesOf(b[1], bits))
      })
    const to = code.variable('to', strip)
    code.for('c', i32(0), columns, sizes.width, (c) => {
      if (inPlace)
        code.if(equal(c, whole), () => {
          code.set(panel, this.right)
          code.set(bRow, widthBytes)
        })
      this.tiles(low, minus(columns, c), (rows, vectors) => {
        const product = tile({ bits, rows, vectors })
        code.do(call(product, row, apart, height, get(panel), get(bRow), get(to), i32(sizes.sumsRow), terms, again))
      })
      code.set(panel, plus(get(panel), get(step)))
      code.set(to, plus(get(to), i32(16 * sizes.vectors)))
    })
  }

  /** Chooses the tile for what is left of the columns. A low tile has all vectors: one of more rows would write into the next strip. */
  private tiles(low: Node, columns: Node, multiply: (rows: number, vectors: number) => void): void {
    const { code, given, bits } = this
    const { rows, lowRows, vectors, width } = this.sizes
    const last = given.n === undefined ? 1 : given.n % width
    const mayBeNarrow = vectors > 1 && last > 0 && last <= 128 / bits
    const high = (): void => {
      if (mayBeNarrow)
        code.if(
          ins('i32.le_s', columns, i32(128 / bits)),
          () => multiply(rows, 1),
          () => multiply(rows, vectors),
        )
      else multiply(rows, vectors)
    }
    if (lowRows === rows) high()
    else code.if(low, () => multiply(lowRows, vectors), high)
  }
}

/**
 * Is madd a multiplication and an addition? Then products need registers of their own, for which x86 has none left in a tile of 6 × 2
 * vectors: 4 × 2 is faster. (1 + ε)² - 1 is 2ε after rounding of the square to the dtype, 2ε + ε² without.
 */
function isUnfused(L: Lanes): Node {
  const eps = L.bits === 64 ? 2 ** -27 : 2 ** -12
  return ins('i32.eqz', L.any(L.ne(L.madd(L.c(1 + eps), L.c(1 + eps), L.c(-1)), L.c(2 * eps))))
}

/** Is the next tile one of fewer rows? With 6 and 4, all even heights but 2 are met exactly: 7 and 8 rows are two of 4. */
function isLow({ rows, lowRows }: Blocking, rest: Node): Node {
  const isTwoLow = ins('i32.lt_u', minus(rest, i32(rows + 1)), i32(Math.max(0, 2 * lowRows - rows)))
  return ins('i32.or', ins('i32.le_s', rest, i32(lowRows)), isTwoLow)
}
