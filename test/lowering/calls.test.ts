// test/lowering: what calls of compiled functions promise: fresh results, sizes that change, errors before any change, one commit.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as kernel from '../../runtime/kernel.ts'
import { type Shared, shared } from '../../runtime/shared.ts'
import type { DType } from '../../src/graph/dtype.ts'
import { libraryFunction } from '../../src/graph/library.ts'
import type { Linker } from '../../src/graph/tracedFunction.ts'
import { input, newArena, type Variable } from '../../src/graph/variable.ts'
import { link, testBoth, traced } from '../golden/run.ts'

const op = (name: string) => libraryFunction(name)!
const parameter = (index: number, shape: (number | null)[], dtype: DType = 'float64'): Variable =>
  input(dtype, shape, { kind: 'parameter', index }, 'xyz'[index])
const container = (capture: number, name: string, shape: null[]): Variable => input('float64', shape, { kind: 'shared', capture }, name)
const captured = (...names: string[]) => names.map((name) => ({ kind: 'shared' as const, name, dtype: 'float64' as const, shape: [null] }))
const vector = (...data: number[]) => new kernel.NDArray(Float64Array.from(data), [data.length], 'float64')
const matrix = (rows: number, columns: number, ...data: number[]) => new kernel.NDArray(Float64Array.from(data), [rows, columns], 'float64')
const indices = (...data: number[]) => new kernel.NDArray(Int32Array.from(data), [data.length], 'int32')
type Arrays = { data: Float64Array; shape: number[] }[]
const contentOf = (s: Shared): number[] => [...(s.getValue() as { data: Float64Array }).data]

function over(linker: Linker, build: (...parameters: Variable[]) => Variable | Variable[], ...shapes: (number | null)[][]) {
  newArena()
  const inputs = shapes.map((s, i) => parameter(i, s))
  const outputs = [build(...inputs)].flat()
  return link(traced({ inputs, outputs }, linker)) as (...args: unknown[]) => Arrays
}

testBoth("a result is the caller's own", (linker) => {
  const f = over(linker, (x) => [op('mul')(x, 2), x, op('mul')(x, 2)], [null])
  const x = vector(1, 2)
  const [doubled, same, again] = f(x)
  assert.is.not(doubled.data, again.data)
  assert.is.not(same.data, x.data)
  doubled.data.fill(7)
  f(vector(5, 6))
  assert.equal([...doubled.data], [7, 7])
  assert.equal([...same.data], [1, 2])
  assert.equal([...again.data], [2, 4])
})

testBoth('a constant result is fresh at each call', (linker) => {
  const f = over(linker, () => op('stack')([1.5, 2.5]))
  f()[0].data.fill(0)
  assert.equal([...f()[0].data], [1.5, 2.5])
})

testBoth('sizes may change from call to call', (linker) => {
  const f = over(linker, (x, y) => op('softmax')(op('dot')(op('exp')(x), op('transpose')(y))), [null, null], [null, null])
  const g = over(linker, (x) => op('sum')(op('mul')(op('sub')(x, op('mean')(x)), op('exp')(x))), [null])
  for (const n of [3, 1, 50, 2, 0, 7]) {
    const [s] = f(matrix(n, 2, ...Array.from({ length: 2 * n }, (_, i) => i / 10)), matrix(3, 2, 1, 0, 0, 1, 1, 1))
    assert.equal(s.shape, [n, 3])
    for (let r = 0; r < n; r++) assert.ok(Math.abs(s.data[3 * r] + s.data[3 * r + 1] + s.data[3 * r + 2] - 1) < 1e-12)
    const data = Array.from({ length: n }, (_, i) => Math.sin(i))
    const mean = data.reduce((a, v) => a + v, 0) / n
    const expected = n === 0 ? 0 : data.reduce((a, v) => a + (v - mean) * Math.exp(v), 0)
    assert.ok(Math.abs((g(vector(...data))[0] as unknown as number) - expected) < 1e-12, `n = ${n}`)
  }
})

