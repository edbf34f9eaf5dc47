// The greatest error of every vector function, and of its scalar form, over the points that reference.py wrote; the arguments
// where it is greatest go to <folder>/worst.json:
//   node scripts/wasm-math/sweep.ts <folder> [name,name …]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { libraryFunction } from '../../src/graph/library.ts'
import { input, newArena } from '../../src/graph/variable.ts'
import { vectorMath } from '../../src/lowering/wasm/math/index.ts'
import { type Floats, loopOf, ulps } from '../../test/lowering/wasm/ulp.ts'

const [folder, only] = process.argv.slice(2)
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

const hard: Record<string, (readonly number[])[]> = {}
for (const name of only?.split(',') ?? Object.keys(vectorMath)) {
  for (const bits of [32, 64] as const) {
    const path = `${folder}/${name}.${bits}`
    if (existsSync(path)) hard[`${name}.${bits}`] = sweep(name, bits, path).map((p) => p.args)
  }
}
writeFileSync(`${folder}/worst.json`, `${JSON.stringify(hard, (_, v) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v))}\n`)
