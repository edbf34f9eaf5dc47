// test/lowering: gathers, scatters and parts of arrays as vectorized kernels, of every dtype and at lengths around those of vectors, against the
// reference evaluator; positions out of range throw what they throw under js, and change no container.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { shared } from '../../../runtime/shared.ts'
import { type DType, storeAs } from '../../../src/graph/dtype.ts'
import { add, mul, remainder } from '../../../src/graph/ops/arithmetic.ts'
import { at, oneHot, pick, Slice, take, writeAt } from '../../../src/graph/ops/indexing.ts'
import { concatenate, stack } from '../../../src/graph/ops/join.ts'
import { gt } from '../../../src/graph/ops/logic.ts'
import { logSoftmax } from '../../../src/graph/ops/nnet.ts'
import { takeAlongAxis } from '../../../src/graph/ops/parts.ts'
import { flip, roll, tile } from '../../../src/graph/ops/rearrange.ts'
import { argmax, sum } from '../../../src/graph/ops/reduce.ts'
import { flatten, transpose } from '../../../src/graph/ops/shape.ts'
import type { Linker } from '../../../src/graph/tracedFunction.ts'
import { input, newArena, type Variable } from '../../../src/graph/variable.ts'
import { linkers } from '../../golden/run.ts'
import { argument, link } from '../compiled.ts'
import { dtypeList, exact, type Form, failuresOf, type layouts, numbers, sizes, within } from './forms.ts'

const around = (list: readonly number[]): Form['data'] => {
  return (operand, dtype, count, seed) =>
    operand === 0 ? numbers(dtype, count, seed) : Array.from({ length: count }, (_, i) => storeAs(dtype, list[(i + seed) % list.length]))
}
/** Positions in range of 3 as of any larger length. */
const fromStart = around([2, 0, 1, 1])
const positions = around([2, -1, 0, 1, -3, -2, 0])

type Case = readonly [what: string, layouts: readonly (keyof typeof layouts)[], index: DType | null, make: (x: Variable, i: Variable) => Variable]
const all = new Slice(null, null)
const cases: readonly Case[] = [
  ['take', ['rows', 'whole'], 'int32', (x, i) => take(flatten(x), i)],
  ['take', ['transposed', 'second'], 'int8', (x, i) => take(x, i, { axis: 0 })],
  ['take of columns', ['transposed', 'everyOther'], 'int16', (x, i) => take(transpose(x), i, { axis: 1 })],
  ['pick', ['transposed', 'column'], 'int32', (x, i) => pick(transpose(x), i)],
  ['pick and add', ['transposed', 'backwards'], 'int32', (x, i) => add(pick(transpose(x), i), 1)],
  ['at positions', ['transposed', 'whole'], 'int8', (x, i) => at(x, i)],
  ['at rows of columns', ['transposed', 'second'], 'uint16', (x, i) => at(transpose(x), all, remainder(i, 3))],
  ['take at computed positions', ['rows', 'whole'], 'int32', (x, i) => take(flatten(x), mul(i, 1))],
  ['oneHot', ['rows', 'whole'], 'int32', (x, i) => add(oneHot(at(i, gt(i, -1)), 3, 'float64'), at(flatten(x), 0))],
  ['takeAlongAxis', ['matrix', 'matrix'], 'int32', (x, i) => takeAlongAxis(x, i, 0)],
  ['sum of what is picked', ['transposed', 'whole'], 'int32', (x, i) => sum(pick(transpose(x), i))],
  ['set part', ['whole'], null, (x) => writeAt('set', x, [new Slice(0, null, 2)], 1)],
  ['increment part', ['part'], null, (x) => writeAt('inc', x, [all, new Slice(1, null)], 1)],
  ['increment by itself', ['matrix'], null, (x) => writeAt('inc', x, [all], x)],
  ['concatenate', ['part'], null, (x) => concatenate([x, x, transpose(transpose(x))], 1)],
  ['concatenate', ['transposed'], null, (x) => concatenate([x, x], 0)],
  ['stack', ['backwards'], null, (x) => stack([x, x])],
  ['what a mask selects', ['everyOther'], null, (x) => at(x, x.dtype === 'bool' ? x : gt(x, 0))],
  ['flip', ['part'], null, (x) => flip(x, 1)],
  ['roll', ['whole'], null, (x) => roll(x, 1)],
  ['tile', ['row'], null, (x) => tile(x, [2, 3])],
  ['largest of each column', ['matrix'], null, (x) => pick(transpose(x), argmax(x, { axis: 0 }))],
]

