// test: the programs of examples/tutorial print what its README says, under both linkers. Needs dist (npm test builds it first).
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { environment, root, tspcPath } from './app.ts'

const folder = join(root, 'examples/tutorial')
/** What each program prints, by its name. */
const expected = new Map(
  [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^## `(\w+)\.ts`\n(?:(?!^## ).*\n)*?```\n([\s\S]*?)```$/gm)].map((m) => [m[1], m[2]]),
)

async function node(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root, encoding: 'utf8', env: environment })
  assert.is(stderr, '')
  return stdout
}

/** Line by line; `...` stands for any lines. */
function same(printed: string, text: string): void {
  const pattern = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/^\\\.\\\.\\\.$/gm, '[^]*?')
  assert.match(printed, new RegExp(`^${pattern}$`))
}

const built = (linker: string): string => join(root, '.tmp/examples', `tutorial-${linker}`)

function compile(linker: string): Promise<string> {
  mkdirSync(built(linker), { recursive: true })
  const project = join(built(linker), 'tsconfig.json')
  const config = {
    extends: join(folder, 'tsconfig.json'),
    compilerOptions: { outDir: 'out', plugins: [{ transform: 'theano-ts/transformer', linker }] },
    include: [join(folder, 'src')],
  }
  writeFileSync(project, JSON.stringify(config))
  return node(tspcPath, '-p', project)
}

const linkers = ['js', 'wasm']

test('the README has all programs, and they compile', async () => {
  const programs = readdirSync(join(folder, 'src')).map((file) => file.replace('.ts', ''))
  assert.equal([...expected.keys()].sort(), programs.sort())
  assert.equal(await Promise.all(linkers.map(compile)), ['', ''])
})

for (const linker of linkers)
  for (const [name, text] of expected)
    test(`${name} prints what Theano prints, ${linker}`, async () => {
      const printed = await node(join(built(linker), 'out', `${name}.js`), '1000')
      same(printed, text)
      if (name !== 'logisticRegression') return
      const [targets, predictions] = printed.split(/(?:Target values for|Predictions on) D:\n/).slice(1)
      assert.is(predictions, targets)
      assert.is(targets.match(/[01]/g)!.length, 400)
    })

test.run()
