// lowering/wasm/math: the inverse of the error function on lanes. Invariant: arguments are kept before anything else.
import { get, type Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { erfinvFar, erfinvNear } from './erfinvCoefficients.ts'
import { log } from './log.ts'
import { estrin, lastHorner } from './polynomial.ts'

/** Where the polynomial in √w begins, the middles of both, and √π/2 in two parts. */
const ranges = {
  32: { most: 3.5, near: 1.75, far: 3, half: [0.8862269520759583, -2.662320023830404e-8] },
  64: { most: 3.5, near: 1.75, far: 4, half: [0.886226925452758, -3.8332932499128993e-17] },
}

/**
 * The x with erf(x) = y: y·(√π/2 + w·P(w)) with w = -log(1 - y²), beyond |y| = 0.985 y·(√w + Q(√w)) (after M. Giles, Approximating
 * the erfinv function, GPU Computing Gems, 2010). ±Infinity at ±1, NaN beyond. Measured: 2.1 ulp, of the roundings of w, of
 * its root or w·P, of the sum and of the product.
 */
export function erfinv(L: Lanes, y: Node): Node {
  y = L.keep(y, 'y')
  const { most, near, far, half } = ranges[L.bits]
  const a = L.keep(L.abs(y), 'a')
  const missing = L.keep(L.sub(L.c(1), a), 'missing')
  const w = L.keep(L.neg(log(L, L.mul(missing, L.add(L.c(1), a)))), 'w')
  const rest = lastHorner(L, L.keep(L.sub(w, L.c(near)), 's'), erfinvNear[L.bits])
  const x = L.code.variable('x', L.mul(a, L.add(L.c(half[0]), L.add(L.c(half[1]), L.mul(w, rest)))))
  const beyond = L.keep(L.gt(w, L.c(most)), 'beyond')
  L.code.if(L.any(beyond), () => {
    const root = L.keep(L.sqrt(w), 'root')
    const more = L.keep(estrin(L, L.keep(L.sub(root, L.c(far)), 's'), erfinvFar[L.bits]), 'more')
    const large = L.add(root, L.sub(more, L.mul(missing, L.add(root, more))))
    const all = L.select(L.eq(a, L.c(1)), L.c(Number.POSITIVE_INFINITY), large)
    L.code.set(x, L.select(beyond, all, get(x)))
  })
  return L.copysign(get(x), y)
}
