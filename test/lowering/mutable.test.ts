// test/lowering: arguments that a function may overwrite (`mutable: true`), under both linkers. A13, A34 of Theano's tests.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { allocate } from '../../runtime/heap.ts'
import { HeapArray, NDArray, owned } from '../../runtime/kernel.ts'
import { type DType, dtypes } from '../../src/graph/dtype.ts'
import { add, mul, sub } from '../../src/graph/ops/arithmetic.ts'
import { at, Slice, writeAt } from '../../src/graph/ops/indexing.ts'
import { gt, where } from '../../src/graph/ops/logic.ts'
import { exp } from '../../src/graph/ops/math.ts'
import { softmax } from '../../src/graph/ops/nnet.ts'
import { sum } from '../../src/graph/ops/reduce.ts'
import { transpose } from '../../src/graph/ops/shape.ts'
import { input, newArena } from '../../src/graph/variable.ts'
import { testBoth } from '../golden/run.ts'
import { leaf, linkWith, matrix, memoryOf, overlap, valuesOf, vector } from './memory.ts'

/** In JavaScript's memory, and in the heap. */
const both = (...values: number[]): NDArray[] => {
  const inHeap = owned(allocate(8 * values.length), [values.length], 'float64') as unknown as NDArray
  inHeap.data.set(values)
  return [vector(...values), inHeap]
}

testBoth('a result of the same shape takes the memory of an argument that may be overwritten; of another it does not (A13)', (linker) => {
  newArena()
  const a = leaf(0, 'a', 1)
  const program = { inputs: [a], outputs: [mul(a, 2)] }
  for (const given of both(1, 2, 3)) {
    const [result] = linkWith(program, { mutable: [0] }, linker)(given)
    assert.equal(valuesOf(result), [2, 4, 6])
    assert.equal(valuesOf(given), [2, 4, 6])
    assert.ok(overlap(result, given))
  }
  for (const given of both(1, 2, 3)) {
    const [result] = linkWith(program, {}, linker)(given)
    assert.equal(valuesOf(result), [2, 4, 6])
    assert.equal(valuesOf(given), [1, 2, 3])
    assert.not(overlap(result, given))
  }
})

testBoth('long arrays are overwritten block by block, wherever they lie', (linker) => {
  newArena()
  const [a, b] = [leaf(0, 'a', 1), leaf(1, 'b', 1)]
  b.shape = a.shape
  const f = linkWith({ inputs: [a, b], outputs: [add(mul(a, 2), b)] }, { mutable: [0] }, linker)
  const n = 40_003
  for (const given of both(...Array.from({ length: n }, (_, i) => i))) {
    const [result] = f(given, vector(...Array(n).fill(1)))
    assert.is(result, given)
    assert.equal([given.data[0], given.data[1], given.data[n - 1], given.data.length], [1, 3, 2 * (n - 1) + 1, n])
  }
})

testBoth('lengths that only the call knows: in place where the argument has the shape of the result', (linker) => {
  newArena()
  const [a, b] = [leaf(0, 'a', 2), leaf(1, 'b', 2)]
  const f = linkWith({ inputs: [a, b], outputs: [sub(a, mul(0.5, b))] }, { mutable: [0, 1] }, linker)
  const given = matrix([1, 2], [3, 4])
  for (const step of [matrix([2, 2], [2, 2]), matrix([2, 2]), matrix([2])]) {
    const [result] = f(given, step)
    assert.is(result, given)
  }
  assert.equal(valuesOf(given), [-2, -1, 0, 1])
  const row = matrix([1, 2])
  const [wide] = f(row, matrix([2, 2], [4, 4]))
  assert.equal(
    [valuesOf(wide), valuesOf(row), wide.shape],
    [
      [0, 1, -1, 0],
      [1, 2],
      [2, 2],
    ],
  )
  const [same] = f(row, row)
  assert.equal([valuesOf(same), same === row], [[0.5, 1], true])
  // Another reader, at other places: not in place.
  const g = linkWith({ inputs: [a, b], outputs: [sub(add(a, b), transpose(at(a, new Slice(null, null, -1))))] }, { mutable: [0] }, linker)
  assert.equal(valuesOf(g(matrix([1, 2], [3, 4]), matrix([0, 0], [0, 0]))[0]), [1 - 3, 2 - 1, 3 - 4, 4 - 2])
})

