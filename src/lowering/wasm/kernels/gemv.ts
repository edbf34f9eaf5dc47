// lowering/wasm/kernels: matrix times vector, by dot products of rows, a few rows at a time.
// Invariant: the result is seen as one row: an epilogue gets row 0 and the element's index as column, elements in any order.
import { Code, call, i32, ins, type Node, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { type Epilogue, storeProduct } from './epilogue.ts'
import { bytesOf, memoized, parameters, plus, times } from './parts.ts'
import { narrow, rowSums } from './rowSums.ts'

/** Rows that are summed at a time, from as many parts of the matrix: each is read on from where it was left. */
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
  const row = (i: Node): Node => plus(a, times(i, distance))
  const finishing = finishElement(bits, epilogue)
  const several = rowsTogether(bits, epilogue, together, finishing)
  const one = rowsTogether(bits, epilogue, 1, finishing)
  const part = code.keep(ins('i32.div_u', m, i32(together)))
  const apart = code.keep(times(part, distance))
  const whole = code.keep(times(part, i32(together)))
  code.for('i', i32(0), part, 1, (i) => code.do(call(several, row(i), apart, x, n, i, part, ...extra)))
  code.for('i', whole, m, 1, (i) => code.do(call(one, row(i), i32(0), x, n, i, i32(0), ...extra)))
  return code.function()
}

/** (a, distance, x, n, i, step, …): `count` rows from row i on, `step` rows apart, the first at address a, `distance` bytes apart. */
function rowsTogether(bits: 32 | 64, epilogue: Epilogue, count: number, finishing: WasmFunction): WasmFunction {
  const code = new Code(`rows${count}`)
  const [a, distance, x, n, i, step] = parameters(code, 'a distance x n i step')
  const params = epilogue.params.map((p) => code.param(p.name, p.type))
  const starts = [a]
  while (starts.length < count) starts.push(code.keep(plus(starts[starts.length - 1], distance)))
  const sums = rowSums(code, bits, starts, x, n, count > 1 ? 2 : 8)
  sums.forEach((sum, r) => code.do(call(finishing, sum, r === 0 ? i : plus(i, times(step, i32(r))), ...params)))
  return code.function()
}

/** (sum, i, …): applies the epilogue to one sum, an f64. */
function finishElement(bits: 32 | 64, epilogue: Epilogue): WasmFunction {
  const code = new Code('finishElement')
  const L = new Lanes(code, bits)
  const sum = code.param('sum', 'f64')
  const i = code.param('i', 'i32')
  const params = epilogue.params.map((p) => code.param(p.name, p.type))
  const hoisted = (epilogue.row?.(L, i32(0), params) ?? []).map((h) => code.keep(h))
  epilogue.apply({ L, value: code.keep(L.splat(narrow(bits, sum))), row: i32(0), column: i, single: true, params, hoisted })
  return code.function()
}
