// Gradients of every op against central finite differences of the reference evaluator.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ancestors } from '../../src/graph/functionGraph.ts'
import { library } from '../../src/graph/library.ts'
import { mul, pow, sub } from '../../src/graph/ops/arithmetic.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import { applyElementwise, elementwiseOps } from '../../src/graph/ops/elementwise.ts'
import { at, newaxis, pick, slice, take, writeAt } from '../../src/graph/ops/indexing.ts'
import { cast, lt, where } from '../../src/graph/ops/logic.ts'
import { softmax } from '../../src/graph/ops/nnet.ts'
import { max, mean, prod, sum } from '../../src/graph/ops/reduce.ts'
import { broadcastTo, dimshuffle, reshape } from '../../src/graph/ops/shape.ts'
import { constantArray, newArena, type Variable } from '../../src/graph/variable.ts'
import { expandGradients } from '../../src/rewriting/index.ts'
import { check, close, graphOf, random, World } from './helpers.ts'

interface Point {
  readonly shape: readonly number[]
  readonly low?: number
  readonly high?: number
  readonly data?: readonly number[]
}

/** The gradient of sum(weights · build(...)) at random points against finite differences, for each operand. */
function checkGradient(name: string, build: (...x: Variable[]) => Variable, points: readonly Point[], tolerance = 1e-5): void {
  newArena()
  const world = new World()
  const leaves = points.map((p, i) => {
    const size = p.shape.reduce((a, b) => a * b, 1)
    return world.leaf(`x${i}`, p.shape, p.data ?? random(i + 7, size, p.low ?? 0.2, p.high ?? 0.9))
  })
  const out = build(...leaves)
  const size = world.run([out])[0].data.length
  const weights = world.leaf('w', world.run([out])[0].shape, random(99, size, 0.5, 1.5))
  const cost = sum(mul(out.dtype === 'bool' ? cast(out, 'float64') : out, weights))
  const wrt = leaves.filter((v) => ancestors([cost]).includes(v))
  const graph = expandGradients(graphOf(...wrt.map((v) => grad(cost, v, { disconnectedInputs: 'ignore' }))))
  check(graph, name)
  const gradients = world.run(graph.outputs)
  wrt.forEach((v, k) => {
    const g = graph.outputs[k]
    assert.equal([g.dtype, g.weak, g.shape], [v.dtype, v.weak, v.shape], `${name}: type of the gradient`)
    const value = world.values.get(v)!
    value.data.forEach((x, i) => {
      const h = 1e-6 * Math.max(1, Math.abs(x))
      const at = (moved: number): number => {
        world.values.set(v, { ...value, data: value.data.map((old, j) => (j === i ? moved : old)) })
        return world.run([cost])[0].data[0]
      }
      const numeric = (at(x + h) - at(x - h)) / (2 * h)
      world.values.set(v, value)
      const analytic = gradients[k].data[i]
      assert.ok(close(analytic, numeric, tolerance, false), `${name}: operand ${k} element ${i}: ${analytic} instead of ${numeric}`)
    })
  })
}

/** Where operands must lie; default [0.2, 0.9) for each. */
const domains: Readonly<Record<string, readonly [number, number][]>> = {
  acosh: [[1.2, 3]],
  floor: [[0.2, 0.9]],
  tan: [[-1, 1]],
  clip: [
    [-2, 2],
    [-0.5, -0.4],
    [0.4, 0.5],
  ],
  remainder: [
    [2.1, 2.6],
    [0.91, 0.99],
  ],
  mod: [
    [2.1, 2.6],
    [0.91, 0.99],
  ],
  floorDiv: [
    [2.1, 2.6],
    [0.91, 0.99],
  ],
  ultraFastSigmoid: [[-9, 9]],
  hardSigmoid: [[-5, 5]],
  round: [[0.6, 0.9]],
  roundHalfUp: [[0.6, 0.9]],
  ceil: [[0.2, 0.9]],
  trunc: [[0.2, 0.9]],
}
/** Not functions of real numbers, or checks of indices. */
const discrete = new Set([
  'and',
  'or',
  'not',
  'bitAnd',
  'bitOr',
  'bitXor',
  'bitNot',
  'shiftLeft',
  'shiftRight',
  'shiftRightUnsigned',
  'imul',
  'clz32',
  'asInteger',
  'asLength',
  'checkedIndex',
  'checkedPosition',
  'checkedLength',
  'sliceBound',
  'broadcastSize',
  'sameLength',
  'fround',
  // Its order is an integer: see triGamma.
  'polyGamma',
  'f16round',
])

