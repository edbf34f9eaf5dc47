// test: updates, default updates and what they may be, through the whole compiler. Numbers are Theano's where a name says A….
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compiled, refuses, testAll } from '../inputs/compiled.ts'

const modules = await compiled(
  'updates',
  `
import * as theano from 'theano-ts'
import { grad, sum, type Matrix, type Scalar, type Shared, type Tensor, type TensorType, type Vector } from 'theano-ts'

export const b25 = theano.shared(7, { name: 'b25' })
export const f25 = theano.fn((a: number) => a + b25)
export const g25 = theano.fn((a: number) => a * b25)

export const x = theano.shared(0, { name: 'x', defaultUpdate: (v) => v + 2 })
const y = theano.shared(1, { name: 'y' })
export const none = theano.fn(() => x.value, { noDefaultUpdates: true })
export const notX = theano.fn(() => x.value, { noDefaultUpdates: [x] })
export const notXy = theano.fn(() => x.value, { noDefaultUpdates: [x, y] })
export const notY = theano.fn(() => x.value, { noDefaultUpdates: [y] })
export const notNothing = theano.fn(() => x.value, { noDefaultUpdates: [] })
export const all = theano.fn(() => x.value, { noDefaultUpdates: false })
const down = [[x, (): Tensor => x - 1]] as const
export const explicit = [
  theano.fn(() => x.value, { updates: down, noDefaultUpdates: true }),
  theano.fn(() => x.value, { updates: down, noDefaultUpdates: [x] }),
  theano.fn(() => x.value, { updates: down, noDefaultUpdates: [x, y] }),
  theano.fn(() => x.value, { updates: down, noDefaultUpdates: [y] }),
  theano.fn(() => x.value, { updates: down, noDefaultUpdates: [] }),
  theano.fn(() => x.value, { updates: down }),
]

export const z27 = theano.shared(-1, { name: 'z27', defaultUpdate: (z) => z - 1 })
export const y27 = theano.shared(1, { name: 'y27', defaultUpdate: () => z27 })
export const x27 = theano.shared(2, { name: 'x27', defaultUpdate: (v) => v - y27 })
export const of27 = {
  x: theano.fn(() => { x27.value }),
  ofX: theano.fn(() => x27.value),
  ofXy: theano.fn(() => [x27.value, y27.value]),
  ofY: theano.fn(() => y27.value),
  minusX: theano.fn(() => [x27.value, y27.value], { noDefaultUpdates: [x27] }),
  minusZ: theano.fn(() => [x27.value, y27.value, z27.value], { noDefaultUpdates: [z27] }),
}

export const x30 = theano.shared([4, 4, 4], { name: 'x30' })
export const y30 = theano.shared([4, 4, 4], { name: 'y30' })
export const z30 = theano.shared([2, 2, 2], { name: 'z30' })
export const up30 = theano.fn(() => {}, { updates: [[x30, x30 * 5], [y30, x30 * 5 + y30], [z30, (x30 * 5 + y30) ** z30]] })

export const a31 = theano.shared([[1, 2, 3], [4, 5, 6]], { name: 'a31' })
export const b31 = theano.shared(3, { name: 'b31' })
export const keep31 = theano.fn(() => {}, { updates: [[b31, 2 * b31], [a31, a31]] })

export const p = theano.shared([1, 2], { name: 'p' })
export const q = theano.shared([3, 4], { name: 'q' })
export const swap = theano.fn(() => {}, { updates: [[p, q], [q, p]] })
export const doubled = theano.fn(() => { p.value = p + 1 }, { 'updates': [[q, p * 2]] })
export const after = theano.fn((s: number) => { p.value = p * s; return sum(p) }, { updates: [[q, (s: number) => p + q * s], [p, [7, 7]]] })
export const chain = theano.fn(() => { p.value = p + 1; p.value = p * 2; const seen = p.value; p.value = seen - 1; return seen })

class Counter {
  step = 3
  readonly by = theano.shared(5, { name: 'by' })
  readonly n = theano.shared(0, { name: 'n', defaultUpdate: (n) => n + this.by })
}
export const counter = new Counter()
const makeCounter = () => { const n = theano.shared(0, { name: 'made', defaultUpdate: (n: Tensor) => n + 10 }); return { n } }
export const made = makeCounter()
const makeShared = () => theano.shared(1, { name: 'doubling', defaultUpdate: (n) => 2 * n })
export const doubling = makeShared()
const counting = (by: number, name = 'by') => theano.shared(0, { name, defaultUpdate: (n) => n + by })
export const threes = counting(3)
export const count3 = theano.fn(() => threes.value)
const options = { name: 'apart', defaultUpdate: (n: Tensor) => n - 1 }
export const apart = theano.shared(0, options)
const triple = (n: Tensor) => 3 * n
export const annotated: Shared<Vector> = theano.shared([1, 1], { defaultUpdate: triple })
const { n: taken } = made
export const everywhere = theano.fn(() => [counter.n.value, made.n.value, doubling.value, apart.value, sum(annotated), taken.value])

function tick() {
  const t = theano.shared(0, { name: 't', defaultUpdate: (t) => t + 1 })
  return t.value
}
export const ticks = theano.fn((a: number) => a * 10 + tick())
export const stopped = theano.fn((a: number) => a * 10 + tick(), { noDefaultUpdates: true })

function hide(): { readonly h: ReturnType<typeof makeShared> } { if (y.name === '') return { h: doubling }; return { h: doubling } }
const hidden = hide()
export const quiet = theano.fn(() => hidden.h.value, { noDefaultUpdates: true })
export const set = theano.fn(() => hidden.h.value, { updates: [[hidden.h, 100]] })

const inner = theano.fn(() => doubling.value, { noDefaultUpdates: true, updates: [[b31, theano.print(doubling, 'twice')]] })
export const printsOnce = theano.fn((s: number) => inner() * s, { updates: [[x, theano.print(b25, 'once')]] })
const cube = theano.fn((v: number) => v ** 3)
export const cubes = theano.shared(2, { name: 'cubes', defaultUpdate: (v) => cube(v) })
export const setsCubes = theano.fn(() => { b31.value = cubes.value; return cubes.value })
export const square = theano.shared<TensorType<[2, 2]>>([[1, 2], [3, 4]], { name: 'square' })
export const setSquare = theano.fn((v: Matrix) => { square.value = v })
export const readAs = theano.fn((v: Matrix) => sum(square, { axis: 0 }) as Vector, { givens: [[square, (v) => v]] })
function decays() {
  const list = []
  let decay = 1
  for (const v of [p, q]) {
    list.push([v, v * decay] as const)
    decay *= 0.5
  }
  return list
}
export const decayed = theano.fn(() => {}, { updates: decays() })
export const mapped = theano.fn((s: number) => { p.value = p + s }, { updates: [p, q].map((v) => [v, () => v * 2]) })
export const onlyPrinted = theano.fn((v: Vector) => { theano.assert(sum(v) > 0, 'positive') })
export const onlyUpdates = theano.fn((v: Vector) => { p.value = v })
export const ignored = theano.fn((v: Vector, w: Vector) => sum(v), { onUnusedInput: 'ignore' })
`,
)

