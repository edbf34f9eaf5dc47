// A perceptron with one hidden layer. The methods only build expressions: theano.fn inlines them where they are called.
import * as theano from 'theano-ts'
import { abs, dot, type Matrix, sqr, sum, tanh, type Vector } from 'theano-ts'
import { type FloatX, floatX } from '../../logistic-sgd/src/floatX.ts'
import { LogisticRegression } from '../../logistic-sgd/src/model.ts'
import type { RandomState } from './randomState.ts'

/** Fully connected tanh units. */
export class HiddenLayer {
  readonly W
  readonly b

  /**
   * Weights (inputs × units) uniform in ±√(6 / (inputs + units)), as suits tanh (Glorot and Bengio, 2010, "Understanding the
   * difficulty of training deep feedforward neural networks"), and biases (units) of zero.
   */
  constructor(random: RandomState, inputs: number, units: number) {
    const bound = Math.sqrt(6 / (inputs + units))
    const W = theano.zeros([inputs, units], floatX)
    W.data.set(random.uniform(-bound, bound, W.size))
    this.W = theano.shared(W, { name: 'W', borrow: true })
    this.b = theano.shared(theano.zeros([units], floatX), { name: 'b' })
  }

  output(x: Matrix<FloatX>) {
    return tanh(dot(x, this.W) + this.b) as Matrix<FloatX>
  }
}

/** A hidden layer under softmax regression. */
export class MLP {
  readonly hidden
  readonly top
  /** All that is learned. */
  readonly parameters

  constructor(random: RandomState, inputs: number, units: number, classes: number) {
    this.hidden = new HiddenLayer(random, inputs, units)
    this.top = new LogisticRegression(units, classes)
    this.parameters = [this.hidden.W, this.hidden.b, this.top.W, this.top.b] as const
  }

  /** Sum of the sizes of the weights. */
  l1() {
    return sum(abs(this.hidden.W)) + sum(abs(this.top.W))
  }

  /** Sum of the squares of the weights. */
  l2Squared() {
    return sum(sqr(this.hidden.W)) + sum(sqr(this.top.W))
  }

  /** Mean of -log P(y | x) over the batch. */
  negativeLogLikelihood(x: Matrix<FloatX>, y: Vector<'int32'>) {
    return this.top.negativeLogLikelihood(this.hidden.output(x), y)
  }

  /** How many examples of the batch are classified wrongly. */
  errors(x: Matrix<FloatX>, y: Vector<'int32'>) {
    return this.top.errors(this.hidden.output(x), y)
  }
}
