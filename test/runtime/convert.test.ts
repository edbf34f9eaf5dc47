// Arguments: what is taken, what is converted, and the error for everything else.
import { runInNewContext } from 'node:vm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { arity, array, boolean, NDArray, number, type Spec } from '../../runtime/kernel.ts'
import { types } from '../../runtime/ndarray.ts'
import type { DType } from '../../runtime/types.ts'
import { throws } from './throws.ts'

const self = { name: 'f', inputs: [1, 2] }
const spec = (dtype: DType, ...shape: Spec['shape'][number][]): Spec => ({ name: 'x', dtype, shape })
const vector = (dtype: DType) => spec(dtype, null)
const nd = (dtype: DType, shape: number[]) => new NDArray(new types[dtype](shape.reduce((a, b) => a * b, 1)), shape, dtype)

test('an array of the dtype and rank is taken as it is', () => {
  const x = nd('float32', [2, 3])
  assert.is(array(x, spec('float32', null, null), self), x)
  assert.is(array(x, spec('float32', 'batch', 3), self), x)
})

test('a typed array of the dtype is wrapped', () => {
  const data = new Int16Array(3)
  assert.is(array(data, vector('int16'), self).data, data)
  assert.equal(array(data, vector('int16'), self).shape, [3])
})

test('nested arrays are copied into the dtype', () => {
  assert.equal(
    array(
      [
        [1, 2],
        [3, 4],
      ],
      spec('float64', null, null),
      self,
    ),
    new NDArray(Float64Array.of(1, 2, 3, 4), [2, 2], 'float64'),
  )
  assert.equal(array([0.1], vector('float32'), self).data, Float32Array.of(0.1))
  assert.equal(array([true, 0, 1, false], vector('bool'), self).data, Uint8Array.of(1, 0, 1, 0))
  assert.equal(array([-5, -0, 127], vector('int8'), self).data, Int8Array.of(-5, 0, 127))
  assert.ok([NaN, Infinity, -0].every((v, i) => Object.is(array([NaN, Infinity, -0], vector('float64'), self).data[i], v)))
  assert.equal(array([], vector('float64'), self).shape, [0])
  assert.equal(array([[], []], spec('float64', null, null), self).shape, [2, 0])
  assert.equal(array([[[1], [2]]], spec('float64', null, null, null), self).shape, [1, 2, 1])
})

