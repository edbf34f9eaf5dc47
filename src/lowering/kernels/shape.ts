// lowering/kernels: ops that usually are another look at the same memory: reshape, broadcastTo and sumTo copy only
// where they must.

import { dtypes } from '../../graph/dtype.ts'
import type { Variable } from '../../graph/variable.ts'
import type { Context, View } from '../context.ts'
import { call, type Expr, list, name, number, pureCall, times } from '../ir.ts'
import type { Memory } from '../memory.ts'
import { copyInto } from './loops.ts'

export function buildReshape(v: Variable, context: Context, memory: Memory): void {
  const [x] = v.owner!.inputs
  const known = [...x.shape, ...v.shape].every((d) => typeof d === 'number')
  if (!known) context.body.push({ kind: 'do', value: call('$t.checkReshape', context.shapeList(x), context.shapeList(v), context.label(v)) })
  const source = context.view(x)
  if (v.rank === 0)
    return context.setScalar(
      v,
      context.element(
        x,
        x.shape.map(() => number(0)),
      ),
    )
  if (!source?.contiguous) return copyInto(context, { ...memory.allocate(v), strides: rowMajorLike(context, x) }, x)
  context.setView(v, { ...source, strides: rowMajorLike(context, v) })
}

function rowMajorLike(context: Context, v: Variable): readonly Expr[] {
  const lengths = context.lengths(v)
  return lengths.map((_, axis) => context.named(lengths.slice(axis + 1).reduce(times, number(1)), 'stride'))
}

/** Lengths that were not known to fit: the same memory when they do, a repeated copy when one is 1. */
export function buildBroadcastTo(v: Variable, context: Context): void {
  const [x] = v.owner!.inputs
  const view = context.view(x)
  if (view === null) throw new Error('broadcastTo of a formula')
  const [array, offset] = context.storage.typed(view)
  const repeated = call('$t.broadcast', array, offset, list(view.strides), context.shapeList(x), context.shapeList(v), context.label(v))
  const copy = context.storage.placed(repeated)
  if (!view.contiguous) return void context.setArray(v, constantOf(context, v, copy))
  choose(v, context, view, copy)
}

export function buildSumTo(v: Variable, context: Context): void {
  const [x] = v.owner!.inputs
  const view = context.view(x)!
  const [array, offset] = context.storage.typed(view)
  const data: Expr = { kind: 'call', callee: `${(array as Expr & { kind: 'name' }).name}.subarray`, args: [offset], pure: true }
  const sums = call('$t.sumTo', data, context.shapeList(x), context.shapeList(v), pureCall(`new ${dtypes[v.dtype].array}`, context.size(v)))
  choose(v, context, view, context.storage.placed(sums))
}

/** `same ? x : other`, with x's offset if that is chosen. */
function choose(v: Variable, context: Context, view: View, other: Expr): void {
  const [x] = v.owner!.inputs
  const test = context.sameShape(x, v)
  const array = constantOf(context, v, { kind: 'select', test, whenTrue: name(view.array), whenFalse: other })
  const whole = context.setArray(v, array)
  if (view.offset.kind === 'number' && view.offset.value === 0) return
  context.setView(v, { ...whole, offset: context.named({ kind: 'select', test, whenTrue: view.offset, whenFalse: number(0) }, 'start') })
}

function constantOf(context: Context, v: Variable, value: Expr): string {
  const target = context.names.fresh(v.name ?? v.owner!.inputs[0].name ?? 'fitted')
  context.body.push({ kind: 'const', name: target, value })
  return target
}
