// lowering/kernels: writes to a part of an array: a copy of it, unless it is not needed any more, then a loop over the part.
import { add } from '../../graph/ops/arithmetic.ts'
import { castOps } from '../../graph/ops/logic.ts'
import type { Variable } from '../../graph/variable.ts'
import { type ReadAxis, sourceOf } from '../access.ts'
import type { Context, View } from '../context.ts'
import { isContainer } from '../inPlace.ts'
import { type Expr, load, number, opExpr, times } from '../ir.ts'
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
  const place = memory.placeOf(v)
  if (place === null) copyInto(context, target, x)
  const part = context.part(target, v.owner!.params.axes as readonly ReadAxis[], bounds)
  const atEnd = place !== null && isContainer(place)
  const element = atEnd ? kept(y, context, memory) : (at: readonly Expr[]) => context.element(y, at)
  const loops = over(context, context.lengths(y), (at) => {
    const index = indexOf(part, at)
    return [{ kind: 'store', array: part.array, index, value: combine(load(part.array, index), element(at)) }]
  })
  ;(atEnd ? memory.atEnd : context.body).push(...loops)
}

/** The elements of y as they are now, at the end of the call: others' memory may be overwritten by then. */
function kept(y: Variable, context: Context, memory: Memory): (at: readonly Expr[]) => Expr {
  if (sourceOf(y).rank === 0) return (at) => context.element(y, at)
  const lengths = context.lengths(y)
  const strides = lengths.map((_, axis) => lengths.slice(axis + 1).reduce(times, number(1)))
  const copy: View = { array: memory.copy(y), dtype: y.dtype, offset: number(0), strides, contiguous: true }
  copyInto(context, copy, y)
  return (at) => load(copy.array, indexOf(copy, at))
}
