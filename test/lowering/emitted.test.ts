// test: what the emitted text is like: which loops and buffers there are, and that long functions come in pieces.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { evaluate } from '../../src/graph/evaluate.ts'
import { add, mul, pow, sqr, sub } from '../../src/graph/ops/arithmetic.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import { pick } from '../../src/graph/ops/indexing.ts'
import { exp, tanh } from '../../src/graph/ops/math.ts'
import { logSoftmax, relu, softmax } from '../../src/graph/ops/nnet.ts'
import { max, mean, sum } from '../../src/graph/ops/reduce.ts'
import { input, newArena, type Variable } from '../../src/graph/variable.ts'
import { compile } from '../../src/pipeline.ts'
import { asValue, link, type Program, traced } from './compiled.ts'

const parameter = (name: string, rank: number, index: number, dtype: 'float64' | 'int32' = 'float64'): Variable =>
  input(dtype, Array(rank).fill(null), { kind: 'parameter', index }, name)
const makeOf = (program: Program): string => compile(traced(program), { describe: () => 'expression' }).make
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length

test.before.each(newArena)

test('a chain of elementwise operations is one loop without intermediate arrays', () => {
  const [x, y] = [parameter('x', 1, 0), parameter('y', 1, 1)]
  const text = makeOf({ inputs: [x, y], outputs: [tanh(add(mul(x, 2), exp(sub(y, x))))] })
  assert.is(count(text, /for \(/g), 1)
  assert.is(count(text, /new Float64Array/g), 1)
})

test('softmax works row by row: three passes over a row, one row of working memory', () => {
  const x = parameter('x', 2, 0)
  const text = makeOf({ inputs: [x], outputs: [softmax(x)] })
  assert.is(count(text, /for \(/g), 4)
  assert.match(text, /reserve\(buffer, x_columns\)/)
  assert.is(count(text, /Math\.exp/g), 1)
})

test('a cost and its gradient share the loops over rows', () => {
  const [h, y] = [parameter('h', 2, 0), parameter('y', 1, 1, 'int32')]
  const cost = mean(pick(logSoftmax(h), y))
  const text = makeOf({ inputs: [h, y], outputs: [cost, grad(cost, h)] })
  assert.is(count(text, /Math\.exp/g), 1)
  assert.is(count(text, /i < h_rows/g), 1)
})

test('the shape of a power computes no power', () => {
  const x = parameter('x', 2, 0)
  const [rows] = pow(x, 2).shape
  const text = makeOf({ inputs: [x], outputs: [rows as Variable] })
  assert.is(count(text, /\*|for \(/g), 0)
})

test('a full sum runs in four lanes; one of a costly function does not', () => {
  const x = parameter('x', 1, 0)
  assert.match(makeOf({ inputs: [x], outputs: [sum(sqr(x))] }), /i \+= 4/)
  assert.not.match(makeOf({ inputs: [x], outputs: [sum(exp(x))] }), /i \+= 4/)
})

test('what does not change in a loop is computed before it', () => {
  const [x, a, b] = [parameter('x', 1, 0), parameter('a', 0, 1), parameter('b', 0, 2)]
  const text = makeOf({ inputs: [x, a, b], outputs: [mul(x, exp(add(a, b)))] })
  assert.ok(text.indexOf('Math.exp') < text.indexOf('for ('))
})

test('buffers are reused when their contents are no longer needed', () => {
  const x = parameter('x', 2, 0)
  const weights = [1, 2, 3, 4].map((i) => parameter(`w${i}`, 2, i))
  const layers = weights.reduce((h, w) => tanh(dot(h, w)), x)
  const text = makeOf({ inputs: [x, ...weights], outputs: [sum(layers)] })
  assert.is(count(text, /let buffer/g), 2)
})

test('a long function is made of pieces and computes the same', () => {
  const x = parameter('x', 1, 0)
  let y = x
  const sums: Variable[] = []
  for (let i = 0; i < 400; i++) {
    y = add(mul(y, 0.5), max(tanh(y)))
    sums.push(sum(y))
  }
  const program: Program = { inputs: [x], outputs: [y, sums[17], sums[399]] }
  const text = makeOf(program)
  assert.match(text, /function loop\(/)
  const data = [0.1, -0.7, 2.5, 0, 1]
  const expected = evaluate(program.outputs, new Map([[x, { dtype: 'float64', shape: [5], data }]]))
  const actual = (link(program)(data) as unknown[]).map(asValue)
  expected.forEach((value, k) => value.data.forEach((v, i) => assert.ok(Math.abs(actual[k].data[i] - v) < 1e-9 * Math.max(1, Math.abs(v)), `${k} ${i}`)))
})

test('a network of three layers and its gradients are eight products: nothing is computed again for a transpose', () => {
  const [x, y] = [parameter('x', 2, 0), parameter('y', 1, 1, 'int32')]
  const weights = [0, 1, 2].map((i) => parameter(`w${i}`, 2, 2 + 2 * i))
  const biases = [0, 1, 2].map((i) => parameter(`b${i}`, 1, 3 + 2 * i))
  const layers = weights.reduce((h, w, i) => (i < 2 ? relu(add(dot(h, w), biases[i])) : add(dot(h, w), biases[i])), x)
  const cost = mean(pick(logSoftmax(layers), y))
  const inputs = [x, y, ...weights.flatMap((w, i) => [w, biases[i]])]
  const text = makeOf({ inputs, outputs: [cost, ...[...weights, ...biases].map((p) => grad(cost, p))] })
  assert.is(count(text, /gemm\(/g), 8)
})

test.run()
