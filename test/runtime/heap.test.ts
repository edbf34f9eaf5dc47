// test/runtime: the heap: blocks, arrays that stay valid while it grows, containers, the arena, staging. Module state is shared by all
// tests of this file, so that each looks at what it changes.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { free, NDArray, ndarray, ones, shared, zeros } from '../../runtime/index.ts'
import * as $t from '../../runtime/kernel.ts'
import { types } from '../../runtime/ndarray.ts'
import type { Shared } from '../../runtime/shared.ts'
import type { DType, TypedArray } from '../../runtime/types.ts'
import { POLY } from './heapModules.ts'

const $m = $t.wasm(POLY)
const { poly } = $m()
const container = (value: unknown, options = {}): Shared => shared(value as number[], options) as unknown as Shared
const inHeap = (x: unknown): $t.HeapArray => {
  assert.instance(x, $t.HeapArray)
  return x as $t.HeapArray
}
const size = () => $t.heap.memory.buffer.byteLength
/** Where the arena stands. */
function standing(): number {
  const mark = $t.enter()
  $t.leave(mark)
  return mark
}
/** Makes the memory grow, and gives the space back. */
function grow(): void {
  const before = size()
  const blocks: $t.Block[] = []
  while (size() === before) blocks.push($t.allocate(1 << 22))
  blocks.forEach($t.release)
}

test('blocks are aligned, do not overlap, keep clear of mailbox, slots and the end', () => {
  const blocks = [1, 63, 64, 65, 0, 4096, 100_000].map((bytes) => $t.allocate(bytes))
  const sorted = [...blocks].sort((a, b) => a.address - b.address)
  sorted.forEach((b, i) => {
    assert.is(b.address % 64, 0)
    assert.ok(b.address >= $t.stage(7) + 131072)
    assert.ok(b.address + b.bytes <= (sorted[i + 1]?.address ?? size() - 64))
  })
  blocks.forEach((b, i) => assert.ok(b.bytes >= [1, 63, 64, 65, 0, 4096, 100_000][i] && b.bytes > 0))
  blocks.forEach($t.release)
})

test('random allocation: no overlap, and all of it is one region again at the end', () => {
  const held: $t.Block[] = []
  // Other tests may hold blocks: what counts is a region that is free now.
  const first = $t.allocate(20_000_000)
  $t.release(first)
  let seed = 1
  const random = (n: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % n
  }
  for (let i = 0; i < 4000; i++) {
    if (random(2) && held.length > 0) $t.release(held.splice(random(held.length), 1)[0])
    else held.push($t.allocate(random(5000)))
    if (i % 500 === 0) {
      const sorted = [...held].sort((a, b) => a.address - b.address)
      for (let j = 1; j < sorted.length; j++) assert.ok(sorted[j - 1].address + sorted[j - 1].bytes <= sorted[j].address)
    }
  }
  for (const b of held) $t.release(b)
  const again = $t.allocate(20_000_000)
  assert.is(again.address, first.address, 'coalesced')
  $t.release(again)
  $t.release(again)
  const a = $t.allocate(8_000_000)
  const b = $t.allocate(8_000_000)
  assert.not(a.address === b.address, 'releasing twice frees once')
  $t.release(a)
  $t.release(b)
})

test('reserved keeps a block that fits, and replaces another', () => {
  const a = $t.reserved(undefined, 1000)
  assert.is($t.reserved(a, 1000), a)
  assert.is($t.reserved(a, 10), a, 'small blocks may be much too large')
  const b = $t.reserved(a, 4 << 20)
  assert.not(a === b)
  assert.is($t.reserved(b, 2 << 20), b)
  const c = $t.reserved(b, 1 << 20)
  assert.not(b === c)
  assert.ok(c.bytes < 2 << 20)
  c.lent = true
  const d = $t.reserved(c, 4 << 20)
  assert.not(d.address === c.address, 'what the user views is not taken away')
  $t.release(c)
  $t.release(d)
})

