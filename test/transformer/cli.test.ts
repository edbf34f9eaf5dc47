// test: the command line in this process: what inspect prints, where messages go, exit codes, mistakes of every kind.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run, usage } from '../../transformer/cli/run.ts'

const repository = join(import.meta.dirname, '../..')
const root = join(repository, '.tmp/cli')
const lonely = join(tmpdir(), `theano-cli-${process.pid}`)

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

function theano(...args: string[]): Ran {
  let out = ''
  let err = ''
  const code = run(args, { out: (text) => (out += text), err: (text) => (err += text), pretty: false, folder: root })
  return { code, out, err }
}

function write(path: string, content: string | object): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
}

const compilerOptions = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  allowImportingTsExtensions: true,
  paths: { 'theano-ts': [join(repository, 'runtime/index.ts')] },
  plugins: [{ transform: 'theano-ts/transformer' }],
}
const main = `import * as theano from 'theano-ts'
import type { Vector } from 'theano-ts'

let scale = 2
const W = theano.shared([1, 2], { name: 'W' })
export const f = theano.fn((x: Vector) => scale * x + x ** 3, { linker: 'js' })
export const g = theano.fn((x: Vector) => {
  W.value += x
}, { linker: 'js' })
export { scale }
`
const bad = `import { fn, type Vector } from 'theano-ts'
export const f = fn((x: Vector, unused: number) => x, { onUnusedInput: 'warn', linker: 'js' })
export const g = fn((x: Vector, unused: number) => x)
`

const modes = `import { fn, log, type Vector } from 'theano-ts'
export const fast = fn((x: Vector) => log(1 + x ** 2), { mode: 'FAST_RUN' })
export const project = fn((x: Vector) => log(1 + x ** 2))
export const without = fn((x: Vector) => log(1 + x ** 2), { mode: { exclude: ['stabilize', 'local_pow_canonicalize'] } })
export const wrong = fn((x: Vector) => log(1 + x ** 2), { mode: { exclude: ['local_log'] } })
`

test.before(() => {
  rmSync(root, { recursive: true, force: true })
  write(join(root, 'tsconfig.json'), { compilerOptions, include: ['src'] })
  write(join(root, 'src/main.ts'), main)
  write(join(root, 'src/bad.ts'), bad)
  write(join(root, 'src/typo.ts'), "import { fn } from 'theano-ts'\nexport const f = fn((x: number) => x + 1, { linker: 'js' })\nexport const n: string = 1\n")
  write(join(root, 'src/none.ts'), 'export const one = 1\n')
  write(join(root, 'src/notes.md'), '# notes\n')
  write(join(root, 'script.ts'), "import { fn } from 'theano-ts'\nexport const f = fn((x: number) => x + 1, { linker: 'js' })\n")
  write(join(root, 'wrong/tsconfig.json'), { extends: '../tsconfig.json', compilerOptions: { plugins: [{ transform: 'theano-ts/transformer', linkr: 1 }] } })
  const inMode = { plugins: [{ transform: 'theano-ts/transformer', mode: 'FAST_COMPILE' }] }
  write(join(root, 'modes/tsconfig.json'), { extends: '../tsconfig.json', compilerOptions: inMode, include: ['*.ts'] })
  write(join(root, 'modes/main.ts'), modes)
  write(join(root, 'broken/tsconfig.json'), '{ "compilerOptions": { "module": "none of them" } }')
  write(join(lonely, 'a.ts'), main)
})
test.after(() => {
  rmSync(lonely, { recursive: true, force: true })
})

