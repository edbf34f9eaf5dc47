// test/lowering: reductions as vectorized kernels: over all, rows and columns, of every dtype and form, with NaN, infinities, -0 and the
// extremes of integers; and how accurate long sums are.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray } from '../../../runtime/kernel.ts'
import { type DType, isFloat, storeAs } from '../../../src/graph/dtype.ts'
import * as arithmetic from '../../../src/graph/ops/arithmetic.ts'
import * as logic from '../../../src/graph/ops/logic.ts'
import { logSoftmax, logsumexp, softmax } from '../../../src/graph/ops/nnet.ts'
import * as reduce from '../../../src/graph/ops/reduce.ts'
import { input, newArena, type Variable } from '../../../src/graph/variable.ts'
import { linkers } from '../../golden/run.ts'
import { link } from '../compiled.ts'
import { dtypeList, exact, type Form, type Judge, type layouts, numbers, problemOf, refused, thorough } from './forms.ts'

type Reduce = (x: Variable, options: { axis?: number; keepdims?: boolean }) => Variable
const truth = (x: Variable): Variable => (x.dtype === 'bool' ? x : logic.neq(x, 0))
const reductions: Readonly<Record<string, Reduce>> = {
  sum: reduce.sum,
  prod: reduce.prod,
  max: reduce.max,
  min: reduce.min,
  any: (x, options) => reduce.any(truth(x), options),
  all: (x, options) => reduce.all(truth(x), options),
  argmax: reduce.argmax,
  argmin: reduce.argmin,
  mean: reduce.mean,
  variance: reduce.variance,
  'sum of squares': (x, options) => reduce.sum(arithmetic.sqr(x), options),
  'sum where positive': (x, options) => reduce.sum(logic.where(logic.gt(x, 0), x, 1), options),
  'max of differences': (x, options) => reduce.max(arithmetic.abs(arithmetic.sub(x, 1)), options),
  logsumexp,
}
const names = Object.keys(reductions)

/** Numbers of ordinary size with few special ones, so that most lines do not end in NaN. */
const mild: Form['data'] = (_, dtype, count, seed) => {
  if (!isFloat(dtype)) return numbers(dtype, count, seed)
  const special = [NaN, Infinity, -Infinity, -0]
  return Array.from({ length: count }, (_, i) => storeAs(dtype, (i * 7 + seed) % 53 === 0 ? special[(seed + i) % 4] : Math.sin(1 + i * 1.7 + seed) * 3))
}

/** Sums are taken in another order: errors relative to the largest terms. */
const rounded: Judge = (got, expected, dtype) =>
  Object.is(got, expected) || (isFloat(dtype) && Math.abs(got - expected) <= (dtype === 'float64' ? 1e-13 : 3e-6) * Math.max(1, Math.abs(expected)))
const ordered = new Set(['max', 'min', 'any', 'all', 'argmax', 'argmin'])

/** Reductions of nothing are refused: lengths from 1 on. */
const nonEmpty = thorough ? Array.from({ length: 68 }, (_, n) => n + 1) : [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 67, 130]

function failuresOf(name: string, dtypes: readonly DType[], choose: (d: number, k: number) => boolean): (string | null)[] {
  const cases: readonly (readonly [keyof typeof layouts, { axis?: number; keepdims?: boolean }])[] = [
    ['whole', {}],
    ['second', {}],
    ['everyOther', {}],
    ['backwards', {}],
    ['matrix', { axis: 1 }],
    ['matrix', { axis: 0 }],
    ['matrix', {}],
    ['transposed', { axis: 1 }],
    ['transposed', { axis: 0, keepdims: true }],
    ['part', { axis: 1, keepdims: true }],
    ['part', { axis: 0 }],
    ['part', {}],
  ]
  return dtypes.flatMap((dtype, d) =>
    cases.flatMap(([layout, options], k) => {
      if (!thorough && !choose(d, k)) return []
      const form: Form = {
        what: `${name} ${JSON.stringify(options)} `,
        operands: [{ dtype, layout }],
        make: ([x]) => reductions[name](x, options),
        data: mild,
      }
      const judge = ordered.has(name) ? exact : rounded
      return (thorough ? linkers : (['wasm'] as const)).map((linker) => problemOf(form, linker, judge, nonEmpty)).filter((f) => f !== null && f !== refused)
    }),
  )
}

