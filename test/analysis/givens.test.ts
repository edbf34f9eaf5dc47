// test: givens, through the whole compiler. Numbers are Theano's where a name says A…, otherwise done by hand.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compiled, testAll } from '../inputs/compiled.ts'

const modules = await compiled(
  'givens',
  `
import * as theano from 'theano-ts'
import { arange, dot, grad, log, ones, relu, softmax, sum, tanh, type Matrix, type Scalar, type Tensor, type TensorType, type Vector } from 'theano-ts'

export const x29 = theano.shared(0, { name: 'x29', defaultUpdate: (x) => x + 2 })
export const constant29 = theano.fn(() => x29.value, { givens: [[x29, 3]] })
export const a29 = theano.shared(1, { name: 'a29', defaultUpdate: (a) => a + 3 })
export const own29 = theano.fn(() => a29 + 10, { givens: [[a29, a29 + 10]] })
export const b29 = theano.shared(5, { name: 'b29' })
export const other29 = theano.fn(() => a29 + 10, { givens: [[a29, b29]] })

const x36 = theano.shared([1, 2], { name: 'x36' })
const y36 = theano.shared([1, 2], { name: 'y36' })
export const loose36 = theano.fn(() => (x36 * y36) as Matrix<'int32'>, {
  givens: [[x36, ones([3, 5], 'int32')], [y36, arange(5)]],
  rebuildStrict: false,
})

export const W = theano.shared(theano.zeros([2, 2]), { name: 'W' })
export const A = theano.shared(theano.eye(2), { name: 'A' })
export const B = theano.shared([[1, 2], [3, 4]], { name: 'B' })
export const product = theano.fn((x: Vector) => dot(x, W) as Vector, { givens: [[W, dot(A, B)]] })
export const ofParameters = theano.fn((x: Vector, c: number) => dot(x, W) * c, { givens: [[W, (_x: Vector, c: number) => B * c]] })
export const updatesW = theano.fn(() => { W.value = W + 1; return W.value }, { givens: [[W, B]] })
export const chain = theano.fn(() => [A.value, W.value], { givens: [[A, B * 2], [W, A + 1]] })
const model = { layers: [{ W, b: b29 }], W }
export const throughObjects = theano.fn((x: Vector) => dot(x, model.layers[0].W) + dot(x, model.W), { givens: [[model.W, B]] })
const helper = (x: Tensor) => dot(x, W)
export const throughHelper = theano.fn((x: Vector) => helper(x) as Vector, { givens: [[model.layers[0].W, [[0, 1], [1, 0]]]] })

const v = theano.shared([1, 2], { name: 'v' })
const u = theano.shared([3, 4], { name: 'u' })
export const hidden = theano.fn((x: Vector) => { const h = tanh(x * v); return sum(h) }, { givens: [['h', (x: Vector) => relu(x * u)]] })
export const lost = theano.fn((x: Vector) => { const h = sum(v); return x * h }, { givens: [['h', 2]] })
export const atReplacement = theano.fn(() => grad(sum(v ** 3), v), { givens: [[v, u * 2]] })
export const notThrough = theano.fn(() => grad(sum(v ** 3) + sum(u), u), { givens: [[v, u * 2]] })
export const sameTwice = theano.fn(() => grad(sum(v * x36), [v, x36]), { givens: [[v, u], [x36, u]] })
export const hiddenGradient = theano.fn(() => { const h = v ** 2; return grad(sum(h ** 3), v) }, { givens: [['h', u]] })
export const stable = theano.fn((x: Vector) => log(v) + x, { givens: [[v, (x: Vector) => softmax(x)]] })
export const s3 = theano.shared<TensorType<[3]>>([1, 2, 3], { name: 's3' })
export const fixedLength = theano.fn((x: Vector) => s3 * 2 + sum(x) , { givens: [[s3, (x: Vector) => x * 1]] })

const X = theano.shared([0, 1, 2, 3, 4, 5], { name: 'X' })
const pretrain = theano.fn((x: Vector, rate: number = 0.5) => { v.value -= rate * grad(sum(x) * sum(v ** 2), v); return sum(x * W.value[0][1]) }, { givens: [[W, B]] })
export const state = v
export const step = theano.fn((i: Scalar<'int32'>) => pretrain(X.slice(i * 2, (i + 1) * 2)) + sum(W))
export const counted = theano.shared(0, { name: 'counted', defaultUpdate: (n) => n + 1 })
const count = theano.fn(() => counted * 10)
const still = theano.fn(() => counted * 10, { noDefaultUpdates: true })
export const twice = theano.fn(() => [count(), count()])
export const quiet = theano.fn(() => still())
export const both = theano.fn(() => still() + counted)
export const outerQuiet = theano.fn(() => count(), { noDefaultUpdates: [counted] })
export const named = theano.fn((_x: Vector) => { const h = inner(_x); return sum(h) }, { givens: [['h', [1, 1]]] })
function inner(x: Tensor) { const h = x * 100; return h }
export const scaled = theano.fn((x: Vector) => { const h = x * 2; return h }, { givens: [['h', (x: Vector) => x * 3]] })
export const useScaled = theano.fn((x: Vector) => { const h = (x + 1) as Vector; return [scaled(h), h] })
`,
)

