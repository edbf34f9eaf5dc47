// Type-level tests: this file must compile under --strict without any plugin, and each @ts-expect-error must be an error. It never runs.
import * as theano from '../../runtime/index.ts'
import {
  all,
  argmax,
  at,
  type Col,
  cast,
  dot,
  exp,
  full,
  grad,
  logSoftmax,
  type Matrix,
  max,
  mean,
  type NDArray,
  newaxis,
  oneHot,
  pick,
  type Row,
  type Scalar,
  type Shared,
  scan,
  slice,
  softmax,
  stack,
  sum,
  type Tensor,
  type Tensor3,
  type Tensor4,
  type Tensor5,
  type TensorType,
  take,
  type Vector,
  where,
  zeros,
  zerosLike,
} from '../../runtime/index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T
type Returns<F extends (...args: never[]) => unknown, R> = Equal<ReturnType<F>, R>

// --- the page in one look

const f = theano.fn((x: Vector) => 2 * x + x ** 3)
f([1, 2, 3]).data satisfies Float64Array
f(new Float64Array(3)).at(-1) satisfies number
const W = theano.shared(theano.zeros([784, 10], 'float32'), { name: 'W' })
const b = theano.shared(theano.zeros([10], 'float32'), { name: 'b' })
const train = theano.fn((x: Matrix<'float32'>, y: Vector<'int32'>, lr: number = 0.13) => {
  const cost = -mean(pick(logSoftmax(dot(x, W) + b), y))
  const [gW, gb] = grad(cost, [W, b])
  W.value -= lr * gW
  b.value -= lr * gb
  return cost
})
declare const batchX: NDArray<2, 'float32'>
declare const batchY: NDArray<1, 'int32'>
train(batchX, batchY)
train(batchX, new Int32Array(3), 0.1)
train([[1, 2]], [0])
export type InOneLook = [
  Expect<Returns<typeof f, NDArray<1, 'float64'> & number>>,
  Expect<Returns<typeof train, NDArray<2, 'float32' | 'int32'> & number>>,
  Expect<Equal<typeof W, Shared<Matrix<'float32'>>>>,
  Expect<Equal<typeof b, Shared<Vector<'float32'>>>>,
]
// @ts-expect-error a matrix is no vector
f([
  [1, 2],
  [3, 4],
])
// @ts-expect-error another dtype
f(new Float32Array(3))
// @ts-expect-error the learning rate is a number
train(batchX, batchY, 'fast')
// @ts-expect-error a required argument is missing
train(batchX)
const rowOf = theano.fn((i: Scalar<'int32'>) => W[i])
rowOf(0) satisfies NDArray<1, 'float32'>
theano.fn((i: Scalar<'int32'>) => (rowOf(i) * 2) as Vector<'float32'>)
theano.fn((i: Scalar<'int32'>, x: Vector<'float32'>) => sum(rowOf(i) as Vector<'float32'>) + x)
const inTheMiddle = theano.fn((x: Vector, scale: number = 1, y: Vector) => scale * x + y)
inTheMiddle([1], undefined, [2])
// @ts-expect-error no default
inTheMiddle(undefined, 1, [2])

// --- parameters: every symbolic type

