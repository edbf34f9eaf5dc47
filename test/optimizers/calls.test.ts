// test: ways to call an optimizer, whose state is whose, and calls that throw; under both linkers.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { linkers, testBoth } from '../golden/run.ts'
import { compile, load } from './program.ts'

const program = (linker: string): string => `
import { assert, clip, dot, fn, grad, mean, ndarray, shared, sum, type Matrix, type Scalar, type Vector } from 'theano-ts'
import { adam, momentum, sgd } from 'theano-ts/optimizers'
import * as optimizers from 'theano-ts/optimizers'
import { step } from './helper.js'

const start = [[0.5, -1], [2, 0.25]]
const chosen = { learningRate: 0.05, beta1: 0.8 }
class Model {
  readonly W = shared(start)
  readonly b = shared([0, 0])
  readonly params = [this.W, this.b]
}

/** The same two steps of adam, written in many ways. */
export const ways: Record<string, () => { train: (x: number[][]) => unknown; W: { getValue(): unknown } }> = {
  object() {
    const [W, b] = [shared(start), shared([0, 0])]
    const train = fn((x: Matrix) => adam(mean((dot(x, W) + b) ** 2), [W, b], { learningRate: 0.05, beta1: 0.8 }), { linker: '${linker}' })
    return { train, W }
  },
  captured() {
    const [W, b] = [shared(start), shared([0, 0])]
    const train = fn((x: Matrix) => adam(mean((dot(x, W) + b) ** 2), [W, b], chosen), { linker: '${linker}' })
    return { train, W }
  },
  model() {
    const model = new Model()
    const train = fn((x: Matrix) => adam(mean((dot(x, model.W) + model.b) ** 2), model.params, { ...chosen }), { linker: '${linker}' })
    return { train, W: model.W }
  },
  gradients() {
    const [W, b] = [shared(start), shared([0, 0])]
    const train = fn((x: Matrix) => {
      const cost = mean((dot(x, W) + b) ** 2)
      adam([grad(cost, W), grad(cost, b)], [W, b], chosen)
    }, { linker: '${linker}' })
    return { train, W }
  },
  oneByOne() {
    const [W, b] = [shared(start), shared([0, 0])]
    const train = fn((x: Matrix) => {
      const cost = mean((dot(x, W) + b) ** 2)
      const gb = grad(cost, b)
      optimizers.adam(cost, W, chosen)
      optimizers.adam([gb], b, chosen)
    }, { linker: '${linker}' })
    return { train, W }
  },
  helper() {
    const [W, b] = [shared(start), shared([0, 0])]
    const train = fn((x: Matrix) => step(mean((dot(x, W) + b) ** 2), [W, b]), { linker: '${linker}' })
    return { train, W }
  },
}

/** The learning rate alone. */
export const rates = {
  number: () => { const w = shared([1, 2]); return { w, train: fn((_r: number) => sgd(sum(w ** 2), w, 0.5), { linker: '${linker}' }) } },
  parameter: () => { const w = shared([1, 2]); return { w, train: fn((rate: number) => sgd(sum(w ** 2), w, rate), { linker: '${linker}' }) } },
  tensor: () => { const w = shared([1, 2]); return { w, train: fn((rate: Scalar) => sgd(sum(w ** 2), w, rate), { linker: '${linker}' }) } },
  schedule: () => { const w = shared([1, 2]); const rate = shared(0.5); return { w, train: fn((_r: number) => sgd(sum(w ** 2), w, rate), { linker: '${linker}' }) } },
}

export function ofTwo() {
  const w = shared([8, 8], { name: 'w' })
  const down = fn((x: Vector) => { assert(sum(x) < 100, 'too much'); momentum(sum(x * w), w, { learningRate: 1, momentum: 0.5 }) }, { linker: '${linker}' })
  const up = fn((x: Vector) => momentum(-sum(x * w), w, { learningRate: 1, momentum: 0.5 }), { linker: '${linker}' })
  return { w, down, up }
}

export function clipped() {
  const w = shared([3, -3])
  const train = fn((x: Vector) => {
    w.value = clip(w, -1, 1)
    momentum(sum(x * w), w, 1)
  }, { linker: '${linker}' })
  return { w, train }
}
export const inFloat32 = () => {
  const w = shared(ndarray([1, 2], undefined, 'float32'), { name: 'w' })
  return { w, train: fn((x: Vector<'float32'>, rate: Scalar) => adam(sum(x * w), w, rate), { linker: '${linker}' }) }
}
`
const helper = `import type { Tensor } from 'theano-ts'
import { adam, type Parameters } from 'theano-ts/optimizers'
const learningRate = 0.05
export function step(cost: Tensor, params: Parameters): void {
  adam(cost, params, { learningRate, beta1: 0.8 })
}
`
// biome-ignore lint/suspicious/noExplicitAny: what the program exports
const programs: Record<string, any> = {}
test('the programs compile', async () => {
  for (const linker of linkers) programs[linker] = await load(`calls-${linker}`, program(linker), { 'helper.ts': helper })
})

