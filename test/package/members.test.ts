// test: members of compiled functions in the packed package: all of them in plain Node, those that are named in bundles. Vite and webpack take
// part where test/browser has them installed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { installed } from '../browser/pages.ts'
import { type App, makeApp, quickTsconfig } from './app.ts'

const model = `import * as theano from 'theano-ts'
import type { Vector } from 'theano-ts'
export const W = theano.shared([1, 2], { name: 'W' })
export const step = theano.fn((x: Vector, rate: number = 2) => { W.value = W + rate * x; return W })
export const start = performance.now()
`
const plain = `import { step } from './model.js'\nexport const result = step([1, 1]).toArray()\nconsole.log(JSON.stringify(result))\n`
const uses = `import * as theano from 'theano-ts'
import { step, W } from './model.js'
const copy = step.copy({ swap: [[W, theano.shared([10, 20])]] })
console.log(JSON.stringify([copy.named({ x: [1, 1] }).toArray(), step.inputs.length, step.shared.length]))
copy.free()
`
/** JavaScript that the transformer does not see. */
const unseen = `import { step } from './build/model.js'
const copy = step.copy({ deleteUpdates: true })
copy.free()
console.log(JSON.stringify([copy.named({ x: [1, 1] }).toArray(), step.outputs[0].dtype, step.container('rate').value, Object.keys(step)]))
`
const printed = { plain: '[3,4]\n', uses: '[[12,22],2,1]\n' }
/** Texts of each member, which minifiers leave. */
const texts = { copy: 'swap takes pairs', named: 'no parameter', container: 'that has a default', all: 'getOwnPropertyNames' }

let app: App
test.before(() => {
  app = makeApp({ 'tsconfig.json': quickTsconfig, 'src/model.ts': model, 'src/plain.ts': plain, 'src/uses.ts': uses, 'unseen.js': unseen })
  const { stdout, stderr, status } = app.tspc('-p', '.')
  assert.is(status, 0, stdout + stderr)
})
test.after(() => app?.remove())

const run = (file: string): string => {
  const { stdout, stderr } = app.node(file)
  return stderr || stdout
}

test('Node, not bundled: every member is there', () => {
  assert.is(run('build/plain.js'), printed.plain)
  assert.is(run('build/uses.js'), printed.uses)
  assert.is(run('unseen.js'), '[[3,4],"float64",2,[]]\n')
})

type Bundle = (entry: string, to: string, name: string) => Promise<unknown>
const bundlers: Readonly<Record<string, () => Promise<Bundle | null>>> = {
  esbuild: async () => (entry, to, name) =>
    build({ entryPoints: { [name]: entry }, outdir: to, bundle: true, minify: true, format: 'esm', target: 'es2022', logLevel: 'warning' }),
  vite: async () => {
    const vite = await installed('vite')
    return (
      vite &&
      ((entry, to, name) => {
        const options = { outDir: to, emptyOutDir: false, minify: true, rollupOptions: { input: entry, output: { entryFileNames: `${name}.js` } } }
        return vite.build({ root: app.folder, configFile: false, logLevel: 'warn', build: options })
      })
    )
  },
  webpack: async () => {
    const webpack = await installed('webpack')
    return (
      webpack &&
      ((entry, to, name) => {
        const output = { path: to, filename: `${name}.js` }
        return new Promise((resolve, reject) => {
          webpack({ mode: 'production', context: app.folder, entry, output }, (error: Error | null, stats: { hasErrors(): boolean }) =>
            (error ?? stats.hasErrors()) ? reject(error ?? Error(String(stats))) : resolve(null),
          )
        })
      })
    )
  },
}

for (const [bundler, load] of Object.entries(bundlers)) {
  test(`${bundler}: members that are named are in the bundle and work, others are not in it`, async () => {
    const bundle = await load()
    if (bundle === null) return
    const to = join(app.folder, bundler)
    const found: Record<string, string[]> = {}
    for (const name of ['plain', 'uses'] as const) {
      await bundle(join(app.folder, `build/${name}.js`), to, name)
      const text = readFileSync(join(to, `${name}.js`), 'utf8')
      found[name] = Object.entries(texts).flatMap(([member, words]) => (text.includes(words) ? [member] : []))
      assert.is(run(`${bundler}/${name}.js`), printed[name])
    }
    assert.equal(found, { plain: [], uses: ['copy', 'named'] })
  })
}

test.run()
