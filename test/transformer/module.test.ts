// test: the WebAssembly module of a file: where it goes, what the emitted file says of it, whose functions fail without it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Kernel } from '../../src/lowering/index.ts'
import { call, f64, type Import, type WasmFunction } from '../../src/lowering/wasm/code.ts'
import { linkModule } from '../../src/lowering/wasm/module.ts'
import type { CompiledCall } from '../../transformer/compiler.ts'
import { replaceCalls } from '../../transformer/file.ts'
import { linkFile, type Placement, writeModule } from '../../transformer/module.ts'
import { type Built, build } from './program.ts'

const declarations = `declare module 'theano-ts' { export function fn<F>(f: F): F }`

const imported = (js: string): Import => ({ kind: 'import', js, params: ['f64'], result: 'f64' })

/** A function that returns what JavaScript makes of 2. */
function exported(name: string, js: string): WasmFunction {
  return { kind: 'function', name, params: [], result: 'f64', locals: [], body: [{ kind: 'return', value: call(imported(js), f64(2)) }] }
}

interface Made {
  readonly kernel?: Kernel
  readonly options?: ts.CompilerOptions
  readonly placement?: Placement
  readonly link?: typeof linkModule
}

interface Emitted extends Built {
  readonly reported: readonly string[]
}

const kernel: Kernel = { signature: '{}', make: '(self) => {\n  return () => $m().f1()\n}', functions: [exported('f1', '(x) => $t.psi(Math.exp(x))')] }

/** Every call of a function named fn is compiled to `kernel`. */
function emit(files: Readonly<Record<string, string>>, made: Made = {}): Emitted {
  const reported: string[] = []
  const placement = made.placement ?? 'inline'
  const callsOf = (file: ts.SourceFile): CompiledCall[] => {
    const calls: CompiledCall[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.getText() === 'fn') {
        const functions = (made.kernel ?? kernel).functions.map((f) => ({ ...f, name: `${f.name}${calls.length === 0 ? '' : calls.length}` }))
        calls.push({ node, name: 'f', kernel: { ...(made.kernel ?? kernel), functions }, captures: [], early: false, diagnostics: [], inlined: new Set() })
      } else ts.forEachChild(node, visit)
    }
    visit(file)
    return calls
  }
  const before: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
    const linked = linkFile(callsOf(file), placement, context.getCompilerOptions(), ts, made.link)
    reported.push(...linked.calls.flatMap((c) => c.diagnostics.map((d) => `${d.code}: ${d.message}`)))
    const report = (d: { code: string; message: string }): void => void reported.push(`${d.code}: ${d.message}`)
    const path = linked.module && placement === 'file' ? writeModule(linked.module, file, context, ts, report) : null
    return replaceCalls(file, linked, path, context, ts)
  }
  return { ...build({ ...files, 'theano.d.ts': declarations }, () => ({ before: [before] }), made.options), reported }
}

const source = `import { fn } from 'theano-ts'\nexport const f = fn((x: number) => x)\n`
const { WebAssembly: engine } = globalThis as unknown as {
  WebAssembly: {
    validate(bytes: unknown): boolean
    Module: { new (bytes: unknown): object; exports(module: object): { name: string }[] }
    Instance: new (module: object, imports: object) => { exports: Record<string, () => number> }
    Memory: new (size: { initial: number }) => object
  }
}
const linesOf = (built: Built, name = 'a.js'): string[] => built.outputs.get(name)!.split('\n')

test('inline: declared once after the imports, as base64, with the functions that it takes', () => {
  const built = emit({ 'a.ts': `${source}export const g = fn((x: number) => x)\n` })
  const [first, second, third] = linesOf(built)
  assert.is(first, "import * as $t from 'theano-ts/kernel';")
  const [, text, imports] = /^const \$m = \/\* @__PURE__ \*\/ \$t\.wasm\('([^']*)', (.*)\);$/.exec(second)!
  assert.ok(engine.validate(Buffer.from(text, 'base64')))
  assert.is(imports, '{ _0: x => $t.psi(Math.exp(x)) }')
  assert.match(third, /^export const f = \/\* @__PURE__ \*\/ \$t\.link\(/)
  assert.is(built.outputs.get('a.js')!.match(/\$m = /g)!.length, 1)
  assert.equal(
    engine.Module.exports(new engine.Module(Buffer.from(text, 'base64'))).map((e) => e.name),
    ['f1', 'f11'],
  )
  assert.equal([...built.outputs.keys()], ['a.js'])
})