const list = (a: { toArray(): unknown }): unknown => a.toArray()
const values = (m: Record<string, { getValue(): unknown }>, ...names: string[]): unknown[] =>
  names.map((n) => {
    const v = m[n].getValue()
    return typeof v === 'number' ? v : list(v as never)
  })

testAll(modules, 'A25: two functions of one shared variable', (m) => {
  assert.is(m.f25(5), 12)
  m.b25.setValue(8)
  assert.is(m.f25(5), 13)
  assert.is(m.g25(4), 32)
})
testAll(modules, 'A26: default updates and noDefaultUpdates', (m) => {
  const seen = ['none', 'notX', 'notXy', 'notY', 'notNothing', 'all'].map((name) => {
    m[name]()
    return m.x.getValue()
  })
  assert.equal(seen, [0, 0, 0, 2, 4, 6])
  const explicit = m.explicit.map((f: () => unknown) => {
    f()
    return m.x.getValue()
  })
  assert.equal(explicit, [5, 4, 3, 2, 1, 0])
})
testAll(modules, 'A27: chained default updates', (m) => {
  const after = (name: string): unknown[] => {
    m.x27.setValue(2)
    m.y27.setValue(1)
    m.z27.setValue(-1)
    m.of27[name]()
    return values(m, 'x27', 'y27', 'z27')
  }
  assert.equal(after('ofX'), [1, -1, -2])
  assert.equal(after('x'), [2, 1, -1], 'what is not used is not updated')
  m.x27.setValue(2)
  m.y27.setValue(1)
  m.z27.setValue(-1)
  const steps = ['ofX', 'ofXy', 'ofY', 'minusX', 'minusZ'].map((name) => {
    m.of27[name]()
    return values(m, 'x27', 'y27', 'z27')
  })
  assert.equal(steps, [
    [1, -1, -2],
    [2, -2, -3],
    [2, -3, -4],
    [2, -4, -5],
    [6, -5, -5],
  ])
})
testAll(modules, 'A30: all values are computed before any is assigned', (m) => {
  m.up30()
  assert.equal(values(m, 'x30', 'y30', 'z30'), [
    [20, 20, 20],
    [24, 24, 24],
    [576, 576, 576],
  ])
})
testAll(modules, 'A31: updates keep shapes', (m) => {
  m.keep31()
  assert.equal([m.b31.shape, m.a31.shape], [[], [2, 3]])
  assert.is(m.b31.getValue(), 6)
})
testAll(modules, 'swap; after assignments; reads see what was assigned', (m) => {
  m.swap()
  assert.equal(values(m, 'p', 'q'), [
    [3, 4],
    [1, 2],
  ])
  assert.is(m.after(2), 14)
  assert.equal(values(m, 'p', 'q'), [
    [7, 7],
    [8, 12],
  ])
  assert.equal(list(m.chain()), [16, 16])
  assert.equal(values(m, 'p'), [[15, 15]])
})
testAll(modules, 'default updates wherever the variable was made', (m) => {
  assert.equal(m.everywhere(), [0, 0, 1, 0, 2, 0])
  assert.equal([m.counter.n.getValue(), m.made.n.getValue(), m.doubling.getValue(), m.apart.getValue()], [5, 10, 2, -1])
  assert.equal(list(m.annotated.getValue()), [3, 3])
  m.count3()
  assert.is(m.threes.getValue(), 3)
  m.counter.by.setValue(1)
  assert.equal(m.everywhere(), [5, 10, 2, -1, 6, 10])
  assert.is(m.counter.n.getValue(), 6)
})
testAll(modules, 'default updates of variables of the function itself', (m) => {
  assert.equal([m.ticks(0), m.ticks(0), m.ticks(1)], [0, 1, 12])
  assert.equal([m.stopped(0), m.stopped(0)], [0, 0])
})
testAll(modules, 'a default update that cannot be seen is no matter where it is not made', (m) => {
  m.doubling.setValue(4)
  assert.is(m.quiet(), 4)
  assert.is(m.set(), 4)
  assert.is(m.doubling.getValue(), 100)
})
testAll(modules, 'fixed sizes are checked at the call, axis by axis', (m) => {
  m.setSquare([
    [5, 6],
    [7, 8],
  ])
  assert.equal(
    list(
      m.readAs([
        [1, 2],
        [3, 4],
      ]),
    ),
    [4, 6],
  )
  for (const f of [m.setSquare, m.readAs]) for (const v of [[[1, 2, 3, 4]], [[1], [2], [3], [4]], [[1, 2, 3]]]) refuses(() => f(v), RangeError, /reshape/)
  assert.equal(values(m, 'square'), [
    [
      [5, 6],
      [7, 8],
    ],
  ])
})
testAll(modules, 'pairs that functions make', (m) => {
  m.p.setValue([1, 2])
  m.q.setValue([3, 4])
  m.decayed()
  assert.equal(values(m, 'p', 'q'), [
    [1, 2],
    [1.5, 2],
  ])
  m.mapped(1)
  assert.equal(values(m, 'p', 'q'), [
    [4, 6],
    [3, 4],
  ])
})
testAll(modules, 'an option whose name is quoted takes effect where others do', (m) => {
  m.p.setValue([1, 2])
  m.doubled()
  assert.equal(values(m, 'p', 'q'), [
    [2, 3],
    [4, 6],
  ])
})
testAll(modules, 'what happens in options happens once, where it takes effect', (m) => {
  const { log } = console
  const printed: string[] = []
  console.log = (...values: unknown[]) => void printed.push(values.join(' '))
  m.doubling.setValue(4)
  try {
    assert.is(m.printsOnce(2), 8)
  } finally {
    console.log = log
  }
  assert.equal(printed, ['twice 4', 'once 8'])
  assert.equal(values(m, 'doubling', 'b31', 'x'), [4, 4, 8])
  assert.is(m.setsCubes(), 2)
  assert.equal(values(m, 'cubes', 'b31'), [8, 2])
})
testAll(modules, 'A12: used is what an output, an update or an effect depends on', (m) => {
  assert.is(m.onlyPrinted([1]), undefined)
  refuses(() => m.onlyPrinted([-1]), Error, /positive/)
  m.onlyUpdates([1, 2])
  assert.is(m.ignored([1, 2], [3]), 3)
})

test.run()
