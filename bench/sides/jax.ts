// bench: jax-js under jit on its WASM backend, one thread. Inputs stay in its memory; results are waited for and freed in the call.
// Its float64 exp, log, tanh and erf are computed in float32.
import { arrayOf, logisticData, mlpData, oneHot, options, rootMeanSquare, weyl } from '../data.ts'
import { type Dtype, type Floats, logisticSize, mlpSize, type PeerKernel, peerKernel, type Row } from '../rows.ts'
import { load, only, type Side, type Variants } from '../side.ts'

// biome-ignore lint/suspicious/noExplicitAny: the peers are installed apart, so their types are not here
type Any = any
type Rows = Readonly<Record<Exclude<PeerKernel, 'logistic' | 'mlp'>, (row: Row) => Variants | Promise<Variants>>>

export default async (): Promise<Side> => {
  const jax = await load('@jax-js/jax')
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  const made: Any[] = []
  const array =
    (dtype: Dtype) =>
    (x: Floats, ...shape: number[]) => {
      const result = jax.numpy.array(x, { shape: shape.length > 0 ? shape : [x.length], dtype: jax.numpy[dtype] })
      made.push(result)
      return result
    }
  const rows = rowsOf(jax, array)
  return {
    prepare: (row) => {
      const kernel = peerKernel(row)
      if (kernel === 'logistic') return logistic(jax, row.dtype)
      if (kernel === 'mlp') return mlp(jax, row.dtype)
      return rows[kernel](row)
    },
    drop: () => {
      for (const x of made.splice(0)) x.dispose()
    },
  }
}

function rowsOf(jax: Any, array: (dtype: Dtype) => (x: Floats, ...shape: number[]) => Any): Rows {
  const { numpy: np, jit, nn, lax } = jax
  /** A row that maps arrays to an array. */
  const map = async (f: Any, args: readonly Any[], scale = 1): Promise<Variants> => {
    const compiled = jit(f)
    const call = async (): Promise<Any> => jax.blockUntilReady(compiled(...args.map((x) => x.ref)))
    const value = rootMeanSquare(await (await call()).data()) * scale
    return only(async () => (await call()).dispose(), value, true)
  }
  const cubic = (x: Any): Any => x.ref.mul(2).add(x.ref.mul(x.ref).mul(x))
  const cubicOfOwn = async ({ dtype, n }: Row): Promise<Variants> => {
    const x = weyl(dtype, n, 1, -2, 2)
    const compiled = jit(cubic)
    const run = (): Floats => compiled(np.array(x, { dtype: np[dtype] })).dataSync()
    return only(run, rootMeanSquare(run()))
  }
  const unary =
    (f: Any) =>
    ({ dtype, n }: Row): Promise<Variants> =>
      map(f, [array(dtype)(weyl(dtype, n, 1, -2, 2))])
  const square = (dtype: Dtype, n: number, seed: number, top: number): Any => array(dtype)(weyl(dtype, n * n, seed, -top, top), n, n)
  return {
    poly: unary(cubic),
    sigmoid: unary((x: Any) => nn.sigmoid(x)),
    tanh: unary((x: Any) => np.tanh(x)),
    blackScholes: ({ dtype, n }) => {
      const normal = (d: Any): Any => lax.erf(d.mul(Math.SQRT1_2)).add(1).mul(0.5)
      const price = (spot: Any, strike: Any, years: Any): Any => {
        const deviation = np.sqrt(years.ref).mul(0.2)
        const d1 = np.log(spot.ref.div(strike.ref)).add(years.ref.mul(0.07)).div(deviation.ref)
        return spot.mul(normal(d1.ref)).sub(strike.mul(np.exp(years.mul(-0.05))).mul(normal(d1.sub(deviation))))
      }
      return map(
        price,
        options(dtype, n).map((x) => array(dtype)(x)),
      )
    },
    sum: ({ dtype, n }) => map((a: Any) => a.sum(), [array(dtype)(weyl(dtype, n, 1, 0, 1))], 1 / n),
    squares: ({ dtype, n }) =>
      map((a: Any, b: Any) => np.square(a.sub(b)).sum(), [array(dtype)(weyl(dtype, n, 1, 0, 1)), array(dtype)(weyl(dtype, n, 5, 0, 1))], 1 / n),
    softmax: ({ dtype, n }) => map((x: Any) => nn.softmax(x, -1), [square(dtype, n, 1, 4)]),
    logsumexp: ({ dtype, n }) => map((x: Any) => nn.logsumexp(x, -1), [square(dtype, n, 1, 4)]),
    gemm: ({ dtype, n }) => map((a: Any, b: Any) => np.matmul(a, b), [square(dtype, n, 1, 1), square(dtype, n, 2, 1)]),
    gemv: ({ dtype, n }) => map((a: Any, x: Any) => np.matmul(a, x), [square(dtype, n, 1, 1), array(dtype)(weyl(dtype, n, 2, -1, 1))]),
    vec10: cubicOfOwn,
  }
}

