// test/random: draws through the whole compiler, under both linkers: the first numbers of each distribution, which never change, dropout,
// parameters and shapes of every kind, and what is refused.
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compiled, type Exports, refuses, testAll } from '../inputs/compiled.ts'
import { golden } from './golden.ts'

const modules = await compiled(
  'random-draws',
  `import * as theano from 'theano-ts'
import { grad, mean, sum, type Matrix, type Scalar, type Vector } from 'theano-ts'

/** One stream a distribution, so that each begins at its own key. */
const f32 = { dtype: 'float32' } as const
export const first = () => {
  const rng = theano.randomStreams(20261120)
  return {
    uniform: theano.fn(() => rng.uniform([6], -1, 2)),
    uniform32: theano.fn(() => rng.uniform([6], f32)),
    normal: theano.fn(() => rng.normal([6], 1, 2)),
    normal32: theano.fn(() => rng.normal([6], f32)),
    exponential: theano.fn(() => rng.exponential([6], 3)),
    gamma: theano.fn(() => rng.gamma([6], 2.5)),
    gammaSmall: theano.fn(() => rng.gamma([6], 0.3, 2)),
    beta: theano.fn(() => rng.beta([6], 2, 3)),
    betaSmall: theano.fn(() => rng.beta([6], 0.2, 0.1)),
    poisson: theano.fn(() => rng.poisson([6], 4)),
    poissonLarge: theano.fn(() => rng.poisson([6], 1000)),
    binomial: theano.fn(() => rng.binomial([6], 10, 0.3)),
    binomialLarge: theano.fn(() => rng.binomial([6], 1000, 0.7)),
    integers: theano.fn(() => rng.integers([6], -5, 1000)),
    bernoulli: theano.fn(() => rng.bernoulli([20], 0.3)),
    choice: theano.fn(() => rng.choice([6], 100)),
    choiceOnce: theano.fn(() => rng.choice([6], 10, { replace: false })),
    choiceWeighted: theano.fn(() => rng.choice([6], 3, { p: [0.2, 0.3, 0.5] })),
    choiceWeightedOnce: theano.fn(() => rng.choice([3], 4, { p: [0.1, 0.2, 0.3, 0.4], replace: false })),
    permutation: theano.fn(() => rng.permutation(8) as Vector<'int32'>),
    multinomial: theano.fn(() => rng.multinomial([2], 20, [0.2, 0.3, 0.5])),
  }
}

const rng = theano.randomStreams(1)
export const scaled = theano.fn((x: Matrix<'float32'>) => theano.dropout(x, 0.25, rng))
export const droppedBy = theano.fn((x: Matrix, p: number) => {
  const y = theano.dropout(x, p, rng)
  return { y, g: grad(sum(y), x) }
})
export const masked = theano.fn((x: Matrix<'float32'>) => x * rng.bernoulli(x.shape, 0.5))
export const whole = theano.fn(() => mean(rng.bernoulli([1000], 0.25)))
export const once = theano.fn((x: Matrix<'float32'>) => x * rng.binomial(x.shape, 1, 0.5, { dtype: 'float32' }))
export const typedCounts = theano.fn(() => ({ a: rng.integers([3], 5, { dtype: 'uint8' }), b: rng.integers([3], -5, 5, { dtype: 'float32' }), c: rng.poisson([2], 3, { dtype: 'float64' }), d: rng.multinomial([2], 3, [0.5, 0.5], { dtype: 'int8' }) }))
export const typed = theano.fn(() => ({ a: rng.bernoulli([3], 1, { dtype: 'float32' }), b: rng.bernoulli([3], 1, { dtype: 'int8' }), c: rng.bernoulli([], 1) }))
export const transposed = theano.fn((m: Matrix) => ({ a: rng.normal(m.T.shape, m.T, 0) as Matrix, b: rng.normal([3, 2], m.T, 0), c: rng.uniform([2, 3, 2], m.T, m.T), d: rng.normal([2, 3], m * 2 + 1, 0) }))
export const strided = theano.fn((x: Vector) => rng.normal([3], theano.at(x, theano.slice(0, 6, 2)), 0))
export const rows = theano.fn((x: Matrix<'float32'>, v: Vector<'int32'>) => ({ a: rng.permutation(x), b: rng.shuffleRows(x), c: rng.choice([2, 2], v), d: rng.choice(3, v, { replace: false }) }))
export const empty = theano.fn((n: Scalar<'int32'>) => ({ a: rng.uniform([n]), b: rng.permutation(n) as Vector<'int32'>, c: rng.bernoulli([n, 3]), d: rng.multinomial([n], 3, [0.5, 0.5]) }))
export const rowwise = theano.fn((p: Matrix) => rng.multinomial([p.shape[0]], 1, p) as Matrix<'int32'>)
export const counted = theano.fn((n: Vector<'int32'>, p: Vector) => rng.binomial(n.shape, n, p))
export const scalars = theano.fn(() => ({ a: rng.poisson([], 5) + 0.5, b: rng.bernoulli([], 0.5), c: rng.choice([], 5), d: rng.normal([], 0, 1, { dtype: 'float32' }) }))
export const updated = theano.shared([0, 0, 0], { name: 'updated' })
export const walk = theano.fn(() => {
  updated.value += rng.normal([3])
})

export const errors = {
  p: theano.fn((p: number) => rng.bernoulli([2], p)),
  ps: theano.fn((p: Vector) => rng.bernoulli(p.shape, p)),
  std: theano.fn((s: Vector) => rng.normal([2], 0, s)),
  bounds: theano.fn((a: number, b: number) => rng.integers([2], a, b)),
  lam: theano.fn((x: number) => rng.poisson([2], x)),
  n: theano.fn((n: number) => rng.binomial([2], n, 0.5)),
  k: theano.fn((k: number) => rng.gamma([2], k)),
  a: theano.fn((a: number) => rng.beta([2], a, 1)),
  few: theano.fn((n: number) => rng.choice([3], n, { replace: false })),
  none: theano.fn((x: Vector) => rng.choice([3], x)),
  weights: theano.fn((p: Vector) => rng.choice([2], 2, { p })),
  pvals: theano.fn((p: Vector) => rng.multinomial([2], 4, p)),
  length: theano.fn((n: number) => rng.normal([n])),
  size: theano.fn((m: Vector) => rng.normal([2], m)),
}
`,
)

