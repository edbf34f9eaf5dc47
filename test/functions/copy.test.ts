// test: f.copy with its options (A21-A24), copies of copies, and what copies share.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray, shared } from '../../runtime/index.ts'
import { compiled, type Exports, refuses, testAll } from '../inputs/compiled.ts'

const source = `
import * as theano from 'theano-ts'
import { assert, dot, exp, sum, tanh, zeros, zerosLike, type Matrix, type Tensor, type Vector } from 'theano-ts'

export const make = () => {
  const state = theano.shared(0, { name: 'state' })
  const accumulator = theano.fn((inc: number) => { const before = state + 0; state.value += inc; return before })
  const y = theano.shared(1, { name: 'y' }), z = theano.shared(2, { name: 'z' }), m = theano.shared(0, { name: 'm' })
  const list = theano.shared([10, 20, 30], { name: 'list' })
  const ori = theano.fn((i: theano.Scalar<'int32'>) => { const out = list[i] + y + z + m; z.value += 1; m.value += 2; return out })
  const doubling = theano.fn((i: number) => { const out = i + y + z; z.value *= 2; return out })
  const W = theano.shared([[1, 2], [3, 4]], { name: 'W' })
  const b = theano.shared(zeros([2]), { name: 'b' })
  const train = theano.fn((x: Matrix, rate: number = 0.5) => {
    const hidden = tanh(dot(x, W) + b)
    const velocity = theano.shared(zerosLike(W as Tensor) as any, { name: 'velocity' }) as any
    velocity.value = 0.5 * velocity + dot(x.T, hidden)
    assert(sum(x) < 100, 'large')
    W.value = W - rate * velocity
    b.value = b + sum(hidden, { axis: 0 })
    return hidden
  })
  const swap2 = theano.fn(() => { const old = y + 0; y.value = z; z.value = old })
  const model = { gain: 3, noisy: 3, during: null as null | (() => void) }
  Object.defineProperty(model, 'noisy', { get() { if (model.during) { const call = model.during; model.during = null; call() } return model.gain } })
  const live = theano.fn((x: Vector) => { b.value = b + model.noisy * x; return exp(b) })
  const ufunc = theano.fn((a, c) => a * c + y)
  const guarded = theano.fn((a, c) => a * c + y, { mode: 'NanGuardMode' })
  const debugged = theano.fn((x: Vector) => { b.value = b + y * x; return b }, { mode: 'DebugMode' })
  const rng = theano.randomStreams(7)
  const draws = theano.fn(() => rng.uniform([3]))
  const kept = theano.fn((x: number, total: number = 100) => total + x, { inputs: { total: { update: (x: number, total: number) => total + x } } })
  const scaled = theano.fn((x: number, k: number = 3) => k * x)
  const printing = theano.fn((x: Vector) => { const s = exp(x); console.log(sum(s)); b.value = b + s; return s })
  return { state, accumulator, y, z, m, ori, doubling, W, b, train, swap2, model, live, ufunc, guarded, debugged, draws, kept, scaled, printing }
}
export const copies = () => make().accumulator.copy({ name: 'typed' }).name
export const state = theano.shared([1], { name: 'own' })
export class Net { step = theano.fn((x: Vector) => { this.w.value = this.w + x; return this.w }); w = theano.shared([0, 0], { name: 'w' }) }
`
const modules = await compiled('copy', source)
const testEach = (name: string, body: (m: Exports, make: Exports) => void): void => testAll(modules, name, (module) => body(module.make(), module))
const values = (...list: { getValue(): unknown }[]): unknown[] =>
  list.map((c) => {
    const x = c.getValue()
    return x instanceof NDArray ? x.toArray() : x
  })
const listOf = (x: NDArray): unknown => x.toArray()
const both = [{}, { shareMemory: true }]

testEach('A21: another accumulator; without updates', ({ accumulator, state }) => {
  for (const options of both) {
    state.setValue(0)
    const other = shared(0, { name: 'new_state' })
    accumulator(10)
    assert.equal(values(state), [10])
    const copy = accumulator.copy({ ...options, swap: [[state, other]] })
    assert.is(copy(100), 0, 'the same structure as the original')
    assert.equal(values(other, state), [100, 10])
    const frozen = accumulator.copy({ ...options, deleteUpdates: true })
    assert.is(frozen(9000), 10)
    assert.equal(values(state), [10])
    assert.is(accumulator(1), 10)
    assert.equal(values(state), [11])
    assert.equal([copy.name, frozen.copy({ name: 'third' }).name], ['accumulator copy', 'third'])
  }
})

