// What the arrow reads from outside: constants, containers, live values, helpers of other files, and how each is named
// in the scope of the call.
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printGraph } from '../../src/graph/print.ts'
import { memoryProgram } from './program.ts'

const layers = `
import * as theano from 'theano-ts'
import { dot, type Tensor, type Matrix, type Shared } from 'theano-ts'
export class Layer {
  readonly W: Shared<Matrix>
  readonly b = theano.shared(theano.zeros([3]), { name: 'b' })
  readonly params
  constructor(W: Shared<Matrix>, readonly gain: number) {
    this.W = W
    this.params = [this.W, this.b] as const
  }
  get bias() { return this.b }
  output(x: Tensor): Tensor { return this.gain * dot(x, this.W) + this.bias }
}
export const rate = 0.5
export let temperature = 2
let secret = 1
export const heated = (x: Tensor) => x * temperature
export const secretly = (x: Tensor) => x * secret
export const W0 = theano.shared(theano.zeros([2, 2]))
export const viaW0 = (x: Tensor) => dot(x, W0)
export { fn as compile } from 'theano-ts'
export * as T from 'theano-ts'
`

const main = `
import * as theano from 'theano-ts'
import { sum, grad, dot, type Vector, type Matrix, type Scalar, type Shared, type Tensor } from 'theano-ts'
import { Layer, rate, heated, secretly, viaW0, W0 as imported, compile, T } from './layers.ts'
import * as ns from './layers.ts'
declare function make(): number

const layer = new Layer(theano.shared(theano.zeros([4, 3])), 2)
const stack = [layer, new Layer(theano.shared(theano.zeros([3, 3])), 1)]
let scale = make()
const fixed = make()
const flag: boolean = make() > 0
const typed = new Float32Array(3)
const array = theano.ndarray([[1, 2], [3, 4]])
declare const rows: number[][]
const alias = layer.W
const useScale = (x: Vector) => x * scale
const twice = theano.fn((x: Vector) => 2 * x)
const counter = theano.shared(0, { name: 'counter' })
const count = theano.fn((by: number) => { counter.value += by; return counter })

export const constants = theano.fn((x: Vector) => x * rate)
export const instance = theano.fn((x: Matrix) => layer.output(x) as Matrix)
export const list = theano.fn((x: Matrix) => stack.reduce((h, l) => l.output(h) as Matrix, x))
export const params = theano.fn((x: Matrix) => { const g = grad(sum(layer.output(x)), layer.params); layer.params.forEach((p, i) => { p.value = p - rate * g[i] }) })
export const aliased = theano.fn((x: Matrix) => (dot(x, alias) + dot(x, layer.W)) as Matrix)
export const live = theano.fn((x: Vector) => (flag ? x * scale : x) * fixed)
export const arrays = theano.fn((x: Matrix) => (dot(x, array) + typed[0] + rows[0][0]) as Matrix)
export const temperatures = theano.fn((x: Vector) => heated(x) as Vector)
export const throughNamespace = theano.fn((x: Vector) => ns.heated(x) as Vector)
export const secrets = theano.fn((x: Vector) => secretly(x) as Vector)
export const renamed = compile((x: Matrix) => viaW0(x) as Matrix)
export const barrel = T.fn((x: Vector) => T.exp(x) as Vector)
export const nested = theano.fn((x: Vector) => (twice(x as any) as any as Vector) + 1)
export const counting = theano.fn((x: number) => (count(x) as any as Scalar) * 2)
function shadow(scale: number) { return theano.fn((x: Vector) => useScale(x)) }
class Owner {
  w = theano.shared(theano.zeros([3]))
  #private = theano.shared(theano.zeros([3]))
  predict = theano.fn((x: Vector) => (x + this.w + this.#private) as Vector)
  method() { return theano.fn((x: Vector) => this.scaled(x) as Vector) }
  scaled(x: Vector) { return x * this.w }
}
export const states = theano.fn((x: Vector) => { const v = theano.shared(theano.zeros([3]), { name: 'velocity' }); v.value = 0.9 * v + x; return v })
export const defaults = theano.fn((x: Vector, k: number = scale * 2) => x * k)
const { W: unpacked, gain: copied } = layer
const [head] = stack
class Deep extends Layer { override output(x: Tensor) { return super.output(x) + 1 } }
const deep: Layer = new Deep(alias, 1)
declare const either: Layer
const choice: { readonly kind?: 'a' | 'b'; mode: string } = { mode: 'x' }
declare const wanted: typeof choice
export const destructured = theano.fn((x: Matrix) => (dot(x, unpacked) * copied + head.bias) as Matrix)
export const overriding = theano.fn((x: Matrix) => deep.output(x) as Matrix)
export const unsure = theano.fn((x: Matrix) => either.output(x) as Matrix)
export const byString = theano.fn((x: number) => (wanted.mode === 'x' ? x : 0))
export const optional = theano.fn((x: number) => (wanted.kind ? x : 0))
const all = stack.flatMap((l) => [...l.params])
const weights = stack.map((l) => l.W)
function collect(layers: readonly Layer[]) { const out: Shared<any>[] = []; for (const l of layers) out.push(l.b); return out }
const biases = collect(stack)
function makeHidden() { const own = theano.shared(theano.zeros([3, 3])); return { own, output: (x: Tensor) => dot(x, own) } }
const hiddenLayer = makeHidden()
const made = stack.map(() => theano.shared(1))
class Dense { act(x: Tensor) { return x * 2 } gain = theano.shared(1) }
class Relu { act(x: Tensor) { return Math.max(x, 0) } gain = theano.shared(2) }
const chain = [new Dense(), new Relu()]
declare const one: Dense | Relu
class Generic<D extends 'float32' | 'float64'> { constructor(readonly W: Shared<Matrix<D>>) {} apply(x: Tensor) { return dot(x, this.W) } }
declare const generic: Generic<'float32'>
export const lists = theano.fn((_x: Matrix): unknown => [all.length, weights[1], biases[0], all[0]])
export const closed = theano.fn((x: Matrix) => hiddenLayer.output(x) as Matrix)
export const containers = theano.fn(() => made[1])
export const chained = theano.fn((x: Vector) => chain.reduce((h: Tensor, l) => l.act(h), x) as Vector)
export const unionField = theano.fn((x: Vector) => x * one.gain)
export const unionMethod = theano.fn((x: Vector) => one.act(x) as Vector)
export const generics = theano.fn((x: Matrix<'float32'>) => generic.apply(x) as Matrix<'float32'>)
let changing = 1
const mixed = [fixed, changing, layer.W]
export const undone = theano.fn((x: number) => x * (mixed[0] as number) + fixed + scale)
export const options = theano.fn((by: number) => by * 2, { name: 'named', updates: [[counter, (by: number) => counter + by]] })
export const unused = theano.fn((x: number, _y: number, z: number) => x, { onUnusedInput: 'warn' })
export const sized = theano.fn((x: theano.TensorType<['n', 3]>, y: theano.TensorType<['n']>) => x * y[0])
`

