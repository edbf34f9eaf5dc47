// bench: how long the compiler takes: for the calls of the fixtures, for files without any, and for large graphs.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { findCalls } from '../src/analysis/calls.ts'
import type { Host } from '../src/analysis/host.ts'
import { traceCall } from '../src/analysis/trace.ts'
import { add, mul } from '../src/graph/ops/arithmetic.ts'
import { grad } from '../src/graph/ops/differentiate.ts'
import { tanh } from '../src/graph/ops/math.ts'
import { sum } from '../src/graph/ops/reduce.ts'
import { fastRun, type Linker, plainInput, type TracedFunction } from '../src/graph/tracedFunction.ts'
import { constant, input, newArena } from '../src/graph/variable.ts'
import { linkModule } from '../src/lowering/wasm/module.ts'
import { compile } from '../src/pipeline.ts'
import { fixtureOptions } from '../test/fixtures/compile.ts'
import { threadTime } from './clock.ts'
import { median } from './measure.ts'

const root = join(import.meta.dirname, '..')

const seconds = (run: () => void): number => {
  const begin = threadTime()
  run()
  return threadTime() - begin
}

/** A Program of the fixtures and of this project's own sources, with every file's types already checked. */
function hostOf(linker: Linker): Host {
  const fixtures = readdirSync(join(root, 'fixtures'), { recursive: true, encoding: 'utf8' }).filter(
    (f) => f.endsWith('.ts') && !/(^|\/)(error|todo)\./.test(f),
  )
  const program = ts.createProgram([...fixtures.map((f) => join(root, 'fixtures', f)), join(root, 'src/pipeline.ts')], { ...fixtureOptions, noEmit: true })
  program.getSemanticDiagnostics()
  return { ts, program, checker: program.getTypeChecker(), linker }
}

export interface CallTimes {
  readonly calls: number
  /** Seconds of the median and the slowest `theano.fn`, from syntax tree to emitted text and module. */
  readonly median: number
  readonly slowest: number
  /** Seconds to find out that a file has no calls, per file. */
  readonly plainFile: number
  readonly plainFiles: number
}

export function callTimes(linker: Linker, rounds = 5): CallTimes {
  const host = hostOf(linker)
  const files = host.program.getSourceFiles().filter((f) => !f.isDeclarationFile)
  const calls = files.filter((f) => f.fileName.includes('/fixtures/')).flatMap((f) => findCalls(f, host))
  const once = (): number[] =>
    calls.map((call) =>
      seconds(() => {
        const traced = traceCall(call, host).function
        if (traced) linkModule(compile(traced, { describe: () => '' }).functions)
      }),
    )
  once()
  const times = Array.from({ length: rounds }, once)
  const perCall = calls.map((_, i) => median(times.map((t) => t[i])))
  const plain = files.filter((f) => !f.fileName.includes('/fixtures/'))
  const plainTimes = Array.from({ length: rounds * 4 }, () =>
    seconds(() => {
      for (const f of plain) findCalls(f, host)
    }),
  )
  return { calls: calls.length, median: median(perCall), slowest: Math.max(...perCall), plainFile: median(plainTimes) / plain.length, plainFiles: plain.length }
}

/** h = tanh(a·h + b), over and over, then the sum of h and its derivative: `nodes` Applies before the gradient. */
function chain(nodes: number, differentiate: boolean): TracedFunction {
  newArena()
  const x = input('float64', [null], { kind: 'parameter', index: 0 }, 'x')
  let h = x
  for (let i = 0; i < nodes / 3; i++) h = tanh(add(mul(h, constant(1 + i / 1e6)), constant(i / 1e5 + 1e-9)))
  const cost = sum(h)
  const outputs = differentiate ? [cost, grad(cost, x)] : [cost]
  const items = outputs.map((_, index) => ({ kind: 'value' as const, index }))
  return {
    name: 'chain',
    graph: { name: 'chain', inputs: [x], outputs, updates: [], effects: [], states: [] },
    parameters: [{ ...plainInput, name: 'x', dtype: 'float64', shape: [null] }],
    captures: [],
    outputs: { kind: 'list', items },
    ufunc: false,
    linker: 'js',
    mode: fastRun,
    profile: false,
    borrow: false,
  }
}

/** Seconds to build and compile a graph of `nodes` Applies. */
export function graphTime(nodes: number, differentiate: boolean): number {
  return seconds(() => void compile(chain(nodes, differentiate), { describe: () => '' }))
}