const scalars = theano.fn((n: number, s: Scalar<'float32'>, i: Scalar<'int32'>, on: boolean, flag: Scalar<'bool'>) => (on && flag ? n + s : i))
scalars(1, 2, 3, true, false)
// @ts-expect-error a boolean parameter takes booleans
scalars(1, 2, 3, 1, false)
const ranks = theano.fn((r: Row, c: Col, t3: Tensor3<'float32'>, t4: Tensor4, t5: Tensor5) => r + c + t3 + t4 + t5)
ranks([[1, 2]], [[1], [2]], [[[1]]], theano.zeros([1, 1, 1, 1]), theano.zeros([1, 1, 1, 1, 1]))
const sized = theano.fn((x: TensorType<['batch', 784], 'float32'>, y: TensorType<['batch'], 'int32'>) => x * y)
sized(theano.zeros([3, 784], 'float32'), new Int32Array(3))
const masked = theano.fn((x: Vector, keep: Vector<'bool'>) => where(keep, x, 0))
masked([1, 2], [true, false])
masked([1, 2], Uint8Array.of(1, 0))
const compare = theano.fn((x: Vector, y: Vector) => x > y)
const isPositive = theano.fn((x: number) => x > 0)
export type Parameters1 = [
  Expect<Returns<typeof scalars, number>>,
  Expect<Returns<typeof ranks, NDArray<5, 'float64' | 'float32'> & number>>,
  Expect<Returns<typeof sized, NDArray<2, 'float32' | 'int32'> & number>>,
  Expect<Returns<typeof compare, NDArray<1, 'bool'> & boolean>>,
  Expect<Returns<typeof isPositive, boolean>>,
  Expect<Equal<Parameters<typeof compare>[0], NDArray<1, 'float64'> | readonly number[] | Float64Array>>,
  Expect<Equal<Parameters<typeof scalars>, [n: number, s: number, i: number, on: boolean, flag: boolean]>>,
]
declare const row: Row
declare const named: TensorType<['batch', 784], 'float32'>
row satisfies Matrix
named satisfies Matrix<'float32'>
named satisfies Tensor
// @ts-expect-error a matrix is no row
;({}) as Matrix satisfies Row
// @ts-expect-error float32 is not float64
named satisfies Matrix
// @ts-expect-error not a dtype
export type NoDType = Vector<'float16'>

// --- functions without types

const polynomial = theano.fn((x) => 2 * x + x ** 3)
const sigma = theano.fn((x, y) => 1 / (1 + Math.exp(-x * y)))
const above = theano.fn((x, limit) => x > limit)
polynomial(3) satisfies number
polynomial([
  [1, 2],
  [3, 4],
]).toArray()
polynomial(new Float32Array(3)).data
sigma(1, [1, 2]) satisfies NDArray
above(1, 2) satisfies boolean
// @ts-expect-error text
polynomial('x')

// --- results

const nothing = theano.fn((x: number) => {
  counter.value += x
})
const counter = theano.shared(0)
const pair = theano.fn((x: Matrix) => [sum(x), x.T, exp(x), argmax(x, { axis: 1 }) as Vector<'int32'>])
const record = theano.fn((x: Matrix, y: Vector<'int32'>) => {
  const p = softmax(x)
  return { cost: mean(p), errors: mean(cast(argmax(p, { axis: 1 }) !== y, 'float64')), p, any: all(p > 0) }
})
const nested = theano.fn((x: Vector) => {
  const cost = sum(x ** 2)
  return { cost, grads: [grad(cost, x)], last: x[2] }
})
const asserted = theano.fn((x: Matrix) => sum(x, { axis: 0 }) as Vector)
export type Results = [
  Expect<Returns<typeof nothing, void>>,
  Expect<Returns<typeof pair, [number, NDArray<2, 'float64'>, NDArray<2, 'float64'> & number, NDArray<1, 'int32'>]>>,
  Expect<Returns<typeof record, { cost: number; errors: number; p: NDArray<2, 'float64' | 'int32'> & number; any: boolean }>>,
  Expect<Returns<typeof nested, { cost: number; grads: [NDArray<1, 'float64'>]; last: number }>>,
  Expect<Returns<typeof asserted, NDArray<1, 'float64'>>>,
]

// --- syntax inside arrows