for (const [stage, f, g] of [
  ['graph', /^%0 = .*\n(.*\n)*return %\d+\n/, /^%0 = .*\n(.*\n)*update W <- %\d+\n/],
  ['optimized', /^%0 = .*\n(.*\n)*return %\d+\n/, /^%0 = .*\n(.*\n)*update W <- %\d+\n/],
  ['rewrites', /^local_pow_specialize +x\*\*2 = x·x/, /./],
  ['loops', /for \(let i = 0; i < \w+; i\+\+\) \{/, /for \(let i = 0;/],
  ['js', /^\$t\.link\(\n {2}\{ name: "f",(.*\n)* {2}\(self, scale\) => \{\n(.*\n)* {2}\},\n {2}\(\) => scale\n\)\n/, / {2}\},\n {2}W\n\)\n$/],
  ['wat', /^;; f is JavaScript alone\n/, /^;; g is JavaScript alone\n/],
] as const) {
  test(`inspect --emit ${stage}`, () => {
    const mark = stage === 'wat' ? ';;' : '//'
    const [headF, headG] = [`${mark} f, src/main.ts:6\n`, `${mark} g, src/main.ts:7\n`]
    const all = theano('inspect', 'src/main.ts', '--emit', stage)
    assert.equal([all.code, all.err], [0, ''])
    assert.ok(all.out.startsWith(headF), all.out)
    const [textF, textG] = all.out.slice(headF.length).split(`\n${headG}`)
    assert.match(textF, f)
    assert.match(textG, g)
    assert.equal(theano('inspect', '--emit', stage, 'src/main.ts:6'), { code: 0, out: headF + textF, err: '' })
  })
}

test('inspect FILE:LINE: a call is at all of its lines', () => {
  const texts = [7, 8, 9].map((line) => theano('inspect', '--emit=graph', `src/main.ts:${line}`))
  assert.match(texts[0].out, /^\/\/ g, src\/main\.ts:7\n%0 = /)
  assert.equal(texts, [texts[0], texts[0], texts[0]])
})

test('messages are as tsc prints them; a warning is no failure, an error is', () => {
  const warned = theano('inspect', 'src/bad.ts:2', '--emit', 'loops')
  assert.is(warned.code, 0)
  assert.match(warned.err, /^\S*src\/bad\.ts\(2,33\): warning TS9002: TH9002: .*unused.*\n$/)
  assert.match(warned.out, /^\/\/ f, src\/bad\.ts:2\nif \(/)
  const failed = theano('inspect', 'src/bad.ts:3', '--emit', 'loops')
  assert.is(failed.code, 1)
  assert.match(failed.err, /^\S*src\/bad\.ts\(3,33\): error TS3030: TH3030: .*unused.*\n$/)
  assert.is(failed.out, '// g, src/bad.ts:3\n(not reached)\n')
  const both = theano('inspect', 'src/bad.ts', '--emit', 'graph')
  assert.equal([both.code, both.err], [1, warned.err + failed.err])
})

test('mistakes that TypeScript finds in the file are shown', () => {
  const { code, out, err } = theano('inspect', 'src/typo.ts', '--emit', 'graph')
  assert.is(code, 1)
  assert.match(err, /typo\.ts\(3,14\): error TS2322: /)
  assert.match(out, /return %0/)
})

test('captures that the compiler reached by itself are printed: elements of a list', () => {
  write(
    join(root, 'src/layers.ts'),
    "import * as theano from 'theano-ts'\nconst layers = [{ W: theano.shared(1) }, { W: theano.shared(2) }] as const\n" +
      "export const f = theano.fn((x: number) => { let h: number = x; for (const { W } of layers) h = h * W; return h }, { linker: 'js' })\n",
  )
  const { code, out } = theano('inspect', 'src/layers.ts', '--emit', 'js')
  assert.is(code, 0)
  assert.match(out, /layers\[0\]\.W,\n {2}layers\[1\]\.W\n\)/)
})

test('-p names the project; a file outside of its list is seen with its options', () => {
  assert.is(theano('inspect', 'script.ts', '--emit', 'graph').code, 0)
  for (const project of ['tsconfig.json', '.']) assert.is(theano('inspect', 'src/main.ts', '--emit', 'graph', '-p', project).code, 0)
  const wrong = theano('inspect', 'src/main.ts', '--emit', 'graph', '--project', 'wrong')
  assert.is(wrong.code, 1)
  assert.match(wrong.err, /^error TS5003: TH5003: .*linkr/)
  assert.match(theano('inspect', 'src/main.ts', '--emit', 'graph', '-p', 'broken').err, /error TS6046: /)
})

for (const [args, message] of [
  [[], 'which command?'],
  [['build'], 'unknown command build; there is inspect'],
  [['doctor'], 'unknown command doctor; there is inspect'],
  [['toString'], 'unknown command toString; there is inspect'],
  [['inspect'], 'which file?'],
  [['inspect', 'src/main.ts'], 'which stage? --emit graph, optimized, rewrites, loops, js, wat'],
  [['inspect', 'src/main.ts', '--emit', 'svg'], 'unknown stage svg; there are graph, optimized, rewrites, loops, js, wat'],
  [['inspect', 'src/main.ts', '--emit', 'toString'], 'unknown stage toString; there are graph, optimized, rewrites, loops, js, wat'],
  [['inspect', 'a.ts', 'b.ts', '--emit', 'js'], 'one file at a time: a.ts, b.ts'],
] as const) {
  test(`theano ${args.join(' ')}: what there is`, () => {
    assert.equal(theano(...args), { code: 1, out: '', err: `theano: ${message}\n\n${usage}` })
  })
}

test('arguments that Node’s parser refuses', () => {
  for (const args of [
    ['inspect', 'src/main.ts', '--emit'],
    ['inspect', '--emits', 'js'],
    ['inspect', '-q'],
  ]) {
    const { code, out, err } = theano(...args)
    assert.equal([code, out], [1, ''])
    assert.match(err, /^theano: .*'?-(q|-emits?)/)
    assert.ok(err.endsWith(usage))
  }
})

for (const [name, message] of [
  ['src/nothing.ts', 'there is no file src/nothing.ts'],
  ['src', 'there is no file src'],
  ['', 'there is no file '],
  ['src/main.ts:3:4', 'there is no file src/main.ts:3'],
  ['src/notes.md', 'src/notes.md is not a TypeScript file'],
  ['src/none.ts', 'src/none.ts has no calls of theano.fn'],
  ['src/main.ts:10', 'no call of theano.fn at src/main.ts:10; there are calls at lines 6, 7'],
  ['script.ts:1', 'no call of theano.fn at script.ts:1; there are calls at line 2'],
  [join(lonely, 'a.ts'), `no TypeScript is installed for ${lonely}: npm install --save-dev typescript@6`],
] as const) {
  test(`inspect ${name}: says why not`, () => {
    assert.equal(theano('inspect', name, '--emit', 'graph'), { code: 1, out: '', err: `theano: ${message}\n` })
  })
}

test('no project, no compiler', () => {
  assert.equal(theano('inspect', 'src/main.ts', '--emit', 'js', '-p', 'nowhere'), { code: 1, out: '', err: 'theano: there is no nowhere\n' })
  const modules = join(lonely, 'node_modules/typescript/index.js')
  write(
    modules,
    "const { sys, findConfigFile } = require('" +
      join(repository, 'node_modules/typescript') +
      "')\nmodule.exports = { createProgram() {}, sys, findConfigFile }\n",
  )
  assert.match(theano('inspect', join(lonely, 'a.ts'), '--emit', 'js').err, /^theano: there is no tsconfig\.json above .*a\.ts; name one with -p\n$/)
})

test('a TypeScript without a compiler interface', () => {
  const folder = join(lonely, 'seven')
  write(join(folder, 'a.ts'), main)
  write(join(folder, 'node_modules/typescript/index.js'), "exports.version = '7.0.1'\n")
  const { code, err } = theano('inspect', join(folder, 'a.ts'), '--emit', 'js')
  assert.equal([code, err], [1, 'theano: TypeScript 7.0.1 has no compiler interface: npm install --save-dev typescript@6\n'])
})

test('--help', () => {
  for (const args of [['--help'], ['-h'], ['inspect', '--help']]) assert.equal(theano(...args), { code: 0, out: usage, err: '' })
})

test('inspect prints the rewrites of the mode that a function or its project has', () => {
  const fired = (line: number): string[] =>
    [...theano('inspect', `modes/main.ts:${line}`, '--emit', 'rewrites').out.matchAll(/^(local_\w+)/gm)].map((m) => m[1])
  assert.equal(fired(2), ['local_log1p', 'local_pow_specialize'])
  assert.equal(fired(3), ['local_log1p'])
  assert.equal(fired(4), [])
  const { code, err } = theano('inspect', 'modes/main.ts:5', '--emit', 'rewrites')
  assert.is(code, 1)
  assert.match(err, /TH3060: `local_log` names no rewrite and no tag of rewrites; did you mean `local_log1p`/)
})

test.run()
