// Every rule, alone, on graphs of many operands: the values before and after are the same. In canonicalize and specialize
// that includes NaN, Infinity and -0; a stabilizing rule may only improve on what overflows.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type DType, isFloat } from '../../src/graph/dtype.ts'
import { GraphError } from '../../src/graph/errors.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import { abs, neg } from '../../src/graph/ops/arithmetic.ts'
import { concatenate } from '../../src/graph/ops/join.ts'
import { cast } from '../../src/graph/ops/logic.ts'
import { broadcastTo, dimshuffle, reshape } from '../../src/graph/ops/shape.ts'
import { printGraph } from '../../src/graph/print.ts'
import { apply, constant, newArena, type Variable } from '../../src/graph/variable.ts'
import { type Rule, rewrite, rules, type Table } from '../../src/rewriting/index.ts'
import { instantiate, type Match } from '../../src/rewriting/match.ts'
import { check, close, graphOf, World } from './helpers.ts'
import { graphs, mixed, n0, specialM } from './ruleGraphs.ts'

const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -1, 0.5, 3.7, -2.5, 1e-3, 2]
const smallSpecial = [...special]
const moderate = [0.3, -0.7, 1.5, 2.5, -2, 0.01, 4, -4, 1, 0, 3, 0.5]
const integers = [0, 1, -1, 7, -128, 127, 2147483647, -2147483648, 3, 5, -6, 2]
const small = [0, 1, 2, 3, 1, 2]

type Kind = (world: World, name: string, data: readonly number[]) => Variable
const array =
  (shape: readonly number[], dtype: DType = 'float64', offset = 0): Kind =>
  (world, name, data) => {
    const size = shape.reduce((a, b) => a * b, 1)
    const source = isFloat(dtype) ? data : dtype === 'bool' ? data.map((x) => Number(x > 0)) : data === special ? integers : small
    // A length of an operand that must fit others is fixed where it is 1.
    return world.leaf(
      name,
      shape,
      Array.from({ length: size }, (_, i) => source[(i + offset) % source.length]),
      dtype,
      false,
      shape.flatMap((n, i) => (n === 1 ? [i] : [])),
    )
  }
const literal =
  (value: number): Kind =>
  () =>
    constant(value)
const kinds: readonly Kind[] = [
  array([12]),
  array([12], 'float64', 5),
  array([1, 12]),
  array([12, 12], 'float64', 3),
  array([12], 'float32'),
  (w, n, d) => w.leaf(n, [], [d[3]], 'float64', true),
  array([12], 'int32'),
  array([12], 'uint8'),
  array([12], 'bool'),
  literal(2),
  literal(-3),
  literal(0.5),
  literal(-0),
  literal(1),
  literal(0),
  (w, n, d) => abs(array([12])(w, n, d)),
  (w, n, d) => neg(abs(array([12])(w, n, d))),
  (w) => w.leaf('l', [3], [1, 2, 3]).shape[0] as Variable,
]
const conditions: readonly Kind[] = [array([12], 'bool'), array([12], 'bool', 3), array([12, 12], 'bool'), (_, __, d) => constant(d[0] > 0)]

const placeholdersOf = (pattern: Variable): Variable[] => ancestors([pattern]).filter((v) => v.source?.kind === 'placeholder')
const keyOf = (v: Variable): string => (v.source as { key: string }).key

/** Every choice of kinds for the placeholders, thinned to what takes milliseconds. */
function choices(pattern: Variable): Map<string, Kind>[] {
  const placeholders = placeholdersOf(pattern)
  const thin = placeholders.length > 2 ? 3 : 1
  return placeholders.reduce<Map<string, Kind>[]>(
    (known, v) => {
      const of = (v.dtype === 'bool' ? conditions : kinds).filter((_, i) => i % thin === 0)
      return known.flatMap((m) => of.map((kind) => new Map([...m, [keyOf(v), kind]])))
    },
    [new Map()],
  )
}

