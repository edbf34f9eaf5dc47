// rewriting/rules: identities of arithmetic that hold for every number, NaN, Infinity and -0 included. What holds only
// for integers (x - x = 0, 0·x = 0, x + 0 = x) is restricted to them.
import { isFloat } from '../../graph/dtype.ts'
import { abs, add, div, maximum, minimum, mul, neg, pow, sqr, sub } from '../../graph/ops/arithmetic.ts'
import { cast } from '../../graph/ops/logic.ts'
import { cos, cosh, exp } from '../../graph/ops/math.ts'
import { sigmoid, softplus } from '../../graph/ops/nnet.ts'
import type { Variable } from '../../graph/variable.ts'
import { constant } from '../../graph/variable.ts'
import { rule, type Site, type Table } from '../engine.ts'
import { any, type Match } from '../match.ts'
import { factor, holds, isExact, isNeverNegativeZero, isNonnegative, isPowerOfTwo, isSigned } from './facts.ts'

const [x, y] = [any('x'), any('y')]

/** -y in y's own dtype, then used: the same as negating afterwards only if y's dtype does not wrap sooner. */
const negates = ({ y: operand }: Match, { root }: Site): boolean => isSigned(operand) || operand.dtype === root.dtype
const signed = (m: Match): boolean => Object.values(m).every(isSigned)

const signs: Table = [
  rule('local_neg_neg', { from: neg(neg(x)), to: x, why: '-(-x) = x' }),
  rule('local_add_neg_to_sub', { from: add(x, neg(y)), to: sub(x, y), when: negates, why: 'x + (-y) = x - y' }),
  rule('local_sub_neg_to_add', { from: sub(x, neg(y)), to: add(x, y), when: negates, why: 'x - (-y) = x + y' }),
  rule('local_mul_neg', {
    from: mul(neg(y), x),
    when: signed,
    why: '(-y)·x = -(y·x)',
    to: (m, { root }) => {
      const c = factorOf(m.x, root)
      return c === null ? neg(mul(m.y, m.x)) : mul(m.y, factor(-c, m.y, root))
    },
  }),
  rule('local_neg_div_neg', { from: [div(neg(x), y), div(x, neg(y))], when: signed, to: neg(div(x, y)), why: '(-x)/y = x/(-y) = -(x/y)' }),
  rule('local_neg_constant_factor', {
    from: neg(mul(y, x)),
    when: (m, { root }) => factorOf(m.y, root) !== null && signed(m),
    why: '-(c·x) = (-c)·x',
    to: (m, { root }) => mul(factor(-scalar(m.y)!, m.x, root), m.x),
  }),
  rule('local_neg_constant_division', {
    from: neg(div(x, y)),
    why: '-(c/x) = (-c)/x, -(x/c) = x/(-c)',
    to: ({ x: a, y: b }, { root }) => {
      const [top, bottom] = [factorOf(a, root), factorOf(b, root)]
      if (top !== null && isSigned(b)) return div(factor(-top, b, root), b)
      return bottom !== null && isSigned(a) ? div(a, factor(-bottom, a, root)) : null
    },
  }),
  rule('local_abs_of_abs', { from: [abs(neg(x)), abs(abs(x))], when: signed, to: abs(x), why: '|-x| = |x|' }),
  rule('local_abs_positive', { from: abs(x), when: (m) => isNonnegative(m.x), to: x, why: '|x| = x for x ≥ 0' }),
  rule('local_abs_merge', { from: mul(abs(x), abs(y)), when: signed, to: abs(mul(x, y)), why: '|x|·|y| = |x·y|' }),
  rule('local_sqr_abs', { from: [sqr(neg(x)), sqr(abs(x))], when: signed, to: sqr(x), why: '(-x)² = x²' }),
]

/** A constant that can be negated: among integers, -0 is none. */
const factorOf = (v: Variable, root: Variable): number | null => (scalar(v) === 0 && !isFloat(root.dtype) ? null : scalar(v))
const scalar = (v: Variable): number | null => (v.rank === 0 && v.value !== null ? v.value[0] : null)

const units: Table = [
  rule('local_mul_one', { from: mul(1, x), to: x, why: '1·x = x' }),
  rule('local_mul_minus_one', { from: mul(-1, x), when: signed, to: neg(x), why: '-1·x = -x' }),
  rule('local_mul_zero', {
    from: mul(0, x),
    when: (_, { root }) => isExact(root),
    to: () => constant(0),
    why: '0·x = 0 for integers; a float may be NaN, Infinity or negative',
  }),
  rule('local_div_by_one', { from: div(x, 1), to: x, why: 'x/1 = x' }),
  rule('local_div_by_minus_one', { from: div(x, -1), when: signed, to: neg(x), why: 'x/(-1) = -x' }),
  rule('local_add_remove_zeros', { from: [add(x, -0), sub(x, 0)], to: x, why: 'x + (-0) = x - 0 = x' }),
  rule('local_add_zero', { from: [add(x, 0), sub(x, -0)], when: (m) => isNeverNegativeZero(m.x), to: x, why: 'x + 0 = x where x is not -0' }),
  rule('local_zero_sub', { from: sub(0, x), when: (m, { root }) => isExact(root) && m.x.dtype === root.dtype, to: neg(x), why: '0 - x = -x for integers' }),
  rule('local_elemwise_sub_zeros', { from: sub(x, x), when: (_, { root }) => isExact(root), to: () => constant(0), why: 'x - x = 0 for integers' }),
  rule('local_pow_canonicalize', { from: pow(x, 1), to: x, why: 'x**1 = x' }),
  rule('local_pow_zero', { from: pow(x, 0), to: () => constant(1), why: 'x**0 = 1, also for NaN' }),
  rule('local_max_identity', {
    from: [maximum(x, Number.NEGATIVE_INFINITY), minimum(x, Number.POSITIVE_INFINITY), maximum(x, x), minimum(x, x)],
    to: x,
    why: 'max(x, -∞) = x, max(x, x) = x',
  }),
  rule('local_relu_positive', {
    from: 'relu',
    why: 'max(x, 0) = x for x ≥ 0',
    to: (_, { root }) => (isNonnegative(root.owner!.inputs[0]) ? root.owner!.inputs[0] : null),
  }),
]

