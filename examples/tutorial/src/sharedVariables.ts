// More examples: using shared variables. An accumulator, a decrementor of the same state, and a function that computes with something else in its place.

import type { Scalar } from 'theano-ts'
import * as theano from 'theano-ts'

const state = theano.shared(0, { name: 'state', dtype: 'int32' })
const accumulator = theano.fn((_inc: Scalar<'int32'>) => state, { updates: [[state, (inc: Scalar<'int32'>) => state + inc]] })
console.log(state.getValue())
console.log(accumulator(1))
console.log(state.getValue())
console.log(accumulator(300))
console.log(state.getValue())

state.setValue(-1)
console.log(accumulator(3))
console.log(state.getValue())

const decrementor = theano.fn((inc: Scalar<'int32'>) => {
  const before = state.value
  state.value -= inc
  return before
})
console.log(decrementor(2))
console.log(state.getValue())

const skipShared = theano.fn((inc: Scalar<'int32'>, _foo: Scalar<'int32'>) => state * 2 + inc, {
  givens: [[state, (_inc: Scalar<'int32'>, foo: Scalar<'int32'>) => foo]],
})
console.log(skipShared(1, 3))
console.log(state.getValue())
