// test: `profile: true`: calls and kernels are counted, bytes are those of the arrays, times belong to the lines of the source.
import { inspect } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray } from '../../runtime/index.ts'
import type { ProfiledKernel, ProfiledLine } from '../../runtime/profile.ts'
import { compiled, testAll } from '../inputs/compiled.ts'

const source = `import * as theano from 'theano-ts'
import { assert, dot, exp, softmax, sum, tanh, type Matrix, type Vector } from 'theano-ts'
const profile = true
export const W = theano.shared(theano.zeros([300, 20]), { name: 'W' })
export const train = theano.fn((x: Matrix, rate: number = 0.1) => {
  const hidden = tanh(dot(x, W))
  const cost = sum(hidden ** 2)
  W.value = W - rate * dot(x.T, hidden)
  return cost
}, { profile })
export const elementwise = theano.fn((x: Vector<'float32'>, y: Vector<'float32'>) => exp(x) + y, { profile })
export const part = theano.fn((x: Matrix) => exp(x.slice(0, 2)), { profile })
export const softmaxed = theano.fn((x: Matrix) => softmax(x), { profile })
export const failing = theano.fn((x: Vector) => { assert(sum(x) > 0, 'positive'); return exp(x) }, { profile })
export const ufunc = theano.fn((x, y) => Math.exp(x) * y, { profile })
export const scalar = theano.fn((x: number) => x + 1, { profile })
export const plain = theano.fn((x: number) => x + 1)
export const self = theano.fn((x: Vector) => { console.log(sum(x)); return exp(x) }, { profile })
`
const lineOf = (text: string): number => source.split('\n').findIndex((l) => l.includes(text)) + 1
const modules = await compiled('profile', source)
const matrix = (rows: number, columns: number): NDArray => new NDArray(new Float64Array(rows * columns).fill(0.01), [rows, columns], 'float64')
const sumOf = <T>(list: readonly T[], value: (x: T) => number): number => list.reduce((sum, x) => sum + value(x), 0)
const near = (a: number, b: number, name: string): void => assert.ok(Math.abs(a - b) < 1e-9, `${name}: ${a}, ${b}`)

testAll(modules, 'calls, kernels, seconds, bytes, lines', ({ train }) => {
  const p = train.profile
  const x = matrix(1000, 300)
  for (let i = 0; i < 5; i++) train(x)
  const kernels: ProfiledKernel[] = p.kernels
  assert.is(p.calls, 5)
  assert.is(p.name, 'train')
  for (const k of kernels) assert.is(k.calls, 5, k.name)
  const products = kernels.filter((k) => k.name.includes('dot'))
  assert.is(products.length, 2)
  const [forward, back] = products
  assert.equal(forward.lines[0].line, lineOf('const hidden'))
  const doubles = (...sizes: number[]): number => 5 * 8 * sumOf(sizes, (n) => n)
  const [large, weights, small] = [1000 * 300, 300 * 20, 1000 * 20]
  // Both read x; the rest is fused into the products where the linker does that.
  assert.ok(forward.bytes === doubles(large, weights, small), `${forward.name}: ${forward.bytes}`)
  assert.ok([doubles(large, small, weights), doubles(large, small, weights, weights)].includes(back.bytes), `${back.name}: ${back.bytes}`)
  const inKernels = sumOf(kernels, (k) => k.seconds)
  assert.ok(inKernels > 0 && inKernels <= p.seconds, `${inKernels} of ${p.seconds}`)
  near(
    sumOf(kernels, (k) => k.share),
    1,
    'shares of kernels',
  )
  const lines: ProfiledLine[] = p.lines
  near(
    sumOf(lines, (l) => l.share),
    1,
    'shares of lines',
  )
  near(
    sumOf(lines, (l) => l.seconds),
    inKernels,
    'seconds of lines',
  )
  assert.equal(lines.map((l) => l.line).sort(), [lineOf('const hidden'), lineOf('const cost'), lineOf('W.value =')])
  assert.ok(lines.every((l) => l.file.endsWith('profile.ts') && l.text === source.split('\n')[l.line - 1].trim()))
  assert.ok(
    lines.every((l, i) => i === 0 || l.seconds <= lines[i - 1].seconds),
    'sorted',
  )
  const dear = lines
    .slice(0, 2)
    .map((l) => l.line)
    .sort()
  assert.equal(dear, [lineOf('const hidden'), lineOf('W.value =')], 'the lines of the products take longest')
})

