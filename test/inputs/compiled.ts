// test: whole sources through the transformer, their modules imported: one program a linker.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { load, transformed } from '../transformer/program.ts'

// biome-ignore lint/suspicious/noExplicitAny: what a source exports is what its test expects
export type Exports = Record<string, any>

const linkers = ['js', 'wasm'] as const

/** The exports of a source, under each linker. Throws for errors of TypeScript or of the compiler. */
export async function compiled(name: string, source: string): Promise<ReadonlyMap<string, Exports>> {
  const modules = new Map<string, Exports>()
  for (const linker of linkers) {
    const { outputs, messages } = transformed({ [`${name}.ts`]: source }, { linker })
    const reported = messages.map(({ at, text }) => `${at}: ${text}`)
    assert.equal(reported, [], name)
    modules.set(linker, await load(`inputs/${name}-${linker}`, outputs.get(`${name}.js`)!))
  }
  return modules
}

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
