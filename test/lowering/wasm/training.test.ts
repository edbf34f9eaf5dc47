// test/lowering: a network trained by both linkers: products with their epilogues, gradients, updates of weights in the heap, batches
// of changing size. After some steps both have the same weights.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray, Shared } from '../../../runtime/kernel.ts'
import { type DType, storeAs } from '../../../src/graph/dtype.ts'
import { add, mul, sub } from '../../../src/graph/ops/arithmetic.ts'
import { grad } from '../../../src/graph/ops/differentiate.ts'
import { dot } from '../../../src/graph/ops/dot.ts'
import { pick } from '../../../src/graph/ops/indexing.ts'
import { tanh } from '../../../src/graph/ops/math.ts'
import { logSoftmax } from '../../../src/graph/ops/nnet.ts'
import { mean, sum } from '../../../src/graph/ops/reduce.ts'
import type { Linker } from '../../../src/graph/tracedFunction.ts'
import { input, newArena } from '../../../src/graph/variable.ts'
import { argument, link } from '../compiled.ts'

const shapes: Readonly<Record<string, readonly number[]>> = { W: [13, 9], b: [9], V: [9, 5], c: [5] }
const wave = (n: number, seed: number, dtype: DType): number[] => Array.from({ length: n }, (_, i) => storeAs(dtype, Math.sin(1.7 * i + seed) / 2))

/** Costs and, at the end, weights. */
function train(linker: Linker, dtype: 'float64' | 'float32', known: boolean): number[] {
  newArena()
  const x = input(dtype, [null, known ? 13 : null], { kind: 'parameter', index: 0 }, 'x')
  const y = input('int32', [null], { kind: 'parameter', index: 1 }, 'y')
  const shared = Object.entries(shapes).map(([name, shape], capture) =>
    input(
      dtype,
      shape.map((n) => (known ? n : null)),
      { kind: 'shared', capture },
      name,
    ),
  )
  const [W, b, V, c] = shared
  const scores = add(dot(tanh(add(dot(x, W), b)), V), c)
  const cost = sub(mul(1e-3, add(sum(mul(W, W)), sum(mul(V, V)))), mean(pick(logSoftmax(scores), y)))
  const updates = shared.map((w) => [w, sub(w, mul(0.1, grad(cost, w)))] as const)
  const containers = Object.values(shapes).map((shape, k) => {
    const data = wave(
      shape.reduce((p, n) => p * n, 1),
      k,
      dtype,
    )
    return new Shared(new NDArray(dtype === 'float64' ? Float64Array.from(data) : Float32Array.from(data), [...shape], dtype), '', false)
  })
  const step = link({ inputs: [x, y], outputs: [cost], updates, shared }, containers, linker)
  const costs = [20, 1, 7, 20, 64, 3, 20, 20].map((n, call) => {
    const labels = Array.from({ length: n }, (_, i) => (i * 3 + call) % 5)
    return (step(argument({ dtype, shape: [n, 13], data: wave(13 * n, call, dtype) }), argument({ dtype: 'int32', shape: [n], data: labels })) as number[])[0]
  })
  return [...costs, ...containers.flatMap((w) => [...(w.getValue() as { data: Float64Array }).data])]
}

for (const dtype of ['float64', 'float32'] as const)
  for (const known of [false, true]) {
    test(`a network of ${dtype}, lengths ${known ? 'known' : 'open'}`, () => {
      const [js, wasm] = (['js', 'wasm'] as const).map((linker) => train(linker, dtype, known))
      assert.is(wasm.length, js.length)
      const tolerance = dtype === 'float64' ? 1e-13 : 2e-6
      js.forEach((v, i) => assert.ok(Math.abs(v - wasm[i]) <= tolerance * Math.max(1, Math.abs(v)), `${i}: ${wasm[i]} instead of ${v}`))
      assert.ok(js[6] !== js[7])
    })
  }

test.run()
