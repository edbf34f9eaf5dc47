// Theano's tutorial: one step of logistic regression on 400 examples of 784 features.
import * as theano from 'theano-ts'
import { dot, exp, grad, gt, log, type Matrix, mean, sum, type Vector } from 'theano-ts'

export const w = theano.shared(theano.zeros([784]), { name: 'w' })
export const b = theano.shared(0, { name: 'b' })

export const array = theano.ndarray

export const train = theano.fn((x: Matrix, y: Vector) => {
  const p = 1 / (1 + exp(-dot(x, w) - b))
  const prediction = gt(p, 0.5) as Vector<'bool'>
  const xent = -y * log(p) - (1 - y) * log(1 - p)
  const cost = mean(xent) + 0.01 * sum(w ** 2)
  const [gw, gb] = grad(cost, [w, b])
  w.value -= 0.1 * gw
  b.value -= 0.1 * gb
  return [prediction, xent as Vector] as const
})
