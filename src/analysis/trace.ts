// analysis: one call of theano.fn in, a TracedFunction out. Invariant: a user's mistake is a diagnostic, never thrown.
import type ts from 'typescript'
import { dependencies } from '../graph/dependencies.ts'
import { GraphError, type Span } from '../graph/errors.ts'
import { type FunctionGraph, rootsOf } from '../graph/functionGraph.ts'
import { fastRun, type TracedFunction } from '../graph/tracedFunction.ts'
import { newArena, type Variable } from '../graph/variable.ts'
import type { FnCall } from './calls.ts'
import { applyDefaultUpdates } from './defaultUpdates.ts'
import { type Diagnostic, diagnostic } from './diagnostics.ts'
import { evaluate } from './evaluate.ts'
import { installGivens } from './givens.ts'
import { fail, type Host, spanOf } from './host.ts'
import { callClosure } from './inline.ts'
import { type Inputs, readInputs } from './inputs.ts'
import { type FnOptions, readOptions } from './options.ts'
import { evaluateOptions } from './pairs.ts'
import { type Parameters, readParameters } from './parameters.ts'
import { readResults } from './results.ts'
import { Scope } from './scope.ts'
import { Tracing } from './tracing.ts'
import { applyUpdates } from './updates.ts'
import { Closure } from './values.ts'

export interface Traced {
  /** Null if there is an error among the diagnostics. */
  readonly function: TracedFunction | null
  /** For each capture of the function, its expression in the scope of the call. */
  readonly captures: readonly ts.Expression[]
  readonly diagnostics: readonly Diagnostic[]
  /** Other files whose text took part. */
  readonly inlined: ReadonlySet<ts.SourceFile>
}

/** Traces the arrow of one call. Starts a new arena. */
export function traceCall(call: FnCall, host: Host): Traced {
  const t = new Tracing(host, call)
  newArena()
  try {
    const traced = trace(t)
    return { function: traced, captures: t.captureNodes, diagnostics: t.warnings, inlined: t.inlined }
  } catch (error) {
    return { function: null, captures: [], diagnostics: [...t.warnings, asDiagnostic(error, spanOf(call.node))], inlined: t.inlined }
  }
}

function asDiagnostic(error: unknown, span: Span): Diagnostic {
  if (error instanceof GraphError) return diagnostic(error.code, error.facts, error.span ?? span)
  if (error instanceof RangeError && error.message.includes('call stack')) return diagnostic('TH1018', { limit: 'what the compiler can follow' }, span)
  return diagnostic('TH5001', { problem: error instanceof Error ? error.message : String(error) }, span)
}

function trace(t: Tracing): TracedFunction {
  const root = new Scope(t.call.file)
  const [arrowNode, optionsNode] = t.call.node.arguments
  const arrow = arrowNode && !t.host.ts.isSpreadElement(arrowNode) ? evaluate(t, arrowNode, root) : undefined
  if (!(arrow instanceof Closure)) return fail('TH1039', {}, arrowNode ?? t.call.node)
  const declaration = arrow.node as ts.FunctionLikeDeclaration
  const parameters = readParameters(t, declaration)
  const options = readOptions(t, optionsNode ? evaluateOptions(t, optionsNode, root) : undefined, optionsNode ?? t.call.node)
  const inputs = readInputs(t, parameters, options, options.name ?? t.call.name, optionsNode ?? t.call.node)
  t.noDefaultUpdates.push(options.noDefaultUpdates)
  installGivens(t, declaration, options, parameters.values)
  const value = callClosure(t, arrow, parameters.values, arrowNode)
  const body = declaration.body && !t.host.ts.isBlock(declaration.body) ? declaration.body : arrowNode
  // A container that is returned has the value from before the option's updates.
  const results = readResults(t, value, body)
  applyUpdates(t, [...options.updates, ...inputs.updates], parameters.values)
  t.stateRefs.push(...inputs.updates.map(({ target }) => target))
  const written = writtenArguments(parameters, inputs)
  applyDefaultUpdates(t, [...results.outputs, ...[...updatesOf(t), ...written].map((u) => u.value), ...t.effects], (ref) => ref.update !== null)
  const graph: FunctionGraph = {
    name: options.name ?? t.call.name,
    inputs: parameters.leaves,
    outputs: results.outputs,
    updates: [...updatesOf(t), ...written],
    effects: t.effects,
    states: t.states,
  }
  if (t.ufunc && graph.updates.length > 0) fail('TH2031', { what: 'updating a shared variable' }, arrowNode)
  const used = dependencies(rootsOf(graph))
  checkUnused(t, declaration, parameters, graph, used, options)
  const moved = t.dropContainers(dependencies([...rootsOf(graph), ...t.states.map((s) => s.init)]))
  return {
    name: graph.name,
    graph,
    parameters: inputs.parameters.map((p) => (p.default === null ? p : { ...p, default: moved(p.default) })),
    captures: t.captures,
    outputs: results.tree,
    ufunc: t.ufunc,
    linker: options.linker ?? t.host.linker ?? 'auto',
    mode: options.mode ?? t.host.mode ?? fastRun,
    profile: options.profile,
    borrow: options.borrow,
  }
}

const updatesOf = (t: Tracing): FunctionGraph['updates'] =>
  t.containers.flatMap(({ leaf, update }) => (update !== null && update !== leaf ? [{ target: leaf, value: update }] : []))

/** Mutable arguments whose elements the arrow assigned: the caller's arrays get them. */
const writtenArguments = ({ leaves, values }: Parameters, { parameters }: Inputs): FunctionGraph['updates'] =>
  leaves.flatMap((target, i) => (parameters[i].mutable && values[i].variable !== target ? [{ target, value: values[i].variable }] : []))

/** Throws GraphError TH3030 for a parameter that nothing depends on and that is not updated; with 'warn', TH9002. */
function checkUnused(
  t: Tracing,
  declaration: ts.FunctionLikeDeclaration,
  { leaves }: Parameters,
  graph: FunctionGraph,
  used: ReadonlySet<Variable>,
  { onUnusedInput: onUnused, inputs }: FnOptions,
): void {
  if (onUnused === 'ignore') return
  const nodes = declaration.parameters.filter((p) => p.name.getText() !== 'this')
  leaves.forEach((leaf, i) => {
    const name = leaf.name ?? ''
    if (used.has(leaf) || name.startsWith('_') || inputs.get(name)?.update !== undefined) return
    if (onUnused === 'raise') fail('TH3030', { name, function: graph.name }, nodes[i])
    t.warnings.push(diagnostic('TH9002', { name, function: graph.name }, spanOf(nodes[i])))
  })
}
