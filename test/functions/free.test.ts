// test: f.free gives back what a function keeps between calls, and the next call works as if nothing had been.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NDArray } from '../../runtime/index.ts'
import { allocate, heap, release } from '../../runtime/kernel.ts'
import { compiled, type Exports, testAll } from '../inputs/compiled.ts'

const modules = await compiled(
  'free',
  `
import * as theano from 'theano-ts'
import { dot, exp, sum, type Matrix, type Vector } from 'theano-ts'
export const W = theano.shared(theano.zeros([1 << 17]), { name: 'W' })
export const add = theano.fn((x: Vector) => { W.value = W + 2 * x })
export const addCopy = () => add.copy()
export const V = theano.shared(theano.zeros([1 << 17]), { name: 'V' })
export const product = theano.fn((x: Matrix) => { const p = exp(dot(x, x)); return sum(p) + sum(dot(p, p)) })
export const lent = theano.fn((x: Vector) => x + 1, { outputs: { borrow: true } })
export const square = theano.fn((x: Matrix) => dot(x, x), { outputs: { borrow: true } })
export const plain = theano.fn((x: number) => x + 1)
export const printing = theano.fn((x: Vector) => { const y = exp(x); console.log(sum(y)); V.value = V + sum(y) }, { name: 'printing' })
export class Net { step = theano.fn((x: Vector) => { this.w.value = this.w + x }); w = theano.shared([0, 0], { name: 'w' }) }
`,
)
const ones = (n: number) => new NDArray(new Float64Array(n).fill(1), [n], 'float64')
const n = 1 << 17

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const collected = async (ref: WeakRef<object>): Promise<boolean> => {
  for (let i = 0; i < 5 && ref.deref(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    collect()
  }
  return ref.deref() === undefined
}

test('the spare memory of an update (js)', async () => {
  const { add, W } = modules.get('js') as Exports
  const x = ones(n)
  add(x)
  const spare = (() => new WeakRef(W.array.data as Float64Array))()
  add(x)
  assert.not(await collected(spare), 'kept for the next call')
  add.free()
  assert.ok(await collected(spare))
  add(x)
  assert.is(W.getValue().data[n - 1], 6)
})

test('the spare memory of an update (wasm)', () => {
  const { add, W, addCopy } = modules.get('wasm') as Exports
  const x = ones(n)
  add(x)
  const first = W.array.address
  add(x)
  const [second, size] = [W.array.address, heap.u8.length]
  assert.is.not(first, second)
  add(x)
  assert.is(W.array.address, first, 'two places, in turn')
  add.free()
  const block = allocate(8 * n)
  assert.is(block.address, second, 'the place is free')
  release(block)
  add(x)
  const copy = addCopy()
  copy(x)
  copy.free()
  add.free()
  add.free()
  assert.is(W.getValue().data[n - 1], 10)
  assert.is(heap.u8.length, size, 'the memory has not grown')
})

test('what a user views is not written over (wasm)', () => {
  const { add, W } = modules.get('wasm') as Exports
  const x = ones(n)
  W.setValue(x)
  add(x)
  const view = W.getValue({ borrow: true })
  add(x)
  add.free()
  const before = view.data[5]
  const blocks = [allocate(8 * n), allocate(8 * n)]
  for (const { address } of blocks) heap.f64.fill(-1, address / 8, address / 8 + n)
  assert.is(view.data[5], before)
  for (const b of blocks) release(b)
  add(x)
  assert.is(W.getValue().data[0], 7)
})

testAll(modules, 'working memory and borrowed results', ({ product, lent, plain }) => {
  const x = new NDArray(Float64Array.of(0.1, 0.2, 0.3, 0.4), [2, 2], 'float64')
  const expected = product(x)
  product.free()
  assert.is(product(x), expected)
  const y = lent([1, 2])
  assert.equal([...y.data], [2, 3])
  lent.free()
  const again = lent([3, 4])
  assert.equal([...again.data], [4, 5])
  assert.is.not(y, again)
  plain.free()
  assert.is(plain(1), 2)
})

test('a borrowed result that was given back throws (wasm)', () => {
  const { square } = modules.get('wasm') as Exports
  const y = square([[2]])
  square.free()
  assert.throws(() => y.data, 'this array was freed')
  assert.equal([...square([[3]]).data], [9])
})

testAll(modules, 'a class field that is linked late', ({ Net }) => {
  const net = new Net()
  net.step([1, 2])
  net.step.free()
  net.step([1, 2])
  assert.equal(net.w.getValue().toArray(), [2, 4])
})

testAll(modules, 'not while a call is under way', ({ printing, V }) => {
  const { log } = console
  let refused: unknown
  console.log = () => {
    try {
      printing.free()
    } catch (error) {
      refused = error
    }
  }
  try {
    V.setValue(ones(2))
    printing([0, 0])
    assert.match(String(refused), /^Error: printing: /)
    console.log = () => {}
    printing([0, 0])
  } finally {
    console.log = log
  }
  printing.free()
  assert.equal([...V.getValue().data], [5, 5])
})

test.run()
