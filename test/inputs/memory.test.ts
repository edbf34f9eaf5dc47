// test: whose memory arguments, results and containers lie in: `mutable`, `borrow`, `outputs: { borrow }`. A13-A15, A18, A30, A34, A35 of Theano's tests.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { NDArray } from '../../runtime/ndarray.ts'
import { overlap } from '../lowering/memory.ts'
import { compiled, type Exports, testAll } from './compiled.ts'

const modules = await compiled(
  'memory',
  `import * as theano from 'theano-ts'
import { at, lt, slice, sum, transpose, type Matrix, type Tensor, type Vector } from 'theano-ts'
export const { ndarray } = theano

export const W = theano.shared([1, 2, 3], { name: 'W' })
const overwrites = { inputs: { x: { mutable: true } } } as const
export const doubled = theano.fn((x: Vector) => x * 2, overwrites)
export const untouched = theano.fn((x: Vector) => x * 2)
export const assign = theano.fn((x: Vector, i: number, v: number) => {
  x[i] = v
  x[0] += 10
}, overwrites)
export const assigned = theano.fn((x: Vector) => {
  const before = sum(x)
  x[0] = 5
  return { before, after: sum(x), x }
}, overwrites)
export const rows = theano.fn((x: Matrix, v: Vector) => {
  x[1] = v
  x[0][1] -= 1
  return transpose(x)
}, overwrites)
export const masked = theano.fn((x: Vector) => {
  x[lt(x, 0)] = 0
}, overwrites)
export const local = theano.fn((x: Vector) => {
  x[0] = 5
  return x
})
export const helper = theano.fn((x: Vector) => {
  const clear = (a: Vector) => {
    a[0] = 0
  }
  clear(x)
  return sum(x)
}, overwrites)

export const printed = theano.fn((x: Vector) => {
  console.log(x)
  x[0] = 5
  console.log(x)
  return x
}, overwrites)
const inner = theano.fn((x: Vector) => {
  x[0] = 5
  return sum(x)
})
const innerOverwrites = theano.fn((x: Vector) => {
  x[0] = 5
  return sum(x)
}, overwrites)
export const calls = theano.fn((x: Vector) => [inner(x), x])
export const callsOverwriting = theano.fn((x: Vector) => [innerOverwrites(x), x])
export const callsOverwritten = theano.fn((x: Vector) => [inner(x), innerOverwrites(x), x], overwrites)

export const nested = theano.fn((x: Vector) => {
  const y = x ** 2
  const z = y
  return { y, z, list: [y, { x, again: x }], last: at(y, slice(1, 3)) as Vector }
})
export const single = theano.fn((x: Vector) => ({ vec: x ** 2 }))
export const nothing = theano.fn((x: Vector) => {
  W.value = x * 2
})
export const empty = theano.fn(() => [])

const preset = theano.ndarray([1, 2, 3])
export const presetValues = () => [...preset.data]
export const byDefault = theano.fn((x = preset) => (x * 2) as Vector, overwrites)

export const withContainer = theano.fn((x: Vector) => {
  x[0] = 100
  return x + W
}, overwrites)
export const captured = ndarray([1, 2, 3])
export const withCaptured = theano.fn((x: Vector) => {
  x[0] = 100
  return x + captured
}, overwrites)
export const fails = theano.fn((x: Vector, y: Vector) => {
  x[0] = 100
  W.value = W + 1
  return x * y
}, overwrites)

const borrowed = { inputs: { x: { borrow: true }, y: { borrow: true } }, outputs: { borrow: true } } as const
export const same = theano.fn((x: Vector, y: Vector) => [x, y, x * y], borrowed)
export const A = theano.shared([0], { name: 'A' })
export const B = theano.shared([0], { name: 'B' })
export const take = theano.fn((x: Vector) => {
  A.value = x
}, { inputs: { x: { borrow: true } } })
export const takeTwo = theano.fn((x: Vector, y: Vector) => {
  A.value = x
  B.value = y
}, { inputs: { x: { borrow: true }, y: { borrow: true } } })
export const takeTwice = theano.fn((x: Vector) => {
  A.value = x
  B.value = x
}, { inputs: { x: { borrow: true } } })
export const copies = theano.fn((x: Vector) => {
  A.value = x
})
`,
)

const values = (x: NDArray): number[] => [...x.data]

testAll(modules, 'a result takes the memory of a mutable argument, and of no other (A13)', ({ doubled, untouched, ndarray }) => {
  const [x, y] = [ndarray([1, 2, 3]), ndarray([1, 2, 3])]
  assert.equal(
    [values(doubled(x)), values(x)],
    [
      [2, 4, 6],
      [2, 4, 6],
    ],
  )
  assert.equal(
    [values(untouched(y)), values(y)],
    [
      [2, 4, 6],
      [1, 2, 3],
    ],
  )
  const typed = Float64Array.of(1, 2)
  assert.equal(
    [values(doubled(typed)), [...typed]],
    [
      [2, 4],
      [2, 4],
    ],
  )
  const list = [1, 2]
  assert.equal(
    [values(doubled(list)), list],
    [
      [2, 4],
      [1, 2],
    ],
  )
})

