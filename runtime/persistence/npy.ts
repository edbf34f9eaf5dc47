// runtime/persistence: NumPy's .npy: magic, version, a Python dictionary as text, the elements. Written as np.save writes it, byte for byte.
import { NDArray, sizeOf, types } from '../ndarray.ts'
import { inHeap } from '../placement.ts'
import type { TypedArray } from '../types.ts'
import { decode, describe } from './elements.ts'

/** \x93NUMPY */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** Are these the first bytes of a .npy? */
export const isNpy = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte)

/** The array as a .npy of version 1.0. */
export function encodeNpy({ data, shape, dtype }: NDArray): Uint8Array<ArrayBuffer> {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
  // NumPy leaves room for the first length to grow to 21 digits.
  const text = `{'descr': '${describe(dtype)}', 'fortran_order': False, 'shape': ${tuple}, }${' '.repeat(shape.length ? 21 - `${shape[0]}`.length : 0)}`
  const length = Math.ceil((text.length + 11) / 64) * 64
  const bytes = new Uint8Array(length + data.byteLength)
  bytes.set([...magic, 1, 0, (length - 10) & 255, (length - 10) >> 8])
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 11)}\n`), 10)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), length)
  return bytes
}

/** The header of version 1, 2 or 3: its fields, and where the elements start. */
function readHeader(bytes: Uint8Array): { descr: string; fortran: boolean; shape: number[]; start: number } {
  const version = bytes[6]
  if (!(version >= 1 && version <= 3)) throw Error(`version ${version} of .npy is not supported; 1, 2 and 3 are`)
  const wide = version > 1
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = wide ? 12 : 10
  const start = bytes.length < first ? Infinity : first + (wide ? view.getUint32(8, true) : view.getUint16(8, true))
  if (start > bytes.length) throw Error('the header is truncated')
  // A copy, because browsers decode nothing in shared memory.
  const text = new TextDecoder().decode(bytes.slice(first, start))
  if (/(['"])descr\1\s*:\s*\[/.test(text)) throw TypeError('structured arrays are not supported')
  const descr = /(['"])descr\1\s*:\s*(['"])([^'"]*)\2/.exec(text)?.[3]
  const order = /(['"])fortran_order\1\s*:\s*(True|False)\b/.exec(text)?.[2]
  const lengths = /(['"])shape\1\s*:\s*\(((?:\s*\d+L?\s*,)*\s*(?:\d+L?\s*)?)\)/.exec(text)?.[2]
  if (descr === undefined || order === undefined || lengths === undefined || !/^\s*\{.*\}\s*$/s.test(text)) throw Error('the header is damaged')
  return { descr, fortran: order === 'True', shape: (lengths.match(/\d+/g) ?? []).map(Number), start }
}

/** Elements whose first index changes fastest, in the order in which the last one does. */
function rowMajor<T extends TypedArray>(data: T, shape: readonly number[]): T {
  const result = data.slice() as T
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1))
  const index = shape.map(() => 0)
  let source = 0
  for (let i = 0; i < data.length; i++) {
    result[i] = data[source]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += steps[axis]
      if (++index[axis] < shape[axis]) break
      source -= steps[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return result
}

/** The array of a .npy. Throws TypeError for dtypes without a counterpart, Error for damaged files; `where` begins the message. */
export function decodeNpy(bytes: Uint8Array, where: string): NDArray {
  try {
    if (!isNpy(bytes)) throw Error('it is not a .npy file')
    const { descr, fortran, shape, start } = readHeader(bytes)
    const size = sizeOf(shape)
    const { dtype, data } = decode(descr, size, bytes.subarray(start))
    const ordered = fortran && shape.length > 1 ? rowMajor(data, shape) : data
    const placed = inHeap(shape, dtype, size * types[dtype].BYTES_PER_ELEMENT)
    placed?.data.set(ordered as never)
    return placed ?? new NDArray(ordered, shape, dtype)
  } catch (error) {
    const { message, constructor: Kind } = error as Error
    throw new (Kind as ErrorConstructor)(`${where}: ${message}`, { cause: error })
  }
}
