// Every code has an authored message, and the generated table is what the Markdown says.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { generateMessages } from '../../scripts/messages.ts'
import { diagnostic } from '../../src/analysis/diagnostics.ts'
import { messages } from '../../src/analysis/messages.generated.ts'

const root = new URL('../../', import.meta.url).pathname
const sources = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`
    return statSync(path).isDirectory() ? sources(path) : name.endsWith('.ts') && !name.includes('generated') ? [path] : []
  })

test('the generated table is up to date', () => {
  assert.is(readFileSync(`${root}src/analysis/messages.generated.ts`, 'utf8'), generateMessages())
})

test('every code in the sources has a message, and every message a use', () => {
  const text = [...sources(`${root}src`), ...sources(`${root}transformer`)].map((path) => readFileSync(path, 'utf8')).join('\n')
  const used = new Set([...text.matchAll(/'(TH\d{4})'/g)].map((m) => m[1]))
  assert.equal([...used].sort(), Object.keys(messages).sort())
})

test('placeholders are filled', () => {
  const span = { file: 'a.ts', start: 0, end: 1 }
  assert.equal(diagnostic('TH3030', { name: 'x', function: 'f' }, span), {
    code: 'TH3030',
    category: 'error',
    message: "The parameter `x` of `f` is never used. Remove it, call it `_x`, or pass the option `onUnusedInput: 'ignore'`.",
    span,
  })
  assert.is(diagnostic('TH9001', { name: 'x' }, span).category, 'warning')
})

test.run()
