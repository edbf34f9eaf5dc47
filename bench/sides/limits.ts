// bench: hand-written WebAssembly SIMD: the bytes a row must move, the flops it must do, or its whole arithmetic, and nothing else.
import { rootMeanSquare, weyl } from '../data.ts'
import type { Dtype, Limit, LimitRow } from '../rows.ts'
import { load, type Prepared, type Side, type Variants } from '../side.ts'

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
  readonly validate: (bytes: Uint8Array) => boolean
}

const lanes = (dtype: Dtype): { type: 'f32x4' | 'f64x2'; scalar: 'f32' | 'f64'; count: number; size: number } =>
  dtype === 'float32' ? { type: 'f32x4', scalar: 'f32', count: 4, size: 4 } : { type: 'f64x2', scalar: 'f64', count: 2, size: 8 }

const times = (count: number, text: (i: number) => string): string => Array.from({ length: count }, (_, i) => text(i)).join('\n')

/** (to, from, bytes): `body` for every vector, `unroll` vectors a turn. */
const walk = (name: string, unroll: number, body: (offset: number) => string, locals = '', end = ''): string => `
  (func (export "${name}") (param $to i32) (param $from i32) (param $bytes i32) (local $end i32) ${locals}
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (loop $turn
      ${times(unroll, (i) => body(16 * i))}
      (local.set $to (i32.add (local.get $to) (i32.const ${16 * unroll})))
      (local.set $from (i32.add (local.get $from) (i32.const ${16 * unroll})))
      (br_if $turn (i32.lt_u (local.get $from) (local.get $end))))
    ${end})`

const at = (offset: number): string => `(v128.load offset=${offset} (local.get $from))`
const total = (type: string, count: number): string =>
  `${`(${type}.add `.repeat(count - 1)}(local.get $s0) ${times(count - 1, (i) => `(local.get $s${i + 1}))`)}`
const sums = (count: number): string => times(count, (i) => `(local $s${i} v128)`)

/** Dependent chains of x·m + c: enough of them to hide the latency of both, few enough for 16 registers. */
const CHAINS = 12

const chains = (name: string, dtype: Dtype, step: (v: string) => string): string => {
  const { type, scalar } = lanes(dtype)
  return `(func (export "${name}") (param $turns i32) (result ${scalar}) (local $m v128) (local $c v128) ${sums(CHAINS)}
    (local.set $m (${type}.splat (${scalar}.const 0.999999)))
    (local.set $c (${type}.splat (${scalar}.const 1e-9)))
    (loop $turn
      ${times(CHAINS, (i) => `(local.set $s${i} ${step(`(local.get $s${i})`)})`)}
      (br_if $turn (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
    (${type}.extract_lane 0 ${total(type, CHAINS)}))`
}

const fusedText = (dtype: Dtype): string => `(module ${chains('madd', dtype, (v) => `(${lanes(dtype).type}.relaxed_madd ${v} (local.get $m) (local.get $c))`)})`

const textOf = (dtype: Dtype): string => {
  const { type, scalar } = lanes(dtype)
  const cube = `(${type}.mul (${type}.mul (local.get $v) (local.get $v)) (local.get $v))`
  const cubic = (o: number): string => `(${type}.add (${type}.mul (${type}.splat (${scalar}.const 2)) (local.tee $v ${at(o)})) ${cube})`
  return `(module (memory (export "memory") 1 65536)
  ${walk('copy', 4, (o) => `(v128.store offset=${o} (local.get $to) ${at(o)})`)}
  ${walk('simd', 4, (o) => `(v128.store offset=${o} (local.get $to) ${cubic(o)})`, '(local $v v128)')}
  ${walk('read', 8, (o) => `(local.set $s${o / 16} (${type}.add (local.get $s${o / 16}) ${at(o)}))`, sums(8), `(v128.store (local.get $to) ${total(type, 8)})`)}
  ${chains('flops', dtype, (v) => `(${type}.add (${type}.mul ${v} (local.get $m)) (local.get $c))`)})`
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  readonly copy: (to: number, from: number, bytes: number) => void
  readonly simd: (to: number, from: number, bytes: number) => void
  readonly read: (to: number, from: number, bytes: number) => void
  readonly flops: (turns: number) => number
  readonly madd?: (turns: number) => number
}

const whole = (bytes: number): number => Math.ceil(bytes / 128) * 128

export default async (): Promise<Side> => {
  const wabt = await (await load('wabt')).default()
  const bytes = (text: string): Uint8Array => wabt.parseWat('limits.wat', text, { simd: true, relaxed_simd: true }).toBinary({}).buffer
  const exportsOf = (text: string): object => new WebAssembly.Instance(new WebAssembly.Module(bytes(text))).exports
  const relaxed = WebAssembly.validate(bytes(fusedText('float32')))
  const prepare = (row: LimitRow): Variants => {
    const exports = { ...exportsOf(textOf(row.dtype)), ...(relaxed ? exportsOf(fusedText(row.dtype)) : {}) } as Exports
    return Object.fromEntries(row.limits.filter((limit) => exports[limit]).map((limit) => [limit, limitOf(limit, row, exports)]))
  }
  return { prepare }
}

function limitOf(limit: Limit, { dtype, n, bytes, flops }: LimitRow, { memory, ...run }: Exports): Prepared {
  if (limit === 'flops' || limit === 'madd') {
    const turns = Math.round(flops / (2 * CHAINS * lanes(dtype).count))
    return { run: () => run[limit]?.(turns) }
  }
  const half = whole(limit === 'read' ? bytes : bytes / 2)
  const from = 256
  const to = limit === 'read' ? 64 : from + half
  const missing = to + half - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / 65536))
  const view = (address: number, count: number) =>
    dtype === 'float32' ? new Float32Array(memory.buffer, address, count) : new Float64Array(memory.buffer, address, count)
  const elements = half / lanes(dtype).size
  view(from, elements).set(weyl(dtype, elements, 1, -2, 2))
  if (limit !== 'simd') return { run: () => run[limit](to, from, half) }
  run.simd(to, from, half)
  return { run: () => run.simd(to, from, half), value: rootMeanSquare(view(to, n)) }
}
