// lowering/wasm/kernels: what is done with finished elements of a product, a vector at a time.
// Invariant: `apply` sees every element once, after all its terms are in.
import { Code, get, i32, ins, type Node, type Type, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { bytesOf, floorTo, less, loadSingle, parameters, plus, times } from './parts.ts'

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
 * (from, rows, columns, row, column, …): applies the epilogue to the rows × columns in working memory, fromRow bytes apart,
 * the first of which is (row, column) of the product.
 */
export function finish(bits: 32 | 64, fromRow: number, epilogue: Epilogue): WasmFunction {
  const code = new Code('finish')
  const L = new Lanes(code, bits)
  const [from, rows, columns, firstRow, firstColumn] = parameters(code, 'from rows columns row column')
  const params = epilogue.params.map((p) => code.param(p.name, p.type))
  const vectors = code.keep(plus(firstColumn, floorTo(columns, L.count)))
  const end = code.keep(plus(firstColumn, columns))
  const afterLast = code.keep(plus(firstRow, rows))
  const start = code.variable('start', from)
  code.for('row', firstRow, afterLast, 1, (row) => {
    const hoisted = (epilogue.row?.(L, row, params) ?? []).map((x) => code.keep(x))
    const at = code.variable('at', get(start))
    const column = code.variable('column', firstColumn)
    const each = (single: boolean, to: Node): void =>
      code.if(less(get(column), to), () =>
        code.loop('column', () => {
          const value = code.keep(single ? loadSingle(bits, get(at)) : L.load(get(at)), 'value')
          epilogue.apply({ L, value, row, column: get(column), single, params, hoisted })
          code.set(at, plus(get(at), i32(single ? bits / 8 : 16)))
          code.set(column, plus(get(column), i32(single ? 1 : L.count)))
          return ins('i32.lt_s', get(column), to)
        }),
      )
    each(false, vectors)
    each(true, end)
    code.set(start, plus(get(start), i32(fromRow)))
  })
  return code.function()
}
