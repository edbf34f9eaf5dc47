// Special graphs after the whole way: what overflows as written, powers, and what must stay as it is.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ancestors } from '../../src/graph/functionGraph.ts'
import { add, div, mul, neg, pow, reciprocal, sqr, sub } from '../../src/graph/ops/arithmetic.ts'
import { ones } from '../../src/graph/ops/create.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { at, pick, slice } from '../../src/graph/ops/indexing.ts'
import { exp, log, log1p } from '../../src/graph/ops/math.ts'
import { binaryCrossentropy, categoricalCrossentropy, logSoftmax, logsumexp, sigmoid, softmax } from '../../src/graph/ops/nnet.ts'
import { argmax, max, mean, sum } from '../../src/graph/ops/reduce.ts'
import { reshape } from '../../src/graph/ops/shape.ts'
import { constant, newArena, type Variable } from '../../src/graph/variable.ts'
import { rewrite, rules } from '../../src/rewriting/index.ts'
import { close, graphOf, opsOf, random, World } from './helpers.ts'
import { optimize, optimized } from './optimize.ts'

const world = (): World => {
  newArena()
  return new World()
}
const vector = (w: World, data: readonly number[] = [-2, -0.5, 0, 0.5, 2]): Variable => w.leaf('x', [data.length], data)
const scalarOps = (v: Variable): string[] => opsOf(graphOf(v)).filter((name) => name !== 'shapeOf')

test('log(1 + exp(800)) is 800, also when it is constant', () => {
  const w = world()
  const [a] = optimized(log(add(1, exp(constant(800))))).outputs
  assert.equal(a.value, [800])
  const x = w.leaf('x', [2], [800, -800])
  assert.equal(w.run(optimized(log(add(exp(x), 1))).outputs)[0].data, [800, 0])
})

test('log(softmax) at 1000, as users write it', () => {
  const forms: readonly ((x: Variable) => Variable)[] = [
    (x) => log(softmax(x)),
    (x) => {
      const e = exp(x)
      return log(div(e, sum(e, { axis: 1, keepdims: true })))
    },
    (x) => {
      const e = exp(sub(x, max(x, { axis: 1, keepdims: true })))
      return log(div(e, sum(e, { axis: 1, keepdims: true })))
    },
    (x) => sub(x, log(sum(exp(x), { axis: 1, keepdims: true }))),
    (x) => sub(x, logsumexp(x, { axis: 1, keepdims: true })),
    (x) => {
      const d = sub(x, max(x, { axis: 1, keepdims: true }))
      return sub(d, log(sum(exp(d), { axis: 1, keepdims: true })))
    },
    (x) => logSoftmax(x),
  ]
  for (const form of forms) {
    const w = world()
    const x = w.leaf('x', [2, 2], [1000, 0, -1000, 1000])
    const stable = rewrite(graphOf(form(x)), rules.stabilize)
    assert.equal(opsOf(stable), ['logSoftmax'], `${form}`)
    assert.equal(w.run(optimize(stable).outputs)[0].data, [0, -1000, -2000, 0])
  }
})

test('cross-entropy of a softmax and its gradient are stable', () => {
  const w = world()
  const x = w.leaf('x', [2, 3], [1000, 0, -1000, 0, 1000, 0])
  const y = w.leaf('y', [2], [1, 2], 'int32')
  const cost = mean(categoricalCrossentropy(softmax(x), y))
  const [c, g] = optimized(cost, grad(cost, x)).outputs
  assert.equal(w.run([c])[0].data, [1000])
  assert.equal(
    w.run([g])[0].data.map((v) => v + 0),
    [0.5, -0.5, 0, 0, 0.5, -0.5],
  )
})

test('binary cross-entropy of a sigmoid and its gradient are stable', () => {
  const w = world()
  const x = w.leaf('x', [2], [800, -800])
  const cost = sum(binaryCrossentropy(sigmoid(x), w.leaf('t', [2], [0, 1])))
  const [c, g] = w.run(optimized(cost, grad(cost, x)).outputs)
  assert.equal(c.data, [1600])
  assert.equal(g.data, [1, -1])
})

