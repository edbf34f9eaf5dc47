// verifyGrad accepts right gradients and names what is wrong with others.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ndarray, verifyGrad } from '../../runtime/index.ts'
import { array, link, type NDArray, number, type Spec } from '../../runtime/kernel.ts'

type Compute = (x: Float64Array, s: number) => { cost: number; gx: number[]; gs: number }
/** A compiled function of a vector x and a scalar s that returns what `arrange` makes of cost and gradients. */
const compiled = (compute: Compute, arrange: (cost: number, gx: NDArray, gs: number) => unknown, dtype: 'float64' | 'float32' = 'float64') => {
  const inputs: Spec[] = [
    { name: 'x', dtype, shape: [null] },
    { name: 'n', dtype: 'int32', shape: [] },
    { name: 's', dtype: 'float64', shape: [] },
  ]
  return link({ name: 'loss', inputs, outputs: null, captures: [] }, (self) => (x: unknown, _n: number, s: unknown) => {
    const { cost, gx, gs } = compute(array(x, self.inputs[0], self).data as Float64Array, number(s, self.inputs[2], self))
    return arrange(cost, ndarray(gx, undefined, dtype), gs)
  }) as never
}
const right: Compute = (x, s) => ({ cost: s * x.reduce((a, v) => a + v ** 3, 0), gx: [...x].map((v) => 3 * s * v * v), gs: x.reduce((a, v) => a + v ** 3, 0) })
const point = [[1, -2, 0.5], 7, 1.5]

test('right gradients pass, in each arrangement', () => {
  verifyGrad(
    compiled(right, (c, gx, gs) => [c, gx, gs]),
    point,
  )
  verifyGrad(
    compiled(right, (c, gx, gs) => [c, [gx, gs]]),
    point,
  )
  verifyGrad(
    compiled(right, (c, gx) => [c, gx]),
    point,
  )
  verifyGrad(
    compiled(right, (cost, gx, gs) => ({ cost, grads: [gx, gs] })),
    point,
  )
  verifyGrad(
    compiled(right, (cost, gx, gs) => ({ cost, grads: { s: gs, x: gx } })),
    point,
  )
  verifyGrad(
    compiled(right, (cost, x) => ({ cost, grads: x })),
    point,
  )
  verifyGrad(
    compiled(right, (c, gx, gs) => [c, gx, gs], 'float32'),
    point,
  )
})

test('the point stays as it was', () => {
  const x = ndarray([1, 2])
  verifyGrad(
    compiled(right, (c, gx, gs) => [c, gx, gs]),
    [x, 1, 2],
  )
  assert.equal(x.toArray(), [1, 2])
})

test('a wrong gradient is named with both numbers', () => {
  const wrong: Compute = (x, s) => ({ ...right(x, s), gx: [...x].map((v, i) => 3 * s * v * v + (i === 1 ? 0.01 : 0)) })
  assert.throws(
    () =>
      verifyGrad(
        compiled(wrong, (c, gx, gs) => [c, gx, gs]),
        point,
      ),
    /^verifyGrad: loss: gradient with respect to x\[1\] is 18\.01, finite differences give 1[78]\.\d+$/,
  )
  verifyGrad(
    compiled(wrong, (c, gx, gs) => [c, gx, gs]),
    point,
    { tolerance: 0.1 },
  )
  const wrongS: Compute = (x, s) => ({ ...right(x, s), gs: 0 })
  assert.throws(
    () =>
      verifyGrad(
        compiled(wrongS, (c, gx, gs) => [c, gx, gs]),
        point,
      ),
    /with respect to s is 0, finite differences give -6\.87/,
  )
  const nan: Compute = (x, s) => ({ ...right(x, s), gs: NaN })
  assert.throws(
    () =>
      verifyGrad(
        compiled(nan, (c, gx, gs) => [c, gx, gs]),
        point,
      ),
    /s is NaN/,
  )
})

test('a function that returns something else', () => {
  assert.throws(
    () =>
      verifyGrad(
        compiled(right, (c) => c),
        point,
      ),
    /^verifyGrad: loss must return \[cost, \.\.\.gradients\] or \{ cost, grads \}/,
  )
  assert.throws(
    () =>
      verifyGrad(
        compiled(right, (_, gx) => [gx, gx]),
        point,
      ),
    /the cost a number/,
  )
  assert.throws(
    () =>
      verifyGrad(
        compiled(right, (c, gx) => [c, gx, gx, gx]),
        point,
      ),
    /returned 3 gradients for 2 float arguments/,
  )
  assert.throws(
    () =>
      verifyGrad(
        compiled(right, (c) => [c, 1]),
        point,
      ),
    /has shape \[\], the argument \[3\]/,
  )
  assert.throws(
    () =>
      verifyGrad(
        compiled(right, (c, gx) => [c, gx]),
        [[[1]], 1, 1],
      ),
    /^loss: parameter x: expected float64 vector/,
  )
})

test.run()
