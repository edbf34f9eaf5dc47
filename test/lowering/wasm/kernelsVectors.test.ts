// Transposition, dot products and matrix times vector against plain loops in float64.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { i32, ins } from '../../../src/lowering/wasm/code.ts'
import { dot } from '../../../src/lowering/wasm/kernels/dot.ts'
import { type Epilogue, loadElements, storeElements } from '../../../src/lowering/wasm/kernels/epilogue.ts'
import { gemvRows } from '../../../src/lowering/wasm/kernels/gemv.ts'
import { gemvColumns, gemvWorkBytes } from '../../../src/lowering/wasm/kernels/gemvColumns.ts'
import { transpose } from '../../../src/lowering/wasm/kernels/transpose.ts'
import { fill, Machine, type Numbers, randomNumbers } from './kernelsCommon.ts'

const widths = [32, 64] as const
const eps = (bits: 32 | 64): number => (bits === 64 ? 2 ** -53 : 2 ** -24)

test('transpose', () => {
  for (const bits of widths)
    for (const [rows, columns, extra] of [
      [0, 3, 0],
      [1, 1, 0],
      [3, 5, 1],
      [4, 4, 0],
      [8, 7, 2],
      [33, 70, 3],
      [100, 31, 0],
    ]) {
      const f = transpose({ bits })
      const machine = new Machine([f], false)
      const from = fill(bits, rows * (columns + extra), 1)
      const atFrom = machine.put(from)
      const to = machine.take((columns * (rows + extra) * bits) / 8)
      machine.view(bits, to, columns * (rows + extra)).fill(7)
      machine.run[f.name](atFrom, columns + extra, to, rows + extra, rows, columns)
      const result = machine.view(bits, to, columns * (rows + extra))
      for (let j = 0; j < columns; j++)
        for (let i = 0; i < rows + extra; i++) assert.is(result[j * (rows + extra) + i], i < rows ? from[i * (columns + extra) + j] : 7)
      machine.assertGuards('transpose')
    }
})

test('dot: lengths and steps', () => {
  for (const bits of widths)
    for (const relaxed of [false, true]) {
      const f = dot({ bits })
      const machine = new Machine([f], relaxed)
      for (const n of [0, 1, 3, 4, 7, 31, 32, 33, 130, 4097, 70001])
        for (const [xStep, yStep] of [
          [1, 1],
          [2, 1],
          [1, -1],
          [0, 1],
        ]) {
          machine.reset()
          const x = fill(bits, n * xStep + 1, 1)
          const y = fill(bits, n + 1, 2)
          const yStart = yStep < 0 ? n : 0
          let sum = 0
          let size = 0
          for (let i = 0; i < n; i++) {
            sum += x[i * xStep] * y[yStart + i * yStep]
            size += Math.abs(x[i * xStep] * y[yStart + i * yStep])
          }
          const actual = machine.run[f.name](machine.put(x), xStep, machine.put(y) + (yStart * bits) / 8, yStep, n)
          assert.ok(Math.abs(actual - sum) <= eps(bits) * (bits === 64 ? 4 * Math.sqrt(n + 1) : 4) * size, `${bits} ${n} ${xStep} ${yStep}`)
        }
    }
})

test('long float32 sums are accurate', () => {
  const n = 1_000_000
  const next = randomNumbers(3)
  const x = new Float32Array(n).map(() => 1 + next())
  let exact = 0
  for (const v of x) exact += v * v
  const machine = new Machine([dot({ bits: 32 }), gemvRows(32), gemvColumns(32)], false)
  const at = machine.put(x)
  const to = machine.take(16)
  const work = machine.take(gemvWorkBytes(32))
  const results = [machine.run[dot({ bits: 32 }).name](at, 1, at, 1, n)]
  machine.run[gemvRows(32).name](1, n, at, n, at, to, 0)
  results.push(machine.view(32, to, 1)[0])
  machine.run[gemvColumns(32).name](n, 1, at, 1, at, 1, work, to, 0)
  results.push(machine.view(32, to, 1)[0])
  for (const r of results) assert.ok(Math.abs(r / exact - 1) < 3e-7, `${r / exact - 1}`)
})

