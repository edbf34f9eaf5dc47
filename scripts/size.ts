// scripts: bytes of a program with one emitted elementwise function (`2 * x + x ** 3` of a vector), bundled and minified, runtime included.
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

/** The limit in bytes, minified and compressed. */
export const LIMIT = 2500

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

if (import.meta.main) {
  const { minified, gzip, text } = await bundleSize()
  if (process.argv.includes('--text')) console.log(text)
  console.log(`one elementwise function: ${minified} bytes minified, ${gzip} bytes gzip (limit ${LIMIT})`)
  if (gzip > LIMIT) process.exitCode = 1
}