test('log(exp a + exp b) and its like', () => {
  const w = world()
  const run = (v: Variable) => w.run(optimized(v).outputs)[0].data
  const a = w.leaf('a', [3], [10000, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
  const [large, none, infinite] = run(log(add(exp(a), exp(mul(a, 1)))))
  assert.ok(close(large, 10000 + Math.log(2)))
  assert.equal([none, infinite], [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
  const b = w.leaf('b', [2], [-100, 100])
  assert.equal(run(log(sum(exp(b)))), [100])
  assert.ok(close(run(log(mean(exp(mul(b, 10)))))[0], 1000 - Math.log(2)))
  const parts = [0, 1].map((i) => at(b, i))
  assert.equal(run(log(add(exp(parts[0]), exp(parts[1])))), [100])
})

/** Names of the ops of an expression after the whole way. */
const opsAfter = (build: (x: Variable) => Variable): string[] => {
  const w = world()
  return scalarOps(optimized(build(vector(w))).outputs[0])
}

test('sigmoids (A40 to A43)', () => {
  assert.equal(
    opsAfter((x) => log(add(1, exp(x)))),
    ['softplus'],
  )
  assert.equal(
    opsAfter((x) => log(sigmoid(x))),
    ['neg', 'softplus', 'neg'],
  )
  assert.equal(
    opsAfter((x) => log(sub(1, sigmoid(x)))),
    ['softplus', 'neg'],
  )
  assert.equal(
    opsAfter((x) => log(reshape(sub(1, sigmoid(x)), [-1, 1]))).filter((n) => n !== 'dimshuffle'),
    ['softplus', 'neg'],
  )
  assert.equal(
    opsAfter((x) => div(1, add(1, exp(neg(x))))),
    ['sigmoid'],
  )
  assert.equal(
    opsAfter((x) => reciprocal(add(exp(neg(x)), 1))),
    ['sigmoid'],
  )
  assert.equal(
    opsAfter((x) => div(exp(x), add(1, exp(x)))),
    ['sigmoid'],
  )
  assert.equal(
    opsAfter((x) => sub(1, sigmoid(x))),
    ['neg', 'sigmoid'],
  )
  assert.equal(
    opsAfter((x) => mul(exp(x), sigmoid(neg(x)))),
    ['sigmoid'],
  )
  assert.equal(
    opsAfter((x) => sub(exp(x), 1)),
    ['expm1'],
  )
  assert.ok(!opsAfter((x) => sub(exp(x), 2)).includes('expm1'))
  assert.ok(!opsAfter((x) => sub(exp(x), x)).includes('expm1'))
  assert.equal(
    opsAfter((x) => log(add(1, x))),
    ['log1p'],
  )
  assert.equal(
    opsAfter((x) => mul(mul(x, -1), neg(x))),
    ['sqr'],
  )
  assert.equal(
    opsAfter((x) => log1p(neg(exp(x)))).filter((n) => n === 'expm1'),
    ['expm1'],
  )
  assert.equal(
    opsAfter((x) => log(ones(x.shape))).filter((n) => n === 'log'),
    [],
  )
})

test('powers (A38): x**15 in five products', () => {
  const products = (n: number): number => {
    const w = world()
    const x = w.leaf('x', [3], [1.1, -0.7, 2])
    const graph = optimized(pow(x, n))
    graph.outputs.forEach((v) => w.run([v])[0].data.forEach((y, i) => assert.ok(Math.abs(y / [1.1, -0.7, 2][i] ** n - 1) < 1e-12)))
    return opsOf(graph).filter((name) => ['mul', 'sqr'].includes(name)).length
  }
  assert.is(products(15), 5)
  assert.is(products(16), 4)
  assert.is(products(2), 1)
  assert.ok(products(31) <= 8)
  assert.ok(products(511) <= 16)
  assert.equal(
    opsAfter((x) => pow(x, -1)),
    ['reciprocal'],
  )
  assert.equal(
    opsAfter((x) => pow(x, -2)),
    ['reciprocal', 'sqr'],
  )
  assert.equal(
    opsAfter((x) => pow(sqr(x), 0.5)),
    ['sqr', 'sqrt'],
  )
  assert.equal(
    opsAfter((x) => pow(exp(x), -0.5)),
    ['exp', 'sqrt', 'reciprocal'],
  )
  assert.equal(
    opsAfter((x) => pow(x, 0)),
    ['broadcastTo'],
  )
})

test('x ** 0.5 and x ** -0.5 are exact where the square root is not', () => {
  const w = world()
  const data = [-0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, -1, 2]
  const x = w.leaf('x', [7], data)
  const [a, b] = w.run(optimized(pow(x, 0.5), pow(x, -0.5)).outputs)
  assert.equal(
    a.data,
    data.map((v) => v ** 0.5),
  )
  b.data.forEach((v, i) => assert.ok(close(v, data[i] ** -0.5)))
})

test('the shape of a computed array computes nothing (A44)', () => {
  const w = world()
  const x = w.leaf('x', [3], [1, 2, 3])
  assert.equal(opsOf(optimized(pow(x, 2).shape[0] as Variable)), ['shapeOf'])
})

test('argmax(softmax(x)) needs no softmax', () => {
  const w = world()
  assert.equal(scalarOps(optimized(argmax(softmax(w.leaf('x', [2, 3], random(1, 6))), { axis: 1 })).outputs[0]), ['argmax'])
})

test('a batch is cut out before it is scaled', () => {
  const w = world()
  const pixels = w.leaf('pixels', [6, 2], random(1, 12), 'uint8')
  const i = w.leaf('i', [], [1], 'int32')
  const batch = at(div(pixels, 256), slice(mul(i, 2), mul(add(i, 1), 2)))
  const [v] = optimized(batch).outputs
  assert.is(v.owner!.op.name === 'subtensor', false)
  assert.equal(w.run([v])[0].data, w.run([batch])[0].data)
})

test('the forward pass of a cross-entropy picks before it subtracts', () => {
  const w = world()
  const [x, y] = [w.leaf('x', [3, 4], random(1, 12)), w.leaf('y', [3], [1, 0, 3], 'int32')]
  const picked = ancestors(optimized(mean(pick(logSoftmax(x), y))).outputs).filter((v) => v.owner?.op.name === 'pick')
  assert.equal(
    picked.map((v) => v.owner!.inputs[0]),
    [x],
  )
})

test('identities that are not: 0·x, x - x, x/x, 0/x, x + 0 stay for floats', () => {
  const w = world()
  const data = [Number.NaN, Number.POSITIVE_INFINITY, -0, 0, 2]
  const x = w.leaf('x', [5], data)
  const expressions = [mul(0, x), sub(x, x), div(x, x), div(0, x), add(x, 0), sub(add(x, 3), x), neg(sub(x, x)), sub(0, x)]
  const expected = [
    (v: number) => 0 * v,
    (v: number) => v - v,
    (v: number) => v / v,
    (v: number) => 0 / v,
    (v: number) => v + 0,
    (v: number) => v + 3 - v,
    (v: number) => -(v - v),
    (v: number) => 0 - v,
  ]
  w.run(optimized(...expressions).outputs).forEach((value, k) =>
    value.data.forEach((y, i) => assert.ok(Object.is(y, expected[k](data[i])), `${expected[k]} at ${data[i]}: ${y}`)),
  )
})

test.run()
