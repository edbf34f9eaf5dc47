// lowering/wasm/math: sums and products with what they lose, in plain arithmetic (Dekker 1971). Invariant: results are kept.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'

/** high + low is the exact result (of a product: up to its last bit). */
export interface Pair {
  readonly high: Node
  readonly low: Node
}

/** The leading half of the digits of x (kept) and the rest. */
export function halves(L: Lanes, x: Node): Pair {
  const high = L.keep(L.and(x, L.int(L.bits === 64 ? -(1n << 27n) : -(1 << 12))), 'head')
  return { high, low: L.keep(L.sub(x, high), 'rest') }
}

/** a·b for a and b kept; neither overflow nor underflow may be near. */
export function product(L: Lanes, a: Node, b: Node): Pair {
  const high = L.keep(L.mul(a, b), 'product')
  const x = halves(L, a)
  const y = a === b ? x : halves(L, b)
  const cross = L.add(L.add(L.sub(L.mul(x.high, y.high), high), L.mul(x.high, y.low)), L.mul(x.low, y.high))
  return { high, low: L.keep(L.add(cross, L.mul(x.low, y.low)), 'lost') }
}

/** a + b for a and b kept, |a| ≥ |b|. */
export function sum(L: Lanes, a: Node, b: Node): Pair {
  const high = L.keep(L.add(a, b), 'sum')
  return { high, low: L.keep(L.sub(b, L.sub(high, a)), 'lost') }
}

/** a - b·c without error, for b and c kept and a near b·c. */
export function productRest(L: Lanes, a: Node, b: Node, c: Node): Node {
  const [x, y] = [halves(L, b), halves(L, c)]
  return L.sub(L.sub(L.sub(L.sub(a, L.mul(x.high, y.high)), L.mul(x.high, y.low)), L.mul(x.low, y.high)), L.mul(x.low, y.low))
}
