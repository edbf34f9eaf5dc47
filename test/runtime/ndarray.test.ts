// Array values: access, nesting, iteration, and the functions that make them.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { arange, eye, full, NDArray, ndarray, ones, zeros } from '../../runtime/index.ts'
import { throws } from './throws.ts'

const m = () =>
  ndarray([
    [1, 2, 3],
    [4, 5, 6],
  ])

test('shape, rank, size, dtype, data', () => {
  const x = m()
  assert.equal([x.shape, x.rank, x.size, x.dtype], [[2, 3], 2, 6, 'float64'])
  assert.equal(x.data, Float64Array.of(1, 2, 3, 4, 5, 6))
  assert.equal(Object.keys(x), ['data', 'shape', 'dtype'], 'one order of fields for all arrays')
})

test('at takes one index an axis, negative from the end', () => {
  assert.is(m().at(1, 0), 4)
  assert.is(m().at(-1, -3), 4)
  assert.is(ndarray([true, false]).at(0), true)
  throws(() => m().at(2, 0), RangeError, /index \[2, 0\] is out of range for shape \[2, 3\]/)
  for (const bad of [[0, -4], [0, 0.5], [0, NaN], [0], [0, 0, 0]]) assert.throws(() => m().at(...bad), /out of range/, `${bad}`)
})

test('item is the value of a single element', () => {
  assert.is(ndarray([[7]]).item(), 7)
  assert.is(full([], true, 'bool').item(), true)
  throws(() => m().item(), RangeError, /shape \[2, 3\]/)
})

test('toArray and toJSON nest', () => {
  assert.equal(m().toArray(), [
    [1, 2, 3],
    [4, 5, 6],
  ])
  assert.equal(ndarray([[true], [false]]).toArray(), [[true], [false]])
  assert.is(JSON.stringify({ x: m() }), '{"x":[[1,2,3],[4,5,6]]}')
  assert.equal(zeros([2, 0]).toArray(), [[], []])
  assert.equal(zeros([0, 2]).toArray(), [])
  assert.is(full([], 5).toArray(), 5)
  const cube = arange(24)
  assert.equal(ndarray(cube.data, [2, 3, 4]).toArray()[1][2], [20, 21, 22, 23])
})

test('iteration gives numbers, or arrays that view the same memory', () => {
  assert.equal([...ndarray([1, 2])], [1, 2])
  assert.equal([...ndarray([true, false])], [true, false])
  const x = m()
  const [first, second] = x
  assert.instance(first, NDArray)
  assert.equal(second.toArray(), [4, 5, 6])
  second.data[0] = 40
  assert.is(x.at(1, 0), 40)
  assert.throws(() => [...full([], 1)], /out of range/)
})

test('ndarray takes nested arrays, typed arrays, arrays, numbers', () => {
  const data = new Float32Array(6)
  const x = ndarray(data, [2, 3])
  assert.is(x.data, data, 'wrapped, not copied')
  assert.equal([x.dtype, x.shape], ['float32', [2, 3]])
  assert.is(ndarray([true]).dtype, 'bool')
  assert.is(ndarray(new Uint8Array(1)).dtype, 'uint8')
  assert.equal(ndarray([1, 2], undefined, 'int8').data, Int8Array.of(1, 2))
  assert.equal(ndarray(Int16Array.of(1, 2), [2, 1], 'float32').data, Float32Array.of(1, 2))
  assert.equal(ndarray(5).shape, [])
  assert.equal(ndarray([]).shape, [0])
  throws(() => ndarray([1, 2, 3], [2, 2]), RangeError, /3 elements do not have shape \[2, 2\]/)
  throws(() => ndarray([[1, 2], [3]]), TypeError, /^ndarray: parameter value: .*ragged array: an array of rank 1 with shape \[1\] at position 1/)
  throws(() => ndarray(new Float64Array(2), undefined, 'float32'), TypeError, /expected float32 vector .*got Float64Array/)
  throws(() => ndarray([1.5], undefined, 'int32'), TypeError, /got 1\.5 at position 0/)
  throws(() => ndarray([1], undefined, 'float16' as 'float32'), TypeError, /'float16' is not a dtype/)
})

test('zeros, ones, full, arange, eye as in NumPy', () => {
  assert.equal([zeros(3).shape, zeros([2, 3], 'int8').data.constructor], [[3], Int8Array])
  assert.equal(ones([2, 1]).toArray(), [[1], [1]])
  assert.equal(ones(2, 'bool').toArray(), [true, true])
  assert.equal(full([2], 2.5).toArray(), [2.5, 2.5])
  assert.equal([full(2, true).dtype, full(1, 3, 'uint8').data], ['bool', Uint8Array.of(3)])
  throws(() => full(2, 300, 'uint8'), TypeError, /full: .*got 300/)
  throws(() => zeros([2, -1]), RangeError, /zeros: -1 is not a length/)
  assert.equal([arange(4).toArray(), arange(4).dtype], [[0, 1, 2, 3], 'int32'])
  assert.equal(arange(1, 2, 0.25).toArray(), [1, 1.25, 1.5, 1.75])
  assert.equal(arange(5, 0, -2).toArray(), [5, 3, 1])
  assert.equal([arange(3, 1).size, arange(0, 3, 1, 'float32').dtype], [0, 'float32'])
  throws(() => arange(0, 1, 0), RangeError, /no end/)
  assert.equal(eye(2, 3, 1).toArray(), [
    [0, 1, 0],
    [0, 0, 1],
  ])
  assert.equal(eye(3, 2, -1).toArray(), [
    [0, 0],
    [1, 0],
    [0, 1],
  ])
})

test.run()
