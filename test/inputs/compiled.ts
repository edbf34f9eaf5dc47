// test: whole sources through the transformer, their modules imported: one program a linker.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import transformer from '../../transformer/index.ts'
import { resolveToSources } from '../fixtures/execute.ts'
import { build, withRuntime } from '../transformer/program.ts'

// biome-ignore lint/suspicious/noExplicitAny: what a source exports is what its test expects
export type Exports = Record<string, any>

const folder = join(import.meta.dirname, '..', '..', '.tmp', 'inputs')
const linkers = ['js', 'wasm'] as const

/** The exports of a source, under each linker. Throws for errors of TypeScript or of the compiler. */
export async function compiled(name: string, source: string): Promise<ReadonlyMap<string, Exports>> {
  resolveToSources()
  mkdirSync(folder, { recursive: true })
  const modules = new Map<string, Exports>()
  for (const linker of linkers) {
    const reported: string[] = []
    const { outputs, diagnostics } = build(
      { [`${name}.ts`]: source },
      (program) => ({ before: [transformer(program, { linker }, { ts, addDiagnostic: (d) => reported.push(`${textAt(source, d)}: ${d.messageText}`) })] }),
      withRuntime,
    )
    assert.equal([...diagnostics.map((d) => `${textAt(source, d)}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`), ...reported], [], name)
    const file = join(folder, `${name}-${linker}.js`)
    writeFileSync(file, outputs.get(`${name}.js`)!)
    modules.set(linker, await import(file))
  }
  return modules
}

const textAt = (source: string, d: ts.Diagnostic): string => source.slice(d.start ?? 0, (d.start ?? 0) + (d.length ?? 0))

/** A test of what the modules of both linkers do, once each. */
export function testAll(modules: ReadonlyMap<string, Exports>, name: string, body: (m: Exports) => void): void {
  for (const [linker, m] of modules) test(`${name} (${linker})`, () => body(m))
}

/** Runs f; throws unless it throws an error of this kind whose message matches. */
export function refuses(f: () => unknown, kind: typeof TypeError | typeof RangeError | typeof Error, message: RegExp): void {
  try {
    f()
  } catch (error) {
    assert.is((error as Error).constructor, kind, String(error))
    assert.match((error as Error).message, message)
    return
  }
  assert.unreachable(`nothing thrown; expected ${message}`)
}
