// lowering/wasm: values of several iterations at once, and how they are loaded, stored and converted between element types.
// Invariant: lane l of a value belongs to iteration i + l; lanes beyond the count hold anything.
import { type DType, dtypes } from '../../graph/dtype.ts'
import { type Code, ins, lane, load, loadLane, type Node, v128 } from './code.ts'
import type { Machine } from './machine.ts'

export type Width = 8 | 16 | 32 | 64

/** A vector of the loop's count of elements; bools are masks of `width` bits a lane. */
export interface Value {
  readonly node: Node
  readonly machine: Machine
  readonly width: Width
}

/** Bits of the lanes that hold a machine type, `count` at a time. Integers of 8 or 16 at a time are narrow. */
export const widthOf = (machine: Machine, count: number): Width => {
  if (machine === 'f64') return 64
  return count === 16 ? 8 : count === 8 ? 16 : 32
}

const zeros = new Uint8Array(16)
const ints: Readonly<Record<Width, string>> = { 8: 'i8x16', 16: 'i16x8', 32: 'i32x4', 64: 'i64x2' }
export const shapeOf = (v: { readonly machine: Machine; readonly width: Width }): string =>
  v.machine === 'f64' ? 'f64x2' : v.machine === 'f32' ? 'f32x4' : ints[v.width]

const isSigned = (dtype: DType): boolean => dtypes[dtype].kind === 'int'

/** `count` elements from an address on, in lanes of their machine type; `count` of 1 loads one element into the first lane. */
export function loadLanes(code: Code, dtype: DType, count: number, width: Width, address: Node, offset: number): Node {
  const { bytes } = dtypes[dtype]
  const total = bytes * count
  const raw =
    total === 16
      ? load('v128.load', address, offset)
      : total === 8
        ? load('v128.load64_zero', address, offset)
        : total === 4
          ? load('v128.load32_zero', address, offset)
          : loadLane(`v128.load${total * 8}_lane`, 0, address, code.hoisted('zeros', v128(zeros)), offset)
  return widen(raw, bytes * 8, width, isSigned(dtype))
}

function widen(raw: Node, from: number, to: Width, signed: boolean): Node {
  let node = raw
  for (let bits = from; bits < to && to !== 64; bits *= 2)
    node = ins(`${ints[(bits * 2) as Width]}.extend_low_${ints[bits as Width]}_${signed ? 's' : 'u'}`, node)
  return node
}

/** The low `bytes` of every lane, next to each other at the start. */
export function pack(code: Code, value: Node, width: Width, bytes: number): Node {
  const step = width / 8
  if (step === bytes) return value
  const node = code.keep(value, 'v')
  const count = 16 / step
  const lanes = Array.from({ length: 16 }, (_, i) => (i < count * bytes ? Math.floor(i / bytes) * step + (i % bytes) : 0))
  return lane('i8x16.shuffle', lanes, node, node)
}

/** Stores `count` elements of `bytes` that lie next to each other in a vector. */
export function storePacked(code: Code, packed: Node, bytes: number, count: number, address: Node, offset: number): void {
  const total = bytes * count
  if (total === 16) code.store('v128.store', address, packed, offset)
  else code.storeLane(`v128.store${total * 8}_lane`, 0, address, packed, offset)
}

/** Masks of one width as masks of another. */
export function maskTo(code: Code, mask: Node, from: Width, to: Width): Node {
  if (from === to) return mask
  if (from > to) {
    return pack(code, mask, from, to / 8)
  }
  let node = mask
  for (let bits = from; bits < to; bits = (bits * 2) as Width) node = ins(`${ints[(bits * 2) as Width]}.extend_low_${ints[bits]}_s`, node)
  return node
}

/** A mask's 0 or 1 in integer lanes of the same width. */
export function maskToInts(mask: Node, width: Width): Node {
  return ins(`${ints[width]}.neg`, mask)
}

/** Lane numbers 0, 1 … in integer lanes. */
export function iota(code: Code, width: Width): Node {
  const bytes = new Uint8Array(16)
  for (let i = 0; i < 128 / width; i++) bytes[(i * width) / 8] = i
  return code.hoisted(`iota ${width}`, v128(bytes))
}

/** The mask of the first `n` (an i32) lanes. */
export function firstLanes(code: Code, n: Node, width: Width): Node {
  const splat = width === 64 ? ins('i64x2.splat', ins('i64.extend_i32_u', n)) : ins(`${ints[width]}.splat`, n)
  return ins(`${ints[width]}.gt_s`, splat, iota(code, width))
}

export const zero = (code: Code): Node => code.hoisted('zeros', v128(zeros))
