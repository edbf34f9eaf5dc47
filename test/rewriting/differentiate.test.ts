// What a gradient is at kinks, of what does not depend, of integers, through constants and other gradients; and at length.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { GraphError } from '../../src/graph/errors.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import { library } from '../../src/graph/library.ts'
import { abs, add, clip, maximum, minimum, mul, pow, sqr, sqrt, sub } from '../../src/graph/ops/arithmetic.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { at } from '../../src/graph/ops/indexing.ts'
import { cast, lt, where } from '../../src/graph/ops/logic.ts'
import { exp, log, sin } from '../../src/graph/ops/math.ts'
import { relu, softmax } from '../../src/graph/ops/nnet.ts'
import { max, sum } from '../../src/graph/ops/reduce.ts'
import { dimshuffle, reshape } from '../../src/graph/ops/shape.ts'
import { type Apply, constant, newArena, type Variable, withSpan } from '../../src/graph/variable.ts'
import { expandGradients, type Warning } from '../../src/rewriting/index.ts'
import { check, close, graphOf, random, World } from './helpers.ts'

/** Gradients of sum(build(x)) at x, all elements. */
function gradientAt(build: (...x: Variable[]) => Variable, ...data: (readonly number[])[]): (readonly number[])[] {
  newArena()
  const world = new World()
  const leaves = data.map((d, i) => world.leaf(`x${i}`, [d.length], d))
  const cost = sum(build(...leaves))
  return world.run(expandGradients(graphOf(...leaves.map((v) => grad(cost, v)))).outputs).map((v) => v.data)
}

test("Theano's conventions at kinks and ties", () => {
  assert.equal(
    gradientAt((x) => abs(x), [-2, 0, 3]),
    [[-1, 0, 1]],
  )
  assert.equal(
    gradientAt((x, y) => maximum(x, y), [1, 2, 0], [1, 0, 2]),
    [
      [1, 1, 0],
      [0, 0, 1],
    ],
  )
  assert.equal(
    gradientAt((x, y) => minimum(x, y), [1, 2, 0], [1, 0, 2]),
    [
      [1, 0, 1],
      [0, 1, 0],
    ],
  )
  assert.equal(
    gradientAt((x) => max(x), [3, 1, 3]),
    [[1, 0, 1]],
  )
  assert.equal(
    gradientAt((x) => clip(x, -1, 1), [-2, -1, 0, 1, 2]),
    [[0, 1, 1, 1, 0]],
  )
  assert.equal(
    gradientAt((x, low, high) => clip(x, low, high), [-2, 0, 2], [-1, -1, -1], [1, 1, 1]),
    [
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ],
  )
  assert.equal(
    gradientAt((x) => relu(x), [-1, 0, 1]),
    [[0, 0.5, 1]],
  )
  assert.equal(
    gradientAt((x, y) => pow(x, y), [0], [2]),
    [[0], [0]],
  )
  assert.equal(
    gradientAt((x) => pow(x, 0), [-1, 0, 1]),
    [[0, 0, 0]],
  )
  assert.equal(
    gradientAt((x) => library.elementwise.sign(x), [-1, 0, 2]),
    [[0, 0, 0]],
  )
})

test('a side that is not selected adds no NaN', () => {
  const root = (x: Variable) => where(lt(x, 7), x, sqrt(sub(x, 7)))
  assert.equal(gradientAt(root, [5, 11]), [[1, 0.25]])
  assert.equal(
    gradientAt((x) => where(lt(0, x), log(x), 0), [0, 2]),
    [[0, 0.5]],
  )
  // The operand of the undefined function is broadcast.
  assert.equal(
    gradientAt((x, s) => where(lt(x, 0), x, sqrt(mul(x, sum(s)))), [-1, 4], [4]),
    [[1, 0.5], [0.5]],
  )
})

const expectError = (code: string, build: () => void): GraphError => {
  try {
    build()
  } catch (error) {
    assert.instance(error, GraphError)
    assert.is((error as GraphError).code, code)
    return error as GraphError
  }
  throw new Error(`${code} was not thrown`)
}

test('what the cost does not depend on', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [2], [1, 2])
  const y = world.leaf('y', [2], [1, 2])
  const cost = sum(x)
  const span = { file: 'a.ts', start: 3, end: 9 }
  const error = expectError('TH4002', () => expandGradients(graphOf(withSpan(span, () => grad(cost, y)))))
  assert.equal(error.facts, { name: 'y' })
  assert.equal(error.span, span)
  const warnings: Warning[] = []
  const graph = expandGradients(graphOf(withSpan(span, () => grad(cost, y, { disconnectedInputs: 'warn' }))), (w) => warnings.push(w))
  assert.equal(warnings, [{ code: 'TH9001', facts: { name: 'y' }, span }])
  assert.equal(world.run(graph.outputs)[0].data, [0, 0])
  assert.equal(world.run(expandGradients(graphOf(grad(cost, y, { disconnectedInputs: 'ignore' }))).outputs)[0].data, [0, 0])
})

test('connected with derivative zero is no error; stopGradient disconnects', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [2], [1.5, 2])
  assert.equal(world.run(expandGradients(graphOf(grad(sum(library.elementwise.floor(x)), x))).outputs)[0].data, [0, 0])
  assert.equal(world.run(expandGradients(graphOf(grad(sum(library.differentiation.zeroGrad(x)), x))).outputs)[0].data, [0, 0])
  assert.equal(world.run(expandGradients(graphOf(grad(sum(cast(cast(x, 'int32'), 'float64')), x))).outputs)[0].data, [0, 0])
  expectError('TH4002', () => expandGradients(graphOf(grad(sum(library.differentiation.stopGradient(x)), x))))
  expectError('TH4002', () => expandGradients(graphOf(grad(mul(2.5, dimshuffle(at(x, 0), [])), at(x, 1)))))
})

