// Lanes that vector functions leave to JavaScript's or the runtime's functions: they get exactly those values, whatever their
// neighbours are.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { gamma, gammaln } from '../../../runtime/kernel.ts'
import { vectorMath } from '../../../src/lowering/wasm/math/index.ts'
import { loopOf } from './ulp.ts'

const negative = [-0.5, -1.5, -2.5, -20.25, -1e-10, -170.5, -190.5, -1e300]
const scalars: Record<string, [(x: number) => number, readonly number[]]> = {
  gamma: [gamma, negative],
  gammaln: [gammaln, negative],
  sin: [Math.sin, [1e6, -1e15, 1e22, 1.7e308]],
  cos: [Math.cos, [1e6, -1e15, 1e22, 1.7e308]],
  tan: [Math.tan, [1e6, -1e15, 1e22, 1.7e308]],
}

for (const [name, [scalar, points]] of Object.entries(scalars)) {
  test(`${name}, float64: far lanes beside near ones`, () => {
    const x = Float64Array.from(points.flatMap((v) => [v, 1.25, 1.25, v, v, v]))
    const y = loopOf(vectorMath[name], 64).apply(x)
    const near = loopOf(vectorMath[name], 64).apply(Float64Array.of(1.25, 1.25))[0]
    x.forEach((v, i) => assert.ok(Object.is(y[i], v === 1.25 ? near : scalar(v)), `${name}(${v}) is ${y[i]}`))
  })
}

for (const [name, scalar] of [
  ['gamma', gamma],
  ['gammaln', gammaln],
] as const) {
  test(`${name}, float32: far lanes in every place`, () => {
    const v = Math.fround(-2.3)
    for (let place = 0; place < 4; place++) {
      const x = Float32Array.from({ length: 4 }, (_, i) => (i === place ? v : 3 + i))
      const y = loopOf(vectorMath[name], 32).apply(x)
      x.forEach((u, i) => assert.is(y[i], Math.fround(scalar(u)), `${name}(${u})`))
    }
  })
}

test.run()