test('a module of many imports can be instantiated', () => {
  const functions = Array.from({ length: 50 }, (_, i) => exported(`f${i}`, `(x) => x * ${i}`))
  const text = /wasm\('([^']*)', (\{.*\})\);$/.exec(linesOf(emit({ 'a.ts': source }, { kernel: { ...kernel, functions } }))[1])!
  const imports = new Function(`return ${text[2]}`)() as Record<string, unknown>
  const instance = new engine.Instance(new engine.Module(Buffer.from(text[1], 'base64')), { '': { m: new engine.Memory({ initial: 1 }), ...imports } })
  assert.equal(
    functions.map((f) => instance.exports[f.name]()),
    functions.map((_, i) => 2 * i),
  )
})

test('places that may be relaxed are an argument of a function of their own', () => {
  const link: typeof linkModule = (functions) => ({ ...linkModule(functions), relaxed: [40, 7] })
  assert.match(linesOf(emit({ 'a.ts': source }, { link }))[1], /^const \$m = \/\* @__PURE__ \*\/ \$t\.fusedWasm\('[\w+/=]+', \[40, 7\], \{ _0: x => .* \}\);$/)
  const inFile = linesOf(emit({ 'a.ts': source }, { link, placement: 'file' }))[1]
  assert.match(inFile, /^const \$m = await \$t\.fusedWasmFile\(new URL\("\.\/a\.wasm", import\.meta\.url\), \[40, 7\], \{ _0: x => .* \}\);$/)
})

test('a module without imports gets none', () => {
  const functions: WasmFunction[] = [{ kind: 'function', name: 'f1', params: [], result: null, locals: [], body: [] }]
  assert.match(linesOf(emit({ 'a.ts': source }, { kernel: { ...kernel, functions } }))[1], /^const \$m = \/\* @__PURE__ \*\/ \$t\.wasm\('[\w+/=]+'\);$/)
})

test('kernels without functions need no module', () => {
  const plain = { ...kernel, make: '(self) => {\n  return () => 1\n}', functions: [] }
  assert.not.match(emit({ 'a.ts': source }, { kernel: plain, placement: 'file' }).outputs.get('a.js')!, /\$m|wasm/)
})

test('a file with names like ours gets others, in imports too', () => {
  const out = linesOf(emit({ 'a.ts': `${source}export const $m = 1, $t = 2, $m1 = 3\n` }))
  assert.match(out[1], /^const \$m2 = \/\* @__PURE__ \*\/ \$t1\.wasm\('.*', \{ _0: x => \$t1\.psi\(Math\.exp\(x\)\) \}\);$/)
  assert.match(out.join('\n'), /return \(\) => \$m2\(\)\.f1\(\)/)
})

test('imports see the genuine globals where the file hides them', () => {
  const out = emit({ 'a.ts': `${source}const Math = 1\nexport { Math }\n` }).outputs.get('a.js')!
  assert.match(
    out,
    /const \$m = \/\* @__PURE__ \*\/ \$t\.wasm\('.*', \(\(\) => \{\n\s+const \{ Math \} = \$t\.globals;\n\s+return \{ _0: x => \$t\.psi\(Math\.exp\(x\)\) \};\n\}\)\(\)\);/,
  )
})

test('directives, comments and shebang keep their places', () => {
  const out = linesOf(emit({ 'a.ts': `#!/usr/bin/env node\n// license\n\n'use client'\n// of imports\n${source.replace('\n', '\n// about f\n')}` }))
  assert.equal(
    out.filter((l) => l !== '').map((l) => l.slice(0, 18)),
    [
      '#!/usr/bin/env nod',
      '// license',
      "'use client';",
      'import * as $t fro',
      'const $m = /* @__P',
      '// about f',
      'export const f = /',
      '    return () => $',
      '});',
    ],
  )
})

test('source maps still lead from the call to the user’s', () => {
  const built = emit({ 'a.ts': source }, { options: { sourceMap: true } })
  const { mappings } = JSON.parse(built.outputs.get('a.js.map')!) as { mappings: string }
  const lines = mappings.split(';')
  assert.is(lines[1], '')
  assert.is.not(lines[2], '')
})

