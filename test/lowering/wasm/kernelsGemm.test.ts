// Matrix products against a plain triple loop in float64.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { i32, ins } from '../../../src/lowering/wasm/code.ts'
import { type Epilogue, loadElements, storeElements } from '../../../src/lowering/wasm/kernels/epilogue.ts'
import { type Gemm, gemm, gemmWorkBytes } from '../../../src/lowering/wasm/kernels/gemm.ts'
import { fill, Machine, type Numbers } from './kernelsCommon.ts'

interface Layout {
  readonly start: number
  readonly row: number
  readonly column: number
  readonly length: number
}

const layouts: Record<string, (rows: number, columns: number) => Layout> = {
  rows: (r, c) => ({ start: 0, row: c, column: 1, length: r * c }),
  apart: (r, c) => ({ start: 0, row: c + 3, column: 1, length: r * (c + 3) }),
  columns: (r, c) => ({ start: 0, row: 1, column: r + 1, length: c * (r + 1) }),
  steps: (r, c) => ({ start: 0, row: 2 * c, column: 2, length: 2 * r * c }),
  backwards: (r, c) => ({ start: Math.max(0, r * c - 1), row: -c, column: -1, length: r * c }),
  broadcast: (_, c) => ({ start: 0, row: 0, column: 1, length: c }),
}

function product(m: number, n: number, k: number, a: Numbers, la: Layout, b: Numbers, lb: Layout): { value: Float64Array; size: Float64Array } {
  const value = new Float64Array(m * n)
  const size = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let p = 0; p < k; p++) {
        const term = a[la.start + i * la.row + p * la.column] * b[lb.start + p * lb.row + j * lb.column]
        value[i * n + j] += term
        size[i * n + j] += Math.abs(term)
      }
  return { value, size }
}

/** sqrt(k)·eps·|a|·|b|, twice over: what rounding errors that do not all point one way stay below. */
function assertClose(
  actual: Numbers,
  at: (i: number) => number,
  expected: { value: Float64Array; size: Float64Array },
  k: number,
  bits: 32 | 64,
  what: string,
): void {
  const eps = bits === 64 ? 2 ** -53 : 2 ** -24
  expected.value.forEach((v, i) => {
    const error = Math.abs(actual[at(i)] - v)
    if (!(error <= 2 * Math.sqrt(k + 1) * eps * expected.size[i])) assert.unreachable(`${what}: element ${i} is ${actual[at(i)]}, not ${v}`)
  })
}

const sizes = (
  '0×3×2 3×0×2 3×2×0 1×1×1 1×9×5 7×1×3 2×3×4 4×8×4 5×7×6 6×8×16 7×9×17 13×10×33 12×16×64 30×31×29 65×66×67 ' +
  '3×5×259 8×9×1025 200×11×10 11×530×12 199×270×300 200×520×3 7×512×5 9×1024×3'
)
  .split(' ')
  .map((s) => s.split('×').map(Number))

/** Every pair of layouts for small products, some for large ones. */
function pairsOf(m: number, n: number, k: number): string[][] {
  if (m * n * k > 2e5) return ['rows rows', 'columns columns', 'steps backwards'].map((s) => s.split(' '))
  return Object.keys(layouts).flatMap((a) => Object.keys(layouts).map((b) => [a, b]))
}

/** Runs one product in memory full of NaN and checks it. */
function check(machine: Machine, p: Gemm, [m, n, k]: number[], nameA: string, nameB: string): void {
  const { bits } = p
  const f = gemm(p)
  machine.reset()
  const la = layouts[nameA](m, k)
  const lb = layouts[nameB](k, n)
  const [a, b] = [fill(bits, la.length, 1), fill(bits, lb.length, 2)]
  const size = bits / 8
  const cRow = n + 2
  const [atA, atB, work, to] = [machine.put(a), machine.put(b), machine.take(gemmWorkBytes(p)), machine.take(m * cRow * size)]
  const what = `${f.name} ${m}×${n}×${k} ${nameA} ${nameB}`
  machine.view(bits, to, m * cRow).fill(7)
  machine.run[f.name](m, n, k, atA + la.start * size, la.row, la.column, atB + lb.start * size, lb.row, lb.column, work, to, cRow)
  const c = machine.view(bits, to, m * cRow)
  assertClose(c, (i) => Math.floor(i / n) * cRow + (i % n), product(m, n, k, a, la, b, lb), k, bits, what)
  for (let i = 0; i < m; i++) assert.equal([...c.subarray(i * cRow + n, i * cRow + n + 2)], [7, 7], what)
  machine.assertGuards(what)
}

