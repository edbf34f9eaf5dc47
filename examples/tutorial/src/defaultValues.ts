// More examples: setting a default value for an argument, and arguments by name.
import * as theano from 'theano-ts'

const f = theano.fn((x: number, y: number = 1) => x + y)
console.log(f(33))
console.log(f(33, 2))

const g = theano.fn((x: number, y: number = 1, w: number = 2) => (x + y) * w)
console.log(g(33))
console.log(g(33, 2))
console.log(g(33, 0, 1))
console.log(g.named({ x: 33, w: 1 }))
console.log(g.named({ x: 33, w: 1, y: 0 }))