for (const [name, emitted, wasm, url] of [
  ['a.ts', 'a.js', 'a.wasm', 'a.wasm'],
  ['in/deep er.ts', 'in/deep er.js', 'in/deep er.wasm', 'deep%20er.wasm'],
  ['odd#1%.ts', 'odd#1%.js', 'odd#1%.wasm', 'odd%231%25.wasm'],
  ['b.mts', 'b.mjs', 'b.mjs.wasm', 'b.mjs.wasm'],
]) {
  test(`file: ${name} has ${wasm} beside it`, () => {
    const built = emit({ [name]: source }, { placement: 'file', options: { outDir: '/app/out', rootDir: '/app' } })
    assert.equal([built.reported, [...built.outputs.keys()].sort()], [[], [`out/${emitted}`, `out/${wasm}`].sort()])
    assert.is(linesOf(built, `out/${emitted}`)[1], `const $m = await $t.wasmFile(new URL("./${url}", import.meta.url), { _0: x => $t.psi(Math.exp(x)) });`)
    assert.ok(engine.validate(built.outputs.get(`out/${wasm}`)))
  })
}

test('file: a declared URL is not taken for the genuine one', () => {
  const built = emit({ 'a.ts': `${source}export class URL {}\n` }, { placement: 'file' })
  assert.match(linesOf(built)[1], /wasmFile\(new globalThis\.URL\("/)
})

test('file: without await at the top, the calls are errors', () => {
  for (const options of [{ module: ts.ModuleKind.ES2020 }, { module: ts.ModuleKind.ES2015 }, { target: ts.ScriptTarget.ES2016 }]) {
    const { reported, outputs } = emit({ 'a.ts': source }, { placement: 'file', options })
    assert.is(reported.length, 1)
    assert.match(reported[0], /^TH5005: .*es2022.*es2017.*inline/)
    assert.equal([...outputs.keys()], ['a.js'])
    assert.ok(outputs.get('a.js')!.includes(`$t.failed(${JSON.stringify(reported[0])})`))
    assert.equal(emit({ 'a.ts': source }, { options }).reported, [])
  }
  for (const module of [ts.ModuleKind.ES2022, ts.ModuleKind.Preserve]) {
    assert.equal(emit({ 'a.ts': source }, { placement: 'file', options: { module, target: ts.ScriptTarget.ES2017 } }).reported, [])
  }
})

test('a module that cannot be made is our fault, of the calls that need it alone', () => {
  const link = (): never => {
    throw new Error('no bytes')
  }
  const { reported, outputs } = emit({ 'a.ts': source }, { link })
  assert.is(reported.length, 1)
  assert.match(reported[0], /^TH5001: .*no bytes/)
  assert.match(outputs.get('a.js')!, '$t.failed(')
  assert.not.match(outputs.get('a.js')!, '$m')
})

test('a module that cannot be written is reported', () => {
  const reported: string[] = []
  build({ 'a.ts': source, 'theano.d.ts': declarations }, () => ({
    before: [
      (context) => (file) => {
        const broken = { ...context, getEmitHost: () => ({ ...(context as unknown as { getEmitHost(): object }).getEmitHost(), writeFile: refuse }) }
        const path = writeModule({ bytes: new Uint8Array(), imports: [], relaxed: [] }, file, broken, ts, (d) => reported.push(`${d.code}: ${d.message}`))
        assert.is(path, '/app/a.wasm')
        return file
      },
    ],
  }))
  assert.equal(reported, ['TH5006: The WebAssembly of this file could not be written to /app/a.wasm: disk full.'])
})

for (const [name, hostOf] of [
  ['tsc', ts.createCompilerHost],
  ['tsc --incremental', ts.createIncrementalCompilerHost],
] as const) {
  test(`the host of ${name} writes the bytes as they are`, () => {
    const folder = join(import.meta.dirname, '../../.tmp/module')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'a.ts'), 'export const one = 1\n')
    const options: ts.CompilerOptions = { noLib: true, types: [], outDir: join(folder, 'new/out'), rootDir: folder }
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 167) >> 3)
    const program = ts.createProgram([join(folder, 'a.ts')], options, hostOf(options))
    const before: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
      writeModule({ bytes, imports: [], relaxed: [] }, file, context, ts, (d) => assert.unreachable(d.message))
      return file
    }
    program.emit(undefined, undefined, undefined, false, { before: [before] })
    assert.ok(Buffer.from(bytes).equals(readFileSync(join(folder, 'new/out/a.wasm'))))
  })
}

function refuse(_path: string, _content: unknown, _mark: boolean, onError: (problem: string) => void): void {
  onError('disk full')
}

test.run()
