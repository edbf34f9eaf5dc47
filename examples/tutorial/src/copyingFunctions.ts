// More examples: copying functions. The same accumulator on another state, and without its update.

import type { Scalar } from 'theano-ts'
import * as theano from 'theano-ts'

const state = theano.shared(0, { name: 'state', dtype: 'int32' })
const accumulator = theano.fn((inc: Scalar<'int32'>) => {
  const before = state.value
  state.value += inc
  return before
})
console.log(accumulator(10))
console.log(state.getValue())

const newState = theano.shared(0, { name: 'newState', dtype: 'int32' })
const newAccumulator = accumulator.copy({ swap: [[state, newState]] })
console.log(newAccumulator(100))
console.log(newState.getValue())
console.log(state.getValue())

const nullAccumulator = accumulator.copy({ deleteUpdates: true })
console.log(nullAccumulator(9000))
console.log(state.getValue())
