// test/lowering: a function that is called by what it prints to: refused, and neither call leaves anything wrong behind.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray } from '../../runtime/kernel.ts'
import { add, mul } from '../../src/graph/ops/arithmetic.ts'
import { print } from '../../src/graph/ops/effects.ts'
import { exp } from '../../src/graph/ops/math.ts'
import { input, newArena } from '../../src/graph/variable.ts'
import { link, testBoth, traced } from '../golden/run.ts'

testBoth('a call from inside its own console.log throws; the outer call and later ones are right', (linker) => {
  newArena()
  const x = input('float64', [null], { kind: 'parameter', index: 0 }, 'x')
  const y = mul(exp(x), 2)
  const f = link(traced({ inputs: [x], outputs: [add(y, x)], effects: [print([y], [null], 0)] }, linker)) as (x: NDArray) => NDArray[]
  const of = (...values: number[]): NDArray => new NDArray(Float64Array.from(values), [values.length], 'float64')
  const { log } = console
  let refused: unknown
  console.log = () => {
    try {
      f(of(3, 3))
    } catch (error) {
      refused = error
    }
  }
  try {
    assert.equal([...f(of(0, 0))[0].data], [2, 2])
    assert.match(String(refused), /f: called again before its last call has returned/)
    console.log = () => {}
    assert.equal([...f(of(0, 0))[0].data], [2, 2])
    console.log = () => {
      throw Error('no console')
    }
    assert.throws(() => f(of(1, 1)), 'no console')
    console.log = () => {}
    assert.equal([...f(of(0, 0))[0].data], [2, 2])
  } finally {
    console.log = log
  }
})

test.run()
