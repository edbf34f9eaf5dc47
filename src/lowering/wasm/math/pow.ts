// lowering/wasm/math: powers, as Math.pow. Invariant: the logarithm has half as many digits again as the format.
import { get, ins, lane, type Node } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { halves, type Pair } from './exact.ts'
import { formats, scaled } from './exp.ts'
import { exp2Short, expRest, log2Short, powRest } from './exponentialCoefficients.ts'
import { anyNotNormal, splitLog } from './log.ts'
import { estrin, pairs } from './polynomial.ts'

/** 2/(3·log 2) in two parts. */
const OVER = [0.9617966860532761, 7.872699542894897e-9]
/** No power of a number but 1 is finite and not 0 beyond this exponent. */
const EXPONENT = 2 ** 70
/** 2 to this power is Infinity, 2 to its opposite is 0. */
const BEYOND = 1100

/** log2(x·2^more) in two parts, the first of half the digits: 2/3·s·(3 + s² + …), s = f/(2 + f) in two parts (FreeBSD msun, e_pow.c). */
export function log2Parts(L: Lanes, x: Node, more: Node | null): Pair {
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
  const squareRest = L.keep(L.mul(sRest, L.add(head, s)), 'squareRest')
  // s², more exact than z.
  const exact = L.keep(L.add(square, squareRest), 'exact')
  const r = L.add(L.mul(L.mul(exact, exact), estrin(L, z, powRest[L.bits])), squareRest)
  const factor = halves(L, L.keep(L.add(L.c(3), square), 'sum')).high
  const factorRest = L.add(L.sub(square, L.sub(factor, L.c(3))), r)
  const u = L.keep(L.mul(head, factor), 'u')
  const v = L.keep(L.add(L.mul(sRest, factor), L.mul(factorRest, s)), 'v')
  const sum = L.keep(L.add(u, v), 'sum')
  const whole = halves(L, sum).high
  const rest = L.sub(v, L.sub(whole, u))
  const low = L.add(L.mul(whole, L.c(OVER[1])), L.mul(rest, L.c(OVER[0] + OVER[1])))
  const first = halves(L, L.keep(L.add(L.mul(sum, L.c(OVER[0] + OVER[1])), k), 'log2')).high
  return { high: first, low: L.sub(low, L.sub(L.sub(first, k), L.mul(whole, L.c(OVER[0])))) }
}

/** y·log2(x·2^more) in two parts, the second less than 1 where the power is neither 0 nor infinite. */
function exponentParts(L: Lanes, x: Node, y: Node, more: Node | null): Pair {
  const log2 = log2Parts(L, x, more)
  const p = halves(L, y)
  const low = L.add(L.mul(p.low, log2.high), L.mul(y, log2.low))
  return { high: L.keep(L.mul(p.high, log2.high), 'high'), low: L.keep(low, 'low') }
}

/** 2^(high + low) as 2^n·(1 + rest); the low bits of `scale` are n + offset. */
export function exp2Parts(L: Lanes, { high, low }: Pair, offset: number): { readonly rest: Node; readonly scale: Node } {
  const { magic, ln2, ln2Rest } = formats[64]
  const shift = L.c(magic + offset)
  const scale = L.keep(L.add(high, shift), 'scale')
  const f = halves(L, L.keep(L.sub(high, L.sub(scale, shift)), 'f'))
  const natural = L.keep(L.mul(f.high, L.c(ln2)), 'natural')
  const rest = L.add(L.mul(L.add(f.low, low), L.c(Math.LN2)), L.mul(f.high, L.c(ln2Rest)))
  const lost = L.keep(rest, 'lost')
  const r = L.keep(L.add(natural, lost), 'r')
  const tail = L.add(L.mul(L.mul(r, r), estrin(L, r, expRest)), lost)
  return { rest: L.add(natural, tail), scale }
}

/** (x·2^more)^y for positive normal x, kept. */
function powClamped(L: Lanes, x: Node, y: Node, more: Node | null): Node {
  const clamp = (v: Node, to: number): Node => L.keep(L.pmax(L.pmin(v, L.c(to)), L.c(-to)), 'within')
  const { high, low } = exponentParts(L, x, clamp(y, EXPONENT), more)
  const power = exp2Parts(L, { high: clamp(high, BEYOND), low: clamp(low, 1) }, 2 * formats[64].bias)
  return scaled(L, L.add(L.c(1), power.rest), power.scale)
}

