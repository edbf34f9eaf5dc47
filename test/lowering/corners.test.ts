// test/lowering: programs where memory changes hands, is read through another look at it, or is fitted at the call, and
// integers that leave their range in the middle of a loop. Expected values are worked out by hand.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Shared, shared } from '../../runtime/shared.ts'
import type { DType } from '../../src/graph/dtype.ts'
import type { Value } from '../../src/graph/op.ts'
import { add, clip, div, maximum, mod, mul, remainder, sqr } from '../../src/graph/ops/arithmetic.ts'
import { iota, zeros } from '../../src/graph/ops/create.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { batchedDot, dot } from '../../src/graph/ops/dot.ts'
import { assert as assertion, print } from '../../src/graph/ops/effects.ts'
import { at, pick, Slice } from '../../src/graph/ops/indexing.ts'
import { cast, eq, ge, gt, le, lt, neq, where } from '../../src/graph/ops/logic.ts'
import { tanh } from '../../src/graph/ops/math.ts'
import { logSoftmax, logsumexp } from '../../src/graph/ops/nnet.ts'
import { all, prod, sum } from '../../src/graph/ops/reduce.ts'
import { reshape, transpose } from '../../src/graph/ops/shape.ts'
import { input, newArena, type Variable } from '../../src/graph/variable.ts'
import { linkModule } from '../../src/lowering/wasm/module.ts'
import { compile } from '../../src/pipeline.ts'
import { link as linkFunction } from '../golden/run.ts'
import { argument, asValue, link, run, testBoth, traced } from './compiled.ts'

const parameter = (name: string, index: number, rank: number, dtype: DType = 'float64'): Variable =>
  input(dtype, Array(rank).fill(null), { kind: 'parameter', index }, name)
const container = (name: string, capture: number, rank: number): Variable => input('float64', Array(rank).fill(null), { kind: 'shared', capture }, name)
const array = (dtype: DType, shape: number[], data: number[]): Value => ({ dtype, shape, data })
const vector = (...data: number[]): Value => array('float64', [data.length], data)
const square = array('float64', [2, 2], [1, 2, 3, 4])
const dataOf = (result: unknown): number[] => [...asValue(result).data]
const holders = (...values: number[][]): Shared[] => values.map((v) => shared(v) as unknown as Shared)
const contentOf = (s: Shared): number[] => dataOf(s.getValue())

test.before.each(newArena)

testBoth('a container that takes over the value another one had keeps it', (linker) => {
  const [previous, w, x] = [container('previous', 0, 1), container('w', 1, 1), parameter('x', 0, 1)]
  const updates = [
    [previous, w],
    [w, add(w, x)],
  ] as const
  const [P, W] = holders([0, 0], [1, 1])
  const f = link({ inputs: [x], outputs: [previous], shared: [previous, w], updates }, [P, W], linker)
  const seen = [1, 10, 100].map((n) => dataOf((f([n, n]) as unknown[])[0]))
  assert.equal(seen, [
    [0, 0],
    [1, 1],
    [2, 2],
  ])
  assert.equal(
    [contentOf(P), contentOf(W)],
    [
      [12, 12],
      [112, 112],
    ],
  )
  assert.is.not(P.array.data, W.array.data)
})

testBoth('values that move along a row of containers, the last of which was read elsewhere', (linker) => {
  const [a, b, c] = ['a', 'b', 'c'].map((name, i) => container(name, i, 1))
  const updates = [
    [c, b],
    [a, add(a, 1)],
    [b, a],
  ] as const
  const [A, B, C] = holders([1, 1], [0, 0], [-1, -1])
  const f = link({ inputs: [], outputs: [add(c, 0.5)], shared: [a, b, c], updates }, [A, B, C], linker)
  const seen = [0, 1, 2, 3].map(() => dataOf((f() as unknown[])[0])[0])
  assert.equal(seen, [-0.5, 0.5, 1.5, 2.5])
  assert.equal([contentOf(A)[0], contentOf(B)[0], contentOf(C)[0]], [5, 4, 3])
})

testBoth('a call that throws leaves a handed over value as it was', (linker) => {
  const [previous, w, x] = [container('previous', 0, 1), container('w', 1, 1), parameter('x', 0, 2)]
  const i = parameter('i', 1, 1, 'int32')
  const updates = [
    [previous, w],
    [w, add(w, 1)],
  ] as const
  const [P, W] = holders([0, 0], [1, 1])
  const f = link({ inputs: [x, i], outputs: [pick(x, i), sum(w)], shared: [previous, w], updates }, [P, W], linker)
  for (let n = 0; n < 2; n++) f(argument(square), argument(array('int32', [2], [0, 1])))
  assert.throws(() => f(argument(square), argument(array('int32', [2], [0, 7]))))
  assert.equal([contentOf(P)[0], contentOf(W)[0]], [2, 3])
})

testBoth('a result that is part of another has an array of its own length', (linker) => {
  const x = parameter('x', 0, 2)
  const y = dot(x, x)
  const [part, whole] = run({ inputs: [x], outputs: [reshape(at(y, new Slice(0, 1)), [2]), y] }, [square], linker)
  assert.equal(dataOf(part), [7, 10])
  assert.equal(dataOf(whole), [7, 10, 15, 22])
})

