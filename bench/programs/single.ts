// The program whose bundle is weighed.

import type { Vector } from 'theano-ts'
import * as theano from 'theano-ts'

export const f = theano.fn((x: Vector) => 2 * x + x ** 3)
