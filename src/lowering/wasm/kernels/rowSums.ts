// lowering/wasm/kernels: sums of products along rows. Invariant: no float32 lane adds up more than `perLane` terms before the
// sum goes on in float64, so that the error does not grow with the length.
import { type Code, get, i32, ins, type Local, lane, load, type Node, v128 } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { floorTo, less, plus, smaller } from './parts.ts'

const perLane = 128
const zero = (): Node => v128(new Uint8Array(16))

/** For each row the f64 sum of its products with x over n elements; `chains` sums a row run side by side. Addresses are kept. */
export function rowSums(code: Code, bits: 32 | 64, rows: readonly Node[], x: Node, n: Node, chains: number): Node[] {
  const L = new Lanes(code, bits)
  const at = [...rows, x].map((start) => code.variable('at', start))
  const totals = rows.map(() => code.variable('total', zero()))
  const sums = rows.map(() => Array.from({ length: chains }, () => code.variable('sum', zero())))
  const step = L.count * chains
  const main = code.keep(floorTo(n, step))
  const whole = code.keep(floorTo(n, L.count))
  const done = code.variable('done', i32(0))
  code.if(less(i32(0), main), () =>
    code.loop('block', () => {
      const end = bits === 64 ? main : smaller(code, plus(get(done), i32(perLane * step)), main)
      code.loop('p', () => {
        addTerms(L, at, sums)
        code.set(done, plus(get(done), i32(step)))
        return less(get(done), end)
      })
      sums.forEach((row, r) => fold(L, row, totals[r]))
      return less(get(done), main)
    }),
  )
  code.if(less(main, whole), () => {
    const firsts = sums.map((row) => row.slice(0, 1))
    code.for('p', main, whole, L.count, () => addTerms(L, at, firsts))
    firsts.forEach((row, r) => fold(L, row, totals[r]))
  })
  const results = totals.map((t) => code.variable('result', ins('f64.add', lane('f64x2.extract_lane', 0, get(t)), lane('f64x2.extract_lane', 1, get(t)))))
  code.for('p', whole, n, 1, () => {
    const y = code.keep(loadWide(bits, get(at[rows.length])))
    results.forEach((sum, r) => code.set(sum, ins('f64.add', get(sum), ins('f64.mul', loadWide(bits, get(at[r])), y))))
    for (const address of at) code.set(address, plus(get(address), i32(bits / 8)))
  })
  return results.map(get)
}

/** One vector of products to every sum; addresses move on. */
function addTerms(L: Lanes, at: readonly Local[], sums: readonly (readonly Local[])[]): void {
  const chains = sums[0].length
  const x = at[at.length - 1]
  for (let c = 0; c < chains; c++) {
    const y = L.keep(L.load(get(x), 16 * c))
    sums.forEach((row, r) => L.code.set(row[c], L.madd(L.load(get(at[r]), 16 * c), y, get(row[c]))))
  }
  for (const address of at) L.code.set(address, plus(get(address), i32(16 * chains)))
}

/** Adds the sums to the total, an f64x2, and makes them 0. */
function fold(L: Lanes, sums: readonly Local[], total: Local): void {
  const { code } = L
  const sum = code.keep(sums.slice(1).reduce((s, x) => L.add(s, get(x)), get(sums[0])))
  const wide =
    L.bits === 64 ? sum : ins('f64x2.add', ins('f64x2.promote_low_f32x4', sum), ins('f64x2.promote_low_f32x4', lane('i8x16.shuffle', highFirst, sum, sum)))
  code.set(total, ins('f64x2.add', get(total), wide))
  for (const s of sums) code.set(s, zero())
}

const highFirst = Array.from({ length: 16 }, (_, i) => (i + 8) % 16)

/** An element as f64. */
export const loadWide = (bits: 32 | 64, address: Node): Node => (bits === 64 ? load('f64.load', address) : ins('f64.promote_f32', load('f32.load', address)))

/** An f64 in the dtype of `bits`. */
export const narrow = (bits: 32 | 64, x: Node): Node => (bits === 64 ? x : ins('f32.demote_f64', x))
