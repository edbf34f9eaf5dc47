// rewriting/rules: formulas that overflow, underflow or cancel as written, and what they mean. These may change a result,
// towards the mathematically right one.
import { isFloat } from '../../graph/dtype.ts'
import { abs, add, div, maximum, minimum, mul, neg, pow, reciprocal, sqr, sqrt, sub } from '../../graph/ops/arithmetic.ts'
import { eq, ge, gt, where } from '../../graph/ops/logic.ts'
import { acosh, asinh, atanh, cosh, exp, expm1, log, log1p, sinh, tanh } from '../../graph/ops/math.ts'
import { logSoftmaxOp, logsumexpOp, sigmoid, softmaxOp, softplus } from '../../graph/ops/nnet.ts'
import { broadcastTo, type Pattern } from '../../graph/ops/shape.ts'
import { type Apply, apply, constant, type Variable } from '../../graph/variable.ts'
import { rule, type Site, type Table } from '../engine.ts'
import { any, uniformValue } from '../match.ts'
import { isReal, real } from './real.ts'

const [x, z, c] = [any('x'), any('z'), any('c')]

const canonical: Table = [
  rule('local_neg_neg', { from: neg(neg(x)), to: x, why: '-(-x) = x' }),
  rule('local_inv_canon', { from: [reciprocal(x), pow(x, -1)], when: (_, { root }) => isFloat(root.dtype), to: div(1, x), why: 'the definition' }),
  rule('local_add_neg_to_sub', { from: add(c, neg(x)), when: (m, site) => site.value(m.c) === 1, to: sub(c, x), why: '1 + (-x) = 1 - x' }),
]

const nearOne: Table = [
  real('local_log1p', { when: isReal, from: log(add(1, x)), to: log1p(x), why: 'exact for small x' }),
  real('local_log1p_minus', { when: isReal, from: log(sub(1, x)), to: log1p(neg(x)), why: 'exact for small x' }),
  real('local_expm1', { from: [sub(exp(x), 1), add(exp(x), -1)], to: expm1(x), why: 'exact for small x' }),
  real('local_one_minus_exp', { from: sub(1, exp(x)), to: neg(expm1(x)), why: 'exact for small x' }),
  real('logmexpm1_to_log1mexp', {
    from: log1p(neg(exp(x))),
    why: 'log(1 - exp(x)) cancels near 0',
    when: (m) => m.x.owner?.op !== minimum.op || uniformValue(m.x.owner.inputs[1]) !== -Math.LN2,
    to: where(gt(x, -Math.LN2), log(neg(expm1(x))), log1p(neg(exp(minimum(x, -Math.LN2))))),
  }),
]

const sigmoids: Table = [
  real('log1pexp_to_softplus', { from: log1p(exp(x)), to: softplus(x), why: 'exp overflows above 709, softplus does not' }),
  real('local_exp_over_1_plus_exp', { from: [div(exp(x), add(1, exp(x)))], to: sigmoid(x), why: 'exp(x)/(1 + exp(x)) is NaN above 709' }),
  real('local_inv_1_plus_exp', {
    from: div(c, add(1, exp(x))),
    why: 'c/(1 + exp(-x)) = c·sigmoid(x)',
    to: (m, site) => (site.value(m.c) === 1 ? sigmoid(neg(m.x)) : mul(m.c, sigmoid(neg(m.x)))),
  }),
  real('local_sigm_times_exp', { when: isReal, from: mul(exp(x), sigmoid(neg(x))), to: sigmoid(x), why: '∞·0 for large x' }),
  real('local_sigm_times_exp_neg', { when: isReal, from: mul(exp(neg(x)), sigmoid(x)), to: sigmoid(neg(x)), why: '∞·0 for small x' }),
  real('local_sigm_times_exp_product', {
    when: isReal,
    from: [mul(mul(exp(x), z), sigmoid(neg(x))), mul(exp(x), mul(sigmoid(neg(x)), z))],
    to: mul(sigmoid(x), z),
    why: 'exp(x)·sigmoid(-x) = sigmoid(x) in any product',
  }),
  real('local_1msigmoid', { from: sub(1, sigmoid(x)), to: sigmoid(neg(x)), why: '1 - sigmoid(x) cancels for large x' }),
  real('logsigm_to_softplus', { from: log(sigmoid(x)), to: neg(softplus(neg(x))), why: 'sigmoid underflows below -745' }),
  real('log1msigm_to_softplus', { from: [log(sub(1, sigmoid(x))), log1p(neg(sigmoid(x)))], to: neg(softplus(x)), why: '1 - sigmoid(x) cancels for large x' }),
]

