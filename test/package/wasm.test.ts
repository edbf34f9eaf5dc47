// test: WebAssembly as a stranger gets it: a fresh app with `wasm: 'inline'` and `'file'`, built by tspc in each of its ways, run in Node, in
// a worker thread, and in Chromium where there is one (npm run test:browser has the rest).
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findChromium, startChromium } from '../browser/chromium.ts'
import { bundle } from '../browser/pages.ts'
import { checkRefused, checkResults, helperOf, program } from '../browser/program.ts'
import { serve } from '../browser/server.ts'
import { type App, environment, makeApp, quickTsconfig as tsconfig, tspcPath } from './app.ts'

const thread = `import { Worker } from 'node:worker_threads'
const run = (name) => \`import { parentPort } from 'node:worker_threads'; import { results } from '\${name}'; parentPort.postMessage(JSON.stringify(results()))\`
const url = new URL(\`./\${process.argv[2]}/results.js\`, import.meta.url).href
new Worker(new URL('data:text/javascript,' + encodeURIComponent(run(url)))).on('message', console.log)
`

let app: App
test.before(() => {
  app = makeApp({ ...program, 'thread.js': thread })
  for (const wasm of ['inline', 'file']) config(wasm, wasm, {})
})
test.after(() => app?.remove())

function config(name: string, wasm: string, options: object): void {
  const plugins = [{ transform: 'theano-ts/transformer', wasm }]
  app.write(`tsconfig.${name}.json`, { ...tsconfig, compilerOptions: { ...tsconfig.compilerOptions, ...options, outDir: name, plugins } })
}

function built(...args: string[]): void {
  const { stdout, stderr } = app.tspc(...args)
  assert.is(stdout + stderr, '')
}

function prints(...args: string[]): string {
  const { stdout, stderr } = app.node(...args)
  assert.is(stderr, '')
  return stdout
}

for (const wasm of ['inline', 'file']) {
  test(`${wasm}: modules of several files share one heap, in Node and in a worker thread`, () => {
    built('-p', `tsconfig.${wasm}.json`)
    for (const name of ['poly', 'model']) assert.is(existsSync(join(app.folder, wasm, `${name}.wasm`)), wasm === 'file')
    for (const name of ['plain', 'helper', 'results']) assert.not.ok(existsSync(join(app.folder, wasm, `${name}.wasm`)))
    checkResults(prints(`${wasm}/main.js`))
    checkResults(prints('thread.js', wasm))
  })
}

const chromium = findChromium()
const inPages = 'bundled, in pages of Chromium: with wasm-unsafe-eval they run; without, the error says so and linker: js works'
if (chromium === null) console.log(`skipped, as there is no Chromium: ${inPages}`)
;(chromium === null ? test.skip : test)(inPages, async () => {
  for (const wasm of ['inline', 'file']) await bundle(join(app.folder, wasm), join(app.folder, 'bundled', wasm))
  const server = await serve(app.folder)
  const browser = await startChromium(chromium!)
  try {
    for (const wasm of ['inline', 'file']) {
      checkResults(await browser.open(server.url('wasm', `bundled/${wasm}/main.html`)))
      checkRefused(await browser.open(server.url('strict', `bundled/${wasm}/refused.html`)))
    }
  } finally {
    await browser.close()
    await server.close()
  }
})

for (const [title, options, command] of [
  ['--incremental', { incremental: true }, '-p'],
  ['-b', { composite: true }, '-b'],
] as const) {
  test(`file, ${title}: a helper's new body changes the module of its importer alone`, () => {
    const name = title.replaceAll('-', '')
    config(name, 'file', { ...options, tsBuildInfoFile: `${name}/info` })
    const modules = (): Buffer[] => ['poly', 'model'].map((file) => readFileSync(join(app.folder, name, `${file}.wasm`)))
    app.write('src/helper.ts', helperOf(2))
    built(command, `tsconfig.${name}.json`)
    const before = modules()
    app.write('src/helper.ts', helperOf(3))
    built(command, `tsconfig.${name}.json`)
    const [poly, model] = modules()
    assert.not.ok(poly.equals(before[0]))
    assert.ok(model.equals(before[1]))
    checkResults(prints(`${name}/main.js`), 3)
  })
}

test('file, -w: a helper’s new body changes the module', async () => {
  app.write('src/helper.ts', helperOf(2))
  rmSync(join(app.folder, 'file'), { recursive: true })
  const watching = spawn(process.execPath, [tspcPath, '-w', '-p', 'tsconfig.file.json', '--preserveWatchOutput', '--pretty', 'false'], {
    cwd: app.folder,
    env: environment,
  })
  try {
    const build = (): Promise<void> =>
      new Promise((resolve) => {
        let output = ''
        const read = (chunk: Buffer): void => {
          output += chunk
          if (!/Found \d+ errors?\. Watching/.test(output)) return
          watching.stdout.off('data', read)
          resolve()
        }
        watching.stdout.on('data', read)
      })
    await build()
    checkResults(prints('file/main.js'))
    const next = build()
    app.write('src/helper.ts', helperOf(4))
    await next
    checkResults(prints('file/main.js'), 4)
  } finally {
    watching.kill()
    app.write('src/helper.ts', helperOf(2))
  }
})

test.run()
