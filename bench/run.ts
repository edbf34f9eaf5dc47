// bench: `npm run bench -- [FILTER] [--peers]`. FILTER is a regular expression on the names of the rows. The tables are those of the
// README; ratios are of one run, the machine's speed is in the other columns. With --peers the packages of bench/package.json and native
// libraries are measured beside ours (about ten minutes for all rows); without, only hand-written code and limits are.
// Garbage is collected on the measured thread (--single-threaded-gc), so that each side pays for its own.
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { runTimes } from './byHand.ts'
import { duration } from './measure.ts'
import { byHand, limits, measureRow, native, ours, peers, Side } from './peers.ts'
import { machineLine, markdown, type Result, text, textHeading, verdicts } from './report.ts'
import { machine, type Row, rows } from './rows.ts'
import { Table } from './table.ts'
import { callTimes, graphTime } from './transform.ts'

const missing = new Set<string>()
const linkers = ['js', 'wasm'] as const

const { values, positionals } = parseArgs({ options: { peers: { type: 'boolean', default: false } }, allowPositionals: true })
const filter = new RegExp(positionals.join('|'), 'i')
const wanted = (name: string): boolean => filter.test(name)

function compilePrograms(): void {
  const projects = ['programs/tsconfig.json', ...linkers.map((linker) => `programs/rows/tsconfig.${linker}.json`)]
  for (const project of projects) {
    execFileSync(process.execPath, [join(import.meta.dirname, '../node_modules/ts-patch/bin/tspc.js'), '-p', join(import.meta.dirname, project)], {
      stdio: 'inherit',
    })
  }
}

/** Processes for one dtype, so that no engine has seen another; what does not start is said once. */
async function startSides(): Promise<Side[]> {
  const started = []
  for (const command of [...ours, byHand, limits, ...(values.peers ? [...peers, native] : [])]) started.push(await Side.start(command))
  for (const why of started.filter((side) => typeof side === 'string')) {
    if (!missing.has(why)) console.log(`skipped ${why}`)
    missing.add(why)
  }
  return started.filter((side) => typeof side !== 'string')
}

/** The row over the caller's own arrays is about our two linkers: no peer takes part. */
const sidesOf = ({ kernel }: Row, sides: readonly Side[]): readonly Side[] =>
  kernel === 'polyOwn' ? sides.filter(({ name }) => ![...peers, native].some((peer) => peer.name === name)) : sides

/** The rows of rows.ts: text as they are measured, the README's table at the end. */
async function peerRows(): Promise<void> {
  const chosen = rows.filter((row) => wanted(row.name))
  if (chosen.length === 0) return
  const sides = { float32: await startSides(), float64: await startSides() }
  const limit = sides.float64.find((side) => side.name === limits.name)
  for (const row of limit ? machine : []) console.log(machineLine(row, (await measureRow(row, [limit!])).measured))
  console.log(`\n${textHeading()}`)
  const results: Result[] = []
  for (const row of chosen) {
    results.push({ row, ...(await measureRow(row, sidesOf(row, sides[row.dtype]))) })
    console.log(text(results.at(-1)!))
  }
  for (const side of [...sides.float32, ...sides.float64]) side.stop()
  console.log(`\n${markdown(results)}`)
  const all = results.flatMap(verdicts)
  console.log(`\n${all.filter((v) => v.reached).length} of ${all.length} aims reached`)
}

async function buildTimes(): Promise<void> {
  const table = new Table(['build time', 'time', ''], wanted)
  for (const linker of linkers) {
    await table.row(`a \`theano.fn\` of the fixtures, linker ${linker}, median`, () => {
      const times = callTimes(linker)
      return [duration(times.median), `of ${times.calls}; slowest ${duration(times.slowest)}`]
    })
  }
  await table.row('a file without `theano.fn`, mean', () => {
    const times = callTimes('js')
    return [duration(times.plainFile), `of ${times.plainFiles}; imports are looked at, nothing else`]
  })
  for (const differentiate of [false, true]) {
    for (const nodes of [2000, 10000, 20000]) {
      await table.row(`a graph of ${nodes.toLocaleString('en')} nodes${differentiate ? ' and its gradient' : ''}`, () => {
        graphTime(2000, true)
        const seconds = graphTime(nodes, differentiate)
        return [duration(seconds), `${((seconds / nodes) * 1e6).toFixed(0)} µs a node`]
      })
    }
  }
}

/** What a user's bundler makes of a program with one function. */
async function bundleSize(file: string): Promise<string[]> {
  const entry = join(import.meta.dirname, 'build', file)
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, minify: true, write: false, format: 'esm', platform: 'neutral' })
  const bytes = outputFiles[0].contents
  return [String(gzipSync(bytes, { level: 9 }).length), `${bytes.length} before gzip; runtime included`]
}

compilePrograms()
console.log(`node ${process.version}, ${cpus()[0].model.trim()}, ${cpus().length} cores`)
await runTimes(wanted)
await peerRows()
await buildTimes()
const sizes = new Table(['size', 'bytes', ''], wanted)
await sizes.row('a bundle with one elementwise function, minified, gzip', () => bundleSize('single.js'))
await sizes.row('the same, linker wasm', () => bundleSize('wasm/single.js'))