names.forEach((name, i) => {
  test(`${name} over all, rows and columns`, () => {
    const failures = failuresOf(name, dtypeList, (d, k) => d < 2 || (i + d + k) % 3 === 0)
    assert.equal(failures.slice(0, 20), [], `${failures.length} failures`)
  })
})

test('lengths known when the program is built', () => {
  const lengths = Array.from({ length: 68 }, (_, n) => n + 1)
  const failures = ['sum', 'max', 'prod', 'any', 'mean'].flatMap((name, i) =>
    lengths.flatMap((known) => {
      const dtype = dtypeList[(i + known) % dtypeList.length]
      const [layout, axis] = (
        [
          ['matrix', 1],
          ['whole', 0],
          ['transposed', 1],
          ['part', 0],
        ] as const
      )[(i + known) % 4]
      const form: Form = { what: name, operands: [{ dtype, layout }], make: ([x]) => reductions[name](x, { axis }), data: mild, known }
      return problemOf(form, 'wasm', ordered.has(name) ? exact : rounded)
    }),
  )
  assert.equal(
    failures.filter((f) => f !== null && f !== refused),
    [],
  )
})

test('sums and products of nothing', () => {
  const failures = ['sum', 'prod', 'any', 'all'].flatMap((name) =>
    dtypeList.map((dtype) => problemOf({ what: name, operands: [{ dtype, layout: 'matrix' }], make: ([x]) => reductions[name](x, {}) }, 'wasm', exact, [0])),
  )
  assert.equal(
    failures.filter((f) => f !== null && f !== refused),
    [],
  )
})

test('softmax and its kin by rows and columns', () => {
  const failures = Object.entries({ softmax, logSoftmax }).flatMap(([what, make]) =>
    (['float64', 'float32'] as const).flatMap((dtype) =>
      (['matrix', 'transposed', 'part', 'whole', 'everyOther'] as const).flatMap((layout) =>
        [0, -1].map((axis) =>
          problemOf(
            {
              what,
              operands: [{ dtype, layout }],
              make: ([x]) => make(x, { axis }),
              data: (_, d, count, seed) => numbers(d, count, seed).map((x, i) => (Number.isFinite(x) ? (x % 50) + i / 7 : i)),
            },
            'wasm',
            rounded,
            nonEmpty,
          ),
        ),
      ),
    ),
  )
  assert.equal(
    failures.filter((f) => f !== null && f !== refused),
    [],
  )
})

/** Numbers in [0, 1) of an xorshift generator. */
function uniform(n: number, seed: number): Float32Array {
  const result = new Float32Array(n)
  for (let i = 0, state = seed; i < n; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    result[i] = (state >>> 0) / 2 ** 32
  }
  return result
}

/** The sum of f(0), f(1) … with Neumaier's compensation: exact to the last place here. */
function exactSum(n: number, f: (i: number) => number): number {
  let [sum, lost] = [0, 0]
  for (let i = 0; i < n; i++) {
    const x = f(i)
    const next = sum + x
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum
    sum = next
  }
  return sum + lost
}

test('ten million float32 numbers are added up within a millionth', () => {
  const n = 1e7
  const [x, y] = [uniform(n, 1), uniform(n, 2)]
  const wholeSum = exactSum(n, (i) => x[i])
  const wholeMean = exactSum(n, (i) => (x[i] - y[i]) ** 2) / n
  for (const linker of linkers) {
    newArena()
    const [a, b] = ['a', 'b'].map((name, index) => input('float32', [null], { kind: 'parameter', index }, name))
    const outputs = [reduce.sum(a), reduce.mean(arithmetic.sqr(arithmetic.sub(a, b)))]
    const f = link({ inputs: [a, b], outputs }, [], linker)
    const [sum, mean] = f(new NDArray(x, [n], 'float32'), new NDArray(y, [n], 'float32')) as [number, number]
    assert.ok(Math.abs(sum - wholeSum) < 1e-6 * wholeSum, `${linker}: ${sum} instead of ${wholeSum}`)
    assert.ok(Math.abs(mean - wholeMean) < 1e-6 * wholeMean, `${linker}: ${mean} instead of ${wholeMean}`)
  }
})

test.run()
