// lowering/wasm/math: lanes that the ordinary way does not cover, computed apart. Invariant: a lane's value does not depend on
// what stands in the other lanes.
import { Code, call, get, type Import, ins, lane, type Node, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'

/** `near`, but where `over` what `far` gives, which is called only if there are such lanes. x must be kept. */
export function beyond(L: Lanes, near: Node, over: Node, far: WasmFunction, x: Node): Node {
  const result = L.code.variable('y', near)
  const mask = L.keep(over, 'over')
  L.code.if(L.any(mask), () => L.code.set(result, L.select(mask, call(far, x), get(result))))
  return get(result)
}

const made = new Map<string, WasmFunction>()

function once(name: string, write: (code: Code, x: Node) => Node): WasmFunction {
  const known = made.get(name)
  if (known) return known
  const code = new Code(name)
  code.return(write(code, code.param('x', 'v128')))
  const f = code.function('v128')
  made.set(name, f)
  return f
}

/** A function of its own: JavaScript's `js` (of a float64) of each lane. */
export function byLane(name: string, js: string, bits: 32 | 64): WasmFunction {
  return once(`${name}_lanes${bits}`, (code, x) => {
    const L = new Lanes(code, bits)
    const f: Import = { kind: 'import', js, params: ['f64'], result: 'f64' }
    let y = x
    for (let i = 0; i < L.count; i++) {
      const v = L.extract(x, i)
      const value = bits === 64 ? call(f, v) : ins('f32.demote_f64', call(f, ins('f64.promote_f32', v)))
      y = L.replace(y, i, value)
    }
    return y
  })
}

/** A function of its own: `f` of four float32 lanes, computed in float64. */
export function byWide(name: string, f: (L: Lanes, x: Node) => Node): WasmFunction {
  return once(`${name}_wide`, (code, x) => wide(new Lanes(code, 32), x, f))
}

/** `f` of four float32 lanes (kept), computed in float64. */
export function wide(L: Lanes, x: Node, f: (L: Lanes, x: Node) => Node): Node {
  const of = (v: Node): Node => ins('f32x4.demote_f64x2_zero', f(new Lanes(L.code, 64), ins('f64x2.promote_low_f32x4', v)))
  const low = L.keep(of(x), 'low')
  const upper = of(lane('i8x16.shuffle', [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15], x, x))
  return lane('i8x16.shuffle', [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23], low, upper)
}