testBoth('however it is called', (linker) => {
  const { ways } = programs[linker]
  const trained = Object.keys(ways).map((way) => {
    const { train, W } = ways[way]()
    for (const x of [[[1, 2]], [[-1, 0.5]], [[0, 3]]]) assert.is(train(x), undefined)
    return [way, W.getValue().toArray()]
  })
  for (const [way, W] of trained) assert.equal(W, trained[0][1], way)
})

testBoth('a learning rate is a number, a parameter, a tensor or a shared variable', (linker) => {
  for (const make of Object.values(programs[linker].rates) as (() => { w: { getValue(): { toArray(): unknown } }; train(rate: number): void })[]) {
    const { w, train } = make()
    train(0.5)
    assert.equal(w.getValue().toArray(), [0, 0])
  }
})

testBoth('state belongs to one compiled function, made once', (linker) => {
  const [one, other] = [programs[linker].ofTwo(), programs[linker].ofTwo()]
  one.down([1, 2])
  assert.equal(one.w.getValue().toArray(), [7, 6])
  one.down([1, 2])
  assert.equal(one.w.getValue().toArray(), [5.5, 3])
  one.up([1, 2])
  assert.equal(one.w.getValue().toArray(), [6.5, 5])
  assert.equal(other.w.getValue().toArray(), [8, 8])
  other.down([1, 2])
  assert.equal(other.w.getValue().toArray(), [7, 6])
})

testBoth('a call that throws leaves parameters and state', (linker) => {
  const { w, down } = programs[linker].ofTwo()
  down([1, 2])
  assert.throws(() => down([99, 99]), 'too much')
  assert.throws(() => down([1, 2, 3]), /down/)
  assert.throws(() => down('no'), TypeError)
  assert.equal(w.getValue().toArray(), [7, 6])
  down([1, 2])
  assert.equal(w.getValue().toArray(), [5.5, 3])
})

testBoth('a parameter of another size is an error that names the call', (linker) => {
  const { w, down } = programs[linker].ofTwo()
  down([1, 2])
  w.setValue([1, 2, 3])
  assert.throws(
    () => down([1, 2, 3]),
    (e: Error) => e instanceof RangeError && e.message.includes('down') && e.message.includes('momentum(sum(x * w), w'),
  )
  assert.equal(w.getValue().toArray(), [1, 2, 3])
})

testBoth('it goes on from an update that came before', (linker) => {
  const { w, train } = programs[linker].clipped()
  train([0.5, 0.25])
  assert.equal(w.getValue().toArray(), [0.5, -1.25])
})

testBoth('a learning rate of float64 leaves float32 as it is', (linker) => {
  const { w, train } = programs[linker].inFloat32()
  train([1, -1], 0.25)
  assert.equal([w.getValue().dtype, w.getValue().toArray()], ['float32', [0.75, 2.25]])
})

test('adam passes over a parameter once', () => {
  const { text } = compile(`import { fn, shared, sum, type Matrix } from 'theano-ts'
import { adamW } from 'theano-ts/optimizers'
const W = shared([[1]])
export const train = fn((x: Matrix) => adamW([x], W), { linker: 'js' })`)
  const loops = text.match(/ for \(.*?\n {8}\}/gs)!
  assert.is(loops.length, 1)
  assert.is(loops[0].match(/\w+_next\[i\] = /g)?.length, 3)
})

test.run()
