// test: a source text through the transformer, and its exports when it runs.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import transformer from '../../transformer/index.ts'
import { resolveToSources } from '../fixtures/execute.ts'
import { build, withRuntime } from '../transformer/program.ts'

const folder = join(import.meta.dirname, '..', '..', '.tmp', 'modes')
let count = 0

export interface Compiled {
  readonly text: string
  readonly messages: readonly { readonly text: string; readonly at: string }[]
}

/** The emitted text of a source, `a.ts`, and the messages of the build with the source text they are about. */
export function compiled(source: string, config: Readonly<Record<string, unknown>> = {}): Compiled {
  const reported: ts.Diagnostic[] = []
  const before = (program: ts.Program) => ({ before: [transformer(program, config, { ts, addDiagnostic: (d) => reported.push(d) })] })
  const { outputs, diagnostics } = build({ 'a.ts': source }, before, withRuntime)
  const messages = [...reported, ...diagnostics].map((d) => ({
    text: ts.flattenDiagnosticMessageText(d.messageText, '\n'),
    at: source.slice(d.start, d.start! + d.length!),
  }))
  return { text: outputs.get('a.js')!, messages }
}

/** The exports of a source that compiles without messages; `edit` may change what was emitted. */
// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
export async function exportsOf(source: string, config: Readonly<Record<string, unknown>> = {}, edit = (text: string): string => text): Promise<any> {
  const { text, messages } = compiled(source, config)
  if (messages.length > 0) throw new Error(messages.map((m) => m.text).join('\n'))
  resolveToSources()
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${process.pid}-${count++}.js`)
  writeFileSync(path, edit(text))
  return import(path)
}

/** The message of what `run` throws; null if it throws nothing. */
export function thrown(run: () => unknown): string | null {
  try {
    run()
    return null
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

/** Where texts stand in a source named a.ts, `file:line:column`, and ranges of its lines, counted from 1. */
export function placeIn(source: string): { place: (text: string) => string; lines: (from: number, to: number) => string } {
  const all = source.split('\n')
  return {
    place: (text) => {
      const before = source.slice(0, source.indexOf(text)).split('\n')
      return `a.ts:${before.length}:${before.at(-1)!.length + 1}`
    },
    lines: (from, to) => `${all.slice(from - 1, to).join('\n')}\n`,
  }
}
