// test/graph: what the constructors refuse, by code.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { DType } from '../../src/graph/dtype.ts'
import { GraphError } from '../../src/graph/errors.ts'
import { evaluate } from '../../src/graph/evaluate.ts'
import { libraryFunction } from '../../src/graph/library.ts'
import type { Value } from '../../src/graph/op.ts'
import { slice, writeAt } from '../../src/graph/ops/indexing.ts'
import { and, bitAnd } from '../../src/graph/ops/logic.ts'
import { input, newArena, type Variable } from '../../src/graph/variable.ts'

let count = 0
const leaf = (shape: (number | null)[], dtype: DType = 'float64'): Variable => input(dtype, shape, { kind: 'parameter', index: count++ }, `p${count}`)
const op = (name: string) => libraryFunction(name)!

const refused: Record<string, Record<string, () => unknown>> = {
  TH2001: {
    'lengths that do not broadcast': () => op('add')(leaf([3]), leaf([4])),
    'broadcastTo another length': () => op('broadcastTo')(leaf([3]), [4]),
    'concatenate of different heights': () => op('concatenate')([leaf([2, 3]), leaf([2, 4])]),
    'stack of different shapes': () => op('stack')([leaf([2]), leaf([3])]),
    'a mask of another length': () => op('at')(leaf([3]), leaf([4], 'bool')),
    'pick with too many rows': () => op('pick')(leaf([3, 4]), leaf([2], 'int32')),
  },
  TH2002: {
    'dot of lengths that differ': () => op('dot')(leaf([2, 3]), leaf([4, 2])),
    'dot of vectors': () => op('dot')(leaf([3]), leaf([4])),
    'tensordot of lengths that differ': () =>
      op('tensordot')(leaf([2, 3]), leaf([4, 2]), [
        [0, 1],
        [1, 0],
      ]),
  },
  TH2003: {
    'matmul of a scalar': () => op('matmul')(leaf([]), leaf([2, 2])),
    'tril of a vector': () => op('tril')(leaf([3])),
    'diag of rank 3': () => op('diag')(leaf([2, 2, 2])),
    'trace of a vector': () => op('trace')(leaf([3])),
    'takeAlongAxis of another rank': () => op('takeAlongAxis')(leaf([2, 3]), leaf([3], 'int32')),
    'weights of another rank': () => op('average')(leaf([2, 3]), { weights: leaf([3]) }),
    'softmax of a scalar': () => op('softmax')(leaf([])),
    'pick of the same rank': () => op('pick')(leaf([3]), leaf([3], 'int32')),
    'batchedDot of matrices': () => op('batchedDot')(leaf([2, 2]), leaf([2, 2])),
  },
  TH2004: { 'bits of floats': () => bitAnd(leaf([2]), leaf([2])) },
  TH2005: { 'logic on numbers': () => and(leaf([2]), leaf([2], 'bool')) },
  TH2006: {
    'the same axis twice': () => op('dimshuffle')(leaf([2, 3]), 0, 0),
  },
  TH2007: { 'a dropped axis of length 3': () => op('dimshuffle')(leaf([2, 3]), 0), 'squeeze of length 2': () => op('squeeze')(leaf([2]), 0) },
  TH2008: {
    'an axis too far': () => op('sum')(leaf([2]), { axis: 1 }),
    'more axes than there are': () => op('tensordot')(leaf([2]), leaf([2, 2]), 2),
    'a negative axis too far': () => op('max')(leaf([2, 2]), { axis: -3 }),
  },
  TH2009: {
    'broadcastTo a lower rank': () => op('broadcastTo')(leaf([2, 2]), [2]),
    'pad widths for more axes': () =>
      op('pad')(leaf([2]), [
        [1, 1],
        [2, 2],
      ]),
    'too many axes to assign': () => writeAt('set', leaf([3]), [0], leaf([2])),
  },
  TH2010: { 'two open lengths': () => op('reshape')(leaf([6]), [-1, -1]) },
  TH2011: { 'another size': () => op('reshape')(leaf([6]), [4]), 'no whole length': () => op('reshape')(leaf([6]), [4, -1]) },
  TH2012: {
    'an axis known only at the call': () => op('sum')(leaf([2]), { axis: leaf([], 'int32') }),
    'a number of axes known only at the call': () => op('padLeft')(leaf([2]), leaf([], 'int32')),
  },
  TH2013: { 'a length with a fraction': () => op('zeros')([2.5]), 'a strong float length': () => op('zeros')([leaf([])]) },
  TH2014: { 'a negative length': () => op('zeros')([-2]), 'a negative number of axes': () => op('padRight')(leaf([2]), -1) },
  TH2015: { 'the same axis reduced twice': () => op('sum')(leaf([2, 2]), { axis: [0, -2] }) },
  TH2016: { 'no such dtype': () => op('zeros')([2], 'float16') },
  TH2017: { 'a step of 0': () => slice(0, 3, 0), 'a range with step 0': () => op('arange')(0, 3, 0) },
  TH2018: { 'too many indices': () => op('at')(leaf([3]), 0, 0) },
  TH2019: { 'two integer arrays': () => op('at')(leaf([3, 3]), leaf([2], 'int32'), leaf([2], 'int32')) },
  TH2020: { 'an index out of range': () => op('at')(leaf([3]), 3), 'one below': () => op('at')(leaf([3]), -4) },
  TH2021: { 'a float into an integer array': () => writeAt('set', leaf([3], 'int32'), [0], leaf([])) },
  TH2022: { 'positions that are floats': () => op('take')(leaf([3]), leaf([2])), 'classes that are floats': () => op('pick')(leaf([3, 2]), leaf([3])) },
  TH2024: {
    'parts that are not equal': () => op('split')(leaf([5]), 2),
    'no sizes': () => op('split')(leaf([null]), []),
    'no parts': () => op('split')(leaf([null]), 0),
    'sizes that do not add up': () => op('split')(leaf([5]), [2, 2]),
    'counts for another length': () => op('repeat')(leaf([3]), [1, 2]),
  },
  TH2025: {
    'a part that was not read': () => op('setSubtensor')(leaf([3]), 1),
    'positions replaced': () => op('setSubtensor')(op('at')(leaf([3]), leaf([2], 'int32')), 1),
    'a mask': () => op('incSubtensor')(op('at')(leaf([3]), leaf([3], 'bool')), 1),
  },
  TH2026: {
    'axes that are no pairs': () => op('tensordot')(leaf([2, 2]), leaf([2, 2]), [[0, 1], [0]]),
    'the batch axis summed over': () => op('batchedTensordot')(leaf([2, 2]), leaf([2, 2]), [[0], [0]]),
    'more shifts than axes': () => op('roll')(leaf([2, 2]), [1, 2], 0),
    'three lists of axes': () => op('tensordot')(leaf([2, 2]), leaf([2, 2]), [[0], [1], [0]]),
    'the same axis twice': () =>
      op('tensordot')(leaf([2, 2]), leaf([2, 2]), [
        [0, 0],
        [0, 1],
      ]),
  },
  TH2044: {
    'a mode that pad does not have': () => op('pad')(leaf([3]), 1, { mode: 'reflect' }),
    'an indexing that meshgrid does not have': () => op('meshgrid')(leaf([3]), { indexing: 'yx' }),
  },
  TH2023: { 'a list of nothing': () => op('stack')([]) },
}

