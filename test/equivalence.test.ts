// test: arrows over numbers, compiled through the real transformer, against the same arrows run as they are.
// `node test/equivalence.test.ts --fuzz [seed]` runs many more; the seed is printed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import transformer from '../transformer/index.ts'
import { type Arrow, arrows, helpers } from './equivalence/generate.ts'
import { acceptable, type Flags, noisyTwin, type Outcome, type Plain, samples, undetermined } from './equivalence/judge.ts'
import { fixtureOptions } from './fixtures/compile.ts'
import { resolveToSources } from './fixtures/execute.ts'
import { sharedHost } from './sources.ts'

const fuzz = process.argv.indexOf('--fuzz')
const seed = fuzz < 0 ? 20260 : Number(process.argv[fuzz + 1] ?? Date.now() % 1e9)
const batches = fuzz < 0 ? 2 : 20
const perBatch = 200
const folder = join(import.meta.dirname, '..', '.tmp', 'equivalence')

const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 3.7, 5e-324, -1e-300, 1e300, 1e-9, 100, -745, 710, 2 ** 31, 2 ** 32 + 1.5, -(2 ** 53), 1e16]

interface Disagreement {
  readonly source: string
  readonly point: readonly number[]
  readonly plain: Outcome
  readonly compiled: Outcome
}

/** One file of arrows, as it is and compiled. */
async function compileBatch(batch: readonly Arrow[], index: number): Promise<{ plain: Plain[]; compiled: Plain[]; messages: string[] }> {
  const body = `${helpers.map((h) => h.plain).join('\n')}\n${batch.map((a, i) => `export const a${i} = fn(${a.source}, { onUnusedInput: 'ignore' })`).join('\n')}\n`
  const path = join(folder, `batch${index}.ts`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, `import { fn } from 'theano-ts'\n${body}`)
  const options = { ...fixtureOptions, outDir: folder }
  const program = ts.createProgram([path], options, sharedHost(options))
  const messages: string[] = []
  const file = program.getSourceFile(path)!
  const note = (d: ts.Diagnostic): void => {
    const number = [...file.text.slice(0, d.start! + 1).matchAll(/^export const a(\d+)/gm)].at(-1)?.[1] ?? -1
    messages.push(`${d.messageText} in ${batch[Number(number)]?.source}`)
  }
  const before = [transformer(program, {}, { ts, addDiagnostic: note })]
  program.emit(file, (_, text) => writeFileSync(join(folder, `batch${index}.js`), text), undefined, false, { before })
  const plainText = `const fn = (f) => f\n${ts.transpile(body, { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext })}`
  writeFileSync(join(folder, `plain${index}.js`), plainText)
  const load = async (name: string): Promise<Plain[]> => {
    if (messages.length > 0) return []
    const module = await import(join(folder, `${name}${index}.js`))
    return batch.map((_, i) => module[`a${i}`])
  }
  return { plain: await load('plain'), compiled: await load('batch'), messages }
}

/** Deterministic numbers in [0, 1) (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function points(random: () => number): number[][] {
  const any = (): number => (random() < 0.5 ? special[Math.floor(random() * special.length)] : (random() - 0.5) * 10 ** Math.floor(random() * 6 - 1))
  return [...special.map((v) => [v, any(), any()]), ...Array.from({ length: 20 }, () => [any(), any(), any()])]
}

/**
 * Where an intermediate result leaves the range of doubles, the stabilize rules may give the mathematically right answer
 * (`log(1 + exp(800))` is 800, `sqrt(x * x)` is |x|, `asinh(sinh(x))` is x): an arrow with such a function is excused there.
 */
const mayStabilize = (source: string): boolean => /Math\.(log|exp|sqrt|a(sin|cos|tan)h)|\*\* \(0\.5\)|norm2/.test(source)

test(`compiled arrows return what the arrows return (seed ${seed})`, async () => {
  resolveToSources()
  rmSync(folder, { recursive: true, force: true })
  const random = randomFrom(seed)
  const wrong: Disagreement[] = []
  let compared = 0
  let excused = 0
  for (let b = 0; b < batches; b++) {
    const batch = fc.sample(arrows, { seed: seed * 1000 + b, numRuns: perBatch })
    const { plain, compiled, messages } = await compileBatch(batch, b)
    assert.equal(messages.slice(0, 5), [], `seed ${seed}`)
    for (const [i, arrow] of batch.entries()) {
      const twin = noisyTwin(arrow)
      for (const point of points(random)) {
        const args = arrow.parameters.map((p) => point['xyz'.indexOf(p)])
        const [expected, actual] = [plain[i](...args), compiled[i](...args)]
        compared++
        if (Object.is(expected, actual)) continue
        const flags: Flags = { outOfRange: false }
        const seen = samples(twin, point, random, flags)
        if (acceptable(actual, expected, seen)) continue
        if (undetermined(expected, seen)) excused++
        else if (flags.outOfRange && mayStabilize(arrow.source)) excused++
        else wrong.push({ source: arrow.source, point: args, plain: expected, compiled: actual })
      }
    }
  }
  assert.equal(wrong.slice(0, 3), [], `${wrong.length} of ${compared} comparisons differ, seed ${seed}`)
  assert.ok(excused < compared / 200, `${excused} of ${compared} comparisons were excused, seed ${seed}`)
})

test('the judge rejects wrong results', () => {
  const arrow: Arrow = { source: '(x: number) => x + 1', noisy: 'return $n(x + 1)', parameters: ['x'] }
  const judge = (x: number, actual: Outcome): boolean => acceptable(actual, x + 1, samples(noisyTwin(arrow), [x, 0, 0], randomFrom(1), { outOfRange: false }))
  assert.ok(judge(2, 3))
  assert.ok(judge(2, 3 + 2 * Number.EPSILON))
  assert.not(judge(2, 3.0000000001))
  assert.not(judge(2, NaN))
  assert.not(judge(2, true))
  assert.not(judge(-1, -0))
  assert.not(judge(NaN, 0))
  assert.not(judge(Infinity, 1e308))
})

test.run()
