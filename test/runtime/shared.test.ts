// Shared variables: what they hold, when they copy, what they refuse.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ndarray, shared, zeros } from '../../runtime/index.ts'

test('name, dtype, rank, shape, type', () => {
  const W = shared(zeros([2, 3], 'float32'), { name: 'W' })
  assert.equal([W.name, W.shape, W.type], ['W', [2, 3], { dtype: 'float32', rank: 2 }])
  assert.is(String(W), 'W')
})

test('the type is that of the value', () => {
  const types = [shared(0.5), shared(true), shared([1, 2]), shared([[1]]), shared(new Int32Array(2)), shared([true]), shared([1], { dtype: 'float32' })].map(
    (s) => `${s.type.dtype} ${s.type.rank}`,
  )
  assert.equal(types, ['float64 0', 'bool 0', 'float64 1', 'float64 2', 'int32 1', 'bool 1', 'float32 1'])
  assert.throws(() => shared(['a'] as never), /^shared: parameter value: /)
  assert.throws(() => shared(Float64Array.of(1), { name: 'b', dtype: 'float32' }), /^shared: parameter b: expected float32 vector/)
})

test('scalars are numbers and booleans outside', () => {
  const n = shared(0.5)
  assert.is(n.getValue(), 0.5)
  n.setValue(2)
  assert.is(n.getValue(), 2)
  assert.is(shared(true).getValue(), true)
  assert.throws(() => n.setValue([1]), /^setValue: parameter value: expected float64 scalar/)
})

test('values are copied unless borrowed', () => {
  const data = Float64Array.of(1, 2)
  const copied = shared(data)
  const borrowed = shared(data, { borrow: true })
  data[0] = 10
  assert.equal([copied.getValue().at(0), borrowed.getValue().at(0)], [1, 10])
  copied.getValue().data[0] = 99
  assert.is(copied.getValue().at(0), 1)
  copied.getValue({ borrow: true }).data[0] = 99
  assert.is(copied.getValue().at(0), 99)
  const x = ndarray([5, 6])
  copied.setValue(x)
  x.data[0] = 0
  assert.is(copied.getValue().at(0), 5)
  copied.setValue(x, { borrow: true })
  x.data[0] = 7
  assert.is(copied.getValue().at(0), 7)
})

test('setValue keeps dtype and rank, lengths may change', () => {
  const W = shared(zeros([2, 3], 'float32'), { name: 'W' })
  W.setValue([[1, 2]])
  assert.equal([W.shape, W.getValue().data], [[1, 2], Float32Array.of(1, 2)])
  assert.throws(() => W.setValue([1, 2]), /^setValue: parameter W: expected float32 matrix \(rank 2\), got an array of rank 1/)
  assert.throws(() => W.setValue(zeros([2, 3])), /^setValue: parameter W: expected float32 matrix .*got float64 array/)
  assert.equal(W.shape, [1, 2])
})

test('strict converts nothing', () => {
  const W = shared(zeros([2], 'float32'), { name: 'W', strict: true })
  assert.throws(() => W.setValue([1, 2]), /W is strict/)
  assert.throws(() => W.setValue(Int8Array.of(1, 2)), /W is strict/)
  W.setValue(Float32Array.of(1, 2))
  assert.equal(W.getValue().toArray(), [1, 2])
})

test('.value is for arrows', () => {
  const W = shared(1, { name: 'W' })
  assert.throws(() => W.value, /shared W: \.value .* getValue\(\)/)
  assert.throws(() => {
    W.value = 2
  }, /shared W: \.value .* setValue\(v\)/)
})

test.run()
