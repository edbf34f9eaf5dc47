// lowering/wasm/kernels: what the kernels share: one function object for equal parameters, and i32 arithmetic in short.
import { type Code, i32, ins, load, type Node, select } from '../code.ts'

/** `make`, but the same object for equal parameters (plain data), so that a module holds each function once. */
export function memoized<P, R>(make: (parameters: P) => R): (parameters: P) => R {
  const made = new Map<string, R>()
  return (parameters) => {
    const key = JSON.stringify(parameters)
    let found = made.get(key)
    if (found === undefined) made.set(key, (found = make(parameters)))
    return found
  }
}

export const plus = (a: Node, ...rest: Node[]): Node => rest.reduce((sum, x) => ins('i32.add', sum, x), a)
export const minus = (a: Node, b: Node): Node => ins('i32.sub', a, b)
export const times = (a: Node, b: Node): Node => ins('i32.mul', a, b)
export const less = (a: Node, b: Node): Node => ins('i32.lt_s', a, b)
export const equal = (a: Node, b: Node): Node => ins('i32.eq', a, b)
/** The bytes of x elements. */
export const bytesOf = (x: Node, bits: 32 | 64): Node => ins('i32.shl', x, i32(bits === 64 ? 3 : 2))
/** x rounded down to a multiple of a power of two. */
export const floorTo = (x: Node, step: number): Node => ins('i32.and', x, i32(-step))

/** An element alone in lane 0, the others 0. */
export const loadSingle = (bits: 32 | 64, address: Node, offset = 0): Node => load(bits === 64 ? 'v128.load64_zero' : 'v128.load32_zero', address, offset)

/** The smaller of two, which are kept. */
export function smaller(code: Code, a: Node, b: Node): Node {
  const x = code.keep(a)
  const y = code.keep(b)
  return select(less(x, y), x, y)
}

export const parameters = (code: Code, names: string): Node[] => names.split(' ').map((n) => code.param(n, 'i32'))
