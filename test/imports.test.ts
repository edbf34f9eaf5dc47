// test: the directions of docs/architecture.md, the use of TypeScript and of its checker.
import { join, relative, sep } from 'node:path'
import { Project, SyntaxKind } from 'ts-morph'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const root = join(import.meta.dirname, '..')
/** Rooms of the product and what each may import, itself aside. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/graph': ['runtime/special', 'runtime/random'],
  'src/analysis': ['src/graph'],
  'src/rewriting': ['src/graph'],
  'src/lowering': ['src/graph'],
  'src/steps.ts': ['src/graph', 'src/rewriting', 'src/lowering'],
  'src/pipeline.ts': ['src/graph', 'src/analysis', 'src/rewriting', 'src/lowering', 'src/steps.ts'],
  transformer: ['src/graph', 'src/analysis', 'src/rewriting', 'src/lowering', 'src/pipeline.ts'],
  'runtime/special': [],
  'runtime/random': [],
  optimizers: [],
  runtime: ['runtime/special', 'runtime/random'],
}
const rooms = Object.keys(allowed)
/** Packages by the room that may use them; in the product, `typescript` as types only. */
const packages: Readonly<Record<string, readonly string[]>> = { typescript: ['src/analysis', 'transformer'] }
/** The optimizers are read where the package is installed, so they know it by its name. */
const isOwnName = (specifier: string, path: string): boolean => specifier === 'theano-ts' && path.startsWith('optimizers/')
/** The command line runs in Node; nothing else of the product knows where it runs. */
const isNodes = (specifier: string, path: string): boolean => specifier.startsWith('node:') && path.startsWith('transformer/cli/')

const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true })
project.addSourceFilesAtPaths(['src', 'transformer', 'runtime', 'optimizers'].map((room) => join(root, room, '**/*.ts')))
const files = project.getSourceFiles().map((file) => ({ file, path: relative(root, file.getFilePath()).replaceAll(sep, '/') }))
const roomOf = (path: string): string | undefined => rooms.find((room) => path === room || path.startsWith(`${room}/`))

/** Every import and re-export: where from, of what, and whether it leaves nothing at run time. */
const edges = files.flatMap(({ file, path }) =>
  [...file.getImportDeclarations(), ...file.getExportDeclarations()].flatMap((declaration) => {
    const specifier = declaration.getModuleSpecifierValue()
    return specifier === undefined ? [] : [{ path, specifier, type: declaration.isTypeOnly() }]
  }),
)

test('every file of the product belongs to a room', () => {
  assert.ok(files.length > 20)
  assert.equal(
    files.filter(({ path }) => roomOf(path) === undefined).map(({ path }) => path),
    [],
  )
})

test('rooms import what the architecture allows', () => {
  const wrong = edges.filter(({ path, specifier }) => {
    if (!specifier.startsWith('.')) return false
    const target = roomOf(join(path, '..', specifier).replaceAll(sep, '/'))
    const room = roomOf(path)!
    return target === undefined || (target !== room && !allowed[room].includes(target))
  })
  assert.equal(wrong, [])
})

test('packages: only typescript, only its types, only where programs are read; Node in the command line', () => {
  const wrong = edges.filter(({ path, specifier, type }) => {
    if (specifier.startsWith('.') || isNodes(specifier, path) || isOwnName(specifier, path)) return false
    return !type || !packages[specifier]?.includes(roomOf(path)!)
  })
  assert.equal(wrong, [])
})

test('the checker is asked in src/analysis/checker.ts only', () => {
  const wrong = files
    .filter(({ path }) => path !== 'src/analysis/checker.ts')
    .flatMap(({ file, path }) =>
      file
        .getDescendantsOfKind(SyntaxKind.PropertyAccessExpression)
        .filter((access) => /(^|\.)checker$/.test(access.getExpression().getText()))
        .map((access) => `${path}: ${access.getText()}`),
    )
  assert.equal(wrong, [])
})

test('files stay readable: at most 450 lines', () => {
  const long = files.filter(({ file, path }) => !path.endsWith('.generated.ts') && file.getEndLineNumber() > 450).map(({ path }) => path)
  assert.equal(long, [])
})

test.run()
