// bench: the WASM kernels against the peak and the bandwidth that the same engine reaches here: `node bench/kernels.ts`. Best of
// several interleaved rounds.
import { fused } from '../runtime/wasm.ts'
import { Code, get, i32, ins, load, type Node, v128, type WasmFunction } from '../src/lowering/wasm/code.ts'
import { dot } from '../src/lowering/wasm/kernels/dot.ts'
import { gemm, gemmWorkBytes } from '../src/lowering/wasm/kernels/gemm.ts'
import { gemvRows } from '../src/lowering/wasm/kernels/gemv.ts'
import { gemvColumns } from '../src/lowering/wasm/kernels/gemvColumns.ts'
import { transpose } from '../src/lowering/wasm/kernels/transpose.ts'
import { Lanes } from '../src/lowering/wasm/lanes.ts'
import { linkModule } from '../src/lowering/wasm/module.ts'

type Exports = Record<string, (...args: number[]) => void>
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

const widths = [32, 64] as const
const steps = 1_000_000

/** (to): `steps` times 12 independent multiplications and additions of all lanes. */
function peak(bits: 32 | 64): WasmFunction {
  const code = new Code(`peak_f${bits}`)
  const L = new Lanes(code, bits)
  const to = code.param('to', 'i32')
  const [factor, term] = [L.keep(L.load(to)), L.keep(L.load(to, 16))]
  const sums = Array.from({ length: 12 }, () => code.variable('s', v128(new Uint8Array(16))))
  code.for('i', i32(0), i32(steps), 1, () => {
    for (const s of sums) code.set(s, L.madd(get(s), factor, term))
  })
  sums.forEach((s, i) => L.store(to, get(s), 32 + 16 * i))
  return code.function()
}

/** (a, b, bytes, to): reads two arrays at a time, which is faster than one. */
function read(): WasmFunction {
  const code = new Code('read')
  const [a, b, bytes, to] = ['a', 'b', 'bytes', 'to'].map((n) => code.param(n, 'i32'))
  const sums = Array.from({ length: 8 }, () => code.variable('s', v128(new Uint8Array(16))))
  code.for('i', i32(0), bytes, 64, (i) => {
    const at = [a, b].map((start) => code.keep(ins('i32.add', start, i)))
    sums.forEach((s, v) => code.set(s, ins('v128.xor', get(s), load('v128.load', at[v >> 2], 16 * (v & 3)) as Node)))
  })
  sums.forEach((s, v) => code.store('v128.store', to, get(s), 16 * v))
  return code.function()
}

/** One kernel at one size: `work` counts operations or bytes, in the unit of `best`'s rate. */
interface Case {
  readonly name: string
  readonly work: number
  readonly run: () => void
}

/** Milliseconds a call, the best of `rounds` of about `ms` each. */
function measure(cases: readonly Case[], rounds = 15, ms = 4): number[] {
  const time = (run: () => void, calls: number): number => {
    const begin = performance.now()
    for (let i = 0; i < calls; i++) run()
    return (performance.now() - begin) / calls
  }
  const calls = cases.map(({ run }) => {
    const end = performance.now() + 40
    while (performance.now() < end) run()
    return Math.max(1, Math.round(ms / time(run, 1)))
  })
  const best = cases.map(() => Number.POSITIVE_INFINITY)
  for (let r = 0; r < rounds; r++) cases.forEach(({ run }, i) => (best[i] = Math.min(best[i], time(run, calls[i]))))
  return best
}

const memory = new WebAssembly.Memory({ initial: 1600 })
const functions = [...widths.flatMap((bits) => [peak(bits), gemm({ bits }), gemvRows(bits), gemvColumns(bits), dot({ bits }), transpose({ bits })]), read()]
const module = linkModule(functions)
const x = new WebAssembly.Instance(new WebAssembly.Module(fused(module.bytes.slice(), module.relaxed)), { '': { m: memory } }).exports as Exports
const MiB = 2 ** 20
const [a, b, c, work] = [1, 33, 65, 97].map((n) => n * MiB)

function fill(bits: 32 | 64): void {
  const values = bits === 64 ? new Float64Array(memory.buffer, a, (64 * MiB) / 8) : new Float32Array(memory.buffer, a, (64 * MiB) / 4)
  for (let i = 0; i < values.length; i++) values[i] = 1 + (i % 7) / 8
}

function print(cases: readonly Case[], unit: string, limit: (i: number, times: readonly number[]) => number): void {
  const times = measure(cases)
  cases.forEach(({ name, work }, i) => {
    const rate = work / times[i] / 1e6
    console.log(
      `${name.padEnd(32)} ${(times[i] * 1e3).toFixed(2).padStart(10)} µs ${rate.toFixed(1).padStart(7)} ${unit} ${((100 * rate) / limit(i, times)).toFixed(0)} %`,
    )
  })
}

function products(bits: 32 | 64): void {
  const flops = 12 * (128 / bits) * 2 * steps
  const [ms] = measure([{ name: 'peak', work: flops, run: () => x[`peak_f${bits}`](c) }])
  const top = flops / ms / 1e6
  console.log(`f${bits}: peak ${top.toFixed(1)} GFLOP/s`)
  const square = [16, 32, 64, 128, 256, 512, 1024].map((n) => [n, n, n])
  const cases = [...square, [100, 100, 100], [32, 512, 784], [128, 10, 784], [4, 512, 512]].map(
    ([m, n, k]): Case => ({
      name: `gemm ${m}×${n}×${k}`,
      work: 2 * m * n * k,
      run: () => x[`gemm_f${bits}`](m, n, k, a, k, 1, b, n, 1, work, c, n),
    }),
  )
  const n = 512
  cases.push({ name: 'gemm 512, left transposed', work: 2 * n ** 3, run: () => x[`gemm_f${bits}`](n, n, n, a, 1, n, b, n, 1, work, c, n) })
  cases.push({ name: 'gemm 512, right transposed', work: 2 * n ** 3, run: () => x[`gemm_f${bits}`](n, n, n, a, n, 1, b, 1, n, work, c, n) })
  print(cases, 'GFLOP/s', () => top)
}

function vectors(bits: 32 | 64): void {
  const size = bits / 8
  const cases = [64, 256, 512, 1000, 1024].flatMap((n): Case[] => [
    { name: `read ${n}×${n}`, work: n * n * size, run: () => x.read(a, a + (n * n * size) / 2, (n * n * size) / 2, c) },
    { name: `gemv rows ${n}`, work: n * n * size, run: () => x[`gemvRows_f${bits}`](n, n, a, n, b, c, 0) },
    { name: `gemv columns ${n}`, work: n * n * size, run: () => x[`gemvColumns_f${bits}`](n, n, a, n, b, 1, work, c, 0) },
    { name: `dot ${(n * n) / 2}`, work: n * n * size, run: () => x[`dot_f${bits}`](a, 1, a + (n * n * size) / 2, 1, (n * n) / 2) },
    { name: `transpose ${n}`, work: 2 * n * n * size, run: () => x[`transpose_${bits}`](a, n, c, n, n, n) },
  ])
  console.log(`f${bits}: % of reading the matrix`)
  print(cases, 'GB/s', (i, times) => cases[i - (i % 5)].work / times[i - (i % 5)] / 1e6)
}

console.log(`module: ${module.bytes.length} bytes; working memory of gemm: ${widths.map((bits) => gemmWorkBytes({ bits })).join(', ')} bytes`)
for (const bits of widths) {
  fill(bits)
  products(bits)
  vectors(bits)
}