testEach('A22: containers that are swapped, and one that both update', ({ ori, y, z, m }) => {
  for (const options of both) {
    for (const [c, v] of [
      [y, 1],
      [z, 2],
      [m, 0],
    ] as const)
      c.setValue(v)
    const [yReplaced, zReplaced] = [shared(3, { name: 'y_rpl' }), shared(4, { name: 'z_rpl' })]
    const copy = ori.copy({
      ...options,
      swap: new Map([
        [y, yReplaced],
        [z, zReplaced],
      ]),
    })
    assert.equal([ori(1), copy(1), copy(2)], [20 + 1 + 2 + 0, 20 + 3 + 4 + 2, 30 + 3 + 5 + 4])
    assert.equal(values(m, z, zReplaced, y, yReplaced), [6, 3, 6, 1, 3])
    assert.equal(copy.shared.map((c: { name: string }) => c.name).sort(), ['list', 'm', 'y_rpl', 'z_rpl'])
  }
})

testEach('A23: without updates, called again and again', ({ doubling, z }) => {
  for (const options of both) {
    const copy = doubling.copy({ ...options, deleteUpdates: true })
    assert.equal([copy(1), copy(1), copy(1)], [4, 4, 4])
    assert.is(copy.copy()(1), 4, 'a copy of it has no updates either')
    assert.equal(values(z), [2])
  }
})

testEach('A24: shared memory: the results are not; own containers and defaults', (first, module) => {
  const x = [
    [1, 2],
    [3, -1],
  ]
  for (const options of both) {
    const { train, W, b } = first
    W.setValue([
      [1, 2],
      [3, 4],
    ])
    b.setValue([0, 0])
    const start = values(W, b)
    const [V, c] = [
      shared(
        [
          [1, 2],
          [3, 4],
        ],
        { name: 'V' },
      ),
      shared([0, 0], { name: 'c' }),
    ]
    const alone = module.make()
    const copy = train.copy({
      ...options,
      swap: [
        [W, V],
        [b, c],
      ],
    })
    assert.equal(
      copy.shared.map((s: { name: string }) => s.name),
      ['V', 'c', 'velocity'],
    )
    assert.is.not(copy.shared[2], train.shared[2], 'the velocity is made anew')
    for (let i = 0; i < 3; i++) {
      const expected = alone.train(x)
      const result = copy(x)
      const before = listOf(result)
      assert.equal(before, listOf(expected))
      train(x)
      assert.equal(listOf(result), before, 'the original leaves it alone')
    }
    assert.equal(values(V, c), values(alone.W, alone.b))
    assert.equal(values(W, b), values(alone.W, alone.b))
    assert.throws(() => copy([[1000, 0]]), /large/)
    assert.equal(values(V, c, W), values(alone.W, alone.b, alone.W), 'a call that throws changes nothing')
    assert.equal(listOf(copy(x)), listOf(alone.train(x)))
    train(x)
    assert.equal(listOf(train(x, 0.25)), listOf(copy(x, 0.25)))
    assert.is.not(JSON.stringify(values(W, b)), JSON.stringify(start))
    W.setValue([
      [1, 2],
      [3, 4],
    ])
    first = module.make()
  }
})

testEach('lengths of the containers may differ', ({ live, b }) => {
  for (const options of both) {
    b.setValue([0, 0])
    const wide = shared([1, 1, 1])
    const copy = live.copy({ ...options, swap: [[b, wide]] })
    for (let i = 0; i < 2; i++) {
      copy([1, 2, 3])
      live([1, 2])
    }
    assert.equal(values(wide, b), [
      [7, 13, 19],
      [6, 12],
    ])
  }
})

