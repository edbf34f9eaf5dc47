// test/runtime: the matrix product against the plain triple loop, over sizes around its blocks, strides and starts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { gemm } from '../../runtime/gemm.ts'

/** Small integers, so that sums are exact in any order. */
const integers = (size: number): Float64Array => Float64Array.from({ length: size }, (_, i) => ((i * 7919) % 17) - 8)

function check(m: number, n: number, k: number, transposeA: boolean, transposeB: boolean): void {
  const [a, b, c] = [integers(m * k + 3), integers(n * k + 2), new Float64Array(m * n + 4).fill(99)]
  const [aRow, aColumn] = transposeA ? [1, m] : [k, 1]
  const [bRow, bColumn] = transposeB ? [1, k] : [n, 1]
  gemm(m, n, k, a, 3, aRow, aColumn, b, 2, bRow, bColumn, c, 2)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let p = 0; p < k; p++) sum += a[3 + i * aRow + p * aColumn] * b[2 + p * bRow + j * bColumn]
      if (c[2 + i * n + j] !== sum) assert.is(c[2 + i * n + j], sum, `${m} × ${k} times ${k} × ${n}, element ${i}, ${j}`)
    }
  }
  assert.equal([c[0], c[1], c[m * n + 2], c[m * n + 3]], [99, 99, 99, 99], 'nothing beside the result is written')
}

for (const [transposeA, transposeB] of [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
]) {
  test(`products of ${transposeA ? 'transposed' : 'plain'} and ${transposeB ? 'transposed' : 'plain'} matrices`, () => {
    for (const m of [0, 1, 2, 3, 8])
      for (const n of [0, 1, 2, 5, 6, 10, 39, 41]) for (const k of [0, 1, 2, 7, 513, 1025]) check(m, n, k, transposeA, transposeB)
  })
}

test('dtypes may differ; results are stored in c', () => {
  const c = new Float32Array(1)
  gemm(1, 1, 2, Int8Array.of(3, 4), 0, 2, 1, Float32Array.of(0.5, 0.25), 0, 1, 1, c, 0)
  assert.is(c[0], 2.5)
})

test.run()