for (const [code, attempts] of Object.entries(refused)) {
  for (const [what, attempt] of Object.entries(attempts)) {
    test(`${code}: ${what}`, () => {
      newArena()
      assert.throws(attempt, (error: Error) => error instanceof GraphError && error.code === code)
    })
  }
}

const value = (shape: number[], data: number[], dtype: DType = 'float64'): Value => ({ dtype, shape, data })
const atTheCall: Record<string, () => [Variable, ReadonlyMap<Variable, Value>]> = {
  'lengths that do not broadcast': () => {
    const [a, b] = [leaf([null]), leaf([null])]
    return [
      op('add')(a, b),
      new Map([
        [a, value([2], [1, 2])],
        [b, value([3], [1, 2, 3])],
      ]),
    ]
  },
  'dot of lengths that differ': () => {
    const [a, b] = [leaf([null]), leaf([null])]
    return [
      op('dot')(a, b),
      new Map([
        [a, value([2], [1, 2])],
        [b, value([3], [1, 2, 3])],
      ]),
    ]
  },
  'the largest of nothing': () => {
    const a = leaf([null])
    return [op('max')(a), new Map([[a, value([0], [])]])]
  },
  'an index out of range': () => {
    const [a, i] = [leaf([null]), leaf([], 'int32')]
    return [
      op('at')(a, i),
      new Map([
        [a, value([2], [1, 2])],
        [i, value([], [2], 'int32')],
      ]),
    ]
  },
  'a position out of range': () => {
    const [a, i] = [leaf([2, null]), leaf([null], 'int32')]
    return [
      op('pick')(a, i),
      new Map([
        [a, value([2, 2], [1, 2, 3, 4])],
        [i, value([2], [0, 2], 'int32')],
      ]),
    ]
  },
  'another number of elements': () => {
    const a = leaf([null])
    return [op('reshape')(a, [2, 2]), new Map([[a, value([3], [1, 2, 3])]])]
  },
  'squeeze of length 2': () => {
    const a = leaf([null, 3])
    return [op('squeeze')(a, 0), new Map([[a, value([2, 3], [1, 2, 3, 4, 5, 6])]])]
  },
  'concatenate of different heights': () => {
    const [a, b] = [leaf([null, null]), leaf([null, null])]
    return [
      op('concatenate')([a, b]),
      new Map([
        [a, value([1, 2], [1, 2])],
        [b, value([1, 3], [1, 2, 3])],
      ]),
    ]
  },
}

for (const [what, attempt] of Object.entries(atTheCall)) {
  test(`RangeError at the call: ${what}`, () => {
    newArena()
    const [output, leaves] = attempt()
    assert.throws(
      () => evaluate([output], leaves),
      (error: Error) => error instanceof RangeError,
    )
  })
}

test.run()
