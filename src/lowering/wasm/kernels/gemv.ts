// lowering/wasm/kernels: matrix times vector. The matrix is read once, in the order it lies in memory.
// Invariant: the result is seen as one row: an epilogue gets row 0 and the element's index as column.
import { Code, call, get, i32, i64, ins, load, type Node, v128, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { type Epilogue, finish, storeProduct } from './epilogue.ts'
import { bytesOf, floorTo, loadSingle, memoized, minus, parameters, plus, smaller, times } from './parts.ts'
import { narrow, rowSums } from './rowSums.ts'

/** Rows that are summed at a time. */
const together = 4

/**
 * (m, n, a, aRow, x, …): the products of the rows of a (m × n, rows aRow elements apart, columns side by side) with x, whose
 * elements lie side by side. The epilogue's parameters follow; without one they are (to, toRow), toRow being of no
 * consequence. Sums as in `dot`.
 */
export function gemvRows(bits: 32 | 64, epilogue?: Epilogue, name?: string): WasmFunction {
  return epilogue ? buildRows(bits, epilogue, name ?? 'gemvRows') : plainRows(bits)
}

const plainRows = memoized((bits: 32 | 64) => buildRows(bits, storeProduct[bits], `gemvRows_f${bits}`))

function buildRows(bits: 32 | 64, epilogue: Epilogue, name: string): WasmFunction {
  const code = new Code(name)
  const [m, n, a, aRow, x] = parameters(code, 'm n a aRow x')
  const extra = epilogue.params.map((p) => code.param(p.name, p.type))
  const distance = code.keep(bytesOf(aRow, bits))
  const whole = code.keep(floorTo(m, together))
  const row = (i: Node): Node => plus(a, times(i, distance))
  const several = rowsTogether(bits, epilogue, together)
  code.for('i', i32(0), whole, together, (i) => code.do(call(several, row(i), distance, x, n, i, ...extra)))
  const one = rowsTogether(bits, epilogue, 1)
  code.for('i', whole, m, 1, (i) => code.do(call(one, row(i), distance, x, n, i, ...extra)))
  return code.function()
}

/** (a, distance, x, n, i, …): some rows from row i on, the first at address a, `distance` bytes apart. */
function rowsTogether(bits: 32 | 64, epilogue: Epilogue, count: number): WasmFunction {
  const code = new Code(`rows${count}`)
  const L = new Lanes(code, bits)
  const [a, distance, x, n, i] = parameters(code, 'a distance x n i')
  const params = epilogue.params.map((p) => code.param(p.name, p.type))
  const starts = [a]
  while (starts.length < count) starts.push(code.keep(plus(starts[starts.length - 1], distance)))
  const sums = rowSums(code, bits, starts, x, n, count > 1 ? 2 : 8)
  const hoisted = (epilogue.row?.(L, i32(0), params) ?? []).map((h) => code.keep(h))
  const lanes = count > 1 ? L.count : 1
  for (let r = 0; r < count; r += lanes) {
    const value = sums.slice(r, r + lanes).reduce<Node>((v, s, l) => L.replace(v, l, narrow(bits, s)), v128(new Uint8Array(16)))
    epilogue.apply({ L, value: code.keep(value), row: i32(0), column: code.keep(plus(i, i32(r))), single: lanes === 1, params, hoisted })
  }
  return code.function()
}

/** Columns of a block: their sums stay in the first-level cache. */
const block = 1024
/** Rows after which float32 sums go on in float64. */
const pass = 256
/** Rows that are added at a time. */
const rowsAdded = 8

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
  const finishing = finish(bits, 0, epilogue)
  code.for('j', i32(0), n, block, (j) => {
    const columns = smaller(code, minus(n, j), i32(block))
    code.do(ins('memory.fill', work, i32(0), bytesOf(columns, bits)))
    ifGoesOn(() => code.do(ins('memory.fill', totals, i32(0), bytesOf(columns, 64))))
    const start = code.keep(plus(a, bytesOf(j, bits)))
    code.for('i', i32(0), m, pass, (i) => {
      const end = smaller(code, plus(i, i32(pass)), m)
      const whole = code.keep(plus(i, floorTo(minus(end, i), rowsAdded)))
      const add = (count: number, row: Node): void =>
        code.do(call(addRows({ bits, count }), plus(start, times(row, distance)), distance, plus(x, times(row, step)), step, work, columns))
      code.for('p', i, whole, rowsAdded, (p) => add(rowsAdded, p))
      code.for('p', whole, end, 1, (p) => add(1, p))
      ifGoesOn(() => code.do(call(addToTotals(null), work, totals, columns)))
    })
    ifGoesOn(() => code.do(call(totalsToSums(null), work, totals, columns)))
    code.do(call(finishing, work, i32(1), columns, i32(0), j, ...extra))
  })
  return code.function()
}

/** (a, distance, x, step, sums, n): adds x[r] · row r to the n sums for `count` rows. */
const addRows = memoized(({ bits, count }: { bits: 32 | 64; count: number }): WasmFunction => {
  const code = new Code(`addRows${count}_f${bits}`)
  const L = new Lanes(code, bits)
  const [a, distance, x, step, sums, n] = parameters(code, 'a distance x step sums n')
  const at = [code.variable('at', a)]
  const factorAt = code.variable('x', x)
  const factors = [code.keep(L.loadSplat(x))]
  while (at.length < count) {
    at.push(code.variable('at', plus(get(at[at.length - 1]), distance)))
    code.set(factorAt, plus(get(factorAt), step))
    factors.push(code.keep(L.loadSplat(get(factorAt))))
  }
  const to = code.variable('to', sums)
  const whole = code.keep(floorTo(n, L.count))
  const add = (fetch: (address: Node) => Node, bytes: number): void => {
    // Two chains, so that the additions overlap.
    const chains = [L.mul(fetch(get(at[0])), factors[0])]
    if (count > 1) chains.push(L.mul(fetch(get(at[1])), factors[1]))
    for (let r = 2; r < count; r++) chains[r % 2] = L.madd(fetch(get(at[r])), factors[r], chains[r % 2])
    const sum = L.add(fetch(get(to)), count > 1 ? L.add(chains[0], chains[1]) : chains[0])
    if (bytes === 16) L.store(get(to), sum)
    else code.storeLane(`v128.store${bits}_lane`, 0, get(to), sum)
    for (const address of [...at, to]) code.set(address, plus(get(address), i32(bytes)))
  }
  code.for('j', i32(0), whole, L.count, () => add((address) => L.load(address), 16))
  code.for('j', whole, n, 1, () => add((address) => loadSingle(bits, address), bits / 8))
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