test('integers', () => {
  newArena()
  const world = new World()
  const i = world.leaf('i', [], [3], 'int32')
  expectError('TH4003', () => expandGradients(graphOf(grad(mul(i, i), i))))
  const [g] = expandGradients(graphOf(grad(mul(i, 2.5), i))).outputs
  assert.is(g.dtype, 'float64')
  assert.equal(world.run([g])[0].data, [2.5])
})

test('dtypes: float32 stays float32 beside integers and plain numbers, and a plain number gets a plain gradient', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [2], [1, 2], 'float32')
  const i = world.leaf('i', [2], [1, 2], 'int32')
  const s = world.leaf('s', [], [2], 'float64', true)
  const cost = sum(add(mul(mul(2, x), s), i))
  const [gx, gs] = expandGradients(graphOf(grad(cost, x), grad(cost, s))).outputs
  assert.equal([gx.dtype, gx.weak], ['float32', false])
  assert.equal([gs.dtype, gs.weak], ['float64', true])
  assert.equal(
    world.run([gx, gs]).map((v) => v.data),
    [[4, 4], [6]],
  )
})

test('second and third derivatives', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [], [1.5])
  const g1 = grad(pow(x, 4), x)
  const g2 = grad(g1, x)
  const g3 = grad(g2, x)
  const graph = expandGradients(graphOf(g1, g2, g3))
  check(graph, 'third derivative')
  world.run(graph.outputs).forEach((v, k) => assert.ok(close(v.data[0], [4 * 1.5 ** 3, 12 * 1.5 ** 2, 24 * 1.5][k])))
  const start = [0.3, 0.5, 0.7]
  const y = world.leaf('y', [3], start)
  const [norm2] = expandGradients(graphOf(sum(sqr(grad(sum(mul(sin(y), softmax(y))), y))))).outputs
  const at = (data: readonly number[]): number => {
    world.values.set(y, { dtype: 'float64', shape: [3], data })
    return world.run([norm2])[0].data[0]
  }
  const numeric = start.map((_, k) => {
    const moved = (d: number) => start.map((v, i) => (i === k ? v + d : v))
    return (at(moved(1e-6)) - at(moved(-1e-6))) / 2e-6
  })
  at(start)
  const hessian = world.run(expandGradients(graphOf(grad(norm2, y))).outputs)[0].data
  hessian.forEach((h, k) => assert.ok(close(h, numeric[k], 1e-6)))
})

test('intermediates, constants and known gradients', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [2], [1, 2])
  const h = exp(x)
  const cost = sum(mul(h, x))
  const run = (...roots: Variable[]) => world.run(expandGradients(graphOf(...roots)).outputs).map((v) => v.data)
  assert.equal(run(grad(cost, h)), [[1, 2]])
  assert.equal(run(grad(cost, x, { considerConstant: [h] })), [[Math.exp(1), Math.exp(2)]])
  const zero = mul(0, sum(x))
  const [known] = run(grad(zero, x, { knownGrads: [[h, world.leaf('g', [2], [10, 20])]] }))
  known.forEach((v, i) => assert.ok(close(v, [10 * Math.exp(1), 20 * Math.exp(2)][i])))
  const i = world.leaf('i', [], [3], 'int32')
  assert.equal(run(grad(constant(0, 'float64'), i, { knownGrads: [[i, constant(0.6, 'float64')]] })), [[0.6]])
})

test('views of views keep what is between them', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [2, 3], random(1, 6))
  const [turned, flat] = [dimshuffle(x, [1, 0]), reshape(x, [-1])]
  const cost = sum(add(sqr(dimshuffle(turned, [1, 0])), reshape(flat, [...x.shape])))
  const [a, b] = world.run(expandGradients(graphOf(grad(cost, turned), grad(cost, flat))).outputs)
  assert.equal(b.data, [1, 1, 1, 1, 1, 1])
  assert.equal(a.shape, [3, 2])
})

test('updates, effects and initial states are expanded too', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [], [2])
  const g = grad(sqr(x), x)
  const graph = expandGradients({ ...graphOf(), updates: [{ target: x, value: g }], states: [{ variable: x, init: add(g, 1) }] })
  assert.equal(
    world.run([graph.updates[0].value, graph.states[0].init]).map((v) => v.data[0]),
    [4, 5],
  )
})

test('one sweep serves all wrt of a cost', () => {
  newArena()
  const world = new World()
  const parameters = Array.from({ length: 60 }, (_, i) => world.leaf(`p${i}`, [], [i / 60]))
  const cost = sum(parameters.reduce((a, p) => sin(mul(add(a, p), p)), world.leaf('x', [], [0.5])))
  const order = ancestors(expandGradients(graphOf(...parameters.map((p) => grad(cost, p)))).outputs)
  assert.ok(order.length < 60 * 12, `${order.length} nodes`)
})

test('gradient nodes carry the span of the forward expression', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [], [2])
  const span = { file: 'a.ts', start: 1, end: 2 }
  const [g] = expandGradients(
    graphOf(
      grad(
        withSpan(span, () => sin(x)),
        x,
      ),
    ),
  ).outputs
  assert.equal((g.owner as Apply).span, span)
})

test('a chain of 20,000 is differentiated linearly', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [], [0.5])
  let v: Variable = x
  for (let i = 0; i < 20000; i++) v = i % 2 === 0 ? sin(v) : add(v, 0.1)
  const started = performance.now()
  const [g] = expandGradients(graphOf(grad(v, x))).outputs
  assert.ok(performance.now() - started < 5000)
  assert.ok(Number.isFinite(world.run([g])[0].data[0]))
})

test.run()
