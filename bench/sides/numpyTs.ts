// bench: numpy-ts (eager, prebuilt WASM kernels, no erf; gradients are written by hand). Intermediate results are freed as soon as they are used.
import { arrayOf, logisticData, mlpData, oneHot, rootMeanSquare, weyl } from '../data.ts'
import { type Dtype, logisticSize, mlpSize, type PeerKernel, peerKernel, type Row } from '../rows.ts'
import { load, only, type Side } from '../side.ts'

// biome-ignore lint/suspicious/noExplicitAny: the peers are installed apart, so their types are not here
type Any = any

/** numpy-ts's own limit is 256 MB, over which it falls back to JavaScript loops without saying so. */
const heapBytes = 2 ** 31

const free = (...arrays: Any[]): void => {
  for (const x of arrays) x.dispose?.()
}

export default async (): Promise<Side> => {
  const np = await load('numpy-ts')
  np.configureWasm({ maxMemory: heapBytes })
  const rows = rowsOf(np)
  let made: readonly Any[] = []
  return {
    prepare: (row) => {
      const [run, value, inputs] = rows[peerKernel(row)](row)
      made = inputs
      return only(() => free(run()), value(run()))
    },
    drop: () => free(...made),
  }
}

type Work = readonly [run: () => Any, value: (result: Any) => number, inputs: readonly Any[]]

function rowsOf(np: Any): Readonly<Record<PeerKernel, (row: Row) => Work>> {
  const mean = (x: Any): number => rootMeanSquare(x.data)
  const vector = (dtype: Dtype, n: number, seed: number, low: number, high: number): Any => np.array(weyl(dtype, n, seed, low, high), dtype)
  const square = (dtype: Dtype, n: number, seed: number, top: number): Any => vector(dtype, n * n, seed, -top, top).reshape(n, n)
  const cubic = (x: Any): Any => {
    const squared = np.multiply(x, x)
    const cubed = np.multiply(squared, x)
    const twice = x.multiply(2)
    const result = np.add(twice, cubed)
    free(squared, cubed, twice)
    return result
  }
  const cubicOfOwn = ({ dtype, n }: Row): Work => {
    const x = weyl(dtype, n, 1, -2, 2)
    const run = (): Any => {
      const own = np.array(x, dtype)
      const result = cubic(own)
      free(own)
      return result
    }
    return [run, mean, []]
  }
  const unary =
    (f: (x: Any) => Any) =>
    ({ dtype, n }: Row): Work => {
      const x = vector(dtype, n, 1, -2, 2)
      return [() => f(x), mean, [x]]
    }
  return {
    poly: unary(cubic),
    sigmoid: unary((x) => {
      const minus = np.negative(x)
      const e = np.exp(minus)
      const below = e.add(1)
      const result = np.reciprocal(below)
      free(minus, e, below)
      return result
    }),
    tanh: unary(np.tanh),
    blackScholes: () => {
      throw new Error('no erf')
    },
    sum: ({ dtype, n }) => {
      const a = vector(dtype, n, 1, 0, 1)
      return [() => np.sum(a), (total) => total / n, [a]]
    },
    squares: ({ dtype, n }) => {
      const [a, b] = [vector(dtype, n, 1, 0, 1), vector(dtype, n, 5, 0, 1)]
      const run = (): Any => {
        const d = np.subtract(a, b)
        const squared = np.multiply(d, d)
        const result = np.sum(squared)
        free(d, squared)
        return result
      }
      return [run, (total) => total / n, [a, b]]
    },
    softmax: ({ dtype, n }) => {
      const x = square(dtype, n, 1, 4)
      const run = (): Any => {
        const [top, e, total] = shifted(np, x)
        const result = np.divide(e, total)
        free(top, e, total)
        return result
      }
      return [run, mean, [x]]
    },
    logsumexp: ({ dtype, n }) => {
      const x = square(dtype, n, 1, 4)
      const run = (): Any => {
        const [top, e, total] = shifted(np, x)
        const log = np.log(total)
        const result = np.add(log, top)
        free(top, e, total, log)
        return result
      }
      return [run, mean, [x]]
    },
    gemm: ({ dtype, n }) => {
      const [a, b] = [square(dtype, n, 1, 1), square(dtype, n, 2, 1)]
      return [() => np.matmul(a, b), mean, [a, b]]
    },
    gemv: ({ dtype, n }) => {
      const [a, x] = [square(dtype, n, 1, 1), vector(dtype, n, 2, -1, 1)]
      return [() => np.matmul(a, x), mean, [a, x]]
    },
    logistic: ({ dtype }) => logistic(np, dtype),
    mlp: ({ dtype }) => mlp(np, dtype),
    vec10: cubicOfOwn,
  }
}

