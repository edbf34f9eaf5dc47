// lowering/wasm/kernels: what is done with finished elements of a product, a vector at a time.
// Invariant: `apply` sees every element once, after all its terms are in.
import { Code, get, i32, type Node, type Type, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { bytesOf, floorTo, loadSingle, parameters, plus, times } from './parts.ts'

/** A vector of finished elements: (row, column) … (row, column + L.count - 1), or one. */
export interface Finished {
  readonly L: Lanes
  /** Kept: may be used more than once. */
  readonly value: Node
  readonly row: Node
  readonly column: Node
  /** Only lane 0 counts: single elements must be loaded and stored. */
  readonly single: boolean
  /** The epilogue's own parameters, in order. */
  readonly params: readonly Node[]
  /** What `row` gave for this row. */
  readonly hoisted: readonly Node[]
}

export interface Epilogue {
  /** Parameters that the kernel's function gets after its own. */
  readonly params: readonly { readonly name: string; readonly type: Type }[]
  /** Values that all vectors of a row share, such as addresses. */
  readonly row?: (L: Lanes, row: Node, params: readonly Node[]) => Node[]
  /** Emits what becomes of a vector: must store it, or nothing is left of it. */
  readonly apply: (at: Finished) => void
}

/** Parameters (to, toRow): stores the product, rows toRow elements apart. */
export const storeProduct: Record<32 | 64, Epilogue> = { 32: storing(32), 64: storing(64) }

function storing(bits: 32 | 64): Epilogue {
  return {
    params: [
      { name: 'to', type: 'i32' },
      { name: 'toRow', type: 'i32' },
    ],
    row: (_, row, [to, toRow]) => [plus(to, bytesOf(times(row, toRow), bits))],
    apply: ({ L, value, column, single, hoisted: [start] }) => storeElements(L, plus(start, bytesOf(column, bits)), value, single),
  }
}

/** Loads L.count elements, or one into lane 0. */
export const loadElements = (L: Lanes, address: Node, single: boolean): Node => (single ? loadSingle(L.bits, address) : L.load(address))

/** Stores L.count elements, or the one in lane 0. */
export function storeElements(L: Lanes, address: Node, value: Node, single: boolean): void {
  if (single) L.code.storeLane(`v128.store${L.bits}_lane`, 0, address, value)
  else L.store(address, value)
}

/**
 * (from, fromRow, rows, columns, row, column, …): applies the epilogue to the rows × columns in working memory, fromRow bytes
 * apart, the first of which is (row, column) of the product. The same function for the same epilogue.
 */
export function finish(bits: 32 | 64, epilogue: Epilogue): WasmFunction {
  const known = finishes[bits].get(epilogue)
  if (known) return known
  const made = buildFinish(bits, epilogue)
  finishes[bits].set(epilogue, made)
  return made
}

const finishes: Record<32 | 64, WeakMap<Epilogue, WasmFunction>> = { 32: new WeakMap(), 64: new WeakMap() }

function buildFinish(bits: 32 | 64, epilogue: Epilogue): WasmFunction {
  const code = new Code('finish')
  const L = new Lanes(code, bits)
  const [from, fromRow, rows, columns, firstRow, firstColumn] = parameters(code, 'from fromRow rows columns row column')
  const params = epilogue.params.map((p) => code.param(p.name, p.type))
  const vectors = code.keep(plus(firstColumn, floorTo(columns, L.count)))
  const end = code.keep(plus(firstColumn, columns))
  const start = code.variable('start', from)
  code.for('row', firstRow, code.keep(plus(firstRow, rows)), 1, (row) => {
    const hoisted = (epilogue.row?.(L, row, params) ?? []).map((x) => code.keep(x))
    const at = code.variable('at', get(start))
    const each = (single: boolean, begin: Node, to: Node): void =>
      code.for('column', begin, to, single ? 1 : L.count, (column) => {
        const value = code.keep(single ? loadSingle(bits, get(at)) : L.load(get(at)), 'value')
        epilogue.apply({ L, value, row, column, single, params, hoisted })
        code.set(at, plus(get(at), i32(single ? bits / 8 : 16)))
      })
    each(false, firstColumn, vectors)
    each(true, vectors, end)
    code.set(start, plus(get(start), fromRow))
  })
  return code.function()
}
