// lowering/wasm/math: the error function and its kin on lanes. Invariant: arguments are kept before anything else.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { erfRoot, erfSmall } from './erfCoefficients.ts'
import { estrin } from './polynomial.ts'

/**
 * 2/√π ∫₀ˣ exp(-t²) dt. Below 1 x + x·P(x² - ½); above it 1 - (1 + u)^-8 with a polynomial u, as in 7.1.28 of Abramowitz and
 * Stegun, fitted with the weight that erf shows of it. (1 + u)^8 - 1 is made by 2v + v², which keeps u's accuracy. Measured:
 * 1.5 ulp next to 1, where the rounding of u still shows, 1 ulp elsewhere; an exponential would be no better and costs a third more.
 */
export function erf(L: Lanes, x: Node): Node {
  x = L.keep(x, 'x')
  const a = L.keep(L.pmin(L.abs(x), L.c(L.bits === 64 ? 5.95 : 3.93)), 'a')
  let v = L.keep(estrin(L, a, erfRoot[L.bits]), 'v')
  for (let i = 0; i < 3; i++) v = L.keep(L.add(L.add(v, v), L.mul(v, v)), 'v')
  const large = L.sub(L.c(1), L.div(L.c(1), L.add(v, L.c(1))))
  const small = L.add(x, L.mul(x, estrin(L, L.keep(L.sub(L.mul(a, a), L.c(0.5)), 's'), erfSmall[L.bits])))
  return L.select(L.lt(a, L.c(1)), small, L.or(large, L.and(x, L.c(-0))))
}
