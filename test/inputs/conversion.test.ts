// test: which arguments are taken and what becomes of them, by `strict`, `allowDowncast` and `allowInputDowncast`: the table of Theano's
// TensorType.filter and the numbers of its tests.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray } from '../../runtime/ndarray.ts'
import { compiled, refuses, testAll } from './compiled.ts'

const modules = await compiled(
  'conversion',
  `
import * as theano from 'theano-ts'
import { sum, type Vector, type Matrix, type Scalar } from 'theano-ts'

const unsaid = {} as const
const three = { a: { allowDowncast: true }, b: { allowDowncast: false }, c: {} } as const
type V16 = Vector<'int16'>
type V8 = Vector<'int8'>
export const sum3 = theano.fn((a: V16, b: V8, c: V8) => sum(a) + sum(b) + sum(c), { inputs: three })
export const scalars = theano.fn((a: Scalar<'int16'>, b: Scalar<'int8'>, c: Scalar<'int8'>) => a + b + c, { inputs: three })
export const all = theano.fn((a: Scalar<'int16'>, b: Scalar<'int8'>, c: Scalar<'int8'>) => a + b + c, { allowInputDowncast: true })
export const none = theano.fn((a: Scalar<'float32'>, v: Vector<'float32'>, c: Scalar<'float32'> = 0.5) => a + sum(v) + c, {
  allowInputDowncast: false,
  inputs: { c: { allowDowncast: true } },
})

type S = Scalar<'float32'>
export const single = [
  theano.fn((x: S) => x, { inputs: { x: { allowDowncast: true } } }),
  theano.fn((x: S) => x, { inputs: { x: { allowDowncast: false } } }),
  theano.fn((x: S) => x, { inputs: { x: unsaid } }),
  theano.fn((x: S) => x, { inputs: { x: { strict: true } } }),
] as const
type V = Vector<'float32'>
export const singles = [
  theano.fn((x: V) => x, { inputs: { x: { allowDowncast: true } } }),
  theano.fn((x: V) => x, { inputs: { x: { allowDowncast: false } } }),
  theano.fn((x: V) => x),
  theano.fn((x: V) => x, { inputs: { x: { strict: true } } }),
] as const
export const matrix = theano.fn((x: Matrix<'float32'>) => x, { inputs: { x: { strict: true } } })
export const wide = theano.fn((x: Matrix) => x, { inputs: { x: { allowDowncast: true } } })
export const bytes = theano.fn((x: Vector<'uint8'>) => x, { inputs: { x: { allowDowncast: true } } })
export const truths = theano.fn((x: Vector<'bool'>) => x, { inputs: { x: { allowDowncast: true } } })
export const truth = theano.fn((x: boolean) => x, { inputs: { x: { allowDowncast: true } } })
export const strictTruth = theano.fn((x: boolean) => x, { inputs: { x: { strict: true } } })
export const strictTruths = theano.fn((v: Vector<'bool'>) => v, { inputs: { v: { strict: true } } })
export const strictNumber = theano.fn((x: number, i: Scalar<'int32'>) => x + i, { inputs: { x: { strict: true }, i: { strict: true } } })
export const both = theano.fn((x: Vector<'int8'>) => x, { inputs: { x: { strict: true, allowDowncast: true } } })
export const byDefault = theano.fn((x: S, k: S = 0.5) => x * k, { inputs: { k: { strict: true } } })
export const fixed = theano.fn((x: theano.TensorType<[2], 'int8'>) => x, { inputs: { x: { allowDowncast: true } } })
export const n7 = theano.shared(new Int32Array([7]), { strict: true })
export const zeros32 = theano.shared(theano.zeros([5, 5], 'float32'))
`,
)

const array = (data: Float64Array | Float32Array | Int16Array | Int8Array | Uint8Array, dtype: string, shape = [data.length]) =>
  new NDArray(data as Float64Array, shape, dtype as 'float64')

