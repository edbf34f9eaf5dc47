// transformer/cli: what the pipeline makes of one call, stage by stage, as text.
import type ts from 'typescript'
import type { FunctionGraph } from '../../src/graph/functionGraph.ts'
import { printGraph } from '../../src/graph/print.ts'
import { type LoweredFunction, printLoops } from '../../src/lowering/index.ts'
import { printWat } from '../../src/lowering/wasm/wat.ts'
import type { Kernel, Stage } from '../../src/pipeline.ts'
import { rules } from '../../src/rewriting/index.ts'
import type { CompiledCall } from '../compiler.ts'

/** What `--emit` prints, with the words that describe it. */
export const sections = {
  graph: 'the graph as it was traced',
  optimized: 'the graph that code is made of',
  rewrites: 'the rules that fired in between, with their reasons',
  loops: 'loops and memory',
  js: 'the JavaScript that is put in place of the call',
  wat: 'the WebAssembly that it calls, in text format',
} as const
export type Section = keyof typeof sections

/** Values by stage; a stage that an error kept the call from reaching is not there. */
export type Stages = ReadonlyMap<Stage, unknown>

const printers: Readonly<
  Record<Section, { readonly stage: Stage; readonly print: (value: unknown, call: CompiledCall, textOf: (expression: ts.Expression) => string) => string }>
> = {
  graph: { stage: 'trace', print: (graph) => printGraph(graph as FunctionGraph) },
  optimized: { stage: 'expand', print: (graph) => printGraph(graph as FunctionGraph) },
  rewrites: { stage: 'rules', print: (fired) => rulesText(fired as readonly string[]) },
  loops: { stage: 'loops', print: (lowered) => printLoops(lowered as LoweredFunction).trimEnd() },
  js: { stage: 'emit', print: (kernel, call, textOf) => linkText(kernel as Kernel, call, textOf) },
  wat: { stage: 'emit', print: (kernel, call) => watText(kernel as Kernel, call) },
}

/** `textOf` prints what a capture is: the user's own node, or one that the compiler made, such as an element of a list. */
export function sectionText(stages: Stages, section: Section, call: CompiledCall, textOf: (expression: ts.Expression) => string): string {
  const { stage, print } = printers[section]
  return stages.has(stage) ? print(stages.get(stage), call, textOf) : '(not reached)'
}

/** A line a rule, in the order of first firing: `name ×2  why`. */
function rulesText(fired: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of fired) counts.set(name, (counts.get(name) ?? 0) + 1)
  if (counts.size === 0) return 'none'
  const reasons = new Map(Object.values(rules).flatMap((table) => table.map((rule) => [rule.name, rule.why] as const)))
  const rows = [...counts].map(([name, n]) => [n === 1 ? name : `${name} ×${n}`, reasons.get(name) ?? ''] as const)
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, why]) => `${name.padEnd(width)}  ${why}`.trimEnd()).join('\n')
}

function linkText({ signature, make }: Kernel, { captures }: CompiledCall, textOf: (expression: ts.Expression) => string): string {
  const texts = captures.map(({ kind, expression }) => (kind === 'shared' ? textOf(expression) : `() => ${textOf(expression)}`))
  return `$t.link(\n  ${[signature, make.replaceAll('\n', '\n  '), ...texts].join(',\n  ')}\n)`
}

const watText = ({ functions }: Kernel, { name }: CompiledCall): string =>
  functions.length > 0 ? printWat(functions).trimEnd() : `;; ${name} is JavaScript alone`
