// lowering/wasm/math: sine, cosine and tangent on lanes. Invariant: the ordinary path is right up to `limit`, lanes beyond it
// (and infinite ones) are computed apart.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { productRest, sum } from './exact.ts'
import { beyond, byLane, byWide } from './far.ts'
import { estrin } from './polynomial.ts'
import { cosRest, halfPiParts, sinRest } from './trigCoefficients.ts'

/** Where multiples of the first parts of π/2 stop being exact. */
const limit = { 32: 3216, 64: 102_900 }

/** |x| = k·π/2 + high + low with |high| ≤ π/4; the low bits of `shifted` are k. */
interface Reduced {
  readonly shifted: Node
  readonly high: Node
  readonly low: Node
}

/** Cody and Waite's reduction in three parts (f64) or four (f32), with what rounding loses of the differences. */
function reduce(L: Lanes, a: Node): Reduced {
  const shift = L.c(1.5 * 2 ** (L.bits === 64 ? 52 : 23))
  const shifted = L.keep(L.add(L.mul(a, L.c(2 / Math.PI)), shift), 'shifted')
  const k = L.keep(L.sub(shifted, shift), 'k')
  const [first, ...parts] = halfPiParts[L.bits].map((p) => L.c(p))
  const last = parts.pop()!
  let high = L.keep(L.sub(a, L.mul(k, first)), 'r')
  let lost: Node | null = null
  for (const part of parts) {
    const w = L.keep(L.mul(k, part), 'w')
    const difference = L.keep(L.sub(high, w), 'r')
    const rest = L.sub(L.sub(high, difference), w)
    lost = lost ? L.add(lost, rest) : rest
    high = difference
  }
  const low = L.keep(L.sub(lost!, L.mul(k, last)), 'low')
  return { shifted, ...sum(L, high, low) }
}

/** sin = r + sine and cos = near + cosine of a reduced argument: the second parts are small (FreeBSD msun, k_sin.c and k_cos.c). */
function parts(L: Lanes, { high: r, low }: Reduced) {
  const z = L.keep(L.mul(r, r), 'z')
  const half = L.keep(L.mul(z, L.c(0.5)), 'half')
  const near = L.keep(L.sub(L.c(1), half), 'near')
  const sine = L.add(L.mul(L.mul(r, z), estrin(L, z, sinRest[L.bits])), L.mul(low, near))
  const square = L.mul(z, z)
  const cosine = L.add(L.sub(L.sub(L.c(1), near), half), L.sub(L.mul(square, estrin(L, z, cosRest[L.bits])), L.mul(r, low)))
  return { near, sine, cosine }
}

/** Is k odd? */
function isOdd(L: Lanes, shifted: Node): Node {
  return L.ieq(L.and(shifted, L.int(1)), L.int(1))
}

/** The second lowest bit as a sign. */
const signOf = (L: Lanes, bits: Node): Node => L.and(L.shl(bits, L.bits - 2), L.c(-0))

/** sin(x) by a polynomial of x less the next multiple of π/2. At most 1 ulp. */
export function sin(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const a = L.keep(L.abs(x), 'a')
  const reduced = reduce(L, a)
  const { near, sine, cosine } = parts(L, reduced)
  const y = L.select(isOdd(L, reduced.shifted), L.add(near, cosine), L.add(reduced.high, sine))
  return limited(L, 'sin', x, a, L.xor(y, L.xor(signOf(L, reduced.shifted), L.and(x, L.c(-0)))))
}

/** cos(x), as sin. At most 1 ulp. */
export function cos(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const a = L.keep(L.abs(x), 'a')
  const reduced = reduce(L, a)
  const { near, sine, cosine } = parts(L, reduced)
  const y = L.select(isOdd(L, reduced.shifted), L.add(reduced.high, sine), L.add(near, cosine))
  return limited(L, 'cos', x, a, L.xor(y, signOf(L, L.iadd(reduced.shifted, L.int(1)))))
}

/** The quotient of sine and cosine (or of -cosine and sine), corrected by the rest of the division. At most 1 ulp. */
export function tan(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const a = L.keep(L.abs(x), 'a')
  const reduced = reduce(L, a)
  const { near, sine, cosine } = parts(L, reduced)
  const s = sum(L, reduced.high, L.keep(sine, 'sine'))
  const c = sum(L, near, L.keep(cosine, 'cosine'))
  const odd = L.keep(isOdd(L, reduced.shifted), 'odd')
  const pick = (whenOdd: Node, whenEven: Node): Node => L.keep(L.select(odd, whenOdd, whenEven), 'part')
  const [above, below] = [pick(c.high, s.high), pick(s.high, c.high)]
  const inverse = L.keep(L.div(L.c(1), below), 'inverse')
  const q = L.keep(L.mul(above, inverse), 'q')
  const rest = L.add(productRest(L, above, q, below), L.sub(pick(c.low, s.low), L.mul(q, pick(s.low, c.low))))
  return limited(L, 'tan', x, a, L.xor(L.add(q, L.mul(rest, inverse)), L.xor(L.and(odd, L.c(-0)), L.and(x, L.c(-0)))))
}

/** `near`, but beyond the limit: lanes of 32 bits by the lanes of 64 bits, those of 64 bits by JavaScript's function. */
function limited(L: Lanes, name: 'sin' | 'cos' | 'tan', x: Node, a: Node, near: Node): Node {
  const far = L.bits === 32 ? byWide(name, { sin, cos, tan }[name]) : byLane(name, `Math.${name}`, 64)
  return beyond(L, near, L.gt(a, L.c(limit[L.bits])), far, x)
}