theano.fn((x: Matrix, v: Vector, i: Scalar<'int32'>, indices: Vector<'int32'>, mask: Vector<'bool'>, n: Vector<'int32'>) => {
  let y = -x + +x * 2 - ((x / 3) % 2)
  y += x
  y++
  const bits = ((n & 3) | (n << 2)) ^ (~n >>> 1)
  const logical = (x > 0 && x < 1) || !(x === y)
  const chosen = x > 0 ? x : -x
  const math = Math.atan2(Math.exp(x), Math.hypot(x, y)) + Math.PI
  const part = x[i] + x[0][1] + x.slice(0, -1)[0] + x.slice(1) + v[indices] + v[mask]
  const viaAt = at(x, slice(1, -1), 0, newaxis) + at(x, slice(null, null, 2)) + at(v, v > 0) + at(x, i)
  const [first, second] = v
  let total: Tensor = 0
  for (const line of x) total += sum(line)
  const [rows, columns] = x.shape
  const lists = [x, y].map((t) => exp(t)).reduce((a, t) => a + t)
  v[0] = 1
  x[0][1] += 2
  console.log('x', x)
  theano.assert(x > 0, 'positive')
  return { y, bits, logical, chosen, math, part, viaAt, first, second, total, size: rows * columns * v.length, lists }
})
// A compiled function inlined in another.
const square = theano.fn((x: Vector, times: number = 1) => (x ** 2 * times) as Vector)
const inlined = theano.fn((x: Vector) => sum(square(x) + square(x, 2)[0]))
inlined([1, 2]) satisfies number
square([1, 2]) satisfies NDArray<1>
function layer(x: Tensor, W: Tensor, b: Tensor, activation: (x: Tensor) => Tensor = Math.tanh): Tensor {
  return activation(dot(x, W) + b)
}
class Model {
  readonly W = theano.shared(zeros([3, 2]), { name: 'W' })
  readonly b = theano.shared(new Float64Array(2))
  output(x: Tensor): Tensor {
    return layer(x, this.W, this.b)
  }
  get params() {
    return [this.W, this.b] as const
  }
}
const model = new Model()
const table = theano.ndarray([1, 2, 3])
const plain = new Float32Array(3)
theano.fn((x: Matrix) => {
  const cost = sum(model.output(x)) + sum(table * 2) + sum(plain) + dot(x, [[1], [2]])[0 as never]
  for (const [p, g] of grad(cost, model.params).map((g, i) => [model.params[i], g] as const)) p.value -= 0.1 * g
  const { a, b } = grad(cost, { a: model.W, b: model.b })
  a satisfies Matrix
  b satisfies Vector
  grad(cost, x) satisfies Matrix
  grad(cost, [x, cost], { disconnectedInputs: 'ignore', considerConstant: [x], knownGrads: [[cost, x]] })
  return cost
})
theano.fn((x: Vector) => zerosLike(x) + zeros([3]) + zeros(x.shape) + full([x.length], 2) + oneHot([1, 2], 3) + theano.eye(x.length) + theano.arange(x.length))
theano.fn((x: Matrix) => max(x, { axis: [0, 1], keepdims: true }) + mean(x > 0) + take(x, [1, 2], { axis: 0 }) + stack([x, x]))
theano.fn((x: Vector, A: Matrix) => [
  theano.jacobian(x, x),
  theano.hessian(sum(x), x),
  theano.Rop(x, x, x),
  theano.Lop(x, x, x),
  theano.hessianVectorProduct(sum(x), x, x),
  dot(A, x),
])
theano.fn((x: Vector) => scan((t: Tensor, h: Tensor) => h + t, { sequences: [x], outputsInfo: [0] }) as Vector)
// @ts-expect-error not a dtype
theano.fn((x: Vector) => cast(x, 'float'))
// @ts-expect-error an axis is a number
theano.fn((x: Vector) => sum(x, { axis: 'rows' }))

// --- shared variables

