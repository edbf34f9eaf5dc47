// test/random: every draw by the reference evaluator and through the whole compiler: the same bits, for parameters of every kind.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray, Shared } from '../../runtime/kernel.ts'
import { evaluate } from '../../src/graph/evaluate.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import * as draws from '../../src/graph/ops/random.ts'
import { constantArray, input, newArena, type Variable } from '../../src/graph/variable.ts'
import { asValue, link, testBoth, traced } from '../golden/run.ts'

const key = [3, 0xfffffffe, 0xffffffff, 5]

function outputs(state: Variable, x: Variable): readonly Variable[] {
  const list = (...values: number[]): Variable => constantArray(values, 'float64', [values.length])
  return [
    draws.uniform(state, [3, 4], x, 20, 'float64'),
    draws.uniform(state, undefined, x, 20, 'float32'),
    draws.normal(state, [2, 3, 4], 1, list(1, 2, 3, 4), 'float64'),
    draws.normal(state, [], 1, 2, 'float32'),
    draws.exponential(state, [3, 1], 2, 'float32'),
    draws.gamma(state, [5], list(0.1, 0.9, 1, 2, 50), 3, 'float64'),
    draws.beta(state, [4], list(0.1, 0.9, 1, 2), 0.5, 'float32'),
    draws.integers(state, [40], -2147483648, 2147483648),
    draws.integers(state, [4], list(1, 2, 3, 4), 5),
    draws.bernoulli(state, [70], 0.3, 'bool'),
    draws.bernoulli(state, [4], list(0, 0.5, 0.25, 1), 'float32'),
    draws.poisson(state, [4], list(0, 1, 20, 1000)),
    draws.binomial(state, [4], list(0, 10, 100, 1000), 0.4),
    draws.multinomial(state, [3], 10, list(0.2, 0.3, 0.5)),
    draws.multinomial(state, undefined, list(1, 100), list(0.2, 0.3, 0.5, 0)),
    draws.choice(state, [2, 2], 9, undefined, true),
    draws.choice(state, [4], list(5, 6, 7, 8), undefined, false),
    draws.choice(state, [4], list(5, 6, 7, 8), list(0.1, 0.2, 0.3, 0.4), true),
    draws.choice(state, [3], 4, list(0.1, 0.2, 0.3, 0.4), false),
    draws.permutation(state, 10),
    draws.permutation(state, x),
    draws.advance(state),
  ]
}

testBoth('draws as they are defined', (linker) => {
  newArena()
  const state = input('uint32', [4], { kind: 'shared', capture: 0 }, 'state')
  const x = input('float64', [null, null], { kind: 'parameter', index: 0 }, 'x')
  const wanted = outputs(state, x)
  const data = Float64Array.from({ length: 12 }, (_, i) => i)
  const leaves = new Map([
    [state, { dtype: 'uint32', shape: [4], data: key }],
    [x, { dtype: 'float64', shape: [3, 4], data: [...data] }],
  ] as const)
  const expected = evaluate(wanted, leaves)
  const f = link(traced({ inputs: [x], outputs: wanted, captures: [{ kind: 'shared', name: 'state', dtype: 'uint32', shape: [4] }] }, linker), [
    new Shared(new NDArray(Uint32Array.from(key), [4], 'uint32'), 'state', false),
  ])
  const found = f(new NDArray(data, [3, 4], 'float64')) as unknown[]
  wanted.forEach((v, i) => assert.equal(asValue(found[i], v.dtype), expected[i], v.owner!.op.name))
  const used = new Set(ancestors(wanted).map((v) => v.owner?.op.name))
  assert.equal(
    [...draws.drawOps.keys()].filter((name) => !used.has(name)),
    [],
    'every draw is here',
  )
})

test.run()
