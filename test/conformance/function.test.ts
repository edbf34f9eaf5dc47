// test: programs as users write them, checked by TypeScript and run under both linkers. What they expect is Theano's list of behaviours
// (A1-A37, A63) and what the documentation says, in combination.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { test } from 'uvu'
import transformer from '../../transformer/index.ts'
import { resolveToSources } from '../fixtures/execute.ts'
import { build, withRuntime } from '../transformer/program.ts'

const topics = readdirSync(join(import.meta.dirname, 'programs')).map((name) => `programs/${name}`)
const files = Object.fromEntries(['check.ts', ...topics].map((name) => [name, readFileSync(join(import.meta.dirname, name), 'utf8')]))
const folder = join(import.meta.dirname, '..', '..', '.tmp', 'conformance')

const reported: ts.Diagnostic[] = []
const compiler = (linker: string) => (program: ts.Program) => ({
  before: [transformer(program, { linker }, { ts, addDiagnostic: (d) => reported.push(d) })],
})
const { program, diagnostics } = build(files, compiler('js'), withRuntime)
const messages = [...diagnostics, ...reported].map((d) => `${d.file?.fileName}:${lineOf(d)} ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`)
if (messages.length > 0) throw new Error(messages.join('\n'))

resolveToSources()
for (const linker of ['js', 'wasm']) {
  const custom = compiler(linker)(program)
  for (const name of Object.keys(files))
    program.emit(program.getSourceFile(`/app/${name}`), (path, text) => write(linker, path, text), undefined, false, custom)
  for (const topic of topics) {
    const { cases } = await import(join(folder, linker, topic.replace('.ts', '.js')))
    for (const [name, run] of Object.entries<() => void>(cases)) test(`${name} (${linker})`, run)
  }
}

function write(linker: string, path: string, text: string): void {
  const to = join(folder, linker, path.replace('/app/', ''))
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, text)
}

function lineOf(d: ts.Diagnostic): number {
  return d.file ? d.file.getLineAndCharacterOfPosition(d.start!).line + 1 : 0
}

test.run()
