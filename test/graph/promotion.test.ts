// test/graph: promotion of dtypes against NumPy's table.
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dimVariable } from '../../src/graph/dim.ts'
import { type DType, dtypes, promote, promoteDTypes, storeAs } from '../../src/graph/dtype.ts'
import { add, mul } from '../../src/graph/ops/arithmetic.ts'
import { at, slice } from '../../src/graph/ops/indexing.ts'
import { mean } from '../../src/graph/ops/reduce.ts'
import { input, newArena } from '../../src/graph/variable.ts'

const table = JSON.parse(readFileSync(new URL('../golden/promotion.json', import.meta.url), 'utf8')) as {
  pairs: Record<DType, Record<DType, DType>>
  weakInt: Record<DType, DType>
  weakFloat: Record<DType, DType>
}
const all = Object.keys(dtypes) as DType[]

test('two arrays', () => {
  for (const a of all) for (const b of all) assert.is(promoteDTypes(a, b), table.pairs[a][b], `${a} with ${b}`)
})

test('an array and a literal, on either side', () => {
  for (const a of all) {
    for (const [literal, expected] of [
      ['int32', table.weakInt[a]],
      ['float64', table.weakFloat[a]],
    ] as const) {
      const weak = { dtype: literal, weak: true } as const
      assert.equal(promote([{ dtype: a, weak: false }, weak]), { dtype: expected, weak: false }, `${a} with a literal ${literal}`)
      assert.equal(promote([weak, { dtype: a, weak: false }]), { dtype: expected, weak: false }, `a literal ${literal} with ${a}`)
    }
  }
})

test('lengths widen nothing: the mean of a slice by an int32 index stays float32', () => {
  newArena()
  const x = input('float32', [null, null], { kind: 'parameter', index: 0 }, 'x')
  const i = input('int32', [], { kind: 'parameter', index: 1 }, 'i')
  assert.is(mean(at(x, slice(i, add(i, 3)))).dtype, 'float32')
  assert.is(mul(mean(x), dimVariable(at(x, slice(i, add(i, 3))).shape[0])).dtype, 'float32')
})

test('literals stay literals', () => {
  assert.equal(
    promote([
      { dtype: 'int32', weak: true },
      { dtype: 'int32', weak: true },
    ]),
    { dtype: 'int32', weak: true },
  )
  assert.equal(
    promote([
      { dtype: 'int32', weak: true },
      { dtype: 'float64', weak: true },
    ]),
    { dtype: 'float64', weak: true },
  )
})

test('a value is stored as the typed array stores it', () => {
  for (const dtype of all) {
    if (dtype === 'bool') continue
    const array = new (globalThis as unknown as Record<string, new (n: number) => number[]>)[dtypes[dtype].array](1)
    for (const v of [0, -0, 1.5, -1.5, 255, 256, -129, 32768, 65536, 2147483648, -2147483649, 4294967296, 1e10, NaN, Infinity, -Infinity]) {
      array[0] = v
      assert.ok(array[0] === storeAs(dtype, v) || Number.isNaN(array[0]), `${v} as ${dtype}`)
    }
  }
})

test.run()
