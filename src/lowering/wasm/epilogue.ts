// lowering/wasm: an elementwise nest over the elements of a product as the product's epilogue: bias, activation, scale, the update of a
// weight. Invariant: the nest reads the product at its own position only, and nothing else reads it.
import { print } from '../emitJs.ts'
import { type Expr, freeNames, name, number, partsOf, type Stmt } from '../ir.ts'
import { affine, type Varying } from './affine.ts'
import { type Code, get, i32, ins, type Local, type Node } from './code.ts'
import type { Epilogue, Finished } from './kernels/epilogue.ts'
import { type Machine, Machines, type Outside, wasmType } from './machine.ts'
import { constantsOf, type For, planOf } from './plan.ts'
import { Scalars } from './scalar.ts'
import { type Lanewise, Values } from './values.ts'

/** A nest over rows and columns. */
export interface ProductNest {
  readonly row: For
  /** Constants of a row, before its columns. */
  readonly constants: readonly (Stmt & { kind: 'const' })[]
  readonly column: For
}

/** The statement as a nest over rows and columns from 0 on; null where it is something else. */
export function nestOf(s: Stmt): ProductNest | null {
  if (s.kind !== 'for' || !fromZero(s)) return null
  const column = s.body.at(-1)
  const constants = s.body.slice(0, -1)
  if (column?.kind !== 'for' || !fromZero(column) || !constants.every((c) => c.kind === 'const')) return null
  return { row: s, constants: constants as ProductNest['constants'], column }
}

const fromZero = (s: For): boolean => s.step === 1 && s.from.kind === 'number' && s.from.value === 0

export interface FusedEpilogue {
  readonly epilogue: Epilogue
  /** What the epilogue's parameters are in the function that calls the kernel. */
  readonly args: readonly Expr[]
}

/** The nest as an epilogue on vectors of `count` columns; null where it needs others, or its order matters. `product` is the name of the array that holds no memory. */
export function epilogueOf(nest: ProductNest, product: string, count: number, outside: Outside): FusedEpilogue | null {
  const machines = new Machines([nest.row], outside)
  const plan = planOf(nest.column, machines)
  if (!plan || plan.count !== count || plan.accumulations.size > 0 || plan.lanewise) return null
  if (!readsOwnPlaceOnly(nest, product, plan.varying)) return null
  // The lengths of the nest are the kernel's own.
  const inner: For = { ...nest.column, to: number(0) }
  const free = freeNames([{ ...nest.row, to: number(0), body: [...nest.constants, inner] }]).filter((n) => n !== product)
  const params = free.map((n) => ({ name: n, type: outside.arrays.has(n) ? ('i32' as const) : wasmType(machines.ofName(n)) }))
  const bound = (code: Code, given: readonly Node[], row: Node): Scalars => {
    const scalars = new Scalars(code, machines, () => false)
    free.forEach((n, i) => scalars.bind(n, given[i]))
    scalars.bind(nest.row.index, row)
    return scalars
  }
  const epilogue: Epilogue = {
    params,
    row: (L, row, given) => {
      const scalars = bound(L.code, given, row)
      return nest.constants.map((s) => {
        const node = L.code.keep(scalars.emit(s.value, machines.ofName(s.name)), s.name)
        scalars.bind(s.name, node)
        return node
      })
    },
    apply: (at) => {
      const scalars = bound(at.L.code, at.params, at.row)
      nest.constants.forEach((s, i) => scalars.bind(s.name, at.hoisted[i]))
      const values = new Values(new FinishedLoop(nest.column, plan, scalars, at), at.single ? { kind: 'single' } : { kind: 'full' }, 0, !at.single)
      values.know(product, at.value, count === 2 ? 'f64' : 'f32')
      for (const s of nest.column.body) if (s.kind === 'store') values.store(s.array, s.index, s.value)
    },
  }
  return { epilogue, args: free.map((n) => name(n)) }
}

/** Is the product read at the nest's row and column and nowhere else, and not written? */
function readsOwnPlaceOnly(nest: ProductNest, product: string, varying: Varying): boolean {
  const places = new Set<string>()
  const inside = (e: Expr): void => {
    if (e.kind === 'load' && e.array === product) places.add(print(e.index).text)
    for (const part of partsOf(e)) inside(part)
  }
  for (const s of nest.column.body) if (s.kind === 'const' || s.kind === 'store') inside(s.value)
  for (const s of nest.constants) inside(s.value)
  if (places.size !== 1 || varying.stored.has(product)) return false
  return nest.column.body.some((s) => (s.kind === 'const' || s.kind === 'store') && readsMoving(s.value, product, varying))
}

const readsMoving = (e: Expr, product: string, varying: Varying): boolean => {
  if (e.kind === 'load' && e.array === product) {
    const at = affine(e.index, varying)
    return at?.stride.kind === 'number' && at.stride.value === 1
  }
  return partsOf(e).some((part) => readsMoving(part, product, varying))
}

/** The loop over columns as values see it, for one finished vector: nothing is kept from one vector to the next. */
class FinishedLoop implements Lanewise {
  readonly plan: Lanewise['plan']
  readonly scalars: Scalars
  readonly code: Code
  readonly i: Local

  constructor(column: For, plan: Lanewise['plan'], scalars: Scalars, at: Finished) {
    this.plan = plan
    this.scalars = scalars
    this.code = at.L.code
    this.i = this.code.variable(column.index, at.column)
    scalars.bind(column.index, get(this.i))
    scalars.statements(constantsOf(column, plan))
  }

  invariant(e: Expr, want: Machine): Node {
    return this.scalars.stable(this.scalars.emit(e, want))
  }

  once(_: string, make: () => Node): Node {
    return this.code.keep(make())
  }

  stream(array: string, index: Expr): { readonly address: Node; readonly bytes: number } | null {
    const at = affine(index, this.plan.varying)
    if (at?.stride.kind !== 'number' || at.stride.value !== 1) return null
    const bytes = this.scalars.machines.bytesOf(array)
    const start = this.scalars.address(array, at.rest)
    return { address: this.code.keep(ins('i32.add', start, ins('i32.mul', get(this.i), i32(bytes)))), bytes }
  }

  base(array: string, rest: Expr): Node {
    return this.scalars.address(array, rest)
  }
}
