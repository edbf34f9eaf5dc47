// test: inputs with defaults and inputs that are kept between calls (Theano's In with value and update), their containers, and sharing.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { load, ndarray, save } from '../../runtime/index.ts'
import { compiled, refuses, testAll } from './compiled.ts'

const modules = await compiled(
  'kept',
  `
import * as theano from 'theano-ts'
import { assert, sum, concatenate, zeros, type Vector, type Matrix, type Scalar, type TensorType } from 'theano-ts'

export const ratio = theano.fn((x: number, a: number = 1, s: number) => a / s + x)
export const tail = theano.fn((x: number, y: number = 1, w: number = 2) => (x + y) * w)
export const a8 = theano.fn((x: number, a: number = 1, s: number = 0) => s + a * x, {
  inputs: { s: { update: (x: number, a: number, s: number) => s + a * x } },
})
export const counter = theano.fn((a: number = 0) => a, { inputs: { a: { update: (a: number) => a + 1 } } })

export const sh = theano.shared(1, { name: 'sh' })
export const swap = theano.fn((a: number = 0) => [a, sh], { inputs: { a: { update: sh } }, updates: [[sh, (a: number) => a]] })
export const vec = theano.shared([1, 1], { name: 'vec' })
export const swapArrays = theano.fn((v: Vector = zeros(2) as Vector) => sum(v), { inputs: { v: { update: () => vec } }, updates: [[vec, (v: Vector) => v]] })

export const f16 = theano.fn((x: number, a: number, s: number = 0) => s + a * x, {
  inputs: { s: { update: (x: number, a: number, s: number) => s + a * x } },
})
export const g16 = theano.fn((x: number, a: number, s: number = f16.container('s')) => s - a * x, {
  inputs: { s: { update: (x: number, a: number, s: number) => s - a * x } },
})
export const inc = theano.fn((s: number = 0) => s + 1, { inputs: { s: { update: (s: number) => s + 1 } } })
export const dec = theano.fn((_q: number, s: number = inc.container('s')) => s - 1, {
  inputs: { s: { implicit: false, update: (_q: number, s: number) => s - 1 } },
})
export const look = theano.fn((s: number = inc.container('s')) => 10 * s)
export const keep = theano.fn((s: number = inc.container('s')) => 10 * s, { inputs: { s: { implicit: false } } })

export const W = theano.shared([1, 2, 3], { name: 'W' })
export const readsW = theano.fn((x: number, w: Vector = W) => x * w)
export const keepsW = theano.fn((x: number, w: Vector = W) => x * w, { inputs: { w: { implicit: false } } })
export const borrowsW = theano.fn((w: Vector = W) => sum(w), { inputs: { w: { implicit: false, borrow: true } } })
export const state = theano.fn((x: Vector, w: Vector = zeros([3]) as Vector) => sum(w), { inputs: { w: { update: (x: Vector, w: Vector) => w + x } } })
export const sharesState = theano.fn((w: Vector = state.container<Vector>('w')) => 2 * w)
export const float32 = theano.fn((x: Scalar<'float32'>, m: Matrix<'float32'> = zeros([2, 2], 'float32') as Matrix<'float32'>) => m + x, {
  inputs: { m: { update: (x: Scalar<'float32'>, m: Matrix<'float32'>) => m + x } },
})
export const flag = theano.fn((on: boolean = false) => !on, { inputs: { on: { update: (on: boolean) => !on } } })
export const hidden = theano.fn((x: number, k: number = 3) => k * x, { inputs: { k: { implicit: true } } })
export const usesDefault = theano.fn((k: number = tail.container('w')) => k + 1, { inputs: { k: { update: (k: number) => k + 1 } } })

export let made = 0
export const start = (): number => { made++; return 5 }
export const lazy = theano.fn((x: number, a: number = start()) => x + a)
export const once = theano.fn((x: number, a: number = start()) => x + a, { inputs: { a: { update: (x: number, a: number) => a + x } } })

export const careful = theano.fn((x: Vector, s: Vector = zeros(2) as Vector) => {
  assert(sum(x) >= 0, 'negative')
  console.log('x', sum(x))
  W.value = W + sum(x)
  return sum(s + x)
}, { inputs: { s: { update: (x: Vector, s: Vector) => s + x } } })
export const growing = theano.fn((x: Vector, s: Vector = zeros(0) as Vector) => sum(s), { inputs: { s: { update: (x: Vector, s: Vector) => concatenate([s, x]) } } })
export const made1 = (V: theano.Shared<Vector>, start: number) => ({
  f: theano.fn((x: number, w: Vector = V) => x * w),
  g: theano.fn((x: number, n: number = start) => n, { inputs: { n: { update: (x: number, n: number) => n + x } } }),
})
export class Model {
  look = theano.fn((n: number = this.count.container('n')) => -n)
  read = theano.fn((x: number, w: Vector = this.W) => x * w)
  count = theano.fn((n: number = this.start) => n, { inputs: { n: { update: (n: number) => n + 1 } } })
  readonly W: theano.Shared<Vector>
  constructor(W: theano.Shared<Vector>, readonly start = 3) {
    this.W = W
  }
}
export const inlines = theano.fn((x: number) => sum(readsW(x)) + tail(x))
const V = theano.shared([5, 5])
const total = theano.shared(10, { name: 'total' })
export const add = theano.fn((n: number) => total, { updates: [[total, (n: number) => total + n]] })
export const addTwice = theano.fn((n: number) => [add(n), add(n), total])
export const onlyKept = theano.fn((x: number, seen: number = 0) => 2 * x, { inputs: { seen: { update: (x: number, seen: number) => seen + 1 } } })
export const copies = {
  counter: [counter.copy(), counter.copy({ deleteUpdates: true }), counter.copy({ shareMemory: true })] as const,
  readsW: readsW.copy({ swap: [[W, V]] }),
  dec: dec.copy(),
  hidden: hidden.copy({ shareMemory: true }),
  keepsW: keepsW.copy({ deleteUpdates: true }),
}
export const both = () => theano.fn((x: number, w: Vector = W) => { W.value = x * w })
const other = theano.fn((m: Matrix<'float32'> = float32.container('m'), on: boolean = flag.container('on'), k: Scalar = hidden.container('k')) => sum(m) + k, { onUnusedInput: 'ignore' })
const handle: { value: unknown } = other.container('m')
export const later = [handle, other.container<Vector>('m').value] as const
export const twice = () => theano.fn((x: number, s: number = 0) => s, { inputs: { s: { update: (x: number, s: number) => s + x } } })

export const rolled = theano.fn((x: Vector, state: TensorType<[2], 'float32'> = zeros(2, 'float32') as TensorType<[2], 'float32'>) => sum(x) + sum(state), {
  inputs: { state: { update: (_x: Vector, state: Vector<'float32'>) => 2 * state } },
})
let rate = 0.5
export const setRate = (r: number): void => void (rate = r)
export const rated = theano.fn((x: number, lr: number = rate) => lr * x)
`,
)

