// theano.save and theano.load: what they take, containers all or none, memory, and what a bundle carries.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { arange, full, load, type NDArray, ndarray, save, shared, zeros } from '../../runtime/index.ts'
import * as $t from '../../runtime/kernel.ts'
import type { Matrix, Scalar, Shared, Vector } from '../../runtime/types.ts'
import { bundleSize } from '../../scripts/size.ts'
import { POLY } from './heapModules.ts'
import { throws } from './throws.ts'

const model = (): { W: Shared<Matrix<'float32'>>; b: Shared<Vector>; rate: Shared<Scalar> } => ({
  W: shared(ndarray([1, 2, 3, 4, 5, 6], [2, 3], 'float32'), { name: 'W' }),
  b: shared([0.5, -0.5], { name: 'b' }),
  rate: shared(0.1, { name: 'rate' }),
})
type Model = ReturnType<typeof model>
const values = ({ W, b, rate }: Model): unknown[] => [W.getValue().toArray(), b.getValue().toArray(), rate.getValue()]

test('weights go into a new model by keys, or by their own names', () => {
  const [from, to, other] = [model(), model(), model()]
  from.W.setValue([[7, 8]])
  from.b.setValue([])
  from.rate.setValue(0.25)
  assert.is(load(save({ ...from }), { ...to }), undefined)
  assert.equal(values(to), [[[7, 8]], [], 0.25])
  load(save([from.b, from.rate, from.W]), [other.W, other.b, other.rate])
  assert.equal(values(other), values(to))
  const { W, b } = to
  load(save({ weights: from.W }), { weights: W })
  load(save(b), b)
})

test('one container is a .npy', () => {
  const W = shared([[1, 2]])
  assert.equal(load(save(W)).toArray(), [[1, 2]])
  load(save(ndarray([3, 4], [1, 2])), W)
  assert.equal(W.getValue().toArray(), [[3, 4]])
  const on = shared(false)
  load(save(shared(true)), on)
  assert.is(on.getValue(), true)
})

test('without containers: arrays of any dtype and rank, numbers and booleans for rank 0', () => {
  const saved = { x: zeros([2, 0, 3], 'int8'), n: 2.5, on: true, list: [[1], [2]], data: Int16Array.of(-1), c: shared(1, { dtype: 'uint8' }) }
  const loaded = load<Record<string, NDArray>>(save(saved))
  assert.equal(Object.keys(loaded), ['x', 'n', 'on', 'list', 'data', 'c'])
  assert.equal([loaded.n, loaded.on, loaded.c], [2.5, true, 1])
  assert.equal([loaded.x.shape, loaded.x.dtype], [[2, 0, 3], 'int8'])
  assert.equal([loaded.list.toArray(), loaded.list.dtype, loaded.data.dtype], [[[1], [2]], 'float64', 'int16'])
  assert.equal(load(save({})), {})
})

test('lossless conversions are made, others name entry, expected and actual', () => {
  const target = { W: shared(zeros([2], 'float32'), { name: 'W' }), n: shared(0, { dtype: 'int32', name: 'n' }), d: shared([0]) }
  load(save({ W: Int16Array.of(1, -2), n: 3, d: Float32Array.of(0.5) }), target)
  assert.equal([target.W.getValue().data, target.n.getValue(), target.d.getValue().toArray()], [Float32Array.of(1, -2), 3, [0.5]])
  const refused = (W: unknown, n: unknown, message: string): void => {
    throws(() => load(save({ W, n, d: [9, 9] } as never), target), TypeError, message)
    assert.equal([target.W.getValue().data, target.n.getValue(), target.d.getValue().toArray()], [Float32Array.of(1, -2), 3, [0.5]])
  }
  refused([1, 2], 3, 'load: entry W: shared W: expected float32 vector (rank 1), got float64 array of rank 1 with shape [2]')
  refused(zeros([1, 2], 'float32'), 3, 'load: entry W: shared W: expected float32 vector (rank 1), got float32 array of rank 2 with shape [1, 2]')
  refused(Float32Array.of(1), 0.5, 'load: entry n: shared n: expected int32 scalar (rank 0), got 0.5')
  refused(Float32Array.of(1), [3], 'load: entry n: shared n: expected int32 scalar (rank 0), got float64 array of rank 1 with shape [1]')
  throws(() => load(save([1, 2] as never), target), TypeError, /^save: position 0 of the list is not a shared variable/)
  throws(
    () => load(save(zeros([2])), shared(zeros([2], 'float32'))),
    TypeError,
    'load: shared value: expected float32 vector (rank 1), got float64 array of rank 1 with shape [2]',
  )
})

