// test: a user's small program, in several files, for Node, pages and workers alike, and what it must compute.
import * as assert from 'uvu/assert'

const helper = `import type { Tensor } from 'theano-ts'
export const scaled = (x: Tensor) => 2 * x
`
const poly = `import * as theano from 'theano-ts'
import { exp, sum, type Vector } from 'theano-ts'
import { scaled } from './helper.js'
export const poly = theano.fn((x: Vector) => scaled(x) + exp(-x) * x ** 3, { linker: 'wasm' })
export const total = theano.fn((x: Vector) => sum(x), { linker: 'wasm' })
`
const model = `import * as theano from 'theano-ts'
import { dot, sum, type Matrix } from 'theano-ts'
export const W = theano.shared([[1, 2], [3, 4]], { name: 'W' })
export const step = theano.fn((x: Matrix, lr: number = 0.125) => {
  const y = dot(x, W)
  W.value -= lr * dot(x.T, y)
  return sum(y ** 2)
}, { linker: 'wasm' })
export const counts = theano.shared(theano.zeros([100, 100]), { name: 'counts' })
export const count = theano.fn(() => { counts.value += 1 }, { linker: 'wasm' })
`
const plain = `import * as theano from 'theano-ts'
import type { Vector } from 'theano-ts'
import { W } from './model.js'
export const plain = theano.fn((x: Vector) => x * x + 1, { linker: 'js' })
export const shift = theano.fn(() => { W.value += 1 }, { linker: 'js' })
`
const members = `import * as theano from 'theano-ts'
import { W } from './model.js'
const rng = theano.randomStreams(2026)
const draw = theano.fn(() => [rng.uniform([5]), rng.normal([5]), rng.exponential([5]), rng.integers([5], 0, 1000)] as const)
const total = theano.fn((n: number, sum: number = 0) => sum, { inputs: { sum: { update: (n: number, sum: number) => sum + n } } })

/** Random streams and their state, kept inputs, copies, files. Runs before anything else changes W. */
export function members() {
  const { state } = rng
  const draws = draw().map((x) => x.toArray())
  rng.state = state
  const again = draw().map((x) => x.toArray())
  total(3)
  const other = total.copy({ name: 'other' })
  other.named({ n: 4 })
  const saved = theano.shared([[0, 0]], { name: 'saved' })
  theano.load(theano.save([W]), { W: saved })
  return { draws, again, sums: [total, other].map((f) => f.container('sum').value), saved: saved.getValue().toArray() }
}
`
const results = `import * as theano from 'theano-ts'
import { heap } from 'theano-ts/kernel'
import { members } from './members.js'
import { W, count, counts, step } from './model.js'
import { plain, shift } from './plain.js'
import { poly, total } from './poly.js'

/** Arrays of the memory are held while it grows, for an array of the user and for the copy of an argument. */
function growth() {
  const held = theano.zeros([10000])
  held.data.forEach((_, i, data) => { data[i] = i / 1000 })
  const square = theano.zeros([100, 100])
  square.data.forEach((_, i, data) => { data[i] = i })
  const rows = [...square]
  const inMemory = held.data.buffer === heap.memory.buffer && rows[7].data.buffer === heap.memory.buffer
  const result = poly(held)
  const sizes = [heap.memory.buffer.byteLength]
  const large = theano.ones([3e6])
  sizes.push(heap.memory.buffer.byteLength)
  const inside = step(theano.ndarray(new Float64Array(8e6).fill(2 ** -10), [4e6, 2]), 0)
  sizes.push(heap.memory.buffer.byteLength)
  return {
    inMemory,
    sizes,
    inside,
    sums: [total(held), total(large), total(rows[7]), total(result)],
    held: held.at(9999),
    polyAfter: Math.max(...poly(held).data.map((v, i) => Math.abs(v - result.data[i]))),
    W: W.getValue().toArray(),
  }
}

export function results() {
  const ofMembers = members()
  const x = Float64Array.from({ length: 67 }, (_, i) => i / 8 - 4)
  const costs = [step([[1, 0], [0, 1]]), step([[1, 0], [0, 1]])]
  shift()
  for (let i = 0; i < 1000; i++) count()
  const state = { poly: [...poly(x).data], costs, W: W.getValue().toArray(), plain: [...plain(x).data], count: counts.getValue().at(99, 99) }
  return { ...state, growth: growth(), members: ofMembers }
}
`
const main = `import { results } from './results.js'
console.log(JSON.stringify(results()))
`
const worker = `import { results } from './results.js'
postMessage(JSON.stringify(results()))
`
const workerPage = `const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
worker.onmessage = ({ data }) => console.log(data)
worker.onerror = (e) => console.log('worker: ' + e.message)
`
const refused = `import { plain } from './plain.js'
import { poly } from './poly.js'
import { zeros } from 'theano-ts'
let message = 'not refused'
try { poly([1]) } catch (e) { message = (e as Error).message }
console.log(JSON.stringify({ message, plain: [plain([3]).at(0), plain(zeros([1000])).at(999)] }))
`

