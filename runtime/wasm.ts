// runtime: WebAssembly modules that the build made, compiled and instantiated when first used. All import the one memory.
import { open } from './heap.ts'
import { place } from './heapArray.ts'
import { placement } from './placement.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of any signature
type Callable = (...args: any[]) => any
type Functions = Readonly<Record<string, Callable>>

type Bytes = Uint8Array<ArrayBuffer>
type Module = { readonly module: unique symbol }
declare const WebAssembly: {
  readonly Module: new (bytes: Bytes) => Module
  readonly Instance: new (module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => { readonly exports: unknown }
  validate(bytes: Bytes): boolean
  compile(bytes: Bytes): Promise<Module>
  compileStreaming(response: Response): Promise<Module>
}

function refused(cause: unknown): never {
  throw Error(`${(cause as Error).message}: allow WebAssembly ('wasm-unsafe-eval' in a Content-Security-Policy), or build with linker: 'js'`, { cause })
}

/**
 * The module with its multiplications and additions fused (relaxed SIMD), where that is a module this engine takes. `offsets` are the
 * bytes between the starts of the instructions concerned, each of 3 bytes: mul becomes three nops, and add becomes relaxed_madd.
 */
export function fused(bytes: Bytes, offsets: readonly number[] | undefined): Bytes {
  if (!offsets) return bytes
  const patched = bytes.slice()
  let at = 0
  for (const offset of offsets) {
    at += offset
    // f32x4.add is e4 and f64x2.add f0; mul is 2 more.
    const code = bytes[at + 1]
    patched.set(code & 2 ? [1, 1, 1] : [0xfd, 0x85 + ((code >> 3) & 2), 2], at)
  }
  return WebAssembly.validate(patched) ? patched : bytes
}

/** The exports of a module, instantiated when first asked for. `compile` gives the module. */
function lazily(compile: () => Module, imports?: Functions): () => Functions {
  if ((globalThis as { WebAssembly?: unknown }).WebAssembly) placement.array = place
  let exports: Functions | undefined
  return () => {
    try {
      return (exports ??= new WebAssembly.Instance(compile(), { '': { m: open(), ...imports } }).exports as Functions)
    } catch (cause) {
      refused(cause)
    }
  }
}

/**
 * The exports of a module in base64, compiled at the first call. `imports` are functions by name, beside the memory `m`; `relaxed` as in
 * `fused`. The call throws Error, with the cause, where there is no WebAssembly or it is not allowed.
 */
export const wasm = (source: string, imports?: Functions, relaxed?: readonly number[]): (() => Functions) =>
  lazily(() => {
    const text = atob(source)
    const bytes = new Uint8Array(text.length).map((_, i) => text.charCodeAt(i))
    return new WebAssembly.Module(fused(bytes, relaxed))
  }, imports)

/** A URL, of any library of types. */
interface Url {
  readonly href: string
  readonly protocol: string
}

async function read(url: Url): Promise<Response> {
  const node = url.protocol === 'file:' && (globalThis.process as typeof process | undefined)
  if (node) return new Response(await node.getBuiltinModule('node:fs').promises.readFile(url as URL))
  const response = await fetch(url.href)
  if (!response.ok) throw Error(`${url.href}: ${response.status} ${response.statusText}`)
  return response
}

/** As `wasm`, for a module in a file of its own: compiled while it is read where the engine can, by `fs` for file URLs in Node. Rejects where it cannot be read. */
export async function wasmFile(url: Url, imports?: Functions, relaxed?: readonly number[]): Promise<() => Functions> {
  const response = await read(url)
  try {
    const module =
      !relaxed && response.headers.get('content-type')?.startsWith('application/wasm')
        ? await WebAssembly.compileStreaming(response)
        : await WebAssembly.compile(fused(new Uint8Array(await response.arrayBuffer()), relaxed))
    return lazily(() => module, imports)
  } catch (cause) {
    return () => refused(cause)
  }
}
