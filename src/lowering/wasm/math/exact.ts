// lowering/wasm/math: sums and products with what rounding takes from them (Dekker 1971). Invariant: operands are kept.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'

/** high + low is the exact value; high is it rounded. */
export interface Pair {
  readonly high: Node
  readonly low: Node
}

/** a + b where |a| ≥ |b| or a is 0. */
export function fastTwoSum(L: Lanes, a: Node, b: Node): Pair {
  const high = L.keep(L.add(a, b), 'sum')
  return { high, low: L.keep(L.add(L.sub(a, high), b), 'low') }
}

/** x in two parts whose products with such parts are exact. */
export function halves(L: Lanes, x: Node): Pair {
  const high = L.keep(L.and(x, L.int(L.bits === 64 ? -1n << 27n : -1 << 12)), 'upper')
  return { high, low: L.keep(L.sub(x, high), 'lower') }
}

/** a - b·c without error, where a is near b·c. */
export function productRest(L: Lanes, a: Node, b: Node, c: Node): Node {
  const [p, q] = [halves(L, b), halves(L, c)]
  return L.sub(L.sub(L.sub(L.sub(a, L.mul(p.high, q.high)), L.mul(p.high, q.low)), L.mul(p.low, q.high)), L.mul(p.low, q.low))
}
