// runtime/random: the generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011; Random123).
// Invariant: a block depends on key and counter alone, in integer arithmetic, so it is the same everywhere and in any order.

/** The last block, four words of 32 bits. */
export const words: Int32Array = /* @__PURE__ */ new Int32Array(4)

/** The upper 32 bits of the product of two unsigned words. */
export function mulHigh(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16]
  const t = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0
  const u = (Math.imul(a0, b1) + (t & 0xffff)) | 0
  return (Math.imul(a1, b1) + (t >>> 16) + (u >>> 16)) | 0
}

/** Encrypts a counter of four words with a key of two, into `words`. mulHigh is written out: this is where the time goes. */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let round = 0; round < 10; round++) {
    let low = c0 & 0xffff
    let high = c0 >>> 16
    let t = (Math.imul(high, 0x1f53) + (Math.imul(low, 0x1f53) >>> 16)) | 0
    let u = (Math.imul(low, 0xd251) + (t & 0xffff)) | 0
    const first = (Math.imul(high, 0xd251) + (t >>> 16) + (u >>> 16)) | 0
    const firstLow = Math.imul(c0, 0xd2511f53)
    low = c2 & 0xffff
    high = c2 >>> 16
    t = (Math.imul(high, 0x8d57) + (Math.imul(low, 0x8d57) >>> 16)) | 0
    u = (Math.imul(low, 0xcd9e) + (t & 0xffff)) | 0
    const second = (Math.imul(high, 0xcd9e) + (t >>> 16) + (u >>> 16)) | 0
    c0 = second ^ c1 ^ k0
    c1 = Math.imul(c2, 0xcd9e8d57)
    c2 = first ^ c3 ^ k1
    c3 = firstLow
    k0 = (k0 + 0x9e3779b9) | 0
    k1 = (k1 + 0xbb67ae85) | 0
  }
  words[0] = c0
  words[1] = c1
  words[2] = c2
  words[3] = c3
}

let k0 = 0
let k1 = 0
let drawLow = 0
let drawHigh = 0

/** The state of a stream, four words: its key, and how many draws it has made. */
export type State = ArrayLike<number>

/** Blocks are of the draw that a stream makes in this state from now on. */
export function open(state: State, at: number): void {
  k0 = state[at] | 0
  k1 = state[at + 1] | 0
  drawLow = state[at + 2] | 0
  drawHigh = state[at + 3] | 0
}

/** Block `index` of the draw, into `words`; `attempt` 1, 2, … gives others for the same index. */
export function block(index: number, attempt: number): void {
  philox(index | 0, attempt | 0, drawLow, drawHigh, k0, k1)
}

/** A number in [0, 1), a multiple of 2⁻⁵³, from two words. */
export const unit = (a: number, b: number): number => ((a >>> 5) * 67108864 + (b >>> 6)) * 1.1102230246251565e-16

/** The state after a draw, as a default update computes it: one draw more. */
export function advance(out: Uint32Array, at: number, state: State, from: number): void {
  out[at] = state[from]
  out[at + 1] = state[from + 1]
  out[at + 2] = state[from + 2] + 1
  out[at + 3] = state[from + 3] + (out[at + 2] === 0 ? 1 : 0)
}
