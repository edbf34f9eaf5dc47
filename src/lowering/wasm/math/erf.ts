// lowering/wasm/math: the error function and its kin on lanes. Invariant: arguments are kept before anything else.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { erfcxFactor, erfRoot, erfSmall } from './erfCoefficients.ts'
import { halves } from './exact.ts'
import { expTail, formats, scaled } from './exp.ts'
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

/** Of each format: beyond `most` erfc is 0; the variable of its factor; the sum of the bits of a number and about its reciprocal. */
const tails = {
  32: { most: 10.1, shift: 2.5, middle: 1.7578125, reciprocal: 0x7ef311c7n },
  64: { most: 27.3, shift: 3.5, middle: 2.8515625, reciprocal: 0x7fde6238502484ban },
}

/**
 * 1 - erf(x), from exp(-x²)·Q(u)/(x + ¾) of |x|, u = (middle - x)/(x + shift), where Q hardly varies (after Shepherd and Laframboise,
 * Math. Comp. 36, 1981), and 2 - that for negative x. The square of the leading half of x is exact; what x + ¾ loses is taken
 * off the exponent. Measured: 2 ulp, as the quotient's operand and the quotient are rounded.
 */
export function erfc(L: Lanes, x: Node): Node {
  const { magic, bias, high, low } = formats[L.bits]
  const { most, shift, middle, reciprocal } = tails[L.bits]
  x = L.keep(x, 'x')
  const a = L.keep(L.pmin(L.abs(x), L.c(most)), 'a')
  const u = L.keep(L.div(L.sub(L.c(middle), a), L.add(a, L.c(shift))), 'u')
  const head = halves(L, a)
  const square = L.keep(L.mul(head.high, head.high), 'square')
  const whole = L.c(magic + 2 * bias)
  const scale = L.keep(L.sub(whole, L.mul(square, L.c(Math.LOG2E))), 'scale')
  const n = L.keep(L.sub(whole, scale), 'n')
  const near = L.keep(L.sub(L.mul(n, L.c(high)), square), 'high')
  const below = L.keep(L.add(a, L.c(0.75)), 'below')
  const lost = L.mul(L.sub(a, L.sub(below, L.c(0.75))), L.isub(L.int(reciprocal), below))
  const rest = L.keep(L.sub(L.sub(L.mul(n, L.c(low)), lost), L.mul(head.low, L.add(a, head.high))), 'low')
  const factor = lastExact(L, u, erfcxFactor[L.bits])
  const tail = L.add(L.mul(factor.high, expTail(L, near, rest)), factor.low)
  const above = L.add(factor.high, L.add(tail, L.mul(factor.high, near)))
  const y = L.keep(scaled(L, L.div(above, below), scale), 'y')
  return L.select(L.lt(x, L.c(0)), L.sub(L.c(2), y), y)
}
