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
export function fused(bytes: Bytes, offsets: readonly number[]): Bytes {
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

function decoded(source: string): Bytes {
  const text = atob(source)
  return new Uint8Array(text.length).map((_, i) => text.charCodeAt(i))
}

/**
 * The exports of a module in base64, compiled at the first call. `imports` are functions by name, beside the memory `m`. The call
 * throws Error, with the cause, where there is no WebAssembly or it is not allowed.
 */
export const wasm = (source: string, imports?: Functions): (() => Functions) => lazily(() => new WebAssembly.Module(decoded(source)), imports)

/** As `wasm`, with the places that `fused` takes. */
export const fusedWasm = (source: string, places: readonly number[], imports?: Functions): (() => Functions) =>
  lazily(() => new WebAssembly.Module(fused(decoded(source), places)), imports)

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

async function loaded(response: Promise<Response>, compile: (response: Response) => Promise<Module>, imports?: Functions): Promise<() => Functions> {
  const found = await response
  try {
    const module = await compile(found)
    return lazily(() => module, imports)
  } catch (cause) {
    return () => refused(cause)
  }
}

const bytesOf = async (response: Response): Promise<Bytes> => new Uint8Array(await response.arrayBuffer())

/** As `wasm`, for a module in a file of its own: compiled while it is read where the engine can, by `fs` for file URLs in Node. Rejects where it cannot be read. */
export const wasmFile = (url: Url, imports?: Functions): Promise<() => Functions> =>
  loaded(
    read(url),
    async (response) =>
      response.headers.get('content-type')?.startsWith('application/wasm')
        ? WebAssembly.compileStreaming(response)
        : WebAssembly.compile(await bytesOf(response)),
    imports,
  )

/** As `wasmFile`, with the places that `fused` takes: compiled when all of it has been read. */
export const fusedWasmFile = (url: Url, places: readonly number[], imports?: Functions): Promise<() => Functions> =>
  loaded(read(url), async (response) => WebAssembly.compile(fused(await bytesOf(response), places)), imports)
