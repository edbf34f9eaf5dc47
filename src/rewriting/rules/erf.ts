// rewriting/rules: the error function where it cancels or underflows as written. Part of stabilize.
import { add, div, maximum, minimum, mul, neg, pow, reciprocal, sqr, sub } from '../../graph/ops/arithmetic.ts'
import { gt, where } from '../../graph/ops/logic.ts'
import { exp, log } from '../../graph/ops/math.ts'
import { erf, erfc, erfcx } from '../../graph/ops/special.ts'
import type { Variable } from '../../graph/variable.ts'
import { rule, type Table } from '../engine.ts'
import { any, type Match, uniformValue } from '../match.ts'
import { isReal, real } from './real.ts'

const [x, z, c] = [any('x'), any('z'), any('c')]

const complements: Table = [
  real('local_one_minus_erf', { from: sub(1, erf(x)), to: erfc(x), why: '1 - erf(x) cancels for large x' }),
  real('local_one_plus_erf', { from: add(1, erf(x)), to: erfc(neg(x)), why: '1 + erf(x) cancels for small x' }),
  real('local_erf_minus_one', { from: [sub(erf(x), 1), add(erf(x), -1)], to: neg(erfc(x)), why: 'erf(x) - 1 cancels for large x' }),
  real('local_one_minus_erfc', { from: sub(1, erfc(x)), to: erf(x), why: '1 - erfc(x) cancels near 0' }),
  real('local_erf_neg_minus_one', { from: [sub(erfc(neg(x)), 1), add(erfc(neg(x)), -1)], when: isReal, to: erf(x), why: 'erfc(-x) - 1 cancels near 0' }),
  real('local_erfc_minus_one', { from: [sub(erfc(x), 1), add(erfc(x), -1)], to: neg(erf(x)), why: 'erfc(x) - 1 cancels near 0' }),
]

/** From here on erfcx takes over. */
const far = 1
const isLimited = ({ x: v }: Match): boolean => v.owner?.op === minimum.op && uniformValue(v.owner.inputs[1]) === far

const square = [sqr(x), mul(x, x), pow(x, 2)]
const bells: readonly Variable[] = square.map((s) => exp(neg(s)))

const logarithms: Table = [
  real('local_log_erfc', {
    from: log(erfc(x)),
    why: 'erfc underflows above 27',
    when: (m) => !isLimited(m),
    to: where(gt(x, far), sub(log(erfcx(maximum(x, far))), sqr(maximum(x, far))), log(erfc(minimum(x, far)))),
  }),
  rule('local_log_erfc_factor', {
    from: log(mul(c, erfc(x))),
    why: 'log(c·erfc(x)) = log(c) + log(erfc(x)), as in the logarithm of the normal distribution',
    when: (m, site) => (site.value(m.c) ?? 0) > 0,
    to: add(log(c), log(erfc(x))),
  }),
  real('local_grad_log_erfc_neg', { from: bells.map((b) => div(b, erfc(x))), when: isReal, to: reciprocal(erfcx(x)), why: '0/0 above 27' }),
  real('local_grad_log_erfc_neg_factor', { from: bells.map((b) => div(mul(z, b), erfc(x))), when: isReal, to: div(z, erfcx(x)), why: '0/0 above 27' }),
]

export const erfRules: Table = [...complements, ...logarithms]
