// The same arrow, traced and evaluated by the reference evaluator, and run as plain JavaScript.
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { evaluate } from '../../src/graph/evaluate.ts'
import type { Value } from '../../src/graph/op.ts'
import type { TracedFunction } from '../../src/graph/tracedFunction.ts'
import { verify } from '../../src/graph/verify.ts'
import { memoryProgram } from './program.ts'

const prelude = `
const two = 2
const sizes = [1, 2, 3]
const config = { rate: 0.5, layers: [2, 3], act: (v: number) => Math.tanh(v) }
enum Mode { Slow, Fast = 5 }
function poly(x: number, ...coefficients: number[]): number { return coefficients.reduce((s, c) => s * x + c, 0) }
const square = (x: number) => x * x
function fact(n: number): number { return n <= 1 ? 1 : n * fact(n - 1) }
function makeScaler(k: number) { return (v: number) => k * v }
const triple = makeScaler(3)
function later(x: number) { return helperBelow(x) + 1 }
function helperBelow(x: number) { return x - two }
const counter = { base: 3, next(x: number) { return this.base + x }, get double() { return this.base * 2 } }
`

const cases = [
  '(x: number, y: number) => x + y * 2 - x / y % 3',
  '(x: number, y: number) => -(x ** 2) + (+y)',
  '(x: number, y: number) => x ** y',
  '(x: number, y: number) => x % y',
  '(x: number, y: number) => (x | 0) + (y & 7) - (x ^ 3) + (x << 2) + (x >> 1) + (y >>> 1) + ~x',
  '(x: number, y: number) => x < y ? x : y',
  '(x: number, y: number) => x > y && y > 0 ? 1 : 2',
  '(x: number, y: number) => x || y',
  '(x: number, y: number) => x && y',
  '(x: number, y: number) => !x ? 1 : 0',
  '(x: number, y: number) => (x > 1) === (y > 1)',
  '(x: number, y: number) => x !== y',
  '(x: number, y: number) => Math.round(x) + Math.floor(y) + Math.ceil(x) + Math.trunc(y) + Math.sign(x)',
  '(x: number, y: number) => Math.max(x, y, 1) - Math.min(x, y)',
  '(x: number, y: number) => Math.max(...[x, y]) + Math.hypot(x, y, 2) + Math.max()',
  '(x: number, y: number) => Math.exp(x) + Math.log(Math.abs(y)) + Math.sin(x) * Math.cos(y) + Math.atan2(x, y) + Math.cbrt(x)',
  '(x: number, y: number) => Math.fround(x) + Math.clz32(y) + Math.imul(x, 3) + Math.pow(x, 2) + Math.PI',
  '(x: number, y: number) => Math.log1p(Math.abs(x)) + Math.expm1(y) + Math.log2(4) + Math.log10(Math.abs(y)) + Math.asinh(x) + Math.tanh(y) + Math.SQRT2',
  '(x: number, y: number) => { const a = x + 1; let b = a * y; b += 2; b *= a; b **= 2; return b }',
  '(x: number, y: number) => { let i = 0; const a = i++ + ++i; return a * x + i-- + y - --i }',
  '(x: number, y: number) => { let s = 0; for (let i = 0; i < 5; i++) { if (i === 1) continue; if (i === 4) break; s += x ** i + y } return s }',
  '(x: number, y: number) => { let s = x; let n = 3; while (n > 0) { s = s * y + n; n-- } do { s += 1 } while (n++ < 2); return s }',
  '(x: number, y: number) => { let s = 0; outer: for (const a of [1, 2, 3]) { for (const b of [1, 2]) { if (b === 2) continue outer; if (a === 3) break outer; s += a * x + b * y } } return s }',
  '(x: number, y: number) => { const [a, b = 5, ...rest] = [x, undefined, y, 2]; return a + b + rest.length * rest[0] }',
  '(x: number, y: number) => { const { p, q: { r = 3 } = {}, ...others } = { p: x, q: { r: y }, z: 4 } as { p: number; q: { r?: number }; z: number }; return p * r + others.z }',
  '(x: number, y: number) => { let a = x, b = y; [a, b] = [b, a]; ({ a, b = 2 } = { a: b, b: a }); return a - b }',
  '(x: number, y: number) => [x, y, 3].map((v, i) => v * i).filter((_, i) => i > 0).reduce((s, v) => s + v)',
  '(x: number, y: number) => { const out: number[] = []; out.push(x); out.push(y, 1); out.forEach((v, i) => { out[i] = v + 1 }); return out.at(-1)! + out[0] * out.length + out.indexOf(7) }',
  '(x: number, y: number) => Array.from({ length: 4 }, (_, i) => i * x).slice(1, 3).concat([y]).reduceRight((s, v) => s - v, 0)',
  '(x: number, y: number) => [...Array(3).keys()].reduce((s, k) => s + k * x, y)',
  '(x: number, y: number) => { const o = { a: x, b: y, f(k: number) { return this.a * k } }; o.a += 1; return Object.entries(o).length + o.f(2) + Object.keys(o).length }',
  '(x: number, y: number) => { const fs: ((v: number) => number)[] = []; for (let i = 0; i < 3; i++) fs.push((v) => v * i + x); return fs.reduce((s, f) => s + f(y), 0) }',
  '(x: number, y: number) => poly(x, 1, 2, 3) + square(y) + fact(4) + triple(x)',
  '(x: number, y: number) => later(x) + helperBelow(y) + two * sizes[2] + sizes.length + config.layers[1] + config.act(0.5)',
  '(x: number, y: number) => counter.next(x) + counter.double + Mode.Fast + y',
  '(x: number, y: number) => { const f = (a: number, b = a * 2, { c = 1 } = {}) => a + b + c; return f(x) + f(x, y) + f(1, 2, { c: x }) }',
  '(x: number, y: number) => { switch (two + 1) { case 1: return x; case 3: { const k = 2; x; return y * k } default: return 0 } }',
  '(x: number, y: number) => { if (two > 1) { const z = x * 2; return z + y } else { return 0 } }',
  '(x: number, y: number) => { const o: { v?: number } = {}; return (o.v ?? x) + (o?.v ?? 1) + (typeof y === "number" ? 1 : 0) + Number(x > 1) }',
  '(x: number, y: number) => { let a = 0; a ||= 5; let b: number | undefined; b ??= a + x; b &&= b * y; return b }',
  '(x: number, y: number) => Number.isNaN(x) ? 1 : isFinite(y) ? 2 : 3',
  '(x: number, y: number) => { var t = 1; { var t = 2 } function inner(v: number) { return v * t } return inner(x) + y }',
  '(x: number, y: number) => ((x as number)!) + (y satisfies number) + Number(true)',
  '(x: number, y: number) => { const m = [[1, x], [y, 2]]; m[0][1] += 1; const [[, b], [c]] = m; return b * c + m.flat().length }',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  '(x: number, y: number) => [1, 2, 3].includes(2) && "abc".length === 3 ? `${1 + 1}`.length + x : y',
  '(x: number, y: number) => x + 1e21 * 0 + 0x10 + 0b11 + 1_000 + y',
  '(x: number, y: number) => (x > 0 ? [x, y] : [y, x])[0] * (x > 0 ? { k: 1 } : { k: 2 }).k',
  '(x: number, y: number) => { const rec = (n: number): number => n === 0 ? x : rec(n - 1) * y; return rec(3) }',
  '(x: number, y: number) => Math.min(1, -0) + (x - x) + [3, 1].toReversed()[0] + [..."ab"].length + y * 0.5',
]

