// test: the program in Chromium: as modules and bundled, in pages and workers, under Content Security Policies; and what a bundle holds.
// `npm run test:browser`; fails when a check fails, and where there is no Chromium. Vite and webpack take part where they are installed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { makeApp, tsconfig } from '../package/app.ts'
import { type Chromium, findChromium, startChromium } from './chromium.ts'
import { bundle, bundleVite, bundleWebpack, unbundled } from './pages.ts'
import { checkRefused, checkResults, drawsOf, program } from './program.ts'
import { type Policy, type Server, serve } from './server.ts'

type Check = (title: string, run: () => Promise<void>) => Promise<void>

const results = { passed: 0, failed: 0 }
const check: Check = async (title, run) => {
  try {
    await run()
    results.passed++
    console.log(`  ok      ${title}`)
  } catch (error) {
    results.failed++
    console.log(`  FAILED  ${title}\n${(error as Error).stack}\n${(error as { details?: string }).details || ''}`)
  }
}
const skipped = (title: string): void => console.log(`  skipped ${title}: not installed (npm ci --prefix test/browser --ignore-scripts)`)

/** What random streams gave, wherever the program ran. */
const draws = new Set<string>()

function checkLine(line: string): void {
  checkResults(line)
  draws.add(JSON.stringify(drawsOf(line)))
}

/** The program built by tspc in both modes, and run by Node; returns the folder of the app. */
function buildApp(): { folder: string; remove(): void } {
  const app = makeApp(program)
  for (const wasm of ['inline', 'file']) {
    const plugins = [{ transform: 'theano-ts/transformer', wasm }]
    app.write(`tsconfig.${wasm}.json`, { ...tsconfig, compilerOptions: { ...tsconfig.compilerOptions, skipLibCheck: true, outDir: wasm, plugins } })
    const { stdout, stderr, status } = app.tspc('-p', `tsconfig.${wasm}.json`)
    if (status !== 0) throw Error(stdout + stderr)
  }
  const { stdout, stderr } = app.node('inline/main.js')
  if (stderr) throw Error(stderr)
  checkLine(stdout)
  return app
}

/** Pages of a folder that has main, workerPage and refused. */
async function checkPages(title: string, folder: string, policies: readonly Policy[], browser: Chromium, server: Server): Promise<void> {
  const open = (policy: Policy, name: string): Promise<string> => browser.open(server.url(policy, `${folder}/${name}.html`))
  for (const policy of policies) {
    await check(`${title}: page, ${policy}`, async () => checkLine(await open(policy, 'main')))
    // Import maps are not for workers.
    if (policy !== 'free') await check(`${title}: worker, ${policy}`, async () => checkLine(await open(policy, 'workerPage')))
  }
  if (policies.includes('free')) return
  await check(`${title}: strict: the error names linker: 'js', which works in the same page`, async () => checkRefused(await open('strict', 'refused')))
  for (const name of ['main', 'workerPage']) {
    await check(`${title}: strict: ${name} fails with that error`, async () => {
      const outcome = await open('strict', name).catch((error: Error) => error.message)
      assert.match(outcome, /allow WebAssembly .* or build with linker: 'js'/)
    })
  }
}

async function checkBundlers(root: string, browser: Chromium, server: Server): Promise<void> {
  for (const [name, wasm, policies, build] of [
    ['vite, inline', 'inline', ['wasm', 'tight'], bundleVite],
    // Vite makes data: URLs of small files, which `connect-src 'self'` forbids.
    ['vite, file', 'file', ['wasm'], bundleVite],
    ['vite, file, assetsInlineLimit 0', 'file', ['tight'], (from: string, to: string) => bundleVite(from, to, 0)],
    ['webpack, inline', 'inline', ['wasm', 'tight'], bundleWebpack],
    ['webpack, file', 'file', ['wasm', 'tight'], bundleWebpack],
  ] as const) {
    const to = name.replace(/\W+/g, '-')
    if (await build(join(root, wasm), join(root, to))) await checkPages(name, to, policies, browser, server)
    else skipped(name)
  }
}

/** Bytes of the bundle of a page without random streams, whose methods say what they are for; nothing of the compiler is in it. */
async function checkSizes(root: string): Promise<void> {
  for (const wasm of ['inline', 'file']) {
    const files = ['refused.js', ...(wasm === 'file' ? ['poly.wasm'] : [])].map((file) => readFileSync(join(root, 'esbuild', wasm, file)))
    const sizes = files.map((content) => gzipSync(content, { level: 9 }).length)
    await check(`bundle, ${wasm}: nothing of the compiler; ${sizes.join(' + ')} bytes gzip (JavaScript${wasm === 'file' ? ', module' : ''})`, async () => {
      const text = files[0].toString()
      for (const word of ['NotCompiledError', 'theano-ts/transformer', 'canonicalize', 'typescript', 'eval(', 'new Function', 'gammaln']) {
        assert.not.ok(text.includes(word), word)
      }
    })
  }
}

async function checkAll(browser: Chromium): Promise<void> {
  const app = buildApp()
  const server = await serve(app.folder)
  try {
    for (const wasm of ['inline', 'file']) {
      unbundled(join(app.folder, wasm))
      await checkPages(`modules, ${wasm}`, wasm, ['free'], browser, server)
      await bundle(join(app.folder, wasm), join(app.folder, 'esbuild', wasm))
      await checkPages(`esbuild, ${wasm}`, `esbuild/${wasm}`, ['wasm', 'tight'], browser, server)
    }
    await checkBundlers(app.folder, browser, server)
    await checkSizes(app.folder)
    await check('random streams: the same numbers in all of these and in Node', async () => assert.is(draws.size, 1))
  } finally {
    await server.close()
    app.remove()
  }
}

async function main(): Promise<void> {
  const path = findChromium()
  if (path === null) throw Error('there is no Chromium: install it, or set CHROMIUM to the path of its program')
  const browser = await startChromium(path)
  console.log(browser.product)
  await checkAll(browser).finally(browser.close)
  console.log(`${results.passed} passed, ${results.failed} failed`)
  if (results.failed > 0) process.exitCode = 1
}

main().catch((error: Error) => {
  console.error(`test:browser: ${error.message}${error.cause ? `: ${error.cause}` : ''}`)
  process.exitCode = 1
})
