// test: the transformer as ts-patch calls it: diagnostics, options, module formats, files that it leaves alone.
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import transformer, { type Extras } from '../../transformer/index.ts'
import { type Built, build, withRuntime } from './program.ts'

interface Run extends Built {
  readonly reported: readonly ts.Diagnostic[]
  /** Files that came back as other objects. */
  readonly changed: readonly string[]
}

function run(files: Readonly<Record<string, string>>, options: ts.CompilerOptions = {}, config: Readonly<Record<string, unknown>> = {}): Run {
  const reported: ts.Diagnostic[] = []
  const changed: string[] = []
  const extras: Extras = { ts, addDiagnostic: (d) => reported.push(d) }
  const built = build(
    files,
    (program) => {
      const factory = transformer(program, config, extras)
      const noting: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
        const result = factory(context)(file)
        if (result !== file) changed.push(file.fileName)
        return result
      }
      return { before: [noting] }
    },
    { ...withRuntime, ...options },
  )
  return { ...built, reported, changed }
}

const texts = (run: Run): string[] => run.reported.map((d) => String(d.messageText))
const good = `import { fn } from 'theano-ts'\nexport const f = fn((x: number) => x + 1)\n`

test('only files with theano.fn change', () => {
  const { changed, outputs } = run({
    'a.ts': good,
    'plain.ts': 'export const one: number = 1',
    'shared.ts': `import { shared } from 'theano-ts'\nexport const w = shared([1])`,
    'named.ts': `const fn = (f: unknown) => f\nexport const g = fn((x: number) => x)`,
  })
  assert.equal(changed, ['/app/a.ts'])
  assert.match(outputs.get('named.js')!, 'fn((x) => x)')
})

test('a message has the file, the place, the code and the words', () => {
  const source = `import { fn, type Vector } from 'theano-ts'\nexport const f = fn((x: Vector) => x & 1)\n`
  const { reported, outputs } = run({ 'a.ts': source })
  assert.is(reported.length, 1)
  const [d] = reported
  assert.is(d.file!.fileName, '/app/a.ts')
  assert.is(source.slice(d.start, d.start! + d.length!), 'x & 1')
  assert.is(d.category, ts.DiagnosticCategory.Error)
  assert.is(d.code, 2004)
  assert.match(String(d.messageText), /^TH2004: /)
  assert.ok(outputs.get('a.js')!.includes(`$t.failed(${JSON.stringify(d.messageText)})`))
})

test('calls beside a mistaken one are compiled', () => {
  const { outputs, reported } = run({ 'a.ts': `${good}export const g = fn((x: number, y: number) => x)\nexport const h = fn((x: number) => x * 2)\n` })
  assert.is(reported.length, 1)
  const text = outputs.get('a.js')!
  assert.is(text.match(/\$t\.link\(/g)?.length, 2)
  assert.is(text.match(/\$t\.failed\(/g)?.length, 1)
})

test('warnings are warnings', () => {
  const { reported, outputs } = run({ 'a.ts': `import { fn } from 'theano-ts'\nexport const f = fn((x: number, y: number) => x, { onUnusedInput: 'warn' })\n` })
  assert.equal(
    reported.map((d) => d.category),
    [ts.DiagnosticCategory.Warning],
  )
  assert.match(outputs.get('a.js')!, '$t.link(')
})

test('a mistake inside a helper of another file is shown there', () => {
  const { reported } = run({
    'a.ts': `import { fn, type Vector } from 'theano-ts'\nimport { h } from './h.ts'\nexport const f = fn((x: Vector) => h(x))\n`,
    'h.ts': `import { type Tensor } from 'theano-ts'\nexport const h = (x: Tensor): Tensor => x & 1\n`,
  })
  assert.equal(
    reported.map((d) => [d.file!.fileName, d.code]),
    [['/app/h.ts', 2004]],
  )
})

test('CommonJS output is refused, file by file', () => {
  const commonJS = { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Bundler }
  assert.match(texts(run({ 'a.ts': good }, commonJS))[0], /^TH5002: .*CommonJS/)
  const nodeNext = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }
  assert.match(texts(run({ 'a.ts': good }, nodeNext))[0], /^TH5002/)
  assert.equal(texts(run({ 'a.mts': good, 'b.cts': 'export const one = 1' }, nodeNext)), [])
})

test('options: unknown keys, values that cannot be honoured, and those of ts-patch', () => {
  assert.equal(texts(run({ 'a.ts': good }, {}, { linker: 'auto', mode: 'FAST_RUN', wasm: 'file', import: 'default', tsConfig: './x.json' })), [])
  for (const mode of ['FAST_COMPILE', 'NanGuardMode', 'DebugMode']) assert.equal(texts(run({ 'a.ts': good }, {}, { mode })), [])
  assert.match(texts(run({ 'a.ts': good }, {}, { mode: 'debug' }))[0], /^TH5004: .*mode.*"debug".*'FAST_RUN', 'FAST_COMPILE', 'DebugMode', 'NanGuardMode'/)
  assert.match(texts(run({ 'a.ts': good }, {}, { linkr: 'js' }))[0], /^TH5003: .*linkr.*linker/)
  assert.match(texts(run({ 'a.ts': good }, {}, { linker: 'c' }))[0], /^TH5004: .*linker.*"c".*'js', 'wasm'/)
  assert.match(texts(run({ 'a.ts': good }, {}, { wasm: true }))[0], /^TH5004: .*wasm.*true.*'inline', 'file'/)
  assert.match(texts(run({ 'a.ts': good }, {}, { toString: 1 }))[0], /^TH5003/)
})

test('what an earlier emit of the program delivered is not delivered again', () => {
  const diagnostics: ts.Diagnostic[] = []
  const foreign = { category: 1, code: 1, file: undefined, start: 0, length: 0, messageText: 'of another plugin' }
  const extras: Extras = { ts, diagnostics, addDiagnostic: (d) => diagnostics.push(d), removeDiagnostic: (i) => void diagnostics.splice(i, 1) }
  const { program } = build({ 'a.ts': good.replace('x + 1', '1') }, (p) => ({ before: [transformer(p, {}, extras)] }), withRuntime)
  assert.equal(
    diagnostics.map((d) => d.source),
    ['theano-ts'],
  )
  diagnostics.push(foreign)
  const again = { before: [transformer(program, {}, extras)] }
  assert.equal(diagnostics, [foreign])
  program.emit(undefined, () => {}, undefined, undefined, again)
  assert.is(diagnostics.length, 2)
})

test('source maps lead from the compiled call to the user’s', () => {
  const { outputs } = run({ 'a.ts': `${good}\n\nexport const after = 1\n` }, { sourceMap: true })
  const map = JSON.parse(outputs.get('a.js.map')!) as { mappings: string; sources: string[] }
  assert.equal(map.sources, ['a.ts'])
  const lines = outputs.get('a.js')!.split('\n')
  const call = lines.findIndex((l) => l.includes('$t.link'))
  assert.is.not(map.mappings.split(';')[call], '')
})

test.run()
