// lowering/wasm/kernels: matrix times vector, by dot products of rows, a few rows at a time.
// Invariant: the result is seen as one row: an epilogue gets row 0 and the element's index as column.
import { Code, call, i32, type Node, v128, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { type Epilogue, storeProduct } from './epilogue.ts'
import { bytesOf, floorTo, memoized, parameters, plus, times } from './parts.ts'
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
