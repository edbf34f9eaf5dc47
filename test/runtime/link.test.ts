// The callable that link makes, as emitted code uses it.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { shared, zeros } from '../../runtime/index.ts'
import * as $t from '../../runtime/kernel.ts'

const spec = (name: string, dtype: $t.Spec['dtype'], ...shape: $t.Spec['shape'][number][]): $t.Spec => ({ name, dtype, shape })

/** What the compiler emits for `(x: Vector, lr: number = rate) => W.value -= lr * x`, by hand. */
const make = (W: unknown, rate = () => 0.5) =>
  $t.link(
    {
      name: 'step',
      inputs: [spec('x', 'float64', null), spec('lr', 'float64')],
      outputs: { cost: spec('cost', 'float64'), rest: [spec('W', 'float64', null), null] },
      captures: [
        { ...spec('W', 'float64', null), kind: 'shared' },
        { ...spec('lr', 'float64'), kind: 'default' },
      ],
    },
    ((self: $t.Linked, W: $t.Shared, defaultLr: () => number) =>
      function a(x: unknown, lr: unknown = defaultLr()) {
        // biome-ignore lint/complexity/noArguments: as emitted functions do
        if (arguments.length > 2) $t.arity(arguments.length, self)
        const x_ = $t.array(x, self.inputs[0], self)
        const lr_ = $t.number(lr, self.inputs[1], self)
        $t.sameSize(x_.shape[0], W.array.shape[0], 'step: W - lr * x')
        const next = (W.array.data as Float64Array).map((w, i) => w - lr_ * x_.data[i])
        W.array = new $t.NDArray(next, W.array.shape, 'float64')
        return next[0]
      }) as never,
    W,
    rate,
  )
const container = () => shared(zeros([2]), { name: 'W' })

test('a call checks, computes and commits', () => {
  const W = container()
  const f = make(W)
  assert.is(f([2, 4]), -1)
  assert.equal(W.getValue().toArray(), [-1, -2])
  f([2, 4], 1)
  assert.equal(W.getValue().toArray(), [-3, -6])
})

test('a failing call changes nothing', () => {
  const W = container()
  const f = make(W)
  assert.throws(() => f([1, 2, 3]), /^step: W - lr \* x: sizes 3 and 2 differ$/)
  assert.throws(() => f([[1]]), /^step: parameter x: expected float64 vector \(rank 1\), got an array of rank 2 with shape \[1, 1\]$/)
  assert.throws(() => f([1, 2], 1, 3), /^step: expected 2 arguments, got 3$/)
  assert.throws(() => f(), /^step: parameter x: .* got undefined$/)
  assert.equal(W.getValue().toArray(), [0, 0])
})

test('it describes itself', () => {
  const W = container()
  const f = make(W) as ReturnType<typeof make> & { inputs: object[]; outputs: object[]; shared: object[] }
  assert.is(f.name, 'step')
  const facts = (list: object[]) => list.map((d) => ['name', 'dtype', 'rank'].map((k) => d[k as never]).join(' '))
  assert.equal(facts(f.inputs), ['x float64 1', 'lr float64 0'])
  assert.equal(facts(f.outputs), ['cost float64 0', 'W float64 1'])
  assert.equal(f.shared, [W])
})

test('named calls by name', () => {
  const f = make(container()) as ReturnType<typeof make> & { named(r: object): number }
  assert.is(f.named({ lr: 1, x: [2, 4] }), -2)
  assert.is(f.named({ x: [2, 4] }), -3, 'a default stays one')
  assert.throws(() => f.named({ x: [1, 2], y: 1, z: 2 }), /^step: no parameter y, z; it has x, lr$/)
  assert.throws(() => f.named({ lr: 1 }), /^step: parameter x: .*got undefined$/)
  assert.throws(() => f.named(null as never), /^step\.named: expected an object of arguments by name, got null$/)
})

test('trustInput is read at each call', () => {
  const f = make(container()) as ReturnType<typeof make> & { trustInput: boolean }
  assert.is(f.trustInput, false)
  const wrong = zeros([2], 'float32')
  assert.not.throws(() => f(wrong), 'float32 into float64 loses nothing')
  assert.throws(() => f(zeros([1, 2])))
  f.trustInput = true
  assert.not.throws(() => f(zeros([2, 1])), 'a wrong rank is not noticed')
})

test('a capture that is not the shared variable of the build', () => {
  assert.throws(
    () => make(shared(zeros([2], 'float32'))),
    (e: Error) => e instanceof TypeError && e.message === 'step: shared W: expected float64 vector (rank 1), got float32 array of rank 1 with shape [2]',
  )
  assert.throws(() => make(shared(zeros([2, 2]))), /got float64 array of rank 2/)
  for (const bad of [3, null, undefined, {}, zeros([2])]) assert.throws(() => make(bad), /^step: shared W: expected float64 vector/)
})

test('checks at a call', () => {
  const self = { name: 'f' }
  assert.throws(
    () => $t.sameName(3, 4, 'batch', self),
    (e: Error) => e instanceof RangeError && e.message === "f: size 'batch' is 3 in one argument and 4 in another",
  )
  $t.sameName(3, 3, 'batch', self)
  assert.equal([$t.index(1, 3, ''), $t.index(-1, 3, '')], [1, 2])
  for (const i of [3, -4, 0.5, NaN, Infinity])
    assert.throws(() => $t.index(i, 3, 'f: x[i]'), new RegExp(`^f: x\\[i\\]: index ${i} is out of range for length 3$`))
  assert.throws(
    () => $t.index(0, 0, 'f'),
    (e: Error) => e instanceof RangeError,
  )
  assert.is($t.integer(-2, ''), -2)
  for (const x of [0.5, NaN, Infinity]) assert.throws(() => $t.integer(x, 'f: zeros([n])'), /^f: zeros\(\[n\]\): .* is not an integer$/)
  assert.equal([$t.broadcastSize(3, 1, ''), $t.broadcastSize(1, 3, ''), $t.broadcastSize(0, 1, ''), $t.broadcastSize(2, 2, '')], [3, 3, 0, 2])
  assert.throws(() => $t.broadcastSize(3, 4, 'train: dot(x, W)'), /^train: dot\(x, W\): sizes 3 and 4 do not broadcast$/)
  assert.throws(() => $t.broadcastSize(0, 2, 'f'), /sizes 0 and 2/)
  assert.is($t.sameSize(3, 3, ''), 3)
  assert.throws(() => $t.failed('TH2003: no'), /^TH2003: no$/)
  assert.throws(() => $t.assert(false, 'must be positive', self), /^f: must be positive$/)
  $t.assert(true, '', self)
  const buffer = new Float32Array(4)
  assert.is($t.reserve(buffer, 4), buffer)
  assert.equal($t.reserve(buffer, 5), new Float32Array(5))
})

test('globals are the real ones', () => {
  for (const [name, value] of Object.entries($t.globals)) assert.ok(Object.is(value, globalThis[name as never]), name)
})

test.run()
