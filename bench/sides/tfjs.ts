// bench: TensorFlow.js on its WASM backend (XNNPACK), one thread, float32 only. Inputs stay in its memory; results are freed in the call.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { logisticData, mlpData, oneHot, options, rootMeanSquare, weyl } from '../data.ts'
import { type Floats, logisticSize, mlpSize, type PeerKernel, peerKernel, type Row } from '../rows.ts'
import { only, type Side, type Variants } from '../side.ts'

const require = createRequire(import.meta.url)

const [logisticRate, mlpRate] = [0.1, 0.01]

// biome-ignore lint/suspicious/noExplicitAny: the peers are installed apart, so their types are not here
type Any = any

export default async (): Promise<Side> => {
  const tf = require('@tensorflow/tfjs')
  const wasm = require('@tensorflow/tfjs-backend-wasm')
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`)
  await tf.setBackend('wasm')
  await tf.ready()
  const rows = rowsOf(tf)
  return {
    prepare: (row) => {
      tf.engine().startScope()
      if (row.dtype === 'float64') throw new Error('no float64')
      return rows[peerKernel(row)](row)
    },
    drop: () => {
      tf.disposeVariables()
      tf.engine().endScope()
    },
  }
}

function rowsOf(tf: Any): Readonly<Record<PeerKernel, (row: Row) => Variants>> {
  const tensor = (x: Floats, ...shape: number[]): Any => tf.tensor(x, shape.length > 0 ? shape : [x.length], 'float32')
  const value = (f: () => Any): number => {
    const out = tf.tidy(f)
    const data = out.dataSync()
    out.dispose()
    return rootMeanSquare(data)
  }
  /** A row that maps tensors to a tensor. */
  const map = (f: () => Any, scale = 1): Variants => only(() => tf.tidy(f).dispose(), value(f) * scale)
  const cubic = (x: Any): Any => x.mul(2).add(x.mul(x).mul(x))
  const poly = ({ n }: Row): Variants => {
    const x = tensor(weyl('float32', n, 1, -2, 2))
    return map(() => cubic(x))
  }
  const cubicOfOwn = ({ n }: Row): Variants => {
    const x = weyl('float32', n, 1, -2, 2)
    const run = (): Floats => tf.tidy(() => cubic(tensor(x)).dataSync())
    return only(run, rootMeanSquare(run()))
  }
  const unary =
    (f: (x: Any) => Any) =>
    ({ n }: Row): Variants => {
      const x = tensor(weyl('float32', n, 1, -2, 2))
      return map(() => f(x))
    }
  return {
    poly,
    sigmoid: unary(tf.sigmoid),
    tanh: unary(tf.tanh),
    blackScholes: ({ n }) => {
      const [spot, strike, years] = options('float32', n).map((x) => tensor(x))
      const normal = (d: Any): Any => d.mul(Math.SQRT1_2).erf().add(1).mul(0.5)
      return map(() => {
        const deviation = years.sqrt().mul(0.2)
        const d1 = spot.div(strike).log().add(years.mul(0.07)).div(deviation)
        return spot.mul(normal(d1)).sub(strike.mul(years.mul(-0.05).exp()).mul(normal(d1.sub(deviation))))
      })
    },
    sum: ({ n }) => {
      const a = tensor(weyl('float32', n, 1, 0, 1))
      return map(() => a.sum(), 1 / n)
    },
    squares: ({ n }) => {
      const [a, b] = [tensor(weyl('float32', n, 1, 0, 1)), tensor(weyl('float32', n, 5, 0, 1))]
      return map(() => a.sub(b).square().sum(), 1 / n)
    },
    softmax: ({ n }) => {
      const x = tensor(weyl('float32', n * n, 1, -4, 4), n, n)
      return map(() => tf.softmax(x))
    },
    logsumexp: ({ n }) => {
      const x = tensor(weyl('float32', n * n, 1, -4, 4), n, n)
      return map(() => tf.logSumExp(x, 1))
    },
    gemm: ({ n }) => {
      const [a, b] = [tensor(weyl('float32', n * n, 1, -1, 1), n, n), tensor(weyl('float32', n * n, 2, -1, 1), n, n)]
      return map(() => tf.matMul(a, b))
    },
    gemv: ({ n }) => {
      const [a, x] = [tensor(weyl('float32', n * n, 1, -1, 1), n, n), tensor(weyl('float32', n, 2, -1, 1), n, 1)]
      return map(() => tf.matMul(a, x))
    },
    logistic: () => logistic(tf),
    mlp: () => mlp(tf),
    vec10: cubicOfOwn,
  }
}

function logistic(tf: Any): Variants {
  const { rows, columns } = logisticSize
  const data = logisticData('float32')
  const [x, y] = [tf.tensor(data.x, [rows, columns]), tf.tensor(data.y, [rows, 1])]
  const [w, b] = [tf.variable(tf.tensor(data.w, [columns, 1])), tf.variable(tf.scalar(0))]
  const optimizer = tf.train.sgd(logisticRate)
  let xent: Any
  const cost = (): Any => {
    const p = tf.sigmoid(x.matMul(w).add(b))
    xent = tf.keep(
      y
        .neg()
        .mul(p.log())
        .sub(tf.sub(1, y).mul(tf.sub(1, p).log())),
    )
    tf.greater(p, 0.5)
    return xent.mean().add(w.square().sum().mul(0.01))
  }
  const step = (): void => {
    xent?.dispose()
    tf.tidy(() => void optimizer.minimize(cost, false, [w, b]))
  }
  step()
  step()
  return only(step, rootMeanSquare(xent.dataSync()))
}

function mlp(tf: Any): Variants {
  const { batch, features, hidden, classes } = mlpSize
  const data = mlpData('float32')
  const [x, y] = [tf.tensor(data.x, [batch, features]), tf.tensor(oneHot('float32', data.y, classes), [batch, classes])]
  const [w1, w2] = [tf.variable(tf.tensor(data.w1, [features, hidden])), tf.variable(tf.tensor(data.w2, [hidden, classes]))]
  const [b1, b2] = [tf.variable(tf.zeros([hidden])), tf.variable(tf.zeros([classes]))]
  const optimizer = tf.train.sgd(mlpRate)
  const cost = (): Any =>
    tf
      .logSoftmax(tf.tanh(x.matMul(w1).add(b1)).matMul(w2).add(b2))
      .mul(y)
      .sum(1)
      .mean()
      .neg()
  const step = (): number => tf.tidy(() => optimizer.minimize(cost, true, [w1, w2, b1, b2]).dataSync()[0])
  step()
  return only(step, step())
}