testBoth('looks at arrays that are printed together are both there', (linker) => {
  const x = parameter('x', 0, 2)
  const [y, z] = [dot(x, x), dot(x, add(x, 1))]
  const backwards = [y, z].map((v) => at(v, new Slice(null, null, -1)))
  const printed: unknown[][] = []
  const log = console.log
  console.log = (...values: unknown[]) => void printed.push(values)
  try {
    run({ inputs: [x], outputs: [sum(y), sum(z)], effects: [print(backwards, [null, null], 0)] }, [square], linker)
  } finally {
    console.log = log
  }
  assert.equal(printed[0].map(dataOf), [
    [15, 22, 7, 10],
    [22, 29, 10, 13],
  ])
})

testBoth('zeros of a length known at the call meet an array', (linker) => {
  const [n, x] = [parameter('n', 0, 0, 'int32'), parameter('x', 1, 1)]
  const f = (length: number, data: Value) => run({ inputs: [n, x], outputs: [add(zeros(n), x)] }, [array('int32', [], [length]), data], linker)[0]
  assert.equal(dataOf(f(3, vector(1, 2, 3))), [1, 2, 3])
  assert.equal(dataOf(f(3, vector(5))), [5, 5, 5])
  assert.throws(() => f(3, vector(1, 2)), RangeError)
})

testBoth('the gradient towards what may have been broadcast reads a transposed gradient in its order', (linker) => {
  const [x, w] = [parameter('x', 0, 2), parameter('w', 1, 2)]
  const g = grad(sum(mul(transpose(add(x, transpose(w))), w)), x)
  const weights = array('float64', [3, 2], [1, 2, 3, 4, 5, 6])
  const of = (x: Value) => dataOf(run({ inputs: [parameter('x', 0, 2), parameter('w', 1, 2)], outputs: [g] }, [x, weights], linker)[0])
  assert.equal(of(array('float64', [2, 3], [0, 0, 0, 0, 0, 0])), [1, 3, 5, 2, 4, 6])
  assert.equal(of(array('float64', [1, 3], [0, 0, 0])), [3, 7, 11])
  assert.equal(of(array('float64', [2, 1], [0, 0])), [9, 12])
})

testBoth('small integers wrap before they are used further', (linker) => {
  const x = parameter('x', 0, 1, 'int8')
  // 300 as an int8 is 44, 200 is -56.
  const halves = [maximum(x, 300), where(gt(x, 1), x, 300), mod(x, 300), clip(x, 200, 300), sqr(x), remainder(x, 0)].map((v) => mul(v, 0.5))
  const results = run({ inputs: [x], outputs: [...halves, div(1, remainder(mul(x, 2), 2))] }, [array('int8', [3], [1, 2, -3])], linker).map(dataOf)
  assert.equal(results, [
    [22, 22, 22],
    [22, 1, 22],
    [0.5, 1, 20.5],
    [-28, -28, -28],
    [0.5, 2, 4.5],
    [0, 0, 0],
    [Infinity, Infinity, Infinity],
  ])
})

testBoth('products of integers keep their low bits', (linker) => {
  const [x, y] = [parameter('x', 0, 1, 'int32'), parameter('y', 1, 3, 'int32')]
  const data = [1234567891, 987654321, -2147483647]
  const low = (n: bigint): number => Number(BigInt.asIntN(32, n))
  const square = low(data.reduce((sum, n) => sum + BigInt(n) * BigInt(n), 0n))
  const all = low(data.reduce((product, n) => product * BigInt(n), 1n))
  const results = run(
    { inputs: [x, y], outputs: [dot(x, x), prod(x), batchedDot(y, transpose(y, [0, 2, 1]))] },
    [array('int32', [3], data), array('int32', [1, 1, 3], data)],
    linker,
  )
  assert.equal(results.map(dataOf), [[square], [all], [square]])
})

testBoth('truths of float64 and of bytes are compared', (linker) => {
  const [x, b] = [parameter('x', 0, 1), parameter('b', 1, 1, 'bool')]
  const outputs = [lt, le, gt, ge, eq, neq].map((compare) => compare(lt(x, 2), b))
  const results = run({ inputs: [x, b], outputs }, [vector(1, 3, 1, 3, 1), array('bool', [5], [0, 0, 1, 1, 1])], linker)
  assert.equal(results.map(dataOf), [
    [0, 0, 0, 1, 0],
    [0, 1, 1, 1, 1],
    [1, 0, 0, 0, 0],
    [1, 1, 1, 0, 1],
    [0, 1, 1, 0, 1],
    [1, 0, 0, 1, 0],
  ])
})