for (const [what, names, index, make] of cases) {
  test(`${what} (${names.join(', ')})`, () => {
    const forms = dtypeList.map(
      (dtype): Form => ({
        what,
        operands: names.map((layout, k) => ({ dtype: k === 0 ? dtype : index!, layout })),
        make: ([x, i]) => make(x, i),
        data: /pick/.test(what) ? fromStart : positions,
      }),
    )
    const judge = what === 'sum of what is picked' ? within(1e-14, 1e-6) : exact
    // Lines of length 0 have no positions, nor anything that is largest.
    const failures = linkers.flatMap((linker) =>
      failuresOf(
        forms,
        linker,
        judge,
        sizes.filter((n) => n > 0),
      ),
    )
    assert.equal(failures, [])
  })
}

/** What a call threw, and what the container held after it. */
function outcome(linker: Linker, rows: number, labels: readonly number[], make: (x: Variable, i: Variable) => Variable): unknown[] {
  newArena()
  const dtype = labels.some((k) => k >= 2 ** 31) ? 'uint32' : 'int32'
  const [x, i] = [input('float64', [null, null], { kind: 'parameter', index: 0 }, 'x'), input(dtype, [null], { kind: 'parameter', index: 1 }, 'i')]
  const w = input('float64', [null], { kind: 'shared', capture: 0 }, 'w')
  const W = shared(Array.from({ length: rows }, (_, k) => k))
  const f = link({ inputs: [x, i], outputs: [sum(make(x, i))], updates: [[w, add(w, sum(make(x, i)))]], shared: [w] }, [W], linker)
  const data = Array.from({ length: rows * 3 }, (_, k) => k)
  const call = (positionsOf: readonly number[]): string => {
    try {
      f(argument({ dtype: 'float64', shape: [rows, 3], data }), argument({ dtype, shape: [positionsOf.length], data: positionsOf }))
      return 'no error'
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`
    }
  }
  const before = call(labels.map(() => 0))
  const held = [...(W.getValue() as { data: Float64Array }).data]
  return [before, call(labels), [...(W.getValue() as { data: Float64Array }).data].every((v, k) => v === held[k])]
}

const wrongs: Readonly<Record<string, (x: Variable, i: Variable) => Variable>> = {
  pick: (x, i) => pick(x, i),
  'pick of a formula': (x, i) => pick(logSoftmax(x), i),
  take: (x, i) => take(x, i, { axis: 1 }),
  'at positions': (x, i) => at(x, all, i),
}

for (const [what, make] of Object.entries(wrongs)) {
  test(`${what}: a position out of range is refused as under js, and nothing changes`, () => {
    for (const n of [1, 4, 5, 8, 17])
      for (const wrong of [0, 1, n >> 1, n - 1].filter((k) => k < n))
        for (const position of [3, -4, -(2 ** 31), 2 ** 31, 2 ** 32 - 1]) {
          const labels = Array.from({ length: n }, (_, k) => (k === wrong ? position : k % 3))
          const [js, wasm] = linkers.map((linker) => outcome(linker, n, labels, make))
          assert.equal(wasm, js, `${n} positions, ${position} at ${wrong}`)
          assert.is(js[0], 'no error')
          assert.match(js[1] as string, /^RangeError: f: /)
          assert.is(js[2], true)
        }
  })
}

test.run()