const list = (a: { toArray(): unknown }): unknown => a.toArray()

testAll(modules, 'A29: a shared variable replaced by a number is no input and not updated', (m) => {
  assert.is(m.constant29(), 3)
  assert.is(m.x29.getValue(), 0)
  assert.equal(m.constant29.shared, [])
})
testAll(modules, 'A29: a mention in its own replacement is the original; its default update reads the replacement', (m) => {
  assert.is(m.own29(), 21)
  assert.is(m.own29(), 34)
})
testAll(modules, 'A29: replaced by another, it is no input', (m) => {
  const before = m.a29.getValue()
  assert.is(m.other29(), 15)
  assert.is(m.a29.getValue(), before)
  assert.equal(
    m.other29.shared.map((s: { name: string }) => s.name),
    ['b29'],
  )
})
testAll(modules, 'A36: types derived again', (m) => {
  assert.equal(list(m.loose36()), [
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3, 4],
  ])
  assert.is(m.loose36().dtype, 'int32')
})
testAll(modules, 'an expression over shared variables, functions of parameters', (m) => {
  assert.equal(list(m.product([1, 1])), [4, 6])
  assert.equal(
    m.product.shared.map((s: { name: string }) => s.name),
    ['A', 'B'],
  )
  assert.equal(list(m.ofParameters([1, 1], 2)), [16, 24])
})
testAll(modules, 'updates of what is replaced go to its container', (m) => {
  assert.equal(list(m.updatesW()), [
    [2, 3],
    [4, 5],
  ])
  assert.equal(list(m.W.getValue()), [
    [2, 3],
    [4, 5],
  ])
  assert.equal(list(m.B.getValue()), [
    [1, 2],
    [3, 4],
  ])
})
testAll(modules, 'in their order: a replacement reads those before it', (m) => {
  const [a, w] = m.chain()
  assert.equal(list(a), [
    [2, 4],
    [6, 8],
  ])
  assert.equal(list(w), [
    [3, 5],
    [7, 9],
  ])
})
testAll(modules, 'wherever the container is read', (m) => {
  assert.equal(list(m.throughObjects([1, 1])), [8, 12])
  assert.equal(list(m.throughHelper([1, 2])), [2, 1])
})
testAll(modules, 'a const of the arrow by its name', (m) => {
  assert.is(m.hidden([1, -1]), 3)
  assert.equal(
    m.hidden.shared.map((s: { name: string }) => s.name),
    ['u'],
  )
  assert.equal(list(m.lost([1, 2])), [2, 4])
  assert.equal(m.lost.shared, [])
  assert.is(m.named([5, 5]), 2)
})
testAll(modules, 'gradients are those of the graph before, at the replacement', (m) => {
  assert.equal(list(m.atReplacement()), [108, 192])
  assert.equal(list(m.notThrough()), [1, 1])
  assert.equal(m.sameTwice().map(list), [
    [3, 4],
    [3, 4],
  ])
  // 3 h² at h = u, times 2 v
  assert.equal(list(m.hiddenGradient()), [27 * 2, 48 * 4])
})
testAll(modules, 'rewrites see through a replacement', (m) => {
  assert.equal(list(m.stable([0, 1000])), [-1000, 1000])
})
testAll(modules, 'fixed sizes are kept, and checked at the call', (m) => {
  assert.equal(list(m.fixedLength([1, 1, 1])), [5, 5, 5])
  assert.throws(() => m.fixedLength([1, 1]))
})
testAll(modules, 'inputs are given by a call in another arrow, whose givens and updates are its own', (m) => {
  m.W.setValue([
    [1, 1],
    [1, 1],
  ])
  m.state.setValue([1, 2])
  // x = [2, 3]: B[0][1] = 2 is read inside, W outside; v -= .5 * 5 * 2 v
  assert.is(m.step(1), 10 + 4)
  assert.equal(list(m.state.getValue()), [-4, -8])
  assert.equal(m.useScaled([1, 2]).map(list), [
    [6, 9],
    [2, 3],
  ])
})
testAll(modules, 'default updates of functions called in an arrow', (m) => {
  assert.equal(m.twice(), [0, 10])
  assert.is(m.counted.getValue(), 2)
  assert.is(m.quiet(), 20)
  assert.is(m.counted.getValue(), 2)
  assert.is(m.both(), 22)
  assert.is(m.counted.getValue(), 3)
  assert.is(m.outerQuiet(), 30)
  assert.is(m.counted.getValue(), 3)
})

test.run()