const program = memoryProgram({ 'layers.ts': layers, 'main.ts': main })
const calls = program.calls('main.ts')
const printer = ts.createPrinter()
const file = calls[0].file

function traced(name: string) {
  const index = calls.findIndex((c) => c.name === name)
  const result = program.trace('main.ts', index)
  return { ...result, names: result.captures.map((c, i) => `${result.function?.captures[i].kind} ${printer.printNode(ts.EmitHint.Expression, c, file)}`) }
}
const captures = (name: string): string[] => {
  const result = traced(name)
  assert.equal(
    result.diagnostics.filter((d) => d.category === 'error'),
    [],
  )
  return result.names
}
const code = (name: string): string | undefined => traced(name).diagnostics[0]?.code

test('a captured constant leaves no trace', () => assert.equal(captures('constants'), []))
test('methods of an instance read its own fields', () => assert.equal(captures('instance'), ['live layer.gain', 'shared layer.W', 'shared layer.b']))
test('a list of instances has the length of its literal, its elements their own names', () => {
  assert.equal(captures('list'), ['live layer.gain', 'shared layer.W', 'shared layer.b', 'live stack[1].gain', 'shared stack[1].W', 'shared stack[1].b'])
})
test('a list of containers is the containers', () => assert.equal(captures('params'), ['live layer.gain', 'shared layer.W', 'shared layer.b']))
test('two names of one container are one capture', () => assert.equal(captures('aliased'), ['shared layer.W']))
test('variables are read at each call, in the order of use', () => assert.equal(captures('live'), ['live flag', 'live scale', 'live fixed']))
test('arrays are read at each call', () => {
  assert.equal(captures('arrays'), ['live array', 'live typed', 'live rows'])
  assert.equal(
    traced('arrays').function!.captures.map((c) => [c.dtype, c.shape.length]),
    [
      ['float64', 2],
      ['float32', 1],
      ['float64', 2],
    ],
  )
})
test('a helper of another file may read what the caller imports as a namespace', () => assert.equal(captures('temperatures'), ['live ns.temperature']))
test('functions of a namespace import', () => assert.equal(captures('throughNamespace'), ['live ns.temperature']))
test('what another file keeps to itself cannot be captured', () => assert.is(code('secrets'), 'TH1036'))
test('an import under another name is used under that name', () => assert.equal(captures('renamed'), ['shared imported']))
test('theano.fn through a barrel', () => assert.equal(captures('barrel'), []))
test('another compiled function is inlined', () => assert.equal(captures('nested'), []))
test('with its updates', () => {
  assert.equal(captures('counting'), ['shared counter'])
  assert.is(traced('counting').function!.graph.updates.length, 1)
})
test('unpacked containers are those of the object, numbers are copies', () =>
  assert.equal(captures('destructured'), ['shared layer.W', 'live copied', 'shared layer.b']))
