// test/lowering/wasm: what `linker: 'auto'` picks: WASM where the mathematics or a product outweighs its overhead, JavaScript elsewhere.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { DType } from '../../../src/graph/dtype.ts'
import { add, mul } from '../../../src/graph/ops/arithmetic.ts'
import { dot } from '../../../src/graph/ops/dot.ts'
import { exp, tanh } from '../../../src/graph/ops/math.ts'
import * as random from '../../../src/graph/ops/random.ts'
import { sum } from '../../../src/graph/ops/reduce.ts'
import { psi } from '../../../src/graph/ops/special.ts'
import { input, newArena, type Variable } from '../../../src/graph/variable.ts'
import { withLinker } from '../../../src/lowering/index.ts'
import { assumedLength, chooseLinker, estimate } from '../../../src/lowering/wasm/choose.ts'
import { traced } from '../../golden/run.ts'

const leaf = (shape: (number | null)[], dtype: DType = 'float64', index = 0): Variable => input(dtype, shape, { kind: 'parameter', index }, `x${index}`)
const fn = (inputs: Variable[], output: Variable) => traced({ inputs, outputs: [output] }, 'auto')
const of = (shape: (number | null)[], f: (x: Variable) => Variable, dtype: DType = 'float64') => {
  newArena()
  const x = leaf(shape, dtype)
  return fn([x], f(x))
}

test('arithmetic over the memory of the caller is JavaScript: it would be copied for nothing', () => {
  assert.is(chooseLinker(of([null], (x) => add(mul(2, x), mul(x, mul(x, x))))), 'js')
})

test('mathematics over arrays is WASM', () => {
  assert.is(chooseLinker(of([null], tanh)), 'wasm')
  assert.is(chooseLinker(of([null, null], (x) => sum(exp(x), { axis: 1 }), 'float32')), 'wasm')
})

test('products of matrices are WASM', () => {
  newArena()
  const [a, b] = [leaf([null, null]), leaf([null, null], 'float64', 1)]
  assert.is(chooseLinker(fn([a, b], dot(a, b) as Variable)), 'wasm')
})

test('random numbers: many are WASM, few and those of other distributions JavaScript', () => {
  const draws = (make: (state: Variable) => Variable): string => {
    newArena()
    const state = input('uint32', [4], { kind: 'shared', capture: 0 }, 'state')
    return chooseLinker(fn([], make(state)))
  }
  assert.is(
    draws((s) => random.normal(s, [1000], 0, 1, 'float64')),
    'wasm',
  )
  assert.is(
    draws((s) => random.bernoulli(s, [1000], 0.5, 'bool')),
    'wasm',
  )
  assert.is(
    draws((s) => random.uniform(s, [2], 0, 1, 'float64')),
    'js',
  )
  assert.is(
    draws((s) => random.poisson(s, [1000], 3)),
    'js',
  )
})

test('numbers alone are JavaScript', () => {
  assert.is(chooseLinker(of([], (x) => exp(mul(2, x)))), 'js')
})

test('a few elements are JavaScript, whatever is computed of them', () => {
  assert.is(chooseLinker(of([4], tanh)), 'js')
  assert.is(chooseLinker(of([4096], tanh)), 'wasm')
})

test('what WASM would call JavaScript for is JavaScript', () => {
  assert.is(chooseLinker(of([null], psi)), 'js')
})

test('estimates grow with the elements, by as much as the work does', () => {
  const at = (n: number) => estimate(of([n], (x) => sum(tanh(x))))
  const [small, large] = [at(1000), at(2000)]
  assert.ok(Math.abs(large.js / small.js - 2) < 0.01)
  assert.ok(large.wasm > small.wasm && large.wasm < 2 * small.wasm)
  assert.equal(estimate(of([assumedLength], tanh)), estimate(of([null], tanh)))
})

test('a linker that is named is not judged', () => {
  const cheap = of([null], (x) => mul(2, x))
  assert.is(withLinker({ ...cheap, linker: 'wasm' }).linker, 'wasm')
  assert.is(withLinker(cheap).linker, 'js')
})

test.run()
