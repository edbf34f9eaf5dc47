// test/lowering: results that stay the function's own memory (`outputs: { borrow: true }`), under both linkers.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { free } from '../../runtime/free.ts'
import { HeapArray, NDArray } from '../../runtime/kernel.ts'
import { add, mul } from '../../src/graph/ops/arithmetic.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import type { Linker } from '../../src/graph/tracedFunction.ts'
import { input, newArena, type Variable } from '../../src/graph/variable.ts'
import { link, testBoth, traced } from '../golden/run.ts'

const leaf = (index: number, name: string, rank: number): Variable => input('float64', Array(rank).fill(null), { kind: 'parameter', index }, name)
const borrowing = (inputs: Variable[], outputs: Variable[], linker: Linker) =>
  link({ ...traced({ inputs, outputs }, linker), borrow: true }) as (...args: NDArray[]) => NDArray[]
const matrix = (...rows: number[][]): NDArray => new NDArray(Float64Array.from(rows.flat()), [rows.length, rows[0].length], 'float64')
const memoryOf = (x: NDArray): unknown => (x instanceof HeapArray ? x.root : x.data)

testBoth('the next call overwrites the last result', (linker) => {
  newArena()
  const x = leaf(0, 'x', 1)
  const f = borrowing([x], [mul(2, x)], linker)
  const [first] = f(new NDArray(Float64Array.of(1, 2, 3), [3], 'float64'))
  assert.equal([...first.data], [2, 4, 6])
  const [second] = f(new NDArray(Float64Array.of(5, 5, 5), [3], 'float64'))
  assert.equal([...first.data], [10, 10, 10])
  assert.is(memoryOf(first), memoryOf(second))
})

testBoth('the last result may be the next argument: it is read before it is overwritten', (linker) => {
  newArena()
  const [a, b] = [leaf(0, 'a', 2), leaf(1, 'b', 2)]
  const f = borrowing([a, b], [dot(a, b) as Variable], linker)
  const step = matrix([1, 1], [0, 1])
  let power = step
  const memories = new Set<unknown>()
  for (let i = 2; i < 10; i++) {
    ;[power] = f(power, step)
    assert.equal([...power.data], [1, i, 0, 1])
    memories.add(memoryOf(power))
  }
  // Two places in turn, however many calls.
  assert.is(memories.size, 2)
})

testBoth('results of one call do not share memory, nor does an argument that is returned as it is', (linker) => {
  newArena()
  const x = leaf(0, 'x', 1)
  const f = borrowing([x], [x, add(x, 1), add(x, 1)], linker)
  const given = new NDArray(Float64Array.of(1, 2), [2], 'float64')
  const results = f(given)
  assert.equal(
    results.map((r) => [...r.data]),
    [
      [1, 2],
      [2, 3],
      [2, 3],
    ],
  )
  assert.is(new Set([given, ...results].map(memoryOf)).size, 4)
})

testBoth('a result that was freed does not stop the next call', (linker) => {
  newArena()
  const x = leaf(0, 'x', 1)
  const f = borrowing([x], [mul(2, x)], linker)
  for (let i = 1; i < 4; i++) {
    const [result] = f(new NDArray(Float64Array.of(i), [1], 'float64'))
    assert.equal([...result.data], [2 * i])
    free(result)
  }
})

test.run()
