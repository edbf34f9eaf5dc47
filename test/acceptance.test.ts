// test: docs/theano.md has all of Theano's behaviours A1 to A37 and A63, and the tests that it names exist.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'theano.md'), 'utf8')
const rows = [...page.matchAll(/^\| (A\d+(?:, A\d+)*) \| .* \| (.*) \|$/gm)]

test('every behaviour has a row', () => {
  const wanted = [...Array.from({ length: 37 }, (_, i) => i + 1), 63].map((n) => `A${n}`)
  assert.equal(
    rows.flatMap(([, names]) => names.split(', ')),
    wanted,
  )
})

test('every test that is named is there', () => {
  const named = rows.flatMap(([, , text]) => [...text.matchAll(/([a-z]+\/[a-zA-Z]+)(?:: "([^"]*)")?/g)])
  assert.ok(named.length > 37)
  for (const [, file, name = ''] of named) {
    const path = join(import.meta.dirname, `${file}.test.ts`)
    assert.ok(existsSync(path), file)
    assert.ok(readFileSync(path, 'utf8').includes(name.replace('…', '').trim()), `${file}: ${name}`)
  }
})

test.run()
