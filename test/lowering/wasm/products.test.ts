// test/lowering: products of matrices and vectors as the compiler calls library kernels, with operands in all forms, what follows them
// fused, lengths 0 to 67, and NaN and infinities in few places, against the reference evaluator.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { add, maximum, mul, sqr, sub } from '../../../src/graph/ops/arithmetic.ts'
import { dot, outer } from '../../../src/graph/ops/dot.ts'
import { at, newaxis, Slice } from '../../../src/graph/ops/indexing.ts'
import { gt, where } from '../../../src/graph/ops/logic.ts'
import { relu } from '../../../src/graph/ops/nnet.ts'
import { max, sum } from '../../../src/graph/ops/reduce.ts'
import { transpose } from '../../../src/graph/ops/shape.ts'
import type { Variable } from '../../../src/graph/variable.ts'
import { linkers } from '../../golden/run.ts'
import { dtypeList, type Form, failuresOf, type Judge, type layouts, thorough } from './forms.ts'

const special = [NaN, Infinity, -Infinity, -0, 0]
const data: Form['data'] = (_, dtype, count, seed) =>
  Array.from({ length: count }, (_, i) => {
    if (!dtype.startsWith('float')) return dtype === 'bool' ? (i + seed) % 2 : ((i * 5 + seed) % 7) + 1
    return (i * 7 + seed * 3) % 97 === 0 ? special[(seed + i) % 5] : Math.fround(Math.sin(1 + i * 1.7 + seed) * 3)
  })

/** Sums of up to 70 products of numbers up to 3, in another order. */
const rounded: Judge = (got, expected, dtype) =>
  Object.is(got, expected) || Math.abs(got - expected) <= (dtype === 'float64' ? 1e-12 : dtype === 'float32' ? 3e-4 : 0)

type Case = readonly [what: string, layouts: readonly (keyof typeof layouts)[], make: (...x: Variable[]) => Variable]
const back = new Slice(null, null, -1)
const cases: readonly Case[] = [
  ['rows by columns', ['matrix', 'transposed'], (x, y) => dot(x, transpose(y))],
  ['rows by rows', ['matrix', 'matrix'], (x, y) => dot(x, transpose(y))],
  ['columns by rows', ['matrix', 'matrix'], (x, y) => dot(transpose(x), y)],
  ['columns by columns', ['transposed', 'transposed'], (x, y) => dot(transpose(x), y)],
  ['parts', ['part', 'part'], (x, y) => dot(x, transpose(y))],
  ['backwards', ['matrix', 'matrix'], (x, y) => dot(at(x, back, back), transpose(at(y, back, back)))],
  ['formulas', ['matrix', 'transposed'], (x, y) => dot(add(x, 1), transpose(mul(y, y)))],
  ['a row by columns', ['row', 'matrix'], (x, y) => dot(x, transpose(y))],
  ['a column by a row', ['rows', 'row'], (x, y) => dot(x, y)],
  ['matrix by vector', ['matrix', 'whole'], (x, v) => dot(x, v)],
  ['matrix by every other', ['matrix', 'everyOther'], (x, v) => dot(x, v)],
  ['transposed by vector', ['transposed', 'second'], (x, v) => dot(x, v)],
  ['turned by vector', ['matrix', 'whole'], (x, v) => dot(transpose(x), at(v, new Slice(0, 3)))],
  ['vector by matrix', ['column', 'transposed'], (v, x) => dot(v, transpose(x))],
  ['vector by turned', ['backwards', 'matrix'], (v, x) => dot(v, transpose(x))],
  ['vectors', ['whole', 'whole'], (v, w) => dot(v, w)],
  ['vectors apart', ['everyOther', 'backwards'], (v, w) => dot(v, w)],
  ['outer', ['whole', 'everyOther'], (v, w) => outer(v, w)],
  ['outer and more', ['matrix', 'whole', 'whole'], (x, v, w) => sub(transpose(x), outer(v, at(w, new Slice(0, 3))))],
  ['bias and relu', ['matrix', 'transposed', 'rows'], (x, y, b) => relu(add(dot(x, transpose(y)), transpose(b)))],
  ['scale and accumulate', ['matrix', 'matrix', 'transposed', 'transposed'], (x, y, c, d) => sub(dot(transpose(x), y), mul(0.5, dot(transpose(c), d)))],
  ['select by another', ['matrix', 'matrix', 'matrix'], (x, y, c) => where(gt(dot(x, transpose(y)), 0), at(sum(c, { axis: 1 }), newaxis), 0)],
  ['sum of squares', ['matrix', 'matrix'], (x, y) => sum(sqr(dot(transpose(x), y)), { axis: 1 })],
  ['largest', ['matrix', 'matrix'], (x, y) => max(dot(x, transpose(y)), { axis: 0 })],
  ['and of its transpose', ['matrix', 'matrix'], (x, y) => maximum(dot(transpose(x), y), transpose(dot(transpose(y), x)))],
  ['three factors', ['matrix', 'matrix', 'matrix'], (x, y, z) => dot(dot(x, transpose(y)), z)],
]

cases.forEach(([what, names, make], number) => {
  test(`${what} (${names.join(', ')})`, () => {
    const dtypes = thorough ? dtypeList : dtypeList.filter((_, d) => d < 2 || (d + number) % 7 === 0)
    const forms = dtypes.map((dtype): Form => ({ what, operands: names.map((layout) => ({ dtype, layout })), make: (operands) => make(...operands), data }))
    // Parts of three need three.
    const lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31, 33, 67].filter((n) => n >= (/at\(|Slice/.test(String(make)) ? 3 : 0))
    const failures = linkers.flatMap((linker) => failuresOf(forms, linker, rounded, lengths))
    assert.equal(failures, [])
  })
})

test.run()