testEach('two containers exchanged; swapping again means the first function’s variables', ({ swap2, ori, y, z, m }) => {
  for (const options of both) {
    y.setValue(1)
    z.setValue(2)
    m.setValue(0)
    const crossed = ori.copy({
      ...options,
      swap: [
        [y, z],
        [z, y],
      ],
    })
    assert.is(crossed(0), 13)
    assert.equal(values(y, z, m), [2, 2, 2])
    const [p, q] = [shared(100, { name: 'p' }), shared(200, { name: 'q' })]
    const again = crossed.copy({ ...options, swap: [[y, p]] })
    assert.is(again(0), 10 + 100 + 2 + 2, 'y of ori is p, z of ori is still y')
    assert.equal(values(y, z, p, m), [3, 2, 100, 4])
    const byItself = again.copy({ swap: [[p, q]] })
    assert.is(byItself(0), 10 + 200 + 3 + 4, 'a variable that only the copy has')
    swap2.copy(options)()
    assert.equal(values(y, z), [2, 4])
    swap2.copy({
      ...options,
      swap: [
        [y, p],
        [z, q],
      ],
    })()
    assert.equal(values(p, q, y, z), [200, 100, 2, 4])
  }
})

testEach('what cannot be swapped', ({ accumulator, state, W, train }) => {
  refuses(() => accumulator.copy({ swap: [[state, 3]] }), TypeError, /^accumulator: copy: swap takes pairs of shared variables, got 3$/)
  refuses(() => accumulator.copy({ swap: [[{}, state]] }), TypeError, /got Object$/)
  refuses(() => accumulator.copy({ swap: [[W, W]] }), Error, /^accumulator: copy: the function has no shared variable W to swap; it has state$/)
  refuses(
    () => accumulator.copy({ swap: [[state, W]] }),
    TypeError,
    /^accumulator copy: shared state: expected float64 scalar \(rank 0\), got float64 array of rank 2/,
  )
  refuses(() => accumulator.copy({ swap: [[state, shared(0, { dtype: 'float32' })]] }), TypeError, /expected float64 scalar \(rank 0\), got float32/)
  refuses(() => train.copy({ swap: [[train.shared[2], W]] }), Error, /no shared variable velocity to swap/)
})

testEach('ufuncs, kept inputs and defaults', ({ ufunc, y, kept, scaled }) => {
  for (const options of both) {
    const two = shared(2)
    const copy = ufunc.copy({ ...options, swap: [[y, two]] })
    assert.equal([copy(2, 3), ufunc(2, 3)], [8, 7])
    assert.equal(listOf(copy([1, 2], 3)), [5, 8])
    assert.equal(listOf(ufunc([1, 2], 3)), [4, 7])
    const other = kept.copy(options)
    const frozen = kept.copy({ ...options, deleteUpdates: true })
    assert.equal([other(1), other(1), frozen(1), frozen(1)], [101, 102, 101, 101], 'it starts with the default')
    assert.is(other.container('total').value, 102)
    other.container('total').value = 7
    assert.is(other(1), 8)
    assert.is(kept.container('total').value, 100)
    const tripled = scaled.copy(options)
    tripled.container('k').value = 5
    assert.equal([tripled(2), scaled(2), tripled(2, 1)], [10, 6, 2])
  }
})

testEach('modes', ({ guarded, debugged, y, b }) => {
  for (const options of both) {
    const c = shared([1, 1])
    b.setValue([0, 0])
    assert.is(guarded.copy({ ...options, swap: [[y, shared(2)]] })(2, 3), 8)
    const copy = debugged.copy({
      ...options,
      swap: [
        [b, c],
        [y, shared(10)],
      ],
    })
    assert.equal([copy([1, 2]), copy([1, 2]), debugged([1, 2])].map(listOf), [
      [11, 21],
      [21, 41],
      [1, 2],
    ])
    assert.equal(values(b, c), [
      [1, 2],
      [21, 41],
    ])
    assert.equal(listOf(debugged.copy({ ...options, deleteUpdates: true })([1, 1])), [2, 3])
    assert.equal(values(b), [[1, 2]])
  }
})

testEach('random streams are shared; without updates they stay', (first, module) => {
  for (const options of both) {
    const [{ draws }, other] = [module.make(), module.make()]
    const copy = draws.copy(options)
    const frozen = draws.copy({ ...options, deleteUpdates: true })
    const next = () => listOf(other.draws())
    assert.equal(listOf(draws()), next())
    const expected = next()
    assert.equal([frozen(), frozen(), copy()].map(listOf), [expected, expected, expected])
    assert.equal(listOf(draws()), next(), 'the copy has advanced the stream')
  }
  assert.ok(first.draws.shared.length > 0)
})

