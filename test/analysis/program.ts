// Small programs in memory, traced: one ts.Program for many cases.
import ts from 'typescript'
import { type FnCall, findCalls } from '../../src/analysis/calls.ts'
import type { Host } from '../../src/analysis/host.ts'
import { type Traced, traceCall } from '../../src/analysis/trace.ts'
import { sharedHost } from '../sources.ts'

const root = new URL('../../', import.meta.url).pathname
const folder = `${root}test/analysis/memory/`

export interface MemoryProgram {
  readonly host: Host
  /** Diagnostics of plain TypeScript for a file, as text. */
  typeErrors(name: string): string[]
  calls(name: string): FnCall[]
  trace(name: string, index?: number): Traced
}

/** A program of these sources; `theano-ts` is runtime/index.ts. */
export function memoryProgram(sources: Readonly<Record<string, string>>): MemoryProgram {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2024.d.ts', 'lib.esnext.float16.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    types: ['node'],
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    paths: { 'theano-ts': [`${root}runtime/index.ts`] },
  }
  const files = new Map(Object.entries(sources).map(([name, text]) => [folder + name, text]))
  const base = sharedHost(options)
  const host: ts.CompilerHost = {
    ...base,
    fileExists: (path) => files.has(path) || base.fileExists(path),
    directoryExists: (path) => `${path}/` === folder || base.directoryExists!(path),
    readFile: (path) => files.get(path) ?? base.readFile(path),
    getSourceFile: (path, languageVersion, onError) => {
      const text = files.get(path)
      return text === undefined ? base.getSourceFile(path, languageVersion, onError) : ts.createSourceFile(path, text, languageVersion, true)
    },
    getCurrentDirectory: () => root,
  }
  const program = ts.createProgram([...files.keys()], options, host)
  const lent: Host = { ts, program, checker: program.getTypeChecker() }
  const file = (name: string): ts.SourceFile => program.getSourceFile(folder + name)!
  const calls = (name: string): FnCall[] => findCalls(file(name), lent)
  return {
    host: lent,
    typeErrors: (name) => program.getSemanticDiagnostics(file(name)).map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n')),
    calls,
    trace: (name, index = 0) => traceCall(calls(name)[index], lent),
  }
}
