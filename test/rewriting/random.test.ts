// Random graphs keep their values through each table and through the whole way; so do their gradients.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ancestors } from '../../src/graph/functionGraph.ts'
import type { Value } from '../../src/graph/op.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { cast } from '../../src/graph/ops/logic.ts'
import { sum } from '../../src/graph/ops/reduce.ts'
import { printGraph } from '../../src/graph/print.ts'
import { newArena, type Variable } from '../../src/graph/variable.ts'
import { expandGradients, foldConstants, rewrite, rules } from '../../src/rewriting/index.ts'
import { check, close, graphOf, opsOf, World } from './helpers.ts'
import { optimized } from './optimize.ts'
import { randomGraph } from './random.ts'

const world = (): World => {
  newArena()
  return new World()
}
const _vector = (w: World, data: readonly number[] = [-2, -0.5, 0, 0.5, 2]): Variable => w.leaf('x', [data.length], data)
const _scalarOps = (v: Variable): string[] => opsOf(graphOf(v)).filter((name) => name !== 'shapeOf')

for (const [name, table, exact] of [
  ['canonicalize', rules.canonicalize, true],
  ['specialize', rules.specialize, true],
  ['stabilize', rules.stabilize, false],
] as const) {
  test(`${name}: random graphs keep their values, in a form in which nothing fires again`, () => {
    for (let seed = 1; seed <= 250; seed++) {
      const w = world()
      const before = randomGraph(w, seed, 24)
      const graph = rewrite(graphOf(before), table)
      check(graph, `${name} ${seed}`)
      same(w, before, graph.outputs[0], exact, `${name} of graph ${seed}`)
      const fired: string[] = []
      rewrite(graph, table, { fired: (r) => fired.push(r.name) })
      assert.equal(fired, [], `${name} of graph ${seed}`)
    }
  })
}

test('the whole pipeline but stabilizing: random graphs keep NaN, Infinity and -0', () => {
  for (let seed = 600; seed <= 800; seed++) {
    const w = world()
    const before = randomGraph(w, seed, 40)
    const stages = [rules.canonicalize, null, rules.specialize, rules.specialize]
    const graph = stages.reduce((g, table) => (table ? rewrite(g, table) : foldConstants(g)), graphOf(before))
    check(graph, `graph ${seed}`)
    same(w, before, graph.outputs[0], true, `graph ${seed}`)
  }
})

test('the whole pipeline: gradients of random graphs keep their values', () => {
  for (let seed = 900; seed <= 1000; seed++) {
    const w = world()
    const cost = cast(sum(randomGraph(w, seed, 16)), 'float64')
    const wrt = [...w.values.keys()].filter((v) => v.dtype === 'float64')
    const gradients = wrt.map((v) => grad(cost, v, { disconnectedInputs: 'ignore' }))
    const plain = expandGradients(graphOf(...gradients))
    optimized(...gradients).outputs.forEach((v, k) => same(w, plain.outputs[k], v, false, `gradient ${k} of graph ${seed}`))
  }
})

test('the whole pipeline: random graphs keep their values', () => {
  for (let seed = 300; seed <= 500; seed++) {
    const w = world()
    const before = randomGraph(w, seed, 30)
    same(w, before, optimized(before).outputs[0], false, `graph ${seed}`)
  }
})

/** Values before and after; a range error stays one. Results that overflow on the way may be better after stabilizing. */
function same(w: World, before: Variable, after: Variable, exact: boolean, what: string): void {
  const run = (v: Variable): Value | RangeError => {
    try {
      return w.run([v])[0]
    } catch (error) {
      if (error instanceof RangeError) return error
      throw error
    }
  }
  const [a, b] = [run(before), run(after)]
  if (a instanceof RangeError) return
  if (b instanceof RangeError) throw new Error(`${what}: ${b.message}`)
  assert.equal([b.dtype, b.shape], [a.dtype, a.shape], what)
  // float32 roundings differ where products are collected, and sums magnify that.
  const tolerance = ancestors([before]).some((v) => v.dtype === 'float32') ? 1e-4 : 1e-10
  a.data.forEach((x, i) => {
    const y = b.data[i]
    const fine = exact || Number.isFinite(x) ? close(x, y, tolerance, exact) : true
    assert.ok(fine, `${what} at ${i}: ${y} instead of ${x}\n${printGraph(graphOf(before))}\n\n${printGraph(graphOf(after))}`)
  })
}

test.run()
