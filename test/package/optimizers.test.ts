// test: theano-ts/optimizers from the packed package, whose types are its TypeScript source: inlined under every option that could mind
// source in node_modules, from a copy and from a link. Needs dist (npm test builds it first).
import { readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type App, makeApp, quickTsconfig as tsconfig } from './app.ts'

const main = `import { dot, fn, mean, shared, type Matrix } from 'theano-ts'
import { adam } from 'theano-ts/optimizers'

const W = shared([[0.5, -1], [2, 0.25]], { name: 'W' })
const train = fn((x: Matrix, lr: number = 0.1) => {
  const cost = mean(dot(x, W) ** 2)
  adam(cost, [W], { learningRate: lr })
  return cost
})
console.log(train([[1, 2]]))
console.log(Math.round(train([[1, 2]]) * 1e4))
`
// By hand: Wᵀx is [4.5, -0.5]; the first step of adam moves each entry by the learning rate against the sign of its gradient.
const printed = `${(4.5 ** 2 + 0.5 ** 2) / 2}\n${Math.round(((4.5 - 0.3) ** 2 + (-0.5 + 0.3) ** 2) * 5e3)}\n`

const strictest = {
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitReturns: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedDeclarations: true,
  erasableSyntaxOnly: true,
  allowUnreachableCode: false,
  skipLibCheck: false,
}

let app: App
test.before(() => {
  app = makeApp({ 'tsconfig.json': tsconfig, 'src/main.ts': main })
})
test.after(() => app?.remove())

const installed = (): string => join(app.folder, 'node_modules/theano-ts')

/** Builds into a folder of its own; what tspc says, the files it writes, what the program prints. */
function build(name: string, compilerOptions: object): unknown[] {
  app.write(`tsconfig.${name}.json`, { extends: './tsconfig.json', compilerOptions: { outDir: name, tsBuildInfoFile: `${name}/info`, ...compilerOptions } })
  const { stdout, stderr } = app.tspc('-p', `tsconfig.${name}.json`, '--pretty', 'false')
  const ran = app.node(`${name}/main.js`)
  return [stdout + stderr, readdirSync(join(app.folder, name)).filter((file) => file.endsWith('.js')), ran.stdout + ran.stderr]
}
const right = ['', ['main.js'], printed]

test('an app with the strictest options', () => {
  assert.equal(build('strictest', strictest), right)
  assert.not.match(readFileSync(join(app.folder, 'strictest/main.js'), 'utf8'), 'optimizers')
})

test('the source has no mistake that is only not looked for', () => {
  app.write('bare/optimizers.ts', readFileSync(join(installed(), 'dist/optimizers/index.ts'), 'utf8').replace('// @ts-nocheck\n', ''))
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...tsconfig.compilerOptions, ...strictest, skipLibCheck: true, plugins: [], noEmit: true, rootDir: '.' },
    app.folder,
  )
  const program = ts.createProgram([join(app.folder, 'bare/optimizers.ts')], options)
  const found = ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'))
  assert.equal(found, [])
})

test('called outside an arrow it says what it is for', () => {
  const program = `import { shared } from 'theano-ts'
import { adam, sgd } from 'theano-ts/optimizers'
for (const rule of [adam, sgd]) try { rule(1, shared([1])) } catch (e) { console.log(e.name) }`
  assert.is(app.node('--input-type=module', '-e', program).stdout, 'NotCompiledError\nNotCompiledError\n')
})

test('a linked package, bundler resolution, composite', () => {
  const elsewhere = join(app.folder, 'linked-package')
  renameSync(installed(), elsewhere)
  symlinkSync(elsewhere, installed(), 'junction')
  assert.equal(build('linked', { module: 'esnext', moduleResolution: 'bundler', composite: true, strict: false }), right)
})

test.run()