test('large arrays of users lie in the heap, small ones do not', () => {
  assert.not.instance(zeros(511), $t.HeapArray)
  const x = inHeap(zeros(512))
  assert.ok(x instanceof NDArray)
  assert.equal([x.shape, x.rank, x.size, x.dtype, x.item.length], [[512], 1, 512, 'float64', 0])
  const matrix = ndarray(Array.from({ length: 100 }, (_, i) => Array.from({ length: 50 }, (_, j) => i * 50 + j)))
  assert.is(inHeap(matrix).at(3, 4), 154)
  assert.is(matrix.at(-1, -1), 4999)
  const data = new Float64Array(5000)
  assert.is(ndarray(data).data, data, 'a typed array is wrapped')
  assert.ok([...ones(1000).data].every((v) => v === 1))
  for (const dtype of Object.keys(types) as DType[]) assert.instance(ones(8192, dtype).data, types[dtype])
})

test('memory that was used before is zero in zeros', () => {
  const x = ones(100_000)
  free(x)
  assert.ok(zeros(100_000).data.every((v) => v === 0))
})

test('arrays, rows, reshaped arrays and containers live through growth', () => {
  const x = ndarray(Float64Array.from({ length: 6000 }, (_, i) => i)) as NDArray
  const matrix = ndarray(zeros(6000), [2, 3, 1000])
  matrix.data.set(x.data)
  const rows = [...matrix]
  const inner = [...rows[1]]
  const flat = ndarray(matrix, [6000])
  const fromData = ndarray(matrix.data, [6000])
  const w = container(x)
  $t.settle(w)
  const borrowed = w.getValue({ borrow: true }) as NDArray
  const lent = container(matrix.data, { borrow: true })
  const part = ndarray(matrix.data.subarray(1000, 1010), [2, 5])
  const old = matrix.data
  grow()
  assert.is(old.length, 0, 'the memory did grow')
  assert.is(matrix.at(1, 2, 999), 5999)
  assert.is(rows[1].at(0, 5), 3005)
  assert.is(inner[2].at(7), 5007)
  assert.is(flat.at(4321), 4321)
  assert.is(fromData.at(4321), 4321)
  assert.is(borrowed.at(17), 17)
  assert.is((w.getValue() as NDArray).at(18), 18)
  assert.is((lent.getValue() as NDArray).at(19), 19)
  assert.is(part.at(1, 0), 1005, 'a copy')
  rows[0].data[0] = 77
  assert.is(flat.at(0), 77, 'they view one memory')
  assert.is(matrix.toArray()[1][2][3], 5003)
  assert.is(
    `${inner[1]}`,
    `${new NDArray(
      Float64Array.from({ length: 1000 }, (_, i) => 4000 + i),
      [1000],
      'float64',
    )}`,
  )
  assert.is(JSON.parse(JSON.stringify(inner[0]))[1], 3001)
})

test('an address is where the elements are', () => {
  const x = inHeap(ones([10, 100]))
  assert.is($t.heap.f64[x.address / 8 + 5], 1)
  const row = inHeap([...(x as unknown as NDArray<2>)][3])
  assert.is(row.address, x.address + 2400)
  assert.is($t.resident(row as unknown as NDArray), row.address)
  assert.equal([...$t.view(x.address, 3, 'float64')], [1, 1, 1])
})

test('the parts of the memory above 2 GB are named by unsigned addresses', () => {
  const names = ['f64', 'f32', 'i32', 'u32', 'i16', 'u16', 'i8', 'u8'] as const
  for (const name of names) assert.is($t.heap[name].byteLength, size())
  assert.equal(
    names.map((name) => $t.heap[name].constructor),
    [Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array],
  )
})

test('freed arrays cannot be used', () => {
  const x = zeros([10, 100])
  const [row] = x
  free(x)
  const freed = (e: Error) => e.message === 'this array was freed'
  assert.throws(() => x.data, freed)
  assert.throws(() => row.data, freed)
  assert.throws(() => x.at(0, 0), freed)
  assert.throws(() => $t.resident(x), freed)
  const w = container(new Float64Array(1000))
  $t.settle(w)
  free(w as never)
  assert.throws(() => w.getValue(), freed)
  assert.throws(() => $t.settle(w), freed)
  w.setValue(new Float64Array(1000).fill(3))
  assert.is((w.getValue() as NDArray).at(999), 3)
  free(ndarray([1, 2]))
})

