// lowering/kernels: writes to a part of an array: a copy of it, unless it is not needed any more, then a loop over the part.
import { add } from '../../graph/ops/arithmetic.ts'
import { castOps } from '../../graph/ops/logic.ts'
import type { Variable } from '../../graph/variable.ts'
import type { ReadAxis } from '../access.ts'
import type { Context } from '../context.ts'
import { type Expr, load, opExpr } from '../ir.ts'
import type { Memory } from '../memory.ts'
import { copyInto, indexOf, over } from './loops.ts'

export const buildSetSubtensor = (v: Variable, context: Context, memory: Memory): void => write(v, context, memory, (_, y) => y)
export const buildIncSubtensor = (v: Variable, context: Context, memory: Memory): void => write(v, context, memory, (old, y) => stored(v, old, y))

/** The sum as v's array takes it: integer arrays wrap by themselves, bools do not. */
export function stored(v: Variable, old: Expr, y: Expr): Expr {
  const sum = opExpr(add.op, [old, y], { dtype: 'float64', weak: true })
  return v.dtype === 'bool' ? opExpr(castOps.bool, [sum], v) : sum
}

function write(v: Variable, context: Context, memory: Memory, combine: (old: Expr, y: Expr) => Expr): void {
  const [x, y, ...bounds] = v.owner!.inputs
  const target = memory.allocate(v)
  if (memory.placeOf(v) === null) copyInto(context, target, x)
  const part = context.part(target, v.owner!.params.axes as readonly ReadAxis[], bounds)
  context.body.push(
    ...over(context, context.lengths(y), (at) => {
      const index = indexOf(part, at)
      return [{ kind: 'store', array: part.array, index, value: combine(load(part.array, index), context.element(y, at)) }]
    }),
  )
}
