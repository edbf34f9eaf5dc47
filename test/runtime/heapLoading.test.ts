// test/runtime: modules: base64 and files, imports, instantiated once, fused where relaxed SIMD is there, refused with the cause; and blocks
// that the garbage collector frees. What needs a process of its own gets one.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as $t from '../../runtime/kernel.ts'
import { fused } from '../../runtime/wasm.ts'
import { BACK, MADD, MADD_RELAXED, POLY } from './heapModules.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))

/** What a script prints; the runtime is `$t` and `theano`. */
async function child(script: string, ...flags: string[]): Promise<string> {
  const contents = `import * as $t from './kernel.ts'; import * as theano from './index.ts'\n${script}`
  const resolveDir = new URL('../../runtime', import.meta.url).pathname
  const { outputFiles } = await build({ stdin: { contents, resolveDir, loader: 'js' }, bundle: true, write: false, format: 'esm', target: 'es2022' })
  return execFileSync(process.execPath, [...flags, '--input-type=module', '-e', outputFiles[0].text], { encoding: 'utf8' }).trim()
}

test('a module in base64, made at the first call, once', () => {
  const $m = $t.wasm(BACK, { _0: (x: number) => x + 1 })
  const exports = $m()
  assert.is($m(), exports)
  assert.is(exports.back(41), 42)
  const other = $t.wasm(BACK, { _0: (x: number) => x * 2 })()
  assert.is(other.back(21), 42)
  assert.is(exports.back(1), 2, 'modules do not share imports')
})

test('nested calls through an import: each has its part of the arena', () => {
  const call = (n: number): number => {
    const mark = $t.enter()
    try {
      const at = $t.take(8)
      $t.heap.f64[at / 8] = n
      const below = n > 0 ? back(n - 1) : 0
      assert.is($t.heap.f64[at / 8], n)
      return below + n
    } finally {
      $t.leave(mark)
    }
  }
  const { back } = $t.wasm(BACK, { _0: call })()
  const before = $t.enter()
  assert.is(back(50), 1275)
  $t.leave(before)
  assert.is($t.enter(), before)
  $t.leave(before)
})

test('an error of an import comes out as it is', () => {
  const error = Error('mine')
  const { back } = $t.wasm(BACK, {
    _0: () => {
      throw error
    },
  })()
  assert.throws(() => back(1), (e: Error) => e === error) // biome-ignore format: one line
})

