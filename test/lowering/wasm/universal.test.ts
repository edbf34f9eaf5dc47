// test/lowering: functions without types under both linkers: numbers, arrays of all dtypes and lengths, broadcast together.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray } from '../../../runtime/kernel.ts'
import { type DType, isFloat } from '../../../src/graph/dtype.ts'
import { abs, add, clip, div, floorDiv, maximum, mod, mul, pow, sub } from '../../../src/graph/ops/arithmetic.ts'
import { and, gt, le, not, where } from '../../../src/graph/ops/logic.ts'
import { exp, sin, tanh } from '../../../src/graph/ops/math.ts'
import { input, newArena, type Variable } from '../../../src/graph/variable.ts'
import * as golden from '../../golden/run.ts'
import { traced } from '../compiled.ts'
import { dtypeList, numbers } from './forms.ts'

const formulas: Readonly<Record<string, (x: Variable, y: Variable) => Variable[]>> = {
  arithmetic: (x, y) => [add(mul(2, x), sub(y, 0.5))],
  quotients: (x, y) => [div(x, y), floorDiv(x, 3), mod(x, 4)],
  functions: (x, y) => [add(mul(2, x), exp(sin(y)))],
  comparisons: (x, y) => [gt(x, y), and(gt(x, 0), not(le(y, 2)))],
  selection: (x, y) => [where(gt(x, y), x, tanh(y)), maximum(x, y), clip(x, -1, 1)],
  powers: (x, y) => [pow(x, 2), add(abs(x), y)],
}

const array = (dtype: DType, shape: readonly number[], seed: number): NDArray => {
  const data = golden.asArgument({
    dtype,
    shape: [shape.reduce((a, b) => a * b, 1)],
    data: numbers(
      dtype,
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  }) as NDArray
  return new NDArray(data.data, [...shape], dtype)
}

const pairs = (n: number, dtype: DType, other: DType): readonly (readonly [unknown, unknown])[] => [
  [array(dtype, [n], 1), array(other, [n], 2)],
  [array(dtype, [n], 1), 2.5],
  [3, array(dtype, [n], n)],
  [array(dtype, [3, n], 1), array(other, [n], 2)],
  [array(dtype, [3, 1], 1), array(other, [1, n], 2)],
  [array(dtype, [2, 1, n], 1), array(other, [3, 1], 2)],
]

const same = (a: unknown, b: unknown): boolean => {
  if (!(a instanceof NDArray) || !(b instanceof NDArray)) return Object.is(a, b)
  const tolerance = isFloat(a.dtype) ? (a.dtype === 'float64' ? 4e-15 : 3e-7) : 0
  const [x, y] = [[...(a.data as Float64Array)], [...(b.data as Float64Array)]]
  return (
    a.dtype === b.dtype &&
    a.shape.join() === b.shape.join() &&
    x.length === y.length &&
    x.every((v, i) => Object.is(v, y[i]) || Math.abs(v - y[i]) <= Math.max(tolerance * Math.abs(v), tolerance > 0 ? 3e-45 : 0))
  )
}

for (const [what, make] of Object.entries(formulas)) {
  test(what, () => {
    const [js, wasm] = golden.linkers.map((linker) => {
      newArena()
      const [x, y] = ['x', 'y'].map((name, index) => input('float64', [], { kind: 'parameter', index }, name, true))
      return golden.link({ ...traced({ inputs: [x, y], outputs: make(x, y) }, linker), ufunc: true }) as (...x: unknown[]) => unknown[]
    })
    assert.equal(wasm(2.5, -3), js(2.5, -3))
    for (const n of [0, 1, 2, 3, 4, 5, 8, 17, 67])
      dtypeList.forEach((dtype, d) => {
        pairs(n, dtype, dtypeList[(d + n) % dtypeList.length]).forEach((args, k) => {
          const [expected, actual] = [js(...args), wasm(...args)]
          expected.forEach((e, i) => {
            if (!same(e, actual[i])) assert.unreachable(`${what}, n = ${n}, ${dtype}, pair ${k}, output ${i}: ${String(actual[i])} instead of ${String(e)}`)
          })
        })
      })
  })
}

test('a formula of a captured number in which every step uses the last one twice is computed once', () => {
  const results = golden.linkers.map((linker) => {
    newArena()
    const [x, captured] = [input('float64', [], { kind: 'parameter', index: 0 }, 'x', true), input('float64', [], { kind: 'live', capture: 0 }, 'c')]
    let h = captured
    for (let i = 0; i < 60; i++) h = sub(h, mul(mul(h, h), 0.1))
    const fn = { ...traced({ inputs: [x], outputs: [mul(x, h)] }, linker), ufunc: true, captures: [{ ...golden.specOf(captured), kind: 'live' as const }] }
    return (golden.link(fn, [() => 0.7]) as (x: unknown) => NDArray[])(array('float64', [5], 1))[0]
  })
  assert.ok(same(results[0], results[1]))
  assert.ok(results[0].data.every((v) => v !== 0))
})

test.run()
