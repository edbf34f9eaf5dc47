// scripts: bytes of programs with one emitted elementwise function (`2 * x + x ** 3` of a vector), bundled and minified, runtime
// included: as JavaScript, and as WebAssembly that streams the caller's array.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const PROGRAM = `
import * as $t from './runtime/kernel.ts'
export const f = $t.link(
  { name: 'f', inputs: [{ name: 'x', dtype: 'float64', shape: [null] }], outputs: { name: 'f', dtype: 'float64', shape: [null] }, captures: [] },
  (self) => {
    return function (x) {
      if (arguments.length > 1) {
        $t.arity(arguments.length, self)
      }
      const x_array = $t.array(x, self.inputs[0], self)
      const x_data = x_array.data
      const x_length = x_array.shape[0]
      const result = new Float64Array(x_length)
      for (let i = 0; i < x_length; i++) {
        const x_i = x_data[i]
        result[i] = 2 * x_i + x_i * x_i * x_i
      }
      return new $t.NDArray(result, [x_length], 'float64')
    }
  })
`

const WASM_PROGRAM = `
import * as $t from './runtime/kernel.ts'
const $m = $t.wasm('AGFzbQEAAAABBwFgA39/fwACBwEAAW0CAAEDAgEABwgBBHBvbHkAAAq4AQG1AQMGfwJ7AXz9DAAAAAAAAABAAAAAAAAAAEAhCiACQX5xIQNBACEEIAQgA0gEQANAIAAgBEEDdGohBSAF/QAEACEJIAEgBEEDdGohBiAGIAogCf3yASAJIAn98gEgCf3yAf3wAf0LBAAgBEECaiEEIAQgA0gNAAsLIAJBAXEEQCAAIANBA3RqIQcgBysDACELIAEgA0EDdGohCCAIRAAAAAAAAABAIAuiIAsgC6IgC6KgOQMACws=', {})
export const f = $t.link(
  { name: 'f', inputs: [{ name: 'x', dtype: 'float64', shape: [null] }], outputs: { name: 'f', dtype: 'float64', shape: [null] }, captures: [] },
  (self) => {
    let k
    return function (x) {
      k ??= $m()
      if (arguments.length > 1) {
        $t.arity(arguments.length, self)
      }
      x = $t.array(x, self.inputs[0], self)
      const n = x.shape[0]
      const result = new Float64Array(n)
      for (let at = 0; at < n; at += 2048) {
        const count = Math.min(n - at, 2048)
        const to = $t.stage(1)
        k.poly($t.streamIn(x, at, count, 0), to, count)
        $t.streamOut(result, at, count, 1)
      }
      return new $t.NDArray(result, [n], 'float64')
    }
  })
`

/** The limits in bytes, minified and compressed. */
export const LIMIT = 2500
export const WASM_LIMIT = 4096

/** Bytes of the bundle: minified, and compressed with gzip -9. */
export async function bundleSize(program = PROGRAM): Promise<{ minified: number; gzip: number; text: string }> {
  const result = await build({
    stdin: { contents: program, resolveDir: new URL('..', import.meta.url).pathname, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  })
  const { contents, text } = result.outputFiles[0]
  return { minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length, text }
}

/** As `bundleSize`, of the program in WebAssembly. */
export const bundleWasm = () => bundleSize(WASM_PROGRAM)

if (import.meta.main) {
  for (const [name, bundle, limit] of [
    ['JavaScript', bundleSize(), LIMIT],
    ['WebAssembly', bundleWasm(), WASM_LIMIT],
  ] as const) {
    const { minified, gzip, text } = await bundle
    if (process.argv.includes('--text')) console.log(text)
    console.log(`one elementwise function, ${name}: ${minified} bytes minified, ${gzip} bytes gzip (limit ${limit})`)
    if (gzip > limit) process.exitCode = 1
  }
}
