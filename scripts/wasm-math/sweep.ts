// The greatest error of every vector function over the points that reference.py wrote:
//   node scripts/wasm-math/sweep.ts <folder> [name,name …]
import { existsSync, readFileSync } from 'node:fs'
import { vectorMath } from '../../src/lowering/wasm/math/index.ts'
import { type Floats, loopOf, ulps } from '../../test/lowering/wasm/ulp.ts'

const [folder, only] = process.argv.slice(2)
const two = new Set(['pow', 'hypot', 'atan2'])
const room = 60_000

function sweep(name: string, bits: 32 | 64, path: string): void {
  const arity = two.has(name) ? 2 : 1
  const data = new Float64Array(Uint8Array.from(readFileSync(path)).buffer)
  const width = arity + 2
  const points = data.length / width
  const loop = loopOf(vectorMath[name], bits, arity, room)
  let worst = 0
  let at = 'none'
  let over = 0
  for (let from = 0; from < points; from += room) {
    const count = Math.min(room, points - from)
    const column = (k: number): Floats => new (bits === 64 ? Float64Array : Float32Array)(count).map((_, i) => data[(from + i) * width + k])
    const args = Array.from({ length: arity }, (_, k) => column(k))
    const result = loop.apply(...args)
    for (let i = 0; i < count; i++) {
      const p = (from + i) * width + arity
      const error = ulps(result[i], data[p], data[p + 1], bits)
      if (error > 1) over++
      if (error > worst) {
        worst = error
        at = `${args.map((a) => a[i])} -> ${result[i]}, exact ${data[p]}`
      }
    }
  }
  console.log(`${name} f${bits}: ${worst.toFixed(3)} ulp at ${at}; ${over} of ${points} over 1`)
}

for (const name of only?.split(',') ?? Object.keys(vectorMath)) {
  for (const bits of [32, 64] as const) if (existsSync(`${folder}/${name}.${bits}`)) sweep(name, bits, `${folder}/${name}.${bits}`)
}