/** In float64: x and y of float32, x positive. */
function powShort(L: Lanes, x: Node, y: Node): Node {
  const { magic, bias, mantissa } = formats[64]
  const { k, f } = splitLog(L, x)
  const s = L.keep(L.div(f, L.add(L.c(2), f)), 's')
  const log2 = L.add(L.mul(s, pairs(L, L.keep(L.mul(s, s), 'z'), log2Short)), k)
  const exponent = L.keep(L.pmax(L.pmin(L.mul(log2, y), L.c(200)), L.c(-200)), 'exponent')
  const shift = L.c(magic + bias)
  const scale = L.keep(L.add(exponent, shift), 'scale')
  const rest = L.keep(L.sub(exponent, L.sub(scale, shift)), 'rest')
  return L.mul(pairs(L, rest, exp2Short), L.shl(scale, mantissa))
}

/** x^y where that is usual; `far` marks the other lanes, beside those of x that are not positive normal numbers. */
interface Usual {
  readonly value: Node
  readonly far: Node
}

/** Four float32 lanes as two vectors of float64: a shorter way than two parts of float32, and two ways at once. */
function powWide(L: Lanes, x: Node, y: Node): Usual {
  const wide = new Lanes(L.code, 64)
  const upper = (v: Node): Node => lane('i8x16.shuffle', [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15], v, v)
  const promoted = (v: Node): Node => wide.keep(ins('f64x2.promote_low_f32x4', v), 'wide')
  const part = (at: (v: Node) => Node): Node => ins('f32x4.demote_f64x2_zero', powShort(wide, promoted(at(x)), promoted(at(y))))
  const low = L.keep(
    part((v) => v),
    'low',
  )
  const value = lane('i8x16.shuffle', [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23], low, part(upper))
  return { value, far: L.eq(L.abs(y), L.c(Number.POSITIVE_INFINITY)) }
}

function powNear(L: Lanes, x: Node, y: Node): Usual {
  const { bias, mantissa } = formats[64]
  const exponent = exponentParts(L, x, y, null)
  const power = exp2Parts(L, exponent, bias)
  return { value: L.mul(L.add(L.c(1), power.rest), L.shl(power.scale, mantissa)), far: L.not(L.lt(L.abs(exponent.high), L.c(bias - 3))) }
}

/** The power where x may be anything, and y not finite, both kept, from |x|^y where that is no special case. */
function powAny(L: Lanes, x: Node, y: Node, size: Node, value: Node): Node {
  const [infinity, nan] = [L.c(Number.POSITIVE_INFINITY), L.c(Number.NaN)]
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

/** (x·2^more)^y of float64 where it may be far from 1, or x = |v| subnormal. */
function powFar(L: Lanes, size: Node, y: Node): Node {
  const { mantissa } = formats[64]
  const tiny = L.keep(L.lt(size, L.c(2 ** -1022)), 'tiny')
  const grown = L.keep(L.select(tiny, L.mul(size, L.c(2 ** mantissa)), size), 'grown')
  return powClamped(L, grown, y, L.and(tiny, L.c(-mantissa)))
}

/**
 * x to the power y as in JavaScript: 1 for y = 0, NaN for ±1 to the power ±∞ and for powers of negative numbers that are not whole.
 * 0.51 ulp in float32, 0.9 in float64.
 */
export function pow(L: Lanes, x: Node, y: Node): Node {
  const v = L.keep(x, 'x')
  const w = L.keep(y, 'y')
  const usual = L.bits === 32 ? powWide(L, v, w) : powNear(L, v, w)
  const result = L.code.variable('power', usual.value)
  L.code.if(ins('i32.or', anyNotNormal(L, v), L.any(usual.far)), () => {
    const size = L.keep(L.abs(v), 'size')
    const value = L.bits === 32 ? powWide(L, size, w).value : powFar(L, size, w)
    L.code.set(result, powAny(L, v, w, size, value))
  })
  return get(result)
}
