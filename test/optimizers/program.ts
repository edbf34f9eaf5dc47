// test: programs that import theano-ts/optimizers from node_modules, as users' do, compiled and loaded.
import { readFileSync } from 'node:fs'
import { type Message, load as run, transformed, withRuntime } from '../transformer/program.ts'

const installed = {
  'node_modules/theano-ts/package.json': '{ "name": "theano-ts", "type": "module", "exports": { "./optimizers": { "types": "./optimizers/index.ts" } } }',
  'node_modules/theano-ts/optimizers/index.ts': readFileSync(new URL('../../optimizers/index.ts', import.meta.url), 'utf8'),
}

/** Compiles main.ts, and the files that it imports. */
export function compile(main: string, helpers: Readonly<Record<string, string>> = {}): { readonly text: string; readonly messages: readonly Message[] } {
  const { outputs, messages } = transformed({ ...installed, ...helpers, 'main.ts': main }, {}, { ...withRuntime, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] })
  return { text: outputs.get('main.js')!, messages }
}

/** The exports of a compiled main.ts, run against the sources of the runtime. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the program exports
export async function load(name: string, main: string, helpers?: Readonly<Record<string, string>>): Promise<any> {
  const { text, messages } = compile(main, helpers)
  if (messages.length > 0) throw new Error(JSON.stringify(messages, null, 2))
  return run(`optimizers/${name}`, text)
}
