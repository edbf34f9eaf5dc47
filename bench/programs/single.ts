// The program whose bundle is weighed.
import * as theano from 'theano-ts'
import type { Vector } from 'theano-ts'

export const f = theano.fn((x: Vector) => 2 * x + x ** 3)
