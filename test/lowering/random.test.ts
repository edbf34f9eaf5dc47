// test: random graphs through the whole compiler, against the reference evaluator. Fusion, passes, accesses, memory and
// commits meet here in combinations nobody would write down.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type DType, storeAs } from '../../src/graph/dtype.ts'
import { evaluate } from '../../src/graph/evaluate.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import type { Value } from '../../src/graph/op.ts'
import * as arithmetic from '../../src/graph/ops/arithmetic.ts'
import { iota } from '../../src/graph/ops/create.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import { at, oneHot, pick, Slice, take, writeAt } from '../../src/graph/ops/indexing.ts'
import { concatenate } from '../../src/graph/ops/join.ts'
import { cast, gt, where } from '../../src/graph/ops/logic.ts'
import { tanh } from '../../src/graph/ops/math.ts'
import { logSoftmax, logsumexp, sigmoid, softmax } from '../../src/graph/ops/nnet.ts'
import { argmax, max, mean, sum } from '../../src/graph/ops/reduce.ts'
import { broadcastTo, dimshuffle, expandDims, flatten, reshape, transpose } from '../../src/graph/ops/shape.ts'
import type { Linker } from '../../src/graph/tracedFunction.ts'
import { constant, input, newArena, type Variable } from '../../src/graph/variable.ts'
import { asValue, run, testBoth } from './compiled.ts'
import { attempt, grow, type Maker, needs, type Step, seedOf } from './grow.ts'

/** Under wasm a line fills several vectors and leaves a rest. */
const lengthsOf = (linker: Linker) => (linker === 'js' ? { m: 3, n: 4 } : { m: 5, n: 23 })

/** Leaves of lengths m and n known when the program is built or only at the call, some of them equal by chance or 1. */
function leaves(lengths: { readonly m: number; readonly n: number }, known: boolean, dtype: DType): { variables: Variable[]; values: Map<Variable, Value> } {
  const shapes: [string, number[]][] = [
    ['x', [lengths.m, lengths.n]],
    ['y', [lengths.m, lengths.n]],
    ['v', [lengths.n]],
    ['w', [lengths.m]],
    ['one', [1, lengths.n]],
    ['q', [lengths.n, lengths.n]],
    ['s', []],
  ]
  const values = new Map<Variable, Value>()
  const variables = shapes.map(([name, shape], index) => {
    const v = input(
      dtype,
      shape.map((n) => (known ? n : null)),
      { kind: 'parameter', index },
      name,
    )
    const size = shape.reduce((a, b) => a * b, 1)
    values.set(v, { dtype, shape, data: Array.from({ length: size }, (_, i) => storeAs(dtype, Math.sin(1 + i * 1.7 + index))) })
    return v
  })
  return { variables, values }
}

const sameRank = (pool: readonly Variable[], a: Variable, k: number): Variable => {
  const fit = pool.filter((b) => b.rank === 0 || (b.rank === a.rank && b.shape.every((d, i) => d === a.shape[i])))
  return fit[k % fit.length]
}

