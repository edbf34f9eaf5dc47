// test: a source text through the transformer, and its exports when it runs.
import { load, type Message, transformed } from '../transformer/program.ts'

let count = 0

/** The emitted text of a source, `a.ts`, and the messages of the build with the source text they are about. */
export function compiled(source: string, config: Readonly<Record<string, unknown>> = {}): { readonly text: string; readonly messages: readonly Message[] } {
  const { outputs, messages } = transformed({ 'a.ts': source }, config)
  return { text: outputs.get('a.js')!, messages }
}

/** The exports of a source that compiles without messages; `edit` may change what was emitted. */
// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
export async function exportsOf(source: string, config: Readonly<Record<string, unknown>> = {}, edit = (text: string): string => text): Promise<any> {
  const { text, messages } = compiled(source, config)
  if (messages.length > 0) throw new Error(messages.map((m) => m.text).join('\n'))
  return load(`modes/${process.pid}-${count++}`, edit(text))
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