type Plain = number | boolean | readonly Plain[] | { readonly [key: string]: Plain }
const plain = (x: unknown): Plain => {
  const list = x as { data?: ArrayLike<number> }
  if (list?.data) return Array.from(list.data)
  return typeof x === 'object' ? Object.fromEntries(Object.entries(x as object).map(([k, v]) => [k, plain(v)])) : (x as number)
}

/** The first two draws of each distribution. `--update` writes them anew, which changes what every user's seeds give. */
const path = new URL('first.json', import.meta.url)
const draw = ({ first }: Exports): Plain =>
  Object.fromEntries(Object.entries(first()).map(([name, f]) => [name, [plain((f as () => unknown)()), plain((f as () => unknown)())]]))
if (process.argv.includes('--update')) writeFileSync(path, `${JSON.stringify(draw(modules.get('js')!))}\n`)
const known = JSON.parse(readFileSync(path, 'utf8'))
testAll(modules, 'the first draws of each distribution are what they always were, bit for bit', (m) => assert.equal(draw(m), known))

testAll(modules, 'dropout: zeros or x / (1 - p), in the dtype of x; the mean stays', ({ scaled }) => {
  const x = Array.from({ length: 100 }, (_, i) => Array.from({ length: 100 }, (_, j) => 1 + i + j))
  const { data, dtype } = scaled(x)
  assert.is(dtype, 'float32')
  const flat = x.flat()
  let kept = 0
  flat.forEach((v, i) => {
    assert.ok(data[i] === 0 || data[i] === Math.fround(v / 0.75), `${data[i]} of ${v}`)
    if (data[i]) kept++
  })
  assert.ok(Math.abs(kept - 7500) < golden.normal * Math.sqrt(10000 * 0.75 * 0.25), `${kept} kept`)
})

testAll(modules, 'dropout of 0 and 1, and its gradient: that of the elements that are kept', ({ droppedBy }) => {
  const x = [
    [1, 2],
    [3, NaN],
  ]
  assert.equal(plain(droppedBy(x, 0).y), [1, 2, 3, NaN])
  assert.equal(plain(droppedBy(x, 1)), { y: [0, 0, 0, 0], g: [0, 0, 0, 0] })
  const { y, g } = droppedBy(
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
    0.5,
  )
  assert.equal(plain(y), plain(g))
})

testAll(modules, 'bernoulli masks multiply as 0 and 1 and keep float32; their mean is a number; other dtypes', ({ masked, whole, typed }) => {
  const { data, dtype } = masked([[1, 2, 3]])
  assert.is(dtype, 'float32')
  assert.ok([...data].every((v: number, i: number) => v === 0 || v === i + 1))
  assert.ok(Math.abs(whole() - 0.25) < 0.05)
  const { a, b, c } = typed()
  assert.equal([a.dtype, b.dtype, c], ['float32', 'int8', true])
  assert.equal(
    [plain(a), plain(b)],
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
  )
})

testAll(modules, "counts of other dtypes; binomial of one trial, Theano's masks", ({ once, typedCounts }) => {
  const { data, dtype } = once([[1, 2, 3, 4]])
  assert.is(dtype, 'float32')
  assert.ok([...data].every((v: number, i: number) => v === 0 || v === i + 1))
  const { a, b, c, d } = typedCounts()
  assert.equal(
    [a, b, c, d].map((x) => x.dtype),
    ['uint8', 'float32', 'float64', 'int8'],
  )
  assert.ok([...a.data].every((v: number) => v >= 0 && v < 5))
})

