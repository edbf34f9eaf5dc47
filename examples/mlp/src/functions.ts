// The compiled functions of the perceptron. They slice the data where it lies: only the index of a batch is passed.
import * as theano from 'theano-ts'
import { grad, type Scalar } from 'theano-ts'
import { batchOf, type DataSet } from '../../logistic-sgd/src/mnist.ts'
import type { MLP } from './model.ts'

/** Examples in a batch. */
export const batchSize = 20
const rate = 0.01
const l1Weight = 0
const l2Weight = 0.0001

/** A function of the index of a batch: one step of gradient descent, giving the regularized cost before it. */
export const trainer = (model: MLP, data: DataSet) =>
  theano.fn(
    (index: Scalar<'int32'>) => {
      const [x, y] = batchOf(data, batchSize, index)
      const cost = model.negativeLogLikelihood(x, y) + l1Weight * model.l1() + l2Weight * model.l2Squared()
      const gradients = grad(cost, model.parameters)
      model.parameters.forEach((parameter, i) => {
        parameter.value -= rate * gradients[i]
      })
      return cost
    },
    { name: 'train' },
  )

/** A function of the index of a batch: how many of its examples are classified wrongly. */
export const errorCounter = (model: MLP, data: DataSet) =>
  theano.fn((index: Scalar<'int32'>) => model.errors(...batchOf(data, batchSize, index)), { name: 'errors' })
