// The greatest error of every vector function, and of its scalar form, over the points that reference.py wrote; the arguments
// where it is greatest go to <folder>/worst.json:
//   node scripts/wasm-math/sweep.ts <folder> [name,name …]
// or float32 alone, at random bit patterns, with what the op's record computes in float64 as the exact value:
//   node scripts/wasm-math/sweep.ts float32 [name,name …] [millions of points]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { libraryFunction } from '../../src/graph/library.ts'
import { input, newArena } from '../../src/graph/variable.ts'
import { vectorMath } from '../../src/lowering/wasm/math/index.ts'
import { type Floats, loopOf, ulps } from '../../test/lowering/wasm/ulp.ts'

const [folder, only, millions = '4'] = process.argv.slice(2)
const two = new Set(['pow', 'hypot', 'atan2'])
const room = 60_000
const kept = 8

interface Point {
  readonly args: readonly number[]
  readonly result: number
  readonly exact: number
  readonly error: number
}

/** What the op's record computes. */
function scalar(name: string, arity: number): (...x: number[]) => number {
  newArena()
  const operands = Array.from({ length: arity }, (_, index) => input('float64', [], { kind: 'parameter', index }, `x${index}`))
  const { op } = libraryFunction(name)!(...operands).owner as { op: { value: (...x: number[]) => number } }
  return op.value
}

function worst(points: readonly Point[]): Point[] {
  return [...points].sort((a, b) => b.error - a.error).slice(0, kept)
}

function sweep(name: string, bits: 32 | 64, path: string): Point[] {
  const arity = two.has(name) ? 2 : 1
  const data = new Float64Array(Uint8Array.from(readFileSync(path)).buffer)
  const width = arity + 2
  const count = data.length / width
  const loop = loopOf(vectorMath[name], bits, arity, room)
  const value = scalar(name, arity)
  let found: { vector: Point[]; scalar: Point[] } = { vector: [], scalar: [] }
  for (let from = 0; from < count; from += room) {
    const length = Math.min(room, count - from)
    const column = (k: number): Floats => new (bits === 64 ? Float64Array : Float32Array)(length).map((_, i) => data[(from + i) * width + k])
    const columns = Array.from({ length: arity }, (_, k) => column(k))
    const results = loop.apply(...columns)
    const at = (i: number, result: number): Point => {
      const p = (from + i) * width + arity
      return { args: columns.map((c) => c[i]), result, exact: data[p], error: ulps(result, data[p], data[p + 1], bits) }
    }
    const round = bits === 64 ? (v: number): number => v : Math.fround
    const vector = Array.from(results, (r, i) => at(i, r))
    const plain = Array.from(results, (_, i) => at(i, round(value(...columns.map((c) => c[i])))))
    found = { vector: worst([...found.vector, ...vector]), scalar: worst([...found.scalar, ...plain]) }
  }
  const say = ({ args, result, exact, error }: Point): string => `${error.toFixed(3)} ulp at ${args} (${result}, exact ${exact})`
  console.log(`${name} f${bits}, ${count} points: ${say(found.vector[0])}; scalar: ${say(found.scalar[0])}`)
  return found.vector
}

/** Every other argument is any bit pattern, the others lie near 1 or have exponents of usual size. */
function random32(length: number, turn: number): Floats {
  const bits = new Uint32Array(length).map(() => Math.random() * 2 ** 32)
  const any = new Float32Array(bits.buffer)
  return any.map((v, i) => (i % 2 === turn ? v : (Math.random() - 0.5) * 2 ** (Math.random() * 12 - 4)))
}

function sweep32(name: string): void {
  const arity = two.has(name) ? 2 : 1
  const loop = loopOf(vectorMath[name], 32, arity, room)
  const value = scalar(name, arity)
  let found: Point = { args: [], result: 0, exact: 0, error: 0 }
  for (let from = 0; from < Number(millions) * 1e6; from += room) {
    const columns = Array.from({ length: arity }, (_, k) => random32(room, k * (from % 2)))
    const results = loop.apply(...columns)
    for (let i = 0; i < room; i++) {
      const args = columns.map((c) => c[i])
      const exact = value(...args)
      const error = ulps(results[i], exact, 0, 32)
      if (error > found.error) found = { args, result: results[i], exact, error }
    }
  }
  console.log(`${name} f32, ${millions} million points: ${found.error.toFixed(3)} ulp at ${found.args} (${found.result}, exact ${found.exact})`)
}

function sweepReference(): void {
  const hard: Record<string, (readonly number[])[]> = {}
  for (const name of names) {
    for (const bits of [32, 64] as const) {
      const path = `${folder}/${name}.${bits}`
      if (existsSync(path)) hard[`${name}.${bits}`] = sweep(name, bits, path).map((p) => p.args)
    }
  }
  writeFileSync(`${folder}/worst.json`, `${JSON.stringify(hard, (_, v) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v))}\n`)
}

const names = only ? only.split(',') : Object.keys(vectorMath)
if (folder === 'float32') names.forEach(sweep32)
else sweepReference()
