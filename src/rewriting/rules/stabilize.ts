// rewriting/rules: formulas that overflow, underflow or cancel as written, and what they mean.
import { add, div, mul, neg, sub } from '../../graph/ops/arithmetic.ts'
import { exp, expm1, log, log1p } from '../../graph/ops/math.ts'
import { sigmoid, softplus } from '../../graph/ops/nnet.ts'
import { rule, type Table } from '../engine.ts'
import { any } from '../match.ts'

const x = any('x')

export const stabilize: Table = [
  rule('local_log1p', { from: log(add(1, x)), to: log1p(x), why: 'exact for small x' }),
  rule('log1pexp_to_softplus', { from: log1p(exp(x)), to: softplus(x), why: 'exp overflows above 709, softplus does not' }),
  rule('local_expm1', { from: sub(exp(x), 1), to: expm1(x), why: 'exact for small x' }),
  rule('local_inv_1_plus_exp', { from: div(1, add(1, exp(neg(x)))), to: sigmoid(x), why: 'the definition' }),
  rule('local_1msigmoid', { from: sub(1, sigmoid(x)), to: sigmoid(neg(x)), why: 'cancels for large x' }),
  rule('logsigm_to_softplus', { from: log(sigmoid(x)), to: neg(softplus(neg(x))), why: 'sigmoid underflows below -745' }),
  rule('local_mul_one', { from: mul(1, x), to: x, why: 'the definition of 1' }),
]
