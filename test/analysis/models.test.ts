// Models as people write them: classes of layers, parameter lists, an optimizer as a helper with state.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { memoryProgram } from './program.ts'

const source = `
import * as theano from 'theano-ts'
import { dot, grad, sum, mean, tanh, softmax, logSoftmax, pick, argmax, sqr, sqrt, type Matrix, type Vector, type Tensor, type Shared, type Scalar } from 'theano-ts'
class HiddenLayer {
  W: Shared<Matrix<'float32'>>; b: Shared<Vector<'float32'>>; params: Shared<any>[]
  constructor(nIn: number, nOut: number, readonly activation: (x: Tensor) => Tensor = tanh) {
    this.W = theano.shared(theano.zeros([nIn, nOut], 'float32'), { name: 'W' })
    this.b = theano.shared(theano.zeros([nOut], 'float32'), { name: 'b' })
    this.params = [this.W, this.b]
  }
  output(input: Tensor) { return this.activation(dot(input, this.W) + this.b) }
}
class LogisticRegression extends HiddenLayer {
  constructor(nIn: number, nOut: number) { super(nIn, nOut) }
  p(x: Tensor) { return softmax(dot(x, this.W) + this.b) }
  nll(x: Tensor, y: Tensor) { return -mean(pick(Math.log(this.p(x)), y)) }
}
class MLP {
  layers; readonly head: LogisticRegression
  constructor(sizes: number[]) {
    this.layers = [new HiddenLayer(sizes[0], sizes[1]), new HiddenLayer(sizes[1], sizes[2])]
    this.head = new LogisticRegression(10, 2)
  }
  get params() { return [...this.layers.flatMap((l) => l.params), ...this.head.params] }
  hidden(x: Tensor) { return this.layers.reduce((h, l) => l.output(h), x) }
  loss(x: Tensor, y: Tensor) { return this.head.nll(this.hidden(x), y) }
  L2() { return this.params.reduce((s: Tensor, p) => s + sum(sqr(p)), 0) }
}
const mlp = new MLP([4, 5, 10])
function adam(cost: Tensor, params: readonly Shared<any>[], lr = 0.001, b1 = 0.9, b2 = 0.999) {
  const t = theano.shared(0, { name: 't', dtype: 'float32' })
  t.value += 1
  grad(cost, params).forEach((g: any, i: number) => {
    const p = params[i]
    const m = theano.shared(theano.zerosLike(p) as any) as any, v = theano.shared(theano.zerosLike(p) as any) as any
    m.value = b1 * m + (1 - b1) * g
    v.value = b2 * v + (1 - b2) * sqr(g)
    p.value = p - lr * m.value / (1 - b1 ** t) / (sqrt(v.value / (1 - b2 ** t)) + 1e-8)
  })
}
const train = theano.fn((x: Matrix<'float32'>, y: Vector<'int32'>) => { const cost = mlp.loss(x, y) + 1e-4 * mlp.L2(); adam(cost, mlp.params); return { cost, error: mean(argmax(mlp.head.p(mlp.hidden(x)), { axis: 1 }) !== y) } })
function build(model: MLP, rate: number) { return theano.fn((x: Matrix<'float32'>, y: Vector<'int32'>) => { const c = model.loss(x, y); model.params.forEach((p) => { p.value = p - rate * grad(c, p) }); return c }) }
`

const program = memoryProgram({ 'models.ts': source })

test('no type errors', () => assert.equal(program.typeErrors('models.ts'), []))

test('a multilayer perceptron trained by Adam', () => {
  const { function: f, diagnostics } = program.trace('models.ts', 0)
  assert.equal(diagnostics, [])
  const names = ['mlp.layers[0].W', 'mlp.layers[0].b', 'mlp.layers[1].W', 'mlp.layers[1].b', 'mlp.head.W', 'mlp.head.b']
  assert.equal(
    f!.captures.map((c) => c.name),
    names,
  )
  // A step count, and two moments for each parameter.
  assert.is(f!.graph.states.length, 1 + 2 * names.length)
  assert.is(f!.graph.updates.length, 1 + 3 * names.length)
  assert.ok(f!.graph.updates.every((u) => u.target.dtype === 'float32' && u.value.dtype === 'float32'))
})

test('the same model as a parameter of an enclosing function', () => {
  const { function: f, diagnostics } = program.trace('models.ts', 1)
  assert.equal(diagnostics, [])
  assert.equal(f!.captures.map((c) => `${c.kind} ${c.name}`).slice(-2), ['shared model.head.b', 'live rate'])
  assert.is(f!.graph.updates.length, 6)
})

test.run()