const inverses: Table = [
  real('local_exp_log', {
    from: [log(exp(x)), log1p(expm1(x)), asinh(sinh(x)), sinh(asinh(x)), atanh(tanh(x))],
    to: x,
    why: 'the inverse, without overflow between',
  }),
  real('local_acosh_cosh', { from: acosh(cosh(x)), to: abs(x), why: 'the inverse of an even function' }),
  real('local_exp_log_nan_switch', { from: exp(log(x)), to: where(ge(x, 0), abs(x), Number.NaN), why: 'exact; log of a negative number is NaN' }),
  real('local_expm1_log1p', { from: expm1(log1p(x)), to: where(ge(x, -1), x, Number.NaN), why: 'exact; log1p below -1 is NaN' }),
  real('local_sqrt_sqr', { from: [sqrt(sqr(x)), sqrt(mul(x, x)), sqrt(pow(x, 2))], when: isReal, to: abs(x), why: 'x² overflows above 1e154' }),
  real('local_sqr_sqrt', {
    from: [sqr(sqrt(x)), mul(sqrt(x), sqrt(x))],
    to: where(ge(x, 0), abs(x), Number.NaN),
    why: 'exact; the root of a negative number is NaN',
  }),
]

/** log(exp x + exp y): where x = y (∞ included) the difference must not be taken. */
const logAddExp = (a: Variable, b: Variable): Variable => where(eq(a, b), add(a, Math.LN2), add(maximum(a, b), log1p(exp(neg(abs(sub(a, b)))))))

/** The exponents, if v is a sum of exponentials (1 is exp(0)), some of them perhaps broadcast. */
function exponents(v: Variable, site: Site): Variable[] | null {
  const found: Variable[] = []
  const pending: View[] = [{ core: v, again: (core) => core }]
  while (pending.length > 0) {
    const outer = pending.pop()!
    const { core, again: inner } = underViews(outer.core, site, ['dimshuffle', 'broadcastTo'])
    const again = (x: Variable): Variable => outer.again(inner(x))
    const owner = site.owner(core, 'add', 'exp')
    if (owner?.op.name === 'add') pending.push(...owner.inputs.map((x) => ({ core: x.rank < core.rank ? broadcastTo(x, core.shape) : x, again })).reverse())
    else if (owner) found.push(again(owner.inputs[0]))
    else if (site.value(outer.core) === 1) found.push(constant(0))
    else return null
  }
  return found.length > 1 ? found : null
}

const axesOf = (owner: Apply): readonly number[] => owner.params.axes as number[]

/** Does `v` hold one number for each line of x along `axes`: a reduction over them, its axes kept? Then the reduction. */
function keptReduction(v: Variable, x: Variable, site: Site, name: string): Apply | null {
  const owner = site.owner(v, 'dimshuffle', name)
  if (owner?.op.name === name) return axesOf(owner).length === x.rank ? owner : null
  const reduced = owner && site.owner(owner.inputs[0], name)
  if (!reduced || reduced.inputs[0].rank !== x.rank) return null
  let next = 0
  const expected = x.shape.map((_, axis): number | 'x' => (axesOf(reduced).includes(axis) ? 'x' : next++))
  const pattern = owner.params.pattern as Pattern
  return pattern.length === expected.length && pattern.every((p, i) => p === expected[i]) ? reduced : null
}

/** x, if v is x minus the largest element of each line along `axes`. */
function shifted(v: Variable, site: Site, axes: readonly number[]): Variable | null {
  const owner = site.owner(v, 'sub')
  if (!owner) return null
  const [a, b] = owner.inputs
  const top = keptReduction(b, a, site, 'max')
  return top?.inputs[0] === a && axes.every((axis) => axesOf(top).includes(axis)) ? a : null
}

/** Views that a function of one element passes through. */
const layouts = ['dimshuffle', 'reshape', 'broadcastTo', 'subtensor', 'take', 'pick']

/** What is under the views of a Variable, and how to put them on another of its shape. */
interface View {
  readonly core: Variable
  readonly again: (core: Variable) => Variable
}

