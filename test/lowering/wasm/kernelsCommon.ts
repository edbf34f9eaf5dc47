// Runs kernels in a memory of their own, with and without relaxed SIMD. Guards around every array show writes outside.
import * as assert from 'uvu/assert'
import type { WasmFunction } from '../../../src/lowering/wasm/code.ts'
import { linkModule } from '../../../src/lowering/wasm/module.ts'

type Exports = Record<string, (...args: number[]) => number>
export type Numbers = Float32Array | Float64Array

/** The module's bytes as an engine with relaxed SIMD runs them: each pair of mul and add is one relaxed_madd. */
function fused(bytes: Uint8Array, relaxed: readonly number[]): Uint8Array {
  const out = bytes.slice()
  let at = 0
  relaxed.forEach((distance, i) => {
    at += distance
    const isF32 = out[at + 1] < 0xf0
    if (i % 2 === 0) out.fill(1, at, at + 3)
    else out.set([0xfd, isF32 ? 0x85 : 0x87, 0x02], at)
  })
  return out
}

export class Machine {
  readonly memory = new WebAssembly.Memory({ initial: 16 })
  readonly run: Exports
  private top = 64

  constructor(functions: readonly WasmFunction[], relaxed: boolean) {
    const module = linkModule(functions)
    const bytes = relaxed ? fused(module.bytes, module.relaxed) : module.bytes
    assert.ok(WebAssembly.validate(bytes as BufferSource))
    this.run = new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource), { '': { m: this.memory } }).exports as Exports
  }

  /** `bytes` of memory, 16 more than asked before and after, at an odd multiple of 8. */
  take(bytes: number): number {
    const at = this.top + 8
    this.top = Math.ceil((at + bytes + 32) / 16) * 16
    const missing = this.top - this.memory.buffer.byteLength
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536))
    return at
  }

  /** Puts values into memory and returns their address. */
  put(values: Numbers): number {
    const at = this.take(values.byteLength)
    new Uint8Array(this.memory.buffer, at, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    return at
  }

  view(bits: 32 | 64, at: number, length: number): Numbers {
    return bits === 64 ? new Float64Array(this.memory.buffer, at, length) : new Float32Array(this.memory.buffer, at, length)
  }
}

/** Numbers in [-1, 1), the same each time (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let s = seed
  return () => {
    s = (s + 0x6d2b79f5) | 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
  }
}

export function fill(bits: 32 | 64, length: number, seed: number): Numbers {
  const next = randomNumbers(seed)
  return (bits === 64 ? new Float64Array(length) : new Float32Array(length)).map(next)
}
