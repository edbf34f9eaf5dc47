// Broadcasting of whole arrays, its adjoint, and arguments of functions without types. Expected values by hand, as NumPy gives them.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ndarray, zeros } from '../../runtime/index.ts'
import { broadcast, type Spec, sumTo, ufunc } from '../../runtime/kernel.ts'

const f64 = (...values: number[]) => Float64Array.from(values)

test('broadcast repeats along axes of length 1', () => {
  assert.equal(broadcast(f64(1, 2), 0, [1, 0], [2, 1], [2, 3], ''), f64(1, 1, 1, 2, 2, 2))
  assert.equal(broadcast(Int8Array.of(1, 2, 3), 0, [1], [3], [2, 3], ''), Int8Array.of(1, 2, 3, 1, 2, 3))
  assert.equal(broadcast(f64(7), 0, [], [], [2, 2], ''), f64(7, 7, 7, 7))
  assert.equal(broadcast(f64(5), 0, [], [], [], ''), f64(5))
  assert.equal(broadcast(f64(1, 2), 0, [1], [2], [0, 2], ''), f64())
})

test('broadcast reads a strided source', () => {
  const data = f64(0, 1, 2, 3, 4, 5)
  assert.equal(broadcast(data, 0, [1, 3], [3, 2], [3, 2], ''), f64(0, 3, 1, 4, 2, 5), 'a transpose')
  assert.equal(broadcast(data, 5, [-1], [6], [6], ''), f64(5, 4, 3, 2, 1, 0), 'backwards')
  assert.equal(broadcast(data, 1, [3, 1], [2, 1], [2, 2], ''), f64(1, 1, 4, 4), 'a column')
})

test('broadcast of what does not fit', () => {
  assert.throws(
    () => broadcast(f64(1, 2), 0, [1], [2], [3], 'f: x + y'),
    (e: Error) => e instanceof RangeError && e.message === 'f: x + y: shape [2] does not broadcast to [3]',
  )
  assert.throws(() => broadcast(f64(1, 2), 0, [1, 1], [2, 1], [2], ''))
})

test('sumTo adds up over repeated axes', () => {
  const x = f64(1, 2, 3, 4, 5, 6)
  assert.equal(sumTo(x, [2, 3], [2, 1], f64(9, 9)), f64(6, 15))
  assert.equal(sumTo(x, [2, 3], [1, 3], new Float64Array(3)), f64(5, 7, 9))
  assert.equal(sumTo(x, [2, 3], [3], new Float64Array(3)), f64(5, 7, 9), 'leading axes')
  assert.equal(sumTo(x, [2, 3], [1, 1], new Float64Array(1)), f64(21))
  assert.equal(sumTo(x, [2, 3], [], new Float64Array(1)), f64(21))
  assert.equal(sumTo(x, [2, 3], [2, 3], new Float64Array(6)), x)
  assert.equal(sumTo(f64(), [0, 3], [1, 3], f64(1, 1, 1)), f64(0, 0, 0))
})

test('sumTo accumulates in float64', () => {
  const n = 1 << 14
  assert.is(sumTo(new Float32Array(n).fill(0.1), [n], [1], new Float32Array(1))[0], Math.fround(n * Math.fround(0.1)))
})

const inputs: Spec[] = ['x', 'y'].map((name) => ({ name, dtype: 'float64', shape: [] }))
const call = (...args: unknown[]) => ufunc(args, { name: 'f', inputs })

test('numbers alone take the scalar path', () => {
  assert.is(call(1, 2), null)
  assert.is(call(true, 2), null)
})

test('arrays broadcast to a common shape', () => {
  const r = call([[1], [2]], [10, 20, 30])!
  assert.equal([r.shape, r.size, r.dtype], [[2, 3], 6, 'float64'])
  assert.equal(r.data, [f64(1, 1, 1, 2, 2, 2), f64(10, 20, 30, 10, 20, 30)])
})

test('an array that has the shape is not copied', () => {
  const x = f64(1, 2, 3)
  assert.is(call(x, 2)!.data[0], x)
  assert.equal(call(x, 2)!.data[1], f64(2, 2, 2))
})

test('float32 stays where every array is float32; numbers are not rounded', () => {
  const r = call(Float32Array.of(1, 2), 0.1)!
  assert.is(r.dtype, 'float32')
  assert.equal(r.data, [Float32Array.of(1, 2), f64(0.1, 0.1)])
  assert.is(call(Float32Array.of(1), f64(1))!.dtype, 'float64')
  assert.is(call(zeros([2, 2], 'float32'), zeros(2, 'float32'))!.dtype, 'float32')
})

test('integers and bools become float64', () => {
  assert.equal(call(Int32Array.of(1, -2), ndarray([true, false]))!.data, [f64(1, -2), f64(1, 0)])
})

test('errors', () => {
  assert.throws(
    () => call([1, 2], [1, 2, 3]),
    (e: Error) => e instanceof RangeError && e.message === 'f: shapes [2] and [3]: sizes 2 and 3 do not broadcast',
  )
  assert.throws(() => call([1, 2], 'x'), /^f: parameter y: expected float64 scalar \(rank 0\), got "x"$/)
  assert.throws(() => call([1, [2]], 1), /^f: parameter x: /)
  assert.throws(() => call([1], undefined), /^f: parameter y: .* got undefined$/)
})

test.run()
