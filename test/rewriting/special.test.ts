// Formulas of the error function after the whole way, where they overflow, underflow or cancel as written.
// The numbers are from mpmath with 30 digits.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { add, div, mul, neg, pow, sqr, sub } from '../../src/graph/ops/arithmetic.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { exp, log } from '../../src/graph/ops/math.ts'
import { sum } from '../../src/graph/ops/reduce.ts'
import { erf, erfc, gammaln, triGamma } from '../../src/graph/ops/special.ts'
import { newArena, type Variable } from '../../src/graph/variable.ts'
import { close, opsOf, World } from './helpers.ts'
import { optimized } from './optimize.ts'

/** Each formula's value at x after the whole way. */
function checkValues(formula: (x: Variable) => Variable, expected: readonly (readonly [x: number, value: number])[], tolerance = 1e-14): void {
  newArena()
  const world = new World()
  const x = world.leaf(
    'x',
    [expected.length],
    expected.map(([at]) => at),
  )
  const { data } = world.run(optimized(formula(x)).outputs)[0]
  expected.forEach(([at, value], i) => {
    const scale = value === 0 ? 1 : Math.abs(value)
    assert.ok(close(data[i] / scale, value / scale, tolerance, false), `${formula} at ${at}: ${data[i]} instead of ${value}`)
  })
}

test('complements do not cancel', () => {
  checkValues(
    (x) => sub(1, erf(x)),
    [
      [10, 2.088487583762545e-45],
      [-1, 1.8427007929497148],
    ],
  )
  checkValues(
    (x) => add(1, erf(x)),
    [
      [-10, 2.088487583762545e-45],
      [1, 1.8427007929497148],
    ],
  )
  checkValues((x) => add(neg(erf(x)), 1), [[10, 2.088487583762545e-45]])
  checkValues((x) => sub(erf(x), 1), [[10, -2.088487583762545e-45]])
  checkValues((x) => sub(1, erfc(x)), [[1e-20, 1.1283791670955125e-20]])
  checkValues((x) => sub(erfc(x), 1), [[1e-20, -1.1283791670955125e-20]])
  checkValues((x) => sub(erfc(neg(x)), 1), [[1e-20, 1.1283791670955125e-20]])
})

test('the logarithm of the normal distribution, and its derivative', () => {
  const normal = (x: Variable): Variable => mul(0.5, add(1, erf(div(x, Math.SQRT2))))
  checkValues(
    (x) => log(normal(x)),
    [
      [-40, -804.6084420137538],
      [-1, -1.8410216450092636],
      [1, -0.17275377902344988],
    ],
  )
  checkValues(
    (x) => log(erfc(x)),
    [
      [30, -903.9741171106439],
      [1e6, -1000000000014.3878],
      [0.9, -1.5940972465793173],
      [1.1, -2.121973911175156],
      [-3, 0.6931361352504468],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ],
  )
  checkValues(
    (x) => grad(sum(log(erfc(x))), x),
    [
      [30, -60.03329639875623],
      [0.5, -1.8327056412986984],
      [-8, -9.048533984279921e-29],
    ],
    1e-13,
  )
})

test('the ratio of a bell curve to its tail', () => {
  for (const square of [sqr, (x: Variable) => mul(x, x), (x: Variable) => pow(x, 2)]) {
    checkValues(
      (x) => div(exp(neg(square(x))), erfc(x)),
      [
        [30, 53.203123692263866],
        [-1, 0.19964144074771736],
        [-30, 0],
      ],
    )
    checkValues((x) => div(mul(3, exp(neg(square(x)))), erfc(x)), [[30, 3 * 53.203123692263866]])
  }
})

test('rules end where they have nothing to do', () => {
  newArena()
  const x = new World().leaf('x', [2], [1, 2])
  assert.equal(
    opsOf(optimized(erfc(x))).filter((name) => name !== 'shapeOf'),
    ['erfc'],
  )
})

test('derivatives of log Γ of any order', () => {
  const third = (x: Variable): Variable => grad(sum(grad(sum(triGamma(x)), x)), x)
  checkValues(
    (x) => grad(sum(grad(sum(gammaln(x)), x)), x),
    [
      [0.5, 4.934802200544679],
      [-2.5, 9.539246644989124],
    ],
  )
  checkValues(third, [
    [0.5, 97.40909103400244],
    [3, 0.11893940226682916],
  ])
})

test.run()