const scale = theano.shared(0.5, { name: 'scale' })
const ready = theano.shared(true)
const ints = theano.shared(new Int32Array(3), { borrow: true, strict: true })
const lists = theano.shared(
  [
    [1, 2],
    [3, 4],
  ],
  { dtype: 'float32' },
)
const explicit = theano.shared<Matrix<'float32'>>([[1, 2]])
scale.getValue() satisfies number
scale.setValue(2)
ints.setValue([1, 2])
W.getValue({ borrow: true }).data satisfies Float32Array
W.setValue(theano.ones([784, 10], 'float32'))
theano.fn((x: number) => {
  scale.value = x
  ready.value = x > 0
  ints.value += cast(x, 'int32')
  return ready ? scale * x : scale.value
})
export type SharedTypes = [
  Expect<Equal<typeof scale, Shared<Scalar>>>,
  Expect<Equal<typeof ready, Shared<Scalar<'bool'>>>>,
  Expect<Equal<ReturnType<typeof ready.getValue>, boolean>>,
  Expect<Equal<typeof ints, Shared<Vector<'int32'>>>>,
  Expect<Equal<typeof lists, Shared<Matrix<'float32'>>>>,
  Expect<Equal<typeof explicit, Shared<Matrix<'float32'>>>>,
  Expect<Equal<ReturnType<typeof lists.getValue>, NDArray<2, 'float32'>>>,
]
const rng = theano.randomStreams(42)
theano.fn((x: Matrix) => x * rng.bernoulli(x.shape, 0.5) + rng.normal([3, 4]))
// @ts-expect-error text
theano.shared('W')

// --- options and the compiled function

const g = theano.fn((x: Matrix, y: Vector<'int32'>) => mean(x) + mean(y), {
  name: 'g',
  mode: 'FAST_RUN',
  linker: 'auto',
  onUnusedInput: 'ignore',
  givens: [[W, b]],
  updates: [[scale, (x) => x]],
  inputs: { x: { borrow: true, mutable: false } },
  outputs: { borrow: true },
  profile: true,
  allowInputDowncast: true,
})
g.named({ x: [[1]], y: [1] }) satisfies number
g.trustInput = true
g.inputs.map(({ name, dtype, rank }) => `${name}: ${dtype} ${rank}`)
g.outputs[0].rank satisfies number
g.shared.map((s) => s.name)
g.copy({ swap: [[W, b]], shareMemory: true, deleteUpdates: true, name: 'h' })([[1]], [1]) satisfies number
g.copy({ swap: new Map([[W, W]]) }).copy() satisfies typeof g
g.free()
g.profile?.kernels.map(({ name, seconds, bytes }) => `${name} ${seconds} ${bytes}`)
// @ts-expect-error no pair
g.copy({ swap: [[W]] })
theano.verifyGrad(nested, [[1, 2, 3]], { eps: 1e-4, tolerance: 1e-3 })
// @ts-expect-error no such option
theano.fn((x: Vector) => x, { fast: true })

// --- arrays

const m = theano.ndarray([
  [1, 2],
  [3, 4],
])
const m32 = theano.ndarray(new Float32Array(6), [2, 3])
export type Arrays = [
  Expect<Equal<typeof m.rank, 2>>,
  Expect<Equal<typeof m.data, Float64Array>>,
  Expect<Equal<typeof m32.data, Float32Array>>,
  Expect<Equal<ReturnType<typeof m32.toArray>, number[][]>>,
  Expect<Equal<ReturnType<typeof bools.item>, boolean>>,
]
const bools = theano.ndarray([true, false])
m satisfies NDArray<2>
m satisfies NDArray
const one: NDArray<1> = f([1])
train(batchX, batchY).toFixed(3)
compare([1], [2]).shape[0].toFixed()
for (const line of m32) line.data satisfies Float32Array
for (const v of one) v satisfies number | boolean
for (const v of f([1])) v satisfies number
theano.ndarray([1, 2, 3], undefined, 'int32').data satisfies Int32Array
theano.ones(3).rank satisfies 1
theano.full([2, 2], 7, 'int16').data satisfies Int16Array
theano.arange(0, 1, 0.1, 'float32').data satisfies Float32Array
theano.eye(3).at(0, 0) satisfies number
// @ts-expect-error rank 2 is not rank 1
m satisfies NDArray<1>
// @ts-expect-error float64 is not float32
m satisfies NDArray<2, 'float32'>

