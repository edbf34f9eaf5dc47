// How a graph was rewritten, step by step, for DebugMode. Invariant: every Variable that it keeps is a function of the same leaves.
import { ancestors, type FunctionGraph } from './graph/functionGraph.ts'
import type { TracedFunction } from './graph/tracedFunction.ts'
import type { Variable } from './graph/variable.ts'
import { type Firing, type History, valuesOf } from './lowering/debugMode.ts'
import { expandComposites, expandGradients } from './rewriting/index.ts'

/** So many firings are compared one by one in DebugMode, where their graphs have no more than so many nodes. */
const mostFirings = 2000
const mostNodes = 20_000

export class Steps {
  readonly firings: Firing[] = []
  private readonly phases: { readonly name: string; readonly graph: FunctionGraph; readonly rules: readonly string[] }[] = []
  private ended = 0

  /** Notes what the rules that have fired since the last phase have made of the graph. */
  endPhase(name: string, graph: FunctionGraph): void {
    this.phases.push({ name, graph, rules: [...new Set(this.firings.slice(this.ended).map((f) => f.rule))] })
    this.ended = this.firings.length
  }

  /** Of the function in its last form: what its calls compare. Pending gradients and composites are expanded. */
  history(fn: TracedFunction): History {
    const distinct = new Map(this.firings.map((f) => [`${f.before.id} ${f.after.id}`, f]))
    const firings = [...distinct.values()]
    const { length } = ancestors(
      firings.flatMap((f) => [f.before, f.after]),
      true,
    )
    const compared = firings.length <= mostFirings && length <= mostNodes ? firings : []
    const values = this.phases.map(({ graph }) => valuesOf({ ...fn, graph }))
    const sides = compared.flatMap((f) => [f.before, f.after])
    const outputs = [...values.flat(), ...sides]
    const graph = expandComposites(expandGradients({ ...fn.graph, outputs, updates: [], effects: [], states: [] }))
    const count = values[0].length
    const ofPhase = (i: number): readonly Variable[] => graph.outputs.slice(i * count, (i + 1) * count)
    return {
      firings: compared,
      skipped: firings.length - compared.length,
      written: ofPhase(0),
      phases: this.phases.slice(1).map(({ name, rules }, i) => ({ name, rules, values: ofPhase(i + 1) })),
      sides: graph.outputs.slice(values.length * count),
    }
  }
}
