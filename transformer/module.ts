// transformer: the WebAssembly module of a user's file: inlined as base64, or a file beside the emitted one, which then awaits it.
// Instantiated by the runtime when the first function of the file is called.
import type ts from 'typescript'
import { type Diagnostic, diagnostic } from '../src/analysis/diagnostics.ts'
import { spanOf } from '../src/analysis/host.ts'
import { type LinkedModule, linkModule } from '../src/lowering/wasm/module.ts'
import { parseCode, pure } from './code.ts'
import type { CompiledCall } from './compiler.ts'
import { renamedIn, type Writer, withGlobals } from './globals.ts'

type TypeScript = typeof ts

/** Where modules go: into the text, or into files of their own. */
export type Placement = 'inline' | 'file'

export interface CompiledFile {
  readonly calls: readonly CompiledCall[]
  /** Null when no call needs one. */
  readonly module: LinkedModule | null
}

/** The module of a file's calls; where there can be none, the calls that need it are errors: TH5005, or TH5001 for a fault of ours. */
export function linkFile(calls: readonly CompiledCall[], placement: Placement, options: ts.CompilerOptions, ts: TypeScript, link = linkModule): CompiledFile {
  const functions = calls.flatMap((c) => c.kernel?.functions ?? [])
  if (functions.length === 0) return { calls, module: null }
  const refused = (code: string, facts: Record<string, string>): CompiledFile => ({ calls: calls.map((c) => failing(c, code, facts)), module: null })
  if (placement === 'file' && !awaitsAtTop(options, ts)) return refused('TH5005', {})
  try {
    return { calls, module: link(functions, placement === 'inline') }
  } catch (error) {
    return refused('TH5001', { problem: error instanceof Error ? error.message : String(error) })
  }
}

function failing(call: CompiledCall, code: string, facts: Record<string, string>): CompiledCall {
  if (call.kernel === null || call.kernel.functions.length === 0) return call
  return { ...call, kernel: null, captures: [], diagnostics: [...call.diagnostics, diagnostic(code, facts, spanOf(call.node))] }
}

/** Does the emitted code keep `await` outside of functions? */
function awaitsAtTop({ module, target }: ts.CompilerOptions, ts: TypeScript): boolean {
  return (module ?? ts.ModuleKind.ESNext) >= ts.ModuleKind.ES2022 && (target ?? ts.ScriptTarget.ESNext) >= ts.ScriptTarget.ES2017
}

/** The path of the module of an emitted file: `a.js` has `a.wasm`, `a.mjs` has `a.mjs.wasm`. */
export const modulePath = (emitted: string): string => `${emitted.replace(/\.js$/, '')}.wasm`

/**
 * `const $m = $t.wasm('…', imports)`, or with the path of the module's file `const $m = await $t.wasmFile(new URL('./a.wasm',
 * import.meta.url), imports)`; for a module with places that may be relaxed fusedWasm and fusedWasmFile, which take them as well.
 */
export function moduleDeclaration(module: LinkedModule, path: string | null, writer: Writer): ts.Statement {
  const { kernel, declared, factory, ts } = writer
  const parse = (text: string): ts.Expression => parseCode(text, renamedIn(writer), ts)
  const url = declared.has('URL') ? 'globalThis.URL' : 'URL'
  const source = path === null ? `'${Buffer.from(module.bytes).toString('base64')}'` : `new ${url}(${JSON.stringify(urlOf(path))}, import.meta.url)`
  const fused = module.relaxed.length > 0
  const args = [source, ...(fused ? [JSON.stringify(module.relaxed)] : [])].map(parse)
  if (module.imports.length > 0) args.push(importsOf(module, writer))
  const name = `${fused ? 'fusedWasm' : 'wasm'}${path === null ? '' : 'File'}`
  const member = factory.createPropertyAccessExpression(factory.createIdentifier(kernel), name)
  const made = factory.createCallExpression(member, undefined, args)
  const value = path === null ? pure(made, ts) : factory.createAwaitExpression(made)
  const declaration = factory.createVariableDeclaration(writer.module, undefined, undefined, value)
  return factory.createVariableStatement(undefined, factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const))
}

const urlOf = (path: string): string => `./${encodeURIComponent(path.slice(path.lastIndexOf('/') + 1))}`

/** The object of imports, inside a function that brings the genuine globals where the user's file hides some of them. */
function importsOf({ imports }: LinkedModule, writer: Writer): ts.Expression {
  const { factory, ts } = writer
  const entries = imports.map(([name, js]) => `${name}: ${js}`)
  const object = `{ ${entries.join(', ')} }`
  const arrow = parseCode(`() => {\nreturn ${object}\n}`, renamedIn(writer), ts)
  const complete = withGlobals(arrow, writer)
  if (complete === arrow) return parseCode(object, renamedIn(writer), ts)
  return factory.createCallExpression(factory.createParenthesizedExpression(complete), undefined, [])
}

/** The parts of TypeScript's internal emit host that say where a file goes and put it there. */
interface EmitHost {
  writeFile(path: string, content: unknown, byteOrderMark: boolean, onError: (problem: string) => void): void
}
interface Internals {
  getOutputPathsFor(file: ts.SourceFile, host: EmitHost, forceDeclarations: boolean): { readonly jsFilePath: string }
}

/**
 * Writes the module beside what `file` is emitted to, the way that text is written (TypeScript's own hosts take bytes as well);
 * returns its path. Reports TH5006 if it cannot be written.
 */
export function writeModule(
  module: LinkedModule,
  file: ts.SourceFile,
  context: ts.TransformationContext,
  ts: TypeScript,
  report: (d: Diagnostic) => void,
): string {
  const host = (context as unknown as { getEmitHost(): EmitHost }).getEmitHost()
  const path = modulePath((ts as unknown as Internals).getOutputPathsFor(file, host, false).jsFilePath)
  const failed = (problem: string): void => report(diagnostic('TH5006', { path, problem }, { file: file.fileName, start: 0, end: 0 }))
  try {
    host.writeFile(path, module.bytes, false, failed)
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error))
  }
  return path
}
