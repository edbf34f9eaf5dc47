// lowering/wasm: the instructions we emit: opcode, operand types, result type and immediates of each mnemonic
// (WebAssembly core specification 2.0, chapter 5.4). Invariant: a mnemonic that is not here cannot be emitted.

export type Type = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

/** What follows an opcode: nothing, an alignment and offset, a lane, or both, or 16 lanes. */
export type Immediate = 'none' | 'memory' | 'lane' | 'memory+lane' | 'shuffle'

export interface Instruction {
  readonly opcode: readonly number[]
  readonly params: readonly Type[]
  readonly result: Type | null
  readonly immediate: Immediate
  /** log2 of the natural alignment of a memory access. */
  readonly align: number
}

export const instructions = new Map<string, Instruction>()

function define(name: string, opcode: readonly number[], params: string, result: Type | null, immediate: Immediate = 'none', align = 0): void {
  instructions.set(name, { opcode, params: params.split(' ').filter(Boolean) as Type[], result, immediate, align })
}

/** Consecutive opcodes from `first`; '-' skips one. */
function scalar(first: number, type: Type, names: string, params: string, result: Type = type): void {
  names.split(' ').forEach((n, i) => n !== '-' && define(`${type}.${n}`, [first + i], params, result))
}

function defineScalars(): void {
  const loads: [string, number, Type, number][] = [
    ['i32.load', 0x28, 'i32', 2],
    ['i64.load', 0x29, 'i64', 3],
    ['f32.load', 0x2a, 'f32', 2],
    ['f64.load', 0x2b, 'f64', 3],
    ['i32.load8_s', 0x2c, 'i32', 0],
    ['i32.load8_u', 0x2d, 'i32', 0],
    ['i32.load16_s', 0x2e, 'i32', 1],
    ['i32.load16_u', 0x2f, 'i32', 1],
  ]
  for (const [name, opcode, type, align] of loads) define(name, [opcode], 'i32', type, 'memory', align)
  const stores: [string, number, Type, number][] = [
    ['i32.store', 0x36, 'i32', 2],
    ['i64.store', 0x37, 'i64', 3],
    ['f32.store', 0x38, 'f32', 2],
    ['f64.store', 0x39, 'f64', 3],
    ['i32.store8', 0x3a, 'i32', 0],
    ['i32.store16', 0x3b, 'i32', 1],
  ]
  for (const [name, opcode, type, align] of stores) define(name, [opcode], `i32 ${type}`, null, 'memory', align)
  scalar(0x45, 'i32', 'eqz', 'i32')
  scalar(0x46, 'i32', 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u', 'i32 i32')
  scalar(0x50, 'i64', 'eqz', 'i64', 'i32')
  scalar(0x51, 'i64', 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u', 'i64 i64', 'i32')
  scalar(0x5b, 'f32', 'eq ne lt gt le ge', 'f32 f32', 'i32')
  scalar(0x61, 'f64', 'eq ne lt gt le ge', 'f64 f64', 'i32')
  scalar(0x67, 'i32', 'clz ctz popcnt', 'i32')
  scalar(0x6a, 'i32', 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr', 'i32 i32')
  scalar(0x79, 'i64', 'clz ctz popcnt', 'i64')
  scalar(0x7c, 'i64', 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr', 'i64 i64')
  scalar(0x8b, 'f32', 'abs neg ceil floor trunc nearest sqrt', 'f32')
  scalar(0x92, 'f32', 'add sub mul div min max copysign', 'f32 f32')
  scalar(0x99, 'f64', 'abs neg ceil floor trunc nearest sqrt', 'f64')
  scalar(0xa0, 'f64', 'add sub mul div min max copysign', 'f64 f64')
  const conversions: [string, number, Type][] = [
    ['i32.wrap_i64', 0xa7, 'i64'],
    ['i64.extend_i32_s', 0xac, 'i32'],
    ['i64.extend_i32_u', 0xad, 'i32'],
    ['f32.convert_i32_s', 0xb2, 'i32'],
    ['f32.convert_i32_u', 0xb3, 'i32'],
    ['f32.demote_f64', 0xb6, 'f64'],
    ['f64.convert_i32_s', 0xb7, 'i32'],
    ['f64.convert_i32_u', 0xb8, 'i32'],
    ['f64.promote_f32', 0xbb, 'f32'],
    ['i32.reinterpret_f32', 0xbc, 'f32'],
    ['i64.reinterpret_f64', 0xbd, 'f64'],
    ['f32.reinterpret_i32', 0xbe, 'i32'],
    ['f64.reinterpret_i64', 0xbf, 'i64'],
    ['i32.extend8_s', 0xc0, 'i32'],
    ['i32.extend16_s', 0xc1, 'i32'],
  ]
  for (const [name, opcode, from] of conversions) define(name, [opcode], from, name.slice(0, 3) as Type)
  const saturating: [string, number, Type][] = [
    ['i32.trunc_sat_f32_s', 0, 'f32'],
    ['i32.trunc_sat_f32_u', 1, 'f32'],
    ['i32.trunc_sat_f64_s', 2, 'f64'],
    ['i32.trunc_sat_f64_u', 3, 'f64'],
    ['i64.trunc_sat_f64_s', 6, 'f64'],
  ]
  for (const [name, opcode, from] of saturating) define(name, [0xfc, opcode], from, name.slice(0, 3) as Type)
  define('memory.size', [0x3f, 0], '', 'i32')
  define('memory.copy', [0xfc, 10, 0, 0], 'i32 i32 i32', null)
  define('memory.fill', [0xfc, 11, 0], 'i32 i32 i32', null)
}

/** The vector opcodes behind their prefix, in LEB128. */
const vector = (n: number): number[] => (n < 0x80 ? [0xfd, n] : [0xfd, (n & 0x7f) | 0x80, n >> 7])

function simd(first: number, shape: string, names: string, params: string, result: Type = 'v128', immediate: Immediate = 'none'): void {
  names.split(' ').forEach((n, i) => n !== '-' && define(`${shape}.${n}`, vector(first + i), params, result, immediate))
}

function defineVectorMemory(): void {
  const loads: [number, string, number][] = [
    [0, 'load', 4],
    [1, 'load8x8_s', 3],
    [2, 'load8x8_u', 3],
    [3, 'load16x4_s', 3],
    [4, 'load16x4_u', 3],
    [5, 'load32x2_s', 3],
    [6, 'load32x2_u', 3],
    [7, 'load8_splat', 0],
    [8, 'load16_splat', 1],
    [9, 'load32_splat', 2],
    [10, 'load64_splat', 3],
    [92, 'load32_zero', 2],
    [93, 'load64_zero', 3],
  ]
  for (const [opcode, name, align] of loads) define(`v128.${name}`, vector(opcode), 'i32', 'v128', 'memory', align)
  define('v128.store', vector(11), 'i32 v128', null, 'memory', 4)
  ;[8, 16, 32, 64].forEach((bits, i) => {
    define(`v128.load${bits}_lane`, vector(84 + i), 'i32 v128', 'v128', 'memory+lane', i)
    define(`v128.store${bits}_lane`, vector(88 + i), 'i32 v128', null, 'memory+lane', i)
  })
}

function defineLanes(): void {
  define('i8x16.shuffle', vector(13), 'v128 v128', 'v128', 'shuffle')
  simd(14, 'i8x16', 'swizzle', 'v128 v128')
  const shapes: [string, Type][] = [
    ['i8x16', 'i32'],
    ['i16x8', 'i32'],
    ['i32x4', 'i32'],
    ['i64x2', 'i64'],
    ['f32x4', 'f32'],
    ['f64x2', 'f64'],
  ]
  shapes.forEach(([shape, type], i) => simd(15 + i, shape, 'splat', type))
  simd(21, 'i8x16', 'extract_lane_s extract_lane_u', 'v128', 'i32', 'lane')
  simd(24, 'i16x8', 'extract_lane_s extract_lane_u', 'v128', 'i32', 'lane')
  shapes.slice(2).forEach(([shape, type], i) => simd(27 + 2 * i, shape, 'extract_lane', 'v128', type, 'lane'))
  const replaces: [number, string, Type][] = [
    [23, 'i8x16', 'i32'],
    [26, 'i16x8', 'i32'],
    [28, 'i32x4', 'i32'],
    [30, 'i64x2', 'i64'],
    [32, 'f32x4', 'f32'],
    [34, 'f64x2', 'f64'],
  ]
  for (const [opcode, shape, type] of replaces) simd(opcode, shape, 'replace_lane', `v128 ${type}`, 'v128', 'lane')
}

function defineVectorArithmetic(): void {
  const two = 'v128 v128'
  ;['i8x16', 'i16x8', 'i32x4'].forEach((shape, i) => simd(35 + 10 * i, shape, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u', two))
  ;['f32x4', 'f64x2'].forEach((shape, i) => simd(65 + 6 * i, shape, 'eq ne lt gt le ge', two))
  simd(77, 'v128', 'not', 'v128')
  simd(78, 'v128', 'and andnot or xor', two)
  simd(82, 'v128', 'bitselect', 'v128 v128 v128')
  simd(83, 'v128', 'any_true', 'v128', 'i32')
  simd(94, 'f32x4', 'demote_f64x2_zero', 'v128')
  simd(95, 'f64x2', 'promote_low_f32x4', 'v128')
  simd(96, 'i8x16', 'abs neg popcnt', 'v128')
  simd(99, 'i8x16', 'all_true bitmask', 'v128', 'i32')
  simd(101, 'i8x16', 'narrow_i16x8_s narrow_i16x8_u', two)
  simd(103, 'f32x4', 'ceil floor trunc nearest', 'v128')
  simd(116, 'f64x2', 'ceil floor', 'v128')
  simd(122, 'f64x2', 'trunc', 'v128')
  simd(148, 'f64x2', 'nearest', 'v128')
  simd(107, 'i8x16', 'shl shr_s shr_u', 'v128 i32')
  simd(110, 'i8x16', 'add add_sat_s add_sat_u sub sub_sat_s sub_sat_u', two)
  simd(118, 'i8x16', 'min_s min_u max_s max_u', two)
  simd(128, 'i16x8', 'abs neg', 'v128')
  simd(131, 'i16x8', 'all_true bitmask', 'v128', 'i32')
  simd(133, 'i16x8', 'narrow_i32x4_s narrow_i32x4_u', two)
  simd(135, 'i16x8', 'extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u', 'v128')
  simd(139, 'i16x8', 'shl shr_s shr_u', 'v128 i32')
  simd(142, 'i16x8', 'add add_sat_s add_sat_u sub sub_sat_s sub_sat_u - mul min_s min_u max_s max_u', two)
  simd(160, 'i32x4', 'abs neg', 'v128')
  simd(163, 'i32x4', 'all_true bitmask', 'v128', 'i32')
  simd(167, 'i32x4', 'extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u', 'v128')
  simd(171, 'i32x4', 'shl shr_s shr_u', 'v128 i32')
  simd(174, 'i32x4', 'add - - sub - - - mul min_s min_u max_s max_u', two)
  simd(192, 'i64x2', 'abs neg', 'v128')
  simd(195, 'i64x2', 'all_true bitmask', 'v128', 'i32')
  simd(199, 'i64x2', 'extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u', 'v128')
  simd(203, 'i64x2', 'shl shr_s shr_u', 'v128 i32')
  simd(206, 'i64x2', 'add - - sub - - - mul eq ne lt_s gt_s le_s ge_s extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u', two)
  ;['f32x4', 'f64x2'].forEach((shape, i) => {
    simd(224 + 12 * i, shape, 'abs neg - sqrt', 'v128')
    simd(228 + 12 * i, shape, 'add sub mul div min max pmin pmax', two)
  })
  simd(248, 'i32x4', 'trunc_sat_f32x4_s trunc_sat_f32x4_u', 'v128')
  simd(250, 'f32x4', 'convert_i32x4_s convert_i32x4_u', 'v128')
  simd(252, 'i32x4', 'trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero', 'v128')
  simd(254, 'f64x2', 'convert_low_i32x4_s convert_low_i32x4_u', 'v128')
}

defineScalars()
defineVectorMemory()
defineLanes()
defineVectorArithmetic()
