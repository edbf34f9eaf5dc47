// lowering/wasm/math: the gamma function and its logarithm on lanes, for positive arguments; others by JavaScript's functions.
// Invariant: float32 is computed in lanes of float64, with polynomials as short as it allows.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { halves, type Pair, product, sum } from './exact.ts'
import { expTail, formats, reduceExp } from './exp.ts'
import { beyond, byLane, wide } from './far.ts'
import { gammaFactor, logGammaFactor, logGammaRest } from './gammaCoefficients.ts'
import { logTail, splitLog } from './log.ts'
import { lastExact, lastHorner } from './polynomial.ts'
import { exp2Parts, log2Parts } from './pow.ts'

type Wide = (L: Lanes, x: Node, bits: 32 | 64) => Node

/** `near` from `least` to `most`, beyond that (also at NaN) the runtime's function. */
function within(L: Lanes, name: string, x: Node, near: Wide, least: number, most: number): Node {
  x = L.keep(x, 'x')
  const y = L.bits === 64 ? near(L, x, 64) : wide(L, x, (W, v) => near(W, v, 32))
  const outside = L.not(L.and(L.ge(x, L.c(least)), L.le(x, L.c(most))))
  return beyond(L, y, outside, byLane(name, `$t.${name}`, L.bits), x)
}

/**
 * Γ(x). Whole numbers give whole numbers. Measured: 0.52 ulp in float32; in float64 1.8 (power, sum and product are rounded), and
 * 2.1 below 1, where a quotient follows.
 */
export function gamma(L: Lanes, x: Node): Node {
  return within(L, 'gamma', x, gammaNear, L.bits === 64 ? 2 ** -1022 : 2 ** -126, 171.7)
}

/** log |Γ(x)|. Measured: 0.51 ulp in float32; in float64 1.1 from 4 on, 1.8 between 1 and 4, where it is small beside its terms. */
export function gammaln(L: Lanes, x: Node): Node {
  return within(L, 'gammaln', x, gammalnNear, L.bits === 64 ? 2 ** -1022 : 2 ** -126, L.bits === 64 ? 1e300 : 2 ** 127)
}

/** (y/e)^y·C(1/z), y = z - ½, where C hardly varies; Γ(x + 1)/x below 1. */
function gammaNear(L: Lanes, x: Node, bits: 32 | 64): Node {
  x = L.keep(x, 'x')
  const below = L.keep(L.lt(x, L.c(1)), 'below')
  const z = L.keep(L.add(x, L.and(below, L.c(1))), 'z')
  const shift = L.keep(L.select(below, L.c(-0.5), L.c(0.5)), 'shift')
  const y = L.keep(L.sub(x, shift), 'y')
  const s = L.keep(L.div(L.c(1), z), 's')
  const factor = lastExact(L, s, gammaFactor[bits])
  const power = bits === 64 ? exactPower(L, y, L.sub(x, L.add(y, shift))) : shortPower(L, y)
  const value = L.keep(L.mul(L.add(factor.high, L.add(L.mul(factor.high, power.rest), factor.low)), L.shl(power.scale, formats[64].mantissa)), 'value')
  const whole = L.and(L.eq(L.trunc(x), x), L.lt(value, L.c(2 ** 51)))
  return L.div(L.select(whole, L.nearest(value), value), L.select(below, x, L.c(1)))
}

/** 2^n·(1 + rest); the low bits of `scale` are n + bias. */
interface Scaled {
  readonly rest: Node
  readonly scale: Node
}

/** log2(e) in two parts, the first of few digits. */
const LOG2E = [1.4426950216293335, 1.9259629911266175e-8]

/** (y/e)^y, as y·(log2(y) - log2(e)) in two parts; `lost` was rounded off y. */
function exactPower(L: Lanes, y: Node, lost: Node): Scaled {
  const log2 = log2Parts(L, y, null)
  const difference = L.keep(L.sub(log2.high, L.c(LOG2E[0])), 'difference')
  const { high, low } = halves(L, difference)
  const rest = L.add(low, L.sub(log2.low, L.c(LOG2E[1])))
  const head = halves(L, y)
  const exponent = {
    high: L.keep(L.mul(head.high, high), 'high'),
    low: L.keep(L.add(L.mul(head.low, high), L.add(L.mul(y, rest), L.mul(lost, log2.high))), 'low'),
  }
  return exp2Parts(L, exponent, formats[64].bias)
}

/** As exactPower, good enough for float32. */
function shortPower(L: Lanes, y: Node): Scaled {
  const log = logParts(L, y)
  const { scale, high, low } = reduceExp(L, L.keep(L.mul(y, L.sub(L.add(log.high, log.low), L.c(1))), 'exponent'), formats[64].bias)
  return { rest: L.add(high, expTail(L, high, low)), scale }
}

/** log(x) of positive normal x, kept, in two parts. */
function logParts(L: Lanes, x: Node): Pair {
  const { k, f } = splitLog(L, x)
  const half = L.keep(L.mul(L.c(0.5), L.mul(f, f)), 'half')
  const { high, low } = sum(L, L.keep(L.mul(k, L.c(formats[64].high)), 'whole'), f)
  return { high, low: L.add(low, L.add(L.mul(k, L.c(formats[64].low)), L.sub(logTail(L, f, half), half))) }
}

/**
 * From 3 on y·(log y - 1) + D(1/x), y = x - ½; from 1 to 3 (x - 1)·(x - 2)·R, which is exact next to its zeros; below 1 that of
 * x + 1, less log x. One logarithm and one quotient of what each lane needs.
 */
function gammalnNear(L: Lanes, x: Node, bits: 32 | 64): Node {
  x = L.keep(x, 'x')
  const below = L.keep(L.lt(x, L.c(1)), 'below')
  const near = L.keep(L.lt(x, L.c(3)), 'near')
  const moved = L.keep(L.and(below, L.c(1)), 'moved')
  const two = L.keep(L.sub(x, L.sub(L.c(2), moved)), 'two')
  const s = L.keep(L.div(L.select(near, two, L.c(1)), L.select(near, L.add(two, L.c(3.5)), x)), 's')
  const zeros = product(L, two, L.keep(L.sub(x, L.sub(L.c(1), moved)), 'one'))
  const factor = lastExact(L, s, logGammaFactor[bits])
  const around = L.add(L.mul(zeros.high, factor.high), L.add(L.mul(zeros.high, factor.low), L.mul(zeros.low, factor.high)))
  const rest = L.select(near, around, lastHorner(L, s, logGammaRest[bits]))
  const y = L.keep(L.sub(x, L.c(0.5)), 'y')
  const log = logParts(L, L.keep(L.select(below, x, L.select(near, L.c(1), y)), 'argument'))
  const difference = sum(L, log.high, L.keep(L.select(near, L.c(-0), L.c(-1)), 'one'))
  const times = L.keep(L.select(below, L.c(-1), y), 'times')
  return L.add(L.mul(times, difference.high), L.add(L.mul(times, L.add(difference.low, log.low)), rest))
}
