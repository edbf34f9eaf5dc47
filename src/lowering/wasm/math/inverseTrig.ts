// lowering/wasm/math: arcus functions on lanes. Invariant: angles are sums of a multiple of π/4 in two parts and a small rest.
import { get, type Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { halves, type Pair, productRest, sum } from './exact.ts'
import { estrin } from './polynomial.ts'
import { asinRest, atanRest, halfPi, quarterPi } from './trigCoefficients.ts'

/** s with asin(s) = s + s·rest for the argument itself up to ½, for the root of (1 - |x|)/2 above; lost is what the root lacks. */
function arc(L: Lanes, a: Node): { big: Node; s: Node; tail: Node } {
  const big = L.keep(L.gt(a, L.c(0.5)), 'big')
  const z = L.keep(L.select(big, L.mul(L.sub(L.c(1), a), L.c(0.5)), L.mul(a, a)), 'z')
  const root = L.keep(L.sqrt(z), 'root')
  const s = L.keep(L.select(big, root, a), 's')
  const tail = L.mul(L.mul(s, z), estrin(L, z, asinRest[L.bits]))
  return { big, s, tail: L.keep(L.add(tail, L.and(big, rootRest(L, z, root))), 'tail') }
}

/** √z - root for a kept root that is rounded: (z - root²)/(2·root). */
function rootRest(L: Lanes, z: Node, root: Node): Node {
  const { high, low } = halves(L, root)
  const rest = L.sub(L.sub(z, L.mul(high, high)), L.mul(L.add(root, high), low))
  return L.div(rest, L.pmax(L.add(root, root), L.c(2 ** -100)))
}

/** asin(x): a polynomial up to ½, π/2 - 2·asin(√((1 - |x|)/2)) above (FreeBSD msun, e_asin.c). */
export function asin(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const [high, low] = halfPi[L.bits]
  const { big, s, tail } = arc(L, L.keep(L.abs(x), 'a'))
  const difference = sum(L, L.c(high), L.keep(L.neg(L.add(s, s)), 'twice'))
  const above = L.add(difference.high, L.add(difference.low, L.sub(L.c(low), L.add(tail, tail))))
  return L.copysign(L.select(big, above, L.add(s, tail)), x)
}

/** acos(x): π/2 - asin(x) up to ½, twice asin(√((1 - |x|)/2)) or its complement above. */
export function acos(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const [high, low] = halfPi[L.bits]
  const { big, s, tail } = arc(L, L.keep(L.abs(x), 'a'))
  // Half of the result above ½: an angle added to π/2 (x < 0) or 0; below, -asin(x) added to π/2.
  const turned = L.keep(L.xor(L.and(x, L.c(-0)), L.andnot(L.c(-0), big)), 'turned')
  const whole = L.keep(L.or(L.lt(x, L.c(0)), L.not(big)), 'whole')
  const total = sum(L, L.keep(L.and(whole, L.c(high)), 'base'), L.keep(L.xor(s, turned), 'angle'))
  const y = L.keep(L.add(total.high, L.add(total.low, L.add(L.and(whole, L.c(low)), L.xor(tail, turned)))), 'y')
  return L.add(y, L.and(big, y))
}

/**
 * k·π/4 + atan(t) for 0 ≤ small/large ≤ 1, both kept: t is that quotient, or (small - large)/(small + large) above tan(π/8), with
 * what its division leaves.
 */
function reduced(L: Lanes, small: Node, large: Node): { k: Node; t: Node; low: Node } {
  const turned = L.keep(L.gt(small, L.mul(large, L.c(Math.SQRT2 - 1))), 'turned')
  const difference = L.keep(L.sub(small, large), 'difference')
  const both = L.keep(L.add(large, small), 'both')
  const above = { high: L.select(turned, difference, small), low: L.and(turned, L.sub(small, L.add(difference, large))) }
  const below = { high: L.select(turned, both, large), low: L.and(turned, L.add(L.sub(large, both), small)) }
  const { high: t, low } = divided(L, above, below)
  return { k: L.and(turned, L.c(1)), t, low }
}

/** A quotient, and what is missing from it: nothing where it is so small that atan(t) is t. */
function divided(L: Lanes, above: Pair, below: Pair): Pair {
  const [a, b] = [L.keep(above.high, 'above'), L.keep(below.high, 'below')]
  const q = L.keep(L.div(a, b), 'q')
  const low = L.div(L.add(productRest(L, a, q, b), L.sub(above.low, L.mul(q, below.low))), b)
  return { high: q, low: L.and(L.gt(L.abs(q), L.c(2 ** -(L.bits === 64 ? 27 : 12))), low) }
}

/** ±(k·π/4 + sign·(atan(t) + low)): kept t, `sign` a sign bit. */
function angle(L: Lanes, k: Node, sign: Node, t: Node, low: Node): Node {
  const z = L.keep(L.mul(t, t), 'z')
  const tail = L.add(L.mul(L.mul(t, z), estrin(L, z, atanRest[L.bits])), low)
  const [first, second] = quarterPi[L.bits]
  k = L.keep(k, 'k')
  sign = L.keep(sign, 'sign')
  const total = sum(L, L.keep(L.mul(k, L.c(first)), 'turn'), L.keep(L.xor(t, sign), 't'))
  return L.add(total.high, L.add(total.low, L.add(L.mul(k, L.c(second)), L.xor(tail, sign))))
}

/** atan(x). At most 1 ulp. */
export function atan(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const a = L.keep(L.abs(x), 'a')
  const over = L.keep(L.gt(a, L.c(1)), 'over')
  const { k, t, low } = reduced(L, L.keep(L.pmin(a, L.c(1)), 'small'), L.keep(L.pmax(a, L.c(1)), 'large'))
  const sign = L.keep(L.and(over, L.c(-0)), 'sign')
  return L.copysign(angle(L, L.add(L.xor(k, sign), L.and(over, L.c(2))), sign, t, low), x)
}

/** Above and below these sizes the operands of atan2 are scaled; Infinity is then `most`. */
const sizes = {
  32: { least: 2 ** -80, most: 2 ** 120, up: 2 ** 90, down: 2 ** -60 },
  64: { least: 2 ** -900, most: 2 ** 1000, up: 2 ** 400, down: 2 ** -200 },
}

/** The angle of (x, y), as Math.atan2. At most 1 ulp. */
export function atan2(L: Lanes, y: Node, x: Node): Node {
  y = L.keep(y, 'y')
  x = L.keep(x, 'x')
  const up = L.code.variable('up', L.abs(y))
  const right = L.code.variable('right', L.abs(x))
  const most = L.keep(L.max(get(up), get(right)), 'most')
  const { least, most: limit, up: grow, down } = sizes[L.bits]
  const tiny = L.keep(L.lt(most, L.c(least)), 'tiny')
  L.code.if(L.any(L.or(tiny, L.gt(most, L.c(limit)))), () => {
    const factor = L.keep(L.select(tiny, L.c(grow), L.select(L.gt(most, L.c(limit)), L.c(down), L.c(1))), 'factor')
    // Beside Infinity what is finite is nothing; 0 and 0 are as 0 and 1.
    const beside = L.and(L.eq(get(right), L.c(Infinity)), L.lt(get(up), L.c(Infinity)))
    L.code.set(up, L.andnot(L.pmin(L.mul(get(up), factor), L.c(limit)), beside))
    L.code.set(right, L.select(L.eq(most, L.c(0)), L.c(1), L.pmin(L.mul(get(right), factor), L.c(limit))))
  })
  const [rise, run] = [get(up), get(right)]
  const over = L.keep(L.gt(rise, run), 'over')
  const { k, t, low } = reduced(L, L.keep(L.select(over, run, rise), 'small'), L.keep(L.select(over, rise, run), 'large'))
  const swapped = L.keep(L.and(over, L.c(-0)), 'swapped')
  const left = L.keep(L.and(x, L.c(-0)), 'left')
  const quarter = L.add(L.xor(k, swapped), L.and(over, L.c(2)))
  const turns = L.add(L.xor(quarter, left), L.sub(L.c(2), L.or(L.c(2), left)))
  return L.copysign(angle(L, turns, L.xor(swapped, left), t, low), y)
}
