// test/random: the generator against the vectors of its authors and against another implementation.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { advance, block, mulHigh, open, philox, unit, words } from '../../runtime/random/philox.ts'
import { golden } from './golden.ts'

const encrypted = (counter: readonly number[], key: readonly number[]): number[] => {
  philox(...(counter as [number, number, number, number]), ...(key as [number, number]))
  return [...words].map((w) => w >>> 0)
}
const hex = (text: string): number[] => text.split(' ').map((w) => Number.parseInt(w, 16))

test('known answers of Random123 (tests/kat_vectors, philox4x32 10)', () => {
  const vectors = [
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ]
  for (const [counter, key, answer] of vectors) assert.equal(encrypted(hex(counter), hex(key)), hex(answer))
})

test('blocks of another implementation (randomgen)', () => {
  for (const { counter, key, words: expected } of golden.philox) assert.equal(encrypted(counter, key), expected)
})

test('a block is that of index, attempt and draw under the key of the stream', () => {
  open([7, 0xffffffff, 3, 0x80000000], 0)
  block(5, 2)
  assert.equal(
    [...words].map((w) => w >>> 0),
    encrypted([5, 2, 3, 0x80000000], [7, 0xffffffff]),
  )
})

test('the count of draws carries into its upper word', () => {
  const next = (state: number[]): number[] => {
    const out = new Uint32Array(4)
    advance(out, 0, state, 0)
    return [...out]
  }
  assert.equal(next([1, 2, 3, 4]), [1, 2, 4, 4])
  assert.equal(next([1, 2, 0xffffffff, 4]), [1, 2, 0, 5])
  assert.equal(next([1, 2, 0xffffffff, 0xffffffff]), [1, 2, 0, 0])
})

test('mulHigh is the upper half of the product', () => {
  for (const {
    counter: [a, b, c, d],
  } of golden.philox)
    for (const [x, y] of [
      [a, b],
      [c, d],
      [a, 0xffffffff],
    ])
      assert.is(mulHigh(x, y) >>> 0, Number((BigInt(x) * BigInt(y)) >> 32n))
})

test('units lie in [0, 1): the largest is 1 - 2⁻⁵³', () => {
  assert.is(unit(0, 0), 0)
  assert.is(unit(-1, -1), 1 - 2 ** -53)
  assert.is(unit(0, 64), 2 ** -53)
})

test.run()