const fails: Record<string, [(...v: Variable[]) => Variable, (number | null)[][], unknown[]]> = {
  'lengths that do not broadcast': [(x, y) => op('add')(x, y), [[null], [null]], [vector(1, 2), vector(1, 2, 3)]],
  'rows that do not broadcast': [
    (x, y) => op('add')(x, y),
    [
      [null, null],
      [null, 2],
    ],
    [matrix(2, 2, 1, 2, 3, 4), matrix(3, 2, 1, 2, 3, 4, 5, 6)],
  ],
  'a length that is not the known one': [(x, y) => op('add')(x, y), [[null], [3]], [vector(1, 2), vector(1, 2, 3)]],
  'dot of vectors that differ': [(x, y) => op('dot')(x, y), [[null], [null]], [vector(1, 2), vector(1, 2, 3)]],
  'dot of matrices that differ': [
    (x, y) => op('dot')(x, y),
    [
      [null, null],
      [null, null],
    ],
    [matrix(1, 2, 1, 2), matrix(1, 2, 1, 2)],
  ],
  'the largest of nothing': [(x) => op('max')(x), [[null]], [vector()]],
  'the largest of no columns': [(x) => op('max')(x, { axis: 1 }), [[null, null]], [matrix(2, 0)]],
  'the position of the largest of nothing': [(x) => op('argmax')(x), [[null]], [vector()]],
  'another number of elements': [(x) => op('reshape')(x, [2, 2]), [[null]], [vector(1, 2, 3)]],
  'no whole number of rows': [(x) => op('reshape')(x, [2, -1]), [[null]], [vector(1, 2, 3)]],
  'squeeze of length 2': [(x) => op('squeeze')(x, 0), [[null, 3]], [matrix(2, 3, 1, 2, 3, 4, 5, 6)]],
  'concatenate of different heights': [
    (x, y) => op('concatenate')([x, y]),
    [
      [null, null],
      [null, null],
    ],
    [matrix(1, 2, 1, 2), matrix(1, 1, 1)],
  ],
}

for (const [what, [build, shapes, args]] of Object.entries(fails)) {
  testBoth(`RangeError that names the function: ${what}`, (linker) => {
    const f = over(linker, build, ...shapes)
    assert.throws(
      () => f(...args),
      (e: Error) => e instanceof RangeError && /\bf\b/.test(e.message),
    )
  })
}

testBoth('RangeError: positions out of range', (linker) => {
  newArena()
  const [x, i] = [parameter(0, [null, null]), parameter(1, [null], 'int32')]
  for (const build of [() => op('pick')(x, i), () => op('take')(x, i, { axis: 0 }), () => op('pick')(op('logSoftmax')(x), i)]) {
    const f = link(traced({ inputs: [x, i], outputs: [build()] }, linker))
    assert.type((f(matrix(2, 2, 1, 2, 3, 4), indices(0, 1)) as unknown[])[0], 'object')
    assert.throws(
      () => f(matrix(2, 2, 1, 2, 3, 4), indices(0, 2)),
      (e: Error) => e instanceof RangeError && /\bf\b/.test(e.message),
    )
  }
  const at = link(traced({ inputs: [x, i], outputs: [op('at')(x, op('at')(i, 0))] }, linker))
  assert.throws(
    () => at(matrix(2, 2, 1, 2, 3, 4), indices(2)),
    (e: Error) => e instanceof RangeError,
  )
})

testBoth('updates happen together, after everything is computed', (linker) => {
  newArena()
  const [a, b] = [container(0, 'a', [null]), container(1, 'b', [null])]
  const updates = [
    { target: a, value: op('add')(a, b) },
    { target: b, value: op('sub')(a, b) },
  ]
  const [A, B] = [shared([1, 2], { name: 'a' }), shared([10, 20], { name: 'b' })] as unknown as Shared[]
  const f = link(traced({ inputs: [], outputs: [op('mul')(a, b)], updates, captures: captured('a', 'b') }, linker), [A, B]) as () => Arrays
  assert.equal([...f()[0].data], [10, 40])
  assert.equal(
    [contentOf(A), contentOf(B)],
    [
      [11, 22],
      [-9, -18],
    ],
  )
  assert.equal([...f()[0].data], [-99, -396])
  assert.equal(
    [contentOf(A), contentOf(B)],
    [
      [2, 4],
      [20, 40],
    ],
  )
})

