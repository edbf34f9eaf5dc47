// The compiler as a list. `log` sees every stage: fixtures and tests read them through it.
import type { FunctionGraph } from './graph/functionGraph.ts'
import type { TracedFunction } from './graph/tracedFunction.ts'
import type { Variable } from './graph/variable.ts'
import { emit, guardNaN, type Kernel, lower, type Options, withLinker } from './lowering/index.ts'
import {
  expandComposites,
  expandGradients,
  foldConstants,
  gradientAnchors,
  type Rule,
  rewrite,
  type Selection,
  select,
  type Table,
  type Warning,
} from './rewriting/index.ts'

export type { Kernel } from './lowering/index.ts'

export interface CompileOptions extends Options {
  /** Called for what is allowed but doubtful (TH9xxx). */
  readonly warn?: (warning: Warning) => void
}

export type Stage = 'trace' | 'gradient' | 'canonicalize' | 'stabilize' | 'specialize' | 'expand' | 'loops' | 'emit' | 'rules'
export type Log = (stage: Stage, value: unknown) => void

/**
 * A traced function as JavaScript text. Throws GraphError for a user's mistake that only differentiation finds, or a mode that names
 * rewrites that do not exist. `log` gets the graph after each phase, the rules that fired, the lowered function and the kernel.
 */
export function compile(fn: TracedFunction, options: CompileOptions, log: Log = () => {}): Kernel {
  const selection = select(fn.mode)
  const graph = optimize(fn.graph, selection, options, log)
  // WebAssembly takes longer to make than JavaScript.
  const linker = fn.linker === 'auto' && fn.mode.name === 'FAST_COMPILE' ? 'js' : fn.linker
  const optimized = withLinker({ ...fn, graph, linker })
  const without = new Set((['elemwise_fusion', 'BlasOpt'] as const).filter((pass) => !selection.passes.has(pass)))
  const guarded = fn.mode.name === 'NanGuardMode' ? guardNaN(optimized, options) : null
  const lowered = lower(guarded?.fn ?? optimized, { ...options, without })
  log('loops', lowered)
  const plain = emit(optimized, lowered)
  const kernel = guarded ? { ...plain, make: guarded.wrap(plain.make) } : plain
  log('emit', kernel)
  return kernel
}

function optimize(traced: FunctionGraph, { tables, passes }: Selection, options: CompileOptions, log: Log): FunctionGraph {
  const fired: string[] = []
  const apply =
    (table: Table, opaque?: ReadonlySet<Variable>) =>
    (graph: FunctionGraph): FunctionGraph =>
      table.length === 0 ? graph : rewrite(graph, table, { opaque, fired: (rule: Rule) => fired.push(rule.name) })
  const fold = (graph: FunctionGraph): FunctionGraph => (passes.has('constant_folding') ? foldConstants(graph) : graph)
  const pass = (stage: Stage, graph: FunctionGraph): FunctionGraph => {
    log(stage, graph)
    return graph
  }
  let graph = pass('trace', traced)
  // Formulas are stabilized before they are differentiated: log(softmax(x)) has a gradient that does not overflow.
  graph = apply(tables.stabilize, gradientAnchors(graph))(graph)
  graph = pass('gradient', expandGradients(graph, options.warn))
  graph = pass('canonicalize', apply(tables.canonicalize)(graph))
  graph = pass('stabilize', fold(apply(tables.stabilize)(graph)))
  graph = pass('specialize', apply(tables.specialize)(graph))
  graph = pass('expand', fold(apply(tables.specialize)(expandComposites(graph))))
  log('rules', fired)
  return graph
}
