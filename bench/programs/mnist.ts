// One step of softmax regression on a batch of images.
import * as theano from 'theano-ts'
import { dot, grad, logSoftmax, type Matrix, mean, pick, type Vector } from 'theano-ts'

export const W = theano.shared(theano.zeros([784, 10], 'float32'), { name: 'W' })
export const b = theano.shared(theano.zeros([10], 'float32'), { name: 'b' })

export const array = theano.ndarray

export const train = theano.fn((x: Matrix<'float32'>, y: Vector<'int32'>) => {
  const cost = -mean(pick(logSoftmax(dot(x, W) + b), y))
  const [gW, gb] = grad(cost, [W, b])
  W.value -= 0.13 * gW
  b.value -= 0.13 * gb
  return cost
})