test('the class of an instance made by new decides', () => {
  assert.equal(captures('overriding'), ['live deep.gain', 'shared layer.W', 'shared deep.b'])
  assert.match(printGraph(traced('overriding').function!.graph), /add\(.*, 1\)/)
})
test('an instance of an unknown subclass', () => assert.is(code('unsure'), 'TH1053'))
test('what only a call tells decides nothing', () => {
  assert.is(code('byString'), 'TH1052')
  assert.is(code('optional'), 'TH1052')
})
test('lists made of other lists lead to the same containers', () => assert.equal(captures('lists'), ['shared layer.W', 'shared layer.b', 'shared stack[1].W']))
test('a container that a closure keeps to itself has no name', () => assert.is(code('closed'), 'TH1035'))
test('a list of unknown length', () => assert.equal(captures('containers'), ['shared made[1]']))
test('each element of a list has its own class', () => assert.equal(captures('chained'), []))
test('of one of several classes, fields are read and methods are not', () => {
  assert.equal(captures('unionField'), ['shared one.gain'])
  assert.is(code('unionMethod'), 'TH1053')
})
test('fields of generic classes have the types of the instance', () => {
  assert.equal(captures('generics'), ['shared generic.W'])
  assert.is(traced('generics').function!.captures[0].dtype, 'float32')
})
test('what could not be evaluated while building leaves nothing behind', () => {
  assert.equal(captures('undone'), ['live fixed', 'live scale'])
})
test('a name hidden at the call cannot be captured', () => {
  const index = calls.findIndex((c) => c.node.getText().includes('useScale(x)'))
  assert.is(program.trace('main.ts', index).diagnostics[0].code, 'TH1035')
})
test('this of a class', () => {
  assert.equal(captures('predict'), ['shared this.w', 'shared this.#private'])
  const index = calls.findIndex((c) => c.node.getText().includes('this.scaled'))
  assert.equal(
    program.trace('main.ts', index).captures.map((c) => printer.printNode(ts.EmitHint.Expression, c, file)),
    ['this.w'],
  )
})
test('a container made inside belongs to the function', () => {
  const { function: f } = traced('states')
  assert.equal(
    f!.graph.states.map((s) => s.variable.name),
    ['velocity'],
  )
  assert.is(f!.graph.updates[0].target, f!.graph.states[0].variable)
})
test('a default is a capture of its own', () => {
  assert.equal(captures('defaults'), ['default scale * 2'])
  assert.is(traced('defaults').function!.parameters[1].default, 0)
})
test('name and updates as options', () => {
  const { function: f } = traced('options')
  assert.is(f!.name, 'named')
  assert.match(printGraph(f!.graph), /update counter <- /)
})
test('unused parameters', () =>
  assert.equal(
    traced('unused').diagnostics.map((d) => d.code),
    ['TH9002'],
  ))
test('files that took part', () => {
  assert.equal(
    [...traced('instance').inlined].map((f) => f.fileName.split('/').pop()),
    ['layers.ts'],
  )
  assert.equal(
    [...traced('constants').inlined].map((f) => f.fileName.split('/').pop()),
    ['layers.ts'],
  )
  assert.equal([...traced('live').inlined], [])
})
test('sizes of the same name are the same Dim', () => {
  const { function: f, diagnostics } = traced('sized')
  assert.equal(diagnostics, [])
  const [x, y] = f!.graph.inputs
  assert.is(x.shape[0], y.shape[0])
  assert.is(x.shape[1], 3)
  assert.equal(
    f!.parameters.map((p) => p.shape),
    [['n', 3], ['n']],
  )
})

test('no type errors in the sources', () => assert.equal([...program.typeErrors('layers.ts'), ...program.typeErrors('main.ts')], []))

test.run()
