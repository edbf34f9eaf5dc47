// test: the tables of operations in the documents are those of the library.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

test('scripts/docs.ts has nothing to change', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/docs.ts'), '--check'], { encoding: 'utf8' })
  assert.is(stderr, '')
  assert.is(status, 0)
})

test.run()
