// The budget: one function, as it is emitted, bundled with everything it needs of the runtime.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bundleSize, emitted, programs } from '../../scripts/size.ts'

type Name = keyof typeof programs
const bundles = new Map<Name, Awaited<ReturnType<typeof bundleSize>>>()
for (const name of Object.keys(programs) as Name[]) {
  const { source, limit } = programs[name]
  test(`one function, ${name}, fits the budget`, async () => {
    const bundle = await bundleSize(emitted(source))
    bundles.set(name, bundle)
    assert.ok(bundle.gzip <= limit, `${bundle.gzip} bytes of ${limit}`)
  })
}

test('what cannot be compiled has no size', () => {
  const source = `import * as theano from 'theano-ts'\nexport const f = theano.fn((x: theano.Vector) => Math.random() * x)\n`
  assert.throws(() => emitted(source), /TH\d+/)
})

test('programs without WebAssembly code carry no heap, those that fuse nothing no code for that', async () => {
  const { text } = await bundleSize(`import { ndarray, shared, zeros } from './runtime/index.ts'; export const x = shared(ndarray(zeros(2)))`)
  assert.not.match(text, /WebAssembly|FinalizationRegistry|HeapArray/)
  const { wasm, 'wasm, matrix product': product } = Object.fromEntries(bundles)
  assert.match(wasm.text, /WebAssembly\.Module/)
  assert.not.match(wasm.text, /validate/)
  assert.match(product.text, /validate/)
})

test('functions that are not used are not in it, and neither is a module that only they use', async () => {
  const source = `import * as theano from 'theano-ts'
import type { Vector } from 'theano-ts'
export const f = theano.fn((x: Vector) => x + 1, { linker: 'js' })
const g = theano.fn((x: Vector) => Math.exp(x), { linker: 'wasm' })
const all = { early: theano.fn((x: Vector) => x * W) }
const W = theano.shared(2)
`
  const { text } = await bundleSize(emitted(source))
  assert.match(text, /"f"/)
  assert.not.match(text, /WebAssembly|"g"|early/)
})

test('members of functions are in it where they are named, profiles where they are asked for', async () => {
  const bytes = async (use: string, options = '') => {
    const source = `import * as theano from 'theano-ts'\nexport const f = theano.fn((x: number) => x + 1, { linker: 'js'${options} })\n${use}\n`
    return bundleSize(emitted(source))
  }
  const texts = { copy: 'swap takes pairs', named: 'no parameter', container: 'that has a default', profile: 'Function profiling', all: 'getOwnPropertyNames' }
  const members = ({ text }: { text: string }) => Object.entries(texts).flatMap(([member, words]) => (text.includes(words) ? [member] : []))
  const plain = await bytes('')
  assert.equal(members(plain), [])
  assert.equal(members(await bytes('export const g = f.copy().named')), ['copy', 'named'])
  assert.equal(members(await bytes('', ', profile: true')), ['profile'])
  const free = await bytes('export const free = () => f.free()')
  assert.ok(free.gzip - plain.gzip < 120, `f.free takes ${free.gzip - plain.gzip} bytes`)
})

test('what a program does not use is not in it', async () => {
  const { text } = await bundleSize(`import * as $t from './runtime/kernel.ts'; export const f = () => $t.failed('x')`)
  assert.ok(text.length < 120, text)
  const outside = await bundleSize(`import { zeros } from './runtime/index.ts'; export const x = zeros([2])`)
  for (const word of ['NotCompiledError', 'transformer', 'verifyGrad', 'do not broadcast']) assert.not.ok(outside.text.includes(word), word)
})

test.run()