const program = memoryProgram({
  'cases.ts': `import * as theano from 'theano-ts'\n${prelude}\n${cases.map((c, i) => `export const f${i} = theano.fn(${c})`).join('\n')}\n`,
})
const script = ts.transpile(`${prelude}\nconst plain = [${cases.join(',\n')}]`, { target: ts.ScriptTarget.ES2023 })
const plain = new Function(`${script}\nreturn plain`)() as ((x: number, y: number) => number | boolean)[]

const points = [
  [2, 3],
  [0.5, -1.25],
  [-3, 2],
  [0, 1],
  [1, 0],
  [Number.NaN, 1],
  [Infinity, -2],
  [-0, 4],
  [7.5, 2.5],
]
const scalar = (x: number): Value => ({ dtype: 'float64', shape: [], data: [x] })

function run(f: TracedFunction, args: readonly number[]): number {
  const leaves = new Map(f.graph.inputs.map((v, i) => [v, scalar(args[i])]))
  return evaluate(f.graph.outputs, leaves)[0].data[0]
}

test('programs have no type errors', () => {
  assert.equal(program.typeErrors('cases.ts'), [])
})

const calls = program.calls('cases.ts')
cases.forEach((source, i) => {
  test(source, () => {
    assert.is(calls[i].name, `f${i}`)
    const { function: f, diagnostics } = program.trace('cases.ts', i)
    const errors = diagnostics.filter((d) => d.category === 'error' && d.code !== 'TH3030')
    assert.equal(errors, [])
    if (f === null) return
    verify(f.graph, 'traced')
    for (const [x, y] of points) {
      const expected = Number(plain[i](x, y))
      const actual = run(f, [x, y])
      const near = Object.is(actual, expected) || Math.abs(actual - expected) <= 1e-12 * Math.abs(expected)
      assert.ok(near, `at (${x}, ${y}): ${actual} is not ${expected}`)
    }
  })
})

test.run()