testAll(modules, 'A32: int16 with true, int8 with false, int8 with nothing said', ({ sum3, scalars, all }) => {
  assert.is(sum3([3], [6], [1]), 10)
  refuses(() => sum3([3], Int16Array.of(6), [1]), TypeError, /sum3: parameter b: expected int8 vector \(rank 1\), got int16 array of rank 1|Int16Array/)
  refuses(() => sum3([3], array(Int16Array.of(6), 'int16'), [1]), TypeError, /parameter b: .*got int16 array/)
  assert.is(sum3([2 ** 20], [1], [1]), 2)
  refuses(() => sum3([3], [312], [1]), TypeError, /parameter b: .*got 312 at position 0/)
  refuses(() => sum3([3], [6], [806]), TypeError, /parameter c: .*got 806 at position 0/)
  assert.is(scalars(3, 6, 1), 10)
  assert.is(scalars(2 ** 20, 1, 1), 2)
  refuses(() => scalars(3, 312, 1), TypeError, /scalars: parameter b: expected int8 scalar \(rank 0\), got 312/)
  refuses(() => scalars(3, 6, 806), TypeError, /parameter c: .*got 806/)
  assert.is(all(2 ** 20, 1, 0), 1)
  assert.is(all(3, 312, 0), 59)
  assert.is(all(3, 1, 806), 42)
})

const near = Math.fround(0.1)

testAll(modules, 'A33: 0.1 for float32', ({ single, singles, none }) => {
  assert.is(single[0](0.1), near)
  refuses(() => single[1](0.1), TypeError, /expected float32 scalar \(rank 0\), got 0.1, which is not exact in float32/)
  assert.is(single[2](0.1), near)
  refuses(() => single[3](0.1), TypeError, /0.1, which is not exact/)
  for (const f of single) for (const x of [0.5, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 24]) assert.is(Object.is(f(x), x), true)
  assert.equal(singles[0]([0.1]).toArray(), [near])
  refuses(() => singles[1]([1, 0.1]), TypeError, /expected float32 vector \(rank 1\), got 0.1 at position 1, which is not exact in float32/)
  assert.equal(singles[2]([0.1]).toArray(), [near])
  assert.equal(singles[1]([0.5, Number.NaN]).toArray(), [0.5, Number.NaN])
  assert.is(none(0.5, [0.5], 0.1), Math.fround(1 + near))
  refuses(() => none(0.1, [0.5]), TypeError, /none: parameter a/)
  refuses(() => none(0.5, [0.1]), TypeError, /none: parameter v/)
})

testAll(modules, 'arrays are judged by their dtype, except with allowDowncast', ({ singles, wide }) => {
  for (const exact of [Float64Array.of(0.5), array(Float64Array.of(0.5), 'float64')]) {
    assert.equal(singles[0](exact).toArray(), [0.5])
    for (const f of singles.slice(1)) refuses(() => f(exact), TypeError, /expected float32 vector \(rank 1\), got /)
  }
  assert.equal(singles[0](Float64Array.of(0.1)).toArray(), [near])
  for (const f of singles) assert.equal(f(Float32Array.of(0.5)).toArray(), [0.5])
  for (const f of singles.slice(0, 3)) assert.equal(f(Int16Array.of(5)).toArray(), [5])
  refuses(() => singles[3](Int16Array.of(5)), TypeError, /got Int16Array, which strict does not convert/)
  assert.equal(wide(array(Float32Array.of(1, 2, 3, 4), 'float32', [2, 2])).toArray(), [
    [1, 2],
    [3, 4],
  ])
})