/** Sources under src: main.js prints the results, workerPage.js those of a worker, refused.js what happens where there is no WebAssembly. */
export const program: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ helper, poly, model, plain, members, results, main, worker, workerPage, refused }).map(([name, text]) => [`src/${name}.ts`, text]),
)

/** Another helper, and so another kernel of poly.ts. */
export const helperOf = (factor: number): string => helper.replace('2 *', `${factor} *`)

interface Results {
  readonly poly: readonly number[]
  readonly costs: readonly number[]
  readonly W: readonly (readonly number[])[]
  readonly plain: readonly number[]
  readonly count: number
  readonly growth: {
    readonly inMemory: boolean
    readonly sizes: readonly number[]
    readonly inside: number
    readonly sums: readonly number[]
    readonly held: number
    readonly polyAfter: number
    readonly W: readonly (readonly number[])[]
  }
  readonly members: {
    readonly draws: readonly (readonly number[])[]
    readonly again: readonly (readonly number[])[]
    readonly sums: readonly number[]
    readonly saved: readonly (readonly number[])[]
  }
}

function close(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)), `${what}: ${actual} instead of ${expected}`)
}

/** Random numbers in what main.js printed: all engines give the same. */
export const drawsOf = (line: string): Results['members']['draws'] => (JSON.parse(line) as Results).members.draws

/** Compares what main.js printed with the same formulas in plain JavaScript. `factor` is that of the helper. */
export function checkResults(line: string, factor = 2): void {
  const { poly, costs, W, plain, count, growth, members } = JSON.parse(line) as Results
  const formula = (x: number): number => factor * x + Math.exp(-x) * x ** 3
  assert.is(poly.length, 67)
  poly.forEach((y, i) => close(y, formula(i / 8 - 4), `poly[${i}]`))
  plain.forEach((y, i) => assert.is(y, (i / 8 - 4) ** 2 + 1))
  // With x the identity, cost is |W|² = 30, W becomes 7/8 W, twice; then 1 is added.
  assert.equal(costs, [30, (30 * 49) / 64])
  const expected = [1, 2, 3, 4].map((w) => (w * 49) / 64 + 1)
  assert.equal(W.flat(), expected)
  assert.is(count, 1000)
  const { inMemory, sizes, sums } = growth
  assert.ok(inMemory, 'arrays of users lie in the memory')
  assert.is(sizes[0], 2 ** 24, 'a thousand updates of 80 KB leave the memory as it was')
  assert.ok(sizes[1] > sizes[0] && sizes[2] > sizes[1], `the memory did not grow: ${sizes}`)
  close(sums[0], 49995, 'sum of an array held while the memory grew')
  assert.is(sums[1], 3e6)
  assert.is(sums[2], 74950)
  close(
    sums[3],
    Array.from({ length: 10000 }, (_, i) => formula(i / 1000)).reduce((a, b) => a + b),
    'sum of a result',
  )
  assert.equal([growth.held, growth.polyAfter, growth.W.flat()], [9.999, 0, expected])
  const columns = [expected[0] + expected[2], expected[1] + expected[3]]
  assert.is(growth.inside, 4e6 * 2 ** -20 * (columns[0] ** 2 + columns[1] ** 2), 'cost of a call in which the memory grew')
  assert.equal(members.again, members.draws, 'draws after the state was put back')
  assert.is(new Set(members.draws.flat()).size, 20)
  assert.equal(members.sums, [3, 4], 'inputs that a function and its copy keep')
  assert.equal(members.saved.flat(), [1, 2, 3, 4], 'W, saved and loaded')
}

/** What refused.js printed under a policy without 'wasm-unsafe-eval'. */
export function checkRefused(line: string): void {
  const { message, plain } = JSON.parse(line) as { message: string; plain: number[] }
  assert.match(message, /allow WebAssembly \('wasm-unsafe-eval' in a Content-Security-Policy\), or build with linker: 'js'$/)
  assert.equal(plain, [10, 1])
}
