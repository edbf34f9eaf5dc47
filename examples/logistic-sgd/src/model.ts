// Softmax regression. The methods only build expressions: theano.fn inlines them where they are called.
import * as theano from 'theano-ts'
import { argmax, dot, log, type Matrix, mean, neq, pick, softmax, sum, type Vector } from 'theano-ts'
import { type FloatX, floatX } from './floatX.ts'

export class LogisticRegression {
  readonly W
  readonly b

  /** Weights (inputs × classes) and biases (classes), all zero. */
  constructor(inputs: number, classes: number) {
    this.W = theano.shared(theano.zeros([inputs, classes], floatX), { name: 'W' })
    this.b = theano.shared(theano.zeros([classes], floatX), { name: 'b' })
  }

  /** P(class | x): one row an example, one column a class. */
  pYGivenX(x: Matrix<FloatX>) {
    return softmax(dot(x, this.W) + this.b)
  }

  /** Mean of -log P(y | x) over the batch. */
  negativeLogLikelihood(x: Matrix<FloatX>, y: Vector<'int32'>) {
    return -mean(pick(log(this.pYGivenX(x)), y))
  }

  /** How many examples of the batch are classified wrongly. */
  errors(x: Matrix<FloatX>, y: Vector<'int32'>) {
    return sum(neq(argmax(this.pYGivenX(x), { axis: 1 }), y))
  }
}