testEach('switches: each its own', ({ scaled, live }) => {
  for (const options of both) {
    live.trustInput = true
    const copy = live.copy(options)
    assert.is(copy.trustInput, true)
    copy.trustInput = false
    assert.is(live.trustInput, true)
    assert.throws(() => copy(new NDArray(new Float64Array(2), [1, 2], 'float64')), TypeError)
    assert.not.throws(() => live(new NDArray(new Float64Array(2), [1, 2], 'float64')))
    live.trustInput = false
    assert.throws(() => scaled.copy(options)(1, 2, 3), /^scaled.*: expected 2 arguments, got 3$/)
    assert.is(scaled.copy(options).named({ k: 2, x: 4 }), 8)
  }
})

testEach('calls inside calls: from a getter', ({ live, b, model }) => {
  for (const options of both) {
    b.setValue([0, 0])
    model.gain = 3
    const c = shared([10, 10])
    const copy = live.copy({ ...options, swap: [[b, c]] })
    model.during = () => live([1, 1])
    copy([1, 1])
    // In the original's memory the containers are exchanged for the duration of the call: what it calls is then the copy's as well.
    const original = options.shareMemory ? 0 : 3
    assert.equal(
      values(b, c),
      [
        [original, original],
        [16 - original, 16 - original],
      ],
      'the original inside the copy',
    )
    b.setValue([3, 3])
    c.setValue([13, 13])
    model.during = () => copy([2, 2])
    live([1, 1])
    assert.equal(
      values(b, c),
      [
        [6, 6],
        [19, 19],
      ],
      'the copy inside the original',
    )
    model.during = () => copy([1, 1])
    if (options.shareMemory) {
      assert.throws(() => copy([1, 1]), /copy: called again by what its call runs/)
      assert.equal(values(b, c), [
        [6, 6],
        [19, 19],
      ])
      c.setValue([25, 25])
    } else copy([1, 1])
    assert.equal(
      values(b, c),
      [
        [6, 6],
        [25, 25],
      ],
      'the copy inside itself',
    )
    model.during = () => {
      throw Error('in the getter')
    }
    assert.throws(() => copy([1, 1]), 'in the getter')
    copy([1, 1])
    live([1, 1])
    assert.equal(values(b, c), [
      [9, 9],
      [28, 28],
    ])
  }
})

testEach('calls inside calls: from console.log', ({ printing, b }) => {
  const { log } = console
  for (const options of both) {
    b.setValue([0, 0])
    const c = shared([0, 0])
    const copy = printing.copy({ ...options, swap: [[b, c]] })
    const refused: string[] = []
    const nested = (call: () => unknown) => {
      console.log = () => {
        console.log = () => {}
        try {
          call()
        } catch (error) {
          refused.push(String(error))
        }
      }
    }
    try {
      nested(() => printing([0, 0]))
      copy([0, 0])
      nested(() => copy([0, 0]))
      printing([0, 0])
    } finally {
      console.log = log
    }
    // With memory of their own they do not disturb each other.
    const own = options !== both[1]
    assert.is(refused.length, own ? 0 : 2)
    for (const text of refused) assert.match(text, /printing.*: called again before its last call has returned/)
    assert.equal(
      values(b, c),
      own
        ? [
            [2, 2],
            [2, 2],
          ]
        : [
            [1, 1],
            [1, 1],
          ],
    )
  }
})

testEach('errors of arguments name the copy', ({ scaled }) => {
  for (const options of both) {
    refuses(() => scaled.copy({ ...options, name: 'other' })('1'), TypeError, /^other: parameter x:/)
    refuses(() => scaled('1'), TypeError, /^scaled: parameter x:/)
  }
})

testEach('fields that are linked late; types', (_, module) => {
  const net = new module.Net()
  const copy = net.step.copy({ swap: [[net.w, shared([5, 5])]] })
  const within = net.step.copy({ shareMemory: true, swap: [[net.w, shared([7, 7])]] })
  assert.equal([copy([1, 1]), within([1, 1]), net.step([1, 1])].map(listOf), [
    [6, 6],
    [8, 8],
    [1, 1],
  ])
  assert.equal(module.copies(), 'typed')
})

test.run()