test('wasmFile reads file URLs in Node', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'theano-heap-'))
  try {
    const file = join(folder, 'main.wasm')
    writeFileSync(file, bytes(BACK))
    const $m = await $t.wasmFile(pathToFileURL(file), { _0: (x: number) => -x })
    assert.is($m().back(5), -5)
    assert.is($m(), $m())
    writeFileSync(file, bytes(MADD))
    assert.type((await $t.fusedWasmFile(pathToFileURL(file), MADD_RELAXED))().madd32, 'function')
    writeFileSync(file, bytes(MADD).subarray(0, 50))
    const broken = await $t.wasmFile(pathToFileURL(file))
    assert.throws(broken, /linker: 'js'/)
    await rejects($t.wasmFile(new URL('none.wasm', pathToFileURL(file))), /ENOENT/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

async function rejects(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (e: Error) => e,
  )
  assert.match(error!.message, message)
}

test('wasmFile fetches others, whatever their MIME type', async () => {
  const server = createServer((request, response) => {
    const type = request.url === '/right' ? 'application/wasm' : 'text/plain'
    response.writeHead(request.url === '/missing' ? 404 : 200, { 'content-type': type }).end(bytes(BACK))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  try {
    for (const path of ['right', 'wrong']) {
      const $m = await $t.wasmFile(new URL(`http://127.0.0.1:${port}/${path}`), { _0: (x: number) => x + 7 })
      assert.is($m().back(1), 8)
    }
    await rejects($t.wasmFile(new URL(`http://127.0.0.1:${port}/missing`)), /404/)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

test('mul and add become relaxed_madd in place', () => {
  const plain = bytes(MADD)
  const patched = fused(plain, MADD_RELAXED)
  assert.not(patched === plain)
  const changed = [...patched.keys()].filter((i) => patched[i] !== plain[i])
  const text = Buffer.from(patched).toString('hex')
  assert.is(text.match(/fd8502/g)?.length, 2, 'f32x4.relaxed_madd')
  assert.is(text.match(/fd8702/g)?.length, 2, 'f64x2.relaxed_madd')
  assert.is(text.match(/010101/g)?.length, 4, 'nops')
  assert.not.match(text, /fd(e4|e6|f0|f2)01/)
  let at = 0
  const places = MADD_RELAXED.map((d) => (at += d))
  assert.ok(changed.every((i) => places.some((p) => i >= p && i < p + 3)))
  assert.is(fused(plain, [0]), plain, 'what does not validate is not taken')
})

test('fused and plain modules give a·b + (c·d + e)', () => {
  const values = Array.from({ length: 5 }, (_, i) => Float64Array.of(1 + i / 7, 3 - i / 3))
  for (const relaxed of [undefined, MADD_RELAXED]) {
    const { madd64, madd32 } = (relaxed ? $t.fusedWasm(MADD, relaxed) : $t.wasm(MADD))()
    const mark = $t.enter()
    const at = $t.take(96)
    values.forEach((v, i) => $t.view(at + 16 * i, 2, 'float64').set(v))
    madd64(at)
    const [a, b, c, d, e] = values
    $t.view(at + 80, 2, 'float64').forEach((y, i) => assert.ok(Math.abs(y - (a[i] * b[i] + (c[i] * d[i] + e[i]))) < 1e-14))
    $t.view(at, 20, 'float32').set(Array.from({ length: 20 }, (_, i) => i))
    madd32(at)
    assert.equal(
      [...$t.view(at + 80, 4, 'float32')],
      [0, 1, 2, 3].map((i) => i * (i + 4) + (i + 8) * (i + 12) + i + 16),
      'exact in either case',
    )
    $t.leave(mark)
  }
})

test('without WebAssembly: the error names the cause and the way out; arrays lie in memory of JavaScript', async () => {
  const report = `const $m = $t.wasm('${POLY}', {})
    try { $m() } catch (e) { console.log(e.message + '|' + (e.cause instanceof Error)) }
    console.log(theano.zeros(1e5).data.byteOffset)`
  const way = `allow WebAssembly ('wasm-unsafe-eval' in a Content-Security-Policy), or build with linker: 'js'|true\n0`
  assert.is(await child(`delete globalThis.WebAssembly\n${report}`), `WebAssembly is not defined: ${way}`)
  assert.is(await child(report, '--jitless'), `WebAssembly is not defined: ${way}`)
  const refuse = `WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError('refused by the policy') } }\n`
  assert.match(await child(refuse + report), `refused by the policy: ${way.slice(0, -1)}`)
})

test('blocks of unreachable arrays are freed; those of views are not', async () => {
  const out = await child(
    `$t.wasm('${POLY}')()
    const held = () => { const b = $t.allocate(1 << 20); $t.release(b); return b.address }
    const collect = async () => { for (let i = 0; i < 5; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)) } }
    const first = held()
    let made = (() => Array.from({ length: 20 }, () => theano.ones([100, 100])))()
    let rows = made.map((x) => [...x][50])
    let data = made.map((x) => x.data)
    made = null
    await collect()
    console.log(rows.every((r) => r.data.every((v) => v === 1)), held() > first)
    rows = null
    await collect()
    theano.ones([100, 100]).data.fill(2)
    console.log(data.every((d) => d.every((v) => v === 1)), held() > first)
    data = null
    await collect()
    console.log(held() === first)
    const w = (() => theano.shared(new Float64Array(1e5)))()
    $t.settle(w)
    await collect()
    w.setValue([1])
    $t.settle(w)
    await collect()
    console.log(w.getValue().at(0))`,
    '--expose-gc',
  )
  assert.is(out, 'true true\ntrue true\ntrue\n1')
})

test('arrays of users leave the heap at 1 GB, and come back when they are collected', async () => {
  const out = await child(
    `$t.wasm('${POLY}')()
    const make = () => theano.zeros(2 ** 23)
    let all = (() => Array.from({ length: 20 }, make))()
    console.log(all.filter((x) => x instanceof $t.HeapArray).length)
    all = null
    for (let i = 0; i < 5; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)) }
    console.log(make() instanceof $t.HeapArray)`,
    '--expose-gc',
  )
  assert.is(out, '15\ntrue')
})

test('addresses above 2 GB work, and at 4 GB it ends', async () => {
  const out = await child(
    `const { poly } = $t.wasm('${POLY}')()
    const blocks = [$t.allocate(1.3e9), $t.allocate(1.3e9)]
    const x = $t.owned($t.allocate(8e8), [1e8], 'float64')
    x.data[3] = 3
    x.data[1e8 - 1] = 2
    const y = $t.allocate(80)
    poly(x.address + 8 * (1e8 - 3), y.address, 3)
    console.log(x.address > 2 ** 31, $t.copied(y.address, [3], 'float64').at(2), $t.heap.f64[x.address / 8 + 3])
    try { $t.allocate(1.3e9) } catch (e) { console.log(e.message.replace(/34\\d{8}/, 'much')) }
    $t.release(blocks[1])
    console.log($t.allocate(1.3e9).address === blocks[1].address)`,
  )
  assert.is(out, "true 12 3\nheap: 1300000000 bytes asked for, much held, of at most 4 GB. Free arrays (theano.free), or build with linker: 'js'\ntrue")
})

test.run()
