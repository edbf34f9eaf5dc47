// The compiler as a list. `log` sees every stage: fixtures and tests read them through it.
import type { FunctionGraph } from './graph/functionGraph.ts'
import type { TracedFunction } from './graph/tracedFunction.ts'
import type { Variable } from './graph/variable.ts'
import { debugKernel } from './lowering/debugMode.ts'
import { emit, guardNaN, type Kernel, lower, type Options, withLinker } from './lowering/index.ts'
import {
  expandComposites,
  expandGradients,
  foldConstants,
  gradientAnchors,
  rewrite,
  type Selection,
  select,
  type Table,
  type Warning,
} from './rewriting/index.ts'
import { Steps } from './steps.ts'

export type { Kernel } from './lowering/index.ts'

export interface CompileOptions extends Options {
  /** Called for what is allowed but doubtful (TH9xxx). */
  readonly warn?: (warning: Warning) => void
  /** Other rules than those of the mode; tests of DebugMode give it wrong ones. */
  readonly tables?: Selection['tables']
}

export type Stage = 'trace' | 'gradient' | 'canonicalize' | 'stabilize' | 'specialize' | 'expand' | 'loops' | 'emit' | 'rules'
export type Log = (stage: Stage, value: unknown) => void

/**
 * A traced function as JavaScript text. Throws GraphError for a user's mistake that only differentiation finds, or a mode that names
 * rewrites that do not exist. `log` gets the graph after each phase, the rules that fired, the lowered function and the kernel.
 */
export function compile(fn: TracedFunction, options: CompileOptions, log: Log = () => {}): Kernel {
  const { passes, ...selected } = select(fn.mode)
  const tables = options.tables ?? selected.tables
  const steps = fn.mode.name === 'DebugMode' ? new Steps() : null
  const graph = optimize(fn.graph, { tables, passes }, options, log, steps)
  // WebAssembly takes longer to make than JavaScript.
  const linker = fn.linker === 'auto' && fn.mode.name === 'FAST_COMPILE' ? 'js' : fn.linker
  const optimized = withLinker({ ...fn, graph, linker })
  const without = new Set((['elemwise_fusion', 'BlasOpt', 'inplace_elemwise_optimizer'] as const).filter((pass) => !passes.has(pass)))
  const guarded = fn.mode.name === 'NanGuardMode' ? guardNaN(optimized, options) : null
  const lowered = lower(guarded?.fn ?? optimized, { ...options, without })
  log('loops', lowered)
  const plain = emit(optimized, lowered)
  const wrapped = guarded ? { ...plain, make: guarded.wrap(plain.make) } : plain
  const kernel = steps ? debugKernel(optimized, plain, steps.history(optimized), options) : wrapped
  log('emit', kernel)
  return kernel
}

function optimize(traced: FunctionGraph, { tables, passes }: Selection, options: CompileOptions, log: Log, steps: Steps | null): FunctionGraph {
  const names: string[] = []
  const apply =
    (table: Table, opaque?: ReadonlySet<Variable>) =>
    (graph: FunctionGraph): FunctionGraph => {
      const fired = ({ name }: { readonly name: string }, before: Variable, after: Variable): void => {
        names.push(name)
        steps?.firings.push({ rule: name, removes: table === tables.stabilize, before, after })
      }
      return table.length === 0 ? graph : rewrite(graph, table, { opaque, fired })
    }
  const folded = steps ? (before: Variable, after: Variable) => steps.firings.push({ rule: 'constant_folding', removes: false, before, after }) : undefined
  const fold = (graph: FunctionGraph): FunctionGraph => (passes.has('constant_folding') ? foldConstants(graph, folded) : graph)
  const pass = (stage: Stage, graph: FunctionGraph): FunctionGraph => {
    log(stage, graph)
    steps?.endPhase(stage, graph)
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
  log('rules', names)
  return graph
}
