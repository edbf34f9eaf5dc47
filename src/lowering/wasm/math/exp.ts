// lowering/wasm/math: the exponential function, and what is one quotient of it: sigmoid and tanh. Invariant: NaN passes through
// every clamp, and powers of two are multiplied in, never added to the exponent of what may be NaN.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { cothRest, expShort, tanhDenominator, tanhNumerator } from './exponentialCoefficients.ts'
import { pairs } from './polynomial.ts'

/** Of each format: */
export const formats = {
  32: {
    /** A float whose last bit is worth 1, with room for n on both sides: what is added to it is rounded to a whole number. */
    magic: 1.5 * 2 ** 23,
    bias: 127,
    mantissa: 23,
    /** log 2 in two parts (FreeBSD msun, e_expf.c and e_exp.c): whole multiples n·high are exact. */
    high: 0.693145751953125,
    low: 1.428606765330187e-6,
    /** exp is 0 below, Infinity above. */
    least: -104,
    most: 89,
    /** tanh is 1 above. */
    digits: 9.5,
    /** The leading half of the bits of a float, and log 2 of so many and its rest. */
    split: -4096,
    ln2: 0.693115234375,
    ln2Rest: 3.1946184945309415e-5,
  },
  64: {
    magic: 1.5 * 2 ** 52,
    bias: 1023,
    mantissa: 52,
    high: 0.6931471803691238,
    low: 1.9082149292705877e-10,
    least: -746,
    most: 710,
    digits: 20,
    split: -134217728n,
    ln2: 0.6931471675634384,
    ln2Rest: 1.2996506893889889e-8,
  },
}

/** As 0.81·(2 ± r) stays between 1.33 and 1.91, neither crosses a power of two, where the unit of the last place doubles. */
const WITHIN_TWO = 0.81

const short = (L: Lanes, x: Node, c: readonly number[]): Node => (c.length > 4 ? pairs(L, x, c) : L.poly(x, c))

/** x = n·log(2) + r, r = high + low, |r| ≤ log(2)/2 and high exact; the low bits of `scale` are n + offset. */
export interface Reduced {
  readonly n: Node
  readonly scale: Node
  readonly high: Node
  readonly low: Node
}

/** Cody and Waite's reduction. x must be kept. */
export function reduceExp(L: Lanes, x: Node, offset: number): Reduced {
  const { magic, high, low } = formats[L.bits]
  const shift = L.c(magic + offset)
  const scale = L.keep(L.add(L.mul(x, L.c(Math.LOG2E)), shift), 'scale')
  const n = L.keep(L.sub(scale, shift), 'n')
  const rest = L.keep(L.sub(x, L.mul(n, L.c(high))), 'high')
  return { n, scale, high: rest, low: L.keep(L.mul(n, L.c(-low)), 'low') }
}

/** exp(high + low) - 1 - high, for high and low kept: low + r²·P(r). */
export function expTail(L: Lanes, high: Node, low: Node): Node {
  const r = L.keep(L.add(high, low), 'r')
  const t = L.keep(L.mul(r, r), 't')
  return L.add(low, L.mul(t, pairs(L, r, expShort[L.bits], t)))
}

/** y·2^n in two factors, neither of which overflows: right for subnormal results too. The low bits of `scale` are n + 2·bias. */
export function scaled(L: Lanes, y: Node, scale: Node): Node {
  const { mantissa } = formats[L.bits]
  const half = L.keep(L.ushr(scale, 1), 'half')
  return L.mul(L.mul(y, L.shl(half, mantissa)), L.shl(L.isub(scale, half), mantissa))
}

/** e to the power x: 0.9 ulp. */
export function exp(L: Lanes, x: Node): Node {
  const { bias, least, most } = formats[L.bits]
  const within = L.keep(L.pmax(L.pmin(x, L.c(most)), L.c(least)), 'x')
  const { scale, high, low } = reduceExp(L, within, 2 * bias)
  return scaled(L, L.add(L.c(1), L.add(high, expTail(L, high, low))), scale)
}

