// bench: `npm run bench` prints the table of the README. Ratios are of one run; the machine's speed is in the other columns.
// Garbage is collected on the measured thread (--single-threaded-gc), so that each side pays for its own.
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { cubic, cubicScalar, logisticState, logisticStep, softmaxState, softmaxStep } from './baselines.ts'
import { duration, gigabytes, gigaflops, measurePair, type Pair } from './measure.ts'
import { callTimes, graphTime } from './transform.ts'

// biome-ignore lint/suspicious/noExplicitAny: the programs are compiled just now
const load = (name: string): Promise<any> => import(pathToFileURL(join(import.meta.dirname, 'build', `${name}.js`)).href)

const random = (() => {
  let state = 1
  return () => (state = (state * 16807) % 2147483647) / 2147483647
})()

const heading = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n|${cells.map(() => '---').join('|')}|`
const row = (...cells: string[]): void => console.log(`| ${cells.join(' | ')} |`)
const pair = (what: string, { baseline, ours, ratio }: Pair, limit: string): void =>
  row(what, duration(baseline), duration(ours), `**${ratio.toFixed(2)}**`, limit)

async function elementwise(): Promise<void> {
  const ours = await load('elementwise')
  for (const n of [1e3, 1e5, 1e7]) {
    const x = Float64Array.from({ length: n }, () => random() * 2 - 1)
    const result = measurePair(
      () => cubic(x),
      () => ours.cubic(x),
      n > 1e6 ? { rounds: 15 } : {},
    )
    pair(`\`2*x + x**3\`, float64, n = ${n.toExponential(0).replace('+', '')}`, result, `${gigabytes(16 * n, result.ours)} of 16 bytes moved an element`)
  }
}

/** Many calls in a loop, so that the clock is read seldom; both loops keep the results alive. */
async function scalars(): Promise<void> {
  const ours = await load('elementwise')
  const count = 1000
  const loop = (f: (x: number) => number) => {
    let total = 0
    for (let i = 0; i < count; i++) total += f(i * 1e-3)
    return total
  }
  for (const [what, f] of [
    ['typed', ours.cubicScalar],
    ['untyped', ours.cubicUfunc],
  ] as const) {
    const {
      baseline,
      ours: own,
      ratio,
    } = measurePair(
      () => loop((x) => cubicScalar(x)),
      () => loop((x) => f(x)),
    )
    const over = ((own - baseline) / count) * 1e9
    row(
      `a scalar call, ${what} parameter`,
      duration(baseline / count),
      duration(own / count),
      `**${ratio.toFixed(2)}**`,
      `${over.toFixed(1)} ns over the plain arrow`,
    )
  }
}

async function logistic(): Promise<void> {
  const ours = await load('logistic')
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
  pair("Theano's logistic step, 400 × 784, float64", result, `${gigaflops(4 * rows * columns, result.ours)}; JavaScript has no SIMD`)
}

async function mnist(): Promise<void> {
  const ours = await load('mnist')
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
  pair('an MNIST batch: 600 × 784 × 10, float32', result, `${gigaflops(4 * rows * columns * classes, result.ours)}; JavaScript has no SIMD`)
}

/** Both sides have trained for different numbers of steps on the same data, towards the same minimum. */
function sameModel(ours: readonly number[], baseline: readonly number[]): void {
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * b[i], 0)
  const cosine = dot(ours, baseline) / Math.sqrt(dot(ours, ours) * dot(baseline, baseline))
  if (!(cosine > 0.9)) throw new Error(`the two sides do not compute the same: cosine of the weights ${cosine}`)
}

function transformTimes(): void {
  const times = callTimes()
  row(`a \`theano.fn\` of the fixtures, median of ${times.calls}`, duration(times.median), `slowest ${duration(times.slowest)}`)
  row(`a file without \`theano.fn\`, mean of ${times.plainFiles}`, duration(times.plainFile), 'imports are looked at, nothing else')
  graphTime(2000, true)
  for (const differentiate of [false, true]) {
    for (const nodes of [2000, 10000, 20000]) {
      const seconds = graphTime(nodes, differentiate)
      row(
        `a graph of ${nodes.toLocaleString('en')} nodes${differentiate ? ' and its gradient' : ''}`,
        duration(seconds),
        `${((seconds / nodes) * 1e6).toFixed(0)} µs a node`,
      )
    }
  }
}

/** What a user's bundler makes of a program with one function. */
async function bundleSize(): Promise<void> {
  const entry = join(import.meta.dirname, 'build/single.js')
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, minify: true, write: false, format: 'esm' })
  const bytes = outputFiles[0].contents
  row('a bundle with one elementwise function, minified, gzip', String(gzipSync(bytes, { level: 9 }).length), `${bytes.length} before gzip; runtime included`)
}

execFileSync(process.execPath, [join(import.meta.dirname, '../node_modules/ts-patch/bin/tspc.js'), '-p', join(import.meta.dirname, 'programs/tsconfig.json')], {
  stdio: 'inherit',
})
console.log(`node ${process.version}, ${cpus()[0].model.trim()}, ${cpus().length} cores\n`)
console.log(heading(['run time', 'by hand', 'theano-ts', 'ratio', 'what limits it']))
await elementwise()
await scalars()
await logistic()
await mnist()
console.log(`\n${heading(['build time', 'time', ''])}`)
transformTimes()
console.log(`\n${heading(['size', 'bytes', ''])}`)
await bundleSize()
