// lowering/wasm/math: the error function and its kin on lanes. Invariant: arguments are kept before anything else.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { erfcxFactor, erfRoot, erfSmall } from './erfCoefficients.ts'
import { halves, sum } from './exact.ts'
import { expTail, formats, reduceExp, scaled } from './exp.ts'
import { estrin, lastExact, pairs } from './polynomial.ts'

/**
 * 2/√π ∫₀ˣ exp(-t²) dt. Below 1 x + x·P(x² - ½); above it 1 - (1 + u)^-8 with a polynomial u, as in 7.1.28 of Abramowitz and
 * Stegun, fitted with the weight that erf shows of it. (1 + u)^8 - 1 is made by 2v + v², which keeps u's accuracy. Measured:
 * 1.7 ulp next to 1, where the rounding of u still shows, 1 ulp elsewhere; an exponential would be no better and costs a third more.
 */
export function erf(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const a = L.keep(L.pmin(L.abs(x), L.c(L.bits === 64 ? 5.95 : 3.93)), 'a')
  let v = L.keep(estrin(L, a, erfRoot[L.bits]), 'v')
  for (let i = 0; i < 3; i++) v = L.keep(L.add(L.add(v, v), L.mul(v, v)), 'v')
  const large = L.sub(L.c(1), L.div(L.c(1), L.add(v, L.c(1))))
  const small = L.add(x, L.mul(x, pairs(L, L.keep(L.sub(L.mul(a, a), L.c(0.5)), 's'), erfSmall[L.bits])))
  return L.select(L.lt(a, L.c(1)), small, L.or(large, L.and(x, L.c(-0))))
}

/**
 * 1 - erf(x). Below 0.8 the polynomial of erf; above it exp(-x²)·Q(t)/(|x| + ½) with t = 1/(|x| + 2.5), where Q hardly varies (after
 * Shepherd and Laframboise, Math. Comp. 36, 1981), and 2 - that for negative x. The square of the leading half of x is exact.
 * Measured: 2 ulp: the quotient's operand and the quotient are rounded, and exp's rest is no better than 1 ulp where it is large.
 */
export function erfc(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const a = L.keep(L.pmin(L.abs(x), L.c(L.bits === 64 ? 27.3 : 10.1)), 'a')
  const y = L.keep(tail(L, a), 'y')
  const large = L.select(L.lt(x, L.c(0)), L.sub(L.c(2), y), y)
  const first = L.keep(L.sub(L.c(1), x), 'first')
  const rest = L.mul(x, pairs(L, L.keep(L.sub(L.mul(x, x), L.c(0.5)), 's'), erfSmall[L.bits]))
  const small = L.add(first, L.sub(L.sub(L.sub(L.c(1), first), x), rest))
  return L.select(L.lt(a, L.c(0.8)), small, large)
}

/** erfc(a) for kept a ≥ ½. */
function tail(L: Lanes, a: Node): Node {
  const head = halves(L, a)
  const { scale, high, low } = reduceExp(L, L.keep(L.neg(L.mul(head.high, head.high)), 'square'), 2 * formats[L.bits].bias)
  const rest = L.keep(L.sub(low, L.mul(head.low, L.add(a, head.high))), 'rest')
  const t = L.div(L.c(1), L.add(a, L.c(2.5)))
  const s = L.keep(L.sub(t, L.c(0.15625)), 's')
  const factor = lastExact(L, s, erfcxFactor[L.bits])
  const power = L.add(high, expTail(L, high, rest))
  const above = sum(L, factor.high, L.keep(L.add(L.mul(factor.high, power), factor.low), 'more'))
  const below = L.keep(L.add(a, L.c(0.5)), 'below')
  const lost = L.mul(L.div(above.high, below), L.add(L.sub(a, below), L.c(0.5)))
  return scaled(L, L.div(L.add(above.high, L.sub(above.low, lost)), below), scale)
}