testAll(modules, 'bytes of known shapes', ({ elementwise, part, softmaxed, ufunc }) => {
  const one = new Float32Array(1000)
  elementwise(one, one)
  elementwise(one, one)
  assert.equal(
    elementwise.profile.kernels.map((k: ProfiledKernel) => [k.calls, k.bytes]),
    [[2, 2 * 3 * 4000]],
  )
  part(matrix(10, 7))
  assert.is(part.profile.kernels[0].bytes, 2 * (2 * 7 * 8), 'of a part, what is read')
  softmaxed(matrix(4, 5))
  assert.equal(
    softmaxed.profile.kernels.map((k: ProfiledKernel) => k.bytes),
    [2 * 4 * 5 * 8],
    'three passes, each array counted once',
  )
  ufunc(new Float64Array(6), 2)
  ufunc(1, 2)
  assert.is(ufunc.profile.calls, 2)
  assert.equal(
    ufunc.profile.kernels.map((k: ProfiledKernel) => [k.name, k.calls, k.bytes]),
    [['exp, mul', 1, 3 * 6 * 8]],
  )
  assert.equal(
    ufunc.profile.lines.map((l: ProfiledLine) => l.line),
    [lineOf('const ufunc')],
  )
})

testAll(modules, 'failing calls, calls of calls, functions without kernels or without the option', ({ failing, scalar, plain, self }) => {
  assert.throws(() => failing([-1]))
  failing([1])
  assert.is(failing.profile.calls, 2)
  assert.is(failing.profile.kernels.at(-1).calls, 1)
  scalar(1)
  assert.equal([scalar.profile.calls, scalar.profile.kernels, scalar.profile.lines], [1, [], []])
  assert.is(plain.profile, undefined)
  const { log } = console
  try {
    console.log = () => {
      console.log = () => {}
      try {
        self([1])
      } catch {}
    }
    self([1])
  } finally {
    console.log = log
  }
  assert.is(self.profile.calls, 1, 'a call that is refused is none')
})

testAll(modules, 'copies count for themselves; reset', ({ train, W }) => {
  train.profile.reset()
  assert.equal(
    [train.profile.calls, train.profile.seconds, ...train.profile.kernels.map((k: ProfiledKernel) => k.calls + k.seconds + k.bytes)].filter(Boolean),
    [],
  )
  const x = matrix(10, 300)
  for (const options of [{}, { shareMemory: true }]) {
    const copy = train.copy({ ...options, deleteUpdates: true })
    copy(x)
    copy(x)
    train(x)
    assert.is.not(copy.profile, train.profile)
    assert.equal([copy.profile.calls, copy.profile.kernels[0].calls, copy.profile.name], [2, 2, 'train copy'])
  }
  assert.equal([train.profile.calls, train.profile.kernels[0].calls], [2, 2])
  assert.equal(W.shape, [300, 20])
})

testAll(modules, 'as a table and as JSON', ({ train }) => {
  train(matrix(10, 300))
  const text = String(train.profile)
  assert.match(text, /^Function profiling: train\n {2}Time in \d+ calls: \d\.\d\de[-+]\d+s\n {2}Time in kernels: .*s \(\d+\.\d%\)\n/)
  assert.match(text, /% time +sum % +time +time\/call +#call +bytes +name\n/)
  assert.match(text, /100\.0% .*\n\nLines/)
  assert.match(text, /profile\.ts:\d+ {2}const hidden = tanh\(dot\(x, W\)\)/)
  assert.is(inspect(train.profile), text)
  const json = JSON.parse(JSON.stringify(train.profile))
  assert.equal(Object.keys(json), ['name', 'calls', 'seconds', 'kernels', 'lines'])
  assert.equal(json.kernels, train.profile.kernels)
})

test.run()
