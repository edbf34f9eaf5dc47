// transformer: what ts-patch loads, `"plugins": [{ "transform": "theano-ts/transformer" }]`. TypeScript is the host's own
// instance, handed over by ts-patch; this package never loads a second one.
import type ts from 'typescript'
import { type Diagnostic, diagnostic } from '../src/analysis/diagnostics.ts'
import type { Host } from '../src/analysis/host.ts'
import { compileCalls, type Log } from './compiler.ts'
import { configProblems, defaultLinker, defaultMode, placementOf } from './config.ts'
import { replaceCalls } from './file.ts'
import { followInlining } from './inlining.ts'
import { importMembers } from './members.ts'
import { type CompiledFile, linkFile, writeModule } from './module.ts'
import { printWarning, toTypeScript } from './report.ts'

/** What ts-patch hands to a plugin; `log` is for programs that call the transformer themselves. */
export interface Extras {
  readonly ts: typeof ts
  /** Which of TypeScript's programs is running: 'tsc' for builds. */
  readonly library?: string
  addDiagnostic(diagnostic: ts.Diagnostic): unknown
  readonly removeDiagnostic?: (index: number) => void
  readonly diagnostics?: readonly ts.Diagnostic[]
  readonly log?: Log
}

/**
 * ts-patch's entry: replaces every `theano.fn(...)` of a file by its compiled code. Messages go to `extras.addDiagnostic`;
 * nothing is thrown for a user's mistake.
 */
export default function transformer(program: ts.Program, config: Readonly<Record<string, unknown>>, extras: Extras): ts.TransformerFactory<ts.SourceFile> {
  const { ts } = extras
  forgetDelivered(extras)
  const report = (d: Diagnostic): void => {
    const native = toTypeScript(d, program, ts)
    if (d.category === 'warning' && extras.library === 'tsc') printWarning(native, program.getCompilerOptions(), ts)
    else extras.addDiagnostic(native)
  }
  const own = config ?? {}
  for (const { code, facts } of configProblems(own)) report(diagnostic(code, facts, { file: '', start: 0, end: 0 }))
  const host: Host = { ts, program, checker: program.getTypeChecker(), linker: defaultLinker(own), mode: defaultMode(own) }
  const placement = placementOf(own)
  followInlining(host)
  const known = compiledOf(program, JSON.stringify([host.linker, host.mode, placement]))
  return (context) => (file) => {
    const before = known.get(file)
    const made = before ?? linkFile(compileCalls(file, host, extras.log), placement, program.getCompilerOptions(), ts)
    known.set(file, made)
    for (const d of made.calls.flatMap((c) => c.diagnostics)) if (before === undefined || d.category === 'error') report(d)
    const path = made.module && placement === 'file' ? writeModule(made.module, file, context, ts, report) : null
    return importMembers(replaceCalls(file, made, path, context, ts), file, host, context)
  }
}

const compiled = new WeakMap<ts.Program, Map<string, Map<ts.SourceFile, CompiledFile>>>()

/** What was compiled in a program with these options: its files may be emitted more than once. */
function compiledOf(program: ts.Program, options: string): Map<ts.SourceFile, CompiledFile> {
  if (!compiled.has(program)) compiled.set(program, new Map())
  const byOptions = compiled.get(program)!
  if (!byOptions.has(options)) byOptions.set(options, new Map())
  return byOptions.get(options)!
}

/**
 * ts-patch adds all diagnostics of a program to the result of each of its emits. A watching or incremental tsc emits
 * file by file and remembers the results by file, so what an earlier emit has delivered must not come again.
 */
function forgetDelivered({ diagnostics, removeDiagnostic }: Extras): void {
  if (diagnostics === undefined || removeDiagnostic === undefined) return
  for (let i = diagnostics.length - 1; i >= 0; i--) if (diagnostics[i].source === 'theano-ts') removeDiagnostic(i)
}