test('settle moves a container once', () => {
  const w = container([[1, 2, 3], [4, 5, 6]]) // biome-ignore format: a matrix
  const address = $t.settle(w)
  assert.equal([...$t.view(address, 6, 'float64')], [1, 2, 3, 4, 5, 6])
  assert.is($t.settle(w), address)
  const copy = w.getValue() as NDArray
  assert.not.instance(copy, $t.HeapArray)
  assert.equal(copy.toArray(), [[1, 2, 3], [4, 5, 6]]) // biome-ignore format: a matrix
  const scalar = container(4)
  assert.is($t.heap.f64[$t.settle(scalar) / 8], 4)
  assert.is(scalar.getValue(), 4)
  const large = inHeap(ones(1000))
  assert.is($t.settle(container(large, { borrow: true })), large.address, 'borrowed: where it is')
  assert.not($t.settle(container(large)) === large.address)
})

test('setValue writes in place, unless the user holds the memory', () => {
  const w = container(new Float64Array(100))
  const address = $t.settle(w)
  w.setValue(Float64Array.from({ length: 100 }, (_, i) => i))
  assert.is($t.settle(w), address)
  assert.is($t.heap.f64[address / 8 + 99], 99)
  const borrowed = w.getValue({ borrow: true }) as NDArray
  w.setValue(new Float64Array(100))
  assert.is(borrowed.at(99), 99, 'not behind their back')
  assert.is((w.getValue() as NDArray).at(99), 0)
  const given = ones(1000)
  const v = container(given, { borrow: true })
  v.setValue(new Float64Array(1000))
  assert.is(given.at(0), 1)
  w.setValue([1, 2, 3])
  assert.equal((w.getValue() as NDArray).toArray(), [1, 2, 3])
  assert.equal([...$t.view($t.settle(w), 3, 'float64')], [1, 2, 3])
})

test('values whose lengths change use their memory again, within a synchronous loop too', () => {
  const w = container(new Float64Array(100))
  $t.settle(w)
  const before = size()
  for (let i = 0; i < 3000; i++) {
    w.setValue(new Float64Array(10_000 + (i % 5)))
    $t.settle(w)
  }
  assert.is(size(), before)
})

test('containers that functions in JavaScript exchange are of the heap again', () => {
  const w = container(Float64Array.of(1, 2, 3))
  const address = $t.settle(w)
  const spare = w.array.data as Float64Array
  w.array = new NDArray(Float64Array.of(4, 5, 6), [3], 'float64')
  assert.is($t.spare(w.array), undefined)
  spare.fill(9)
  w.array = new NDArray(spare, [3], 'float64')
  assert.is(inHeap(w.array).address, address)
  assert.is($t.spare(w.array), (w.array as unknown as $t.HeapArray).root)
  grow()
  assert.equal((w.getValue() as NDArray).toArray(), [9, 9, 9])
})

test('what is exchanged for an update is a block of the container alone', () => {
  const w = container(new Float64Array(100))
  $t.settle(w)
  const next = $t.allocate(800)
  const last = $t.spare(w.array)!
  w.array = $t.owned(next, [100], 'float64')
  assert.is($t.spare(w.array), next)
  assert.not(last === next)
  const matrix = ones([100, 100])
  const [first, second] = matrix
  for (const row of [first, second]) assert.is($t.spare(container(row, { borrow: true }).array), undefined, 'a row is not')
  assert.ok($t.spare(container(matrix, { borrow: true }).array))
})

