// bench: ONNX Runtime Web, its WASM backend with one thread. It has no gradients: those of the training steps are written by hand.
// Weights travel through `run` at every step, as they have to. Operands are JavaScript arrays, which it copies.
import { arrayOf, logisticData, mlpData, oneHot, options, rootMeanSquare, weyl } from '../data.ts'
import { type Floats, logisticSize, mlpSize, type PeerKernel, peerKernel, type Row } from '../rows.ts'
import { load, only, type Side, type Variants } from '../side.ts'
import { encode, type Model, nodes } from './onnx.ts'

// biome-ignore lint/suspicious/noExplicitAny: the peers are installed apart, so their types are not here
type Any = any

type Feeds = Readonly<Record<string, readonly [data: Floats, ...shape: number[]]>>

interface Work extends Pick<Model, 'constants' | 'axes' | 'outputs'> {
  readonly lines: readonly string[]
  readonly feeds: Feeds
  /** What the outputs are fed back as. */
  readonly back?: Readonly<Record<string, string>>
  /** The compared number from y. */
  readonly value?: (y: Floats) => number
}

export default async (): Promise<Side> => {
  const ort = await load('onnxruntime-web')
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  let session: Any
  return {
    prepare: async (row) => {
      const { lines, feeds, back = {}, value = rootMeanSquare, ...facts } = rows[peerKernel(row)](row)
      const inputs = Object.fromEntries(Object.entries(feeds).map(([name, [, ...shape]]) => [name, shape]))
      const model = encode({ dtype: row.dtype, nodes: nodes(...lines), inputs, ...facts })
      session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' })
      const tensors = Object.fromEntries(Object.entries(feeds).map(([name, [data, ...shape]]) => [name, new ort.Tensor(row.dtype, data, shape)]))
      const call = async (): Promise<Any> => {
        const results = await session.run(tensors)
        for (const [output, input] of Object.entries(back)) tensors[input] = results[output]
        return results
      }
      if (Object.keys(back).length > 0) await call()
      return only(call, value((await call()).y.data), true) satisfies Variants
    },
    drop: async () => {
      await session?.release()
      session = undefined
    },
  }
}

const cubicLine = 'y = Add(Mul(x, two), Mul(Mul(x, x), x))'

/** A row that maps x, uniform in [-2, 2), by one line. */
const map =
  (line: string, constants = {}) =>
  ({ dtype, n }: Row): Work => ({ lines: [line], constants, feeds: { x: [weyl(dtype, n, 1, -2, 2), n] }, outputs: { y: [n] } })