function underViews(v: Variable, site: Site, names: readonly string[]): View {
  const views: Apply[] = []
  let core = v
  for (let view = site.owner(core, ...names); view; view = site.owner(core, ...names)) {
    views.push(view)
    core = view.inputs[0]
  }
  return { core, again: (other) => views.reduceRight((x, { op, inputs, params }) => apply(op, [x, ...inputs.slice(1)], params), other) }
}

/** log(view(v)) = view(log(v)), where the log of v has a stable form. */
function logThroughViews(site: Site): Variable | null {
  const [v] = site.root.owner!.inputs
  const { core, again } = underViews(v, site, layouts)
  return core !== v && hasStableLog(core, site) ? again(log(core)) : null
}

function hasStableLog(v: Variable, site: Site): boolean {
  const owner = site.owner(v, 'softmax', 'sigmoid', 'exp', 'sum', 'add', 'sub')
  if (!owner) return false
  const [first, second] = owner.inputs
  if (owner.op.name === 'sum') return site.owner(first, 'exp') !== null
  if (owner.op.name === 'add') return exponents(v, site) !== null
  if (owner.op.name === 'sub') return site.value(first) === 1 && site.owner(second, 'sigmoid', 'exp') !== null
  return true
}

const softmaxes: Table = [
  rule('local_log_add_exp', {
    from: 'log',
    why: 'log(exp x + exp y) = max + log1p(exp(min - max))',
    to: (_, site) => exponents(site.root.owner!.inputs[0], site)?.reduce(logAddExp) ?? null,
  }),
  rule('local_log_sum_exp', {
    from: 'log',
    why: 'exp overflows above 709',
    to: (_, site) => {
      const total = site.owner(site.root.owner!.inputs[0], 'sum')
      const power = total && site.owner(total.inputs[0], 'exp')
      return power ? apply(logsumexpOp, [power.inputs[0]], { axes: axesOf(total) }) : null
    },
  }),
  rule('local_log_mean_exp', {
    from: log(div(x, c)),
    why: 'log(mean(exp x)) = logsumexp(x) - log n',
    to: (m, site) => {
      const total = site.owner(m.x, 'sum')
      return total && site.owner(total.inputs[0], 'exp') ? sub(log(m.x), log(m.c)) : null
    },
  }),
  rule('local_softmax_stabilize', {
    from: 'div',
    why: 'exp(x)/sum(exp(x)) = softmax(x)',
    to: (_, site) => {
      const [top, bottom] = site.root.owner!.inputs
      const power = site.owner(top, 'exp')
      const total = power && keptReduction(bottom, top, site, 'sum')
      return total?.inputs[0] === top && top.rank > 0 ? apply(softmaxOp, [power!.inputs[0]], { axes: axesOf(total) }) : null
    },
  }),
  rule('local_softmax_shift', {
    from: ['softmax', 'logSoftmax'],
    why: 'softmax(x - max(x)) = softmax(x)',
    to: (_, site) => {
      const { op, inputs, params } = site.root.owner!
      const source = shifted(inputs[0], site, axesOf(site.root.owner!))
      return source && apply(op, [source], params)
    },
  }),
  rule('local_logsoftmax', {
    from: 'log',
    why: 'softmax underflows',
    to: (_, site) => {
      const inner = site.owner(site.root.owner!.inputs[0], 'softmax')
      return inner && apply(logSoftmaxOp, inner.inputs, inner.params)
    },
  }),
  rule('local_logsoftmax_from_logsumexp', {
    from: 'sub',
    why: 'x - logsumexp(x) = log(softmax(x))',
    to: (_, site) => {
      const [v, total] = site.root.owner!.inputs
      const reduced = keptReduction(total, v, site, 'logsumexp')
      return reduced?.inputs[0] === v ? apply(logSoftmaxOp, [v], { axes: axesOf(reduced) }) : null
    },
  }),
  rule('local_exp_logsoftmax', {
    from: 'exp',
    why: 'exp(log(softmax(x))) = softmax(x)',
    to: (_, site) => {
      const inner = site.owner(site.root.owner!.inputs[0], 'logSoftmax')
      return inner && apply(softmaxOp, inner.inputs, inner.params)
    },
  }),
  rule('local_log_through_views', {
    from: 'log',
    to: (_, site) => logThroughViews(site),
    why: 'log(x[i]) = log(x)[i], which shows the log of a softmax or sigmoid',
  }),
]

export const stabilize: Table = [...canonical, ...sigmoids, ...inverses, ...nearOne, ...softmaxes]