test('strict containers convert nothing', () => {
  const W = shared(zeros([2], 'float32'), { name: 'W', strict: true })
  load(save({ W: Float32Array.of(1, 2) }), { W })
  const d = shared([5])
  throws(() => load(save({ d: [6], W: Int8Array.of(1, 2) }), { d, W }), TypeError, 'load: entry W: shared W is strict: it takes float32 arrays only, got int8')
  assert.equal([W.getValue().toArray(), d.getValue().toArray()], [[1, 2], [5]])
})

test('entries and containers are the same set', () => {
  const m = model()
  const before = values(m)
  for (const [saved, into, message] of [
    [{ W: 1 }, { ...m }, 'load: expected the entries W, b, rate, the file has W'],
    [{ ...m, more: 1 }, { ...m }, 'load: expected the entries W, b, rate, the file has W, b, rate, more'],
    [{}, { b: m.b }, 'load: expected the entries b, the file has none'],
    [{ c: [1] }, { b: m.b }, 'load: expected the entries b, the file has c'],
    [{ a: [1], b: [2] }, { a: m.b, b: m.b }, 'load: entries a and b would go into the same shared variable'],
    [{ a: [1] }, { a: [1] }, 'load: a: expected a shared variable to load into'],
    [{ b: [1] }, m.b, 'load: a .npz file goes into a list or record of shared variables, not into one'],
  ] as const)
    throws(() => load(save(saved), into as never), TypeError, message)
  throws(() => load(save(m.b), [m.b]), TypeError, 'load: a .npy file goes into one shared variable, not into a list or record')
  assert.equal(values(m), before)
})

test('lists need names', () => {
  const [unnamed, b] = [shared(1), shared(2, { name: 'b' })]
  throws(() => save([b, unnamed]), TypeError, 'save: the shared variable at position 1 of the list has no name; a record { name: variable } gives them names')
  throws(() => save([b, shared(3, { name: 'b' })]), TypeError, /^save: two shared variables of the list have the name b;/)
  throws(() => load(save({ b: 1 }), [unnamed]), TypeError, /^load: the shared variable at position 0 of the list has no name/)
})

test('what is no array is refused', () => {
  throws(() => save({ a: 'x' } as never), TypeError, 'save: parameter a: expected float64 scalar (rank 0), got "x"')
  throws(() => save({ a: [[1], [2, 3]] }), TypeError, /^save: parameter a: .* ragged/)
  throws(() => save({ '': 1 }), TypeError, 'save: a name is empty')
  for (const value of [1, null, undefined, 'W', Float64Array.of(1)])
    throws(() => save(value as never), TypeError, /^save: expected a shared variable, a list of them or a record, got /)
})

test('equal values give equal bytes, and nothing that is saved changes', () => {
  const m = model()
  const before = values(m)
  assert.equal(save({ ...m }), save({ ...model() }))
  assert.equal(values(m), before)
})

test('arrays in the heap: saved, loaded there, and put into containers that lie there', () => {
  $t.wasm(POLY)()
  const x = full([100, 10], 1.5)
  assert.instance(x, $t.HeapArray)
  const loaded = load(save({ x, n: arange(2000) }))
  assert.instance(loaded.x, $t.HeapArray)
  assert.equal([loaded.x.at(99, 9), loaded.n.at(1999)], [1.5, 1999])
  const W = shared(zeros([100, 10]), { name: 'W', borrow: true })
  const { address } = (W as unknown as { array: $t.HeapArray }).array
  assert.ok(address > 0)
  load(save({ W: x }), [W])
  assert.equal([W.getValue().at(5, 5), W.shape], [1.5, [100, 10]])
  load(save({ W: full([200, 10], 2.5) }), [W])
  assert.equal([W.getValue().at(199, 9), x.at(0, 0)], [2.5, 1.5])
})

test('bundles that neither save nor load have none of it; those that only save cannot inflate', async () => {
  const neither = await bundleSize(`import { NDArray, shared, zeros } from './runtime/index.ts'; export const x = shared(zeros(2))`)
  assert.not.match(neither.text, /NUMPY|fortran_order|3988292384|0x?edb88320|deflate/i)
  const size = (name: string): ReturnType<typeof bundleSize> =>
    bundleSize(`import { shared, ${name} } from './runtime/index.ts'; export const x = [shared(2), ${name}]`)
  const [saving, loading] = await Promise.all([size('save'), size('load')])
  assert.match(saving.text, /fortran_order/)
  assert.not.match(saving.text, /compressed data|BigInt64Array/)
  assert.ok(saving.gzip - neither.gzip < 1000, `save: ${saving.gzip - neither.gzip} bytes`)
  assert.ok(loading.gzip - neither.gzip < 4500, `load: ${loading.gzip - neither.gzip} bytes`)
})

test.run()
