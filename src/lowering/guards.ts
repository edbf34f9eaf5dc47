// lowering: NanGuardMode. Every float of the graph becomes an operand of an effect of its own, which looks at it where it lies, once all
// is computed and before anything is committed.
import { isFloat } from '../graph/dtype.ts'
import { ancestors, type FunctionGraph, rootsOf } from '../graph/functionGraph.ts'
import { nanGuard } from '../graph/ops/effects.ts'
import type { OutputTree, TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import { type Context, nameOf, type Options } from './context.ts'
import { call, type Expr, list, name, number, type Stmt, string } from './ir.ts'

/** These only move elements: what they show has been looked at. */
const moving = new Set(['dimshuffle', 'subtensor', 'broadcastTo', 'reshape', 'take', 'pick', 'iota', 'asNumber'])
const isMoving = (v: Variable): boolean => v.owner !== null && moving.has(v.owner.op.name)

/** The floats that come from outside, then those that are computed, in data-flow order. Constants are no one's result. */
function guardedOf(graph: FunctionGraph): Variable[] {
  const all = ancestors([...graph.inputs, ...rootsOf(graph)], true)
  const floats = all.filter((v) => isFloat(v.dtype) && v.value === null && !isMoving(v))
  return [...floats.filter((v) => v.owner === null), ...floats.filter((v) => v.owner !== null)]
}

/** What a message calls a Variable: the user's expression and its place, or what it is outside. */
export function wordsFor(v: Variable, { describe, locate }: Options): string {
  if (v.owner === null) return `${v.source?.kind === 'parameter' ? 'parameter' : v.source?.kind === 'live' ? 'captured' : 'shared'} ${v.name ?? ''}`.trimEnd()
  const { span, op } = v.owner
  if (span === null) return op.name
  return `\`${describe(span)}\` (${op.name}${locate ? `, ${locate(span)}` : ''})`
}

/** The floats that v is computed from. */
function operandsOf(v: Variable): Variable[] {
  const sources = (v.owner?.inputs ?? []).map((x) => {
    let source = x
    while (isMoving(source) && source.owner!.op.name !== 'iota') source = source.owner!.inputs[0]
    return source
  })
  return [...new Set(sources)].filter((x) => isFloat(x.dtype) && x.value === null && !isMoving(x))
}

/** A function whose floats are looked at: what is lowered, and what becomes of the text that makes it. */
export interface Guarded {
  readonly fn: TracedFunction
  readonly wrap: (make: string) => string
}

export const guardNaN = (fn: TracedFunction, options: Options): Guarded => (fn.ufunc ? guardUfunc(fn, options) : guardTyped(fn, options))

/** An effect for every float of the graph. */
function guardTyped(fn: TracedFunction, options: Options): Guarded {
  const guards = guardedOf(fn.graph).map((v) => {
    const operands = operandsOf(v)
    return nanGuard([v, ...operands], wordsFor(v, options), operands.map(nameOf))
  })
  return { fn: { ...fn, graph: { ...fn.graph, effects: [...fn.graph.effects, ...guards] } }, wrap: (make) => make }
}

/** A ufunc has no effects, and nothing to commit: its floats are returned beside its result, and looked at outside. */
function guardUfunc(fn: TracedFunction, options: Options): Guarded {
  const { outputs } = fn.graph
  const floats = guardedOf(fn.graph)
  const items = floats.map((_, i): OutputTree => ({ kind: 'value', index: outputs.length + i }))
  const words = floats.map((v) => JSON.stringify(wordsFor(v, options)))
  return {
    fn: { ...fn, graph: { ...fn.graph, outputs: [...outputs, ...floats] }, outputs: { kind: 'list', items: [fn.outputs, { kind: 'list', items }] } },
    wrap: (make) => `(self, ...captures) => {\n  return $t.nanGuarded((${make})(self, ...captures), [${words.join(', ')}], self)\n}`,
  }
}

/** The call of the runtime that looks at the operands of such an effect. */
export function lookAt(guard: Variable, context: Context): Stmt {
  const { inputs, params } = guard.owner!
  const names = params.operands as readonly string[]
  const [value, ...operands] = inputs.map((v, i) => looked(v, i === 0 ? '' : names[i - 1], context))
  return { kind: 'do', value: call('$t.nanGuard', string(params.what as string), value, list(operands), name('self')) }
}

/** `[name, elements, shape, position of the first]`: nothing is copied. */
function looked(v: Variable, called: string, context: Context): Expr {
  if (v.rank === 0) return list([string(called), list([context.scalar(v)]), list([]), number(0)])
  const view = context.view(v)
  if (!view?.contiguous) throw new Error(`${v.owner?.op.name ?? v.name} does not lie in one piece`)
  const [array, offset] = context.storage.typed(view)
  return list([string(called), array, context.shapeList(v), offset])
}
