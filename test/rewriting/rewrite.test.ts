// The engine: what is opaque, names, spans, lengths, size, broken rules; folding and composites.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ancestors } from '../../src/graph/functionGraph.ts'
import { add, div, mul, neg } from '../../src/graph/ops/arithmetic.ts'
import { full, ones, zeros } from '../../src/graph/ops/create.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import { at, pick, slice } from '../../src/graph/ops/indexing.ts'
import { concatenate } from '../../src/graph/ops/join.ts'
import { cos, exp, expm1, log, sin } from '../../src/graph/ops/math.ts'
import { logSoftmax, sigmoid, softmax, softplus } from '../../src/graph/ops/nnet.ts'
import { mean, sum } from '../../src/graph/ops/reduce.ts'
import { broadcastTo, dimshuffle } from '../../src/graph/ops/shape.ts'
import { constant, newArena, type Variable, withSpan } from '../../src/graph/variable.ts'
import { expandComposites, expandGradients, foldConstants, gradientAnchors, rewrite, rule, rules } from '../../src/rewriting/index.ts'
import { any } from '../../src/rewriting/match.ts'
import { check, close, graphOf, opsOf, random, World } from './helpers.ts'
import { optimized } from './optimize.ts'

const world = (): World => {
  newArena()
  return new World()
}
const vector = (w: World, data: readonly number[] = [-2, -0.5, 0, 0.5, 2]): Variable => w.leaf('x', [data.length], data)
const _scalarOps = (v: Variable): string[] => opsOf(graphOf(v)).filter((name) => name !== 'shapeOf')

test('opaque Variables are not looked into', () => {
  const w = world()
  const x = vector(w)
  const s = exp(x)
  const cost = sum(log(add(1, s)))
  const graph = graphOf(cost, grad(cost, s))
  const after = expandGradients(rewrite(graph, rules.stabilize, { opaque: gradientAnchors(graph) }))
  w.run(after.outputs)[1].data.forEach((g, i) => assert.ok(close(g, 1 / (1 + Math.exp(w.values.get(x)!.data[i])))))
  assert.throws(() => expandGradients(rewrite(graph, rules.stabilize)), /TH4002/)
})

test('nothing becomes an opaque Variable, nor loses or gains its dependence on one', () => {
  const gradientOf = (build: (x: Variable) => { wrt: Variable; out: Variable }): (readonly number[])[] => {
    const w = world()
    const { wrt, out } = build(vector(w))
    const graph = graphOf(grad(sum(out), wrt))
    const stages = [expandGradients(graph), expandGradients(rewrite(graph, rules.stabilize, { opaque: gradientAnchors(graph) }))]
    return stages.map((g) => w.run(g.outputs)[0].data)
  }
  const cases: readonly ((x: Variable) => { wrt: Variable; out: Variable })[] = [
    // -(-x) is x, but the derivative towards it is not that towards x.
    (x) => ({ wrt: neg(neg(x)), out: mul(exp(neg(x)), sigmoid(neg(neg(x)))) }),
    // The other formula is the sigmoid, but not the one that is named.
    (x) => ({ wrt: sigmoid(x), out: mul(sigmoid(x), div(1, add(1, exp(neg(x))))) }),
    (x) => ({ wrt: add(1, exp(x)), out: div(exp(x), add(1, exp(x))) }),
    (x) => ({ wrt: ones(x.shape), out: log(add(ones(x.shape), exp(x))) }),
  ]
  for (const build of cases) {
    const [plain, stable] = gradientOf(build)
    plain.forEach((g, i) => assert.ok(close(g, stable[i], 1e-9), `${build}: ${stable[i]} instead of ${g}`))
  }
})

test('names and spans survive', () => {
  const w = world()
  const x = vector(w)
  const span = { file: 'a.ts', start: 1, end: 5 }
  const y = withSpan(span, () => log(add(1, exp(x))))
  y.name = 'loss'
  const [after] = rewrite(graphOf(y), rules.stabilize).outputs
  assert.equal([after.name, after.owner!.span], ['loss', span])
  const [folded] = optimized(mul(y, 2)).outputs
  assert.is(folded.owner!.inputs.find((v) => v.owner)!.name, 'loss')
})

test('a rule that changes rank or kind is reported, and so are rules without end', () => {
  const w = world()
  const [x, a] = [vector(w), any('x')]
  const wide = rule('wide', { from: sin(a), to: () => w.leaf('m', [2, 2], [1, 2, 3, 4]), why: 'wrong on purpose' })
  assert.throws(() => rewrite(graphOf(sin(x)), [wide]), /rule wide on sin: rank 2/)
  const table = [rule('there', { from: sin(a), to: cos(a), why: '' }), rule('back', { from: cos(a), to: sin(a), why: '' })]
  assert.throws(() => rewrite(graphOf(sin(x)), table), /do not terminate: there, back/)
  const grows = rule('grows', { from: sin(a), to: sin(add(1, a)), why: '' })
  assert.throws(() => rewrite(graphOf(sin(x)), [grows]), /do not terminate: grows/)
})

