// test: options of theano.fn that the compiler gets as fields of the traced function.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findCalls } from '../../src/analysis/calls.ts'
import type { Host } from '../../src/analysis/host.ts'
import { traceCall } from '../../src/analysis/trace.ts'
import { fastRun, type Linker } from '../../src/graph/tracedFunction.ts'
import { memoryProgram } from './program.ts'

const cases: readonly (readonly [options: string, own: Linker | null, borrow: boolean])[] = [
  ['', null, false],
  [', undefined', null, false],
  [', {}', null, false],
  [", { linker: 'auto' }", 'auto', false],
  [", { linker: 'js' }", 'js', false],
  [", { linker: 'wasm', name: 'g' }", 'wasm', false],
  [', { linker: undefined, mode: undefined, outputs: undefined }', null, false],
  [", { mode: 'FAST_RUN' }", null, false],
  [", { mode: 'FAST_RUN', linker: 'wasm' }", 'wasm', false],
  [', { mode: {} }', null, false],
  [", { mode: { linker: 'wasm' } }", 'wasm', false],
  [", { mode: { linker: 'js' }, linker: 'js' }", 'js', false],
  [', { mode: { linker: undefined, include: undefined } }', null, false],
  [', { outputs: {} }', null, false],
  [', { outputs: { borrow: true } }', null, true],
  [', { outputs: { borrow: false } }', null, false],
  [', { outputs: { borrow: undefined } }', null, false],
  [', fast', 'wasm', true],
]
const source = [
  "import { fn, type Vector } from 'theano-ts'",
  "const fast = { linker: 'wasm', outputs: { borrow: true } } as const",
  ...cases.map(([options]) => `fn((x: Vector) => 2 * x${options})`),
].join('\n')
const program = memoryProgram({ 'options.ts': source })
const host = (linker?: Linker): Host => ({ ...program.host, linker })

test('the options are what TypeScript accepts', () => assert.equal(program.typeErrors('options.ts'), []))

for (const linker of [undefined, 'auto', 'js', 'wasm'] as const) {
  test(`linker and borrow; the project says ${linker ?? 'nothing'}`, () => {
    const calls = findCalls(program.calls('options.ts')[0].file, host(linker))
    assert.is(calls.length, cases.length)
    for (const [i, [options, own, borrow]] of cases.entries()) {
      const { function: f, diagnostics } = traceCall(calls[i], host(linker))
      assert.equal(diagnostics, [], options)
      assert.equal([f!.linker, f!.borrow], [own ?? linker ?? 'auto', borrow], options)
    }
  })
}

const modes: readonly (readonly [options: string, name: string, include: readonly string[], exclude: readonly string[]])[] = [
  ['', 'project', [], []],
  [", { mode: 'FAST_COMPILE' }", 'FAST_COMPILE', [], []],
  [", { mode: { linker: 'js' } }", 'project', [], []],
  [", { mode: { exclude: ['fusion'] } }", 'project', [], ['fusion']],
  [", { mode: { exclude: ['fusion'], name: 'DebugMode', include: ['a', 'b'] } }", 'DebugMode', ['a', 'b'], ['fusion']],
  [", { mode: { name: 'NanGuardMode' }, linker: 'wasm' }", 'NanGuardMode', [], []],
]
const ofModes = memoryProgram({
  'modes.ts': `import { fn, type Vector } from 'theano-ts'\n${modes.map(([options]) => `fn((x: Vector) => 2 * x${options})`).join('\n')}`,
})

for (const project of [undefined, 'DebugMode'] as const) {
  test(`mode, include and exclude; the project says ${project ?? 'nothing'}`, () => {
    const host: Host = { ...ofModes.host, mode: project && { ...fastRun, name: project } }
    const calls = findCalls(ofModes.calls('modes.ts')[0].file, host)
    for (const [i, [options, name, include, exclude]] of modes.entries()) {
      const { mode } = traceCall(calls[i], host).function!
      assert.equal([mode.name, mode.include, mode.exclude], [name === 'project' ? (project ?? 'FAST_RUN') : name, include, exclude], options)
    }
  })
}

test.run()
