// scripts: bytes of programs with one function as the compiler emits it, bundled and minified, runtime included: an elementwise
// formula of a vector as JavaScript and as WebAssembly with the heap, and a matrix product as WebAssembly.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import ts from 'typescript'
import { build as compile, withRuntime } from '../test/transformer/program.ts'
import transformer from '../transformer/index.ts'

const elementwise = '(x: Vector) => 2 * x + x ** 3'

/** What is measured: a source, and the limit in bytes, minified and compressed. */
export const programs = {
  js: { source: programOf(elementwise, 'js'), limit: 2500 },
  wasm: { source: programOf(elementwise, 'wasm'), limit: 4096 },
  'wasm, matrix product': { source: programOf('(a: Matrix, b: Matrix) => theano.dot(a, b)', 'wasm'), limit: Number.POSITIVE_INFINITY },
}

function programOf(arrow: string, linker: 'js' | 'wasm'): string {
  return `import * as theano from 'theano-ts'
import type { Matrix, Vector } from 'theano-ts'
export const f = theano.fn(${arrow}, { linker: '${linker}' })
`
}

/** What the compiler emits for a user's source. Throws Error where it reports a problem. */
export function emitted(source: string): string {
  const diagnostics: ts.Diagnostic[] = []
  const transformers = (program: ts.Program) => ({ before: [transformer(program, {}, { ts, addDiagnostic: (d) => diagnostics.push(d) })] })
  const built = compile({ 'f.ts': source }, transformers, withRuntime)
  diagnostics.push(...built.diagnostics)
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics.map((d) => d.messageText)))
  return built.outputs.get('f.js')!
}

/** Bytes of a bundle of JavaScript: minified, and compressed with gzip -9. */
export async function bundleSize(program: string): Promise<{ minified: number; gzip: number; text: string }> {
  const path = (name: string): string => new URL(`../runtime/${name}.ts`, import.meta.url).pathname
  const result = await build({
    stdin: { contents: program, resolveDir: new URL('..', import.meta.url).pathname, loader: 'js' },
    alias: { 'theano-ts/members': path('members').replace(/\.ts$/, ''), 'theano-ts/kernel': path('kernel'), 'theano-ts': path('index') },
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
  for (const [name, { source, limit }] of Object.entries(programs)) {
    const { minified, gzip, text } = await bundleSize(emitted(source))
    if (process.argv.includes('--text')) console.log(text)
    console.log(`one function, ${name}: ${minified} bytes minified, ${gzip} bytes gzip${limit < Number.POSITIVE_INFINITY ? ` (limit ${limit})` : ''}`)
    if (gzip > limit) process.exitCode = 1
  }
}
