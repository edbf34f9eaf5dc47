// transformer: diagnostics of the compiler as TypeScript's own, so that tsc prints them with their code frames.
import type ts from 'typescript'
import type { Diagnostic } from '../src/analysis/diagnostics.ts'

type TypeScript = typeof ts

/** What a message reads like wherever it appears: build output and code that throws it. */
export const messageText = (d: Diagnostic): string => `${d.code}: ${d.message}`

export function toTypeScript(d: Diagnostic, program: ts.Program, ts: TypeScript): ts.Diagnostic {
  const file = program.getSourceFile(d.span.file)
  return {
    file,
    start: file && d.span.start,
    length: file && d.span.end - d.span.start,
    messageText: messageText(d),
    category: d.category === 'error' ? ts.DiagnosticCategory.Error : ts.DiagnosticCategory.Warning,
    code: Number(d.code.slice(2)),
    source: 'theano-ts',
  }
}

/** Prints a warning the way tsc prints. tsc counts every diagnostic it is handed as a failure of the build. */
export function printWarning(d: ts.Diagnostic, options: ts.CompilerOptions, ts: TypeScript): void {
  const pretty = options.pretty ?? (ts.sys.writeOutputIsTTY?.() && !process.env.NO_COLOR)
  ts.sys.write(formatted(d, Boolean(pretty), ts))
}

/** A diagnostic as tsc prints it, `pretty` with colours and a code frame. */
export function formatted(d: ts.Diagnostic, pretty: boolean, ts: TypeScript): string {
  const host: ts.FormatDiagnosticsHost = {
    getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
    getNewLine: () => ts.sys.newLine,
    getCanonicalFileName: (name) => (ts.sys.useCaseSensitiveFileNames ? name : name.toLowerCase()),
  }
  return pretty ? ts.formatDiagnosticsWithColorAndContext([d], host) + ts.sys.newLine : ts.formatDiagnostic(d, host)
}
