// test: the packed package as a stranger gets it: installed from the tarball into a fresh folder, built with tspc, run.
// Needs dist (npm test builds it first); TypeScript and ts-patch are this repository's, so nothing is downloaded.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type App, environment, makeApp, quickTsconfig, root } from './app.ts'

const main = `import * as theano from 'theano-ts'
import { grad, sum, type Vector } from 'theano-ts'
import { squared } from './helper.js'

const w = theano.shared([1, 2], { name: 'w' })
const step = theano.fn((x: Vector, lr: number = 0.5) => {
  const cost = sum(squared(x - w))
  w.value -= lr * grad(cost, w)
  return cost
})
console.log(step([0, 0]), w.getValue().toArray())
`
const helper = `import type { Tensor } from 'theano-ts'
export const squared = (x: Tensor) => x ** 2
`

let app: App
test.before(() => {
  app = makeApp({ 'src/main.ts': main, 'src/helper.ts': helper })
})
test.after(() => app?.remove())

test('it brings nothing with it and nothing that a user does not need', () => {
  const installed = join(app.folder, 'node_modules/theano-ts')
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>
  assert.is(manifest.dependencies, undefined)
  assert.equal(
    readdirSync(installed).filter((name) => !['dist', 'README.md', 'CHANGELOG.md', 'LICENSE', 'package.json'].includes(name)),
    [],
  )
})

test('a fresh app builds with tspc and runs', () => {
  const built = app.tspc('-p', '.')
  assert.is(built.stdout + built.stderr, '')
  assert.is(built.status, 0)
  const output = readFileSync(join(app.folder, 'build/main.js'), 'utf8')
  assert.match(output, "from 'theano-ts/kernel'")
  assert.not.match(output, 'helper')
  const ran = app.node('build/main.js')
  assert.is(ran.stderr, '')
  assert.is(ran.stdout, '5 [ 0, 0 ]\n')
  app.write('tsconfig.json', quickTsconfig)
})

test("the README's quick start works as it is printed", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, config, source] = /`tsconfig\.json`:\n\n```json\n(.*?)```.*?`src\/main\.ts`:\n\n```ts\n(.*?)```/s.exec(readme)!
  app.write('quick/tsconfig.json', config)
  app.write('quick/src/main.ts', source)
  const built = app.tspc('-p', 'quick')
  assert.is(built.stdout + built.stderr, '')
  assert.is(app.node('quick/build/main.js').stdout, '[ 3. 12. 33.]\n')
})

test('theano is installed as a command, and sees the app through the app’s own TypeScript', () => {
  const theano = (...args: string[]) =>
    spawnSync(join(app.folder, 'node_modules/.bin/theano'), args, { cwd: app.folder, encoding: 'utf8', env: environment, shell: process.platform === 'win32' })
  const shown = theano('inspect', 'src/main.ts:6', '--emit', 'js')
  assert.equal([shown.status, shown.stderr], [0, ''])
  assert.match(shown.stdout, /^\/\/ step, src\/main\.ts:6\n\$t\.link\(\n {2}\{ name: "step"/)
  const unknown = theano('build')
  assert.is(unknown.status, 1)
  assert.match(unknown.stderr, /^theano: unknown command build; there is inspect\n\nUsage: /)
})

test('without the transformer the program says how to add it', () => {
  assert.is(app.node('node_modules/typescript/bin/tsc', '-p', '.', '--outDir', 'plain').status, 0)
  const ran = app.node('plain/main.js')
  assert.is.not(ran.status, 0)
  assert.match(ran.stderr, /NotCompiledError/)
  assert.match(ran.stderr, /theano-ts\/transformer/)
})

test('a mistake: frame, exit code, and the same message from the code', () => {
  app.write('src/bad.ts', `import { fn, type Vector } from 'theano-ts'\nexport const f = fn((x: Vector, unused: number) => x)\n`)
  app.write('src/good.ts', `import { fn } from 'theano-ts'\nconsole.log(fn((x: number) => x + 1)(1))\n`)
  const built = app.tspc('-p', '.', '--pretty', 'false')
  assert.is.not(built.status, 0)
  assert.match(built.stdout, /^src\/bad\.ts\(2,\d+\): error TS3\d{3}: TH3\d{3}: .*unused/)
  assert.not.match(built.stdout + built.stderr, /\n\s+at /)
  const message = /TS\d+: (TH3\d{3}: .*)/.exec(built.stdout)![1]
  const ran = app.node('build/bad.js')
  assert.is.not(ran.status, 0)
  assert.ok(ran.stderr.includes(message), ran.stderr)
  assert.is(app.node('build/good.js').stdout, '2\n')
  rmSync(join(app.folder, 'src/bad.ts'))
})

test('a warning is printed and does not fail the build', () => {
  app.write('src/warned.ts', `import { fn, type Vector } from 'theano-ts'\nexport const f = fn((x: Vector, unused: number) => x, { onUnusedInput: 'warn' })\n`)
  const built = app.tspc('-p', '.', '--pretty', 'false')
  assert.match(built.stdout, /^src\/warned\.ts\(2,\d+\): warning TS9\d{3}: TH9\d{3}: .*unused/)
  assert.is(built.status, 0)
  rmSync(join(app.folder, 'src/warned.ts'))
})

test('unknown options of the plugin are errors', () => {
  const plugins = [{ transform: 'theano-ts/transformer', linkr: 'js' }]
  app.write('tsconfig.wrong.json', { extends: './tsconfig.json', compilerOptions: { plugins } })
  const built = app.tspc('-p', 'tsconfig.wrong.json', '--pretty', 'false')
  assert.is.not(built.status, 0)
  assert.match(built.stdout, /TH5\d{3}: .*linkr/)
})

test('the transformer loads by require and by import, without a TypeScript of its own', () => {
  const required = app.node('-e', "console.log(typeof require('theano-ts/transformer').default)")
  const imported = app.node('--input-type=module', '-e', "import t from 'theano-ts/transformer'; console.log(typeof t)")
  assert.equal([required.stdout, imported.stdout, required.stderr, imported.stderr], ['function\n', 'function\n', '', ''])
})

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: join(app.folder, 'node_modules/theano-ts'), pack: false, strict: true })
  assert.equal(
    messages.map((m) => formatMessage(m, pkg, { color: false })),
    [],
  )
})

test('arethetypeswrong has nothing to say', () => {
  const { status, stdout, stderr } = app.node(
    join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
    app.tarball,
    '--profile',
    'esm-only',
    '--no-color',
    '--no-emoji',
  )
  assert.is(status, 0, stdout + stderr)
})

test.run()
