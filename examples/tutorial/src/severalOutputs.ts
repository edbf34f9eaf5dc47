// More examples: computing more than one thing at the same time.
import * as theano from 'theano-ts'
import { abs, type Matrix } from 'theano-ts'

const f = theano.fn((a: Matrix, b: Matrix) => {
  const diff = a - b
  return [diff, abs(diff), diff ** 2]
})
const results = f(
  [
    [1, 1],
    [1, 1],
  ],
  [
    [0, 1],
    [2, 3],
  ],
)
for (const result of results) console.log(result)
