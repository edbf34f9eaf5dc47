// lowering/kernels: argmax and argmin along one axis: the first extreme, the first NaN if there is one.

import { and, eq, gt, lt, neq, or } from '../../graph/ops/logic.ts'
import type { Variable } from '../../graph/variable.ts'
import type { Context } from '../context.ts'
import { call, condition, type Expr, name, number, type Stmt } from '../ir.ts'
import type { Memory } from '../memory.ts'
import { indexOf, over } from './loops.ts'

export function buildArgExtreme(v: Variable, context: Context, memory: Memory): void {
  const [x] = v.owner!.inputs
  const axis = v.owner!.params.axis as number
  const count = context.dim(x.shape[axis])
  if (count.kind !== 'number' || count.value === 0) context.body.push({ kind: 'do', value: call('$t.notEmpty', count, context.label(v)) })
  const best = context.names.fresh('best')
  const position = context.names.fresh(v.name ?? v.owner!.op.name)
  const kept = [...x.shape.keys()].filter((i) => i !== axis)
  const search = (at: Expr[]): Stmt[] => {
    const along = (p: Expr): Expr =>
      context.element(
        x,
        x.shape.map((_, i) => (i === axis ? p : at[kept.indexOf(i)])),
      )
    return [
      { kind: 'let', name: best, value: along(number(0)) },
      { kind: 'let', name: position, value: number(0) },
      loopFrom1(context, kept.length, count, (p) => {
        const value = context.names.fresh('value')
        return [
          { kind: 'const', name: value, value: along(p) },
          {
            kind: 'if',
            test: better(v, name(value), name(best)),
            body: [
              { kind: 'assign', name: best, value: name(value) },
              { kind: 'assign', name: position, value: p },
            ],
          },
        ]
      }),
    ]
  }
  if (v.rank === 0) {
    context.body.push(...search([]))
    return context.setScalar(v, name(position))
  }
  const target = memory.allocate(v)
  context.body.push(
    ...over(context, context.lengths(v), (at) => [...search(at), { kind: 'store', array: target.array, index: indexOf(target, at), value: name(position) }]),
  )
}

function loopFrom1(context: Context, depth: number, to: Expr, body: (p: Expr) => Stmt[]): Stmt {
  const index = context.names.loopIndex(depth)
  return { kind: 'for', index, from: number(1), to, step: 1, body: body(name(index)) }
}

function better(v: Variable, value: Expr, best: Expr): Expr {
  const beyond = condition(v.owner!.op.name === 'argmax' ? gt.op : lt.op, value, best)
  if (v.owner!.inputs[0].dtype !== 'float64' && v.owner!.inputs[0].dtype !== 'float32') return beyond
  const firstNaN = condition(and.op, condition(neq.op, value, value), condition(eq.op, best, best))
  return condition(or.op, beyond, firstNaN)
}
