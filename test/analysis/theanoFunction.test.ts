// test: what Theano's acceptance list says of outputs, missing names and unused inputs (A1-A3, A12, A18, A28).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compiled, refuses, testAll } from '../inputs/compiled.ts'
import { memoryProgram } from './program.ts'

const modules = await compiled(
  'theanoFunction',
  `
import * as theano from 'theano-ts'
import type { Vector } from 'theano-ts'
export const nothing = theano.fn(() => {})
export const empty = theano.fn(() => [])
export const one = theano.fn((x: number) => x)
export const dict = theano.fn((x: Vector) => ({ vec: x ** 2 }))
`,
)

testAll(modules, 'A1: no inputs, no outputs', (m) => {
  assert.is(m.nothing(), undefined)
  assert.equal(m.empty(), [])
})
testAll(modules, 'A2: too many arguments', (m) => refuses(() => m.one(1, 2), TypeError, /one/))
testAll(modules, 'A18: outputs by name', (m) => {
  const result = m.dict([2, 3, 4])
  assert.equal(Object.keys(result), ['vec'])
  assert.equal(result.vec.toArray(), [4, 9, 16])
})

const cases: readonly (readonly [name: string, call: string, codes: readonly string[]])[] = [
  ['A3: an output of nothing that is there', '() => missing', ['TH1049']],
  ['A3: whatever is unused besides', '(s: number) => missing', ['TH1049']],
  ['A3: also where unused inputs are ignored', "(s: number) => missing, { onUnusedInput: 'ignore' }", ['TH1049']],
  ['A3: an unused input', '(s: number) => 1', ['TH3030']],
  ['A3: an update of something that is not there', '(x: number = 0) => x, { inputs: { x: { update: (x: number) => missing + x } } }', ['TH1049']],
  ['A12: unused', '(v: Vector, a: Vector) => v * 2', ['TH3030']],
  ['A12: unused, with a warning', "(v: Vector, a: Vector) => v * 2, { onUnusedInput: 'warn' }", ['TH9002']],
  ['A12: unused, ignored', "(v: Vector, a: Vector) => v * 2, { onUnusedInput: 'ignore' }", []],
  ['A12: unused by its name', '(v: Vector, _a: Vector) => v * 2', []],
  ['A12: mentioned, but nothing depends on it', '(v: Vector, a: Vector) => { const b = a * 2; return v * 2 }', ['TH3030']],
  ['A12: a length is something of it', '(v: Vector, a: Vector) => v * a.length', []],
  ['A12: only replaced things read it', "(v: Vector, a: Vector) => { const h = a * 2; return v + h }, { givens: [['h', (v: Vector) => v]] }", ['TH3030']],
  [
    'A12: a gradient still reads what is replaced',
    "(v: Vector, a: Vector) => { const h = a * v; return grad(sum(h ** 2), v) }, { givens: [['h', (v: Vector) => v]] }",
    [],
  ],
  ['A12: only a replacement reads it', '(v: Vector) => sum(W), { givens: [[W, (v: Vector) => v]] }', []],
  ['A12: only a default update could read it', '(a: number) => n.value', ['TH3030']],
  ['A12: a given for an input', "(x: number) => x * 2, { givens: [['x', (x: number) => x + 1]] }", ['TH3051']],
  ['A12: another value of the option, though nothing is unused', "(x: number) => x, { onUnusedInput: 'sometimes' as never }", ['TH3012']],
  ['A28: a default update of something that the function does not have', '(x: number) => a28 * x', ['TH1049']],
]
const program = memoryProgram({
  'a.ts': [
    "import * as theano from 'theano-ts'",
    "import { grad, sum, type Vector } from 'theano-ts'",
    "const W = theano.shared([1, 2], { name: 'W' })",
    "const n = theano.shared(0, { name: 'n', defaultUpdate: (n) => n + 1 })",
    "const a28 = theano.shared(0, { name: 'a28', defaultUpdate: (y) => y + missing })",
    ...cases.map(([, call], i) => `export const f${i} = theano.fn(${call})`),
  ].join('\n'),
})
cases.forEach(([name, , codes], i) => {
  test(name, () =>
    assert.equal(
      program.trace('a.ts', i).diagnostics.map((d) => d.code),
      codes,
    ),
  )
})

test.run()