testAll(modules, 'A4, A5: positional and by name; too many, missing, unknown', ({ ratio, tail }) => {
  assert.is(tail(33), 68)
  assert.is(tail(33, 2), 70)
  assert.is(tail(33, 0, 1), 33)
  assert.is(tail.named({ x: 33, w: 1 }), 34)
  assert.is(tail.named({ w: 1, x: 33, y: 0 }), 33)
  refuses(() => tail(1, 2, 3, 4), TypeError, /tail: expected 3 arguments, got 4/)
  refuses(() => tail(), TypeError, /tail: parameter x: expected float64 scalar \(rank 0\), got undefined/)
  refuses(() => tail.named({ w: 1 }), TypeError, /tail: parameter x: /)
  refuses(() => tail.named({ x: 1, q: 2 }), TypeError, /tail: no parameter q/)
  refuses(() => tail(1, null), TypeError, /tail: parameter y: .*got null/)
  assert.is(ratio.named({ x: 9, s: 4 }), 9.25)
})

testAll(modules, 'A6, A7: a default in the middle', ({ ratio }) => {
  assert.is(ratio(9, 2, 4), 9.5)
  assert.is(ratio.named({ x: 9, a: 2, s: 4 }), 9.5)
  assert.is(ratio(9, undefined, 4), 9.25)
  assert.is(ratio.named({ x: 9, s: 4 }), 9.25)
  refuses(() => ratio(), TypeError, /ratio: parameter x/)
  refuses(() => ratio.named({ x: 9 }), TypeError, /ratio: parameter s/)
})

