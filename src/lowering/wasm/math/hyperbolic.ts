// lowering/wasm/math: expm1, softplus and the hyperbolic functions and their inverses, out of the parts of exp and log. Invariant:
// the sign of x is put on at the end, so that -0 stays -0.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { product } from './exact.ts'
import { expTail, formats, reduceExp } from './exp.ts'
import { atanhRest, sinhRest } from './exponentialCoefficients.ts'
import { logOfSum, logTail } from './log.ts'
import { pairs } from './polynomial.ts'

/** Far below every square root of this format that is not 0. */
const LEAST = { 32: 2 ** -100, 64: 2 ** -500 }

const signed = (L: Lanes, size: Node, x: Node): Node => L.or(size, L.and(x, L.c(-0)))

/**
 * exp(x) - 1 = 2^n·((1 - 2^-n) + high + tail), the first sum with what it loses: 1.15 ulp, where n = 1 and that sum is near 0.5 and tail
 * is a sixth of it.
 */
export function expm1(L: Lanes, x: Node): Node {
  const { magic, bias, mantissa, most, digits } = formats[L.bits]
  const v = L.keep(x, 'x')
  const within = L.keep(L.pmax(L.pmin(v, L.c(most)), L.c(-2 * digits)), 'within')
  const { n, scale, high, low } = reduceExp(L, within, bias - 1)
  const inverse = L.shl(L.sub(L.c(magic + bias), L.pmin(n, L.c(bias - 1))), mantissa)
  const whole = L.keep(L.sub(L.c(1), inverse), 'whole')
  const sum = L.keep(L.add(whole, high), 'sum')
  const lost = L.sub(high, L.sub(sum, whole))
  const y = L.keep(L.add(sum, L.add(lost, expTail(L, high, low))), 'y')
  return signed(L, L.mul(L.add(y, y), L.shl(scale, mantissa)), v)
}

/** exp(a)/2 ± exp(-a)/2 for a ≥ 0: 2^(n-1)·(1 + high + (tail ± 4^-n/(1 + high + tail))). */
function halfSum(L: Lanes, a: Node, sign: 1 | -1): Node {
  const { magic, bias, mantissa, most } = formats[L.bits]
  const within = L.keep(L.pmin(a, L.c(most + 1)), 'within')
  const { n, scale, high, low } = reduceExp(L, within, bias - 2)
  const tail = L.keep(expTail(L, high, low), 'tail')
  const sum = L.keep(L.add(L.c(1), high), 'sum')
  const lost = L.sub(high, L.sub(sum, L.c(1)))
  const few = L.keep(L.pmin(n, L.c(Math.ceil(mantissa / 2) + 4)), 'few')
  const small = L.shl(L.sub(L.c(magic + bias), L.add(few, few)), mantissa)
  const other = L.div(small, L.add(sum, tail))
  const rest = L.add(lost, tail)
  const y = L.keep(L.add(sum, sign > 0 ? L.add(rest, other) : L.sub(rest, other)), 'y')
  return L.mul(L.add(y, y), L.shl(scale, mantissa))
}

/** 1.2 ulp near 0, where exp(-x), with two roundings, is half of the result; 1 elsewhere. */
export function cosh(L: Lanes, x: Node): Node {
  return halfSum(L, L.abs(x), 1)
}

/** x + x·s·P(s) with s = x² below 1: 0.85 ulp. */
export function sinh(L: Lanes, x: Node): Node {
  const v = L.keep(x, 'x')
  const size = L.keep(L.abs(v), 'size')
  const s = L.keep(L.mul(size, size), 's')
  const near = L.add(size, L.mul(size, L.mul(s, pairs(L, s, sinhRest[L.bits]))))
  return signed(L, L.select(L.lt(size, L.c(1)), near, halfSum(L, size, -1)), v)
}

/** log(1 + e) for 0 ≤ e ≤ 1, kept: above √2 - 1, log 2 + log(1 + (e - 1)/2). */
function logOfGrown(L: Lanes, e: Node): Node {
  const { high, low } = formats[L.bits]
  const more = L.keep(L.gt(e, L.c(Math.SQRT2 - 1)), 'more')
  const f = L.keep(L.select(more, L.mul(L.c(0.5), L.sub(e, L.c(1))), e), 'f')
  const half = L.keep(L.mul(L.c(0.5), L.mul(f, f)), 'half')
  const tail = L.add(logTail(L, f, half), L.and(more, L.c(low)))
  return L.sub(L.and(more, L.c(high)), L.sub(L.sub(half, tail), f))
}

/**
 * log(1 + exp(x)) as max(x, 0) + log(1 + e), e = exp(-|x|). For negative x the error of e (0.9 ulp) and that of the logarithm add
 * up to 1.6; e in two parts would cost a third of the time.
 */
export function softplus(L: Lanes, x: Node): Node {
  const { bias, mantissa, least } = formats[L.bits]
  const v = L.keep(x, 'x')
  const below = L.keep(L.pmax(L.or(v, L.c(-0)), L.c(least)), 'below')
  const { scale, high, low } = reduceExp(L, below, bias + 64)
  const part = L.mul(L.add(L.c(1), L.add(high, expTail(L, high, low))), L.shl(scale, mantissa))
  const e = L.keep(L.mul(part, L.c(2 ** -64)), 'e')
  return L.add(L.pmax(v, L.c(0)), logOfGrown(L, e))
}

