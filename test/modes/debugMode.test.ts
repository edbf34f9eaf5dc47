// test: DebugMode finds what is wrong: rules that change values, code that does not compute its graph, memory that is someone else's. The wrong
// rules and the wrong code are put in here.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { add, mul, sqr, sub } from '../../src/graph/ops/arithmetic.ts'
import { grad, stopGradient } from '../../src/graph/ops/differentiate.ts'
import { exp, log, sin } from '../../src/graph/ops/math.ts'
import { sum } from '../../src/graph/ops/reduce.ts'
import { fastRun, type Linker, modeNames } from '../../src/graph/tracedFunction.ts'
import { constant, newArena, type Variable, withSpan } from '../../src/graph/variable.ts'
import { type Rule, rule, rules } from '../../src/rewriting/index.ts'
import { any } from '../../src/rewriting/match.ts'
import * as golden from '../golden/run.ts'
import { testBoth, traced } from '../lowering/compiled.ts'
import { World } from '../rewriting/helpers.ts'
import { compiled, exportsOf, thrown } from './program.ts'

const x = any('x')

/** A function of vectors x and y in DebugMode, whose canonicalize table has one more rule. */
function withRule(linker: Linker, wrong: Rule | null, build: (x: Variable, y: Variable) => Variable): (...args: unknown[]) => unknown {
  newArena()
  const world = new World()
  const inputs = [world.leaf('x', [3], [0, 0, 0]), world.leaf('y', [3], [0, 0, 0])]
  const output = withSpan({ file: 'a.ts', start: 3, end: 9 }, () => build(inputs[0], inputs[1]))
  const fn = { ...traced({ inputs, outputs: [output] }, linker), mode: { ...fastRun, name: 'DebugMode' as const } }
  const canonicalize = wrong ? [...rules.canonicalize, wrong] : rules.canonicalize
  return golden.link(fn, [], { tables: { ...rules, canonicalize }, locate: ({ file, start }) => `${file}:1:${start}` })
}

const build = (x: Variable, y: Variable): Variable => sum(mul(sub(exp(x), sin(y)), sqr(y)))

testBoth('right rules are right', (linker) => {
  const [value] = withRule(linker, null, build)([1, 2, 3], [1, 1, 2]) as number[]
  const expected = (Math.exp(1) - Math.sin(1)) * 1 + (Math.exp(2) - Math.sin(1)) * 1 + (Math.exp(3) - Math.sin(2)) * 4
  assert.ok(Math.abs(value - expected) < 1e-12)
})

testBoth('the rule that changes a value is named, with both expressions', (linker) => {
  const f = withRule(linker, rule('local_wrong_sin', { from: sin(x), to: x, why: 'near 0 only' }), build)
  assert.ok(Math.abs((f([0, 0, 0], [0, 0, 0]) as number[])[0]) < 1e-12)
  assert.match(
    thrown(() => f([1, 2, 3], [1, 1, 2]))!,
    /^BadOptimization: f: result f is [\d.]+ instead of [\d.]+\. The rewrite local_wrong_sin is to blame: in `expression` \(sin, a\.ts:1:3\) it has made y of sin\(y\), which is 1 instead of 0\.841\d+, at \[0\] of shape \[3\]$/,
  )
  assert.ok(Math.abs((f([0, 0, 0], [0, 0, 0]) as number[])[0]) < 1e-12)
})

test('rules of which none alone changes a value: the phase', () => {
  const wrong = rule('local_wrong_gradient', { from: sqr(x), to: (m) => mul(m.x, stopGradient(m.x)), why: 'forgets half of the gradient' })
  newArena()
  const v = new World().leaf('x', [3], [0, 0, 0])
  const fn = { ...traced({ inputs: [v], outputs: [grad(sum(sqr(v)), v)] }), mode: { ...fastRun, name: 'DebugMode' as const } }
  const f = golden.link(fn, [], { tables: { ...rules, stabilize: [...rules.stabilize, wrong] } })
  assert.match(
    thrown(() => f([1, 2, 3]))!,
    /^BadOptimization: f: result \w+ is 1 instead of 2, at \[0\] of shape \[3\]\. No rewrite alone is to blame, but those of the phase gradient together are: local_wrong_gradient$/,
  )
})

