// lowering/kernels: small pieces that kernels share: nests over lengths, copies, checks.
import type { Dim, Variable } from '../../graph/variable.ts'
import { sourceOf } from '../access.ts'
import type { Context, View } from '../context.ts'
import { call, type Expr, method, name, number, plus, type Stmt, times } from '../ir.ts'

/** Loops over all positions of these lengths, the first outermost. */
export function over(context: Context, lengths: readonly Expr[], body: (at: Expr[]) => readonly Stmt[], depth = 0): Stmt[] {
  const indices = lengths.map((_, i) => context.names.loopIndex(depth + i))
  const innermost = body(indices.map((i) => name(i)))
  return lengths.reduceRight<readonly Stmt[]>(
    (inner, to, i) => [{ kind: 'for', index: indices[i], from: number(0), to, step: 1, body: inner }],
    innermost,
  ) as Stmt[]
}

/** Index of a position in a view. */
export const indexOf = (view: View, at: readonly Expr[]): Expr => at.reduce((sum, p, axis) => plus(sum, times(p, view.strides[axis])), view.offset)

/** Writes all elements of x into a row-major array from its start. */
export function copyInto(context: Context, target: View, x: Variable): void {
  if (copyAtOnce(context, x, () => target)) return
  context.body.push(
    ...over(context, context.lengths(x), (at) => [{ kind: 'store', array: target.array, index: indexOf(target, at), value: context.element(x, at) }]),
  )
}

/** Copies x by one call where it lies without gaps or is one scalar, repeated. False, and nothing is done, where it is not. */
export function copyAtOnce(context: Context, x: Variable, target: () => View): boolean {
  const source = context.view(x)
  const size = context.size(x)
  if (source?.contiguous && source.dtype === x.dtype) {
    const part = method(source.array, 'subarray', source.offset, plus(source.offset, size))
    context.body.push({ kind: 'do', value: method(target().array, 'set', part) })
    return true
  }
  const scalar = sourceOf(x)
  if (scalar.rank > 0) return false
  context.body.push({ kind: 'do', value: method(target().array, 'fill', context.scalar(scalar), number(0), size) })
  return true
}

/** A RangeError at the call unless the lengths agree. */
export function checkSame(context: Context, v: Variable, a: Dim, b: Dim): void {
  if (a === b) return
  context.body.push({ kind: 'do', value: call('$t.sameSize', context.dim(a), context.dim(b), context.label(v)) })
}
