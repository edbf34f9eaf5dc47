// test: calls replaced in a file, with a compiler that returns fixed text: layout, names, imports, captures.
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { CompiledCall } from '../../transformer/compiler.ts'
import { replaceCalls } from '../../transformer/file.ts'
import { type Built, build } from './program.ts'

const declarations = `declare module 'theano-ts' {
  export function fn<F>(f: F): F
  export function sum(x: number): number
  export function dot(x: number, y: number): number
  export function shared(x: number): number
  export interface Matrix {}
}
declare module 'theano-ts/kernel' { export const link: any }`

const kernel = {
  signature: `{ name: 'f', inputs: [{ name: 'x' }] }`,
  make: '(self, W) => {\n  // kept between calls\n  let buffer = 0\n  return function f(x) {\n    return $t.number(x) * W\n  }\n}',
  functions: [],
}

/** Every call of a function named fn is compiled to `kernel`; identifiers W in it are shared captures, `scale` live ones. */
function transform(files: Readonly<Record<string, string>>, options: ts.CompilerOptions = {}, made: CompiledCall['kernel'] = kernel): Built {
  const compileFile = (file: ts.SourceFile): CompiledCall[] => {
    const calls: CompiledCall[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /(^|\.)fn$/.test(node.expression.getText())) {
        const captures: { kind: 'shared' | 'live'; expression: ts.Expression }[] = []
        const search = (n: ts.Node): void => {
          if (ts.isIdentifier(n) && n.text === 'W') captures.push({ kind: 'shared', expression: n })
          else if (n.getText() === 'scale' || n.getText() === 'this.scale') captures.push({ kind: 'live', expression: n as ts.Expression })
          else ts.forEachChild(n, search)
        }
        search(node)
        const failure = { code: 'TH2003', category: 'error' as const, message: 'it "fails"', span: { file: file.fileName, start: 0, end: 1 } }
        calls.push({ node, name: 'f', kernel: made, captures, early: false, diagnostics: made ? [] : [failure], inlined: new Set() })
      } else ts.forEachChild(node, visit)
    }
    visit(file)
    return calls
  }
  return build(
    { ...files, 'theano.d.ts': declarations },
    () => ({ before: [(context) => (file) => replaceCalls(file, { calls: compileFile(file), module: null }, null, context, ts)] }),
    options,
  )
}

const js = (built: Built, name = 'a.js'): string => {
  assert.equal(
    built.diagnostics.map((d) => ts.flattenDiagnosticMessageText(d.messageText, ' ')),
    [],
  )
  return built.outputs.get(name) ?? (assert.unreachable(`no ${name}`) as never)
}

test('the call becomes $t.link with signature, make and captures; layout and comments survive', () => {
  const out = js(
    transform({ 'a.ts': `import * as theano from 'theano-ts'\nconst W = 1\nexport const f = theano.fn((x: number) => x * W /* weights */ * W)\n` }),
  )
  assert.is(
    out,
    [
      "import * as $t from 'theano-ts/kernel';",
      'const W = 1;',
      'export const f = /* @__PURE__ */ $t.link({',
      "    name: 'f',",
      "    inputs: [{ name: 'x' }]",
      '}, (self, W) => {',
      '    // kept between calls',
      '    let buffer = 0;',
      '    return function f(x) {',
      '        return $t.number(x) * W;',
      '    };',
      '}, W, W);',
      '',
    ].join('\n'),
  )
})

test('live captures are thunks of the user’s nodes, this included', () => {
  const out = js(
    transform({
      'a.ts': `import { fn } from 'theano-ts'\nlet scale = 2\nexport class M { scale = 1; f = fn((x: number) => x * this.scale); g = fn((x: number) => x * scale) }\n`,
    }),
  )
  assert.match(out, /\}, \(\) => this\.scale\)/)
  assert.match(out, /\}, \(\) => scale\)/)
})

test('captures stay subject to TypeScript’s own transforms', () => {
  const out = js(
    transform({
      'a.ts': `import { fn } from 'theano-ts'\nexport namespace N { export const W = 3\nexport const f = fn((x: number) => x * W) }\nexport const g = N.f`,
    }),
  )
  assert.match(out, /\}, N\.W\)/)
})

test('imports: names of the arrows vanish, names still used stay', () => {
  const source = `import { fn, sum, shared, dot as product, type Matrix } from 'theano-ts'
import * as tools from './tools.ts'
import { helper } from './tools.ts'
import other, { used } from './tools.ts'
export const W = shared(1)
export const m: Matrix | null = null
export const f = fn((x: number) => helper(sum(product(x, tools.helper(other)))) * W)
export const o = { sum: used }`
  const tools = 'export const helper = (x: number) => x\nexport const used = 1\nexport default 2'
  const expected = ["import { shared } from 'theano-ts'", "import { used } from './tools.js'", "import * as $t from 'theano-ts/kernel'"]
  for (const options of [{}, { verbatimModuleSyntax: true }, { isolatedModules: true }]) {
    const out = js(transform({ 'a.ts': source, 'tools.ts': tools }, options))
    assert.equal(
      out
        .replaceAll('"', "'")
        .split('\n')
        .filter((l) => l.startsWith('import')),
      expected.map((l) => `${l};`),
    )
  }
})

