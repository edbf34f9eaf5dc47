// The compiled functions of logistic regression. They slice the data where it lies: only the index of a batch is passed.
import * as theano from 'theano-ts'
import { grad, type Scalar } from 'theano-ts'
import { batchOf, type DataSet } from './mnist.ts'
import type { LogisticRegression } from './model.ts'

/** Examples in a batch. */
export const batchSize = 600
const rate = 0.13

/** A function of the index of a batch: one step of gradient descent, giving the cost before it. */
export const trainer = (model: LogisticRegression, data: DataSet) =>
  theano.fn(
    (index: Scalar<'int32'>) => {
      const [x, y] = batchOf(data, batchSize, index)
      const cost = model.negativeLogLikelihood(x, y)
      const [gW, gb] = grad(cost, [model.W, model.b])
      model.W.value -= rate * gW
      model.b.value -= rate * gb
      return cost
    },
    { name: 'train' },
  )

/** A function of the index of a batch: how many of its examples are classified wrongly. */
export const errorCounter = (model: LogisticRegression, data: DataSet) =>
  theano.fn((index: Scalar<'int32'>) => model.errors(...batchOf(data, batchSize, index)), { name: 'errors' })
