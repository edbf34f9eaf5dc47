// test/random: the functions made of exact operations, against 40 digits.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { exp, log, log1p, stirlingRest } from '../../runtime/random/exact.ts'
import { normalQuantile } from '../../runtime/random/normal.ts'
import { golden } from './golden.ts'

/** The distance of a normal number to the next. */
const ulp = (x: number): number => 2 ** (Math.floor(Math.log2(Math.abs(x))) - 52)

for (const [name, f, limit] of [
  ['log', log, 1],
  ['exp', exp, 1],
  ['log1p', log1p, 2],
] as const) {
  test(`${name}: below ${limit + 0.5} ulp of the correctly rounded value`, () => {
    for (const [x, y] of golden[name]) assert.ok(Math.abs(f(x) - y) <= (limit + 0.5) * ulp(y), `${name}(${x}) is ${f(x)} instead of ${y}`)
  })
}

test('ends: log of 0 and below, exp beyond the numbers and among the smallest', () => {
  assert.is(log(0), -Infinity)
  assert.ok(Number.isNaN(log(-1)))
  assert.is(log(1), 0)
  assert.is(exp(710), Infinity)
  assert.is(exp(-746), 0)
  assert.is(exp(-745), 5e-324)
  assert.is(exp(-Infinity), 0)
  assert.ok(Number.isNaN(exp(NaN)))
  assert.is(exp(0), 1)
})

test('normalQuantile: 1e-15 relative', () => {
  for (const [q, z] of golden.normalQuantile) assert.ok(Math.abs(normalQuantile(q) - z) <= 1e-15 * Math.abs(z), `${q}: ${normalQuantile(q)} instead of ${z}`)
  assert.is(normalQuantile(0), 0)
})

test('stirlingRest: 1e-12', () => {
  for (const [k, rest] of golden.stirlingRest) assert.ok(Math.abs(stirlingRest(k) - rest) < 1e-12, `${k}: ${stirlingRest(k)} instead of ${rest}`)
})

test.run()