testBoth('exchanging two containers copies nothing', (linker) => {
  newArena()
  const [a, b] = [container(0, 'a', [null]), container(1, 'b', [null])]
  const updates = [
    { target: a, value: b },
    { target: b, value: a },
  ]
  const [A, B] = [shared([1], { name: 'a' }), shared([2, 3], { name: 'b' })] as unknown as Shared[]
  const f = link(traced({ inputs: [], outputs: [], updates, captures: captured('a', 'b') }, linker), [A, B])
  // The first call may move them to where later ones find them.
  f()
  assert.equal([contentOf(A), contentOf(B)], [[2, 3], [1]])
  const before = [A.array.data, B.array.data]
  f()
  assert.equal([contentOf(A), contentOf(B)], [[1], [2, 3]])
  assert.is(A.array.data, before[1])
  assert.is(B.array.data, before[0])
})

testBoth('two containers never share memory', (linker) => {
  newArena()
  const [a, b, x] = [container(0, 'a', [null]), container(1, 'b', [null]), parameter(0, [null])]
  const next = op('mul')(x, 2)
  const updates = [
    { target: a, value: next },
    { target: b, value: next },
  ]
  const [A, B] = [shared([0], { name: 'a' }), shared([0], { name: 'b' })] as unknown as Shared[]
  const f = link(traced({ inputs: [x], outputs: [next], updates, captures: captured('a', 'b') }, linker), [A, B]) as (x: unknown) => Arrays
  for (const call of [1, 2]) {
    const [result] = f(vector(call, 2))
    assert.is(new Set([A.array.data, B.array.data, result.data]).size, 3)
    result.data.fill(-1)
    assert.equal(
      [contentOf(A), contentOf(B)],
      [
        [2 * call, 4],
        [2 * call, 4],
      ],
    )
  }
})

testBoth('a call that fails changes nothing', (linker) => {
  newArena()
  const [w, x, y] = [container(0, 'w', [null]), parameter(0, [null]), parameter(1, [null])]
  const updates = [{ target: w, value: op('add')(w, x) }]
  const W = shared([1, 2], { name: 'w' }) as unknown as Shared
  const f = link(traced({ inputs: [x, y], outputs: [op('sum')(op('add')(x, y))], updates, captures: captured('w') }, linker), [W])
  assert.throws(
    () => f(vector(1, 2), vector(1, 2, 3)),
    (e: Error) => e instanceof RangeError,
  )
  assert.equal(contentOf(W), [1, 2])
  assert.throws(
    () => f(vector(1, 2, 3), vector(1)),
    (e: Error) => e instanceof RangeError,
  )
  assert.equal(contentOf(W), [1, 2])
  f(vector(1, 2), vector(5, 6))
  assert.equal(contentOf(W), [2, 4])
})

testBoth('two names for one container are refused where it is updated', (linker) => {
  newArena()
  const [w, v] = [container(0, 'w', [null]), container(1, 'v', [null])]
  const program = traced({ inputs: [], outputs: [v], updates: [{ target: w, value: op('add')(w, 1) }], captures: captured('w', 'v') }, linker)
  const W = shared([1, 2], { name: 'W' }) as unknown as Shared
  assert.throws(
    () => link(program, [W, W]),
    (e: Error) => e instanceof TypeError && /same container, W/.test(e.message),
  )
  assert.ok(link(program, [W, shared([1, 2]) as unknown as Shared]))
})

testBoth('arrays held elsewhere do not change with the container', (linker) => {
  newArena()
  const [w, x] = [container(0, 'w', [null]), parameter(0, [null])]
  const W = shared([0, 0], { name: 'w' }) as unknown as Shared
  const f = link(traced({ inputs: [x], outputs: [w], updates: [{ target: w, value: op('add')(w, x) }], captures: captured('w') }, linker), [W]) as (
    x: unknown,
  ) => Arrays
  const seen = [1, 2, 3].map(() => f(vector(1, 10))[0])
  assert.equal(
    seen.map((v) => [...v.data]),
    [
      [0, 0],
      [1, 10],
      [2, 20],
    ],
  )
  assert.equal(contentOf(W), [3, 30])
})

test.run()
