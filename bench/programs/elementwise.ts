// The first example of the language page: arrays and numbers through one formula.

import type { Vector } from 'theano-ts'
import * as theano from 'theano-ts'

export const cubic = theano.fn((x: Vector) => 2 * x + x ** 3)
export const cubicScalar = theano.fn((x: number) => 2 * x + x ** 3)
export const cube = theano.fn((x: number) => 2 * x + x * x * x)
export const line = theano.fn((x: number, a: number = 2, b: number = 1) => a * x + b)
export const cubicUfunc = theano.fn((x) => 2 * x + x ** 3)
