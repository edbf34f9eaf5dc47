// runtime/persistence: the bytes of NumPy's files to values, or into containers: into all of them, or none.
import { array } from '../convert.ts'
import type { NDArray } from '../ndarray.ts'
import { type Container, named } from './containers.ts'
import { decodeNpy, isNpy } from './npy.ts'
import { type Place, placeOf } from './place.ts'
import { readZip } from './zip.ts'

/** The arrays of a file: one, or by name. */
function read(bytes: unknown): NDArray | Map<string, NDArray> {
  const isView = ArrayBuffer.isView(bytes)
  if (!isView && !/ArrayBuffer\]$/.test(Object.prototype.toString.call(bytes)))
    throw TypeError(`load: expected a Uint8Array or an ArrayBuffer, got ${String(bytes)}`)
  const { buffer, byteOffset, byteLength } = bytes as Uint8Array
  const file = isView ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes as ArrayBuffer)
  if (isNpy(file)) return decodeNpy(file, 'load')
  if (file[0] !== 0x50 || file[1] !== 0x4b) throw Error('load: the bytes are neither a .npy nor a .npz file')
  const arrays = new Map<string, NDArray>()
  for (const [name, content] of readZip(file, 'load')) {
    const entry = name.replace(/\.npy$/, '')
    if (arrays.has(entry)) throw Error(`load: the file has two entries ${entry}`)
    arrays.set(entry, decodeNpy(content, `load: entry ${entry}`))
  }
  return arrays
}

const value = (x: NDArray): unknown => (x.rank ? x : x.item())

/** Puts arrays into containers, all or none: what can fail is done before the first changes. */
function put(arrays: ReadonlyMap<string, NDArray>, containers: readonly (readonly [string, unknown])[]): void {
  const expected = new Map(containers)
  const list = (names: Iterable<string>): string => [...names].join(', ') || 'none'
  if (arrays.size !== expected.size || [...expected.keys()].some((name) => !arrays.has(name)))
    throw TypeError(`load: expected the entries ${list(expected.keys())}, the file has ${list(arrays.keys())}`)
  const owners = new Map<object, string>()
  const converted = containers.map(([entry, container]) => {
    const place = placeOf(container)
    if (!place) throw TypeError(`load: ${entry}: expected a shared variable to load into`)
    if (owners.has(place.owner)) throw TypeError(`load: entries ${owners.get(place.owner)} and ${entry} would go into the same shared variable`)
    owners.set(place.owner, entry)
    return [place, accepted(place, arrays.get(entry)!, entry)] as const
  })
  for (const [place, x] of converted) place.put(x)
}

/** The array as the container would take it, in memory that nothing else has. */
function accepted({ name, spec, strict }: Place, x: NDArray, entry: string): NDArray {
  const self = { name: entry ? `load: entry ${entry}` : 'load' }
  const known = name || entry || 'value'
  const result = array(value(x), { ...spec, name: known }, self)
  if (strict && x.rank && result !== x)
    throw TypeError(`${self.name}: ${spec.kind ?? 'parameter'} ${known} is strict: it takes ${spec.dtype} arrays only, got ${x.dtype}`)
  return result
}

/**
 * What `save`, `np.save`, `np.savez` or `np.savez_compressed` wrote: an NDArray for a `.npy`, a record of them for a `.npz`; those of
 * rank 0 are numbers and booleans, as everywhere outside arrows. int64 and uint64 become int32 where all values are, else float64 where that
 * is exact; float16 becomes float32; byte and Fortran order do not matter. Throws TypeError for dtypes without a
 * counterpart (complex, strings, objects, structures), RangeError for inexact integers, Error for damaged files; messages name the entry.
 *
 * With containers, as `save` takes them: puts the values into them as `setValue` does, without loss (into `f.container(name)` as into a shared variable), and returns nothing. Throws TypeError where
 * names, ranks or dtypes do not fit. A call that throws has changed no container.
 */
// biome-ignore lint/suspicious/noExplicitAny: only the file knows
export function load<T = any>(bytes: Uint8Array | ArrayBuffer): T
export function load(bytes: Uint8Array | ArrayBuffer, into: Container | readonly Container[] | Readonly<Record<string, Container>>): void
export function load(bytes: unknown, into?: unknown): unknown {
  const loaded = read(bytes)
  const one = !(loaded instanceof Map)
  if (into === undefined) return one ? value(loaded) : Object.fromEntries([...loaded].map(([name, x]) => [name, value(x)]))
  if ((placeOf(into) !== null) !== one)
    throw TypeError(
      one
        ? 'load: a .npy file goes into one shared variable, not into a list or record'
        : 'load: a .npz file goes into a list or record of shared variables, not into one',
    )
  put(one ? new Map([['', loaded]]) : loaded, one ? [['', into]] : named('load', into))
}