async function logistic(jax: Any, dtype: Dtype): Promise<Variants> {
  const { numpy: np, jit, nn, valueAndGrad } = jax
  const { rows, columns } = logisticSize
  const data = logisticData(dtype)
  const make = (v: Any, shape?: number[]): Any => np.array(v, { shape, dtype: np[dtype] })
  const [x, y] = [make(data.x, [rows, columns]), make(data.y)]
  let [w, b] = [make(data.w), make(0)]
  const crossEntropy = (w: Any, b: Any, x: Any, y: Any): Any => {
    const p = nn.sigmoid(np.matmul(x, w).add(b))
    const xent = y.ref
      .mul(-1)
      .mul(np.log(p.ref))
      .sub(
        make(1)
          .sub(y)
          .mul(np.log(make(1).sub(p.ref))),
      )
    return [p, xent]
  }
  const cost = (w: Any, b: Any, x: Any, y: Any): Any => {
    const [p, xent] = crossEntropy(w.ref, b, x, y)
    return [xent.ref.mean().add(np.square(w).sum().mul(0.01)), [p, xent]]
  }
  const gradient = valueAndGrad(cost, { argnums: [0, 1], hasAux: true })
  const step = jit((w: Any, b: Any, x: Any, y: Any) => {
    const [[total, [p, xent]], [gw, gb]] = gradient(w.ref, b.ref, x, y)
    total.dispose()
    return [p.greater(0.5), xent, w.sub(gw.mul(0.1)), b.sub(gb.mul(0.1))]
  })
  const run = async (): Promise<Any> => {
    const [prediction, xent, nextW, nextB] = step(w, b, x.ref, y.ref)
    ;[w, b] = [nextW, nextB]
    await jax.blockUntilReady([w, b, xent, prediction])
    prediction.dispose()
    return xent
  }
  ;(await run()).dispose()
  const value = rootMeanSquare(await (await run()).data())
  return only(async () => (await run()).dispose(), value, true)
}

async function mlp(jax: Any, dtype: Dtype): Promise<Variants> {
  const { numpy: np, jit, nn, valueAndGrad } = jax
  const { batch, features, hidden, classes } = mlpSize
  const data = mlpData(dtype)
  const make = (v: Floats, ...shape: number[]): Any => np.array(v, { shape, dtype: np[dtype] })
  const [x, y] = [make(data.x, batch, features), make(oneHot(dtype, data.y, classes), batch, classes)]
  let weights: Any = {
    w1: make(data.w1, features, hidden),
    b1: make(arrayOf(dtype, hidden), hidden),
    w2: make(data.w2, hidden, classes),
    b2: make(arrayOf(dtype, classes), classes),
  }
  const cost = (p: Any, x: Any, y: Any): Any => {
    const scores = np.matmul(np.tanh(np.matmul(x, p.w1).add(p.b1)), p.w2).add(p.b2)
    return nn
      .logSoftmax(scores, -1)
      .mul(y)
      .sum()
      .mul(-1 / batch)
  }
  const gradient = valueAndGrad(cost)
  const names = ['w1', 'b1', 'w2', 'b2']
  const step = jit((p: Any, x: Any, y: Any) => {
    const [total, g] = gradient(Object.fromEntries(names.map((k) => [k, p[k].ref])), x, y)
    return { total, weights: Object.fromEntries(names.map((k) => [k, p[k].sub(g[k].mul(0.01))])) }
  })
  const run = async (): Promise<Any> => {
    const result = step(weights, x.ref, y.ref)
    weights = result.weights
    await jax.blockUntilReady([weights, result.total])
    return result.total
  }
  ;(await run()).dispose()
  const value = (await (await run()).data())[0]
  return only(async () => (await run()).dispose(), value, true)
}