/** Does every value of the first dtype have an equal in the second? Checked against the extremes of each. */
const extremes: Record<DType, number[]> = {
  float64: [Number.MAX_VALUE, 0.1],
  float32: [Math.fround(3.4e38), Math.fround(0.1)],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [2 ** 32 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [2 ** 16 - 1],
  int8: [-128, 127],
  uint8: [255],
  bool: [1],
}
const dtypes = Object.keys(extremes) as DType[]
for (const from of dtypes) {
  for (const to of dtypes) {
    test(`${from} into ${to}, as an array and as a typed array`, () => {
      const fits = to !== 'bool' ? extremes[from].every((v) => new types[to]([v])[0] === v) : from === 'bool'
      const x = new NDArray(new types[from](extremes[from]), [extremes[from].length], from)
      const take = (v: unknown) => array(v, vector(to), self)
      if (fits) assert.equal(take(x), new NDArray(new types[to](extremes[from]), x.shape, to))
      else assert.throws(() => take(x), new RegExp(`^f: parameter x: expected ${to} vector \\(rank 1\\), got`))
      if (fits) assert.is(take(x).data === x.data, from === to)
      if (from !== 'bool' && to !== 'bool') (fits ? assert.not.throws : assert.throws)(() => take(x.data))
    })
  }
}

test('a Uint8Array of zeros and ones is a bool array', () => {
  assert.equal(array(Uint8Array.of(0, 1), vector('bool'), self), new NDArray(Uint8Array.of(0, 1), [2], 'bool'))
  throws(() => array(Uint8Array.of(0, 7), vector('bool'), self), TypeError, 'f: parameter x: expected bool vector (rank 1), got 7 at position 1')
  assert.throws(() => array(Int8Array.of(0, 1), vector('bool'), self))
})

test('typed arrays of another realm count', () => {
  assert.equal(array(runInNewContext('Float64Array.of(1, 2)'), vector('float64'), self).size, 2)
})

const withHole = Object.assign(new Array(3), { 0: 1, 2: 3 })

test('wrong rank, dtype, values', () => {
  throws(
    () => array([1, 2, 3], spec('float64', null, null), self),
    TypeError,
    'f: parameter x: expected float64 matrix (rank 2), got an array of rank 1 with shape [3]',
  )
  throws(() => array([[1]], vector('float64'), self), TypeError, 'f: parameter x: expected float64 vector (rank 1), got an array of rank 2 with shape [1, 1]')
  throws(
    () => array(nd('float64', [2, 3, 4]), spec('float32', null, null, null), self),
    TypeError,
    'f: parameter x: expected float32 array (rank 3), got float64 array of rank 3 with shape [2, 3, 4]',
  )
  throws(() => array(new Float64Array(2), vector('float32'), self), TypeError, 'f: parameter x: expected float32 vector (rank 1), got Float64Array')
  throws(() => array(new Float64Array(2), spec('float64', null, null), self), TypeError, 'f: parameter x: expected float64 matrix (rank 2), got Float64Array')
  throws(() => array(new BigInt64Array(2), vector('float64'), self), TypeError, 'f: parameter x: expected float64 vector (rank 1), got BigInt64Array')
  throws(() => array([1, 2.5], vector('int32'), self), TypeError, 'f: parameter x: expected int32 vector (rank 1), got 2.5 at position 1')
  throws(() => array([256], vector('uint8'), self), TypeError, 'f: parameter x: expected uint8 vector (rank 1), got 256 at position 0')
  throws(() => array([NaN], vector('int32'), self), TypeError, 'f: parameter x: expected int32 vector (rank 1), got NaN at position 0')
  throws(() => array([2], vector('bool'), self), TypeError, 'f: parameter x: expected bool vector (rank 1), got 2 at position 0')
  throws(() => array(['1'], vector('float64'), self), TypeError, 'f: parameter x: expected float64 vector (rank 1), got "1" at position 0')
  throws(() => array([true], vector('float64'), self), TypeError, 'f: parameter x: expected float64 vector (rank 1), got true at position 0')
  throws(() => array(withHole, vector('float64'), self), TypeError, 'f: parameter x: expected float64 vector (rank 1), got undefined at position 1')
  for (const bad of [1n, Symbol.iterator, null, {}])
    assert.throws(() => array([bad], vector('float64'), self), /^f: parameter x: expected float64 vector \(rank 1\), got /)
})

test('ragged nesting names the place', () => {
  throws(
    () => array([[1, 2], [3, 4], [5]], spec('float64', null, null), self),
    TypeError,
    'f: parameter x: expected float64 matrix (rank 2), got a ragged array: an array of rank 1 with shape [1] at position 2',
  )
  throws(
    () => array([[1], 2], spec('float64', null, null), self),
    TypeError,
    'f: parameter x: expected float64 matrix (rank 2), got a ragged array: 2 at position 1',
  )
  assert.throws(() => array([1, [2]], vector('float64'), self), /got an array of rank 1 with shape \[1\] at position 1/)
})

test('no array at all', () => {
  const got = (value: unknown) => {
    try {
      array(value, vector('float64'), self)
    } catch (e) {
      return (e as Error).message.replace('f: parameter x: expected float64 vector (rank 1), got ', '')
    }
  }
  assert.equal([undefined, null, 3, '3', true, {}, new Date(0), () => 0].map(got), ['undefined', 'null', '3', '"3"', 'true', 'Object', 'Date', 'Function'])
})

test('lengths that the type fixes', () => {
  throws(
    () => array(nd('float32', [3, 5]), spec('float32', 'batch', 784), self),
    RangeError,
    'f: parameter x: expected float32 matrix (rank 2) with shape [batch, 784], got float32 array of rank 2 with shape [3, 5]',
  )
  assert.throws(
    () => array([1, 2], spec('float64', 3), self),
    (e: Error) => e instanceof RangeError,
  )
})

test('trustInput skips the checks of arrays only', () => {
  const trusting = { name: 'f', trustInput: true }
  const x = nd('float64', [1])
  assert.is(array(x, spec('float32', null, 3), trusting), x)
  assert.throws(() => array('x', vector('float64'), trusting))
  assert.equal(array([1], vector('float64'), trusting).data, Float64Array.of(1))
})

test('scalars', () => {
  assert.is(number(0.1, spec('float64'), self), 0.1)
  assert.is(number(0.1, spec('float32'), self), Math.fround(0.1))
  assert.is(number(-3, spec('int32'), self), -3)
  assert.is(number(new NDArray(Float64Array.of(4), [], 'float64'), spec('float64'), self), 4)
  assert.ok(Number.isNaN(number(NaN, spec('float64'), self)))
  throws(() => number(1.5, spec('int32'), self), TypeError, 'f: parameter x: expected int32 scalar (rank 0), got 1.5')
  throws(() => number(2 ** 31, spec('int32'), self), TypeError, 'f: parameter x: expected int32 scalar (rank 0), got 2147483648')
  throws(() => number(undefined, spec('float64'), self), TypeError, 'f: parameter x: expected float64 scalar (rank 0), got undefined')
  throws(() => number([1], spec('float64'), self), TypeError, 'f: parameter x: expected float64 scalar (rank 0), got an array of rank 1 with shape [1]')
  for (const bad of ['1', true, null, {}, 1n]) assert.throws(() => number(bad, spec('float64'), self), /expected float64 scalar/)
})

test('booleans', () => {
  assert.is(boolean(true, spec('bool'), self), true)
  assert.is(boolean(0, spec('bool'), self), false)
  assert.is(boolean(new NDArray(Uint8Array.of(1), [], 'bool'), spec('bool'), self), true)
  for (const bad of [2, 'true', undefined, NaN]) assert.throws(() => boolean(bad, spec('bool'), self), /^f: parameter x: expected bool scalar \(rank 0\), got /)
})

test('too many arguments', () => {
  throws(() => arity(3, self), TypeError, 'f: expected 2 arguments, got 3')
})

test.run()
