// test: givens in all the forms that arrows, options and captured things have.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compiled, type Exports, testAll } from '../inputs/compiled.ts'

const modules = await compiled(
  'givensForms',
  `
import * as theano from 'theano-ts'
import { grad, sum, type Matrix, type Scalar, type Tensor, type Vector } from 'theano-ts'

const W = theano.shared([1, 2], { name: 'W' })
const V = theano.shared([10, 20], { name: 'V' })
export const w = W
const common = { givens: [[W, V]] } as const
export const viaConst = theano.fn(() => W.value, common)
export const spread = theano.fn(() => W.value, { ...common, name: 'other' })
const twice = theano.fn((x: Vector) => x * 2)
export const viaFn = theano.fn((x: Vector) => x + W, { givens: [[W, twice]] })
export const viaCall = theano.fn((x: Vector) => x + W, { givens: [[W, (x) => twice(x)]] })
function tripled(x: Vector) { const h = x * 3; return h }
export const declared = theano.fn(tripled, { givens: [['h', (x) => x * 4]] })
export const expression = theano.fn(function (x: Vector) { const h = x * W, k = h + 1; return [h, k] }, { givens: [['h', (x) => -x]] })

export const number = theano.fn((x: number) => { const h = x ** 2; return grad(h ** 3, x) }, { givens: [['h', 2]] })
export const known = theano.fn((x: number) => { const h = 2; return x * h }, { givens: [['h', 2.5]] })
export const matrix = theano.fn((x: Vector) => (x * W) as Matrix, { givens: [[W, [[1, 2], [3, 4]]]], rebuildStrict: false })
export const matrixGradient = theano.fn((x: Vector) => (grad(sum(x * W ** 2), W) as Tensor) as Matrix, { givens: [[W, [[1, 2], [3, 4]]]], rebuildStrict: false })
export const scalarGradient = theano.fn((x: Vector) => grad(sum(x * W ** 2), W) as Scalar, { givens: [[W, 3]], rebuildStrict: false })

const k = theano.shared(2, { name: 'k' })
export const ufunc = theano.fn((x) => x * k, { givens: [[k, 5]] })
export const chosen = theano.fn((c: boolean) => (c ? W : V), { givens: [[W, V * 2]] })
export const state = theano.fn((x: Vector) => { const s = theano.shared(W * 1); s.value += x; return s.value as Vector }, { givens: [[W, V]] })
export const alias = theano.fn((x: Vector) => { const w = W; w.value = w + x; return sum(w) }, { givens: [['w', V]] })

function build(rate: number) {
  const n = theano.shared(0, { name: 'n', defaultUpdate: (n) => n + 1 })
  const step = theano.fn((x: Vector) => { W.value = W - rate * x; return sum(x) + n })
  return { n, f: theano.fn((i: Scalar<'int32'>) => step(V.slice(i, i + 2))) }
}
export const half = build(0.5)
export const whole = build(1)
class Net {
  readonly W = theano.shared([1, 1], { name: 'netW' })
  readonly hidden = theano.fn((x: Vector) => x * this.W)
  readonly out = theano.fn((x: Vector) => sum(this.hidden(x)), { givens: [[this.W, this.W * 10]] })
}
export const net = new Net()

const rng = theano.randomStreams(7)
const noise = theano.fn(() => rng.normal([2]))
export const noisy = theano.fn(() => [noise(), noise()])
const repeated = theano.fn(() => rng.uniform([2]), { noDefaultUpdates: true })
export const repeats = theano.fn(() => repeated())
export const repeatsAll = theano.fn(() => noise(), { noDefaultUpdates: [rng] })
export const drawn = theano.fn(() => [W.value, (W - W) as Vector], { givens: [[W, rng.normal([2])]] })
`,
)

const plain = (v: unknown): unknown => {
  if (Array.isArray(v)) return v.map(plain)
  return typeof v === 'object' && v !== null && 'toArray' in v ? (v as { toArray(): unknown }).toArray() : v
}
const cases: readonly (readonly [name: string, f: (m: Exports) => unknown, expected: unknown])[] = [
  [
    'options in a const',
    (m) => [m.viaConst(), m.spread()],
    [
      [10, 20],
      [10, 20],
    ],
  ],
  [
    'a compiled function as replacement',
    (m) => [m.viaFn([1, 2]), m.viaCall([1, 2])],
    [
      [3, 6],
      [3, 6],
    ],
  ],
  [
    'consts of a declared function and of a function expression',
    (m) => [m.declared([1, 2]), ...m.expression([1, 2])],
    [
      [4, 8],
      [-1, -2],
      [0, -1],
    ],
  ],
  // 3 h² at h = 2, times 2 x
  ['numbers', (m) => [m.number(3), m.known(4)], [72, 10]],
  [
    'types derived again',
    (m) => m.matrix([1, 10]),
    [
      [1, 20],
      [3, 40],
    ],
  ],
  [
    'gradients of types derived again',
    (m) => [m.matrixGradient([1, 10]), m.scalarGradient([1, 10])],
    [
      [
        [2, 40],
        [6, 80],
      ],
      66,
    ],
  ],
  ['a function of numbers or arrays', (m) => [m.ufunc(3), m.ufunc([1, 2])], [15, [5, 10]]],
  [
    'one side of a choice',
    (m) => [m.chosen(true), m.chosen(false)],
    [
      [20, 40],
      [10, 20],
    ],
  ],
  [
    'containers of the function start with replacements',
    (m) => [m.state([1, 1]), m.state([1, 1])],
    [
      [11, 21],
      [12, 22],
    ],
  ],
  ['a const that is a container', (m) => [m.alias([1, 1]), m.w.getValue()], [32, [11, 21]]],
  [
    'functions in factories',
    (m) => [m.half.f(0), m.half.f(0), m.whole.f(0), m.half.n.getValue(), m.whole.n.getValue(), m.w.getValue()],
    [30, 31, 30, 2, 1, [-9, -19]],
  ],
  ['functions in fields', (m) => m.net.out([1, 2]), 30],
]
const text = (f: () => unknown): string => JSON.stringify(plain(f()))
testAll(modules, 'draws in functions that are called, and in replacements', (m) => {
  const [a, b] = m.noisy().map((v: unknown) => text(() => v))
  assert.is.not(a, b)
  assert.is.not(
    text(() => m.noisy()[0]),
    a,
  )
  assert.is(text(m.repeats), text(m.repeats))
  assert.is(text(m.repeatsAll), text(m.repeatsAll))
  const [first, none] = m.drawn()
  assert.equal(plain(none), [0, 0])
  assert.is.not(
    text(() => m.drawn()[0]),
    text(() => first),
  )
})
for (const [name, f, expected] of cases) testAll(modules, name, (m) => assert.equal(plain(f(m)), expected))

test.run()
