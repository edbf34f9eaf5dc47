// test: vector functions of one loop over arrays, and how far their results are from the exact ones, in units of the last place.
import * as kernel from '../../../runtime/kernel.ts'
import { Code, i32, ins, type Node } from '../../../src/lowering/wasm/code.ts'
import { Lanes } from '../../../src/lowering/wasm/lanes.ts'
import { linkModule } from '../../../src/lowering/wasm/module.ts'

declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> }
}

export type VectorFunction = (L: Lanes, ...x: Node[]) => Node
export type Floats = Float32Array | Float64Array

export interface Loop {
  /** The function of each element. Lengths up to `room`; the result is a copy. */
  readonly apply: (...x: Floats[]) => Floats
  /** Runs it once more over the arguments that were given last: for times. */
  readonly again: () => void
  readonly bytes: number
}

/** `f` of `arity` arrays, as one loop in a module of its own. */
export function loopOf(f: VectorFunction, bits: 32 | 64, arity = 1, room = 100_000): Loop {
  const code = new Code('loop')
  const inputs = Array.from({ length: arity }, (_, k) => code.param(`x${k}`, 'i32'))
  const output = code.param('y', 'i32')
  const n = code.param('n', 'i32')
  const L = new Lanes(code, bits)
  code.for('i', i32(0), n, L.count, (i) => {
    const at = code.keep(ins('i32.shl', i, i32(bits === 64 ? 3 : 2)), 'at')
    const values = inputs.map((x) => L.load(ins('i32.add', x, at)))
    L.store(ins('i32.add', output, at), f(L, ...values))
  })
  const module = linkModule([code.function()])
  const spread = Math.ceil((room * (bits / 8) + 64) / 64) * 64
  const memory = new WebAssembly.Memory({ initial: Math.ceil(((arity + 2) * spread) / 65536) })
  const imports = Object.fromEntries(module.imports.map(([name, js]) => [name, new Function('$t', `return ${js}`)(kernel)]))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.bytes), { '': { m: memory, ...imports } })
  const loop = instance.exports.loop as (...a: number[]) => void
  const addresses = Array.from({ length: arity + 1 }, (_, k) => 64 + k * spread)
  const array = (address: number, length: number): Floats => new (bits === 64 ? Float64Array : Float32Array)(memory.buffer, address, length)
  let length = 0
  const again = (): void => loop(...addresses, length)
  return {
    again,
    bytes: module.bytes.length,
    apply: (...x) => {
      length = x[0].length
      if (length > room) throw new Error(`${length} elements, room for ${room}`)
      x.forEach((a, k) => array(addresses[k], length).set(a))
      again()
      return array(addresses[arity], length).slice()
    },
  }
}

/** The unit in the last place of a value: the distance of the two numbers of the format around it (of the subnormal ones at least). */
export function unit(value: number, bits: 32 | 64): number {
  const size = Math.abs(value)
  const [digits, least] = bits === 64 ? [52, -1022] : [23, -126]
  if (size < 2 ** least) return 2 ** (least - digits)
  let exponent = Math.floor(Math.log2(size))
  if (2 ** exponent > size) exponent--
  else if (2 ** exponent <= size / 2) exponent++
  return 2 ** (exponent - digits)
}

const greatest = { 32: (2 - 2 ** -23) * 2 ** 127, 64: Number.MAX_VALUE }

/**
 * How far `actual` is from the exact value, in units of its last place in the format. The exact value is `exact` + `rest` units
 * of float64 (what rounding to float64 lost). NaN, Infinity and zeros with their signs must be the same (else the result is
 * Infinity); where rounding alone gives Infinity, it counts as the number that would come after the greatest.
 */
export function ulps(actual: number, exact: number, rest: number, bits: 32 | 64): number {
  if (Object.is(actual, exact)) return bits === 64 ? Math.abs(rest) : 0
  if (Number.isNaN(actual) || Number.isNaN(exact) || (exact === 0 && rest === 0)) return Number.POSITIVE_INFINITY
  const last = unit(greatest[bits], bits)
  const end = (v: number): number => (Number.isFinite(v) ? v / last : Math.sign(v) * (greatest[bits] / last + 1))
  if (!Number.isFinite(actual))
    return Math.sign(actual) === Math.sign(exact) ? Math.max(0, Math.abs(end(actual)) - Math.abs(end(exact))) : Number.POSITIVE_INFINITY
  if (!Number.isFinite(exact)) return Math.abs(end(exact) - end(actual)) <= 1 ? 1 : Number.POSITIVE_INFINITY
  return Math.abs((actual - exact) / unit(exact, bits) - (bits === 64 ? rest : 0))
}
