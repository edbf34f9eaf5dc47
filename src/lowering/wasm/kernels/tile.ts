// lowering/wasm/kernels: the register tile of the matrix product (the microkernel of Van Zee & van de Geijn 2015, BLIS).
// Invariant: a tile writes all its rows × columns, so `to` is working memory with room for whole tiles.
import { Code, get, i32, ins, type Local, select, v128, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { floorTo, memoized, plus } from './parts.ts'

export interface Tile {
  readonly bits: 32 | 64
  /** Rows, and vectors of columns, whose sums are held in registers: x86 engines have 15 for vectors. */
  readonly rows: number
  readonly vectors: number
  /** Bytes between the rows of the working memory it writes to. */
  readonly toRow: number
}

/** Terms of an iteration. */
const unroll = 4

/**
 * (a, aRow, rows, b, to, k, again): to = a · b, or to += a · b when `again`; a is rows × k with its rows aRow bytes apart and
 * terms side by side; b is packed, term by term, in a panel of the tile's width. Rows from `rows` on are not read: the last
 * one stands in for them.
 */
export const tile = memoized((t: Tile): WasmFunction => {
  const code = new Code(`tile_f${t.bits}_${t.rows}x${t.vectors}`)
  const L = new Lanes(code, t.bits)
  const a = code.param('a', 'i32')
  const aRow = code.param('aRow', 'i32')
  const rows = code.param('rows', 'i32')
  const b = code.param('b', 'i32')
  const to = code.param('to', 'i32')
  const k = code.param('k', 'i32')
  const again = code.param('again', 'i32')
  const starts = [code.variable('a0', a)]
  for (let r = 1; r < t.rows; r++) {
    const above = get(starts[r - 1])
    starts.push(code.variable(`a${r}`, select(ins('i32.gt_s', rows, i32(r)), plus(above, aRow), above)))
  }
  const sums = Array.from({ length: t.rows * t.vectors }, (_, i) => code.variable(`s${i}`, v128(new Uint8Array(16))))
  const panel = code.variable('b', b)
  const whole = code.keep(floorTo(k, unroll))
  code.for('p', i32(0), whole, unroll, () => terms(L, t, starts, panel, sums, unroll))
  code.for('p', whole, k, 1, () => terms(L, t, starts, panel, sums, 1))
  const offset = (i: number): number => Math.floor(i / t.vectors) * t.toRow + 16 * (i % t.vectors)
  code.if(again, () => sums.forEach((s, i) => code.set(s, L.add(L.load(to, offset(i)), get(s)))))
  sums.forEach((s, i) => L.store(to, get(s), offset(i)))
  return code.function()
})

/** Adds `count` terms to the sums and moves on. */
function terms(L: Lanes, t: Tile, starts: readonly Local[], panel: Local, sums: readonly Local[], count: number): void {
  const { code } = L
  const size = t.bits / 8
  for (let p = 0; p < count; p++) {
    const row = Array.from({ length: t.vectors }, (_, v) => L.keep(L.load(get(panel), 16 * (p * t.vectors + v)), 'b'))
    starts.forEach((start, r) => {
      const x = L.keep(L.loadSplat(get(start), p * size), 'x')
      row.forEach((y, v) => {
        const sum = sums[r * t.vectors + v]
        code.set(sum, L.madd(x, y, get(sum)))
      })
    })
  }
  for (const start of starts) code.set(start, plus(get(start), i32(count * size)))
  code.set(panel, plus(get(panel), i32(16 * t.vectors * count)))
}