testAll(modules, 'A8: a default and a kept input, read and set between calls', ({ a8 }) => {
  const [a, s] = [a8.container('a'), a8.container('s')]
  assert.equal([a.name, a.value, s.name, s.value], ['a', 1, 's', 0])
  assert.is(a8(3), 3)
  assert.is(s.value, 3)
  assert.is(a8.named({ x: 3, a: 2 }), 9)
  assert.is(a.value, 1)
  assert.is(s.value, 9)
  a.value = 5
  assert.is(a8(3), 24)
  assert.is(s.value, 24)
  assert.is(a8(1, 1, 100), 101)
  assert.is(s.value, 101)
  assert.is(a8.container('s'), s)
  refuses(() => a8.container('q'), TypeError, /a8: no input q that has a default; there are a, s/)
  refuses(() => a8.container('x'), TypeError, /a8: no input x that has a default/)
  refuses(
    () => {
      s.value = 'adsf'
    },
    TypeError,
    /a8: parameter s: expected float64 scalar \(rank 0\), got "adsf"/,
  )
  refuses(
    () => {
      a.value = [1]
    },
    TypeError,
    /a8: parameter a: /,
  )
  assert.equal([a.value, s.value], [5, 101])
})

testAll(modules, 'A10: a kept input alone', ({ counter }) => {
  assert.equal([counter(), counter(), counter(), counter.container('a').value], [0, 1, 2, 3])
})

testAll(modules, 'A11: a kept input and a shared variable exchange their values at once', ({ swap, sh, swapArrays, vec }) => {
  for (let i = 0; i < 5; i++) {
    assert.equal(swap(), [i % 2, 1 - (i % 2)])
    assert.is(sh.getValue(), i % 2)
    assert.is(swap.container('a').value, 1 - (i % 2))
  }
  for (let i = 0; i < 5; i++) {
    assert.is(swapArrays(), 2 * (i % 2))
    assert.equal(vec.getValue().toArray(), [i % 2, i % 2])
    assert.equal(swapArrays.container('v').value.toArray(), [1 - (i % 2), 1 - (i % 2)])
  }
  const mine = Float64Array.of(3, 4)
  swapArrays(mine)
  assert.equal(vec.getValue().toArray(), [3, 4])
  vec.setValue([9, 9])
  swapArrays()
  swapArrays()
  assert.equal([...mine], [3, 4])
})

testAll(modules, 'A16: two functions share a kept input by reference', ({ f16, g16, inc, dec, look, keep }) => {
  assert.is(f16(1, 2), 2)
  assert.is(f16.container('s').value, 2)
  assert.is(g16.container('s').value, 2)
  assert.is(g16(1, 2), 0)
  assert.equal([f16.container('s').value, g16.container('s').value], [0, 0])
  refuses(() => g16(1, 2, 3), TypeError, /g16: parameter s is implicit and cannot be passed/)
  refuses(() => g16.named({ x: 1, a: 2, s: 3 }), TypeError, /implicit/)
  assert.equal([inc(), inc()], [1, 2])
  assert.is(inc.container('s').value, 2)
  dec(1)
  assert.is(inc.container('s').value, 1)
  dec(1, 0)
  assert.equal([inc.container('s').value, dec.container('s').value], [-1, -1])
  assert.is(look(), -10)
  assert.is(keep(), -10)
  assert.is(keep(7), 70)
  assert.equal([inc.container('s').value, look(), keep()], [7, 70, 70])
  inc.container('s').value = -1
  assert.equal([look(), dec.container('s').value], [-10, -1])
})

testAll(modules, 'A17: defaults are the same after every call, also after one that failed', ({ ratio }) => {
  assert.is(ratio(9, undefined, 4), 9.25)
  refuses(() => ratio.named({ a: 2 }), TypeError, /parameter x/)
  refuses(() => ratio(9, 2, 'four'), TypeError, /parameter s/)
  assert.is(ratio(9, undefined, 4), 9.25)
  assert.is(ratio.container('a').value, 1)
})

testAll(modules, 'a shared variable as a default: implicit, and with implicit: false set by what is passed', ({ W, readsW, keepsW, borrowsW }) => {
  W.setValue([1, 2, 3])
  assert.equal(readsW(2).toArray(), [2, 4, 6])
  refuses(() => readsW(2, [1, 2, 3]), TypeError, /readsW: parameter w is implicit/)
  assert.ok(readsW.shared.includes(W))
  const given = Float64Array.of(4, 5)
  assert.equal(keepsW(2, given).toArray(), [8, 10])
  given[0] = 100
  assert.equal(W.getValue().toArray(), [4, 5])
  assert.equal(keepsW(1).toArray(), [4, 5])
  assert.equal(keepsW.container('w').value.toArray(), [4, 5])
  keepsW.container('w').value = [7]
  assert.equal(W.getValue().toArray(), [7])
  assert.is(borrowsW([1, 2]), 3)
  assert.equal(readsW(1).toArray(), [1, 2])
})

