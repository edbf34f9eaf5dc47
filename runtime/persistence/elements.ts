// runtime/persistence: the elements of a .npy, as bytes and as typed arrays. Conversions are exact or throw.
import { types } from '../ndarray.ts'
import type { DType, TypedArray } from '../types.ts'

/** NumPy's type strings without byte order: what stores their elements, and what they become if that is another dtype. */
const kinds: Readonly<Record<string, DType | readonly [storage: new (buffer: ArrayBuffer) => ArrayLike<number | bigint>, convert: Convert]>> = {
  f8: 'float64',
  f4: 'float32',
  i4: 'int32',
  u4: 'uint32',
  i2: 'int16',
  u2: 'uint16',
  i1: 'int8',
  u1: 'uint8',
  b1: 'bool',
  f2: [Uint16Array, halves as Convert],
  i8: [BigInt64Array, wideIntegers as Convert],
  u8: [BigUint64Array, wideIntegers as Convert],
}
type Convert = (stored: ArrayLike<number | bigint>) => { dtype: DType; data: TypedArray }

const unsupported: Readonly<Record<string, string>> = {
  c: 'complex numbers',
  f: 'floats of this size',
  O: 'Python objects',
  S: 'strings',
  U: 'strings',
  V: 'structures',
  M: 'dates',
  m: 'differences of dates',
}

/** The byte order of this machine, in NumPy's sign. */
const native = (): '<' | '>' => (new Uint8Array(Uint16Array.of(1).buffer)[0] ? '<' : '>')

/** NumPy's name of a dtype. */
export function describe(dtype: DType): string {
  const { BYTES_PER_ELEMENT } = types[dtype]
  return `${BYTES_PER_ELEMENT > 1 ? native() : '|'}${dtype[0]}${BYTES_PER_ELEMENT}`
}

/** The `count` elements of type `descr` that `bytes` holds: in memory of their own. Throws TypeError for a type without a dtype here, Error for bytes that are not such elements. */
export function decode(descr: string, count: number, bytes: Uint8Array): { dtype: DType; data: TypedArray } {
  const [, order, kind] = /^([<>|]?)([a-zA-Z]\d+)$/.exec(descr) ?? []
  const found = kinds[kind]
  if (!found) {
    const what = unsupported[/[a-zA-Z]/.exec(descr)?.[0] ?? '']
    throw TypeError(`its dtype '${descr}'${what ? ` (${what})` : ''} is not supported; float16, int64, uint64 and ${Object.keys(types).join(', ')} are`)
  }
  const width = Number(kind.slice(1))
  if (bytes.length !== count * width) throw Error(`${count} elements of dtype '${descr}' take ${count * width} bytes, it has ${bytes.length}`)
  const own = bytes.slice()
  if (width > 1 && order !== native()) reverse(own, width)
  if (typeof found !== 'string') return found[1](new found[0](own.buffer))
  if (found === 'bool' && own.some((v) => v > 1)) throw Error('it has bools that are neither 0 nor 1')
  return {
    dtype: found,
    data: found === 'bool' || found === 'uint8' ? own : new (types[found] as unknown as new (buffer: ArrayBuffer) => TypedArray)(own.buffer),
  }
}

/** The bytes of each element in the other order. */
function reverse(bytes: Uint8Array, width: number): void {
  for (let i = 0; i < bytes.length; i += width) {
    for (let [low, high] = [i, i + width - 1]; low < high; low++, high--) {
      const byte = bytes[low]
      bytes[low] = bytes[high]
      bytes[high] = byte
    }
  }
}

/** IEEE 754 binary16, exact in float32. */
function halves(bits: Uint16Array): { dtype: DType; data: TypedArray } {
  const data = Float32Array.from(bits, (h) => {
    const [exponent, fraction] = [(h >> 10) & 31, h & 1023]
    const size = exponent === 31 ? (fraction ? Number.NaN : Infinity) : exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24
    return h >> 15 ? -size : size
  })
  return { dtype: 'float32', data }
}

/** 64-bit integers: int32 if all are, else float64 if all are exact in it. Throws RangeError otherwise. */
function wideIntegers(values: BigInt64Array | BigUint64Array): { dtype: DType; data: TypedArray } {
  const data = new Float64Array(values.length)
  let small = true
  for (let i = 0; i < values.length; i++) {
    const v = Number(values[i])
    data[i] = v
    if ((v | 0) !== v) {
      small = false
      if (!Number.isSafeInteger(v) && BigInt(v) !== values[i])
        throw RangeError(`its 64-bit integer ${values[i]} at position ${i} is exact neither as int32 nor as float64`)
    }
  }
  return small ? { dtype: 'int32', data: Int32Array.from(data) } : { dtype: 'float64', data }
}