const sizes = [
  [0, 3],
  [3, 0],
  [1, 1],
  [2, 5],
  [4, 4],
  [5, 33],
  [9, 64],
  [23, 100],
  [20, 2051],
  [600, 7],
  [1025, 2],
]

/** What both products must be: sum over p of a[i·row + p·column] · x[p], and the sum of the sizes of its terms. */
function expected(count: number, terms: number, a: Numbers, row: number, column: number, x: Numbers, xStep: number): { value: number; size: number }[] {
  return Array.from({ length: count }, (_, i) => {
    let value = 0
    let size = 0
    for (let p = 0; p < terms; p++) {
      const term = a[i * row + p * column] * x[p * xStep]
      value += term
      size += Math.abs(term)
    }
    return { value, size }
  })
}

for (const bits of widths)
  for (const relaxed of [false, true])
    test(`f${bits}${relaxed ? ' relaxed' : ''}: matrix times vector`, () => {
      const [rows, columns] = [gemvRows(bits), gemvColumns(bits)]
      const machine = new Machine([rows, columns], relaxed)
      for (const [m, n] of sizes)
        for (const apart of [n, n + 3]) {
          machine.reset()
          const a = fill(bits, m * apart, 1)
          const at = machine.put(a)
          const check = (count: number, terms: number, want: { value: number; size: number }[], to: number, what: string): void => {
            const actual = machine.view(bits, to, count + 1)
            assert.is(actual[count], 7, what)
            want.forEach(({ value, size }, i) => {
              assert.ok(Math.abs(actual[i] - value) <= 2 * Math.sqrt(terms + 1) * eps(bits) * size, `${what} ${m}×${n} element ${i}`)
            })
          }
          const target = (count: number): number => {
            const to = machine.take(((count + 1) * bits) / 8)
            machine.view(bits, to, count + 1).fill(7)
            return to
          }
          const x = fill(bits, n, 2)
          const toRows = target(m)
          machine.run[rows.name](m, n, at, apart, machine.put(x), toRows, 0)
          check(m, n, expected(m, n, a, apart, 1, x, 1), toRows, 'rows')
          for (const step of [1, 2]) {
            const y = fill(bits, m * step, 3)
            const toColumns = target(n)
            const work = machine.take(gemvWorkBytes(bits))
            machine.run[columns.name](m, n, at, apart, machine.put(y), step, work, toColumns, 0)
            check(n, m, expected(n, m, a, 1, apart, y, step), toColumns, 'columns')
          }
          machine.assertGuards(`${m}×${n}`)
        }
    })

/** b - product, in place. */
function residual(bits: 32 | 64): Epilogue {
  return {
    params: [{ name: 'b', type: 'i32' }],
    apply: ({ L, value, column, single, params: [b] }) => {
      const at = L.keep(ins('i32.add', b, ins('i32.shl', column, i32(bits === 64 ? 3 : 2))))
      storeElements(L, at, L.sub(loadElements(L, at, single), value), single)
    },
  }
}

test('matrix times vector with an epilogue', () => {
  for (const bits of widths) {
    const [m, n] = [11, 7]
    const machine = new Machine([gemvRows(bits, residual(bits), 'rows'), gemvColumns(bits, residual(bits), 'columns')], true)
    const [a, x, y, b, c] = [m * n, n, m, m, n].map((length, i) => fill(bits, length, i))
    const [atA, atX, atY, atB, atC] = [a, x, y, b, c].map((v) => machine.put(v))
    machine.run.rows(m, n, atA, n, atX, atB)
    machine.run.columns(m, n, atA, n, atY, 1, machine.take(gemvWorkBytes(bits)), atC)
    const close = (at: number, before: Numbers, want: { value: number }[]): void =>
      want.forEach(({ value }, i) => assert.ok(Math.abs(machine.view(bits, at, before.length)[i] - (before[i] - value)) < 30 * eps(bits)))
    close(atB, b, expected(m, n, a, n, 1, x, 1))
    close(atC, c, expected(n, m, a, 1, n, y, 1))
  }
})

test.run()