test('lengths are rewritten with what has them', () => {
  const w = world()
  const x = vector(w)
  const n = add(constant(0, 'int32'), w.leaf('n', [], [5], 'int32'))
  const y = add(broadcastTo(1.5, [n]), mul(broadcastTo(x, [n]), concatenate([at(x, slice(0, 2)), at(x, slice(2, null))])))
  const graph = optimized(y)
  assert.equal(w.run(graph.outputs)[0].data, w.run([y])[0].data)
  const c = concatenate([broadcastTo(2, [add(0, x.shape[0] as Variable)]), x])
  const doubled = optimized(mul(c, 3))
  assert.equal(w.run(doubled.outputs)[0].data, w.run([mul(c, 3)])[0].data)
  const folded = foldConstants(graphOf(broadcastTo(x, [add(constant(2), 3)])))
  assert.equal(folded.outputs[0].shape, [5])
})

test('folding: exact values, dtypes and lengths; not what is large or fails', () => {
  world()
  const fold = (v: Variable) => foldConstants(graphOf(v)).outputs[0]
  const third = fold(div(constant(1, 'float32'), constant(3, 'float32')))
  assert.equal([third.value, third.dtype, third.weak], [[Math.fround(1 / 3)], 'float32', false])
  assert.is(fold(add(constant(1), 2)).weak, true)
  assert.is(fold(zeros([5])).value, null)
  assert.equal(fold(dimshuffle(softmax(concatenate([dimshuffle(constant(1), ['x']), dimshuffle(constant(1), ['x'])])), [0, 'x'])).value, [0.5, 0.5])
  const outside = at(concatenate([full([2], 1), full([3], 2)]), constant(1))
  assert.equal(w5(fold(sum(outside))), null)
  function w5(v: Variable): unknown {
    return v.value
  }
})

test('composites expand, also inside each other', () => {
  const w = world()
  const x = w.leaf('x', [2, 3], random(1, 6))
  const graph = expandComposites(graphOf(logSoftmax(softmax(x))))
  check(graph, 'composites')
  assert.ok(!opsOf(graph).some((name) => name.includes('oftmax')))
  w.run(graph.outputs)[0].data.forEach((v, i) => assert.ok(close(v, w.run([logSoftmax(softmax(x))])[0].data[i])))
})

test('the logistic regression of the tutorial keeps no reshape, and one softmax', () => {
  const w = world()
  const [x, W, b] = [
    w.leaf('x', [4, 3], random(1, 12), 'float32', false, [1]),
    w.leaf('W', [3, 2], random(2, 6), 'float32', false, [0, 1]),
    w.leaf('b', [2], [0.1, 0.2], 'float32', false, [0]),
  ]
  const cost = neg(mean(pick(logSoftmax(add(dot(x, W), b)), w.leaf('y', [4], [0, 1, 1, 0], 'int32'))))
  const before = expandGradients(graphOf(cost, grad(cost, W), grad(cost, b)))
  const graph = optimized(cost, grad(cost, W), grad(cost, b))
  assert.is(opsOf(graph).filter((name) => name === 'exp').length, 1)
  assert.is(opsOf(graph).filter((name) => name === 'dot').length, 2)
  const expected = w.run(before.outputs)
  w.run(graph.outputs).forEach((v, k) => v.data.forEach((y, i) => assert.ok(close(y, expected[k].data[i], 1e-6))))
})

test('size: a graph of 20,000 Applies in seconds, a chain of 100,000 without overflow', () => {
  const w = world()
  const x = w.leaf('x', [3], [0.1, 0.2, 0.3])
  let v: Variable = x
  for (let i = 0; i < 20000; i++) v = i % 3 === 0 ? sin(v) : i % 3 === 1 ? add(v, neg(x)) : mul(2, mul(v, 0.5))
  for (const table of Object.values(rules)) {
    const started = performance.now()
    rewrite(graphOf(v), table)
    assert.ok(performance.now() - started < 5000)
  }
  let deep: Variable = x
  for (let i = 0; i < 100000; i++) deep = i % 2 === 0 ? expm1(deep) : softplus(deep)
  const lifted = rewrite(graphOf(dimshuffle(deep, [0, 'x'])), rules.canonicalize)
  assert.is(ancestors(lifted.outputs).length, 100002)
})

test.run()
