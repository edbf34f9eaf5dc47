// NumPy's files: what NumPy wrote (test/golden/npz.py), what NumPy read of ours, and damaged ones.
import { readFileSync } from 'node:fs'
import { constants, deflateRawSync, inflateSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { load, NDArray, save } from '../../runtime/index.ts'
import { types } from '../../runtime/ndarray.ts'
import { inflate } from '../../runtime/persistence/inflate.ts'
import type { DType } from '../../runtime/types.ts'
import { persisted } from '../golden/persisted.ts'
import { throws } from './throws.ts'

type Expected = { dtype: string; shape: number[]; data?: (number | string)[]; zlib?: string }
type Case = { name: string; file: string; same?: boolean; arrays: Record<string, Expected> }
const golden = JSON.parse(readFileSync(new URL('../golden/npz.json', import.meta.url), 'utf8')) as {
  theirs: Case[]
  refused: Record<string, string>
  ours: Case[]
}
const decoded = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))
const file = (name: string): Uint8Array => decoded(golden.theirs.find((c) => c.name === name)!.file)

/** The dtype that NumPy's becomes. */
function ours(dtype: string, data: readonly number[]): DType {
  const plain = { '>f8': 'float64', '>f4': 'float32', '>i4': 'int32', '>u4': 'uint32', '>i2': 'int16', '>u2': 'uint16', '>f2': 'float16', '>i8': 'int64' }
  const name = plain[dtype as keyof typeof plain] ?? dtype
  if (name === 'float16') return 'float32'
  return name in types ? (name as DType) : data.every((v) => (v | 0) === v) ? 'int32' : 'float64'
}

function same(actual: unknown, { dtype, shape, data, zlib }: Expected, name: string): void {
  const values = zlib ? [...new types[dtype as DType](Uint8Array.from(inflateSync(decoded(zlib))).buffer as never)] : data!.map(Number)
  if (!shape.length) assert.is(actual, dtype === 'bool' ? !!values[0] : values[0], name)
  else {
    assert.instance(actual, NDArray, name)
    const x = actual as NDArray
    assert.equal([x.dtype, x.shape], [ours(dtype, values), shape], name)
    assert.instance(x.data, types[x.dtype])
    assert.is(x.data.length, values.length, name)
    assert.ok(
      values.every((v, i) => Object.is(v, x.data[i])),
      name,
    )
  }
}

function check(bytes: Uint8Array, { name, arrays }: Case): void {
  const loaded = load(bytes)
  if ('' in arrays) same(loaded, arrays[''], name)
  else {
    assert.equal(Object.keys(loaded).sort(), Object.keys(arrays).sort(), name)
    for (const key in arrays) same(Object.getOwnPropertyDescriptor(loaded, key)!.value, arrays[key], `${name}: ${key}`)
  }
}

for (const c of golden.theirs) test(`reads NumPy's ${c.name}`, () => check(decoded(c.file), c))

for (const c of golden.ours) {
  test(`${c.name} is what NumPy read`, () => {
    assert.ok(Buffer.from(persisted[c.name]).equals(decoded(c.file)))
    if (c.same !== undefined) assert.ok(c.same, 'np.save writes the same')
    check(persisted[c.name], c)
  })
}

test('values that NumPy read of ours are those that were saved', () => {
  const { arrays } = golden.ours.find((c) => c.name === 'dtypes.npz')!
  assert.equal(arrays.float64.data, [0.1, '-0', 'NaN', 'Infinity', '-Infinity', 5e-324, Number.MAX_VALUE, -1.5])
  assert.equal(arrays.uint32, { dtype: 'uint32', shape: [2, 2], data: [4294967295, 0, 1, 2147483648] })
  assert.equal(
    Object.keys(arrays).map((name) => arrays[name].dtype),
    Object.keys(types),
  )
})

test('ArrayBuffers, parts of buffers at odd places, and Buffers are read', () => {
  const bytes = save({ W: new Float64Array([1, 2]) })
  const odd = new Uint8Array(bytes.length + 8)
  odd.set(bytes, 3)
  const common = new Uint8Array(new SharedArrayBuffer(bytes.length))
  common.set(bytes)
  for (const given of [common, bytes, bytes.buffer, odd.subarray(3, 3 + bytes.length), Buffer.from(bytes)]) assert.equal(load(given).W.toArray(), [1, 2])
  throws(() => load('m.npz' as never), TypeError, 'load: expected a Uint8Array or an ArrayBuffer, got m.npz')
})

test('what is loaded has memory of its own', () => {
  const bytes = save(new NDArray(new Uint8Array([1, 2, 3]), [3], 'uint8'))
  const x = load<NDArray<1, 'uint8'>>(bytes)
  bytes.fill(0)
  assert.equal(x.toArray(), [1, 2, 3])
})

