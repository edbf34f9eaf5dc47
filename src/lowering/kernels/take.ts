// lowering/kernels: reading and adding at integer positions, and the positions of true elements.
import { maximum, minimum, remainder } from '../../graph/ops/arithmetic.ts'
import type { TakeMode } from '../../graph/ops/indexing.ts'
import type { Variable } from '../../graph/variable.ts'
import type { Context } from '../context.ts'
import { print } from '../emitJs.ts'
import { call, type Expr, load, minus, name, number, opExpr, plus, type Stmt } from '../ir.ts'
import type { Memory } from '../memory.ts'
import { copyInto, indexOf, over } from './loops.ts'
import { stored } from './subtensor.ts'

const integer = { dtype: 'int32', weak: true } as const

export function buildTake(v: Variable, context: Context, memory: Memory): void {
  const [x, indices] = v.owner!.inputs
  if (v.rank === 0) {
    const position = context.named(resolved(v, context, context.element(indices, []), context.dim(x.shape[0])), 'at')
    return context.setScalar(v, context.named(context.element(x, [position]), v.name ?? 'taken'))
  }
  const target = memory.allocate(v)
  context.body.push(
    ...walk(v, x, indices, context, (at, position) => {
      const index = indexOf(target, at)
      return { kind: 'store', array: target.array, index, value: context.element(x, position) }
    }),
  )
}

export function buildScatterAdd(v: Variable, context: Context, memory: Memory): void {
  const [x, indices, y] = v.owner!.inputs
  const target = memory.allocate(v)
  if (memory.placeOf(v) === null) copyInto(context, target, x)
  context.body.push(
    ...walk(v, x, indices, context, (at, position) => {
      const index = indexOf(target, position)
      return { kind: 'store', array: target.array, index, value: stored(v, load(target.array, index), context.element(y, at)) }
    }),
  )
}

/** For each position of the taken array, the position in x that it stands for. */
function walk(v: Variable, x: Variable, indices: Variable, context: Context, body: (at: Expr[], position: Expr[]) => Stmt): Stmt[] {
  const axis = v.owner!.params.axis as number
  const outer = x.shape.slice(0, axis).map((d) => context.dim(d))
  const inner = x.shape.slice(axis + 1).map((d) => context.dim(d))
  const position = context.names.fresh('at')
  const length = context.dim(x.shape[axis])
  // Clipped and wrapped positions are positions of something.
  const count = context.size(indices)
  const possible = !(length.kind === 'number' && length.value > 0) && print(count).text !== print(length).text
  if (v.owner!.params.mode !== 'raise' && possible) context.body.push({ kind: 'do', value: call('$t.taken', count, length, context.label(v)) })
  return over(context, [...outer, ...context.lengths(indices)], (at) => {
    const [before, chosen] = [at.slice(0, axis), at.slice(axis)]
    const found = resolved(v, context, context.element(indices, chosen), context.dim(x.shape[axis]))
    const rest = over(context, inner, (after) => [body([...at, ...after], [...before, name(position), ...after])], at.length)
    return [{ kind: 'const', name: position, value: found }, ...rest]
  })
}

function resolved(v: Variable, context: Context, i: Expr, n: Expr): Expr {
  const mode = v.owner!.params.mode as TakeMode
  if (mode === 'clip') return opExpr(minimum.op, [opExpr(maximum.op, [i, number(0)], integer), minus(n, number(1))], integer)
  if (mode === 'wrap') return opExpr(remainder.op, [plus(opExpr(remainder.op, [i, n], integer), n), n], integer)
  return call('$t.index', i, n, context.label(v))
}

export function buildNonzero(v: Variable, context: Context, memory: Memory): void {
  const [mask] = v.owner!.inputs
  const target = memory.allocate(v)
  const next = context.names.fresh('next')
  context.body.push({ kind: 'let', name: next, value: number(0) })
  context.body.push(
    ...over(context, context.lengths(mask), ([i]) => [
      {
        kind: 'if',
        test: context.element(mask, [i]),
        body: [
          { kind: 'store', array: target.array, index: name(next), value: i },
          { kind: 'assign', name: next, value: plus(name(next), number(1)) },
        ],
      },
    ]),
  )
}
