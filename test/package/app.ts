// test: a fresh app in a folder of its own with the packed package installed from its tarball. Needs dist (npm test builds it
// first). TypeScript and ts-patch are this repository's, so nothing is downloaded.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

export interface App {
  readonly folder: string
  readonly tarball: string
  /** Runs Node in the app. */
  node(...args: string[]): SpawnSyncReturns<string>
  tspc(...args: string[]): SpawnSyncReturns<string>
  write(path: string, content: string | object): void
  remove(): void
}

/** The environment of the app's programs: nothing of the terminal that runs the tests. */
export const environment: NodeJS.ProcessEnv = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' }
export const tspcPath = 'node_modules/ts-patch/bin/tspc.js'

export const tsconfig = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    outDir: 'build',
    rootDir: 'src',
    types: [],
    declaration: true,
    plugins: [{ transform: 'theano-ts/transformer' }],
  },
  include: ['src'],
}
/** The same where the libraries of TypeScript, which take seconds, are checked by another test. */
export const quickTsconfig = { ...tsconfig, compilerOptions: { ...tsconfig.compilerOptions, skipLibCheck: true } }

let prepared: { readonly folder: string; readonly tarball: string } | undefined

/** A folder with the packed package installed from its tarball, and the tarball: made once a process. */
function prepare(): { readonly folder: string; readonly tarball: string } {
  if (!existsSync(join(root, 'dist/transformer/index.js'))) throw new Error('dist is missing: npm run build')
  const folder = mkdtempSync(join(tmpdir(), 'theano-app-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const [{ filename }] = JSON.parse(npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder)) as [{ filename: string }]
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', private: true, type: 'module' }))
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', join(folder, filename))
  for (const tool of ['typescript', 'ts-patch']) symlinkSync(join(root, 'node_modules', tool), join(folder, 'node_modules', tool), 'junction')
  return { folder, tarball: filename }
}

export function makeApp(files: Readonly<Record<string, string | object>>): App {
  prepared ??= prepare()
  const folder = mkdtempSync(join(tmpdir(), 'theano-app-'))
  cpSync(prepared.folder, folder, { recursive: true, verbatimSymlinks: true })
  const write = (path: string, content: string | object): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  }
  const node = (...args: string[]): SpawnSyncReturns<string> => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: environment })
  write('tsconfig.json', tsconfig)
  for (const [path, content] of Object.entries(files)) write(path, content)
  const tarball = join(folder, prepared.tarball)
  return { folder, tarball, node, write, tspc: (...args) => node(tspcPath, ...args), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function npm(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}
