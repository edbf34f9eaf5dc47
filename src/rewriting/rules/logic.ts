// rewriting/rules: comparisons, selections and logic whose outcome does not depend on the values.

import type { ElementwiseOp } from '../../graph/op.ts'
import { maximum, minimum } from '../../graph/ops/arithmetic.ts'
import { applyElementwise } from '../../graph/ops/elementwise.ts'
import { and, eq, ge, gt, isnan, le, lt, neq, not, or, truthy, where } from '../../graph/ops/logic.ts'
import { constant } from '../../graph/variable.ts'
import { rule, type Table } from '../engine.ts'
import { any, type Match, uniformValue } from '../match.ts'
import { isExact, isLength } from './facts.ts'

const [x, a, b, d] = [any('x'), any('a'), any('b'), any('d')]
const [c, e] = [any('c', 'bool'), any('e', 'bool')]
const [yes, no] = [() => constant(true), () => constant(false)]
const exact = (m: Match): boolean => isExact(m.x)

export const logic: Table = [
  rule('local_useless_switch', {
    from: 'where',
    why: 'the condition is known, or both sides are the same',
    to: (_, { root }) => {
      const [condition, yesSide, noSide] = root.owner!.inputs
      const known = uniformValue(condition)
      return yesSide === noSide || (known !== null && known !== 0) ? yesSide : known === 0 ? noSide : null
    },
  }),
  rule('local_switch_not', { from: where(not(c), a, b), to: where(c, b, a), why: 'not c ? a : b = c ? b : a' }),
  rule('cond_merge_ifs_true', { from: where(c, where(c, a, b), d), to: where(c, a, d), why: 'c holds inside' }),
  rule('cond_merge_ifs_false', { from: where(c, a, where(c, b, d)), to: where(c, a, d), why: 'c does not hold inside' }),
  rule('local_merge_switch_same_cond', {
    from: ['add', 'sub', 'mul', 'div'],
    why: '(c ? a : b) ∘ (c ? x : y) = c ? a ∘ x : b ∘ y',
    to: (_, site) => {
      const { op, inputs } = site.root.owner!
      const [left, right] = inputs.map((v) => (site.clients(v) === 1 ? site.owner(v, 'where') : null))
      if (!left || !right || left.inputs[0] !== right.inputs[0] || left === right) return null
      const side = (i: number) => applyElementwise(op as ElementwiseOp, [left.inputs[i], right.inputs[i]])
      return where(left.inputs[0], side(1), side(2))
    },
  }),
  rule('local_useless_elemwise_comparison', { from: [lt(x, x), gt(x, x)], to: no, why: 'x < x is false, also for NaN' }),
  rule('local_useless_equality', { from: [eq(x, x), le(x, x), ge(x, x)], when: exact, to: yes, why: 'x = x for integers; NaN is not itself' }),
  rule('local_useless_inequality', { from: neq(x, x), when: exact, to: no, why: 'x = x for integers' }),
  rule('local_neq_self', { from: neq(x, x), to: isnan(x), why: 'only NaN is not itself' }),
  rule('local_shape_lt_zero', { from: lt(x, 0), when: (m) => isLength(m.x), to: no, why: 'a length is not negative' }),
  rule('local_shape_ge_zero', { from: ge(x, 0), when: (m) => isLength(m.x), to: yes, why: 'a length is not negative' }),
  rule('local_max_shape', { from: maximum(x, 0), when: (m) => isLength(m.x), to: x, why: 'a length is not negative' }),
  rule('local_min_shape', { from: minimum(x, 0), when: (m) => isLength(m.x), to: () => constant(0), why: 'a length is not negative' }),
  rule('local_not_not', { from: not(not(c)), to: c, why: 'not not c = c' }),
  rule('local_not_eq', { from: not(eq(a, b)), to: neq(a, b), why: 'the definition, also for NaN' }),
  rule('local_not_neq', { from: not(neq(a, b)), to: eq(a, b), why: 'the definition, also for NaN' }),
  rule('local_useless_and', { from: [and(c, constant(true)), or(c, constant(false)), and(c, c), or(c, c)], to: c, why: 'units of logic' }),
  rule('local_and_false', { from: and(c, constant(false)), to: no, why: 'false absorbs' }),
  rule('local_or_true', { from: or(c, constant(true)), to: yes, why: 'true absorbs' }),
  rule('local_absorption', { from: [and(c, or(c, e)), or(c, and(c, e))], to: c, why: 'absorption' }),
  rule('local_useless_truthy', {
    from: truthy(x),
    why: 'a bool is its own truth',
    when: (m) => m.x.dtype === 'bool',
    to: x,
  }),
]
