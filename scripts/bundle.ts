// Puts the built compiler into few files: every run of tspc loads it, and two files load four times faster than ninety. What the
// transformer and the command line share is in a file that both import.
import { chmodSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const dist = join(import.meta.dirname, '../dist')
const entries = ['transformer/index.js', 'transformer/cli/main.js']
const modules = globSync('{src,transformer}/**/*.js', { cwd: dist })
const { outputFiles } = await build({
  entryPoints: entries.map((name) => join(dist, name)),
  outdir: dist,
  outbase: dist,
  chunkNames: 'transformer/bundle',
  splitting: true,
  write: false,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  ignoreAnnotations: true,
  logLevel: 'warning',
})
for (const name of modules) rmSync(join(dist, name))
for (const { path, contents } of outputFiles) writeFileSync(path, contents)
chmodSync(join(dist, entries[1]), 0o755)

// The optimizers are inlined into users' functions, so their TypeScript is what users' builds read. It was checked here, with options of ours.
writeFileSync(join(dist, 'optimizers/index.ts'), `// @ts-nocheck\n${readFileSync(join(dist, '../optimizers/index.ts'), 'utf8')}`)
rmSync(join(dist, 'optimizers/index.d.ts'))
