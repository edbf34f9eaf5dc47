// More examples: the logistic function, and the same curve by the hyperbolic tangent.
import * as theano from 'theano-ts'
import { exp, type Matrix, tanh } from 'theano-ts'

const logistic = theano.fn((x: Matrix) => 1 / (1 + exp(-x)))
console.log(
  logistic([
    [0, 1],
    [-1, -2],
  ]),
)

const logistic2 = theano.fn((x: Matrix) => (1 + tanh(x / 2)) / 2)
console.log(
  logistic2([
    [0, 1],
    [-1, -2],
  ]),
)