testBoth('the largest of columns, used twice, in memory that was used before', (linker) => {
  const x = input('float64', [2, 3], { kind: 'parameter', index: 0 }, 'x')
  const data = [1.5, 2.5, 3.5, 4.5, 0.5, 3]
  const [result] = run({ inputs: [x], outputs: [logsumexp(add(x, cast(iota(3), 'float64')), { axis: 0 })] }, [array('float64', [2, 3], data)], linker)
  dataOf(result).forEach((v, j) => assert.ok(Math.abs(v - Math.log(Math.exp(data[j] + j) + Math.exp(data[j + 3] + j))) < 1e-14))
})

testBoth('a formula that is multiplied by itself', (linker) => {
  const x = parameter('x', 0, 1)
  assert.is(run({ inputs: [x], outputs: [dot(add(x, x), add(x, x))] }, [vector(3, 127, 1)], linker)[0], 64556)
})

testBoth('formulas that use their parts many times are written, and taken apart, once', (linker) => {
  const [x, m, i] = [parameter('x', 0, 1), parameter('m', 1, 2), parameter('i', 2, 1, 'int32')]
  let [v, w] = [x, m]
  for (let n = 0; n < 60; n++) {
    v = add(mul(mul(v, v), v), v)
    w = add(tanh(w), w)
  }
  const started = performance.now()
  const program = { inputs: [x, m, i], outputs: [v, sum(v), pick(w, i), sum(w, { axis: 1 }), pick(logSoftmax(w), i)] }
  const { make, functions } = compile(traced(program, linker), { describe: () => '' })
  assert.ok(make.length < 40_000)
  assert.ok(linkModule(functions).bytes.length < 60_000)
  assert.ok(performance.now() - started < 5000)
})

testBoth('one array used by thousands: no loop grows without bound', (linker) => {
  const x = parameter('x', 0, 1)
  const y = tanh(x)
  let total: Variable = mul(x, 0)
  for (let n = 0; n < 3000; n++) total = add(total, tanh(mul(y, n + 0.5)))
  const data = [0, 0.25]
  const expected = data.map((v) => Array.from({ length: 3000 }, (_, n) => Math.tanh(Math.tanh(v) * (n + 0.5))).reduce((a, b) => a + b, 0))
  const [result] = run({ inputs: [x], outputs: [total] }, [vector(...data)], linker)
  dataOf(result).forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-8))
})

testBoth('a container whose type fixes a length must have it at the call', (linker) => {
  const w = input('float64', [3], { kind: 'shared', capture: 0 }, 'w')
  const [W] = holders([1, 2, 3])
  const f = link({ inputs: [], outputs: [add(w, 1)], shared: [w] }, [W], linker)
  assert.equal(dataOf((f() as unknown[])[0]), [2, 3, 4])
  W.setValue([1, 2])
  assert.throws(f, (e: Error) => e instanceof RangeError && /shared w: expected/.test(e.message))
})

testBoth('an assertion is checked before anything that it is about is computed', (linker) => {
  const [x, i] = [parameter('x', 0, 2), parameter('i', 1, 1, 'int32')]
  const effects = [assertion(all(lt(i, x.shape[1] as Variable)), 'labels in range', 0)]
  const f = link({ inputs: [x, i], outputs: [sum(pick(logSoftmax(x), i)), at(x, at(i, 0))], effects }, [], linker)
  assert.type((f(argument(square), argument(array('int32', [2], [0, 1]))) as unknown[])[0], 'number')
  assert.throws(() => f(argument(square), argument(array('int32', [2], [5, 1]))), /labels in range/)
})

testBoth('a part of what a mask selects has a length', (linker) => {
  const x = parameter('x', 0, 1)
  const selected = at(at(x, gt(x, 0)), new Slice(null, null, 2))
  const [result] = run({ inputs: [x], outputs: [add(selected, 1)] }, [vector(1, -1, 2, 3, -2, 4, 5)], linker)
  assert.equal(dataOf(result), [2, 4, 6])
})

testBoth('a long formula of a function without types', (linker) => {
  const x = input('float64', [], { kind: 'parameter', index: 0 }, 'x', true)
  let v: Variable = x
  for (let n = 0; n < 6000; n++) v = n % 2 ? add(v, 1.5) : tanh(v)
  const f = linkFunction({ ...traced({ inputs: [x], outputs: [v] }, linker), ufunc: true }) as (x: unknown) => unknown[]
  let expected = 0.25
  for (let n = 0; n < 6000; n++) expected = n % 2 ? expected + 1.5 : Math.tanh(expected)
  assert.is(f(0.25)[0], expected)
  for (const y of dataOf(f([0.25, 0.25])[0])) assert.ok(Math.abs(y - expected) < 1e-15)
})

testBoth('lengths that broadcast once are not broadcast again', (linker) => {
  const [x, w] = [parameter('x', 0, 1), parameter('w', 1, 1)]
  const cost = sum(add(mul(add(mul(x, w), x), w), x))
  const { make } = compile(traced({ inputs: [x, w], outputs: [cost, grad(cost, x), grad(cost, w)] }, linker), { describe: () => '' })
  assert.is([...make.matchAll(/broadcastSize/g)].length, 1)
  assert.is([...make.matchAll(/\$t\.broadcast\(/g)].length, 2)
})

test.run()