test('the arena: nested and throwing calls leave it as it was', () => {
  const outer = $t.enter()
  const a = $t.take(100)
  $t.heap.f64[a / 8] = 42
  const call = (depth: number): void => {
    const mark = $t.enter()
    try {
      const x = $t.take(1 << 20)
      assert.ok(x >= a + 128 || x + (1 << 20) <= a)
      $t.view(x, 1 << 17, 'float64').fill(depth)
      if (depth < 6) call(depth + 1)
      else throw Error('stop')
    } finally {
      $t.leave(mark)
    }
  }
  assert.throws(() => call(0), 'stop')
  const b = $t.take(64)
  assert.is(b, a + 128)
  assert.is($t.heap.f64[a / 8], 42)
  $t.leave(outer)
  assert.is(standing(), outer)
})

test('a call that takes nothing itself, about one that takes much', () => {
  const call = (bytes: number, inner: () => void, after: number) => {
    const mark = $t.enter()
    try {
      if (bytes > 0) $t.take(bytes)
      inner()
      if (after > 0) $t.view($t.take(after), after, 'uint8').fill(1)
    } finally {
      $t.leave(mark)
    }
  }
  const probe = () => {
    const held: $t.Block[] = []
    const hold = () => void held.push($t.allocate(1 << 20))
    const much = () => {
      call(200e6, () => call(90e6, () => {}, 0), 0)
      hold()
    }
    call(0, () => call(200e6, () => call(0, hold, 100), 0), 100)
    call(0, much, 90e6)
    held.forEach($t.release)
    const block = $t.allocate(1 << 20)
    $t.release(block)
    return block.address
  }
  const first = probe()
  assert.is(probe(), first)
  assert.is(probe(), first)
})

test('after a call that needed more, the next finds it in one piece', () => {
  const call = (): number[] => {
    const mark = $t.enter()
    try {
      return [1, 2, 3, 4].map((i) => $t.take(i * 500_000 - 7))
    } finally {
      $t.leave(mark)
    }
  }
  call()
  const second = call()
  assert.equal(call(), second)
  let at = second[0]
  second.forEach((address, i) => {
    assert.is(address, at)
    at += Math.ceil(((i + 1) * 500_000 - 7) / 64) * 64
  })
})

test('what a call takes beyond 64 MB goes back', () => {
  const mark = $t.enter()
  const big = $t.take(100_000_000)
  $t.leave(mark)
  const block = $t.allocate(90_000_000)
  assert.ok(block.address <= big)
  $t.release(block)
})

test('a million calls leave the heap as it was', () => {
  const f = $t.link({ name: 'f', inputs: [{ name: 'x', dtype: 'float64', shape: [null] }], outputs: null, captures: [] }, (self) => (x) => {
    const array = $t.array(x, self.inputs[0], self)
    const mark = $t.enter()
    try {
      const n = array.shape[0]
      const result = $t.take(8 * n)
      poly($t.resident(array), result, n)
      return $t.copied(result, [n], 'float64')
    } finally {
      $t.leave(mark)
    }
  })
  const x = Float64Array.of(1, 2, 3)
  f(x)
  const mark = standing()
  const probe = $t.allocate(1 << 20)
  $t.release(probe)
  const before = size()
  let last: NDArray | undefined
  for (let i = 0; i < 1_000_000; i++) last = f(x)
  assert.equal([...last!.data], [3, 12, 33])
  assert.is(size(), before)
  assert.is(standing(), mark)
  const after = $t.allocate(1 << 20)
  assert.is(after.address, probe.address)
  $t.release(after)
})

test('what was wrapped as a view of the heap is copied whole where the copy makes the memory grow', () => {
  const x = zeros(3000)
  x.data.fill(5)
  const mark = $t.enter()
  const containers: Shared[] = []
  const untilItGrows = (place: () => number) => {
    for (const before = size(); size() === before; ) {
      const address = place()
      assert.is($t.heap.f64[address / 8 + 2999], 5)
    }
  }
  untilItGrows(() => $t.resident(new NDArray(x.data, [3000], 'float64')))
  untilItGrows(() => {
    containers.push(container(x.data))
    return $t.settle(containers.at(-1)!)
  })
  $t.leave(mark)
  containers.forEach((w) => free(w as never))
})

