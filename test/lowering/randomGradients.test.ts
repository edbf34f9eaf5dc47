// test: gradients of random graphs through the whole compiler, against the reference evaluator on the expanded graph and against
// finite differences of the cost. Lengths are known at the call only, and some turn out to be 1.
import fc from 'fast-check'
import { test } from 'uvu'
import { evaluate } from '../../src/graph/evaluate.ts'
import type { Value } from '../../src/graph/op.ts'
import * as arithmetic from '../../src/graph/ops/arithmetic.ts'
import { iota } from '../../src/graph/ops/create.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { batchedDot, dot } from '../../src/graph/ops/dot.ts'
import { at, pick, Slice, take, writeAt } from '../../src/graph/ops/indexing.ts'
import { concatenate, stack } from '../../src/graph/ops/join.ts'
import { cast, gt, where } from '../../src/graph/ops/logic.ts'
import { exp, sin, tanh } from '../../src/graph/ops/math.ts'
import { logSoftmax, logsumexp, sigmoid, softmax, softplus } from '../../src/graph/ops/nnet.ts'
import { argmax, max, mean, prod, sum, variance } from '../../src/graph/ops/reduce.ts'
import { broadcastTo, expandDims, flatten, reshape, transpose } from '../../src/graph/ops/shape.ts'
import type { Linker } from '../../src/graph/tracedFunction.ts'
import { constant, input, newArena, type Variable } from '../../src/graph/variable.ts'
import { expandGradients } from '../../src/rewriting/index.ts'
import { argument, asValue, link, testBoth, traced } from './compiled.ts'
import { attempt, grow, type Maker, needs, other, type Step, seedOf } from './grow.ts'

interface Sizes {
  readonly m: number
  readonly n: number
  readonly rows: boolean
  readonly columns: boolean
  readonly short: boolean
}

const leaves: readonly [string, (number | null)[], (s: Sizes) => number[]][] = [
  ['x', [null, null], ({ m, n }) => [m, n]],
  ['y', [null, null], ({ m, n, rows, columns }) => [rows ? 1 : m, columns ? 1 : n]],
  ['v', [null], ({ n, short }) => [short ? 1 : n]],
  ['w', [null, 1], ({ m }) => [m, 1]],
  ['q', [null, null], ({ n }) => [n, n]],
  ['t', [2, 3], () => [2, 3]],
  ['s', [], () => []],
]

const valuesFor = (variables: readonly Variable[], sizes: Sizes): Map<Variable, Value> =>
  new Map(
    variables.map((v, k) => {
      const shape = leaves[k][2](sizes)
      return [v, { dtype: 'float64', shape, data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.3 + i * 1.7 + k * 0.9)) }]
    }),
  )

const makers: readonly Maker[] = [
  (a, k, pool) => arithmetic.add(a, other(pool, k)),
  (a, k, pool) => arithmetic.mul(a, other(pool, k)),
  (a, k, pool) => arithmetic.sub(other(pool, k), a),
  (a, k, pool) => arithmetic.div(other(pool, k), arithmetic.add(2, arithmetic.sqr(a))),
  (a) => tanh(a),
  (a) => sigmoid(a),
  (a) => softplus(a),
  (a) => sin(a),
  (a) => exp(tanh(a)),
  (a, k) => arithmetic.pow(arithmetic.add(3, tanh(a)), [2, 3, 0.5, -1, 2.5][k % 5]),
  (a, k, pool) => where(gt(a, 0.1), a, other(pool, k)),
  (a, k, pool) => arithmetic.maximum(a, other(pool, k)),
  (a) => arithmetic.clip(a, -0.5, 0.55),
  (a) => arithmetic.abs(a),
  needs(1, (a, k) => sum(a, { axis: k % a.rank, keepdims: k % 3 === 0 })),
  needs(1, (a, k) => mean(a, { axis: k % a.rank, keepdims: k % 2 === 0 })),
  needs(1, (a) => sum(a)),
  // All of several largest elements receive the gradient: here none are equal by construction.
  needs(1, (a, k) => max(arithmetic.add(a, arithmetic.mul(0.013, iota(a.shape[a.rank - 1]))), { axis: -1, keepdims: k % 2 === 0 })),
  needs(1, (a, k) => prod(a, { axis: k % a.rank })),
  needs(1, (a, k) => variance(a, { axis: k % a.rank, keepdims: k % 2 === 0 })),
  needs(1, (a, k) => softmax(a, { axis: k % a.rank })),
  needs(1, (a, k) => logSoftmax(a, { axis: k % a.rank })),
  needs(1, (a, k) => logsumexp(a, { axis: k % a.rank })),
  needs(2, (a) => transpose(a)),
  needs(1, (a, k) => expandDims(a, k % (a.rank + 1))),
  needs(1, (a) => flatten(a)),
  needs(2, (a) => reshape(a, [a.shape[1], -1])),
  needs(1, (a, k) => at(a, new Slice(k % 2, k % 3 ? null : -1))),
  needs(1, (a, k) => at(a, new Slice(null, null, k % 2 ? -1 : 2))),
  needs(1, (a, k) => at(a, k % 2 ? 0 : -1)),
  needs(1, (a) => concatenate([a, tanh(a)], 0)),
  (a) => stack([a, sin(a)]),
  needs(2, (a) => dot(a, transpose(a))),
  needs(2, (a, _, pool) => dot(a, pool.find((b) => b.name === 'q')!)),
  needs(2, (a, _, pool) => (a.rank === 2 ? dot(a, pool.find((b) => b.name === 'v')!) : batchedDot(a, transpose(a, [0, 2, 1])))),
  needs(2, (a) => pick(a, argmax(a, { axis: -1 }))),
  needs(1, (a) => take(a, argmax(a, { axis: 0 }), { axis: 0 })),
  needs(1, (a, k) => writeAt(k % 2 ? 'set' : 'inc', a, [new Slice(0, 1)], k % 3 ? 0.5 : at(a, new Slice(-1, null)))),
  (a) => (a.rank === 0 ? broadcastTo(a, [2, 3]) : a.rank === 1 ? arithmetic.mul(at(a, gt(a, 0)), 2) : null),
  (a) => arithmetic.mul(cast(arithmetic.mul(a, 3), 'int32'), a),
]

