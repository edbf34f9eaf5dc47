// lowering/wasm/math: cube root and hypotenuse. Invariant: arguments whose powers leave the normal numbers take a branch of their own.
import { get, type Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { halves, sum } from './exact.ts'
import { cbrtGuess } from './exponentialCoefficients.ts'
import { anyNotNormal } from './log.ts'

const formats = {
  32: { mantissa: 23, bias: 127, least: 2 ** -126, grow: 24, head: 0xfffff000n, safe: [2 ** -40, 2 ** 62], scale: 2 ** 96 },
  64: { mantissa: 52, bias: 1023, least: 2 ** -1022, grow: 54, head: 0xffffffffc0000000n, safe: [2 ** -400, 2 ** 510], scale: 2 ** 600 },
}

/**
 * For positive normal x, kept: a third of the exponent and mantissa as a number is a guess within 4 %, a polynomial makes it good
 * to half the digits, then one step of Halley's iteration whose square is exact (FreeBSD msun, s_cbrt.c).
 */
function cbrtNormal(L: Lanes, x: Node): Node {
  const { mantissa, bias, head } = formats[L.bits]
  // The bits of x, without the last 32 of float64, as a number; its third, moved so that 1 becomes 1, as bits again.
  const shift = L.bits - 32
  const unit = 2 ** mantissa
  const bits = L.sub(L.or(L.ushr(x, L.bits === 64 ? 32 : 9), L.c(unit)), L.c(unit))
  const places = L.bits === 64 ? mantissa - shift : mantissa - 9
  const offset = (bias * 2 ** places * 2) / 3 - 0.0302 * 2 ** places
  const third = L.add(L.mul(bits, L.c(1 / 3)), L.c(unit + offset))
  const guess = L.keep(L.shl(third, L.bits === 64 ? 32 : 9), 'guess')
  const q = L.keep(L.mul(L.mul(guess, guess), L.div(guess, x)), 'q')
  const better = L.mul(guess, L.poly(q, cbrtGuess[L.bits]))
  const t = L.keep(L.and(better, L.int(head)), 't')
  const r = L.keep(L.div(x, L.mul(t, t)), 'r')
  return L.add(t, L.mul(t, L.div(L.sub(r, t), L.add(L.add(t, t), r))))
}

/** 0.85 ulp. */
export function cbrt(L: Lanes, x: Node): Node {
  const { least, grow } = formats[L.bits]
  const v = L.keep(x, 'x')
  const size = L.keep(L.abs(v), 'size')
  const y = L.code.variable('y', cbrtNormal(L, size))
  L.code.if(anyNotNormal(L, size), () => {
    const tiny = L.keep(L.lt(size, L.c(least)), 'tiny')
    const grown = L.keep(L.select(tiny, L.mul(size, L.c(2 ** grow)), size), 'grown')
    const root = L.keep(cbrtNormal(L, grown), 'root')
    const value = L.select(tiny, L.mul(root, L.c(2 ** (-grow / 3))), root)
    const finite = L.and(L.gt(size, L.c(0)), L.lt(size, L.c(Number.POSITIVE_INFINITY)))
    L.code.set(y, L.select(finite, value, size))
  })
  return L.or(get(y), L.and(v, L.c(-0)))
}

/** √(a² + b²) for a ≥ b ≥ 0, kept, whose squares neither overflow nor matter and underflow: both squares in two parts. */
function hypotSafe(L: Lanes, a: Node, b: Node): Node {
  const [x, y] = [halves(L, a), halves(L, b)]
  const whole = sum(L, L.keep(L.mul(x.high, x.high), 'square'), L.keep(L.mul(y.high, y.high), 'square'))
  const rest = L.add(L.mul(x.low, L.add(a, x.high)), L.mul(y.low, L.add(b, y.high)))
  return L.sqrt(L.add(whole.high, L.add(whole.low, rest)))
}

/** √(x² + y²); Infinity beside NaN gives Infinity: 0.9 ulp. */
export function hypot(L: Lanes, x: Node, y: Node): Node {
  const { safe, scale } = formats[L.bits]
  const v = L.keep(L.abs(x), 'x')
  const w = L.keep(L.abs(y), 'y')
  // NaN in x is in both, NaN in y is in b.
  const a = L.keep(L.pmax(v, w), 'a')
  const b = L.keep(L.pmin(w, v), 'b')
  const h = L.code.variable('h', hypotSafe(L, a, b))
  L.code.if(L.any(L.not(L.and(L.ge(a, L.c(safe[0])), L.le(a, L.c(safe[1]))))), () => {
    const up = L.keep(L.lt(a, L.c(safe[0])), 'up')
    const down = L.keep(L.gt(a, L.c(safe[1])), 'down')
    const factor = L.keep(L.select(up, L.c(scale), L.select(down, L.c(1 / scale), L.c(1))), 'factor')
    const back = L.select(up, L.c(1 / scale), L.select(down, L.c(scale), L.c(1)))
    const near = L.mul(hypotSafe(L, L.keep(L.mul(a, factor), 'a'), L.keep(L.mul(b, factor), 'b')), back)
    const infinity = L.c(Number.POSITIVE_INFINITY)
    L.code.set(h, L.select(L.or(L.eq(v, infinity), L.eq(w, infinity)), infinity, near))
  })
  return get(h)
}
