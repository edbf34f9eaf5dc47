// lowering/wasm/math: the exponential function, and what is one quotient of it: sigmoid and tanh. Invariant: NaN passes through
// every clamp, and powers of two are multiplied in, never added to the exponent of what may be NaN.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { cothRest, tanhDenominator, tanhNumerator } from './exponentialCoefficients.ts'
import { pairs } from './polynomial.ts'

export const formats = {
  // log 2 in two parts (FreeBSD msun, e_expf.c and e_exp.c): whole multiples n·high are exact; and with ln2 of half the digits.
  32: {
    magic: 1.5 * 2 ** 23,
    bias: 127,
    mantissa: 23,
    high: 0.693145751953125,
    low: 1.428606765330187e-6,
    least: -104,
    most: 89,
    digits: 9.5,
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

/** exp(high + low) - 1 - high, for high and low kept: r·c/(2 - c), c = r + 2 - r·coth(r/2) (FreeBSD msun, e_exp.c). */
export function expTail(L: Lanes, high: Node, low: Node): Node {
  const r = L.keep(L.add(high, low), 'r')
  const t = L.keep(L.mul(r, r), 't')
  const c = L.keep(L.sub(r, L.mul(t, short(L, t, cothRest[L.bits]))), 'c')
  return L.add(L.div(L.mul(r, c), L.sub(L.c(2), c)), low)
}

/** y·2^n in two factors, neither of which overflows: right for subnormal results too. The low bits of `scale` are n + 2·bias. */
export function scaled(L: Lanes, y: Node, scale: Node): Node {
  const { mantissa } = formats[L.bits]
  const half = L.keep(L.ushr(scale, 1), 'half')
  return L.mul(L.mul(y, L.shl(half, mantissa)), L.shl(L.isub(scale, half), mantissa))
}

/** e to the power x. */
export function exp(L: Lanes, x: Node): Node {
  const { bias, least, most } = formats[L.bits]
  const within = L.keep(L.pmax(L.pmin(x, L.c(most)), L.c(least)), 'x')
  const { scale, high, low } = reduceExp(L, within, 2 * bias)
  return scaled(L, L.add(L.c(1), L.add(high, expTail(L, high, low))), scale)
}

/** 2 to the power x: x - n times log(2), in two parts. */
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

/** 1 / (1 + exp(-x)) */
export function sigmoid(L: Lanes, x: Node): Node {
  const { bias, mantissa, least, digits, magic, high, low } = formats[L.bits]
  const v = L.keep(L.pmax(L.pmin(x, L.c(4 * digits)), L.c(least)), 'x')
  const shift = L.c(magic + bias - 64)
  const scale = L.keep(L.add(L.mul(v, L.c(-Math.LOG2E)), shift), 'scale')
  const n = L.keep(L.sub(scale, shift), 'n')
  const r = L.keep(L.add(L.add(v, L.mul(n, L.c(high))), L.mul(n, L.c(low))), 'r')
  const t = L.keep(L.mul(r, r), 't')
  // exp(-x) = 2^n·below/above, both scaled to lie between 1 and 2
  const K = 0.81
  const even = short(L, t, [2 * K, ...cothRest[L.bits].map((c) => c * K)])
  const above = L.keep(L.add(even, L.mul(r, L.c(K))), 'above')
  const below = L.sub(above, L.mul(r, L.c(2 * K)))
  const part = L.keep(L.mul(L.c(2 ** -64), above), 'part')
  return L.div(part, L.add(part, L.mul(below, L.shl(scale, mantissa))))
}

/** x + x·q with q = tanh(x)/x - 1 for |x| below 1, else 1 + q with q = -2/(exp(2|x|) + 1): of the two q's the greater one. */
export function tanh(L: Lanes, x: Node): Node {
  const { bias, mantissa, digits, magic, high, low } = formats[L.bits]
  const v = L.keep(x, 'x')
  const size = L.keep(L.pmin(L.abs(v), L.c(digits)), 'size')
  const shift = L.c(magic + bias)
  const scale = L.keep(L.add(L.mul(size, L.c(2 * Math.LOG2E)), shift), 'scale')
  const n = L.sub(scale, shift)
  // Where this branch counts, n·log(2)/2 in one part is exact enough: q is small.
  const r = L.keep(L.sub(size, L.mul(n, L.c((high + low) / 2))), 'r')
  const t = L.keep(L.mul(r, r), 't')
  const halved = cothRest[L.bits].map((c, i) => c * 2 * 4 ** i)
  const even = L.keep(short(L, t, [1, ...halved]), 'even')
  const above = L.keep(L.sub(r, even), 'above')
  const far = L.keep(L.div(L.add(above, above), L.sub(L.mul(L.add(even, r), L.shl(scale, mantissa)), above)), 'far')
  const whole = L.keep(L.pmin(size, L.c(1)), 'whole')
  const s = L.keep(L.mul(whole, whole), 's')
  const above1 = L.mul(s, L.poly(s, tanhNumerator[L.bits]))
  const near = L.bits === 32 ? above1 : L.div(above1, L.poly(s, tanhDenominator[L.bits]))
  return L.or(L.add(whole, L.mul(whole, L.pmax(near, far))), L.and(v, L.c(-0)))
}
