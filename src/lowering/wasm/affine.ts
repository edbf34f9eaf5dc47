// lowering/wasm: how an index moves with a loop: index = rest + stride · i, where rest and stride do not change in the loop.
import { type Expr, minus, number, partsOf, plus, times } from '../ir.ts'

export interface Affine {
  readonly stride: Expr
  readonly rest: Expr
}

/** What a loop's body changes: its index and its constants, with their definitions. */
export interface Varying {
  readonly index: string
  readonly constants: ReadonlyMap<string, Expr>
  /** Arrays that the body stores into. */
  readonly stored: ReadonlySet<string>
  /** Variables that the body assigns. */
  readonly assigned: ReadonlySet<string>
  /** The constants that differ between iterations. */
  readonly moving: ReadonlySet<string>
}

/** Does an expression have one value for all iterations? */
export function isInvariant(e: Expr, v: Varying): boolean {
  if (e.kind === 'name') return e.name !== v.index && !v.assigned.has(e.name) && !v.moving.has(e.name)
  if (e.kind === 'load' && v.stored.has(e.array)) return false
  if (e.kind === 'call') return false
  return partsOf(e).every((part) => isInvariant(part, v))
}

const zero = number(0)

/** Null where the index does not move evenly. */
export function affine(e: Expr, v: Varying): Affine | null {
  if (isInvariant(e, v)) return { stride: zero, rest: e }
  if (e.kind === 'name') {
    if (e.name === v.index) return { stride: number(1), rest: zero }
    const definition = v.constants.get(e.name)
    return definition ? affine(definition, v) : null
  }
  if (e.kind !== 'op' || !e.type.weak || e.type.dtype !== 'int32' || e.args.length !== 2) return null
  const [a, b] = e.args.map((x) => affine(x, v))
  if (!a || !b) return null
  switch (e.op.name) {
    case 'add':
      return { stride: plus(a.stride, b.stride), rest: plus(a.rest, b.rest) }
    case 'sub':
      return { stride: minus(a.stride, b.stride), rest: minus(a.rest, b.rest) }
    case 'mul':
      return product(a, b) ?? product(b, a)
    default:
      return null
  }
}

/** (rest + stride·i) · factor, where the factor does not move. */
function product(a: Affine, factor: Affine): Affine | null {
  if (factor.stride.kind !== 'number' || factor.stride.value !== 0) return null
  return { stride: times(a.stride, factor.rest), rest: times(a.rest, factor.rest) }
}
