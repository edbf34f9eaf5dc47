// lowering/kernels: concatenation: each array is copied behind the one before it.
import type { Variable } from '../../graph/variable.ts'
import type { Context } from '../context.ts'
import { type Expr, number, plus } from '../ir.ts'
import type { Memory } from '../memory.ts'
import { checkSame, indexOf, over } from './loops.ts'

export function buildJoin(v: Variable, context: Context, memory: Memory): void {
  const { inputs, params } = v.owner!
  const axis = params.axis as number
  for (const x of inputs) v.shape.forEach((d, i) => i !== axis && checkSame(context, v, x.shape[i], d))
  const target = memory.allocate(v)
  let start: Expr = number(0)
  for (const x of inputs) {
    const from = start
    const shifted = (at: Expr[]): Expr[] => at.map((p, i) => (i === axis ? plus(p, from) : p))
    context.body.push(
      ...over(context, context.lengths(x), (at) => [
        { kind: 'store', array: target.array, index: indexOf(target, shifted(at)), value: context.element(x, at) },
      ]),
    )
    start = context.named(plus(start, context.dim(x.shape[axis])), 'start')
  }
}
