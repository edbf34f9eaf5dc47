// test: every ```ts block of README.md and docs/*.md is a program that type-checks, compiles and runs (```ts no-run: not run).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileFixtures, type Fixture } from './fixtures/compile.ts'
import { type Result, runFixtures } from './fixtures/execute.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, '.tmp', 'docs')

interface Block {
  /** File of the block without extension, after its page and line. */
  readonly name: string
  readonly text: string
  readonly runs: boolean
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^```ts( no-run)?\n([\s\S]*?)^```$/gm)].map((match) => ({
    name: `${basename(page, '.md')}-${text.slice(0, match.index).split('\n').length}`,
    text: /^(import|export)\b/m.test(match[2]) ? match[2] : `${match[2]}\nexport {}\n`,
    runs: match[1] === undefined,
  }))
}

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const blocks = pages.flatMap((page) => blocksOf(join(root, page)))
let fixtures: readonly Fixture[] = []
let results: ReadonlyMap<string, Result> = new Map()

test.before(async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { name, text } of blocks) writeFileSync(join(folder, `${name}.ts`), text)
  fixtures = compileFixtures(
    folder,
    blocks.map((b) => b.name),
  )
  results = await runFixtures(
    fixtures.filter((_, i) => blocks[i].runs),
    'docs-built',
  )
})

test('the README has examples', () => assert.ok(blocks.some((b) => b.name.startsWith('README'))))

for (const [i, block] of blocks.entries()) {
  test(`${block.name} compiles${block.runs ? ' and runs' : ''}`, () => {
    assert.equal([...fixtures[i].typeErrors, ...fixtures[i].frames], [])
    if (block.runs) assert.is(results.get(block.name)!.thrown, null)
  })
}

test.run()