for (const [name, op] of elementwiseOps) {
  if (discrete.has(name) || name.startsWith('cast_')) continue
  const range = (i: number): { low?: number; high?: number } => {
    const [low, high] = domains[name]?.[i] ?? []
    return { low, high }
  }
  for (const shapes of [
    [[], [], []],
    [[3], [3], [3]],
    [[2, 3], [3], []],
    [[3], [2, 1], [2, 3]],
  ]) {
    test(`gradient of ${name} at shapes ${JSON.stringify(shapes.slice(0, op.arity))}`, () => {
      checkGradient(
        name,
        (...x) => applyElementwise(op, x),
        shapes.slice(0, op.arity).map((shape, i) => ({ shape, ...range(i) })),
      )
    })
  }
}

test('float32 casts pass the gradient in the dtype of their operand', () => {
  newArena()
  const world = new World()
  const x = world.leaf('x', [2], [1.5, 2.5], 'float32')
  const [g] = expandGradients(graphOf(grad(sum(mul(cast(x, 'float64'), 3)), x))).outputs
  assert.is(g.dtype, 'float32')
  assert.equal(world.run([g])[0].data, [3, 3])
})

// Every function of the library; null: nothing to differentiate (made of integers or lengths).
const cases: Readonly<Record<string, readonly [(...x: Variable[]) => Variable, ...(readonly number[])[]] | null>> = {
  zeros: null,
  ones: null,
  zerosLike: null,
  onesLike: null,
  arange: null,
  eye: null,
  identity: null,
  identityLike: null,
  tri: null,
  mgrid: null,
  oneHot: null,
  argmax: null,
  argmin: null,
  all: null,
  any: null,
  allclose: null,
  isclose: null,
  isnan: null,
  isinf: null,
  eq: null,
  neq: null,
  lt: null,
  le: null,
  gt: null,
  ge: null,
  full: [(x) => library.make.full([2, 3], x), []],
  fullLike: [(x, y) => library.make.fullLike(x, y), [2, 3], []],
  linspace: [(x, y) => library.make.linspace(x, y, 5), [], []],
  logspace: [(x, y, z) => library.make.logspace(x, y, 4, z), [], [], []],
  fill: [(x, y) => library.make.fill(x, y), [2, 3], [3]],
  diag: [(x, y) => mul(library.make.diag(x, 1), sum(library.make.diag(y, -1))), [3], [3, 2]],
  split: [(x) => mul(library.make.split(x, [1, 2], 1)[0], library.make.split(x, 3, 1)[2]), [2, 3]],
  tile: [(x) => library.make.tile(x, [2, 1, 2]), [2, 3]],
  repeat: [(x) => library.make.repeat(library.make.repeat(x, [2, 0, 1], 1), 2), [2, 3]],
  meshgrid: [(x, y) => mul(...(library.make.meshgrid(x, y) as [Variable, Variable])), [2], [3]],
  stack: [(x, y) => library.make.stack([x, y], 1), [3], [3]],
  concatenate: [(x, y) => library.make.concatenate([x, y], 1), [2, 3], [2, 1]],
  cast: [(x) => library.elementwise.cast(x, 'float64'), [3]],
  where: [(x, y) => where(lt(x, 0.5), x, y), [4], [4]],
  leakyRelu: [(x) => library.elementwise.leakyRelu(sub(x, 0.5)), [5]],
  sum: [(x) => sum(x, { axis: 1 }), [2, 3]],
  prod: [(x) => prod(x, { axis: -1, keepdims: true }), [2, 3]],
  mean: [(x) => mean(x, { axis: [0, 2] }), [2, 3, 2]],
  variance: [(x) => library.reduce.variance(x, { axis: 0, ddof: 1 }), [4, 2]],
  std: [(x) => library.reduce.std(x, { axis: 1 }), [2, 3]],
  max: [(x) => max(x, { axis: 0 }), [3, 2]],
  min: [(x) => library.reduce.min(x), [3, 2]],
  ptp: [(x) => library.reduce.ptp(x, { axis: 1 }), [2, 4]],
  nansum: [(x) => library.reduce.nansum(x, { axis: 1 }), [2, 3]],
  average: [(x, y) => library.reduce.average(x, { axis: 1, weights: y }), [2, 3], [3]],
  norm: [(x) => library.reduce.norm(x, { ord: 3, axis: 1 }), [2, 3]],
  logsumexp: [(x) => library.reduce.logsumexp(x, { axis: 1, keepdims: true }), [2, 3]],
  reshape: [(x) => reshape(x, [3, -1]), [2, 3]],
  flatten: [(x) => library.shape.flatten(x, 2), [2, 3, 2]],
  ravel: [(x) => library.shape.ravel(x), [2, 3]],
  transpose: [(x) => library.shape.transpose(x, [2, 0, 1]), [2, 3, 4]],
  dimshuffle: [(x) => dimshuffle(x, [1, 'x', 0]), [2, 3]],
  swapaxes: [(x) => library.shape.swapaxes(x, 0, -1), [2, 3]],
  moveaxis: [(x) => library.shape.moveaxis(x, 0, -1), [2, 3, 2]],
  squeeze: [(x) => library.shape.squeeze(reshape(x, [3, 1])), [3]],
  expandDims: [(x) => library.shape.expandDims(x, [0, 2]), [3]],
  padLeft: [(x) => library.shape.padLeft(x, 2), [3]],
  padRight: [(x) => library.shape.padRight(x), [3]],
  broadcastTo: [(x) => broadcastTo(x, [4, 2, 3]), [2, 3]],
  roll: [(x) => library.shape.roll(library.shape.roll(x, 2), -1, 1), [2, 3]],
  flip: [(x) => library.shape.flip(x, 1), [2, 3]],
  pad: [
    (x, y) =>
      library.shape.pad(
        library.shape.pad(
          library.shape.pad(x, 1, { value: y }),
          [
            [0, 1],
            [2, 0],
          ],
          { mode: 'edge' },
        ),
        1,
        { mode: 'wrap' },
      ),
    [2, 3],
    [],
  ],
  triu: [(x) => library.shape.triu(x, 1), [2, 3]],
  tril: [(x) => library.shape.tril(x), [2, 3, 2]],
  takeAlongAxis: [(x) => library.indexing.takeAlongAxis(x, constantArray([0, -1, 0, 1, 1, 0], 'int32', [2, 3]), 0), [2, 3]],
  setSubtensor: [(x, y) => library.indexing.setSubtensor(at(at(x, 1), slice(0, 2)), y), [2, 3], [2]],
  incSubtensor: [(x, y) => library.indexing.incSubtensor(at(mul(x, x), constantArray([1, 1], 'int32', [2])), y), [2, 3], [3]],
  at: [(x) => at(x, slice(1, null), -1, newaxis), [3, 2, 2]],
  take: [(x) => take(x, constantArray([0, 2, 2, 1], 'int32', [2, 2]), { axis: 1 }), [2, 3]],
  pick: [(x) => pick(x, constantArray([2, 0], 'int32', [2])), [2, 3]],
  dot: [dot, [2, 3], [3, 4]],
  matmul: [(x, y) => library['linear algebra'].matmul(x, y), [2, 2, 3], [3, 2]],
  outer: [(x, y) => library['linear algebra'].outer(x, y), [2], [3]],
  batchedDot: [(x, y) => library['linear algebra'].batchedDot(x, y), [2, 2, 3], [2, 3, 2]],
  inner: [(x, y) => library['linear algebra'].inner(x, y), [2, 3], [2, 3]],
  tensordot: [
    (x, y) =>
      library['linear algebra'].tensordot(x, y, [
        [2, 0],
        [0, 1],
      ]),
    [2, 2, 3],
    [3, 2, 2],
  ],
  batchedTensordot: [(x, y) => library['linear algebra'].batchedTensordot(x, y, 1), [2, 2, 3], [2, 3, 2]],
  kron: [(x, y) => library['linear algebra'].kron(x, y), [2, 2], [2, 3]],
  trace: [(x) => library['linear algebra'].trace(x), [3, 2]],
  softmax: [(x) => softmax(x, { axis: 0 }), [3, 2]],
  logSoftmax: [(x) => library.nnet.logSoftmax(x), [2, 3]],
  categoricalCrossentropy: [(x, y) => library.nnet.categoricalCrossentropy(x, y), [2, 3], [2, 3]],
  binaryCrossentropy: [(x, y) => library.nnet.binaryCrossentropy(x, y), [3], [3]],
  sigmoidBinaryCrossentropy: [(x, y) => library.nnet.sigmoidBinaryCrossentropy(x, y), [3], [3]],
  stopGradient: null,
  zeroGrad: null,
  gradClip: [(x) => library.differentiation.gradClip(x, -5, 5), [3]],
  gradScale: [(x) => library.differentiation.gradScale(x, 1), [3]],
}