/** 2 to the power x, by x - n times log(2) in two parts: 0.9 ulp. */
export function exp2(L: Lanes, x: Node): Node {
  const { bias, magic, least, most, split, ln2, ln2Rest } = formats[L.bits]
  const within = L.keep(L.pmax(L.pmin(x, L.c(most * 1.45)), L.c(least * 1.45)), 'x')
  const shift = L.c(magic + 2 * bias)
  const scale = L.keep(L.add(within, shift), 'scale')
  const f = L.keep(L.sub(within, L.sub(scale, shift)), 'f')
  const head = L.keep(L.and(f, L.int(split)), 'head')
  const high = L.keep(L.mul(head, L.c(ln2)), 'high')
  const low = L.keep(L.add(L.mul(head, L.c(ln2Rest)), L.mul(L.sub(f, head), L.c(Math.LN2))), 'low')
  return scaled(L, L.add(L.c(1), L.add(high, expTail(L, high, low))), scale)
}

/**
 * 1 / (1 + exp(-x)) as one quotient, exp(-x) = 2^n·below/above: 1.95 ulp. Before the quotient's own rounding stand those of below and of
 * the sum, which count twice where the result is just below a power of two; to correct the quotient would cost a third of the time.
 * Powers of two less by 64 keep 2^n finite where the result is subnormal.
 */
export function sigmoid(L: Lanes, x: Node): Node {
  const { bias, mantissa, least, digits, magic, high, low } = formats[L.bits]
  const v = L.keep(L.pmax(L.pmin(x, L.c(4 * digits)), L.c(least)), 'x')
  const shift = L.c(magic + bias - 64)
  const scale = L.keep(L.add(L.mul(v, L.c(-Math.LOG2E)), shift), 'scale')
  const n = L.keep(L.sub(scale, shift), 'n')
  const r = L.keep(L.add(L.add(v, L.mul(n, L.c(high))), L.mul(n, L.c(low))), 'r')
  const t = L.keep(L.mul(r, r), 't')
  const even = short(L, t, [2 * WITHIN_TWO, ...cothRest[L.bits].map((c) => c * WITHIN_TWO)])
  const above = L.keep(L.add(even, L.mul(r, L.c(WITHIN_TWO))), 'above')
  // From above, not from even: what above lost by rounding then cancels in the quotient.
  const below = L.sub(above, L.mul(r, L.c(2 * WITHIN_TWO)))
  const part = L.keep(L.mul(L.c(2 ** -64), above), 'part')
  return L.div(part, L.add(part, L.mul(below, L.shl(scale, mantissa))))
}

/**
 * x + x·q with q = tanh(x)/x - 1 for |x| below 1, else 1 + q with q = -2/(exp(2|x|) + 1): of the two q's the greater one. Next to
 * |x| = 1, q is a quarter of the result and has some roundings itself: 1.1 ulp in float32, 1.4 in float64; elsewhere 1.
 */
export function tanh(L: Lanes, x: Node): Node {
  const { bias, mantissa, digits, magic, high, low } = formats[L.bits]
  const v = L.keep(x, 'x')
  const size = L.keep(L.pmin(L.abs(v), L.c(digits)), 'size')
  const shift = L.c(magic + bias)
  const scale = L.keep(L.add(L.mul(size, L.c(2 * Math.LOG2E)), shift), 'scale')
  const n = L.sub(scale, shift)
  // Where this q counts it is small: n·log(2)/2 in one part is exact enough.
  const r = L.keep(L.sub(size, L.mul(n, L.c((high + low) / 2))), 'r')
  const t = L.keep(L.mul(r, r), 't')
  // r·coth(r) from the coefficients of r·coth(r/2)
  const halved = cothRest[L.bits].map((c, i) => c * 2 * 4 ** i)
  const even = L.keep(short(L, t, [1, ...halved]), 'even')
  const below = L.keep(L.sub(r, even), 'below')
  const far = L.keep(L.div(L.add(below, below), L.sub(L.mul(L.add(even, r), L.shl(scale, mantissa)), below)), 'far')
  const whole = L.keep(L.pmin(size, L.c(1)), 'whole')
  const s = L.keep(L.mul(whole, whole), 's')
  const numerator = L.keep(L.mul(s, short(L, s, tanhNumerator[L.bits])), 'numerator')
  const near = L.bits === 32 ? numerator : L.div(numerator, L.poly(s, tanhDenominator[L.bits]))
  return L.or(L.add(whole, L.mul(whole, L.pmax(near, far))), L.and(v, L.c(-0)))
}
