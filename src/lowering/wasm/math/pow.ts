// lowering/wasm/math: powers, as Math.pow. Invariant: the logarithm has half as many digits again as the format.
import { get, ins, type Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { halves } from './exact.ts'
import { formats as expFormats, expTail, scaled } from './exp.ts'
import { powRest } from './exponentialCoefficients.ts'
import { anyNotNormal, splitLog } from './log.ts'
import { pairs } from './polynomial.ts'

const formats = {
  // 2/(3·log 2) in two parts. No power of a number but 1 is finite and not 0 beyond `exponent`; 2^±`beyond` is Infinity or 0.
  32: { least: 2 ** -126, mantissa: 23, exponent: 2 ** 40, beyond: 160, over: [0.961669921875, 0.0001267720509756049] },
  64: { least: 2 ** -1022, mantissa: 52, exponent: 2 ** 70, beyond: 1100, over: [0.9617966860532761, 7.872699542894897e-9] },
}

/** log2(x·2^more) in two parts, the first of half the digits: 2/3·s·(3 + s² + …), s = f/(2 + f) in two parts (FreeBSD msun, e_pow.c). */
function log2Parts(L: Lanes, x: Node, more: Node | null): { readonly high: Node; readonly low: Node } {
  const { over } = formats[L.bits]
  const split = splitLog(L, x)
  const k = more === null ? split.k : L.keep(L.add(split.k, more), 'k')
  const { f } = split
  const den = L.keep(L.add(L.c(2), f), 'den')
  const inverse = L.keep(L.div(L.c(1), den), 'inverse')
  const s = L.keep(L.mul(f, inverse), 's')
  const head = halves(L, s).high
  const denHead = halves(L, den).high
  const denRest = L.sub(f, L.sub(denHead, L.c(2)))
  const sRest = L.keep(L.mul(inverse, L.sub(L.sub(f, L.mul(head, denHead)), L.mul(head, denRest))), 'sRest')
  const z = L.keep(L.mul(s, s), 'z')
  const square = L.keep(L.mul(head, head), 'square')
  const r = L.keep(L.add(L.mul(L.mul(z, z), pairs(L, z, powRest[L.bits])), L.mul(sRest, L.add(head, s))), 'r')
  const sum = L.keep(L.add(L.add(L.c(3), square), r), 'sum')
  const factor = halves(L, sum).high
  const factorRest = L.sub(r, L.sub(L.sub(factor, L.c(3)), square))
  const u = L.keep(L.mul(head, factor), 'u')
  const v = L.keep(L.add(L.mul(sRest, factor), L.mul(factorRest, s)), 'v')
  const whole = halves(L, L.keep(L.add(u, v), 'whole')).high
  const rest = L.sub(v, L.sub(whole, u))
  const high = L.keep(L.mul(whole, L.c(over[0])), 'high')
  const low = L.keep(L.add(L.mul(whole, L.c(over[1])), L.mul(rest, L.c(over[0] + over[1]))), 'low')
  const first = halves(L, L.keep(L.add(L.add(high, low), k), 'log2')).high
  return { high: first, low: L.sub(low, L.sub(L.sub(first, k), high)) }
}

/** (x·2^more)^y for positive normal x and finite y, both kept. */
function powNormal(L: Lanes, x: Node, y: Node, more: Node | null): Node {
  const { exponent, beyond } = formats[L.bits]
  const { magic, bias, ln2, ln2Rest } = expFormats[L.bits]
  const log2 = log2Parts(L, x, more)
  const power = L.keep(L.pmax(L.pmin(y, L.c(exponent)), L.c(-exponent)), 'power')
  const p = halves(L, power)
  const clamp = (v: Node, to: number): Node => L.pmax(L.pmin(v, L.c(to)), L.c(-to))
  const low = L.keep(clamp(L.add(L.mul(p.low, log2.high), L.mul(power, log2.low)), 1), 'low')
  const high = L.keep(clamp(L.mul(p.high, log2.high), beyond), 'high')
  const shift = L.c(magic + 2 * bias)
  const scale = L.keep(L.add(L.add(high, low), shift), 'scale')
  const rest = L.keep(L.sub(high, L.sub(scale, shift)), 'rest')
  const t = halves(L, L.keep(L.add(rest, low), 't')).high
  const natural = L.keep(L.mul(t, L.c(ln2)), 'natural')
  const lost = L.sub(low, L.sub(t, rest))
  const naturalRest = L.keep(L.add(L.mul(lost, L.c(Math.LN2)), L.mul(t, L.c(ln2Rest))), 'naturalRest')
  return scaled(L, L.add(L.c(1), L.add(natural, expTail(L, natural, naturalRest))), scale)
}

/** The power where x may be anything, y not finite: both kept. */
function powAny(L: Lanes, x: Node, y: Node): Node {
  const { least, mantissa } = formats[L.bits]
  const [infinity, nan] = [L.c(Number.POSITIVE_INFINITY), L.c(Number.NaN)]
  const size = L.keep(L.abs(x), 'size')
  const tiny = L.keep(L.lt(size, L.c(least)), 'tiny')
  const grown = L.keep(L.select(tiny, L.mul(size, L.c(2 ** mantissa)), size), 'grown')
  const value = powNormal(L, grown, y, L.and(tiny, L.c(-mantissa)))
  const zero = L.keep(L.eq(size, L.c(0)), 'zero')
  const endless = L.keep(L.eq(size, infinity), 'endless')
  const end = L.and(L.xor(zero, L.gt(y, L.c(0))), infinity)
  const magnitude = L.select(L.or(zero, endless), end, value)
  const whole = L.keep(L.eq(L.trunc(y), y), 'whole')
  const half = L.keep(L.mul(y, L.c(0.5)), 'half')
  const odd = L.andnot(whole, L.eq(L.trunc(half), half))
  const signed = L.or(magnitude, L.and(odd, L.and(x, L.c(-0))))
  const complex = L.andnot(L.andnot(L.lt(x, L.c(0)), endless), whole)
  const undecided = L.and(L.eq(size, L.c(1)), L.eq(L.abs(y), infinity))
  const unordered = L.or(L.ne(x, x), L.ne(y, y))
  const result = L.select(L.or(L.or(complex, undecided), unordered), nan, signed)
  return L.select(L.eq(y, L.c(0)), L.c(1), result)
}

/** x to the power y as in JavaScript: 1 for y = 0, NaN for ±1 to the power ±∞ and for powers of negative numbers that are not whole. */
export function pow(L: Lanes, x: Node, y: Node): Node {
  const v = L.keep(x, 'x')
  const w = L.keep(y, 'y')
  const result = L.code.variable('power', powNormal(L, v, w, null))
  const endless = L.any(L.eq(L.abs(w), L.c(Number.POSITIVE_INFINITY)))
  L.code.if(ins('i32.or', anyNotNormal(L, v), endless), () => {
    L.code.set(result, powAny(L, v, w))
  })
  return get(result)
}