/** c₁·(c₂·x), c₁·(x/c₂), (c₂·x)/c₁: one factor, unless the product of x with the inner one overflows where the whole does not. */
function collectConstants(_: Match, site: Site): Variable | null {
  const outer = factored(site.root, site)
  const inner = outer && factored(outer.x, site)
  if (!inner || outer.x.dtype !== site.root.dtype || outer.x.weak !== site.root.weak) return null
  if (isExact(site.root)) return mul(factor(Math.imul(inner.c, outer.c), inner.x, site.root), inner.x)
  const product = inner.c * outer.c
  const opposed = (Math.abs(inner.c) > 1 && Math.abs(outer.c) < 1) || (Math.abs(inner.c) < 1 && Math.abs(outer.c) > 1)
  if (!Number.isFinite(product) || product === 0 || (opposed && !isPowerOfTwo(inner.c) && !isPowerOfTwo(outer.c))) return null
  return mul(factor(product, inner.x, site.root), inner.x)
}

/** v as c·x. */
function factored(v: Variable, site: Site): { c: number; x: Variable } | null {
  const owner = site.owner(v, 'mul', 'div')
  if (owner === null) return null
  const [a, b] = owner.inputs
  const [left, right] = [scalar(a), scalar(b)]
  if (owner.op.name === 'div') return right !== null && isPowerOfTwo(right) && isFloat(a.dtype) ? { c: 1 / right, x: a } : null
  return left !== null ? { c: left, x: b } : right !== null ? { c: right, x: a } : null
}

const constants: Table = [
  rule('local_mul_canonizer', { from: ['mul', 'div'], to: collectConstants, why: 'c₁·(c₂·x) = (c₁·c₂)·x' }),
  rule('local_add_canonizer', {
    from: add(add(x, y), any('z')),
    why: '(x + c₁) + c₂ = x + (c₁ + c₂) for integers',
    when: (m, { root }) => isExact(root) && m.x.dtype === root.dtype,
    to: (m) => {
      const [a, b] = [scalar(m.y), scalar(m.z)]
      return a === null || b === null ? null : add(m.x, constant((a + b) | 0))
    },
  }),
]

const conversions: Table = [
  rule('local_useless_cast', {
    from: castNames(),
    why: 'x already is that',
    to: (_, { root }) => {
      const [v] = root.owner!.inputs
      return v.dtype === root.dtype && !v.weak ? v : null
    },
  }),
  rule('local_cast_cast', {
    from: castNames(),
    why: 'a conversion that loses nothing can be skipped',
    to: (_, site) => {
      const inner = site.owner(site.root.owner!.inputs[0], ...castNames())
      return inner && holds(site.root.owner!.inputs[0].dtype, inner.inputs[0]) ? cast(inner.inputs[0], site.root.dtype) : null
    },
  }),
  rule('local_useless_as_number', {
    from: 'asNumber',
    why: 'already a plain number',
    to: (_, { root }) => {
      const [v] = root.owner!.inputs
      return v.weak && v.dtype === 'float64' ? v : null
    },
  }),
  rule('local_useless_round', {
    from: ['floor', 'ceil', 'trunc', 'round', 'roundHalfUp'],
    why: 'an integer is its own floor',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      return isExact(v) || site.owner(v, 'floor', 'ceil', 'trunc', 'round', 'roundHalfUp') ? v : null
    },
  }),
]

function castNames(): string[] {
  return ['float64', 'float32', 'int32', 'uint32', 'int16', 'uint16', 'int8', 'uint8', 'bool'].map((d) => `cast_${d}`)
}

/** Functions that give the same at 0 and -0: there, -(x - y) is y - x. */
const blindToSignOfZero = [exp, sigmoid, softplus, cosh, cos, abs, sqr]

const insideEven: Table = blindToSignOfZero.flatMap((f) => [
  rule(`local_${f.op.name}_of_twice_negated_sum`, {
    from: f(neg(sub(neg(x), y))),
    when: signed,
    to: f(add(x, y)),
    why: '-(-x - y) = x + y besides the sign of 0',
  }),
  rule(`local_${f.op.name}_of_negated_difference`, { from: f(neg(sub(x, y))), when: signed, to: f(sub(y, x)), why: '-(x - y) = y - x besides the sign of 0' }),
  rule(`local_${f.op.name}_of_negated_sum`, { from: f(sub(neg(x), y)), when: signed, to: f(neg(add(x, y))), why: '-x - y = -(x + y) besides the sign of 0' }),
])

export const arithmetic: Table = [...signs, ...insideEven, ...units, ...constants, ...conversions]
