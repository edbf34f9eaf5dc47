// test: pages of the program: as tspc emits it with an import map, and bundled for production by esbuild, Vite and webpack.
import { copyFileSync, existsSync, globSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const names = ['main', 'workerPage', 'refused']
const page = (script: string, head = ''): string => `<!doctype html>\n<title>theano-ts</title>${head}\n<script type="module" src="${script}"></script>\n`

/** A page for each script of `folder`, which is in an app: modules are loaded one by one, packages by their files. */
export function unbundled(folder: string): void {
  const packages = '../node_modules/theano-ts/dist/runtime'
  const members = globSync('*.js', { cwd: join(folder, packages, 'members') }).map((file) => [
    `theano-ts/members/${file.slice(0, -3)}`,
    `${packages}/members/${file}`,
  ])
  const imports = { 'theano-ts': `${packages}/index.js`, 'theano-ts/kernel': `${packages}/kernel.js`, ...Object.fromEntries(members) }
  const map = `\n<script type="importmap">${JSON.stringify({ imports })}</script>`
  for (const name of names) writeFileSync(join(folder, `${name}.html`), page(`./${name}.js`, map))
}

/** esbuild's bundles of what is emitted in `folder`, with its .wasm files beside them, and pages, in the folder `to`. */
export async function bundle(folder: string, to: string): Promise<void> {
  const entryPoints = [...names, 'worker'].map((name) => join(folder, `${name}.js`))
  await build({ entryPoints, outdir: to, bundle: true, minify: true, format: 'esm', target: 'es2022', logLevel: 'warning' })
  for (const file of globSync('*.wasm', { cwd: folder })) copyFileSync(join(folder, file), join(to, file))
  for (const name of names) writeFileSync(join(to, `${name}.html`), page(`./${name}.js`))
}

const own = createRequire(join(import.meta.dirname, 'package.json'))

/** A package of this folder's own package.json; null where it is not installed. */
// biome-ignore lint/suspicious/noExplicitAny: their types are not installed where these tests are checked
export async function installed(name: string): Promise<any> {
  if (!existsSync(join(import.meta.dirname, 'node_modules', name))) return null
  const loaded = await import(pathToFileURL(own.resolve(name)).href)
  return loaded.default ?? loaded
}

/** As `bundle`, by Vite; files of up to `assetsInlineLimit` bytes become part of the text. False where it is not installed. */
export async function bundleVite(folder: string, to: string, assetsInlineLimit?: number): Promise<boolean> {
  const vite = await installed('vite')
  if (vite === null) return false
  const input = names.map((name) => join(folder, `${name}.html`))
  for (const [i, name] of names.entries()) writeFileSync(input[i], page(`./${name}.js`))
  const options = { outDir: to, emptyOutDir: true, assetsInlineLimit, modulePreload: { polyfill: false }, rollupOptions: { input } }
  await vite.build({ root: folder, base: './', configFile: false, logLevel: 'warn', worker: { format: 'es' }, build: options })
  return true
}

/** As `bundle`, by webpack. False where it is not installed. */
export async function bundleWebpack(folder: string, to: string): Promise<boolean> {
  const webpack = await installed('webpack')
  if (webpack === null) return false
  const entry = Object.fromEntries(names.map((name) => [name, join(folder, `${name}.js`)]))
  const options = { mode: 'production', context: folder, entry, output: { path: to, filename: '[name].js' } }
  await new Promise<void>((resolve, reject) => {
    webpack(options, (error: Error | null, stats: { hasErrors(): boolean; toString(): string }) => {
      if (error ?? stats.hasErrors()) reject(error ?? Error(stats.toString()))
      else resolve()
    })
  })
  for (const name of names) writeFileSync(join(to, `${name}.html`), page(`./${name}.js`))
  return true
}
