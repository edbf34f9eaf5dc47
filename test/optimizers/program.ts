// test: programs that import theano-ts/optimizers from node_modules, as users' do, compiled and loaded.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import transformer from '../../transformer/index.ts'
import { resolveToSources } from '../fixtures/execute.ts'
import { build, withRuntime } from '../transformer/program.ts'

const root = join(import.meta.dirname, '..', '..')
const installed = {
  'node_modules/theano-ts/package.json': '{ "name": "theano-ts", "type": "module", "exports": { "./optimizers": { "types": "./optimizers/index.ts" } } }',
  'node_modules/theano-ts/optimizers/index.ts': readFileSync(join(root, 'optimizers/index.ts'), 'utf8'),
}

export interface Compiled {
  readonly text: string
  /** What TypeScript and the compiler report: the file, the text marked, the message. */
  readonly reported: readonly (readonly [file: string, marked: string, message: string])[]
}

/** Compiles main.ts, and the files that it imports. */
export function compile(main: string, helpers: Readonly<Record<string, string>> = {}): Compiled {
  const own: ts.Diagnostic[] = []
  const { outputs, diagnostics } = build(
    { ...installed, ...helpers, 'main.ts': main },
    (program) => ({ before: [transformer(program, {}, { ts, addDiagnostic: (d) => own.push(d) })] }),
    { ...withRuntime, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] },
  )
  return {
    text: outputs.get('main.js')!,
    reported: [...diagnostics, ...own].map((d) => [
      d.file?.fileName.replace('/app/', '') ?? '',
      d.file?.text.slice(d.start, d.start! + d.length!) ?? '',
      ts.flattenDiagnosticMessageText(d.messageText, '\n'),
    ]),
  }
}

/** The exports of a compiled main.ts, run against the sources of the runtime. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the program exports
export async function load(name: string, main: string, helpers?: Readonly<Record<string, string>>): Promise<any> {
  const { text, reported } = compile(main, helpers)
  if (reported.length > 0) throw new Error(JSON.stringify(reported, null, 2))
  const folder = join(root, '.tmp', 'optimizers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.js`), text)
  resolveToSources()
  return import(join(folder, `${name}.js`))
}