testAll(modules, 'parameters that are transposed, repeated, computed, strided are read at their places', ({ transposed, strided }) => {
  const m = [
    [1, 2, 3],
    [4, 5, 6],
  ]
  const t = [1, 4, 2, 5, 3, 6]
  assert.equal(plain(transposed(m)), { a: t, b: t, c: [...t, ...t], d: [3, 5, 7, 9, 11, 13] })
  assert.equal(plain(strided([1, 2, 3, 4, 5, 6])), [1, 3, 5])
})

testAll(modules, 'permutations and choices of arrays take parts along the first axis', ({ rows }) => {
  const x = [
    [1, 2],
    [3, 4],
    [5, 6],
  ]
  const { a, c, d } = rows(x, [7, 8, 9])
  assert.equal(a.shape, [3, 2])
  assert.equal(
    a
      .toArray()
      .map((row: number[]) => row.join())
      .sort(),
    ['1,2', '3,4', '5,6'],
  )
  assert.equal(c.shape, [2, 2])
  assert.ok([...c.data].every((v: number) => v >= 7 && v <= 9))
  assert.equal([...d.data].sort(), [7, 8, 9])
  assert.is(d.dtype, 'int32')
})

testAll(modules, 'shuffleRows reorders each row by itself', ({ rows }) => {
  const x = Array.from({ length: 40 }, (_, i) => Array.from({ length: 4 }, (_, j) => 10 * i + j))
  const b: number[][] = rows(x, [7, 8, 9]).b.toArray()
  assert.equal(
    b.map((row) => [...row].sort((u, v) => u - v)),
    x,
  )
  const orders = new Set(b.map((row, i) => row.map((v) => v - 10 * i).join()))
  // Of 24 orders, 40 rows have 19.6 on average, with a standard deviation of 1.5.
  assert.ok(orders.size >= 14 && orders.size <= 24, `${orders.size} orders`)
})

testAll(modules, 'nothing is drawn of length 0; scalars are numbers', ({ empty, scalars }) => {
  const { a, b, c, d } = empty(0)
  assert.equal([a.shape, b.shape, c.shape, d.shape], [[0], [0], [0, 3], [0, 2]])
  const s = scalars()
  assert.ok(s.a % 1 === 0.5 && typeof s.b === 'boolean' && s.c >= 0 && s.c < 5 && Math.fround(s.d) === s.d)
})

testAll(modules, 'multinomial of rows of probabilities; binomial of arrays', ({ rowwise, counted }) => {
  assert.equal(
    plain(
      rowwise([
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
      ]),
    ),
    [0, 1, 0, 1, 0, 0, 0, 0, 1],
  )
  assert.equal(plain(counted([5, 0, 7], [1, 0.5, 0])), [5, 0, 0])
})

testAll(modules, 'a draw may be an update', ({ walk, updated }) => {
  walk()
  const once = plain(updated.getValue())
  walk()
  assert.not.equal(plain(updated.getValue()), once)
})

testAll(modules, 'parameters out of range are RangeErrors that name function, expression and parameter', ({ errors }) => {
  refuses(() => errors.p(1.5), RangeError, /^p: rng\.bernoulli\(\[2\], p\): p is 1\.5; it must be between 0 and 1$/)
  refuses(() => errors.p(NaN), RangeError, /p is NaN/)
  refuses(() => errors.ps([0.5, 1, 0, -0.25, 0.5]), RangeError, /^ps: .*p is -0\.25; it must be between 0 and 1$/)
  refuses(() => errors.ps([NaN]), RangeError, /p is NaN/)
  refuses(() => errors.std([1, -1]), RangeError, /std is -1; it must be 0 or more/)
  refuses(() => errors.bounds(3, 3), RangeError, /no integer is at least 3 and below 3/)
  refuses(() => errors.bounds(0.5, 3), RangeError, /low is 0\.5; it must be an integer of 32 bits/)
  refuses(() => errors.lam(-1), RangeError, /lam is -1; it must be from 0 to 2e9/)
  refuses(() => errors.n(2.5), RangeError, /n is 2\.5; it must be an integer of 0 or more/)
  refuses(() => errors.k(-1), RangeError, /k is -1/)
  refuses(() => errors.a(0), RangeError, /a is 0; it must be above 0/)
  refuses(() => errors.few(2), RangeError, /3 of 2 elements cannot be chosen without replacement/)
  refuses(() => errors.none([]), RangeError, /3 of 0 elements cannot be chosen$/)
  refuses(() => errors.weights([0.5, 0.4]), RangeError, /add up to 0\.9; they must add up to 1/)
  refuses(() => errors.weights([0.5, 0.4, 0.1]), RangeError, /./)
  refuses(() => errors.pvals([0.9, 0.4, 0.1]), RangeError, /pvals without the last add up to 1\.3/)
  refuses(() => errors.length(-1), RangeError, /-1 is not a length/)
  refuses(() => errors.size([1, 2, 3]), RangeError, /./)
})

test.run()