/** log(|x| + √(x² + 1)), with what the sums lose, log(2|x|) where that is the same: 1.2 ulp, as √(x² + 1) - 1 has four roundings. */
export function asinh(L: Lanes, x: Node): Node {
  const v = L.keep(x, 'x')
  const size = L.keep(L.abs(v), 'size')
  const huge = L.keep(L.gt(size, L.c(2 ** formats[L.bits].mantissa)), 'huge')
  const square = L.keep(L.mul(size, size), 'square')
  const root = L.sqrt(L.add(square, L.c(1)))
  const grown = L.keep(L.div(square, L.add(root, L.c(1))), 'grown')
  const sum = L.keep(L.add(size, grown), 'sum')
  const u = L.keep(L.add(L.c(1), sum), 'u')
  const seen = L.keep(L.sub(u, L.c(1)), 'seen')
  const lost = L.add(L.sub(L.c(1), L.sub(u, seen)), L.sub(sum, seen))
  const rest = L.keep(L.andnot(L.add(lost, L.sub(grown, L.sub(sum, size))), huge), 'rest')
  const whole = L.keep(L.select(huge, size, u), 'whole')
  const y = L.keep(logOfSum(L, whole, rest, L.and(huge, L.c(1))), 'y')
  return signed(L, L.select(L.lt(size, L.c(Number.POSITIVE_INFINITY)), y, size), v)
}

/** log(x + √(x² - 1)), the root with its rest, and what the sum loses; log(2x) where that is the same: 0.8 ulp. */
export function acosh(L: Lanes, x: Node): Node {
  const v = L.keep(x, 'x')
  const huge = L.keep(L.gt(v, L.c(2 ** formats[L.bits].mantissa)), 'huge')
  const below = L.keep(L.sub(v, L.c(1)), 'below')
  const above = L.keep(L.add(v, L.c(1)), 'above')
  const square = product(L, below, above)
  // below is exact up to 2, above is not: below·(what above lost) is of the square too.
  const squareRest = L.add(square.low, L.mul(below, L.sub(L.c(1), L.sub(above, v))))
  const root = L.keep(L.sqrt(square.high), 'root')
  const back = product(L, root, root)
  const missing = L.add(L.sub(L.sub(square.high, back.high), back.low), squareRest)
  const rootRest = L.div(missing, L.add(L.add(root, root), L.c(LEAST[L.bits])))
  const u = L.keep(L.add(v, root), 'u')
  const rest = L.keep(L.andnot(L.add(L.sub(root, L.sub(u, v)), rootRest), huge), 'rest')
  const whole = L.keep(L.select(huge, v, u), 'whole')
  const y = L.keep(logOfSum(L, whole, rest, L.and(huge, L.c(1))), 'y')
  return L.select(L.ge(v, L.c(1)), L.select(L.lt(v, L.c(Number.POSITIVE_INFINITY)), y, v), L.c(Number.NaN))
}

/**
 * log((1 + a)/(1 - a))/2, a = |x|: with the power of two b next to that quotient, k·log(2)/2 + atanh(s),
 * s = ((1 + a) - b·(1 - a)) / ((1 + a) + b·(1 - a)), the numerator without rounding: 1.4 ulp where s is half of the result.
 */
export function atanh(L: Lanes, x: Node): Node {
  const { mantissa, bias, high, low } = formats[L.bits]
  const v = L.keep(x, 'x')
  const a = L.keep(L.abs(v), 'a')
  const above = L.keep(L.add(L.c(1), a), 'above')
  const below = L.keep(L.sub(L.c(1), a), 'below')
  const aboveLost = L.sub(a, L.sub(above, L.c(1)))
  const belowLost = L.sub(L.sub(L.c(1), below), a)
  const bits = L.keep(L.ushr(L.iadd(L.isub(above, below), L.int(1n << BigInt(mantissa - 3))), mantissa), 'bits')
  const k = L.keep(L.sub(L.or(bits, L.c(2 ** mantissa)), L.c(2 ** mantissa)), 'k')
  const b = L.keep(L.shl(L.iadd(bits, L.int(bias)), mantissa), 'b')
  const scaledBelow = L.keep(L.mul(b, below), 'scaledBelow')
  const difference = L.add(L.sub(above, scaledBelow), L.sub(aboveLost, L.mul(b, belowLost)))
  const s = L.keep(L.div(difference, L.add(above, scaledBelow)), 's')
  const z = L.keep(L.mul(s, s), 'z')
  const tail = L.add(L.mul(L.mul(s, z), pairs(L, z, atanhRest[L.bits])), L.mul(k, L.c(low / 2)))
  const y = L.add(L.mul(k, L.c(high / 2)), L.add(s, tail))
  const end = L.select(L.eq(a, L.c(1)), L.c(Number.POSITIVE_INFINITY), L.c(Number.NaN))
  return signed(L, L.select(L.lt(a, L.c(1)), y, end), v)
}
