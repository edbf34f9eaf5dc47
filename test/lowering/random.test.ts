// test: random graphs through the whole compiler, against the reference evaluator. Fusion, passes, accesses, memory and
// commits meet here in combinations nobody would write down.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type DType, storeAs } from '../../src/graph/dtype.ts'
import { evaluate } from '../../src/graph/evaluate.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import type { Value } from '../../src/graph/op.ts'
import type { Linker } from '../../src/graph/tracedFunction.ts'
import { constant, input, newArena, type Variable } from '../../src/graph/variable.ts'
import { asValue, run, testBoth } from './compiled.ts'
import { close, steps } from './graphs.ts'
import { attempt, grow, type Step, seedOf } from './grow.ts'

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
