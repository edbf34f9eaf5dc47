// test/lowering: addresses and lengths near the limits of 32 bits, in a process of their own.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

test('above 2 GB, at the end of 4 GB, and for more than 2^31 elements programs give what they give elsewhere', () => {
  assert.is(execFileSync(process.execPath, [join(import.meta.dirname, 'largePrograms.ts')], { encoding: 'utf8' }), 'all the same\n')
})

test.run()
