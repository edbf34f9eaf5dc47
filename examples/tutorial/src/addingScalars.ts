// Baby steps: adding two scalars.
import * as theano from 'theano-ts'

const f = theano.fn((x: number, y: number) => x + y)
console.log(f(2, 3))
console.log(f(16.3, 12.1))