/** Of each row: the greatest, exp(x - greatest), and their sum. */
function shifted(np: Any, x: Any): readonly [Any, Any, Any] {
  const top = np.max(x, 1, true)
  const d = np.subtract(x, top)
  const e = np.exp(d)
  free(d)
  return [top, e, np.sum(e, 1, true)]
}

/** Arrays to free at the end of a step. */
function keeper(): { keep: (x: Any) => Any; release: () => void } {
  const kept: Any[] = []
  const keep = (x: Any): Any => {
    kept.push(x)
    return x
  }
  return { keep, release: () => free(...kept.splice(0)) }
}

function logistic(np: Any, dtype: Dtype): Work {
  const { rows, columns } = logisticSize
  const data = logisticData(dtype)
  const { keep, release } = keeper()
  const x = np.array(data.x, dtype).reshape(rows, columns)
  const xT = np.transpose(x)
  const y = np.array(data.y, dtype)
  const one = np.array(1, dtype)
  const others = np.subtract(one, y)
  let w = np.array(data.w, dtype)
  let b = 0
  const step = (): Any => {
    const z = keep(keep(np.matmul(x, w)).add(b))
    const p = keep(np.reciprocal(keep(keep(np.exp(keep(np.negative(z)))).add(1))))
    const right = keep(np.multiply(y, keep(np.log(p))))
    const wrong = keep(np.multiply(others, keep(np.log(keep(np.subtract(one, p))))))
    const xent = np.negative(keep(np.add(right, wrong)))
    keep(np.greater(p, 0.5))
    const d = keep(keep(np.subtract(p, y)).multiply(1 / rows))
    const g = keep(np.add(keep(np.matmul(xT, d)), keep(w.multiply(0.02))))
    const next = np.subtract(keep(w), keep(g.multiply(0.1)))
    b -= 0.1 * np.sum(d)
    release()
    w = next
    return xent
  }
  free(step())
  return [step, (xent) => rootMeanSquare(xent.data), [x, xT, y, one, others]]
}

function mlp(np: Any, dtype: Dtype): Work {
  const { batch, features, hidden, classes } = mlpSize
  const data = mlpData(dtype)
  const { keep, release } = keeper()
  const x = np.array(data.x, dtype).reshape(batch, features)
  const xT = np.transpose(x)
  const y = np.array(oneHot(dtype, data.y, classes), dtype).reshape(batch, classes)
  const one = np.array(1, dtype)
  let [w1, w2] = [np.array(data.w1, dtype).reshape(features, hidden), np.array(data.w2, dtype).reshape(hidden, classes)]
  let [b1, b2] = [np.array(arrayOf(dtype, hidden), dtype), np.array(arrayOf(dtype, classes), dtype)]
  const updated = (weights: Any, gradient: Any): Any => np.subtract(keep(weights), keep(keep(gradient).multiply(0.01)))
  const step = (): number => {
    const h = keep(np.tanh(keep(np.add(keep(np.matmul(x, w1)), b1))))
    const scores = keep(np.add(keep(np.matmul(h, w2)), b2))
    const d = keep(np.subtract(scores, keep(np.max(scores, 1, true))))
    const e = keep(np.exp(d))
    const total = keep(np.sum(e, 1, true))
    const cost = -np.sum(keep(np.multiply(y, keep(np.subtract(d, keep(np.log(total))))))) / batch
    const g = keep(keep(np.subtract(keep(np.divide(e, total)), y)).multiply(1 / batch))
    const back = keep(np.matmul(g, keep(np.transpose(w2))))
    const gh = keep(np.multiply(back, keep(np.subtract(one, keep(np.multiply(h, h))))))
    ;[w1, w2] = [updated(w1, np.matmul(xT, gh)), updated(w2, np.matmul(keep(np.transpose(h)), g))]
    ;[b1, b2] = [updated(b1, np.sum(gh, 0)), updated(b2, np.sum(g, 0))]
    release()
    return cost
  }
  step()
  return [step, (cost) => cost, [x, xT, y, one]]
}
