// test: the programs of examples/tutorial print what its README says, under both linkers. Needs dist (npm test builds it first).
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { environment, root, tspcPath } from './app.ts'

const folder = join(root, 'examples/tutorial')
/** What each program prints. */
const expected = new Map(
  [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^## `(\w+)\.ts`\n(?:(?!^## ).*\n)*?```\n([\s\S]*?)```$/gm)].map((m) => [m[1], m[2]]),
)

function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: environment })
  assert.equal([status, stderr], [0, ''], stdout + stderr)
  return stdout
}

/** Line by line; `...` stands for any lines. */
function same(printed: string, text: string): void {
  const pattern = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/^\\\.\\\.\\\.$/gm, '[^]*?')
  assert.match(printed, new RegExp(`^${pattern}$`))
}

test('the README has all programs', () => {
  const programs = readdirSync(join(folder, 'src')).map((file) => file.replace('.ts', ''))
  assert.equal([...expected.keys()].sort(), programs.sort())
})

for (const linker of ['js', 'wasm']) {
  const built = join(root, '.tmp/examples', `tutorial-${linker}`)
  test(`the programs compile, ${linker}`, () => {
    mkdirSync(built, { recursive: true })
    const config = {
      extends: join(folder, 'tsconfig.json'),
      compilerOptions: { outDir: join(built, 'out'), plugins: [{ transform: 'theano-ts/transformer', linker }] },
      include: [join(folder, 'src')],
    }
    writeFileSync(join(built, 'tsconfig.json'), JSON.stringify(config))
    assert.is(node(tspcPath, '-p', join(built, 'tsconfig.json')), '')
  })
  for (const [name, text] of expected) test(`${name} prints what Theano prints, ${linker}`, () => same(node(join(built, 'out', `${name}.js`), '1000'), text))

  test(`logistic regression learns all targets by heart, ${linker}`, () => {
    const [targets, predictions] = node(join(built, 'out/logisticRegression.js'), '1000')
      .split(/(?:Target values for|Predictions on) D:\n/)
      .slice(1)
    assert.is(predictions, targets)
    assert.is(targets.match(/[01]/g)!.length, 400)
  })
}

test.run()
