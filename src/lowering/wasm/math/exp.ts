// lowering/wasm/math: the exponential function, and what is one quotient of it: sigmoid and tanh. Invariant: NaN passes through
// every clamp, and powers of two are multiplied in, never added to the exponent of what may be NaN.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { expRest, tanhDenominator, tanhNumerator } from './exponentialCoefficients.ts'

const formats = {
  // log 2 in two parts (FreeBSD msun, e_expf.c and e_exp.c): whole multiples n·high are exact.
  32: { magic: 1.5 * 2 ** 23, bias: 127, mantissa: 23, high: 0.693145751953125, low: 1.428606765330187e-6, least: -104, most: 89, digits: 12 },
  64: { magic: 1.5 * 2 ** 52, bias: 1023, mantissa: 52, high: 6.9314718036912381649e-1, low: 1.90821492927058770002e-10, least: -746, most: 710, digits: 24 },
}

/** exp(x) = 2^n·(1 + high + low); the low bits of `scale` are n + offset; |high| ≤ log(2)/2 is exact. */
export interface Reduced {
  readonly scale: Node
  readonly high: Node
  readonly low: Node
}

/** Cody and Waite's reduction, and a minimax polynomial. x must be kept. */
export function reduceExp(L: Lanes, x: Node, offset: number): Reduced {
  const { magic, high, low } = formats[L.bits]
  const shift = L.c(magic + offset)
  const scale = L.keep(L.add(L.mul(x, L.c(Math.LOG2E)), shift), 'scale')
  const n = L.keep(L.sub(scale, shift), 'n')
  const r = L.keep(L.sub(x, L.mul(n, L.c(high))), 'r')
  const lost = L.keep(L.mul(n, L.c(low)), 'lost')
  const s = L.keep(L.sub(r, lost), 's')
  const rest = L.mul(L.keep(L.mul(s, s), 's2'), L.poly(s, expRest[L.bits]))
  return { scale, high: r, low: L.sub(rest, lost) }
}

/** e to the power x. Measured: 0.8 ulp. */
export function exp(L: Lanes, x: Node): Node {
  const { bias, mantissa, least, most } = formats[L.bits]
  const within = L.keep(L.pmax(L.pmin(x, L.c(most)), L.c(least)), 'x')
  const { scale, high, low } = reduceExp(L, within, 2 * bias)
  const y = L.add(L.c(1), L.add(high, low))
  // 2^n in two factors, neither of which overflows: right for subnormal results too.
  const half = L.keep(L.ushr(scale, 1), 'half')
  return L.mul(L.mul(y, L.shl(half, mantissa)), L.shl(L.isub(scale, half), mantissa))
}

/**
 * 1 / (1 + exp(-x)) as e/(1 + e) or 1/(1 + e) with e = exp(-|x|), which neither overflows nor loses small results. Two
 * roundings before the quotient's own leave up to 1.7 ulp; to correct the quotient would cost a quarter of the time.
 */
export function sigmoid(L: Lanes, x: Node): Node {
  const { bias, mantissa, least } = formats[L.bits]
  const v = L.keep(x, 'x')
  const below = L.keep(L.pmax(L.or(v, L.c(-0)), L.c(least)), 'below')
  const { scale, high, low } = reduceExp(L, below, bias + 64)
  const part = L.mul(L.add(L.c(1), L.add(high, low)), L.shl(scale, mantissa))
  const e = L.keep(L.mul(part, L.c(2 ** -64)), 'e')
  return L.div(L.select(L.lt(v, L.c(0)), e, L.c(1)), L.add(e, L.c(1)))
}

/** x + x·s·P(s)/Q(s) with s = x² below 1, 1 - 2/(exp(2|x|) + 1) beyond: one quotient of what each lane needs. */
export function tanh(L: Lanes, x: Node): Node {
  const { bias, mantissa, digits } = formats[L.bits]
  const v = L.keep(x, 'x')
  const size = L.keep(L.abs(v), 'size')
  const double = L.pmin(L.add(size, size), L.c(2 * digits))
  const { scale, high, low } = reduceExp(L, L.keep(double, 'double'), bias)
  const e = L.mul(L.add(L.c(1), L.add(high, low)), L.shl(scale, mantissa))
  const s = L.keep(L.mul(v, v), 's')
  const small = L.keep(L.lt(size, L.c(1)), 'small')
  const above = L.select(small, L.mul(s, L.poly(s, tanhNumerator[L.bits])), L.c(-2))
  const quotient = L.div(above, L.select(small, L.poly(s, tanhDenominator[L.bits]), L.add(e, L.c(1))))
  const whole = L.keep(L.select(small, size, L.c(1)), 'whole')
  return L.or(L.add(whole, L.mul(whole, quotient)), L.and(v, L.c(-0)))
}
