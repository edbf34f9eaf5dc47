// The budget: one elementwise function, bundled, with everything it needs of the runtime.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bundleSize, bundleWasm, LIMIT, WASM_LIMIT } from '../../scripts/size.ts'

test('one elementwise function fits the budget', async () => {
  const { gzip } = await bundleSize()
  assert.ok(gzip <= LIMIT, `${gzip} bytes of ${LIMIT}`)
})

test('one elementwise function in WebAssembly fits the budget, with the heap', async () => {
  const { gzip } = await bundleWasm()
  assert.ok(gzip <= WASM_LIMIT, `${gzip} bytes of ${WASM_LIMIT}`)
})

test('programs without WebAssembly code carry no heap', async () => {
  const { text } = await bundleSize(`import { ndarray, shared, zeros } from './runtime/index.ts'; export const x = shared(ndarray(zeros(2)))`)
  assert.not.match(text, /WebAssembly|FinalizationRegistry|HeapArray/)
})

test('what a program does not use is not in it', async () => {
  const { text } = await bundleSize(`import * as $t from './runtime/kernel.ts'; export const f = () => $t.failed('x')`)
  assert.ok(text.length < 120, text)
  const outside = await bundleSize(`import { zeros } from './runtime/index.ts'; export const x = zeros([2])`)
  for (const word of ['NotCompiledError', 'transformer', 'verifyGrad', 'do not broadcast']) assert.not.ok(outside.text.includes(word), word)
})

test.run()