testAll(modules, 'kept arrays: values come out as copies, arguments stay the caller’s', ({ state, sharesState }) => {
  assert.equal([state([1, 2, 3]), state([1, 2, 3])], [0, 6])
  const { value } = state.container('w')
  assert.equal(value.toArray(), [2, 4, 6])
  value.data[0] = 100
  assert.equal(sharesState().toArray(), [4, 8, 12])
  const given = Float64Array.of(10, 20, 30)
  assert.is(state([1, 1, 1], given), 60)
  assert.equal(state.container('w').value.toArray(), [11, 21, 31])
  state([1, 1, 1])
  state([1, 1, 1])
  assert.equal([...given], [10, 20, 30])
  assert.equal(sharesState().toArray(), [26, 46, 66])
  state.container('w').value = given
  given[0] = -1
  assert.is(state([0, 0, 0]), 60)
})

testAll(modules, 'float32 matrices, booleans, lengths that change', ({ float32, flag, growing }) => {
  assert.equal(float32(0.5).toArray(), [
    [0.5, 0.5],
    [0.5, 0.5],
  ])
  assert.equal(float32(1).toArray(), [
    [1.5, 1.5],
    [1.5, 1.5],
  ])
  assert.is(float32.container('m').value.dtype, 'float32')
  assert.equal(float32.container('m').value.toArray(), [
    [1.5, 1.5],
    [1.5, 1.5],
  ])
  assert.equal([flag(), flag(), flag.container('on').value, flag(true)], [true, false, false, false])
  assert.equal([growing([1, 2]), growing([3]), growing([4])], [0, 3, 6])
  assert.equal(growing.container('s').value.toArray(), [1, 2, 3, 4])
})

testAll(modules, 'implicit with a plain default; a default that another function shares', ({ hidden, tail, usesDefault }) => {
  assert.is(hidden(2), 6)
  refuses(() => hidden(2, 1), TypeError, /hidden: parameter k is implicit/)
  hidden.container('k').value = 10
  assert.is(hidden(2), 20)
  assert.is(usesDefault(), 3)
  assert.is(tail(1, 1), 6)
  tail.container('w').value = 7
  assert.equal([usesDefault.container('k').value, usesDefault(), tail(1, 1)], [7, 8, 16])
  tail.container('w').value = 2
})

testAll(modules, 'when defaults are computed: at each call that needs it; for a kept input when the function is made', (m) => {
  const before = m.made
  assert.equal([m.lazy(1), m.lazy(1), m.lazy(1, 2)], [6, 6, 3])
  assert.is(m.made, before + 2)
  assert.equal([m.once(1), m.once(1)], [6, 7])
  assert.is(m.made, before + 2)
})

testAll(modules, 'a call that fails changes nothing', ({ careful, W }) => {
  W.setValue([1, 1])
  const { log } = console
  const state = () => [W.getValue().toArray(), careful.container('s').value.toArray()]
  try {
    console.log = () => {}
    assert.is(careful([1, 2]), 3)
    const before = state()
    assert.equal(before, [
      [4, 4],
      [1, 2],
    ])
    refuses(() => careful([1, -2]), Error, /negative/)
    refuses(() => careful(['1', 2]), TypeError, /careful: parameter x: .*"1" at position 0/)
    refuses(() => careful([1, 2], [1, 2, 3]), RangeError, /careful/)
    refuses(() => careful([1, 2], 7), TypeError, /careful: parameter s/)
    console.log = () => {
      throw RangeError('no console')
    }
    refuses(() => careful([1, 2]), RangeError, /no console/)
    assert.equal(state(), before)
    console.log = () => {}
    assert.is(careful([1, 1]), 5)
    assert.equal(state(), [
      [6, 6],
      [2, 3],
    ])
  } finally {
    console.log = log
  }
})

testAll(modules, 'instances of one site share nothing', ({ twice }) => {
  const [f, g] = [twice(), twice()]
  assert.equal([f(3), f(1), g(5), f.container('s').value, g.container('s').value], [0, 3, 0, 4, 5])
})

