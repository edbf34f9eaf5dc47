// test/random: streams in whole programs, under both linkers: one draw a call, seeds, states, default updates, atomic commits.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NotCompiledError, randomStreams } from '../../runtime/index.ts'
import { compiled, refuses, testAll } from '../inputs/compiled.ts'

const modules = await compiled(
  'random-streams',
  `import * as theano from 'theano-ts'
import { type Matrix, sum, type Vector } from 'theano-ts'

export const randomStreams = theano.randomStreams

/** The program of Theano's tutorial: f draws anew at each call, g repeats, h is zero. */
export const tutorial = (seed: number) => {
  const rng = theano.randomStreams(seed)
  return {
    rng,
    f: theano.fn(() => rng.uniform([2, 2])),
    normal: theano.fn(() => rng.normal([2, 2])),
    g: theano.fn(() => rng.normal([2, 2]), { noDefaultUpdates: true }),
    nearlyZeros: theano.fn(() => {
      const rv = rng.uniform([2, 2])
      return (rv + rv - 2 * rv) as Matrix
    }),
  }
}

const rng = theano.randomStreams(7)
const other = theano.randomStreams(8)
export const scalar = theano.fn(() => rng.uniform([]))
export const pair = theano.fn(() => [rng.uniform([3]), rng.uniform([3])])
export const unrolled = theano.fn(() => [1, 2, 3].map(() => rng.uniform([])))
const noise = (shape: number) => rng.normal([shape])
export const inlined = theano.fn(() => [noise(2), noise(2)])
export const listed = theano.fn(() => [rng.uniform([]), other.uniform([])], { noDefaultUpdates: [rng] })
const total = theano.shared(0, { name: 'total' })
export const failing = theano.fn((x: Vector, y: Vector) => {
  const draw = rng.uniform([])
  total.value += draw
  return draw + sum(x * y)
})
export const read = () => total.getValue()
export const state = () => rng.state
class Model {
  readonly rng = theano.randomStreams(11)
  readonly step = theano.fn((x: Vector) => x + this.rng.normal(x.shape))
}
export const model = new Model()
export const branch = theano.fn((flag: boolean) => (flag ? rng.uniform([]) : -rng.uniform([])))
export const shapeOnly = theano.fn(() => rng.uniform([4, 5]).shape[1] * 2)
export const own = theano.fn(() => rng.uniform(undefined, [0, 10], [1, 20]) as Vector)
export const drawing = theano.fn(() => rng.integers([4], 2 ** 30))
`,
)

const numbers = (x: { data: ArrayLike<number> }): number[] => Array.from(x.data)

testAll(modules, 'A63: a new draw each call; with noDefaultUpdates the same; a value mentioned twice is one draw', ({ tutorial }) => {
  const { f, g, nearlyZeros } = tutorial(234)
  assert.not.equal(numbers(f()), numbers(f()))
  assert.equal(numbers(g()), numbers(g()))
  assert.equal(numbers(nearlyZeros()), [0, 0, 0, 0])
})

testAll(modules, 'A63: the same seed in two streams gives the same samples', ({ tutorial }) => {
  const [a, b, c] = [tutorial(234), tutorial(234), tutorial(235)]
  const samples = [a, b, c].map(({ f, normal }) => [f(), normal(), f(), normal()].map(numbers))
  assert.equal(samples[0], samples[1])
  assert.not.equal(samples[0], samples[2])
})

testAll(modules, 'each place that draws has a stream of its own: helpers, loops, two in one function', ({ pair, unrolled, inlined }) => {
  const [a, b] = pair()
  assert.not.equal(numbers(a), numbers(b))
  assert.is(new Set(unrolled()).size, 3)
  const [c, d] = inlined()
  assert.not.equal(numbers(c), numbers(d))
})

testAll(modules, 'seed: all streams are as if they had been made with it', ({ tutorial }) => {
  const fresh = tutorial(5)
  const { rng, f, normal } = tutorial(1)
  f()
  f()
  rng.seed(5)
  assert.equal([numbers(f()), numbers(normal())], [numbers(fresh.f()), numbers(fresh.normal())])
})

