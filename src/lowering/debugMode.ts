// lowering: DebugMode. Beside the function as it is emitted otherwise stand forms of it that only compute, Apply by Apply in JavaScript: of the graph
// as it was written, and of every step of its rewriting. They take what containers hold as arguments.
import { isFloat } from '../graph/dtype.ts'
import { ancestors } from '../graph/functionGraph.ts'
import { prints } from '../graph/ops/effects.ts'
import { printExpression } from '../graph/print.ts'
import { type OutputTree, type Parameter, plainInput, type TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import type { Options } from './context.ts'
import { wordsFor } from './guards.ts'
import { emit, type Kernel, lower } from './index.ts'
import { isContainer } from './inPlace.ts'

export interface Firing {
  readonly rule: string
  /** May it make finite what is not? */
  readonly removes: boolean
  readonly before: Variable
  readonly after: Variable
}

/** What became of a graph. In all lists derivatives and composites are written out. */
export interface History {
  readonly firings: readonly Firing[]
  /** Firings that are not among these because there are too many. */
  readonly skipped: number
  /** `valuesOf` the graph as written. */
  readonly written: readonly Variable[]
  /** The same after each phase, and the rules that fired in it. */
  readonly phases: readonly { readonly name: string; readonly rules: readonly string[]; readonly values: readonly Variable[] }[]
  /** Before and after of each firing. */
  readonly sides: readonly Variable[]
}

/** Indices of the graph's outputs in the order of the result. */
const inOrder = (tree: OutputTree): number[] =>
  tree.kind === 'value'
    ? [tree.index]
    : tree.kind === 'list'
      ? tree.items.flatMap(inOrder)
      : tree.kind === 'record'
        ? tree.entries.flatMap(([, t]) => inOrder(t))
        : []

/** Results in their order, then the new values of the containers of `targetsOf`. */
export function valuesOf(fn: TracedFunction): Variable[] {
  const { graph } = fn
  const updates = new Map(graph.updates.map((u) => [u.target, u.value]))
  return [...inOrder(fn.outputs).map((i) => graph.outputs[i]), ...targetsOf(fn).map((target) => updates.get(target) ?? target)]
}

/** Leaves whose containers a call changes; a kept input without an update keeps what was passed. */
function targetsOf(fn: TracedFunction): Variable[] {
  const kept = fn.graph.inputs.filter((_, i) => fn.parameters[i].kept && !fn.parameters[i].implicit)
  const updated = fn.graph.updates.map((u) => u.target).filter((v) => positionOf(fn, v) !== null)
  return [...new Set([...updated, ...kept])]
}

/** Where the container of a leaf stands in the list of the function's containers: captured ones, states, inputs that are kept. */
function positionOf({ captures, graph, parameters }: TracedFunction, { source }: Variable): number | null {
  const captured = captures.flatMap((c, i) => (c.kind === 'shared' ? [i] : []))
  const ownsContainer = (p: Parameter): boolean => p.kept && captures[p.default!].kind !== 'shared'
  if (source?.kind === 'shared') return captured.indexOf(source.capture)
  if (source?.kind === 'state') return captured.length + source.index
  if (source?.kind !== 'parameter' || !parameters[source.index].kept) return null
  const p = parameters[source.index]
  if (!ownsContainer(p)) return captured.indexOf(p.default!)
  return captured.length + graph.states.length + parameters.slice(0, source.index).filter(ownsContainer).length
}

/** The function in DebugMode; `kernel` is what is emitted for it otherwise. */
export function debugKernel(fn: TracedFunction, kernel: Kernel, history: History, options: Options): Kernel {
  const rewritten = [...history.written, ...history.phases.flatMap(({ values }) => values), ...history.sides]
  const all = ancestors(rewritten, true)
  const containers = fn.ufunc ? [] : all.filter(isContainer)
  const form = (values: readonly Variable[]): string => indented(formOf(fn, containers, values, options))
  const firings = history.firings.map(({ rule, removes, before, after }) => ({
    rule,
    where: wordsFor(before, options),
    before: printExpression(before),
    after: printExpression(after),
    removes,
    exact: !isFloat(before.dtype),
  }))
  const facts = {
    containers: containers.map((v) => [
      positionOf(fn, v),
      { name: v.name ?? '', dtype: v.dtype, shape: v.shape.map((d) => (typeof d === 'number' ? d : null)) },
    ]),
    targets: targetsOf(fn).map((v) => positionOf(fn, v)),
    kept: fn.graph.inputs.map((v) => positionOf(fn, v)),
    phases: history.phases.map(({ name, rules }) => [name, rules]),
    firings,
    skipped: history.skipped,
    linker: fn.linker,
    borrow: fn.borrow,
    taken: fn.parameters.map((p) => p.mutable || p.borrow),
    prints: prints(fn.graph.effects),
    exact: history.written.map((v) => !isFloat(v.dtype)),
    single: all.some((v) => v.dtype === 'float32'),
  }
  const entries = [
    `run: ${indented(kernel.make)}`,
    `expected: ${form(history.written)}`,
    `rewritten: ${form(rewritten)}`,
    ...Object.entries(facts).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
  ]
  return { ...kernel, make: `(self, ...captures) => {\n  return $t.debugMode(self, captures, {\n    ${entries.join(',\n    ')}\n  })\n}` }
}

const indented = (text: string): string => text.replaceAll('\n', '\n    ')

/** The text that makes a function of the parameters, and then of what these leaves of containers hold, that returns a list of values. */
function formOf(fn: TracedFunction, containers: readonly Variable[], values: readonly Variable[], options: Options): string {
  const parameters = [
    ...fn.parameters.map((p): Parameter => ({ ...p, mutable: false, borrow: false, implicit: false, default: null, kept: false })),
    ...containers.map(
      (v, i): Parameter => ({ ...plainInput, name: `container${i}`, dtype: v.dtype, shape: v.shape.map((d) => (typeof d === 'number' ? d : null)) }),
    ),
  ]
  const form: TracedFunction = {
    ...fn,
    graph: { ...fn.graph, inputs: [...fn.graph.inputs, ...containers], outputs: values, updates: [], effects: [], states: [] },
    parameters,
    outputs: { kind: 'list', items: values.map((_, index) => ({ kind: 'value', index })) },
    linker: 'js',
    borrow: false,
    profile: false,
  }
  return emit(form, lower(form, { ...options, without: new Set(['elemwise_fusion', 'BlasOpt', 'inplace_elemwise_optimizer']) })).make
}
