// test: programs in memory; TypeScript's own libraries and the runtime are read from disk once.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import transformer from '../../transformer/index.ts'
import { resolveToSources } from '../fixtures/execute.ts'

const root = join(import.meta.dirname, '..', '..')
const runtime = join(root, 'runtime')
/** Options with which 'theano-ts' is the sources of the runtime. */
export const withRuntime: ts.CompilerOptions = { paths: { 'theano-ts': [join(runtime, 'index.ts')], 'theano-ts/kernel': [join(runtime, 'kernel.ts')] } }

const libraries = new Map<string, ts.SourceFile | undefined>()

export interface Built {
  readonly program: ts.Program
  /** Emitted text by file name, without the folder. */
  readonly outputs: ReadonlyMap<string, string>
  readonly diagnostics: readonly ts.Diagnostic[]
}

/** Builds `files` (names in /app) with transformers made for the program. */
export function build(
  files: Readonly<Record<string, string>>,
  transformers: (program: ts.Program) => ts.CustomTransformers,
  options: ts.CompilerOptions = {},
): Built {
  const all: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    skipLibCheck: true,
    types: [],
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    ...options,
  }
  const texts = new Map(Object.entries(files).map(([name, text]) => [`/app/${name}`, text]))
  const outputs = new Map<string, string>()
  const library = dirname(ts.getDefaultLibFilePath(all))
  const isOnDisk = (name: string): boolean => name.startsWith(library) || name.startsWith(runtime)
  const host: ts.CompilerHost = {
    getSourceFile(name, version) {
      const own = texts.get(name)
      if (own !== undefined) return ts.createSourceFile(name, own, version, true)
      if (!isOnDisk(name)) return undefined
      if (!libraries.has(name)) libraries.set(name, ts.createSourceFile(name, ts.sys.readFile(name) ?? '', ts.ScriptTarget.ES2023, true))
      return libraries.get(name)
    },
    getDefaultLibFileName: (o) => join(library, ts.getDefaultLibFileName(o)),
    writeFile: (name, text) => void outputs.set(name.replace('/app/', ''), text),
    getCurrentDirectory: () => '/app',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => texts.has(name) || (isOnDisk(name) && ts.sys.fileExists(name)),
    readFile: (name) => texts.get(name) ?? ts.sys.readFile(name),
    directoryExists: (name) => isOnDisk(name) || [...texts.keys()].some((t) => t.startsWith(`${name}/`)),
  }
  const program = ts.createProgram(
    [...texts.keys()].filter((n) => /\.[cm]?ts$/.test(n) && !n.includes('/node_modules/')),
    all,
    host,
  )
  // File by file, because otherwise all of the runtime is checked each time.
  const custom = transformers(program)
  const roots = program.getRootFileNames().map((name) => program.getSourceFile(name)!)
  const diagnostics = roots.flatMap((file) => program.emit(file, undefined, undefined, undefined, custom).diagnostics)
  const checked = program.getSourceFiles().filter(({ fileName }) => !isOnDisk(fileName))
  const found = checked.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
  return { program, outputs, diagnostics: [...program.getOptionsDiagnostics(), ...found, ...diagnostics] }
}

export interface Message {
  readonly file: string
  /** The source text that it is about. */
  readonly at: string
  readonly text: string
}

export interface Transformed extends Pick<Built, 'outputs'> {
  /** What TypeScript and the compiler report. */
  readonly messages: readonly Message[]
}

/** Builds `files` with the transformer under these options of the plugin. */
export function transformed(files: Readonly<Record<string, string>>, config: Readonly<Record<string, unknown>> = {}, options = withRuntime): Transformed {
  const own: ts.Diagnostic[] = []
  const transformers = (program: ts.Program) => ({ before: [transformer(program, config, { ts, addDiagnostic: (d) => own.push(d) })] })
  const { outputs, diagnostics } = build(files, transformers, options)
  const messages = [...diagnostics, ...own].map((d) => ({
    file: d.file?.fileName.replace('/app/', '') ?? '',
    at: d.file?.text.slice(d.start, d.start! + d.length!) ?? '',
    text: ts.flattenDiagnosticMessageText(d.messageText, '\n'),
  }))
  return { outputs, messages }
}

/** The exports of an emitted text, run against the sources of the runtime; `name` is that of a file in `.tmp`, which no other test writes. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the program exports
export async function load(name: string, text: string): Promise<any> {
  const file = join(root, '.tmp', `${name}.js`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  resolveToSources()
  return import(file)
}