testAll(modules, 'a state is plain data; restoring it repeats what came after', ({ tutorial }) => {
  const { rng, f, normal } = tutorial(99)
  f()
  const kept = JSON.parse(JSON.stringify(rng.state))
  const after = [f(), normal(), f()].map(numbers)
  rng.state = kept
  assert.equal([f(), normal(), f()].map(numbers), after)
  // In another process: streams that are made after the state is set start there.
  const later = tutorial(0)
  later.rng.state = kept
  assert.equal([later.f(), later.normal(), later.f()].map(numbers), after)
  assert.is(later.rng.state.seed, 99)
})

test('a state that is set before streams are made is where they start', () => {
  const [a, b] = [randomStreams(3), randomStreams(0)]
  const first = a.stream() as { getValue(): { data: Uint32Array }; setValue(v: Uint32Array): void }
  first.setValue(Uint32Array.of(1, 2, 3, 4))
  b.state = a.state
  const words = (s: unknown): number[] => [...(s as typeof first).getValue().data]
  assert.equal(words(b.stream()), [1, 2, 3, 4])
  assert.equal(words(b.stream()), words(a.stream()))
})

testAll(modules, 'noDefaultUpdates may name the streams', ({ listed }) => {
  const [[a, b], [c, d]] = [listed(), listed()]
  assert.is(a, c)
  assert.not.equal(b, d)
})

testAll(modules, 'a call that fails draws nothing', ({ failing, read, state }) => {
  failing([1, 2], [3, 4])
  const [before, value] = [JSON.stringify(state()), read()]
  refuses(() => failing([1, 2], [3, 4, 5]), RangeError, /failing: .*2 and 3|failing: .*3 and 2/)
  assert.is(JSON.stringify(state()), before)
  assert.is(read(), value)
  failing([1, 2], [3, 4])
  assert.not.equal(JSON.stringify(state()), before)
})

testAll(
  modules,
  'streams in a field; draws in branches; a shape alone draws nothing; parameters tell the shape',
  ({ model, branch, shapeOnly, own, state }) => {
    assert.not.equal(numbers(model.step([0, 0])), numbers(model.step([0, 0])))
    assert.ok(branch(true) > 0 && branch(false) < 0)
    const before = JSON.stringify(state())
    assert.is(shapeOnly(), 10)
    assert.is(JSON.stringify(state()), before)
    const { data, shape } = own()
    assert.equal(shape, [2])
    assert.ok(data[0] < 1 && data[1] >= 10 && data[1] < 20)
  },
)

test('seeds and states that are none are refused, and nothing has changed then', () => {
  for (const seed of [-1, 0.5, 2 ** 53, NaN, '3'])
    refuses(() => randomStreams(seed as number), RangeError, /randomStreams: the seed is .*; it must be an integer from 0 to 2 \*\* 53 - 1/)
  const rng = randomStreams(2 ** 53 - 1)
  rng.stream()
  const before = JSON.stringify(rng.state)
  refuses(() => rng.seed(-3), RangeError, /the seed is -3/)
  for (const streams of [undefined, [[1, 2, 3]], [[1, 2, 3, -4]], [['a', 2, 3, 4]]])
    refuses(() => Object.assign(rng, { state: { seed: 1, streams } }), TypeError, /randomStreams: a state is what `state` gave/)
  for (const [state, got] of [
    [null, 'null'],
    [undefined, 'undefined'],
    [3, '3'],
    ['x', '"x"'],
    [{}, 'Object'],
    [{ streams: [] }, 'Object'],
    [[1, 2, 3, 4], 'an array'],
  ])
    refuses(() => Object.assign(rng, { state }), TypeError, new RegExp(`^randomStreams: a state is what \`state\` gave: .*, got ${got}`))
  refuses(() => Object.assign(rng, { state: { seed: -1, streams: [] } }), RangeError, /^randomStreams: the seed is -1/)
  assert.is(JSON.stringify(rng.state), before)
})

test('seeds that differ in their upper bits only give other streams', () => {
  const keys = [1, 1 + 2 ** 32, 1 + 2 ** 33].map((seed) => {
    const rng = randomStreams(seed)
    rng.stream()
    return rng.state.streams[0].join()
  })
  assert.is(new Set(keys).size, 3)
})

test('outside arrows drawing says that it was not compiled', () => {
  assert.throws(
    () => randomStreams(1).normal([2]),
    (e: Error) => e instanceof NotCompiledError && e.message.startsWith('rng.normal '),
  )
})

test.run()
