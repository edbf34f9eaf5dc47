// The mathematics of the rows, whatever the dtype; float32.ts and float64.ts make functions of it.
import { dot, erf, exp, grad, gt, log, logSoftmax, mean, pick, sqrt, sum, type Tensor, tanh } from 'theano-ts'

export const cubic = (x: Tensor) => 2 * x + x ** 3

const normal = (d: Tensor) => 0.5 * (1 + erf(d * Math.SQRT1_2))

/** The price of a call option; rate 0.05, volatility 0.2. */
export const blackScholes = (spot: Tensor, strike: Tensor, years: Tensor) => {
  const deviation = 0.2 * sqrt(years)
  const d1 = (log(spot / strike) + 0.07 * years) / deviation
  return spot * normal(d1) - strike * exp(-0.05 * years) * normal(d1 - deviation)
}

/** Theano's tutorial example: predictions, cross-entropies, and the gradient of the regularized mean. */
export const logistic = (x: Tensor, y: Tensor, w: Tensor, b: Tensor) => {
  const p = 1 / (1 + exp(-dot(x, w) - b))
  const xent = -y * log(p) - (1 - y) * log(1 - p)
  const [gw, gb] = grad(mean(xent) + 0.01 * sum(w ** 2), [w, b])
  return { prediction: gt(p, 0.5), xent, gw, gb }
}

/** The mean cross-entropy of a network with one hidden layer. */
export const mlpCost = (x: Tensor, y: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) => -mean(pick(logSoftmax(dot(tanh(dot(x, w1) + b1), w2) + b2), y))
