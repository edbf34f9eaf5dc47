// test: 50 steps of every rule, with its defaults and other options, in float64 and float32, under both linkers, against NumPy
// (test/golden/optimizers.py).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { NDArray } from '../../runtime/kernel.ts'
import { linkers } from '../golden/run.ts'
import { load } from './program.ts'

type Nested = number | readonly Nested[]
interface Case {
  readonly rule: string
  readonly options: Readonly<Record<string, number>>
  readonly dtype: 'float64' | 'float32'
  /** Of every fifth step. */
  readonly costs: readonly number[]
  readonly params: Readonly<Record<'W' | 'b' | 's', Nested>>
}
interface Golden {
  readonly x: readonly (readonly number[][])[]
  readonly y: readonly (readonly number[][])[]
  readonly start: Case['params']
  readonly cases: readonly Case[]
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/optimizers.json'), 'utf8')) as Golden

interface Model {
  readonly train: (x: unknown, y: unknown, lr: number) => number
  readonly params: Readonly<Record<'W' | 'b' | 's', { getValue(): NDArray | number }>>
}

/** The defaults are a cost and nothing else; options come with gradients, and the learning rate as a parameter. */
function source({ rule, options, dtype }: Case, linker: string, name: string): string {
  const plain = Object.keys(options).length === 0
  const rest = Object.entries({ ...options, learningRate: 'lr' }).map(([key, value]) => `${key}: ${value}`)
  const call = plain ? `${rule}(cost, [W, b, s])` : `${rule}(grad(cost, params), params, { ${rest.join(', ')} })`
  const D = `'${dtype}'`
  return `export function ${name}(): unknown {
  const W = shared(ndarray(${JSON.stringify(golden.start.W)}, undefined, ${D}))
  const b = shared(ndarray(${JSON.stringify(golden.start.b)}, undefined, ${D}))
  const s = shared(${golden.start.s}, { dtype: ${D} })
  const params = [W, b, s]
  const train = fn((x: Matrix<${D}>, y: Matrix<${D}>, ${plain ? '_' : ''}lr: Scalar) => {
    const cost = mean((s * Math.tanh(dot(x, W) + b) - y) ** 2) as Scalar<${D}>
    ${call}
    return cost
  }, { linker: '${linker}' })
  return { train, params: { W, b, s } }
}`
}

const names = golden.cases.flatMap((_, i) => linkers.map((linker) => [`${linker}${i}`, linker, i] as const))
let models: Record<string, () => Model>
test('every rule compiles', async () => {
  const rules = new Set(golden.cases.map(({ rule }) => rule))
  const main = `import { dot, fn, grad, mean, ndarray, shared, type Matrix, type Scalar } from 'theano-ts'
import { ${[...rules].join(', ')} } from 'theano-ts/optimizers'
${names.map(([name, linker, i]) => source(golden.cases[i], linker, name)).join('\n')}
`
  models = await load('rules', main)
})

const flat = (v: Nested): number[] => (typeof v === 'number' ? [v] : v.flatMap(flat))

for (const [name, linker, i] of names) {
  const { rule, options, dtype, costs, params } = golden.cases[i]
  test(`${rule} ${JSON.stringify(options)} ${dtype} (${linker})`, () => {
    const model = models[name]()
    const found = Array.from({ length: 50 }, (_, k) => model.train(golden.x[(k + 1) % 5], golden.y[(k + 1) % 5], options.learningRate ?? NaN))
    const tolerance = dtype === 'float64' ? 1e-13 : 2e-6
    const far = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((v, j) => Math.abs(v - b[j]) / Math.max(1, Math.abs(b[j]))))
    assert.ok(
      far(
        costs,
        found.filter((_, k) => k % 5 === 0),
      ) < tolerance,
      `costs ${found}`,
    )
    for (const [key, expected] of Object.entries(params)) {
      const value = model.params[key as 'W'].getValue()
      const actual = typeof value === 'number' ? [value] : [...value.data]
      assert.is(actual.length, flat(expected).length)
      assert.ok(far(actual, flat(expected)) < tolerance, `${key}: ${actual}, expected ${flat(expected)}`)
    }
  })
}

test.run()
