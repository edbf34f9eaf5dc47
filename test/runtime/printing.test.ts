// Arrays print as NumPy prints them; the texts in golden/printing.json were made by NumPy (printing.py).

import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type DType, full, ndarray, zeros } from '../../runtime/index.ts'
import { NDArray, types } from '../../runtime/ndarray.ts'

interface Case {
  dtype: DType
  shape: number[]
  data: (number | string)[]
  text: string
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/printing.json', import.meta.url), 'utf8')) as { cases: Case[] }
const special: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 }

cases.forEach(({ dtype, shape, data, text }, i) => {
  test(`NumPy's text of case ${i}: ${dtype} [${shape.join(', ')}]`, () => {
    const values = data.map((v) => (typeof v === 'string' ? special[v] : v))
    assert.is(new NDArray(new types[dtype](values), shape, dtype).toString(), text)
  })
})

test('console.log and templates print the same', () => {
  const x = ndarray([
    [1, 2.5],
    [3, 4],
  ])
  assert.is(inspect(x), '[[1.  2.5]\n [3.  4. ]]')
  assert.is(`${x}`, inspect(x))
})

test('rank 0 prints its value', () => {
  assert.is(String(full([], 2.5)), '2.5')
  assert.is(String(full([], true, 'bool')), 'true')
  assert.is(String(zeros([0, 3])), '[]')
})

test.run()