/** Of an elementwise constructor, its op's; of a formula, 1: the rest are options. */
const arityOf = (f: object): number => ('op' in f ? (f.op as { arity: number }).arity : 1)

for (const [family, functions] of Object.entries(library)) {
  for (const [name, f] of Object.entries(functions)) {
    if (cases[name] === null) continue
    test(`gradient of ${family} ${name}`, () => {
      const [build, ...shapes] = cases[name] ?? [f as never, ...Array.from({ length: arityOf(f) }, () => [2, 3])]
      checkGradient(
        name,
        build,
        shapes.map((shape, i) => ({ shape, low: domains[name]?.[i]?.[0], high: domains[name]?.[i]?.[1] })),
      )
    })
  }
}

test('more cases of dot, reductions and indexing', () => {
  checkGradient('vector·vector', dot, [{ shape: [3] }, { shape: [3] }])
  checkGradient('matrix·vector', dot, [{ shape: [2, 3] }, { shape: [3] }])
  checkGradient('vector·matrix', dot, [{ shape: [3] }, { shape: [3, 2] }])
  checkGradient('dot of rank 3', dot, [{ shape: [2, 2, 3] }, { shape: [3, 2] }])
  checkGradient('prod with a zero', (x) => prod(x, { axis: 1 }), [{ shape: [3, 3], data: [1, 2, 3, 0, 2, 3, 0, 0, 3] }])
  checkGradient('length 1 known at the call only', (x, y) => mul(x, y), [{ shape: [1, 3] }, { shape: [2, 1] }])
  checkGradient('negative step', (x) => at(x, slice(null, null, -2)), [{ shape: [5] }])
  checkGradient('set', (x, y) => writeAt('set', x, [1, slice(0, 2)], y), [{ shape: [2, 3] }, { shape: [2] }])
  checkGradient('inc', (x, y) => writeAt('inc', x, [slice(1, null)], y), [{ shape: [3, 2] }, { shape: [] }])
  checkGradient('mask', (x) => at(x, lt(x, 0.5)), [{ shape: [6] }])
  checkGradient('softmax over all', (x) => softmax(x, { axis: [0, 1] }), [{ shape: [2, 3] }])
  checkGradient('pow with a constant exponent', (x) => pow(x, 3), [{ shape: [3], data: [-2, 0, 2] }])
  checkGradient('sum of nothing', (x) => sum(mul(x, 2)), [{ shape: [0] }])
})

test.run()