testBoth('a rule that loses NaN is to blame, unless it stabilizes', (linker) => {
  const nothing = rule('local_wrong_zero', { from: sub(x, x), to: constant(0), why: 'not for NaN' })
  const f = withRule(linker, nothing, (a) => sum(mul(0.5, sub(a, a))))
  assert.equal(f([1, 2, 3], [0, 0, 0]), [0])
  assert.match(
    thrown(() => f([Number.NaN, 1, 2], [0, 0, 0]))!,
    /^BadOptimization: f: result f is 0 instead of NaN\. The rewrite local_wrong_zero is to blame: .* which is 0 instead of NaN, at \[0\]/,
  )
  // log(1 + exp(x)) as written is Infinity.
  const [softplus] = withRule(linker, null, (a) => sum(log(add(1, exp(a)))))([800, 0, 0], [0, 0, 0]) as number[]
  assert.ok(Math.abs(softplus - (800 + 2 * Math.log(2))) < 1e-9)
})

const source = `import * as theano from 'theano-ts'
import { type Matrix, type Vector, dot, exp, grad, log, mean, sqrt, sum, tanh } from 'theano-ts'
export const W = theano.shared([[1, 2], [3, 4]], { name: 'W' })
export const n = theano.shared(0, { name: 'n' })
export const train = theano.fn((x: Matrix, lr: number = 0.1) => {
  const h = tanh(dot(x, W))
  const cost = mean(h ** 2)
  W.value -= lr * grad(cost, W)
  n.value += 1
  return { cost, h }
})
export const logistic = theano.fn((x: Vector) => log(1 + x) * 2)
export const doubled = theano.fn((x: Vector) => 2 * x)
export const ufunc = theano.fn((x) => Math.log(1 + Math.exp(x)) + 1)
export const root = theano.fn((x: Vector) => sqrt(x))
export const accumulate = theano.fn((by: number, total: number = 10) => total, { inputs: { total: { update: (by: number, total: number) => total + by } } })
export const scaled = theano.fn((x: Vector, y: Vector) => sum(x * y))
let factor = 2
export const live = theano.fn((x: Vector) => exp(x) * factor)
export const count = theano.fn((i: Vector<'int32'>) => sum(i))
export const twice = (by: number) => { factor = by }
`
const batch = [
  [1, 2],
  [0.5, -1],
  [3, 0],
]

for (const linker of ['js', 'wasm'] as const) {
  const options = { linker, mode: 'DebugMode' }
  const whole = await exportsOf(source, options)
  const plain = await exportsOf(source, { linker })

  test(`results, updates, defaults, kept inputs and copies are those of FAST_RUN (${linker})`, () => {
    for (let step = 0; step < 3; step++) {
      const [a, b] = [whole.train(batch), plain.train(batch)]
      assert.is(a.cost, b.cost)
      assert.equal([...a.h.data], [...b.h.data])
    }
    assert.equal([...whole.W.getValue().data], [...plain.W.getValue().data])
    assert.is(whole.n.getValue(), 3)
    assert.equal([whole.accumulate(1), whole.accumulate(2), whole.accumulate(0)], [10, 11, 13])
    assert.is(whole.accumulate.container('total').value, 13)
    assert.equal([whole.ufunc(1000), whole.ufunc(0)], [1001, Math.log(2) + 1])
    assert.equal([...whole.ufunc([1000, -1000]).data], [1001, 1])
    assert.equal([...whole.live([0]).data], [2])
    whole.twice(3)
    assert.equal([...whole.live([0]).data], [3])
    const copy = whole.train.copy({ deleteUpdates: true })
    assert.is(copy(batch).cost, whole.train(batch).cost)
  })

  test(`errors are the function's own (${linker})`, () => {
    const before = [...whole.W.getValue().data]
    for (const args of [[], [[1, 2]], [batch, 'a'], [[[1, 2, 3]]], [batch, 1, 2]])
      assert.is(
        thrown(() => whole.train(...args)),
        thrown(() => plain.train(...args)),
      )
    assert.match(thrown(() => whole.scaled([1, 2], [1, 2, 3]))!, /^RangeError: scaled: .*sizes 2 and 3 do not broadcast/)
    assert.equal([...whole.W.getValue().data], before)
  })

  test(`what is not finite is an error, and containers stay (${linker})`, () => {
    assert.is(
      thrown(() => whole.root([4, -1])),
      'InvalidValueError: root: result root is not finite: NaN, at [1] of shape [2]',
    )
    const before = [...whole.W.getValue().data, whole.n.getValue()]
    assert.match(thrown(() => whole.train(batch, Number.POSITIVE_INFINITY))!, /^InvalidValueError: train: the new value of W is not finite/)
    assert.equal([...whole.W.getValue().data, whole.n.getValue()], before)
    assert.ok(whole.train(batch).cost > 0)
  })
}