test('copied and put', () => {
  for (const dtype of Object.keys(types) as DType[]) {
    for (const n of [0, 1, 7, 64, 65, 1000]) {
      const data = new types[dtype](Array.from({ length: n }, (_, i) => (dtype === 'bool' ? i % 2 : i % 100)))
      const mark = $t.enter()
      const address = $t.put(data as TypedArray)
      assert.is(address % 64, 0)
      const x = $t.copied(address, [n, 1], dtype)
      $t.leave(mark)
      assert.equal([x.shape, x.dtype, x.data], [[n, 1], dtype, data])
      assert.is(x.data.buffer.byteLength, data.byteLength, 'memory of its own')
    }
  }
  assert.equal($t.copied($t.stage(0), [], 'float64').shape, [])
})

test('streaming: sizes 0 to 67 and about the borders of blocks', () => {
  const stream = (x: NDArray): Float64Array => {
    const n = x.shape[0]
    const result = new Float64Array(n + 1).fill(-1)
    for (let at = 0; at < n; at += 2048) {
      const count = Math.min(n - at, 2048)
      poly($t.streamIn(x, at, count, 7), $t.stage(0), count)
      $t.streamOut(result, at, count, 0)
    }
    return result
  }
  const sizes = [...Array(68).keys(), 2046, 2047, 2048, 2049, 4095, 4096, 4097, 10_000]
  for (const n of sizes) {
    const data = Float64Array.from({ length: n }, (_, i) => (i % 97) - 48)
    const expected = Float64Array.from({ length: n + 1 }, (_, i) => (i < n ? 2 * data[i] + data[i] ** 3 : -1))
    assert.equal(stream(new NDArray(data, [n], 'float64')), expected, `${n}`)
    const part = new Float64Array(n + 3)
    part.set(data, 2)
    assert.equal(stream(new NDArray(part.subarray(2, n + 2), [n], 'float64')), expected, `${n}, from within an array`)
    if (n < 512) continue
    const x = zeros(n)
    x.data.set(data)
    assert.equal(stream(x), expected, `${n}, in the heap`)
  }
})

test('slots hold 131,072 bytes each', () => {
  const of = (slot: number) => Float64Array.from({ length: 16384 }, (_, i) => slot * 1e5 + i)
  for (let slot = 0; slot < 8; slot++) $t.streamIn(new NDArray(of(slot), [16384], 'float64'), 0, 16384, slot)
  for (let slot = 0; slot < 8; slot++) assert.equal($t.view($t.stage(slot), 16384, 'float64'), of(slot))
})

test('streaming every dtype', () => {
  for (const dtype of Object.keys(types) as DType[]) {
    for (const n of [1, 10, 64, 65, 2048]) {
      const data = new types[dtype](Array.from({ length: n + 5 }, (_, i) => (dtype === 'bool' ? i % 2 : i % 100)))
      const x = new NDArray(data, [n + 5], dtype)
      assert.is($t.streamIn(x, 5, n, 3), $t.stage(3))
      const result = new types[dtype](n + 9)
      $t.streamOut(result as TypedArray, 9, n, 3)
      assert.equal(result.subarray(9), data.subarray(5))
    }
    const x = inHeap(ones(5000, dtype))
    assert.is($t.streamIn(x as unknown as NDArray, 3, 4, 0), x.address + 3 * types[dtype].BYTES_PER_ELEMENT)
  }
})

test('beyond 4 GB: the error says how much was asked for and what to do', () => {
  const before = size()
  const check = (e: Error) =>
    e instanceof RangeError &&
    /^heap: 5000000000 bytes asked for, \d+ held, .*4 GB.*theano\.free.*linker: 'js'$/.test(e.message.replace('5000000064', '5000000000'))
  assert.throws(() => $t.allocate(5e9), check)
  const mark = $t.enter()
  assert.throws(() => $t.take(5e9), check)
  $t.leave(mark)
  assert.is(size(), before)
  const x = ones(1000)
  assert.is(x.at(999), 1, 'and all goes on')
})

test.run()