for (const bits of [32, 64] as const)
  for (const relaxed of [false, true])
    test(`f${bits}${relaxed ? ' relaxed' : ''}: odd sizes and strides`, () => {
      const machine = new Machine([gemm({ bits })], relaxed)
      for (const [m, n, k] of sizes) for (const [nameA, nameB] of pairsOf(m, n, k)) check(machine, { bits }, [m, n, k], nameA, nameB)
    })

test('lengths and layouts known at build', () => {
  const lengths = [{ n: 10 }, { m: 7, n: 10, k: 9 }, { m: 20, k: 300 }, { n: 1 }, { n: 3 }, { m: 3 }, { k: 5 }]
  const known = ['rows', 'columns'] as const
  for (const bits of [32, 64] as const) {
    const given: Gemm[] = lengths.flatMap((l) => [{ bits, ...l }, ...known.map((left) => ({ bits, ...l, left, right: left === 'rows' ? known[1] : known[0] }))])
    const machine = new Machine(
      given.map((p) => gemm(p)),
      true,
    )
    for (const p of given) {
      assert.is(gemm({ ...p }), gemm(p))
      check(machine, p, [p.m ?? 17, p.n ?? 12, p.k ?? 9], p.left ?? 'apart', p.right ?? 'apart')
      if (p.k === undefined) check(machine, p, [p.m ?? 200, p.n ?? 12, 260], p.left ?? 'apart', p.right ?? 'apart')
    }
  }
})

/** (x + bias[column])² into one matrix, and W - lr · x in place. */
function twoOutputs(bits: 32 | 64): Epilogue {
  const shift = i32(bits === 64 ? 3 : 2)
  const type = bits === 64 ? 'f64' : 'f32'
  return {
    params: [
      { name: 'bias', type: 'i32' },
      { name: 'square', type: 'i32' },
      { name: 'W', type: 'i32' },
      { name: 'n', type: 'i32' },
      { name: 'lr', type },
    ],
    row: (_, row, [, square, W, n]) => [square, W].map((start) => ins('i32.add', start, ins('i32.shl', ins('i32.mul', row, n), shift))),
    apply: ({ L, value, column, single, params: [bias, , , , lr], hoisted: [square, W] }) => {
      const at = L.keep(ins('i32.shl', column, shift))
      const shifted = L.keep(L.add(value, loadElements(L, ins('i32.add', bias, at), single)))
      storeElements(L, ins('i32.add', square, at), L.mul(shifted, shifted), single)
      const place = L.keep(ins('i32.add', W, at))
      storeElements(L, place, L.sub(loadElements(L, place, single), L.mul(L.splat(lr), value)), single)
    },
  }
}

for (const bits of [32, 64] as const)
  test(`f${bits}: epilogue with two outputs`, () => {
    const round = bits === 64 ? (x: number) => x : Math.fround
    for (const [m, n, k] of [
      [7, 11, 5],
      [13, 1, 600],
      [9, 6, 0],
    ]) {
      const f = gemm({ bits }, twoOutputs(bits), 'fused')
      const machine = new Machine([f], true)
      const values = [m * k, k * n, n, m * n].map((length, i) => fill(bits, length, i))
      const [a, b, bias, W] = values
      const [atA, atB, atBias, atW] = values.map((v) => machine.put(v))
      const work = machine.take(gemmWorkBytes({ bits }))
      const square = machine.take((m * n * bits) / 8)
      machine.run.fused(m, n, k, atA, k, 1, atB, n, 1, work, atBias, square, atW, n, 0.5)
      const exact = product(m, n, k, a, layouts.rows(m, k), b, layouts.rows(k, n))
      const [actualSquare, actualW] = [machine.view(bits, square, m * n), machine.view(bits, atW, m * n)]
      exact.value.forEach((x, i) => {
        const tolerance = (bits === 64 ? 1e-15 : 1e-6) * (4 + 4 * Math.sqrt(k) * exact.size[i])
        assert.ok(Math.abs(actualSquare[i] - (x + bias[i % n]) ** 2) < tolerance, `square ${i}`)
        assert.ok(Math.abs(actualW[i] - (W[i] - round(0.5) * x)) < tolerance, `W ${i}`)
      })
    }
  })

test.run()
