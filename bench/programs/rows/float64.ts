// The rows in float64. Results are the functions' own buffers, but for the two rows whose operands are the caller's arrays.
import * as theano from 'theano-ts'
import { dot, grad, logsumexp, type Matrix, sigmoid, softmax, sum, tanh, type Vector } from 'theano-ts'
import * as formulas from './formulas.js'

type V = Vector<'float64'>
type M = Matrix<'float64'>

export const poly = theano.fn((x: V) => formulas.cubic(x), { outputs: { borrow: true } })
export const polyOwn = theano.fn((x: V) => formulas.cubic(x))
export const sigmoidOf = theano.fn((x: V) => sigmoid(x), { outputs: { borrow: true } })
export const tanhOf = theano.fn((x: V) => tanh(x), { outputs: { borrow: true } })
export const blackScholes = theano.fn((spot: V, strike: V, years: V) => formulas.blackScholes(spot, strike, years) as V, { outputs: { borrow: true } })
export const sumOf = theano.fn((a: V) => sum(a))
export const squares = theano.fn((a: V, b: V) => sum((a - b) ** 2))
export const softmaxOf = theano.fn((x: M) => softmax(x), { outputs: { borrow: true } })
export const logsumexpOf = theano.fn((x: M) => logsumexp(x, { axis: 1 }) as V, { outputs: { borrow: true } })
export const gemm = theano.fn((a: M, b: M) => dot(a, b) as M, { outputs: { borrow: true } })
export const gemv = theano.fn((a: M, x: V) => dot(a, x) as V, { outputs: { borrow: true } })

export const w = theano.shared(theano.zeros([784], 'float64'), { name: 'w' })
export const b = theano.shared(0, { name: 'b', dtype: 'float64' })
export const logistic = theano.fn(
  (x: M, y: V) => {
    const { prediction, xent, gw, gb } = formulas.logistic(x, y, w, b)
    w.value -= 0.1 * gw
    b.value -= 0.1 * gb
    return [prediction as Vector<'bool'>, xent as V] as const
  },
  { outputs: { borrow: true } },
)

export const w1 = theano.shared(theano.zeros([784, 500], 'float64'), { name: 'w1' })
export const b1 = theano.shared(theano.zeros([500], 'float64'), { name: 'b1' })
export const w2 = theano.shared(theano.zeros([500, 10], 'float64'), { name: 'w2' })
export const b2 = theano.shared(theano.zeros([10], 'float64'), { name: 'b2' })
export const mlp = theano.fn((x: M, y: Vector<'int32'>) => {
  const cost = formulas.mlpCost(x, y, w1, b1, w2, b2)
  const [g1, gb1, g2, gb2] = grad(cost, [w1, b1, w2, b2])
  w1.value -= 0.01 * g1
  b1.value -= 0.01 * gb1
  w2.value -= 0.01 * g2
  b2.value -= 0.01 * gb2
  return cost
})