const step = 1e-5

/** One-sided differences of the cost along each element of a leaf. */
function differences(cost: Variable, values: ReadonlyMap<Variable, Value>, leaf: Variable): [number, number][] {
  const value = values.get(leaf)!
  const costAt = (i: number, by: number): number => {
    const data = value.data.map((x, k) => (k === i ? x + by : x))
    return evaluate([cost], new Map([...values, [leaf, { ...value, data }]]))[0].data[0]
  }
  const here = costAt(-1, 0)
  return value.data.map((_, i) => [(here - costAt(i, -step)) / step, (costAt(i, step) - here) / step])
}

function check(plan: readonly Step[], wanted: readonly number[], calls: readonly Sizes[], linker: Linker): void {
  newArena()
  const inputs = leaves.map(([name, lengths], index) => input('float64', lengths, { kind: 'parameter', index }, name))
  const pool: Variable[] = [...inputs]
  grow(makers, pool, plan)
  const parts = [pool[pool.length - 1], ...wanted.map((k) => other(pool, k))].map((v) => mean(tanh(v)))
  const cost = parts.reduce((a, b) => arithmetic.add(a, b), constant(0.5))
  const gradients = inputs.map((v) => grad(cost, v, { disconnectedInputs: 'ignore' }))
  const program = { inputs, outputs: [cost, ...gradients] }
  const f = link(program, [], linker)
  const expanded = expandGradients(traced(program).graph).outputs
  for (const sizes of calls) {
    const values = valuesFor(inputs, sizes)
    const expected = attempt(() => evaluate(expanded, values))
    const actual = attempt(() => f(...inputs.map((v) => argument(values.get(v)!))) as unknown[])
    if (expected instanceof RangeError) continue
    if (expected instanceof Error) throw expected
    if (actual instanceof Error) throw actual
    expanded.forEach((_, k) => {
      const [got, want] = [asValue(actual[k]), expected[k]]
      const same =
        got.shape.join() === want.shape.join() &&
        got.data.every((x, i) => Object.is(x, want.data[i]) || Math.abs(x - want.data[i]) <= 1e-7 * Math.max(1, Math.abs(x)))
      if (!same) throw new Error(`${k === 0 ? 'cost' : leaves[k - 1][0]}: [${got.shape}] ${got.data} instead of [${want.shape}] ${want.data}`)
      if (k === 0 || !Number.isFinite(expected[0].data[0])) return
      differences(cost, values, inputs[k - 1]).forEach(([left, right], i) => {
        if (Math.abs(left - right) > 0.01) return
        if (Math.abs(got.data[i] - (left + right) / 2) > 1e-3)
          throw new Error(`${leaves[k - 1][0]}: gradient ${got.data[i]} at ${i}, but the slope is ${left} … ${right}`)
      })
    })
  }
}

const plans = fc.array(fc.tuple(fc.nat(1000), fc.nat(8), fc.nat(60)), { minLength: 1, maxLength: 10 })
const sizes = fc.record({
  m: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 4 }),
  rows: fc.boolean(),
  columns: fc.boolean(),
  short: fc.boolean(),
})

testBoth('gradients of random graphs', (linker) => {
  const calls = fc.array(sizes, { minLength: 2, maxLength: 2 })
  fc.assert(
    fc.property(plans, fc.array(fc.nat(20), { maxLength: 2 }), calls, (plan, wanted, given) => check(plan, wanted, given, linker)),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 90), seed: seedOf(linker), includeErrorInReport: true } as never,
  )
})

test.run()
