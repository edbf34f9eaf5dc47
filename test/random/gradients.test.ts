// test/random: gradients with respect to parameters at a fixed state against finite differences, where the draw is a smooth transformation
// of them; elsewhere there is no dependence.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mul } from '../../src/graph/ops/arithmetic.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import * as draws from '../../src/graph/ops/random.ts'
import { sum } from '../../src/graph/ops/reduce.ts'
import { newArena, type Variable } from '../../src/graph/variable.ts'
import { expandGradients } from '../../src/rewriting/index.ts'
import { check, close, graphOf, random, World } from '../rewriting/helpers.ts'

type Build = (state: Variable, ...parameters: Variable[]) => Variable
const shape = [3, 2]
const cases: Readonly<Record<string, { build: Build; shapes: readonly (readonly number[])[]; smooth: readonly boolean[] }>> = {
  'uniform of arrays': { build: (s, a, b) => draws.uniform(s, shape, a, b, 'float64'), shapes: [[3, 2], [2]], smooth: [true, true] },
  'uniform of scalars': { build: (s, a, b) => draws.uniform(s, shape, a, b, 'float64'), shapes: [[], []], smooth: [true, true] },
  'normal of arrays': {
    build: (s, a, b) => draws.normal(s, shape, a, b, 'float64'),
    shapes: [
      [3, 1],
      [3, 2],
    ],
    smooth: [true, true],
  },
  'normal of scalars': { build: (s, a, b) => draws.normal(s, [], a, b, 'float64'), shapes: [[], []], smooth: [true, true] },
  exponential: { build: (s, a) => draws.exponential(s, shape, a, 'float64'), shapes: [[2]], smooth: [true] },
  gamma: { build: (s, k, a) => draws.gamma(s, shape, k, a, 'float64'), shapes: [[2], [3, 2]], smooth: [false, true] },
  beta: { build: (s, a, b) => draws.beta(s, shape, a, b, 'float64'), shapes: [[], []], smooth: [false, false] },
  poisson: { build: (s, a) => draws.poisson(s, shape, a), shapes: [[]], smooth: [false] },
  bernoulli: { build: (s, a) => draws.bernoulli(s, shape, a, 'float64'), shapes: [[2]], smooth: [false] },
}

for (const [name, { build, shapes, smooth }] of Object.entries(cases)) {
  test(name, () => {
    newArena()
    const world = new World()
    const state = world.leaf('state', [4], [11, 22, 33, 0], 'uint32')
    const parameters = shapes.map((s, i) =>
      world.leaf(
        `p${i}`,
        s,
        random(
          i + 3,
          s.reduce((a, b) => a * b, 1),
          0.3,
          0.8,
        ),
      ),
    )
    const out = build(state, ...parameters)
    const cost = sum(mul(out, world.leaf('w', out.rank === 0 ? [] : shape, random(5, out.rank === 0 ? 1 : 6, 0.5, 1.5))))
    const disconnected = parameters.filter((_, i) => !smooth[i])
    for (const p of disconnected) assert.throws(() => expandGradients(graphOf(grad(cost, p))), /TH4002/)
    const wrt = parameters.filter((_, i) => smooth[i])
    const graph = expandGradients(graphOf(...wrt.map((v) => grad(cost, v))))
    check(graph, name)
    const gradients = world.run(graph.outputs)
    wrt.forEach((v, k) => {
      const value = world.values.get(v)!
      value.data.forEach((x, i) => {
        const at = (moved: number): number => {
          world.values.set(v, { ...value, data: value.data.map((old, j) => (j === i ? moved : old)) })
          return world.run([cost])[0].data[0]
        }
        const numeric = (at(x + 1e-6) - at(x - 1e-6)) / 2e-6
        world.values.set(v, value)
        assert.ok(close(gradients[k].data[i], numeric, 1e-6, false), `parameter ${k} element ${i}: ${gradients[k].data[i]} instead of ${numeric}`)
      })
    })
  })
}

test.run()
