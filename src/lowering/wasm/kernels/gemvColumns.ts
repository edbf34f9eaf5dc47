// lowering/wasm/kernels: vector times matrix, by adding up rows, so that the matrix is read in the order it lies in memory.
// Invariant: the sums of a block of columns stay in working memory; float32 sums go on in float64 after `pass` rows.
import { Code, call, get, i32, i64, ins, type Local, load, type Node, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { type Epilogue, finish, storeElements, storeProduct } from './epilogue.ts'
import { bytesOf, floorTo, loadSingle, memoized, minus, parameters, plus, smaller, times } from './parts.ts'

/** Columns of a block: their sums stay in the first-level cache. */
const block = 2048
const pass = 256
/** Rows that are added at a time, from as many parts of a pass: each is read on from where it was left. */
const rowsAdded = 6

/** Bytes of working memory of gemvColumns: sums, and their float64 totals. */
export const gemvWorkBytes = (bits: 32 | 64): number => (block * bits) / 8 + (bits === 32 ? block * 8 : 0)

/**
 * (m, n, a, aRow, x, xStep, work, …): x · a, the sum of the rows of a (m × n, rows aRow elements apart, columns side by side)
 * times the elements of x, xStep elements apart; `work` is the address of gemvWorkBytes. Epilogue as for gemvRows.
 */
export function gemvColumns(bits: 32 | 64, epilogue?: Epilogue, name?: string): WasmFunction {
  return epilogue ? buildColumns(bits, epilogue, name ?? 'gemvColumns') : plainColumns(bits)
}

const plainColumns = memoized((bits: 32 | 64) => buildColumns(bits, storeProduct[bits], `gemvColumns_f${bits}`))

function buildColumns(bits: 32 | 64, epilogue: Epilogue, name: string): WasmFunction {
  const code = new Code(name)
  const [m, n, a, aRow, x, xStep, work] = parameters(code, 'm n a aRow x xStep work')
  const extra = epilogue.params.map((p) => code.param(p.name, p.type))
  const distance = code.keep(bytesOf(aRow, bits))
  const step = code.keep(bytesOf(xStep, bits))
  const totals = code.keep(plus(work, i32(block * 4)))
  const goesOn = code.keep(ins('i32.gt_s', m, i32(pass)))
  const ifGoesOn = (body: () => void): void => void (bits === 32 && code.if(goesOn, body))
  const finishing = finish(bits, epilogue)
  code.for('j', i32(0), n, block, (j) => {
    const columns = smaller(code, minus(n, j), i32(block))
    code.do(ins('memory.fill', work, i32(0), bytesOf(columns, bits)))
    ifGoesOn(() => code.do(ins('memory.fill', totals, i32(0), bytesOf(columns, 64))))
    const start = code.keep(plus(a, bytesOf(j, bits)))
    code.for('i', i32(0), m, pass, (i) => {
      const end = smaller(code, plus(i, i32(pass)), m)
      const part = code.keep(ins('i32.div_u', minus(end, i), i32(rowsAdded)))
      const apart = [distance, step].map((d) => code.keep(times(d, part)))
      const add = (count: number, row: Node): void =>
        code.do(call(addRows({ bits, count }), plus(start, times(row, distance)), apart[0], plus(x, times(row, step)), apart[1], work, columns))
      code.for('p', i, code.keep(plus(i, part)), 1, (p) => add(rowsAdded, p))
      code.for('p', code.keep(plus(i, times(part, i32(rowsAdded)))), end, 1, (p) => add(1, p))
      ifGoesOn(() => code.do(call(addToTotals(null), work, totals, columns)))
    })
    ifGoesOn(() => code.do(call(totalsToSums(null), work, totals, columns)))
    code.do(call(finishing, work, i32(0), i32(1), columns, i32(0), j, ...extra))
  })
  return code.function()
}

/**
 * (a, distance, x, step, sums, n): adds x[r] · row r to the n sums for `count` rows, the first at address a and `distance` bytes
 * apart; x's elements are `step` bytes apart.
 */
const addRows = memoized(({ bits, count }: { bits: 32 | 64; count: number }): WasmFunction => {
  const code = new Code(`addRows${count}_f${bits}`)
  const L = new Lanes(code, bits)
  const [a, distance, x, step, sums, n] = parameters(code, 'a distance x step sums n')
  const rows = [code.variable('at', a)]
  const factorAt = code.variable('x', x)
  const factors = [code.keep(L.loadSplat(x))]
  while (rows.length < count) {
    rows.push(code.variable('at', plus(get(rows[rows.length - 1]), distance)))
    code.set(factorAt, plus(get(factorAt), step))
    factors.push(code.keep(L.loadSplat(get(factorAt))))
  }
  const to = code.variable('to', sums)
  /** Adds at the addresses, `offset` bytes on. */
  const add = (offset: number, single: boolean): void => {
    const fetch = (at: Local): Node => (single ? loadSingle(bits, get(at)) : L.load(get(at), offset))
    // Two chains, so that the additions overlap.
    const chains = rows.slice(0, 2).map((at, r) => L.mul(fetch(at), factors[r]))
    for (let r = 2; r < count; r++) chains[r % 2] = L.madd(fetch(rows[r]), factors[r], chains[r % 2])
    const sum = chains.reduce((s, chain) => L.add(s, chain), fetch(to))
    if (single) storeElements(L, get(to), sum, true)
    else L.store(get(to), sum, offset)
  }
  const advance = (bytes: number): void => {
    for (const at of [...rows, to]) code.set(at, plus(get(at), i32(bytes)))
  }
  const main = code.keep(floorTo(n, 4 * L.count))
  const whole = code.keep(floorTo(n, L.count))
  code.for('j', i32(0), main, 4 * L.count, () => {
    for (let v = 0; v < 4; v++) add(16 * v, false)
    advance(64)
  })
  code.for('j', main, whole, L.count, () => {
    add(0, false)
    advance(16)
  })
  code.for('j', whole, n, 1, () => {
    add(0, true)
    advance(bits / 8)
  })
  return code.function()
})

/** (sums, totals, n): adds float32 sums to float64 totals and makes them 0. */
const addToTotals = memoized((_: null): WasmFunction => {
  const code = new Code('addToTotals')
  const [sums, totals, n] = parameters(code, 'sums totals n')
  code.for('j', i32(0), n, 2, (j) => {
    const from = code.keep(plus(sums, bytesOf(j, 32)))
    const to = code.keep(plus(totals, bytesOf(j, 64)))
    code.store('v128.store', to, ins('f64x2.add', load('v128.load', to), ins('f64x2.promote_low_f32x4', load('v128.load64_zero', from))))
    code.store('i64.store', from, i64(0n))
  })
  return code.function()
})

/** (sums, totals, n): the totals in float32. */
const totalsToSums = memoized((_: null): WasmFunction => {
  const code = new Code('totalsToSums')
  const [sums, totals, n] = parameters(code, 'sums totals n')
  code.for('j', i32(0), n, 2, (j) => {
    const total = ins('f32x4.demote_f64x2_zero', load('v128.load', plus(totals, bytesOf(j, 64))))
    code.storeLane('v128.store64_lane', 0, plus(sums, bytesOf(j, 32)), total)
  })
  return code.function()
})