test('dtypes without a counterpart are named', () => {
  const reasons: Record<string, [new (message: string) => Error, RegExp]> = {
    complex64: [TypeError, /^load: entry a: its dtype '<c8' \(complex numbers\) is not supported; float16, int64, uint64 and float64, float32, .* are$/],
    complex128: [TypeError, /'<c16' \(complex numbers\)/],
    longdouble: [TypeError, /'<f16' \(floats of this size\)/],
    object: [TypeError, /'\|O' \(Python objects\)/],
    unicode: [TypeError, /'<U2' \(strings\)/],
    bytes: [TypeError, /'\|S2' \(strings\)/],
    structure: [TypeError, /^load: entry a: structured arrays are not supported$/],
    void: [TypeError, /'\|V3' \(structures\)/],
    date: [TypeError, /'<M8\[D\]' \(dates\)/],
    int64: [RangeError, /^load: entry a: its 64-bit integer 9007199254740993 at position 0 is exact neither as int32 nor as float64$/],
    uint64: [RangeError, /64-bit integer 18446744073709551615 at position 1/],
    lzma: [Error, /^load: a\.npy: compression method 14 is not supported/],
  }
  assert.equal(Object.keys(golden.refused), Object.keys(reasons))
  for (const [name, [Kind, message]] of Object.entries(reasons)) throws(() => load(decoded(golden.refused[name])), Kind, message)
})

test('headers of other writers', () => {
  const npy = (header: string, ...data: number[]): Uint8Array =>
    Uint8Array.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0, ...Buffer.from(header), ...data])
  assert.equal(load(npy("{'shape': (2L, 1L), 'fortran_order': False, 'descr': '|u1'}", 1, 2)).toArray(), [[1], [2]])
  assert.equal(load(npy('{"descr":"<i2","fortran_order":False,"shape":(1,)}\n', 1, 1)).toArray(), [257])
  for (const header of [
    "{'descr': '|u1', 'shape': (2,)}",
    "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}",
  ])
    throws(() => load(npy(header, 1, 2)), Error, 'load: the header is damaged')
  throws(() => load(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", 1, 2, 3)), Error, "load: 2 elements of dtype '|u1' take 2 bytes, it has 3")
  throws(() => load(npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", 1, 2)), Error, 'load: it has bools that are neither 0 nor 1')
  throws(() => load(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 99999999999)}", 1, 2)), Error, /it has 2$/)
})

test('no truncated file is read', () => {
  for (const name of ['float32', 'version 3', 'savez, 64-bit', 'savez_compressed, data descriptors']) {
    const bytes = file(name)
    for (let length = 0; length < bytes.length; length++) throws(() => load(bytes.subarray(0, length)), Error, /^load: /)
  }
})

test('an archive with a wrong bit throws, or the bit says nothing of the values', () => {
  for (const name of ['savez, 64-bit', 'savez_compressed, data descriptors']) {
    const c = golden.theirs.find((other) => other.name === name)!
    let thrown = 0
    for (let bit = 0; bit < 8 * file(name).length; bit += 3) {
      const bytes = file(name)
      bytes[bit >> 3] ^= 1 << (bit & 7)
      try {
        load(bytes)
      } catch (error) {
        assert.match((error as Error).message, /^load: /)
        assert.not.match((error as Error).message, /DataView|buffer|undefined|not a function|Invalid/i)
        thrown++
        continue
      }
      check(bytes, { ...c, name: `${name} with bit ${bit} changed` })
    }
    assert.ok(thrown > bytesOfValues(c))
  }
})

let seed = 1
function random(n: number): number {
  seed = (seed * 48271) % 0x7fffffff
  return seed % n
}

const bytesOfValues = ({ arrays }: Case): number => Object.values(arrays).reduce((sum, { data }) => sum + data!.length, 0)

test('two files of a name', () => {
  const bytes = save({ a: 1, b: 2 })
  const text = Buffer.from(bytes).toString('latin1').replaceAll('b.npy', 'a.npy')
  throws(() => load(Uint8Array.from(Buffer.from(text, 'latin1'))), Error, 'load: a.npy: the archive has two files of this name')
})

test('inflate: every strategy and level of zlib', () => {
  const samples = [0, 1, 2, 300, 40_000].flatMap((size) => [
    Uint8Array.from({ length: size }, () => random(256)),
    Uint8Array.from({ length: size }, () => random(4) * random(4)),
    Uint8Array.from({ length: size }, (_, i) => (i % 259) & 127),
    new Uint8Array(size),
  ])
  for (const bytes of samples)
    for (const options of [
      { level: 0 },
      { level: 1 },
      { level: 9 },
      { strategy: constants.Z_FIXED },
      { strategy: constants.Z_HUFFMAN_ONLY },
      { strategy: constants.Z_RLE },
    ]) {
      const compressed = deflateRawSync(bytes, options)
      assert.ok(Buffer.from(inflate(compressed, bytes.length)).equals(bytes))
      assert.throws(() => inflate(compressed, bytes.length + 1))
      if (bytes.length) assert.throws(() => inflate(compressed, bytes.length - 1))
      assert.throws(() => inflate(Buffer.concat([compressed, Buffer.of(0)]), bytes.length), /bytes after/)
    }
})

test('inflate: random bytes throw or fill what they should', () => {
  for (let i = 0; i < 3000; i++) {
    const bytes = Uint8Array.from({ length: 1 + random(60) }, () => random(256))
    const size = random(200)
    try {
      assert.is(inflate(bytes, size).length, size)
    } catch (error) {
      assert.not.instance(error, RangeError)
      assert.not.instance(error, TypeError)
    }
  }
})

test.run()