testBoth('what is read at other places than it is written, or later, is not overwritten too early', (linker) => {
  newArena()
  const [x, y] = [leaf(0, 'x', 1), leaf(1, 'y', 1)]
  y.shape = x.shape
  const reversed = at(x, new Slice(null, null, -1))
  assert.equal(valuesOf(linkWith({ inputs: [x], outputs: [add(x, reversed)] }, { mutable: [0] }, linker)(vector(1, 2, 3, 4, 10))[0]), [11, 6, 6, 6, 11])
  const [a, b] = linkWith({ inputs: [x, y], outputs: [mul(y, 5), add(x, 1)] }, { mutable: [0, 1] }, linker)(vector(1, 2), vector(3, 4))
  assert.equal(
    [valuesOf(a), valuesOf(b)],
    [
      [15, 20],
      [2, 3],
    ],
  )
  assert.not(overlap(a, b))
  const [doubled, total] = linkWith({ inputs: [x], outputs: [mul(x, 2), sum(x)] }, { mutable: [0] }, linker)(vector(1, 2, 3))
  assert.equal([valuesOf(doubled), total], [[2, 4, 6], 6])
  const [soft] = linkWith({ inputs: [x], outputs: [softmax(x)] }, { mutable: [0] }, linker)(vector(0, 0, 0, 0))
  assert.equal(valuesOf(soft), [0.25, 0.25, 0.25, 0.25])
  const m = leaf(0, 'm', 2)
  const square = matrix([1, 2], [3, 4])
  m.shape = [2, 2]
  assert.equal(valuesOf(linkWith({ inputs: [m], outputs: [sub(m, transpose(m))] }, { mutable: [0] }, linker)(square)[0]), [0, -1, 1, 0])
})

testBoth('an argument is handed out once, and stays as it is where it is itself returned', (linker) => {
  newArena()
  const x = leaf(0, 'x', 1)
  const given = vector(1, 2)
  const results = linkWith({ inputs: [x], outputs: [mul(x, 2), mul(x, 2), x, exp(x)] }, { mutable: [0] }, linker)(given)
  assert.equal(results.map(valuesOf), [[2, 4], [2, 4], [1, 2], [Math.E, Math.E ** 2].map((_, i) => results[3].data[i])])
  assert.is(new Set([given, ...results].map(memoryOf)).size, 5)
})

testBoth('writes to a part of the argument change the caller’s array, not a copy', (linker) => {
  newArena()
  const x = leaf(0, 'x', 1)
  const written = writeAt('inc', writeAt('set', x, [1], 7), [new Slice(2, 4)], 10)
  for (const given of both(1, 2, 3, 4)) {
    const [total, result] = linkWith({ inputs: [x], outputs: [sum(written), written], updates: [[x, written]] }, { mutable: [0] }, linker)(given)
    assert.equal([total, valuesOf(result)], [35, [1, 7, 13, 14]])
    assert.equal(valuesOf(given), [1, 7, 13, 14])
    assert.ok(overlap(result, given))
  }
  const f = linkWith({ inputs: [x], outputs: [], updates: [[x, written]] }, { mutable: [0] }, linker)
  for (const given of both(1, 2, 3, 4)) {
    f(given)
    assert.equal(valuesOf(given), [1, 7, 13, 14])
  }
})

testBoth('parts that are read from the array they are written to', (linker) => {
  newArena()
  const x = leaf(0, 'x', 1)
  const shifted = writeAt('set', x, [new Slice(1, null)], at(x, new Slice(0, -1)))
  const given = vector(1, 2, 3, 4)
  const [before] = linkWith({ inputs: [x], outputs: [mul(x, 1.5)], updates: [[x, shifted]] }, { mutable: [0] }, linker)(given)
  assert.equal(valuesOf(given), [1, 1, 2, 3])
  assert.equal(valuesOf(before), [1.5, 3, 4.5, 6])
})

