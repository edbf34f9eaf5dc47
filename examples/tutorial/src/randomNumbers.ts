// More examples: using random numbers. Draws differ from call to call unless the function leaves the stream where it is; streams are seeded,
// read and restored.

import type { Matrix } from 'theano-ts'
import * as theano from 'theano-ts'

const rng = theano.randomStreams(234)
const f = theano.fn(() => rng.uniform([2, 2]))
const g = theano.fn(() => rng.normal([2, 2]), { noDefaultUpdates: true })
const nearlyZeros = theano.fn(() => {
  const rv = rng.uniform([2, 2])
  return (rv + rv - 2 * rv) as Matrix
})

const same = (a: theano.NDArray, b: theano.NDArray): boolean => a.data.every((v, i) => v === b.data[i])
console.log('two calls of f give the same numbers:', same(f(), f()))
console.log('two calls of g give the same numbers:', same(g(), g()))
console.log(nearlyZeros())

rng.seed(902340)
const afterSeed = f()
f()
rng.seed(902340)
console.log('the same numbers after the same seed:', same(f(), afterSeed))

const state = rng.state
const next = f()
console.log('they go on with others:', !same(next, afterSeed))
rng.state = state
console.log('the same numbers from the same state:', same(f(), next))

const other = theano.randomStreams(902340)
const h = theano.fn(() => other.uniform([2, 2]))
console.log('the same numbers from another object with the same seed:', same(h(), afterSeed))