// Arrays made outside or inside an arrow are asserted as any loose result is; their lengths are as many as their rank.
const made = theano.ndarray([[1, 2]])
export const madeArrays = theano.fn((k: number) => {
  const [matrix, cube, range] = [made as Matrix, zeros([1, 2, 3]) as Tensor3, theano.arange(0, 1, k) as Vector]
  return sum(matrix) + sum(cube) + sum(range)
})
made.shape satisfies readonly [number, number]

// --- random numbers: the rank is that of the shape

const streams = theano.randomStreams(1)
streams.state = JSON.parse(JSON.stringify(streams.state))
export const randomDraws = theano.fn((x: Matrix<'float32'>, v: Vector, n: number) => ({
  vector: streams.uniform([3]),
  length: streams.normal(n),
  scalar: streams.normal([]),
  matrix: streams.uniform([x.shape[0], 3], 0, 1, { dtype: 'float32' }),
  like: streams.normal(x.shape, { dtype: 'float32' }),
  mask: streams.bernoulli(x.shape, 0.5),
  floats: streams.bernoulli([2], 0.5, { dtype: 'float32' }),
  counts: streams.poisson([2], v),
  integers: streams.integers([2, 2], 10),
  gamma: streams.gamma([2], 1, 2, { dtype: 'float32' }),
  position: streams.choice([4], 10),
  element: streams.choice([4], v, { replace: false }),
  rows: streams.permutation(x),
  shuffled: streams.shuffleRows(x),
  kinds: streams.multinomial([5], 10, [0.5, 0.5]),
}))
export type RandomTests = [
  Expect<
    Equal<
      ReturnType<typeof randomDraws>,
      {
        vector: NDArray<1, 'float64'>
        length: NDArray<1, 'float64'>
        scalar: number
        matrix: NDArray<2, 'float32'>
        like: NDArray<2, 'float32'>
        mask: NDArray<2, 'bool'>
        floats: NDArray<1, 'float32'>
        counts: NDArray<1, 'int32'>
        integers: NDArray<2, 'int32'>
        gamma: NDArray<1, 'float32'>
        position: NDArray<1, 'int32'>
        element: NDArray<1, 'float64'>
        rows: NDArray<2, 'float32'>
        shuffled: NDArray<2, 'float32'>
        kinds: NDArray<2, 'int32'>
      }
    >
  >,
]
export const dropping = theano.fn((x: Matrix<'float32'>) => theano.dropout(x, 0.5, streams) as Matrix<'float32'>)
// @ts-expect-error real numbers are float64 or float32
export const wrongDType = theano.fn(() => streams.normal([2], 0, 1, { dtype: 'int32' }))
// @ts-expect-error a seed is a number
theano.randomStreams('1')

// --- persistence

theano.save(W) satisfies Uint8Array<ArrayBuffer>
theano.save({ W, b, epoch: 3, done: true, data: new Float32Array(2), list: [[1, 2]], x: zeros([2]) })
theano.save([W, b])
theano.save(train.shared)
theano.save(zeros([2, 3]))
// @ts-expect-error a number has no dtype of its own
theano.save(1)
// @ts-expect-error arrays have no names
theano.save([zeros([2])])
// @ts-expect-error text is no array
theano.save({ name: 'W' })
declare const bytes: Uint8Array
theano.load(bytes, { W, b })
theano.load(bytes.buffer as ArrayBuffer, train.shared)
theano.load(bytes, W)
theano.load<{ W: NDArray<2, 'float32'> }>(bytes).W.data satisfies Float32Array
theano.load(bytes).b.shape
// @ts-expect-error only containers take values
theano.load(bytes, { W: zeros([2]) })
