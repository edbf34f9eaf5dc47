// test/lowering: functions that are called in the middle of a call, by what it prints to or by what computes its arguments and captured values:
// refused or right, and neither call leaves anything wrong behind.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray } from '../../runtime/kernel.ts'
import { add, mul } from '../../src/graph/ops/arithmetic.ts'
import { print } from '../../src/graph/ops/effects.ts'
import { exp } from '../../src/graph/ops/math.ts'
import { input, newArena } from '../../src/graph/variable.ts'
import { link, testBoth, traced } from '../golden/run.ts'
import { compiled, type Exports, testAll } from '../inputs/compiled.ts'

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

const modules = await compiled(
  'reentry',
  `
import * as theano from 'theano-ts'
import { assert, dot, sum, zeros, type Matrix, type Vector } from 'theano-ts'
export const outside = { factor: 2, start: 1, during: null as null | (() => void) }
const user = (value: number) => () => { const call = outside.during; outside.during = null; call?.(); return value }
Object.defineProperty(outside, 'factor', { get: user(2) })
Object.defineProperty(outside, 'start', { get: user(1) })
export const W = theano.shared([[1, 2], [3, 4]], { name: 'W' })
export const live = theano.fn((x: Matrix) => { W.value = dot(W, x) * outside.factor; return sum(W) })
export const byDefault = theano.fn((x: Matrix, k: number = outside.start) => { W.value = dot(W, x) + k; return sum(W) })
export const keeping = theano.fn((x: Matrix, s: Matrix = [[1, 0], [0, 1]] as any) => outside.factor * s, { inputs: { s: { update: (x: Matrix, s: Matrix) => dot(s, x) } } })
export const printing = theano.fn((x: Matrix) => { const y = dot(W, x); console.log(sum(y)); W.value = dot(W, y); return y })
export const other = theano.fn((x: Matrix) => { W.value = W + x })
export const reader = theano.fn(() => dot(W, W) as Matrix)
const make = () => {
  const counts = theano.shared([0, 0], { name: 'counts' })
  return theano.fn((x: Vector) => { const seen = theano.shared(zeros([2]), { name: 'seen' }); seen.value = seen + x; counts.value = counts + 1; return [seen, counts] })
}
export const twice = [make(), make()]
`,
)
const matrix = (...rows: number[][]): NDArray => new NDArray(Float64Array.from(rows.flat()), [rows.length, rows[0].length], 'float64')
const [double, ones] = [matrix([2, 0], [0, 2]), matrix([1, 1], [1, 1])]
const lists = (x: { toArray(): unknown }): unknown => x.toArray()
const start = (m: Exports): void => m.W.setValue(matrix([1, 2], [3, 4]))

testAll(modules, 'from a captured value, a default: as if called before', (m) => {
  for (const f of [m.live, m.byDefault]) {
    // Twice, so that the memory of the first call inside is used again by the second, and each is as if alone.
    for (let round = 0; round < 2; round++) {
      start(m)
      m.outside.during = () => {
        f(ones)
        f(ones)
      }
      const nested = f(double)
      start(m)
      f(ones)
      f(ones)
      assert.is(nested, f(double))
    }
  }
})

testAll(modules, 'inputs that are kept', (m) => {
  m.outside.during = () => {
    m.keeping(double)
    m.keeping(double)
  }
  assert.equal(lists(m.keeping(double)), [
    [8, 0],
    [0, 8],
  ])
  assert.equal(lists(m.keeping.container('s').value), [
    [8, 0],
    [0, 8],
  ])
})

function printingTo(call: () => void, body: () => void): void {
  const { log } = console
  console.log = call
  try {
    body()
  } finally {
    console.log = log
  }
}

testAll(modules, 'functions that share a container: from console.log', (m) => {
  start(m)
  const expected = lists(m.reader())
  let read: unknown
  printingTo(
    () => {
      read = lists(m.reader())
    },
    () =>
      assert.equal(lists(m.printing(double)), [
        [2, 4],
        [6, 8],
      ]),
  )
  assert.equal(read, expected, 'reading is allowed')
  start(m)
  printingTo(
    () => {
      m.other(ones)
      m.other(ones)
    },
    () => assert.throws(() => m.printing(double), /^printing: shared W was changed before the call has returned, by what that call printed to$/),
  )
  assert.equal(
    lists(m.W.getValue()),
    [
      [3, 4],
      [5, 6],
    ],
    'what was called inside has done its work',
  )
  for (const value of [matrix([3, 4], [5, 6]), lists(matrix([3, 4], [5, 6]))]) {
    printingTo(
      () => m.W.setValue(value),
      () => assert.throws(() => m.printing(double), /^printing: shared W was changed/),
    )
  }
  printingTo(
    () => {},
    () =>
      assert.equal(lists(m.printing(double)), [
        [6, 8],
        [10, 12],
      ]),
  )
  assert.equal(lists(m.W.getValue()), [
    [3 * 6 + 4 * 10, 3 * 8 + 4 * 12],
    [5 * 6 + 6 * 10, 5 * 8 + 6 * 12],
  ])
})

testAll(modules, 'two functions of one place in the source share nothing', ({ twice: [f, g] }) => {
  f([1, 1])
  assert.equal(f([1, 2]).map(lists), [
    [2, 3],
    [2, 2],
  ])
  assert.equal(g([5, 5]).map(lists), [
    [5, 5],
    [1, 1],
  ])
  assert.equal(
    f.shared.filter((c: unknown) => g.shared.includes(c)),
    [],
  )
})

test.run()
