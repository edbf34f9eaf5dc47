// lowering: how calls begin and end, for every kind of function: the number of arguments, the shape of the result.
import { fround } from '../graph/ops/arithmetic.ts'
import { gt, truthy } from '../graph/ops/logic.ts'
import type { OutputTree } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import { call, condition, type Expr, list, name, number, opExpr, type Stmt } from './ir.ts'

/** Too many arguments are an error; missing ones are found when they are converted. */
export function arityCheck(count: number): Stmt {
  const extra = condition(gt.op, name('arguments.length'), number(count))
  return { kind: 'if', test: extra, body: [{ kind: 'do', value: call('$t.arity', name('arguments.length'), name('self')) }] }
}

/** The outputs as the user's arrow arranged them; null for a function that returns nothing. */
export function arrange(tree: OutputTree, value: (index: number) => Expr): Expr | null {
  const inside = (t: OutputTree): Expr => arrange(t, value) ?? name('undefined')
  switch (tree.kind) {
    case 'nothing':
      return null
    case 'value':
      return value(tree.index)
    case 'list':
      return list(tree.items.map(inside))
    case 'record':
      return { kind: 'record', entries: tree.entries.map(([key, t]) => [key, inside(t)]) }
  }
}

/** A scalar as users get it: a number rounded to its dtype, or a boolean. */
export function scalarResult(v: Variable, value: Expr): Expr {
  if (v.dtype === 'bool') return value.kind === 'number' ? name(value.value ? 'true' : 'false') : opExpr(truthy.op, [value], v)
  return v.dtype === 'float32' && !v.weak ? opExpr(fround.op, [value], v) : value
}
