// test: which rewrites a mode makes is no matter of correctness. Graphs that every rule fires on, compiled without it, without any,
// without a pass, and in FAST_COMPILE, against the reference evaluator.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { GraphError } from '../../src/graph/errors.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import { mul } from '../../src/graph/ops/arithmetic.ts'
import { exp, log } from '../../src/graph/ops/math.ts'
import { sum } from '../../src/graph/ops/reduce.ts'
import { printGraph } from '../../src/graph/print.ts'
import { fastRun, type Linker, type Mode, modeNames } from '../../src/graph/tracedFunction.ts'
import { newArena, type Variable } from '../../src/graph/variable.ts'
import { compile } from '../../src/pipeline.ts'
import { rewrites, select } from '../../src/rewriting/index.ts'
import * as golden from '../golden/run.ts'
import { asValue, testBoth, traced } from '../lowering/compiled.ts'
import { close, graphOf, World } from '../rewriting/helpers.ts'
import { graphs, mixed } from '../rewriting/ruleGraphs.ts'

const everything = ['canonicalize', 'stabilize', 'specialize', 'constant_folding', 'fusion', 'blas', 'inplace']
const stabilizing = new Set(rewrites.filter(({ tags }) => tags.includes('stabilize')).map(({ name }) => name))
const builders = [...Object.entries(graphs), ...Object.entries(mixed)].flatMap(([name, list]) => list.map((build) => ({ name, build })))

/** The graph's value in a mode is what the reference evaluator says; stabilized formulas may be finite where that is not. */
function check(name: string, build: (w: World) => Variable, mode: Partial<Mode>, linker: Linker): void {
  newArena()
  const world = new World()
  const output = build(world)
  const inputs = [...world.values.keys()]
  const [expected] = world.run([output])
  const fn = { ...traced({ inputs, outputs: [output] }, linker), mode: { ...fastRun, ...mode } }
  const [result] = golden.link(fn)(...inputs.map((v) => golden.asArgument(world.values.get(v)!))) as unknown[]
  const actual = asValue(result)
  const single = ancestors([output]).some((v) => v.dtype === 'float32')
  expected.data.forEach((x, i) => {
    if (stabilizing.has(name) && !Number.isFinite(x)) return
    const words = `${name}, ${JSON.stringify(mode)}: ${actual.data[i]} instead of ${x} at ${i}\n${printGraph(graphOf(output))}`
    assert.ok(close(x, actual.data[i], single ? 1e-5 : 1e-9, false), words)
  })
}

for (const { name } of rewrites.filter(({ rule }) => rule !== null)) {
  const own = builders.filter((b) => b.name === name)
  if (own.length === 0) continue
  test(`without ${name}`, () => {
    for (const { build } of own) check(name, build, { exclude: [name] }, 'js')
  })
}

for (const exclude of [everything, ['constant_folding'], ['fusion'], ['blas']]) {
  testBoth(`without ${exclude.join(', ')}`, (linker) => {
    for (const { name, build } of builders) check(name, build, { exclude }, linker)
  })
}

testBoth('FAST_COMPILE', (linker) => {
  for (const { name, build } of builders) check(name, build, { name: 'FAST_COMPILE' }, linker)
})

/** The rules that fire while a function of x is compiled in a mode. */
function fired(mode: Partial<Mode>, build: (x: Variable) => Variable): readonly string[] {
  newArena()
  const x = new World().leaf('x', [3], [1, 2, 3])
  let names: readonly string[] = []
  compile({ ...traced({ inputs: [x], outputs: [build(x)] }), mode: { ...fastRun, ...mode } }, { describe: () => 'expression' }, (stage, value) => {
    if (stage === 'rules') names = value as readonly string[]
  })
  return names
}
const softplus = (x: Variable): Variable => log(sum(exp(x)))

test('a rule or a tag that is left out does not fire', () => {
  assert.ok(fired({}, softplus).includes('local_log_sum_exp'))
  assert.not(fired({ exclude: ['local_log_sum_exp'] }, softplus).includes('local_log_sum_exp'))
  assert.not(fired({ exclude: ['stabilize'] }, softplus).includes('local_log_sum_exp'))
  assert.equal(fired({ exclude: ['fast_run'] }, softplus), [])
})

test('FAST_COMPILE makes no specializations, unless they are included', () => {
  const doubled = (x: Variable): Variable => mul(mul(x, x), x)
  const specializations = new Set(rewrites.filter(({ tags }) => tags.includes('specialize')).map(({ name }) => name))
  const of = (mode: Partial<Mode>): string[] => fired(mode, doubled).filter((name) => specializations.has(name))
  assert.ok(of({}).length > 0)
  assert.equal(of({ name: 'FAST_COMPILE' }), [])
  assert.equal(of({ name: 'FAST_COMPILE', include: ['specialize'] }), of({}))
})

test('names that no rewrite has, and what cannot be left out', () => {
  const problem = (mode: Partial<Mode>): unknown => {
    try {
      select({ ...fastRun, ...mode })
      return null
    } catch (error) {
      return error instanceof GraphError ? [error.code, error.facts.near ?? error.facts.reason] : error
    }
  }
  assert.equal(problem({ exclude: ['local_log1'] }), ['TH3060', '; did you mean `local_log1p`?'])
  assert.equal(problem({ include: ['elephants'] }), ['TH3060', '.'])
  assert.equal(problem({ exclude: ['fuzion'] }), ['TH3060', '; did you mean `fusion`?'])
  assert.equal(problem({ exclude: ['merge'] }), ['TH3061', 'equal expressions are one from the start'])
  for (const name of modeNames) assert.is(problem({ name, include: ['merge', 'fusion'], exclude: [...everything, 'fast_run'] }), null)
})

test.run()
