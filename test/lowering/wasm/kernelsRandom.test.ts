// Kernels of random draws against the runtime's functions, bit for bit: all lengths about a group of blocks, ties and tails, with and
// without relaxed SIMD, of which they must not make use.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as kernel from '../../../runtime/kernel.ts'
import type { WasmFunction } from '../../../src/lowering/wasm/code.ts'
import { bernoulli, bernoulliOf, normal, uniform } from '../../../src/lowering/wasm/kernels/random.ts'
import { linkModule } from '../../../src/lowering/wasm/module.ts'
import { Machine } from './kernelsCommon.ts'

type Type = typeof Float64Array | typeof Float32Array | typeof Uint8Array
type Fill = (out: never, at: number, n: number, state: ArrayLike<number>, stateAt: number, ...rest: never[]) => number

/** Beyond the mailbox, which kernels write to. */
const mailbox = 1024
const state = Uint32Array.of(123456789, 3987654321, 7, 0x80000009)

function checkKernel(f: WasmFunction, Out: Type, runtime: Fill, numbers: readonly number[]): void {
  assert.equal(linkModule([f]).relaxed.length, 0)
  const machine = new Machine([f], false)
  for (const n of [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 1000, 40001]) {
    const expected = new Out(n)
    ;(runtime as (...args: unknown[]) => number)(expected, 0, n, state, 0, ...numbers.flatMap((x) => [x, 0]), f.name)
    machine.reset()
    machine.take(mailbox)
    const [at, from] = [machine.take(expected.byteLength), machine.take(16)]
    new Uint8Array(machine.memory.buffer).set(new Uint8Array(state.buffer), from)
    machine.run[f.name](at, n, from, ...numbers)
    const found = new Out(machine.memory.buffer.slice(at, at + expected.byteLength))
    const wrong = expected.findIndex((x, i) => !Object.is(x, found[i]))
    assert.is(wrong, -1, `${f.name} of ${n}: element ${wrong} is ${found[wrong]} instead of ${expected[wrong]}`)
    new Uint8Array(machine.memory.buffer).fill(255, 512, 512 + 64)
    machine.assertGuards(`${f.name} of ${n}`)
  }
}

test('uniform', () => {
  for (const numbers of [
    [0, 1],
    [-1.3, 2.7],
    [1e300, -1e300],
    [5, 5],
  ]) {
    checkKernel(uniform({ bits: 64 }), Float64Array, kernel.drawUniform, numbers)
    checkKernel(uniform({ bits: 32 }), Float32Array, kernel.drawUniform, numbers)
  }
})

test('normal', () => {
  for (const numbers of [
    [0, 1],
    [0.3, 1.7],
    [-1e10, 0],
  ]) {
    checkKernel(normal({ bits: 64 }), Float64Array, kernel.drawNormal, numbers)
    checkKernel(normal({ bits: 32 }), Float32Array, kernel.drawNormal, numbers)
  }
})

test('bernoulli', () => {
  for (const p of [0, 1, 0.5, 0.3, 1 / 256, 255 / 256, 1 - 2 ** -53, 1e-9, 0.3 + 1e-12])
    checkKernel(bernoulli({ bits: 8 }), Uint8Array, kernel.drawBernoulli, [p])
})

test('bernoulli of probabilities of their own; those that are none are found', () => {
  const f = bernoulliOf({ bits: 8 })
  const machine = new Machine([f], false)
  for (const n of [0, 1, 17, 63, 64, 65, 1000, 40001]) {
    const p = Float64Array.from({ length: n }, (_, i) => [0, 1, 0.5, 0.3, 1 / 256, 255 / 256, 1 - 2 ** -53, 0.7][(i * 7 + (i >> 6)) % 8])
    const expected = new Uint8Array(n)
    kernel.drawBernoulli(expected, 0, n, state, 0, p, 0, '')
    for (const [bad, wrong] of [
      [0.5, 0],
      [-1e-9, 1],
      [1 + 1e-9, 1],
      [NaN, 1],
    ]) {
      machine.reset()
      machine.take(mailbox)
      const [at, from, probabilities] = [machine.take(n), machine.take(16), machine.take(8 * n)]
      const bytes = new Uint8Array(machine.memory.buffer)
      bytes.set(new Uint8Array(state.buffer), from)
      const given = wrong && n ? p.with(n - 1, bad) : p
      bytes.set(new Uint8Array(given.buffer), probabilities)
      assert.is(machine.run[f.name](at, n, from, probabilities), n && wrong)
      if (!wrong) assert.equal([...bytes.subarray(at, at + n)], [...expected])
      bytes.fill(255, 512, 512 + 64)
      machine.assertGuards(`${f.name} of ${n}`)
    }
  }
})

test.run()
