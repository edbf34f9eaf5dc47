// lowering/wasm: arithmetic on all lanes of a vector, f64x2 or f32x4. Vector mathematics and kernels are written once over
// it. Invariant: masks have all bits of a lane set or none; operands that are used twice must be kept.
import { type Code, i32, ins, lane, load, type Node, relaxedMadd, v128 } from './code.ts'

export class Lanes {
  readonly code: Code
  readonly bits: 32 | 64
  readonly shape: 'f32x4' | 'f64x2'
  /** Lanes of integers of the same width. */
  readonly ints: 'i32x4' | 'i64x2'
  readonly count: 2 | 4

  constructor(code: Code, bits: 32 | 64) {
    this.code = code
    this.bits = bits
    this.shape = bits === 64 ? 'f64x2' : 'f32x4'
    this.ints = bits === 64 ? 'i64x2' : 'i32x4'
    this.count = bits === 64 ? 2 : 4
  }

  /** The value in a local, so that it can be used more than once. */
  keep(value: Node, name?: string): Node {
    return this.code.keep(value, name)
  }

  /** A constant in every lane (rounded to float32 in f32x4), made once at the start of the function. */
  c(value: number): Node {
    const bytes = new Uint8Array(16)
    if (this.bits === 64) new Float64Array(bytes.buffer).fill(value)
    else new Float32Array(bytes.buffer).fill(value)
    return this.bytes(bytes)
  }

  /** A bit pattern in every lane. */
  int(value: bigint | number): Node {
    const bytes = new Uint8Array(16)
    if (this.bits === 64) new BigInt64Array(bytes.buffer).fill(BigInt.asIntN(64, BigInt(value)))
    else new Int32Array(bytes.buffer).fill(Number(BigInt.asIntN(32, BigInt(value))))
    return this.bytes(bytes)
  }

  private bytes(bytes: Uint8Array): Node {
    return this.code.hoisted(`v128 ${bytes.join()}`, v128(bytes))
  }

  /** A scalar node of the lanes' float type in every lane. */
  splat(x: Node): Node {
    return ins(`${this.shape}.splat`, x)
  }

  private f(op: string, ...args: Node[]): Node {
    return ins(`${this.shape}.${op}`, ...args)
  }

  // Arithmetic, as in IEEE 754.
  add(a: Node, b: Node): Node {
    return this.f('add', a, b)
  }
  sub(a: Node, b: Node): Node {
    return this.f('sub', a, b)
  }
  mul(a: Node, b: Node): Node {
    return this.f('mul', a, b)
  }
  div(a: Node, b: Node): Node {
    return this.f('div', a, b)
  }
  sqrt(a: Node): Node {
    return this.f('sqrt', a)
  }
  neg(a: Node): Node {
    return this.f('neg', a)
  }
  abs(a: Node): Node {
    return this.f('abs', a)
  }
  /** As Math.min and Math.max: NaN wins, -0 is less than 0. */
  min(a: Node, b: Node): Node {
    return this.f('min', a, b)
  }
  max(a: Node, b: Node): Node {
    return this.f('max', a, b)
  }
  /** b < a ? b : a (one instruction where min takes several). */
  pmin(a: Node, b: Node): Node {
    return this.f('pmin', a, b)
  }
  /** a < b ? b : a */
  pmax(a: Node, b: Node): Node {
    return this.f('pmax', a, b)
  }
  floor(a: Node): Node {
    return this.f('floor', a)
  }
  trunc(a: Node): Node {
    return this.f('trunc', a)
  }
  /** To the nearest integer, ties to even. */
  nearest(a: Node): Node {
    return this.f('nearest', a)
  }
  /** a·b + c: two roundings, or one where relaxed SIMD is there. For kernels only, where that does not matter. */
  madd(a: Node, b: Node, c: Node): Node {
    return relaxedMadd(this.shape, a, b, c)
  }

  /** The polynomial c[0] + c[1]·x + c[2]·x² …, by Horner's rule. x must be kept. */
  poly(x: Node, c: readonly number[]): Node {
    return c.slice(0, -1).reduceRight((sum, ck) => this.add(this.mul(sum, x), this.c(ck)), this.c(c[c.length - 1]))
  }

  // Comparisons give masks.
  eq(a: Node, b: Node): Node {
    return this.f('eq', a, b)
  }
  ne(a: Node, b: Node): Node {
    return this.f('ne', a, b)
  }
  lt(a: Node, b: Node): Node {
    return this.f('lt', a, b)
  }
  le(a: Node, b: Node): Node {
    return this.f('le', a, b)
  }
  gt(a: Node, b: Node): Node {
    return this.f('gt', a, b)
  }
  ge(a: Node, b: Node): Node {
    return this.f('ge', a, b)
  }
  select(mask: Node, whenTrue: Node, whenFalse: Node): Node {
    return ins('v128.bitselect', whenTrue, whenFalse, mask)
  }
  /** An i32: is any bit set? */
  any(mask: Node): Node {
    return ins('v128.any_true', mask)
  }

  // Bits.
  and(a: Node, b: Node): Node {
    return ins('v128.and', a, b)
  }
  /** a & ~b */
  andnot(a: Node, b: Node): Node {
    return ins('v128.andnot', a, b)
  }
  or(a: Node, b: Node): Node {
    return ins('v128.or', a, b)
  }
  xor(a: Node, b: Node): Node {
    return ins('v128.xor', a, b)
  }
  not(a: Node): Node {
    return ins('v128.not', a)
  }
  /** x with the sign of y. */
  copysign(x: Node, y: Node): Node {
    return this.select(this.int(this.bits === 64 ? 1n << 63n : 1 << 31), y, x)
  }

  // Integers in lanes of the same width; shifts by a constant.
  iadd(a: Node, b: Node): Node {
    return ins(`${this.ints}.add`, a, b)
  }
  isub(a: Node, b: Node): Node {
    return ins(`${this.ints}.sub`, a, b)
  }
  shl(a: Node, n: number): Node {
    return ins(`${this.ints}.shl`, a, i32(n))
  }
  /** Fills with zeros. */
  ushr(a: Node, n: number): Node {
    return ins(`${this.ints}.shr_u`, a, i32(n))
  }
  ieq(a: Node, b: Node): Node {
    return ins(`${this.ints}.eq`, a, b)
  }
  igt(a: Node, b: Node): Node {
    return ins(`${this.ints}.gt_s`, a, b)
  }

  // Memory.
  load(address: Node, offset = 0): Node {
    return load('v128.load', address, offset)
  }
  loadSplat(address: Node, offset = 0): Node {
    return load(this.bits === 64 ? 'v128.load64_splat' : 'v128.load32_splat', address, offset)
  }
  store(address: Node, value: Node, offset = 0): void {
    this.code.store('v128.store', address, value, offset)
  }

  // Lanes.
  extract(vector: Node, index: number): Node {
    return lane(`${this.shape}.extract_lane`, index, vector)
  }
  replace(vector: Node, index: number, value: Node): Node {
    return lane(`${this.shape}.replace_lane`, index, vector, value)
  }
}