testBoth('arguments that share memory are copied first (A34)', (linker) => {
  newArena()
  const [a, b, m, n] = [leaf(0, 'a', 1), leaf(1, 'b', 1), leaf(2, 'm', 2), leaf(3, 'n', 2)]
  const outputs = [mul(a, 2), add(b, 1), mul(m, 3), sub(n, 1), writeAt('set', b, [0], 9)]
  const f = linkWith({ inputs: [a, b, m, n], outputs }, { mutable: [0, 1, 2, 3] }, linker)
  const expect = (x: number[], y: number[]): void => {
    const memory = Float64Array.of(1, 2, 3, 4)
    const part = (range: number[]): NDArray => {
      const data = memory.subarray(...range)
      return new NDArray(data, [data.length], 'float64')
    }
    const square = matrix([1, 2], [3, 4])
    const copies = f(vector(...part(x).data), vector(...part(y).data), matrix([1, 2], [3, 4]), matrix([1, 2], [3, 4]))
    const same = f(part(x), part(y), square, square)
    assert.equal(same.map(valuesOf), copies.map(valuesOf))
    const [p, q] = [[1, 2, 3, 4].slice(...x), [1, 2, 3, 4].slice(...y)]
    assert.equal(same.map(valuesOf), [p.map((v) => 2 * v), q.map((v) => v + 1), [3, 6, 9, 12], [0, 1, 2, 3], [9, ...q.slice(1)]])
    for (const [i, r] of same.entries()) for (const s of same.slice(i + 1)) assert.not(overlap(r, s))
  }
  for (const [x, y] of [
    [
      [0, 4],
      [0, 4],
    ],
    [
      [0, 2],
      [1, 3],
    ],
    [
      [1, 3],
      [0, 2],
    ],
    [
      [1, 3],
      [2, 4],
    ],
    [
      [0, 2],
      [2, 4],
    ],
  ])
    expect(x, y)
})

testBoth('in place and beside it every dtype gives the same, at all lengths and places in memory', (linker) => {
  for (const dtype of Object.keys(dtypes) as DType[]) {
    newArena()
    const x = input(dtype, [null], { kind: 'parameter', index: 0 }, 'x')
    const y = input(dtype, [null], { kind: 'parameter', index: 1 }, 'y')
    y.shape = x.shape
    const program = { inputs: [x, y], outputs: [where(gt(x, y), add(x, y), y), where(gt(x, y), y, x)] }
    const [inPlace, beside] = [[0, 1], []].map((mutable) => linkWith(program, { mutable }, linker))
    const Data = globalThis[dtypes[dtype].array as 'Float64Array']
    for (let n = 0; n < 68; n++) {
      const values = (k: number): number[] => Array.from({ length: n }, (_, i) => ((i * 37 + k * 11) % 120) % (dtype === 'bool' ? 2 : 120))
      const given = [1, 2].map((k) => {
        const data = Data.of(...values(9).slice(0, 3), ...values(k)).subarray(Math.min(n, 3))
        return new NDArray(data, [n], dtype as 'float64')
      })
      const expected = beside(...given).map(valuesOf)
      const results = inPlace(...given)
      assert.equal(results.map(valuesOf), expected, `${dtype}, ${n}`)
      // Sums of bools are integers.
      if (dtype !== 'bool') assert.ok(given.includes(results[0]) && given.includes(results[1]) && results[0] !== results[1], `${dtype}, ${n}: in place`)
    }
  }
})

testBoth('one array in the heap given twice', (linker) => {
  newArena()
  const [a, b] = [leaf(0, 'a', 1), leaf(1, 'b', 1)]
  const f = linkWith({ inputs: [a, b], outputs: [mul(a, 2), mul(b, 3)] }, { mutable: [0, 1] }, linker)
  const [, x] = both(1, 2, 3)
  assert.instance(x, HeapArray)
  const [p, q] = f(x, x)
  assert.equal(
    [valuesOf(p), valuesOf(q)],
    [
      [2, 4, 6],
      [3, 6, 9],
    ],
  )
})

test.run()
