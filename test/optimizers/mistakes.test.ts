// test: what an optimizer does not take is a message at the user's call of it, never in the package's own file.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from './program.ts'

const mistakes: readonly (readonly [arrow: string, marked: string, message: RegExp])[] = [
  ['(x: Matrix) => adam([sum(x)], [W, b])', 'adam([sum(x)], [W, b])', /^TH1055: there are 1 gradients, but 2 parameters\.$/],
  ['(x: Matrix) => sgd(mean(x), x as never)', 'sgd(mean(x), x as never)', /^TH3009: x is not a shared variable/],
  ['(x: Matrix) => momentum([x], [x as never])', 'momentum([x], [x as never])', /^TH3009: x is not a shared variable/],
  ['(x: Matrix) => adam(dot(x, W), W)', 'adam(dot(x, W), W)', /^TH4001: .* rank 2/],
  ['(x: Matrix) => adam(mean(dot(x, W)), [W, b])', 'adam(mean(dot(x, W)), [W, b])', /^TH4002: .* `b`/],
  ['(x: Vector<"int32">) => sgd([x], I)', 'sgd([x], I)', /^TH1055: I holds int32, but only floats can learn\.$/],
  ['(x: Vector) => adam([x], single)', 'adam([x], single)', /^TH3001: The update of `single_m` has dtype float64, but its container holds float32/],
  ['(x: Matrix) => sgd([x], b)', 'sgd([x], b)', /^TH2\d{3}: /],
  ['(x: Matrix, lr: Vector) => sgd(mean(dot(x, W)), W, lr)', 'sgd(mean(dot(x, W)), W, lr)', /^TH\d{4}: .*learningRate.*lr/],
  ['(x: Matrix) => outer(dot(x, W))', 'adam(cost, W)', /^TH4001: /],
  ['(x: Matrix) => sgd(mean(dot(x, W)), grown)', 'sgd(mean(dot(x, W)), grown)', /^TH1027: /],
  ['(x: Matrix) => mean(dot(x, W)) & 1', 'mean(dot(x, W)) & 1', /^TH2004: /],
]
const source = `import { dot, fn, mean, shared, sum, type Matrix, type Tensor, type Vector } from 'theano-ts'
import { adam, momentum, sgd } from 'theano-ts/optimizers'
const W = shared([[1, 2], [3, 4]])
const b = shared([0, 0])
const I = shared([1, 2], { dtype: 'int32' })
const single = shared([1, 2], { dtype: 'float32' })
const grown: (typeof b)[] = []
for (let i = 0; i < 3; i++) grown.push(shared([i]))
const outer = (cost: Tensor): void => adam(cost, W)
${mistakes.map(([arrow], i) => `export const f${i} = fn(${arrow})`).join('\n')}
void [b, sum, momentum]
`

test('each mistake is reported at the call', () => {
  const { messages } = compile(source)
  assert.equal(
    messages.map(({ file, at }) => [file, at]),
    mistakes.map(([, marked]) => ['main.ts', marked]),
    JSON.stringify(messages, null, 2),
  )
  for (const [i, [, , message]] of mistakes.entries()) assert.match(messages[i].text, message)
})

test('TypeScript itself knows what is no parameter, no option and no rule', () => {
  const { messages } = compile(`import { fn, mean, shared, type Matrix } from 'theano-ts'
import { adam, sgd } from 'theano-ts/optimizers'
const W = shared([[1]])
export const f = fn((x: Matrix) => adam(mean(x * W), x))
export const g = fn((x: Matrix) => sgd(mean(x * W), W, { lr: 1 }))
`)
  const types = messages.filter(({ text }) => !text.startsWith('TH'))
  assert.equal(
    types.map(({ file, at }) => [file, at]),
    [
      ['main.ts', 'x'],
      ['main.ts', 'lr'],
    ],
  )
})

test.run()
