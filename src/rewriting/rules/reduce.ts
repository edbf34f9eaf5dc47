// rewriting/rules: reductions. A sum starts at +0 and is therefore never -0; where a rule takes the sum away, +0 is added.
import { dimProduct, dimVariable } from '../../graph/dim.ts'
import { isFloat } from '../../graph/dtype.ts'
import { add, div, mul, neg, pow, sub } from '../../graph/ops/arithmetic.ts'
import { applyElementwise } from '../../graph/ops/elementwise.ts'
import { cast } from '../../graph/ops/logic.ts'
import { max, min, reduceOps, sum } from '../../graph/ops/reduce.ts'
import { broadcastTo, dimshuffle, type Pattern } from '../../graph/ops/shape.ts'
import { type Apply, apply, type Dim, type Variable } from '../../graph/variable.ts'
import { rule, type Site, type Table } from '../engine.ts'
import { any, uniformValue } from '../match.ts'
import { sameShape, withDType } from '../types.ts'
import { broadcastAxes, factor, isNeverNegativeZero } from './facts.ts'

const reductions = ['sum', 'prod', 'max', 'min', 'all', 'any']
const axesOf = (owner: Apply): readonly number[] => owner.params.axes as number[]

/** The same reduction of another Variable; over no axis, what a reduction of one element gives. */
function again(root: Variable, v: Variable, axes: readonly number[]): Variable {
  const { op } = root.owner!
  if (axes.length > 0) return apply(op, [v], { axes })
  if (op.name === 'sum' && !isNeverNegativeZero(v)) return add(withDType(v, root), 0)
  return v.dtype === root.dtype ? v : cast(v, root.dtype)
}

const without = <T>(list: readonly T[], axes: readonly number[]): T[] => list.filter((_, i) => !axes.includes(i))

/** reduce(reduce(x)): the outer axes counted in x. */
function chain(site: Site): Variable | null {
  const inner = site.owner(site.root.owner!.inputs[0], site.root.owner!.op.name)
  if (!inner) return null
  const [x] = inner.inputs
  const remaining = without([...x.shape.keys()], axesOf(inner))
  const axes = [...axesOf(inner), ...axesOf(site.root.owner!).map((a) => remaining[a])].sort((a, b) => a - b)
  return apply(site.root.owner!.op, [x], { axes })
}

/** reduce(dimshuffle(x)): the axes counted in x; new ones have length 1. */
function throughDimshuffle(site: Site): Variable | null {
  const inner = site.owner(site.root.owner!.inputs[0], 'dimshuffle')
  if (!inner) return null
  const [source] = inner.inputs
  const kept = [...source.shape.keys()].filter((axis) => (inner.params.pattern as Pattern).includes(axis))
  const pattern = (inner.params.pattern as Pattern).map((p) => (p === 'x' ? p : kept.indexOf(p)))
  if (pattern.length === kept.length && pattern.every((p, i) => p === i)) return null
  const x = dimshuffle(source, kept)
  const axes = axesOf(site.root.owner!)
    .map((a) => pattern[a])
    .filter((p) => p !== 'x')
    .sort((a, b) => a - b)
  const reduced = again(site.root, x, axes)
  const left = without([...kept.keys()], axes)
  return dimshuffle(
    reduced,
    without(pattern, axesOf(site.root.owner!)).map((p) => (p === 'x' ? p : left.indexOf(p))),
  )
}

/** Axes known to have length 1 need no loop. */
function lengthOne(site: Site): Variable | null {
  const [x] = site.root.owner!.inputs
  const ones = axesOf(site.root.owner!).filter((a) => x.shape[a] === 1)
  if (ones.length === 0) return null
  const squeezed = dimshuffle(x, without([...x.shape.keys()], ones))
  const rest = axesOf(site.root.owner!)
    .filter((a) => !ones.includes(a))
    .map((a) => a - ones.filter((one) => one < a).length)
  return again(site.root, squeezed, rest)
}

/** The reduction of something repeated: n·x, xⁿ, or x. Not where the number of repetitions may be 0 and that shows. */
function ofBroadcast(site: Site): Variable | null {
  const { op, inputs } = site.root.owner!
  const owner = site.owner(inputs[0], 'broadcastTo')
  if (!owner) return null
  const [x] = owner.inputs
  const leading = inputs[0].rank - x.rank
  const kinds = broadcastAxes(x, inputs[0].shape)
  const repeated = axesOf(site.root.owner!).filter((a) => kinds[a] === 'repeat')
  const counts = repeated.map((a) => inputs[0].shape[a])
  if (repeated.length === 0 || !countable(op.name, x, counts)) return null
  const own = axesOf(site.root.owner!)
    .filter((a) => !repeated.includes(a) && a >= leading)
    .map((a) => a - leading)
  const ones = repeated.filter((a) => a >= leading).map((a) => a - leading)
  const squeezed = dimshuffle(x, without([...x.shape.keys()], ones))
  const rest = own.map((a) => a - ones.filter((one) => one < a).length)
  const reduced = rest.length > 0 ? apply(op, [squeezed], { axes: rest }) : withDType(squeezed, { dtype: site.root.dtype, weak: site.root.weak })
  // Axes that are neither reduced nor in x are repeated again.
  return broadcastTo(repeat(op.name, reduced, dimProduct(counts)), site.root.shape)
}

