// rewriting/rules: the same numbers for less work: powers as products, divisions as multiplications where that is exact.
import { isDiscrete, isFloat } from '../../graph/dtype.ts'
import { add, div, mul, pow, reciprocal, sqr, sqrt, sub } from '../../graph/ops/arithmetic.ts'
import { eq, where } from '../../graph/ops/logic.ts'
import type { Variable } from '../../graph/variable.ts'
import { rule, type Table } from '../engine.ts'
import { any, uniformValue } from '../match.ts'
import { factor, isNonnegative, isPowerOfTwo, isSigned } from './facts.ts'

const [x, y] = [any('x'), any('y')]

/** Largest power that is written as products. */
const largestPower = 512

/** How xⁿ is made with few products: a square, a product with x, or a power of a power. */
interface Plan {
  readonly products: number
  readonly build: (x: Variable) => Variable
}
const plans = new Map<number, Plan>([[1, { products: 0, build: (v) => v }]])

function planFor(n: number): Plan {
  const known = plans.get(n)
  if (known) return known
  const before = planFor(n - 1)
  let best: Plan = { products: before.products + 1, build: (v) => mul(before.build(v), v) }
  for (let p = 2; p * p <= n; p++) {
    if (n % p !== 0) continue
    const [inner, outer] = [planFor(n / p), planFor(p)]
    const candidate = { products: inner.products + outer.products, build: (v: Variable) => outer.build(inner.build(v)) }
    if (candidate.products < best.products) best = candidate
  }
  if (n === 2) best = { products: 1, build: sqr }
  plans.set(n, best)
  return best
}

function powerOf(base: Variable, exponent: number, root: Variable): Variable | null {
  if (exponent === 0.5) return rootOf(base, Number.POSITIVE_INFINITY)
  if (exponent === -0.5) return isNonnegative(base) ? reciprocal(sqrt(base)) : where(eq(base, Number.NEGATIVE_INFINITY), 0, reciprocal(sqrt(add(base, 0))))
  if (!Number.isInteger(exponent) || Math.abs(exponent) > largestPower || exponent === 0) return null
  if (exponent < 0) return isDiscrete(root.dtype) ? null : planFor(-exponent).build(reciprocal(base))
  return planFor(exponent).build(base)
}

/** x ** 0.5 differs from the square root at -0 and -Infinity. */
const rootOf = (v: Variable, atMinusInfinity: number): Variable =>
  isNonnegative(v) ? sqrt(v) : where(eq(v, Number.NEGATIVE_INFINITY), atMinusInfinity, sqrt(add(v, 0)))

export const powers: Table = [
  rule('local_pow_specialize', {
    from: pow(x, y),
    why: 'x**2 = x·x, x**0.5 = sqrt(x), x**-1 = 1/x, x**15 = five products',
    when: (m, { root }) => uniformValue(m.y) !== null && m.x.dtype === root.dtype,
    to: (m, { root }) => powerOf(m.x, uniformValue(m.y)!, root),
  }),
  rule('local_mul_to_sqr', { from: mul(x, x), to: sqr(x), why: 'x·x = x²' }),
  rule('local_div_to_inv', {
    from: div(1, x),
    when: (m, { root }) => m.x.dtype === root.dtype && m.x.weak === root.weak,
    to: reciprocal(x),
    why: 'the definition',
  }),
  rule('local_div_by_power_of_two', {
    from: div(x, y),
    why: 'exact where 1/c is',
    to: (m, { root }) => {
      const c = m.y.rank === 0 && m.y.value !== null ? m.y.value[0] : null
      return c !== null && isPowerOfTwo(c) && isPowerOfTwo(1 / c) && isFloat(m.x.dtype) && m.x.dtype === root.dtype ? mul(m.x, factor(1 / c, m.x, root)) : null
    },
  }),
]

/** A negative constant factor of what is added is subtracted. */
const negated = (v: Variable, c: Variable, root: Variable): Variable | null =>
  c.rank === 0 && c.value !== null && c.value[0] < 0 && isSigned(v) ? mul(factor(-c.value[0], v, root), v) : null

export const signs: Table = [
  rule('local_add_negative_factor', {
    from: add(x, mul(y, any('c'))),
    why: 'x + (-c)·y = x - c·y',
    to: (m, { root }) => {
      const positive = negated(m.y, m.c, root)
      return positive && sub(m.x, positive)
    },
  }),
  rule('local_sub_negative_factor', {
    from: sub(x, mul(y, any('c'))),
    why: 'x - (-c)·y = x + c·y',
    to: (m, { root }) => {
      const positive = negated(m.y, m.c, root)
      return positive && add(m.x, positive)
    },
  }),
]
