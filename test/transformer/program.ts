// test: programs in memory, with TypeScript's own libraries read once.
import { dirname, join } from 'node:path'
import ts from 'typescript'

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
  const host: ts.CompilerHost = {
    getSourceFile(name, version) {
      const own = texts.get(name)
      if (own !== undefined) return ts.createSourceFile(name, own, version, true)
      if (!name.startsWith(library)) return undefined
      if (!libraries.has(name)) libraries.set(name, ts.createSourceFile(name, ts.sys.readFile(name) ?? '', ts.ScriptTarget.ES2023, true))
      return libraries.get(name)
    },
    getDefaultLibFileName: (o) => join(library, ts.getDefaultLibFileName(o)),
    writeFile: (name, text) => void outputs.set(name.replace('/app/', ''), text),
    getCurrentDirectory: () => '/app',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => texts.has(name),
    readFile: (name) => texts.get(name),
    directoryExists: (name) => [...texts.keys()].some((t) => t.startsWith(`${name}/`)),
  }
  const program = ts.createProgram([...texts.keys()].filter((n) => !n.endsWith('.d.ts') || n.includes('theano')), all, host)
  const { diagnostics } = program.emit(undefined, undefined, undefined, undefined, transformers(program))
  return { program, outputs, diagnostics: [...ts.getPreEmitDiagnostics(program), ...diagnostics] }
}
