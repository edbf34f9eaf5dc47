// The compiler as a list. `log` sees every stage: fixtures and tests read them through it.
import type { FunctionGraph } from './graph/functionGraph.ts'
import type { TracedFunction } from './graph/tracedFunction.ts'
import type { Variable } from './graph/variable.ts'
import { emit, type Kernel, lower, type Options, withLinker } from './lowering/index.ts'
import { expandComposites, expandGradients, foldConstants, gradientAnchors, type Rule, rewrite, rules, type Table, type Warning } from './rewriting/index.ts'

export type { Kernel } from './lowering/index.ts'

export interface CompileOptions extends Options {
  /** Called for what is allowed but doubtful (TH9xxx). */
  readonly warn?: (warning: Warning) => void
}

export type Stage = 'trace' | 'gradient' | 'canonicalize' | 'stabilize' | 'specialize' | 'expand' | 'loops' | 'emit' | 'rules'
export type Log = (stage: Stage, value: unknown) => void

/**
 * A traced function as JavaScript text. Throws GraphError for a user's mistake that only differentiation finds.
 * `log` gets the graph after each phase, the rules that fired, the lowered function and the kernel.
 */
export function compile(fn: TracedFunction, options: CompileOptions, log: Log = () => {}): Kernel {
  const fired: string[] = []
  const apply =
    (table: Table, opaque?: ReadonlySet<Variable>) =>
    (graph: FunctionGraph): FunctionGraph =>
      rewrite(graph, table, { opaque, fired: (rule: Rule) => fired.push(rule.name) })
  const pass = (stage: Stage, graph: FunctionGraph): FunctionGraph => {
    log(stage, graph)
    return graph
  }
  let graph = pass('trace', fn.graph)
  // Formulas are stabilized before they are differentiated: log(softmax(x)) has a gradient that does not overflow.
  graph = apply(rules.stabilize, gradientAnchors(graph))(graph)
  graph = pass('gradient', expandGradients(graph, options.warn))
  graph = pass('canonicalize', apply(rules.canonicalize)(graph))
  graph = pass('stabilize', foldConstants(apply(rules.stabilize)(graph)))
  graph = pass('specialize', apply(rules.specialize)(graph))
  graph = pass('expand', foldConstants(apply(rules.specialize)(expandComposites(graph))))
  log('rules', fired)
  const optimized = withLinker({ ...fn, graph })
  const lowered = lower(optimized, options)
  log('loops', lowered)
  const kernel = emit(optimized, lowered)
  log('emit', kernel)
  return kernel
}
