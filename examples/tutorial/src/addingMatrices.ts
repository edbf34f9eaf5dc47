// Baby steps: adding two matrices, and the exercises: a + a ** 10 and (a + b) ** 2 multiplied out, of vectors.

import type { Matrix, Vector } from 'theano-ts'
import * as theano from 'theano-ts'

const f = theano.fn((x: Matrix, y: Matrix) => x + y)
console.log(
  f(
    [
      [1, 2],
      [3, 4],
    ],
    [
      [10, 20],
      [30, 40],
    ],
  ),
)

const power = theano.fn((a: Vector) => a + a ** 10)
console.log(power([0, 1, 2]))

const square = theano.fn((a: Vector, b: Vector) => a ** 2 + b ** 2 + 2 * a * b)
console.log(square([1, 2], [4, 5]))