/** Applies one rule to a graph and compares. Returns whether it fired. */
function compare(rule: Rule, world: World, before: Variable, exact: boolean): boolean {
  let fired = false
  const graph = rewrite(graphOf(before), [rule], {
    fired: () => {
      fired = true
    },
  })
  if (!fired) return false
  check(graph, rule.name)
  const [after] = graph.outputs
  assert.equal([after.dtype, after.weak, after.shape.length], [before.dtype, before.weak, before.shape.length], `${rule.name}: type`)
  const [a, b] = world.run([before, after])
  assert.equal(b.shape, a.shape, `${rule.name}: shape`)
  a.data.forEach((x, i) => {
    if (!exact && !Number.isFinite(x)) return
    const tolerance = before.dtype === 'float32' || ancestors([before]).some((v) => v.dtype === 'float32') ? (exact ? 1e-5 : 1e-4) : exact ? 1e-14 : 1e-9
    assert.ok(close(x, b.data[i], tolerance, exact), `${rule.name}: ${b.data[i]} instead of ${x} at ${i}\n${printGraph(graphOf(before))}\n${printGraph(graph)}`)
  })
  return true
}

/** The pattern over these operands, unless the ops refuse them (a number in `and`). */
function built(pattern: Variable, match: Match): Variable | null {
  try {
    return instantiate(pattern, match)
  } catch (error) {
    if (error instanceof GraphError) return null
    throw error
  }
}

function checkPatterns(rule: Rule, exact: boolean): number {
  let fired = 0
  for (const pattern of rule.from.filter((f) => typeof f !== 'string')) {
    // A power of integers that overflows wraps as its products do; the power itself is rounded first.
    const data = !exact ? moderate : rule.name === 'local_pow_specialize' ? smallSpecial : special
    for (const choice of choices(pattern)) {
      newArena()
      const world = new World()
      const match: Match = Object.fromEntries([...choice].map(([key, kind], k) => [key, kind(world, `${key}${k}`, data)]))
      const before = built(pattern, match)
      if (before && compare(rule, world, before, exact)) fired++
    }
  }
  return fired
}

/** Reached only when other rules have changed inputs: constructors do not build what these undo. */
const byConstruction = new Set(['local_useless_cast', 'local_useless_dimshuffle', 'local_useless_reshape', 'local_useless_alloc', 'local_join_1'])

const exactTables: readonly [string, Table, boolean][] = [
  ['canonicalize', rules.canonicalize, true],
  ['specialize', rules.specialize, true],
  ['stabilize', rules.stabilize, false],
]
const seen = new Set<string>()
for (const [table, list, exact] of exactTables) {
  for (const rule of list) {
    if (seen.has(`${rule.name} ${exact}`)) continue
    seen.add(`${rule.name} ${exact}`)
    test(`${table}: ${rule.name}`, () => {
      let fired = checkPatterns(rule, exact)
      for (const build of [...(graphs[rule.name] ?? []), ...(mixed[rule.name] ?? [])]) {
        newArena()
        const world = new World()
        const before = build(world)
        assert.ok(compare(rule, world, before, exact), `${rule.name} does not fire on ${build}`)
        fired++
      }
      assert.ok(fired > 0 || byConstruction.has(rule.name), `${rule.name} never fires`)
    })
  }
}

test('rules that undo what constructors do not build', () => {
  newArena()
  const world = new World()
  const x = specialM(world)
  const op = (v: Variable) => v.owner!.op
  const identity = [
    apply(op(dimshuffle(x, [1, 0])), [x], { pattern: [0, 1] }),
    apply(op(reshape(x, [-1])), [x, ...(x.shape as Variable[])]),
    apply(op(broadcastTo(x, [2, 3, 4])), [x, ...(x.shape as Variable[])]),
    apply(op(cast(n0(world), 'float64')), [x]),
    apply(op(concatenate([x, x])), [x], { axis: 0 }),
  ]
  for (const v of identity) assert.is(rewrite(graphOf(v), rules.canonicalize).outputs[0], x)
})

test.run()
