// lowering/wasm/math: polynomials whose steps do not all wait for one another. Invariant: x is kept by the caller. Sums on the way
// are kept, so that a loop over several vectors can do their steps in turn.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { type Pair, sum } from './exact.ts'

/** Coefficients of powers of the argument, lowest first, for lanes of 32 and of 64 bits. */
export type Coefficients = Readonly<Record<32 | 64, readonly number[]>>

/** Estrin's scheme: the fewest steps in a row, at the cost of the powers x², x⁴, x⁸. */
export function estrin(L: Lanes, x: Node, c: readonly number[]): Node {
  let terms: Node[] = c.map((ck) => L.c(ck))
  let power = x
  while (terms.length > 1) {
    const next: Node[] = []
    for (let i = 0; i < terms.length; i += 2) next.push(i + 1 < terms.length ? L.add(terms[i], L.mul(terms[i + 1], power)) : terms[i])
    terms = power === x ? next : next.map((term) => L.keep(term, 'term'))
    if (terms.length > 1) power = L.keep(L.mul(power, power), 'power')
  }
  return terms[0]
}

/** Neighbouring coefficients first, then Horner's rule in x²: half as many steps in a row for one more multiplication. */
export function pairs(L: Lanes, x: Node, c: readonly number[], square: Node = L.keep(L.mul(x, x), 'x2')): Node {
  const parts = Array.from({ length: Math.ceil(c.length / 2) }, (_, i) => L.poly(x, c.slice(2 * i, 2 * i + 2)))
  return parts.reduceRight((sum, part) => L.keep(L.add(L.mul(sum, square), part), 'sum'))
}

/** Estrin's scheme but for the last step, c[0] + x·(…): one rounding of what is near c[0]. */
export function lastHorner(L: Lanes, x: Node, [first, ...others]: readonly number[]): Node {
  return L.add(L.c(first), L.mul(x, estrin(L, x, others)))
}

/** As lastHorner, with what the last sum loses; c[0] must be the greatest part. */
export function lastExact(L: Lanes, x: Node, [first, ...others]: readonly number[]): Pair {
  return sum(L, L.c(first), L.keep(L.mul(x, estrin(L, x, others)), 'others'))
}
