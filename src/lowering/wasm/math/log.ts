// lowering/wasm/math: logarithms. Invariant: arguments that are not positive normal numbers take a branch of their own.
import { get, type Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { logRest } from './exponentialCoefficients.ts'
import { pairs } from './polynomial.ts'

const formats = {
  // log 2 in two parts (FreeBSD msun, e_logf.c and e_log.c): whole multiples k·high are exact.
  32: {
    mantissa: 23,
    bias: 127,
    least: 2 ** -126,
    root: 0x3f3504f3n,
    high: 0.693145751953125,
    low: 1.428606765330187e-6,
    split: -4096,
    log2e: [1.4423828125, 0.00031222838896340733],
    log10e: [0.4342041015625, 9.038034075182765e-5],
    log10of2: [0.301025390625, 4.605038981195214e-6],
  },
  64: {
    mantissa: 52,
    bias: 1023,
    least: 2 ** -1022,
    root: 0x3fe6a09e667f3bcdn,
    high: 0.6931471803691238,
    low: 1.9082149292705877e-10,
    split: -(1n << 32n),
    log2e: [1.4426946640014648, 3.768874985636099e-7],
    log10e: [0.4342944622039795, 1.9699272335463627e-8],
    log10of2: [0.30102999566361177, 3.694239077158931e-13],
  },
}

/** x = 2^k·(1 + f), √½ ≤ 1 + f < √2, for positive normal x, kept; k as a float. */
export function splitLog(L: Lanes, x: Node): { readonly k: Node; readonly f: Node } {
  const { mantissa, bias, root } = formats[L.bits]
  const one = BigInt(bias) << BigInt(mantissa)
  const moved = L.keep(L.iadd(x, L.int(one - root)), 'moved')
  const fraction = L.and(moved, L.int((1n << BigInt(mantissa)) - 1n))
  // The biased exponent as the last bits of a float whose unit is 1.
  const magic = 2 ** mantissa
  const k = L.sub(L.or(L.ushr(moved, mantissa), L.c(magic)), L.c(magic + bias))
  return { k: L.keep(k, 'k'), f: L.keep(L.sub(L.iadd(fraction, L.int(root)), L.c(1)), 'f') }
}

/** s·(f²/2 + R) with log(1 + f) = f - f²/2 + s·(f²/2 + R), s = f/(2 + f) (FreeBSD msun, e_log.c). f and half = f²/2 must be kept. */
export function logTail(L: Lanes, f: Node, half: Node): Node {
  const s = L.keep(L.div(f, L.add(L.c(2), f)), 's')
  const z = L.keep(L.mul(s, s), 'z')
  const c = logRest[L.bits]
  return L.mul(s, L.add(half, L.mul(z, c.length > 4 ? pairs(L, z, c) : L.poly(z, c))))
}

/** log(x·2^more) for positive normal x, kept. */
function logNormal(L: Lanes, x: Node, more: Node | null): Node {
  const { high, low } = formats[L.bits]
  const split = splitLog(L, x)
  const k = more === null ? split.k : L.keep(L.add(split.k, more), 'k')
  const { f } = split
  const half = L.keep(L.mul(L.c(0.5), L.mul(f, f)), 'half')
  const tail = L.add(logTail(L, f, half), L.mul(k, L.c(low)))
  return L.sub(L.mul(k, L.c(high)), L.sub(L.sub(half, tail), f))
}

/** Some lane of x (kept) is not a positive normal number: an i32. */
export function anyNotNormal(L: Lanes, x: Node): Node {
  const { mantissa, bias } = formats[L.bits]
  const [least, infinity, sign] = [1n << BigInt(mantissa), BigInt(2 * bias + 1) << BigInt(mantissa), 1n << BigInt(L.bits - 1)]
  return L.any(L.igt(L.iadd(x, L.int(sign - least)), L.int(infinity - least - 1n - sign)))
}

/**
 * The value of `normal` at positive normal x (kept); where a lane is something else, also subnormal numbers (as x·2^more),
 * logarithms' values at 0, ∞, NaN and negative numbers.
 */
export function withLogSpecials(L: Lanes, x: Node, normal: (x: Node, more: Node | null) => Node): Node {
  const { mantissa, least } = formats[L.bits]
  const y = L.code.variable('y', normal(x, null))
  L.code.if(anyNotNormal(L, x), () => {
    const tiny = L.keep(L.lt(x, L.c(least)), 'tiny')
    const grown = L.keep(L.select(tiny, L.mul(x, L.c(2 ** mantissa)), x), 'grown')
    const value = normal(grown, L.and(tiny, L.c(-mantissa)))
    const outside = L.select(L.eq(x, L.c(0)), L.c(Number.NEGATIVE_INFINITY), L.c(Number.NaN))
    const positive = L.select(L.gt(x, L.c(0)), value, outside)
    L.code.set(y, L.select(L.lt(x, L.c(Number.POSITIVE_INFINITY)), positive, x))
  })
  return get(y)
}

/** The natural logarithm: 0.85 ulp. */
export function log(L: Lanes, x: Node): Node {
  return withLogSpecials(L, L.keep(x, 'x'), (v, more) => logNormal(L, v, more))
}

/**
 * log(x)/log(base) for normal x, kept: f - f²/2 in two parts, its first part times the first part of 1/log(base) without rounding
 * (FreeBSD msun, e_log2.c and e_log10.c).
 */
function logInBase(L: Lanes, x: Node, more: Node | null, inverse: readonly number[], two: readonly number[]): Node {
  const split = splitLog(L, x)
  const k = more === null ? split.k : L.keep(L.add(split.k, more), 'k')
  const { f } = split
  const half = L.keep(L.mul(L.c(0.5), L.mul(f, f)), 'half')
  const high = L.keep(L.and(L.sub(f, half), L.int(formats[L.bits].split)), 'high')
  const low = L.keep(L.add(L.sub(L.sub(f, high), half), logTail(L, f, half)), 'low')
  const whole = two[0] === 1 ? k : L.keep(L.mul(k, L.c(two[0])), 'whole')
  const product = L.keep(L.mul(high, L.c(inverse[0])), 'product')
  const sum = L.keep(L.add(whole, product), 'sum')
  const rest = L.add(L.mul(L.add(low, high), L.c(inverse[1])), L.mul(low, L.c(inverse[0])))
  const lost = L.add(L.sub(whole, sum), product)
  return L.add(L.add(two[0] === 1 ? rest : L.add(rest, L.mul(k, L.c(two[1]))), lost), sum)
}

/** 0.75 ulp. */
export function log2(L: Lanes, x: Node): Node {
  return withLogSpecials(L, L.keep(x, 'x'), (v, more) => logInBase(L, v, more, formats[L.bits].log2e, [1, 0]))
}

/** 0.7 ulp. */
export function log10(L: Lanes, x: Node): Node {
  return withLogSpecials(L, L.keep(x, 'x'), (v, more) => logInBase(L, v, more, formats[L.bits].log10e, formats[L.bits].log10of2))
}

/**
 * log(u + rest) for positive normal u and |rest| ≤ half a unit in its last place, both kept; `more` is added to the exponent.
 * Right also where u = 1 and rest is all there is.
 */
export function logOfSum(L: Lanes, u: Node, rest: Node, more: Node | null = null): Node {
  const { high, low } = formats[L.bits]
  const split = splitLog(L, u)
  const k = more === null ? split.k : L.keep(L.add(split.k, more), 'k')
  const { f } = split
  const half = L.keep(L.mul(L.c(0.5), L.mul(f, f)), 'half')
  const tail = L.add(logTail(L, f, half), L.add(L.mul(k, L.c(low)), L.div(rest, u)))
  return L.sub(L.mul(k, L.c(high)), L.sub(L.sub(half, tail), f))
}

/** log(1 + x): what 1 + x loses is kept (FreeBSD msun, s_log1p.c): 0.8 ulp. */
export function log1p(L: Lanes, x: Node): Node {
  const v = L.keep(x, 'x')
  const u = L.keep(L.add(L.c(1), v), 'u')
  const seen = L.keep(L.sub(u, L.c(1)), 'seen')
  const lost = L.keep(L.add(L.sub(L.c(1), L.sub(u, seen)), L.sub(v, seen)), 'lost')
  const y = L.code.variable('y', logOfSum(L, u, lost))
  L.code.if(anyNotNormal(L, u), () => {
    const outside = L.select(L.eq(u, L.c(0)), L.c(Number.NEGATIVE_INFINITY), L.c(Number.NaN))
    const positive = L.select(L.gt(u, L.c(0)), get(y), outside)
    L.code.set(y, L.select(L.lt(u, L.c(Number.POSITIVE_INFINITY)), positive, u))
  })
  return L.or(get(y), L.and(v, L.c(-0)))
}