testAll(modules, 'allowDowncast: integers wrap, fractions are cut off, what is not 0 is true', ({ bytes, truths, truth, fixed }) => {
  assert.equal(bytes([256, -1, 2.9, -2.9, 1e10, Number.NaN]).toArray(), [0, 255, 2, 254, 0, 0])
  assert.equal(bytes(Float64Array.of(300.7, -1.5)).toArray(), [44, 255])
  assert.equal(bytes([true, false, 3]).toArray(), [1, 0, 3])
  assert.equal(truths([0, 0.5, -1, true, false, Number.NaN]).toArray(), [false, true, true, true, false, true])
  assert.equal(truths(Float64Array.of(0, 0.25)).toArray(), [false, true])
  assert.equal([truth(2), truth(0), truth(true)], [true, false, true])
  assert.equal(fixed([257, 3.5]).toArray(), [1, 3])
  refuses(() => fixed([1, 2, 3]), RangeError, /fixed: parameter x: expected int8 vector \(rank 1\) with shape \[2\], got int8 array of rank 1 with shape \[3\]/)
  refuses(() => fixed(Float64Array.of(1)), RangeError, /with shape \[2\]/)
  for (const wrong of ['12', [['1']], ['1', '2'], [[1, 2]], 3, null, undefined, {}, [[1], [2, 3]]])
    refuses(() => fixed(wrong), TypeError, /fixed: parameter x: expected int8 vector/)
})

testAll(
  modules,
  'strict: no lists, no other dtype, no booleans for numbers nor numbers for booleans',
  ({ singles, matrix, strictTruth, strictTruths, strictNumber, both, byDefault }) => {
    const given = Float32Array.of(1, 2, 3, 4)
    assert.equal(singles[3](given).toArray(), [1, 2, 3, 4])
    refuses(() => singles[3]([1]), TypeError, /got an array of rank 1 with shape \[1\], which strict does not convert/)
    assert.equal(matrix(array(given, 'float32', [2, 2])).toArray(), [
      [1, 2],
      [3, 4],
    ])
    refuses(() => matrix(given), TypeError, /matrix: parameter x: expected float32 matrix \(rank 2\), got Float32Array, which strict does not convert/)
    refuses(() => matrix([[1]]), TypeError, /strict does not convert/)
    refuses(() => matrix(array(new Float64Array(4), 'float64', [2, 2])), TypeError, /got float64 array of rank 2/)
    assert.equal([strictTruth(true), strictTruths(Uint8Array.of(1, 0)).toArray()], [true, [true, false]])
    refuses(() => strictTruth(1), TypeError, /parameter x: expected bool scalar/)
    refuses(() => strictTruths([true]), TypeError, /parameter v: /)
    refuses(() => strictTruths(Uint8Array.of(2)), TypeError, /got 2 at position 0/)
    assert.is(strictNumber(0.1, 3), 3.1)
    for (const wrong of [true, '1', [1], null]) refuses(() => strictNumber(wrong, 3), TypeError, /strictNumber: parameter x/)
    for (const wrong of [0.5, 2 ** 31, true]) refuses(() => strictNumber(1, wrong), TypeError, /strictNumber: parameter i/)
    refuses(() => strictNumber(1, array(Int8Array.of(1), 'int8', [])), TypeError, /which strict does not convert/)
    refuses(() => both([1]), TypeError, /strict/)
    assert.equal([byDefault(2), byDefault(2, 0.25)], [1, 0.5])
    refuses(
      () => {
        byDefault.container('k').value = 0.1
      },
      TypeError,
      /byDefault: parameter k: .*not exact/,
    )
  },
)

testAll(modules, 'A37: shared variables', ({ n7, zeros32 }) => {
  refuses(() => n7.setValue([8.23]), TypeError, /8.23/)
  refuses(() => n7.setValue([8]), TypeError, /strict/)
  refuses(() => zeros32.setValue(new NDArray(new Float64Array(25), [5, 5], 'float64')), TypeError, /float32/)
  refuses(() => zeros32.setValue('adsf'), TypeError, /"adsf"/)
})

testAll(modules, 'A20: trustInput takes arrays as they are, without a look', ({ singles, matrix }) => {
  for (const f of [singles[0], singles[2], singles[3]]) {
    f.trustInput = true
    const given = array(Float32Array.of(1, 2), 'float32')
    assert.equal(f(given).toArray(), [1, 2])
    f.trustInput = false
  }
  matrix.trustInput = true
  assert.equal(matrix(array(Float32Array.of(1, 2), 'float32', [1, 2])).toArray(), [[1, 2]])
  assert.throws(() => matrix(0.5))
  matrix.trustInput = false
})

test.run()
