// lowering/wasm: elementwise ops as instructions. Ops that are not here, nor in vectorMath, call their JavaScript.
import { ins, lane, type Node } from './code.ts'
import type { Lanes } from './lanes.ts'
import { vectorMath } from './math/index.ts'

/** Float ops that are one instruction, scalar and vector alike. */
export const floatInstructions: Readonly<Record<string, string>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'div',
  sqrt: 'sqrt',
  neg: 'neg',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  trunc: 'trunc',
  round: 'nearest',
  maximum: 'max',
  minimum: 'min',
}

/** Comparisons: the instruction on floats; that on integers is signed or unsigned. */
export const comparisonInstructions: Readonly<Record<string, string>> = { lt: 'lt', le: 'le', gt: 'gt', ge: 'ge', eq: 'eq', neq: 'ne' }

/** Integer ops that are one instruction on i32 and on integer lanes of any width (i8x16 has no mul). */
export const integerInstructions: Readonly<Record<string, string>> = { add: 'add', sub: 'sub', mul: 'mul', imul: 'mul' }
export const bitInstructions: Readonly<Record<string, string>> = { bitAnd: 'and', bitOr: 'or', bitXor: 'xor' }
export const shiftInstructions: Readonly<Record<string, string>> = { shiftLeft: 'shl', shiftRight: 'shr_s', shiftRightUnsigned: 'shr_u' }

/** Float ops over lanes: formulas that are exact, and the vector mathematics. */
export const laneFormulas: Readonly<Record<string, (L: Lanes, ...x: Node[]) => Node>> = {
  ...vectorMath,
  sqr: (L, x) => {
    const v = L.keep(x, 'x')
    return L.mul(v, v)
  },
  reciprocal: (L, x) => L.div(L.c(1), x),
  relu: (L, x) => L.max(x, L.c(0)),
  clip: (L, x, low, high) => L.min(L.max(x, low), high),
  // float32: by quotients in float64, as a rounded one may be the next integer.
  floorDiv: (L, a, b) => (L.bits === 64 ? L.floor(L.div(a, b)) : floorDiv32(L.keep(a, 'a'), L.keep(b, 'b'))),
  asNumber: (_, x) => x,
  fround: (L, x) => (L.bits === 32 ? x : ins('f64x2.promote_low_f32x4', ins('f32x4.demote_f64x2_zero', x))),
  // ±1 or the argument itself: ±0 and NaN.
  sign: (L, x) => {
    const v = L.keep(x, 'x')
    return L.select(L.gt(L.abs(v), L.c(0)), L.copysign(L.c(1), v), v)
  },
  // Math.round: up where the fraction is at least a half; -0.4 gives -0.
  roundHalfUp: (L, x) => {
    const v = L.keep(x, 'x')
    const down = L.keep(L.floor(v), 'down')
    const up = L.and(L.ge(L.sub(v, down), L.c(0.5)), L.c(1))
    return L.copysign(L.add(down, up), v)
  },
}

/** Ops of floats that give a mask. */
export const laneTests: Readonly<Record<string, (L: Lanes, x: Node) => Node>> = {
  isnan: (L, x) => {
    const v = L.keep(x, 'x')
    return L.ne(v, v)
  },
  isinf: (L, x) => L.eq(L.abs(x), L.c(Number.POSITIVE_INFINITY)),
}

function floorDiv32(a: Node, b: Node): Node {
  const upper = (v: Node): Node => lane('i8x16.shuffle', [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7], v, v)
  const wide = (v: Node): Node => ins('f64x2.promote_low_f32x4', v)
  const half = (x: Node, y: Node): Node => ins('f32x4.demote_f64x2_zero', ins('f64x2.floor', ins('f64x2.div', wide(x), wide(y))))
  return lane('i8x16.shuffle', [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23], half(a, b), half(upper(a), upper(b)))
}
