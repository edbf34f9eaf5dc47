// transformer: a file's theano.fn calls through analysis and the pipeline. Nothing a user writes, and no failure of the
// compiler itself, throws out of here: it becomes a diagnostic of that call.
import type ts from 'typescript'
import { type FnCall, findCalls } from '../src/analysis/calls.ts'
import { type Diagnostic, diagnostic } from '../src/analysis/diagnostics.ts'
import { type Host, spanOf } from '../src/analysis/host.ts'
import { traceCall } from '../src/analysis/trace.ts'
import { GraphError, type Span } from '../src/graph/errors.ts'
import type { Capture } from '../src/graph/tracedFunction.ts'
import type { SourceLine } from '../src/lowering/index.ts'
import { compile, type Kernel, type Stage } from '../src/pipeline.ts'
import type { Warning } from '../src/rewriting/index.ts'
import { comesBefore } from './early.ts'

export interface CompiledCall {
  readonly node: ts.CallExpression
  readonly name: string
  /** Null when a diagnostic is an error. */
  readonly kernel: Kernel | null
  readonly captures: readonly { readonly kind: Capture['kind']; readonly expression: ts.Expression }[]
  /** Is it made before one of the containers is there that it is made with? */
  readonly early: boolean
  readonly diagnostics: readonly Diagnostic[]
  /** Other files whose functions became part of this one. */
  readonly inlined: ReadonlySet<ts.SourceFile>
}

/** Sees every stage of every call: the fixtures and `inspect` read them. */
export type Log = (call: ts.CallExpression, stage: Stage, value: unknown) => void

export function compileCalls(file: ts.SourceFile, host: Host, log?: Log): CompiledCall[] {
  const exported = new Set<string>()
  return findCalls(file, host).map((call) => (emitsCommonJS(file, host) ? refused(call, 'TH5002', {}) : compileCall(call, host, exported, log)))
}

function compileCall(call: FnCall, host: Host, exported: Set<string>, log?: Log): CompiledCall {
  const span = spanOf(call.node)
  const traced = traceCall(call, host)
  const { inlined } = traced
  const diagnostics = [...traced.diagnostics]
  const fn = traced.function
  if (fn === null) return { node: call.node, name: call.name, kernel: null, captures: [], early: false, diagnostics, inlined }
  try {
    const describe = (s: Span): string => excerpt(s, host.program)
    const warn = (w: Warning): void => void diagnostics.push(diagnostic(w.code, w.facts, w.span ?? span))
    const locate = (s: Span): string => placeOf(s, host.program)
    const lineOf = (s: Span): SourceLine | null => lineAt(s, host.program)
    const kernel = compile(fn, { describe, locate, lineOf, warn, exported }, log && ((stage: Stage, value: unknown) => log(call.node, stage, value)))
    const captures = fn.captures.map(({ kind }, i) => ({ kind, expression: traced.captures[i] }))
    // Containers, and where inputs that are kept start, are asked for when the function is made.
    const early = captures.some((c) => c.kind !== 'live' && comesBefore(call.node, c.expression, host))
    return { node: call.node, name: fn.name, kernel, captures, early, diagnostics, inlined }
  } catch (error) {
    const failure =
      error instanceof GraphError
        ? diagnostic(error.code, error.facts, error.span ?? span)
        : diagnostic('TH5001', { problem: error instanceof Error ? error.message : String(error) }, span)
    return { node: call.node, name: call.name, kernel: null, captures: [], early: false, diagnostics: [...diagnostics, failure], inlined }
  }
}

function refused(call: FnCall, code: string, facts: Record<string, string>): CompiledCall {
  return {
    node: call.node,
    name: call.name,
    kernel: null,
    captures: [],
    early: false,
    diagnostics: [diagnostic(code, facts, spanOf(call.node))],
    inlined: new Set(),
  }
}

/** The user's expression on one line, for messages at run time. */
function excerpt({ file, start, end }: Span, program: ts.Program): string {
  const text = (program.getSourceFile(file)?.text ?? '').slice(start, end).replace(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** The file as seen from the project's folder. */
function pathOf(file: string, program: ts.Program): string {
  const folder = `${program.getCurrentDirectory()}/`
  return file.startsWith(folder) ? file.slice(folder.length) : file
}

/** `file:line:column` */
function placeOf({ file, start }: Span, program: ts.Program): string {
  const source = program.getSourceFile(file)
  const path = pathOf(file, program)
  if (!source) return path
  const { line, character } = source.getLineAndCharacterOfPosition(start)
  return `${path}:${line + 1}:${character + 1}`
}

function lineAt({ file, start }: Span, program: ts.Program): SourceLine | null {
  const source = program.getSourceFile(file)
  if (!source) return null
  const { line } = source.getLineAndCharacterOfPosition(start)
  const [from, to] = [source.getLineStarts()[line], source.getLineStarts()[line + 1] ?? source.end]
  return { file: pathOf(file, program), line: line + 1, text: source.text.slice(from, to).trim() }
}

function emitsCommonJS(file: ts.SourceFile, { ts, program }: Host): boolean {
  const module = program.getCompilerOptions().module ?? ts.ModuleKind.ESNext
  if (file.fileName.endsWith('.cts')) return true
  if (module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext) return file.impliedNodeFormat !== ts.ModuleKind.ESNext
  return module < ts.ModuleKind.ES2015
}
