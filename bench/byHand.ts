// bench: the functions of bench/programs, as a user's build makes them by default, against the same written by hand in JavaScript.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cube, cubic, cubicScalar, line, logisticState, logisticStep, softmaxState, softmaxStep } from './baselines.ts'
import { duration, gigabytes, gigaflops, measurePair, type Pair } from './measure.ts'
import { load } from './side.ts'
import { Table } from './table.ts'

// biome-ignore lint/suspicious/noExplicitAny: the programs are compiled just now
const program = (name: string): Promise<any> => load(pathToFileURL(join(import.meta.dirname, 'build', `${name}.js`)).href)

const random = (() => {
  let state = 1
  return () => (state = (state * 16807) % 2147483647) / 2147483647
})()

const cells = ({ baseline, ours, ratio }: Pair, limit: string): string[] => [duration(baseline), duration(ours), `**${ratio.toFixed(2)}**`, limit]

export async function runTimes(wanted: (name: string) => boolean): Promise<void> {
  const table = new Table(['run time', 'by hand', 'theano-ts', 'ratio', 'what limits it'], wanted)
  for (const n of [1e3, 1e5, 1e7]) await table.row(`\`2*x + x**3\`, float64, n = ${n.toExponential(0).replace('+', '')}`, () => elementwise(n))
  await table.row('a scalar call, typed parameter', () => scalar('cubicScalar', cubicScalar))
  await table.row('a scalar call, untyped parameter', () => scalar('cubicUfunc', cubicScalar))
  await table.row('a call of a function of one scalar, `trustInput`', () => scalar('cube', cube, true))
  await table.row('a call of a function of one scalar, checked', () => scalar('cube', cube))
  await table.row('a call of a function of three scalars, two by default', () => scalar('line', line))
  await table.row("Theano's logistic step, 400 × 784, float64", logistic)
  await table.row('an MNIST batch: 600 × 784 × 10, float32', mnist)
}

async function elementwise(n: number): Promise<string[]> {
  const ours = await program('elementwise')
  const x = Float64Array.from({ length: n }, () => random() * 2 - 1)
  const result = measurePair(
    () => cubic(x),
    () => ours.cubic(x),
    n > 1e6 ? { rounds: 15 } : {},
  )
  return cells(result, `${gigabytes(16 * n, result.ours)} of 16 bytes moved an element`)
}

/** Many calls in a loop, so that the clock is read seldom; both loops keep the results alive. */
async function scalar(name: string, byHand: (x: number) => number, trustInput = false): Promise<string[]> {
  const { [name]: f } = await program('elementwise')
  f.trustInput = trustInput
  const count = 1000
  const loop = (f: (x: number) => number) => {
    let total = 0
    for (let i = 0; i < count; i++) total += f(i * 1e-3)
    return total
  }
  const pair = measurePair(
    () => loop((x) => byHand(x)),
    () => loop((x) => f(x)),
  )
  const [baseline, ours] = [pair.baseline / count, pair.ours / count]
  return cells({ ...pair, baseline, ours }, `${((ours - baseline) * 1e9).toFixed(1)} ns over the plain arrow`)
}

async function logistic(): Promise<string[]> {
  const ours = await program('logistic')
  const [rows, columns] = [400, 784]
  const x = Float64Array.from({ length: rows * columns }, () => random() * 4 - 2)
  const y = Float64Array.from({ length: rows }, () => Number(random() < 0.5))
  const state = logisticState(rows, columns)
  const matrix = ours.array(x, [rows, columns])
  const result = measurePair(
    () => logisticStep(state, x, y),
    () => ours.train(matrix, y),
  )
  sameModel([...ours.w.getValue().data], [...state.w])
  return cells(result, `${gigaflops(4 * rows * columns, result.ours)}; JavaScript has no SIMD`)
}

async function mnist(): Promise<string[]> {
  const ours = await program('mnist')
  const [rows, columns, classes] = [600, 784, 10]
  const x = Float32Array.from({ length: rows * columns }, () => (random() < 0.2 ? random() : 0))
  const y = Int32Array.from({ length: rows }, () => Math.floor(random() * classes))
  const state = softmaxState(rows, columns)
  const matrix = ours.array(x, [rows, columns])
  const result = measurePair(
    () => softmaxStep(state, x, y),
    () => ours.train(matrix, y),
  )
  sameModel([...ours.W.getValue().data], [...state.W])
  return cells(result, `${gigaflops(4 * rows * columns * classes, result.ours)}; JavaScript has no SIMD`)
}

/** Both sides have trained for different numbers of steps on the same data, towards the same minimum. */
function sameModel(ours: readonly number[], baseline: readonly number[]): void {
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * b[i], 0)
  const cosine = dot(ours, baseline) / Math.sqrt(dot(ours, ours) * dot(baseline, baseline))
  if (!(cosine > 0.9)) throw new Error(`the two sides do not compute the same: cosine of the weights ${cosine}`)
}