testAll(modules, 'assigned elements of a mutable argument are the caller’s', ({ assign, assigned, rows, masked, local, helper, ndarray }) => {
  const x = ndarray([1, 2, 3])
  assert.is(assign(x, 2, 7), undefined)
  assert.equal(values(x), [11, 2, 7])
  const result = assigned(x)
  assert.equal([result.before, result.after, values(result.x), values(x)], [20, 14, [5, 2, 7], [5, 2, 7]])
  const m = ndarray([
    [1, 2],
    [3, 4],
  ])
  assert.equal(
    [rows(m, [7, 8]).toArray(), m.toArray()],
    [
      [
        [1, 7],
        [1, 8],
      ],
      [
        [1, 1],
        [7, 8],
      ],
    ],
  )
  const signs = ndarray([-1, 2, -3])
  masked(signs)
  assert.equal(values(signs), [0, 2, 0])
  assert.is(helper(signs), 2)
  const y = ndarray([1, 2])
  assert.equal(
    [values(local(y)), values(y)],
    [
      [5, 2],
      [1, 2],
    ],
  )
})

testAll(
  modules,
  'defaults, captured arrays and containers are not overwritten',
  ({ byDefault, presetValues, withContainer, withCaptured, captured, W, ndarray }) => {
    assert.equal(
      [values(byDefault()), values(byDefault()), presetValues()],
      [
        [2, 4, 6],
        [2, 4, 6],
        [1, 2, 3],
      ],
    )
    W.setValue([1, 2, 3])
    const own = W.getValue({ borrow: true })
    assert.equal(
      [values(withContainer(own)), values(W.getValue())],
      [
        [101, 4, 6],
        [1, 2, 3],
      ],
    )
    assert.equal(
      [values(withCaptured(captured)), values(captured)],
      [
        [101, 4, 6],
        [1, 2, 3],
      ],
    )
    const apart = ndarray([1, 2, 3])
    assert.equal(
      [values(withContainer(apart)), values(apart)],
      [
        [101, 4, 6],
        [100, 2, 3],
      ],
    )
  },
)

testAll(modules, 'what is printed is what it was then', ({ printed, ndarray }) => {
  const { log } = console
  const lines: string[] = []
  console.log = (x: unknown) => void lines.push(String(x))
  try {
    const x = ndarray([1, 2])
    assert.is(printed(x), x)
    assert.equal(
      [values(x), lines],
      [
        [5, 2],
        ['[1. 2.]', '[5. 2.]'],
      ],
    )
  } finally {
    console.log = log
  }
})

testAll(modules, 'functions called in an arrow change its arrays only where they may', ({ calls, callsOverwriting, callsOverwritten, ndarray }) => {
  const x = ndarray([1, 2])
  const [a, y] = calls(x)
  assert.equal([a, values(y), values(x)], [7, [1, 2], [1, 2]])
  const [b, z] = callsOverwriting(x)
  assert.equal([b, values(z), values(x)], [7, [5, 2], [1, 2]])
  const [c, d, w] = callsOverwritten(x)
  assert.equal([c, d, values(w), values(x)], [7, 7, [5, 2], [5, 2]])
})

testAll(modules, 'results in lists and objects, and several names of one value (A18)', ({ nested, single, nothing, empty, ndarray }) => {
  const x = ndarray([2, 3, 4])
  const { y, z, list, last } = nested(x)
  const arrays = [y, z, list[0], list[1].x, list[1].again, last]
  assert.equal(arrays.map(values), [
    [4, 9, 16],
    [4, 9, 16],
    [4, 9, 16],
    [2, 3, 4],
    [2, 3, 4],
    [9, 16],
  ])
  const all = [x, ...arrays]
  all.forEach((a, i) => {
    for (const b of all.slice(i + 1)) assert.not(overlap(a, b))
  })
  const { vec, ...others } = single(x)
  assert.equal([values(vec), others], [[4, 9, 16], {}])
  assert.is(nothing(x), undefined)
  assert.equal(empty(), [])
})

testAll(modules, 'a call that throws may have overwritten arguments, but no container', ({ fails, W, ndarray }) => {
  W.setValue([1, 2, 3])
  const x = ndarray([1, 2, 3])
  assert.throws(() => fails(x, [1, 2]), /sizes 3 and 2/)
  assert.equal(values(W.getValue()), [1, 2, 3])
  x.data.set([1, 2, 3])
  assert.equal(
    [values(fails(x, [1, 2, 3])), values(x), values(W.getValue())],
    [
      [100, 4, 9],
      [100, 2, 3],
      [2, 3, 4],
    ],
  )
})

testAll(modules, 'borrowed arguments are returned as they are where results are borrowed', ({ same, ndarray }) => {
  const [x, y] = [ndarray([1, 2]), ndarray([3, 4])]
  const [first, second, third] = same(x, y)
  assert.is(first, x)
  assert.is(second, y)
  assert.equal(values(third), [3, 8])
})

testAll(modules, 'a container takes a borrowed argument itself, one container only', (m) => {
  const { take, takeTwice, takeTwo, copies, A, B, ndarray } = m as Exports
  const x = ndarray([1, 2])
  take(x)
  assert.ok(overlap(A.getValue({ borrow: true }), x))
  const shares = (): boolean[] => [overlap(A.getValue({ borrow: true }), B.getValue({ borrow: true })), overlap(A.getValue({ borrow: true }), x)]
  takeTwice(x)
  assert.equal(
    [shares(), values(A.getValue()), values(B.getValue())],
    [
      [false, true],
      [1, 2],
      [1, 2],
    ],
  )
  takeTwo(x, x)
  assert.equal([shares()[0], values(A.getValue()), values(B.getValue())], [false, [1, 2], [1, 2]])
  copies(x)
  assert.equal(
    [shares(), values(A.getValue())],
    [
      [false, false],
      [1, 2],
    ],
  )
})

test.run()
