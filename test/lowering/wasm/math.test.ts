// Vector functions against exact values (by MPFR) at special and hard arguments: the greatest error in units of the last place,
// and NaN, infinities, signs of zero and subnormal numbers exactly as they must be.
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { vectorMath } from '../../../src/lowering/wasm/math/index.ts'
import { type Floats, loopOf, ulps } from './ulp.ts'

/** The bound for float32 and for float64. */
const bounds: Record<string, readonly [number, number]> = {
  exp: [0.9, 0.9],
  exp2: [0.9, 0.9],
  expm1: [1.2, 1.2],
  log: [0.85, 0.85],
  log2: [0.8, 0.75],
  log10: [0.7, 0.7],
  log1p: [0.8, 0.8],
  sigmoid: [2, 2],
  softplus: [1.7, 1.7],
  sinh: [0.85, 0.85],
  cosh: [1.2, 1.2],
  tanh: [1.1, 1.4],
  asinh: [1.2, 1.2],
  acosh: [0.8, 0.8],
  atanh: [1.4, 1.4],
  cbrt: [0.85, 0.85],
  pow: [0.51, 0.95],
  hypot: [0.9, 0.9],
  sin: [0.8, 0.9],
  cos: [0.8, 0.9],
  tan: [1, 0.95],
  asin: [0.75, 0.8],
  acos: [0.75, 0.8],
  atan: [0.8, 0.8],
  atan2: [0.8, 0.8],
  erf: [1.6, 1.75],
  erfc: [1.95, 2],
  erfinv: [1.95, 2.15],
  gamma: [0.52, 2.1],
  gammaln: [0.52, 1.8],
}
const two = new Set(['pow', 'hypot', 'atan2'])
const golden = JSON.parse(readFileSync(new URL('../../golden/vectorMath.json', import.meta.url), 'utf8')) as Record<string, string>

interface Golden {
  readonly args: readonly Floats[]
  readonly exact: Float64Array
  readonly rest: Float64Array
}

function points(name: string, bits: 32 | 64): Golden {
  const arity = two.has(name) ? 2 : 1
  const data = new Float64Array(Uint8Array.from(Buffer.from(golden[`${name}.${bits}`], 'base64')).buffer)
  const column = (k: number): Float64Array => data.filter((_, i) => i % (arity + 2) === k)
  const floats = bits === 64 ? Float64Array : Float32Array
  return { args: Array.from({ length: arity }, (_, k) => new floats(column(k))), exact: column(arity), rest: column(arity + 1) }
}

/** Every element four times, so that a vector holds only that. */
const apart = (x: Floats): Floats => (x.constructor as Float64ArrayConstructor).from({ length: 4 * x.length }, (_, i) => x[i >> 2]) as Floats

for (const [name, bound] of Object.entries(bounds)) {
  for (const bits of [32, 64] as const) {
    test(`${name} f${bits}`, () => {
      const { args, exact, rest } = points(name, bits)
      assert.ok(exact.length > 100)
      const loop = loopOf(vectorMath[name], bits, args.length, 4 * exact.length)
      const mixed = loop.apply(...args)
      const alone = loop.apply(...args.map(apart))
      const allowed = bound[bits === 32 ? 0 : 1]
      mixed.forEach((y, i) => {
        const at = `${name}(${args.map((x) => x[i])})`
        const error = ulps(y, exact[i], rest[i], bits)
        if (!(error <= allowed)) assert.unreachable(`${at} is ${y}, exactly ${exact[i]}: ${error} ulp`)
        if (!Object.is(alone[4 * i], y)) assert.unreachable(`${at} is ${y} beside other lanes, ${alone[4 * i]} alone`)
      })
    })
  }
}

test('erfc is 1 at 0 and next to it', () => {
  for (const bits of [32, 64] as const) {
    const x = Float64Array.of(0, -0, 1e-12, -1e-18, 1e-30)
    assert.equal(Array.from(loopOf(vectorMath.erfc, bits, 1, x.length).apply(bits === 64 ? x.map((v) => v * 1e-6) : Float32Array.from(x))), [1, 1, 1, 1, 1])
  }
})

test('the measure: 0 for the nearest number, 1 for its neighbour, Infinity where NaN, sign or infinity is wrong', () => {
  assert.is(ulps(1, 1, 0.25, 64), 0.25)
  assert.is(ulps(1 + 2 ** -52, 1, 0, 64), 1)
  assert.is(ulps(1 - 2 ** -24, 1, 0, 32), 0.5)
  assert.is(ulps(2 ** -149, 1.5 * 2 ** -149, 0, 32), 0.5)
  assert.is(ulps(Number.POSITIVE_INFINITY, Number.MAX_VALUE, 0, 64), 1)
  assert.is(ulps(Number.POSITIVE_INFINITY, 1e40, 0, 32), 0)
  assert.is(ulps(3e38, 1e40, 0, 32) > 1, true)
  for (const [actual, exact] of [
    [Number.NaN, 1],
    [1, Number.NaN],
    [-0, 0],
    [Number.NEGATIVE_INFINITY, Number.MAX_VALUE],
    [1, Number.POSITIVE_INFINITY],
  ])
    assert.is(ulps(actual, exact, 0, 64), Number.POSITIVE_INFINITY)
})

test.run()