const steps: readonly Maker[] = [
  (a, k, pool) => arithmetic.add(a, sameRank(pool, a, k)),
  (a, k, pool) => arithmetic.mul(a, sameRank(pool, a, k)),
  (a, k, pool) => arithmetic.sub(sameRank(pool, a, k), a),
  (a) => tanh(a),
  (a) => sigmoid(a),
  (a) => arithmetic.sqr(a),
  (a, k, pool) => where(gt(a, 0), a, sameRank(pool, a, k)),
  needs(1, (a, k) => sum(a, { axis: k % a.rank, keepdims: k % 3 === 0 })),
  needs(1, (a) => mean(a)),
  needs(1, (a, k) => max(a, { axis: k % a.rank })),
  needs(1, (a, k) => softmax(a, { axis: k % a.rank })),
  needs(1, (a, k) => logSoftmax(a, { axis: k % a.rank })),
  needs(1, (a, k) => logsumexp(a, { axis: k % a.rank })),
  needs(2, (a) => transpose(a)),
  needs(1, (a, k) => expandDims(a, k % (a.rank + 1))),
  needs(1, (a) => flatten(a)),
  needs(2, (a) => reshape(a, [a.shape[1], -1])),
  needs(1, (a, k) => at(a, new Slice(k % 2, null))),
  needs(1, (a, k) => at(a, new Slice(null, null, k % 2 ? -1 : 2))),
  needs(1, (a) => at(a, 0)),
  needs(1, (a) => concatenate([a, a], 0)),
  needs(2, (a) => dot(a, transpose(a))),
  needs(1, (a) => dot(a, a.rank === 1 ? a : transpose(a))),
  needs(2, (a) => pick(a, argmax(a, { axis: -1 }))),
  needs(1, (a) => take(a, argmax(a, { axis: 0 }), { axis: 0 })),
  needs(1, (a, k) => writeAt(k % 2 ? 'set' : 'inc', a, [new Slice(0, 1)], 2)),
  needs(1, (a) => arithmetic.add(a, cast(iota(a.shape[a.rank - 1]), 'float64'))),
  needs(1, (a) => arithmetic.mul(a, oneHot(argmax(a, { axis: -1 }), a.shape[a.rank - 1]))),
  (a, _, pool) => (a.rank === 1 ? arithmetic.add(a, pool.find((b) => b.name === 'x')!) : null),
  needs(2, (a, _, pool) => arithmetic.sub(a, expandDims(max(a, { axis: 1 }), 1)) ?? pool[0]),
  (a) => (a.rank === 0 ? broadcastTo(a, [2, 3]) : dimshuffle(a, [...a.shape.keys()].reverse())),
]

/** float32 is rounded at other places. */
const close = (a: readonly number[], b: readonly number[], dtype: DType): boolean =>
  a.length === b.length &&
  a.every((x, i) => Object.is(x, b[i]) || Math.abs(x - b[i]) <= (dtype === 'float32' ? 2e-3 : 1e-9) * Math.max(1, Math.abs(x), Math.abs(b[i])))

function check(plan: readonly Step[], wanted: readonly number[], known: boolean, dtype: DType, linker: Linker): void {
  newArena()
  const { variables, values } = leaves(lengthsOf(linker), known, dtype)
  const pool = [...variables, constant(0.5)]
  grow(steps, pool, plan)
  const outputs = [pool[pool.length - 1], ...wanted.map((k) => pool[k % pool.length])]
  // Roundings of float32 would decide.
  if (dtype === 'float32' && ancestors(outputs).some(({ owner }) => owner?.op.name === 'gt' || owner?.op.name === 'argmax')) return
  const expected = attempt(() => evaluate(outputs, values))
  const actual = attempt(() =>
    run(
      { inputs: variables, outputs },
      variables.map((v) => values.get(v)!),
      linker,
    ),
  )
  if (expected instanceof RangeError) return assert.instance(actual, RangeError)
  if (expected instanceof Error) throw expected
  // Refused even where there is no line to reduce.
  if (actual instanceof RangeError && /nothing to reduce/.test(actual.message)) return
  if (actual instanceof Error) throw actual
  outputs.forEach((_, i) => {
    const got = asValue(actual[i])
    assert.equal(got.shape, expected[i].shape)
    if (!close(got.data, expected[i].data, dtype)) throw new Error(`output ${i}: ${got.data} instead of ${expected[i].data}`)
  })
}

const plans = fc.array(fc.tuple(fc.nat(1000), fc.nat(6), fc.nat(50)), { minLength: 1, maxLength: 12 })

testBoth('random graphs compute what the reference evaluator says', (linker) => {
  const runs = Number(process.env.FUZZ_RUNS ?? 250)
  fc.assert(
    fc.property(plans, fc.array(fc.nat(40), { maxLength: 3 }), fc.boolean(), fc.constantFrom('float64', 'float32'), (plan, wanted, known, dtype) =>
      check(plan, wanted, known, dtype, linker),
    ),
    { numRuns: runs, seed: seedOf(linker), includeErrorInReport: true } as never,
  )
})

test.run()