/** The exports of the source under the js linker with `edit` made in the code that is emitted in FAST_RUN too, but not in the forms. */
const broken = (edit: (text: string) => string) =>
  exportsOf(source, { linker: 'js', mode: 'DebugMode' }, (text) => text.replace(/run: [\s\S]*?\n {8}\},\n {8}expected:/g, edit))

test('code that does not compute its graph', async () => {
  const { logistic } = await broken((run) => run.replace('Math.log1p(', 'Math.log2('))
  assert.match(
    thrown(() => logistic([3]))!,
    /^BadThunkOutput: logistic: result logistic is [\d.]+ instead of 2\.77\d+, at \[0\] of shape \[1\]\. No rewrite alone is to blame: .*linker js/,
  )
})

test('updates that are wrong leave containers as they were', async () => {
  const { train, W, n } = await broken((run) => run.replace(/W_next\[(\w+)\] = /, 'W_next[$1] = 1 + '))
  const before = [...W.getValue().data, n.getValue()]
  assert.match(thrown(() => train(batch))!, /^BadThunkOutput: train: the new value of W is /)
  assert.equal([...W.getValue().data, n.getValue()], before)
})

test('arguments that change, memory that is others’, calls that differ', async () => {
  const changes = await broken((run) => run.replace(/(result\[i\] = 2 \* x_data\[i\];\n +\})/, '$1 if (x_data.length > 2) x_data[2] = 7;'))
  assert.equal([...changes.doubled([1, 2]).data], [2, 4])
  assert.is(
    thrown(() => changes.doubled(new Float64Array([1, 2, 3]))),
    'BadDestroyMap: doubled: argument x has changed: 7 after 3, at [2] of shape [3]',
  )
  const miscounts = await broken((run) => run.replace('let sum = 0', 'let sum = 1'))
  assert.match(thrown(() => miscounts.count([10000000]))!, /^BadThunkOutput: count: result count is 10000001 instead of 10000000/)
  const fresh = 'const result = new Float64Array(x_length)'
  const lends = await broken((run) => run.replace(fresh, 'const result = self.kept ??= new Float64Array(x_length)'))
  lends.doubled([1, 2])
  assert.is(
    thrown(() => lends.doubled([2, 3])),
    'BadViewMap: doubled: result doubled shares memory with doubled of the last call',
  )
  const aliases = await broken((run) => run.replace(fresh, 'const result = x_data').replace('result[i] = 2 * x_data[i]', 'result[i] = x_data[i]'))
  assert.is(
    thrown(() => aliases.doubled(new Float64Array([0, 0]))),
    'BadViewMap: doubled: result doubled shares memory with argument x',
  )
  const counts = await broken((run) => run.replace('result[i] = 2 * x_data[i]', 'result[i] = (2 + (self.count = (self.count ?? 0) + 1e-9)) * x_data[i]'))
  assert.match(thrown(() => counts.doubled([1, 2]))!, /^BadThunkOutput: doubled: two calls of the same give different results: doubled is /)
})

test('nothing of it is in functions of other modes', () => {
  const small = `import * as theano from 'theano-ts'\nexport const f = theano.fn((x: theano.Vector) => x / 2)\n`
  assert.match(compiled(small, { mode: 'DebugMode' }).text, /debugMode/)
  for (const mode of modeNames.filter((name) => name !== 'DebugMode')) assert.not.match(compiled(small, { mode }).text, /debugMode/)
})

test.run()