test('imports used as types only are not resurrected', () => {
  const out = js(transform({ 'a.ts': `import { fn, sum, Matrix } from 'theano-ts'\nexport const f = fn((x: number) => sum(x))\nexport type T = Matrix` }))
  assert.equal(
    out.split('\n').filter((l) => l.includes('import')),
    ["import * as $t from 'theano-ts/kernel';"],
  )
})

test('const enums stay inlined when their import loses another name', () => {
  const out = js(
    transform({
      'a.ts': `import { fn } from 'theano-ts'\nimport { E, h } from './e.ts'\nexport const f = fn((x: number) => h(x))\nexport const e = E.A`,
      'e.ts': 'export const enum E { A = 7 }\nexport const h = (x: number) => x',
    }),
  )
  assert.not.match(out, /\.\/e/)
  assert.match(out, /e = 7/)
})

test('exports and re-exports count as uses', () => {
  const out = js(transform({ 'a.ts': `import { fn, sum } from 'theano-ts'\nexport const f = fn((x: number) => sum(x))\nexport { sum }` }))
  assert.match(out, /import \{ sum \} from 'theano-ts'/)
})

test('the comment for bundlers stands before values that get a name, and before no chain of calls', () => {
  const out = js(
    transform({
      'a.ts': `import { fn } from 'theano-ts'
export const f = (fn((x: number) => x) as unknown), one = fn((x: number) => x)(1)
export default fn((x: number) => x)
`,
    }),
  )
  assert.match(out, /f = \(?\/\* @__PURE__ \*\/ \$t\.link/)
  assert.match(out, /one = \$t\.link/)
  assert.match(out, /default \/\* @__PURE__ \*\/ \$t\.link/)
})

test('a file that uses $t gets another name, in the text too', () => {
  const out = js(transform({ 'a.ts': `import { fn } from 'theano-ts'\nexport const $t = 1\nexport const f = fn((x: number) => x)` }))
  assert.match(out, /import \* as \$t1 from/)
  assert.match(out, /= \/\* @__PURE__ \*\/ \$t1\.link/)
  assert.match(out, /return \$t1\.number/)
})

test('globals that the file declares are taken from the kernel', () => {
  const made = { signature: '{}', make: '(self) => {\n  return function f(x) {\n    return Math.exp(x) + Infinity\n  }\n}', functions: [] }
  const out = js(
    transform(
      {
        'a.ts': `import { fn } from 'theano-ts'\nconst Math = 1\nconst o = { Infinity: 1, NaN: Number.NaN }\nexport const f = fn((x: number) => x)\nexport default [Math, o]`,
      },
      {},
      made,
    ),
  )
  assert.match(out, /const \{ Math \} = \$t\.globals;/)
})

test('a failed call throws its message', () => {
  const out = js(transform({ 'a.ts': `import { fn } from 'theano-ts'\nexport const f = fn((x: number) => x)` }, {}, null))
  assert.match(out, 'export const f = $t.failed("TH2003: it \\"fails\\"");')
})

test('literals and operators survive the way through nodes', () => {
  const make =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    "() => {\n  const t = `a${1}b`, r = /x\\/y/gi, n = [1e+21, 16, 1n, -0, 1 / 3], s = 'its \\n'\n  for (let i = 0; i < 3; i++) n[i] ??= i ** 2 >>> 1\n  label: do { if (t) break label; else continue } while (false)\n  return (a, { b = 2, ...c } = {}, ...d) => (a, b ? c : d)\n}"
  const out = js(transform({ 'a.ts': `import { fn } from 'theano-ts'\nexport const f = fn((x: number) => x)` }, {}, { signature: '{}', make, functions: [] }))
  const normal = (s: string): string => ts.transpile(s, { target: ts.ScriptTarget.ES2023 })
  const body = out.slice(out.indexOf('{}, ') + 4, out.lastIndexOf(')'))
  assert.is(normal(`x = ${body}`), normal(`x = ${make}`))
})

test('directives stay first, and comments and shebang stay', () => {
  const out = js(
    transform({ 'a.ts': `#!/usr/bin/env node\n// license\n\n'use client'\nimport { fn } from 'theano-ts'\n// about f\nexport const f = fn((x: number) => x)` }),
  )
  assert.match(out, /^#!\/usr\/bin\/env node\n\/\/ license\n\n?'use client';\nimport \* as \$t/)
  assert.match(out, /\/\/ about f\nexport const f/)
})

test('files without calls come back as the same object', () => {
  const same: boolean[] = []
  build({ 'a.ts': 'export const x: number = 1' }, () => ({
    before: [
      (context) => (file) => {
        const out = replaceCalls(file, { calls: [], module: null }, null, context, ts)
        same.push(out === file)
        return out
      },
    ],
  }))
  assert.equal(same, [true])
})

test.run()
