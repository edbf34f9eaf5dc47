// bench: the processor time of this thread, which does not run while another program has the processor. Node offers it in steps of
// some milliseconds, and to the nanosecond only to WASI programs; so this is one, of a memory and nothing else.
import { WASI } from 'node:wasi'

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

/** (module (memory (export "memory") 1)) */
const memoryOnly = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 10, 1, 6, 109, 101, 109, 111, 114, 121, 2, 0])

/** `clockid` of WASI's snapshot preview 1. */
const THREAD_CPUTIME = 3

const wasi = new WASI({ version: 'preview1' })
const instance = new WebAssembly.Instance(new WebAssembly.Module(memoryOnly))
wasi.initialize(instance)
const { memory } = instance.exports as { readonly memory: { readonly buffer: ArrayBuffer } }
const nanoseconds = new BigUint64Array(memory.buffer, 0, 1)
const { clock_time_get: read } = wasi.wasiImport as unknown as { clock_time_get: (clock: number, precision: bigint, to: number) => number }

/** Seconds. */
export function threadTime(): number {
  read(THREAD_CPUTIME, 0n, 0)
  return Number(nanoseconds[0]) / 1e9
}