const rows: Readonly<Record<PeerKernel, (row: Row) => Work>> = {
  poly: map(cubicLine, { two: 2 }),
  sigmoid: map('y = Sigmoid(x)'),
  tanh: map('y = Tanh(x)'),
  blackScholes: ({ dtype, n }) => {
    const [s, k, t] = options(dtype, n)
    const normal = (d: string): string => `Mul(Add(Erf(Mul(${d}, root)), one), half)`
    return {
      lines: [
        'deviation = Mul(Sqrt(t), volatility)',
        'd1 = Div(Add(Log(Div(s, k)), Mul(t, drift)), deviation)',
        'd2 = Sub(d1, deviation)',
        `y = Sub(Mul(s, ${normal('d1')}), Mul(Mul(k, Exp(Mul(t, rate))), ${normal('d2')}))`,
      ],
      constants: { root: Math.SQRT1_2, one: 1, half: 0.5, volatility: 0.2, drift: 0.07, rate: -0.05 },
      feeds: { s: [s, n], k: [k, n], t: [t, n] },
      outputs: { y: [n] },
    }
  },
  sum: ({ dtype, n }) => ({
    lines: ['y = ReduceSum(a, keepdims: 0)'],
    feeds: { a: [weyl(dtype, n, 1, 0, 1), n] },
    outputs: { y: [] },
    value: ([y]) => y / n,
  }),
  squares: ({ dtype, n }) => ({
    lines: ['y = ReduceSumSquare(Sub(a, b), keepdims: 0)'],
    feeds: { a: [weyl(dtype, n, 1, 0, 1), n], b: [weyl(dtype, n, 5, 0, 1), n] },
    outputs: { y: [] },
    value: ([y]) => y / n,
  }),
  softmax: ({ dtype, n }) => ({ lines: ['y = Softmax(x, axis: 1)'], feeds: { x: [weyl(dtype, n * n, 1, -4, 4), n, n] }, outputs: { y: [n, n] } }),
  logsumexp: ({ dtype, n }) => ({
    lines: ['y = ReduceLogSumExp(x, axes: [1], keepdims: 0)'],
    feeds: { x: [weyl(dtype, n * n, 1, -4, 4), n, n] },
    outputs: { y: [n] },
  }),
  gemm: ({ dtype, n }) => ({
    lines: ['y = MatMul(a, b)'],
    feeds: { a: [weyl(dtype, n * n, 1, -1, 1), n, n], b: [weyl(dtype, n * n, 2, -1, 1), n, n] },
    outputs: { y: [n, n] },
  }),
  gemv: ({ dtype, n }) => ({
    lines: ['y = MatMul(a, x)'],
    feeds: { a: [weyl(dtype, n * n, 1, -1, 1), n, n], x: [weyl(dtype, n, 2, -1, 1), n] },
    outputs: { y: [n] },
  }),
  logistic: ({ dtype }) => {
    const { rows, columns } = logisticSize
    const { x, y, w } = logisticData(dtype)
    return {
      lines: [
        'p = Sigmoid(Add(MatMul(x, w), b))',
        'y = Neg(Add(Mul(t, Log(p)), Mul(Sub(one, t), Log(Sub(one, p)))))',
        'prediction = Cast(Greater(p, half), to: 1)',
        'd = Mul(Sub(p, t), share)',
        'next_w = Sub(w, Mul(Add(Gemm(x, d, transA: 1), Mul(w, decay)), step))',
        'next_b = Sub(b, Mul(ReduceSum(d, keepdims: 1), step))',
      ],
      constants: { one: 1, half: 0.5, share: 1 / rows, decay: 0.02, step: 0.1 },
      feeds: { x: [x, rows, columns], t: [y, rows, 1], w: [w, columns, 1], b: [arrayOf(dtype, 1), 1, 1] },
      outputs: { y: [rows, 1], next_w: [columns, 1], next_b: [1, 1] },
      back: { next_w: 'w', next_b: 'b' },
    }
  },
  mlp: ({ dtype }) => {
    const { batch, features, hidden, classes } = mlpSize
    const { x, y, w1, w2 } = mlpData(dtype)
    const updates = ['w1', 'w2', 'b1', 'b2']
    const shapes: Record<string, number[]> = { w1: [features, hidden], w2: [hidden, classes], b1: [hidden], b2: [classes] }
    return {
      lines: [
        'h = Tanh(Gemm(x, w1, b1))',
        'log_p = LogSoftmax(Gemm(h, w2, b2), axis: 1)',
        'y = Mul(ReduceSum(Mul(log_p, t), keepdims: 0), minus)',
        'g = Mul(Sub(Exp(log_p), t), share)',
        'gh = Mul(Gemm(g, w2, transB: 1), Sub(one, Mul(h, h)))',
        'g_w1 = Gemm(x, gh, transA: 1)',
        'g_w2 = Gemm(h, g, transA: 1)',
        'g_b1 = ReduceSum(gh, rows, keepdims: 0)',
        'g_b2 = ReduceSum(g, rows, keepdims: 0)',
        ...updates.map((w) => `next_${w} = Sub(${w}, Mul(g_${w}, step))`),
      ],
      constants: { one: 1, minus: -1 / batch, share: 1 / batch, step: 0.01 },
      axes: { rows: [0] },
      feeds: {
        x: [x, batch, features],
        t: [oneHot(dtype, y, classes), batch, classes],
        w1: [w1, features, hidden],
        w2: [w2, hidden, classes],
        b1: [arrayOf(dtype, hidden), hidden],
        b2: [arrayOf(dtype, classes), classes],
      },
      outputs: { y: [], ...Object.fromEntries(updates.map((w) => [`next_${w}`, shapes[w]])) },
      back: Object.fromEntries(updates.map((w) => [`next_${w}`, w])),
    }
  },
  vec10: map(cubicLine, { two: 2 }),
}
