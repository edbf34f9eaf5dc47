// Runs kernels in a memory of their own, with and without relaxed SIMD. Guards around every array show writes outside.
import * as assert from 'uvu/assert'
import { fused } from '../../../runtime/wasm.ts'
import type { WasmFunction } from '../../../src/lowering/wasm/code.ts'
import { linkModule } from '../../../src/lowering/wasm/module.ts'

type Exports = Record<string, (...args: number[]) => number>
export type Numbers = Float32Array | Float64Array

declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  validate(bytes: Uint8Array): boolean
}

export class Machine {
  readonly memory = new WebAssembly.Memory({ initial: 64 })
  readonly run: Exports
  private top = 64
  private readonly taken: [start: number, end: number][] = []

  constructor(functions: readonly WasmFunction[], relaxed: boolean) {
    const module = linkModule(functions)
    assert.ok(WebAssembly.validate(module.bytes))
    const bytes = relaxed ? fused(module.bytes.slice(), module.relaxed) : module.bytes
    if (relaxed && module.relaxed.length > 0) assert.not.equal(bytes, module.bytes, 'this engine has relaxed SIMD')
    this.reset()
    this.run = new WebAssembly.Instance(new WebAssembly.Module(bytes), { '': { m: this.memory } }).exports as Exports
  }

  /** Takes everything back; all memory is NaN. */
  reset(): void {
    this.top = 64
    this.taken.length = 0
    new Uint8Array(this.memory.buffer).fill(255)
  }

  /** `bytes` of memory, NaN before and after, at an odd multiple of 8. */
  take(bytes: number): number {
    const at = this.top + 8
    this.top = Math.ceil((at + bytes + 32) / 16) * 16
    const missing = this.top - this.memory.buffer.byteLength
    if (missing > 0) {
      const end = this.memory.buffer.byteLength
      this.memory.grow(Math.ceil(missing / 65536))
      new Uint8Array(this.memory.buffer).fill(255, end)
    }
    this.taken.push([at, at + bytes])
    return at
  }

  /** Fails if something was written before the first array, between arrays or after the last. */
  assertGuards(what: string): void {
    const bytes = new Uint8Array(this.memory.buffer)
    let from = 0
    for (const [start, end] of [...this.taken, [this.top, 0]]) {
      assert.ok(
        bytes.subarray(from, start).every((x) => x === 255),
        what,
      )
      from = end
    }
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
