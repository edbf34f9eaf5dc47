// lowering/wasm/kernels: the register tile of the matrix product (the microkernel of Van Zee & van de Geijn 2015, BLIS).
// Invariant: a tile writes all its rows × columns, so it writes to working memory with room for whole tiles.
import { Code, get, i32, ins, type Local, type Node, select, v128, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { floorTo, memoized, parameters, plus } from './parts.ts'

export interface Tile {
  readonly bits: 32 | 64
  /** Rows, and vectors of columns, whose sums are held in registers: x86 engines have 15 for vectors. */
  readonly rows: number
  readonly vectors: number
}

/** Terms of an iteration. */
const unroll = 4

/**
 * (a, aRow, rows, b, bRow, to, toRow, k, again): to = a · b, or to += a · b when `again`. a is rows × k, its terms side by side; b
 * is k × the tile's width, columns side by side; rows are aRow, bRow and toRow bytes apart. Rows of a from `rows` on are not
 * read: the last one stands in for them.
 */
export const tile = memoized((t: Tile): WasmFunction => {
  const code = new Code(`tile_f${t.bits}_${t.rows}x${t.vectors}`)
  const L = new Lanes(code, t.bits)
  const [a, aRow, rows, b, bRow, to, toRow, k, again] = parameters(code, 'a aRow rows b bRow to toRow k again')
  const starts = [code.variable('a0', a)]
  for (let r = 1; r < t.rows; r++) {
    const above = get(starts[r - 1])
    starts.push(code.variable(`a${r}`, select(ins('i32.gt_s', rows, i32(r)), plus(above, aRow), above)))
  }
  const sums = Array.from({ length: t.rows * t.vectors }, (_, i) => code.variable(`s${i}`, v128(new Uint8Array(16))))
  const row = code.variable('row', b)
  const whole = code.keep(floorTo(k, unroll))
  code.for('p', i32(0), whole, unroll, () => terms(L, t, { starts, row, bRow, sums }, unroll))
  code.for('p', whole, k, 1, () => terms(L, t, { starts, row, bRow, sums }, 1))
  const targets = [to]
  while (targets.length < t.rows) targets.push(code.keep(plus(targets[targets.length - 1], toRow)))
  const place = (i: number): [Node, number] => [targets[Math.floor(i / t.vectors)], 16 * (i % t.vectors)]
  code.if(again, () => sums.forEach((s, i) => code.set(s, L.add(L.load(...place(i)), get(s)))))
  sums.forEach((s, i) => {
    const [at, offset] = place(i)
    L.store(at, get(s), offset)
  })
  return code.function()
})

interface State {
  /** Where the next term of each row of a is. */
  readonly starts: readonly Local[]
  /** The next row of b. */
  readonly row: Local
  readonly bRow: Node
  readonly sums: readonly Local[]
}

/** Adds `count` terms to the sums and moves on. */
function terms(L: Lanes, t: Tile, { starts, row, bRow, sums }: State, count: number): void {
  const { code } = L
  const size = t.bits / 8
  for (let p = 0; p < count; p++) {
    const factors = Array.from({ length: t.vectors }, (_, v) => L.keep(L.load(get(row), 16 * v), 'b'))
    code.set(row, plus(get(row), bRow))
    starts.forEach((start, r) => {
      const x = L.keep(L.loadSplat(get(start), p * size), 'x')
      factors.forEach((y, v) => {
        const sum = sums[r * t.vectors + v]
        code.set(sum, L.madd(x, y, get(sum)))
      })
    })
  }
  for (const start of starts) code.set(start, plus(get(start), i32(count * size)))
}