testAll(modules, 'copies: kept inputs start anew, shared ones stay shared, deleteUpdates keeps all as it is', ({ copies, counter, inc, W, readsW, keepsW }) => {
  const before = counter.container('a').value
  const [plain, frozen, within] = copies.counter
  assert.equal([plain(), plain(), frozen(), frozen(), within(), within(7), within()], [0, 1, 0, 0, 0, 7, 8])
  assert.equal([frozen.container('a').value, within.container('a').value, counter.container('a').value], [0, 9, before])
  W.setValue([1, 2])
  assert.equal(
    [copies.readsW(2).toArray(), readsW(2).toArray()],
    [
      [10, 10],
      [2, 4],
    ],
  )
  inc.container('s').value = 3
  copies.dec(0)
  assert.is(inc.container('s').value, 2)
  assert.is(copies.hidden(2), 6)
  assert.equal(copies.keepsW(2, [9]).toArray(), [18])
  assert.equal(
    [W.getValue().toArray(), keepsW(1).toArray()],
    [
      [1, 2],
      [1, 2],
    ],
  )
})

testAll(modules, 'an input with an update is used', ({ onlyKept, a8 }) => {
  assert.equal([onlyKept(1), onlyKept(2), onlyKept.container('seen').value], [2, 4, 2])
  assert.equal(
    a8.shared.map((c: { name: string }) => c.name),
    ['s'],
  )
})

testAll(modules, 'results have the values from before the updates of options', ({ add, addTwice }) => {
  assert.equal([add(1), add(5), add(0)], [10, 11, 16])
  assert.equal(addTwice(2), [16, 18, 20])
})

testAll(modules, 'inlined in another arrow, a container is what it is by default', ({ inlines, W }) => {
  W.setValue([1, 2])
  assert.is(inlines(2), 6 + 6)
})

testAll(modules, 'containers of an enclosing function and of a class, fields that come before what they read', ({ made1, Model, W, both, later }) => {
  W.setValue([1, 2])
  const { f, g } = made1(W, 4)
  assert.equal([f(3).toArray(), g(1), g(1)], [[3, 6], 4, 5])
  const model = new Model(W)
  assert.equal([model.read(2).toArray(), model.count(), model.count(), model.look()], [[2, 4], 3, 4, -5])
  assert.equal(new Model(W, 7).count(), 7)
  refuses(both, TypeError, /two of its shared variables are the same container, W; one of them is updated/)
  assert.is(later[0].value.rank, 2)
})

testAll(modules, 'containers of inputs are saved and loaded as shared variables are', ({ rolled, rated, setRate, readsW, W }) => {
  const [state, lr, w] = [rolled.container('state'), rated.container('lr'), readsW.container('w')]
  state.value = Float32Array.of(1, 2)
  assert.equal(save(state), save(ndarray([1, 2], undefined, 'float32')))
  const bytes = save({ state, lr })
  assert.equal([load(bytes).state.dtype, load(bytes).state.toArray(), load(bytes).lr], ['float32', [1, 2], 0.5])
  assert.equal(load(save([state, lr])), load(bytes))
  // Saving reads a default as a call does, and leaves it live.
  setRate(0.25)
  assert.is(rated(2), 0.5)
  const fails = (values: object, into: object, kind: typeof TypeError | typeof RangeError, message: RegExp): void => {
    refuses(() => load(save(values as never), into as never), kind, message)
    assert.equal([state.value.toArray(), lr.value], [[1, 2], 0.25])
  }
  fails(
    { lr: 3, state: Float32Array.of(1, 2, 3) },
    { lr, state },
    RangeError,
    /^load: entry state: parameter state: expected float32 vector .* with shape \[2\], got/,
  )
  fails({ lr: [3], state: Float32Array.of(5, 6) }, { state, lr }, TypeError, /^load: entry lr: parameter lr: expected float64 scalar/)
  fails({ a: [7], W: [8] }, { a: w, W }, TypeError, /^load: entries a and W would go into the same shared variable/)
  fails({ a: [7] }, lr, TypeError, /^load: a .npz file goes into a list or record/)
  load(save({ state: Float32Array.of(3, 4), lr: 4 }), [lr, state])
  assert.equal([rolled([0]), rolled([0]), rated(2)], [7, 14, 8])
  load(save(ndarray(Float32Array.of(1, 1))), state)
  assert.is(rolled([0]), 2)
  setRate(0.5)
})

test.run()