function countable(name: string, x: Variable, counts: readonly Dim[]): boolean {
  const known = counts.every((n) => typeof n === 'number' && n > 0)
  const value = uniformValue(x)
  return name === 'sum' ? known || (value !== null && Number.isFinite(value)) : known
}

function repeat(name: string, x: Variable, count: Dim): Variable {
  if (name === 'prod') return pow(x, dimVariable(count))
  if (name !== 'sum') return x
  const total = mul(x, dimVariable(count))
  return isNeverNegativeZero(x) && typeof count === 'number' ? total : add(total, 0)
}

/** The reduction of a few stacked values is made of pairs. */
function ofStack(site: Site): Variable | null {
  const { op, inputs } = site.root.owner!
  const join = site.owner(inputs[0], 'join')
  const [axis, ...more] = axesOf(site.root.owner!)
  if (!join || more.length > 0 || join.params.axis !== axis || join.inputs.length > 8 || join.inputs.some((v) => v.shape[axis] !== 1)) return null
  if (!join.inputs.every((v) => sameShape(v.shape, join.inputs[0].shape))) return null
  const pieces = join.inputs.map((v) => withDType(dimshuffle(v, without([...v.shape.keys()], [axis])), site.root))
  const total = pieces.reduce((a, b) => applyElementwise(reduceOps.get(op.name)!.combine, [a, b]))
  return op.name === 'sum' && !isNeverNegativeZero(total) ? add(total, 0) : total
}

/** sum(c·x) = c·sum(x) for a constant c; a negative one is subtracted from 0, so that the sum of nothing stays +0. */
function constantFactor(site: Site): Variable | null {
  const { inputs, params } = site.root.owner!
  const owner = site.owner(inputs[0], 'mul', 'div')
  if (!owner || !isFloat(inputs[0].dtype)) return null
  const axes = params.axes as number[]
  for (const [at, constant] of owner.inputs.entries()) {
    const c = constant.rank === 0 && constant.value !== null ? constant.value[0] : null
    const x = owner.inputs[1 - at]
    if (c === null || c === 0 || !Number.isFinite(c) || x.dtype !== site.root.dtype || x.weak !== site.root.weak) continue
    const total = sum(x, { axis: axes })
    if (owner.op.name === 'mul') return c > 0 ? mul(factor(c, total, site.root), total) : sub(0, mul(factor(-c, total, site.root), total))
    if (at === 1) return c > 0 ? div(total, factor(c, total, site.root)) : sub(0, div(total, factor(-c, total, site.root)))
  }
  return null
}

const x = any('x')

export const reduce: Table = [
  rule('local_reduce_chain', { from: reductions, to: (_, site) => chain(site), why: 'sum(sum(x)) = sum(x)' }),
  rule('local_reduce_dimshuffle', { from: reductions, to: (_, site) => throughDimshuffle(site), why: 'the order of axes does not matter to a sum over them' }),
  rule('local_reduce_broadcastable', { from: reductions, to: (_, site) => lengthOne(site), why: 'the sum of one element is the element' }),
  rule('local_opt_alloc', { from: reductions, to: (_, site) => ofBroadcast(site), why: 'the sum of n times x is n·x' }),
  rule('local_reduce_join', { from: reductions, to: (_, site) => ofStack(site), why: 'sum([a, b]) = a + b' }),
  rule('local_sum_prod_mul_by_scalar', { from: 'sum', to: (_, site) => constantFactor(site), why: 'sum(c·x) = c·sum(x)' }),
  rule('local_sum_neg', {
    from: 'sum',
    why: 'sum(-x) = 0 - sum(x)',
    to: (_, site) => {
      const owner = site.owner(site.root.owner!.inputs[0], 'neg')
      return owner && isFloat(owner.inputs[0].dtype) ? sub(0, sum(owner.inputs[0], { axis: axesOf(site.root.owner!) })) : null
    },
  }),
  rule('local_max_to_min', {
    from: neg(x),
    why: '-max(-x) = min(x)',
    to: (m, site) => {
      const extreme = site.owner(m.x, 'max', 'min')
      const negated = extreme && site.owner(extreme.inputs[0], 'neg')
      if (!negated || !isFloat(negated.inputs[0].dtype)) return null
      return (extreme.op.name === 'max' ? min : max)(negated.inputs[0], { axis: axesOf(extreme) })
    },
  }),
  rule('local_argmax_pushdown', {
    from: ['argmax', 'argmin'],
    why: 'softmax keeps the order',
    to: (_, site) => {
      const { op, inputs, params } = site.root.owner!
      const inner = site.owner(inputs[0], 'softmax', 'logSoftmax')
      return inner && axesOf(inner).join() === String(params.axis) ? apply(op, [inner.inputs[0]], params) : null
    },
  }),
]
