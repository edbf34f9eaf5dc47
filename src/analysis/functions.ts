// analysis: theano.fn inside a traced function: another compiled function's arrow, inlined with these arguments. Invariant: it means what a
// call of the compiled function means; its givens are its own, its updates happen.
import type ts from 'typescript'
import { given } from '../graph/ops/differentiate.ts'
import type { Variable } from '../graph/variable.ts'
import { classify, isContainer, typeAt } from './checker.ts'
import { toVariable } from './convert.ts'
import { applyDefaultUpdates, isExcluded, isLeftToCaller } from './defaultUpdates.ts'
import { evaluate } from './evaluate.ts'
import { installGivens } from './givens.ts'
import { fail, textOf } from './host.ts'
import { callClosure, scopeOf } from './inline.ts'
import { type FnOptions, readOptions } from './options.ts'
import type { Tracing } from './tracing.ts'
import { applyUpdates } from './updates.ts'
import { Builtin, type BuiltinCall, Closure, isTensor, List, Rec, SharedRef, Tensor, type Value } from './values.ts'
import { checkDeclared } from './verifyType.ts'

/** A function that inlines `arrow`; arguments are checked against its parameters' types. Throws GraphError TH1039, TH3045, TH3046, TH3047. */
export function inlineFn(t: Tracing, arrow: Value, options: Value, node: ts.Node): Value {
  if (!(arrow instanceof Closure)) return fail('TH1039', {}, node)
  const read = readOptions(t, options, node)
  const inline: BuiltinCall = (tracing, args, at) => {
    checkContainers(tracing, arrow.node, read, args, at)
    const given = arrow.node.parameters.map((p, i) => {
      const mutable = read.inputs.get(p.name.getText())?.mutable ?? false
      if (args[i] !== undefined) return argument(tracing, p, args[i], mutable, at)
      return p.initializer && argument(tracing, p, evaluate(tracing, p.initializer, scopeOf(tracing, arrow)), false, p.initializer)
    })
    return inlined(tracing, arrow, read, given, at)
  }
  return new Builtin('theano.fn', inline, new Map([['copy', new Builtin('copy', () => new Builtin('copy', notACopy))]]))
}

const notACopy: BuiltinCall = ({ host }, _, node) => fail('TH3047', { name: textOf(host.ts.isCallExpression(node) ? node.expression : node) }, node)

/** What inputs keep is out of reach, and a call outside refuses or keeps what is passed for the value of a container. */
function checkContainers({ host }: Tracing, arrow: ts.SignatureDeclaration, { inputs }: FnOptions, args: readonly Value[], node: ts.Node): void {
  for (const [name, { update }] of inputs) if (update !== undefined) fail('TH3045', { name }, node)
  arrow.parameters.forEach((p, i) => {
    const name = p.name.getText()
    const type = p.initializer && typeAt(host, p.initializer)
    if (type && isContainer(host, type)) fail('TH3045', { name }, node)
    const contained = inputs.get(name)?.implicit || (type && classify(host, type).kind === 'shared')
    if (contained && args[i] !== undefined) fail('TH3046', { name }, node)
  })
}

/** Only a mutable parameter is the caller's own array, whose elements the function may assign. */
function argument(t: Tracing, p: ts.ParameterDeclaration, v: Value, mutable: boolean, node: ts.Node): Value {
  const facts = classify(t.host, typeAt(t.host, p.name))
  if (facts.kind !== 'tensor') return v
  const value = mutable && v instanceof Tensor ? v : new Tensor(isTensor(v) ? v.variable : toVariable(t, v, node))
  return checkDeclared(t, value, facts, node)
}

/** Compiled functions return values: a container that is returned is read before the updates of the options. */
function returned(v: Value): Value {
  if (v instanceof SharedRef) return new Tensor(v.variable)
  if (v instanceof List) return new List(v.items.map(returned))
  return v instanceof Rec ? new Rec(new Map([...v.entries].map(([key, x]) => [key, returned(x)]))) : v
}

function inlined(t: Tracing, arrow: Closure, options: FnOptions, args: readonly Value[], node: ts.Node): Value {
  // A Variable of its own is not what the function computes alike, and default updates are made of what it reads.
  const asks = t.containers.some((ref) => ref.defaultUpdate !== null)
  const marked = (v: Variable): Variable => (asks ? given(v, v, t.givenCount++) : v)
  const frames = new Map(t.containers.map((ref) => [ref, ref.enter(marked)]))
  const isUpdated = (ref: SharedRef): boolean => ref.isAssignedSince(frames.get(ref))
  const names = t.given
  const effects = t.effects.length
  t.given = new Map(names)
  t.noDefaultUpdates.push(options.noDefaultUpdates)
  try {
    installGivens(t, arrow.node as ts.FunctionLikeDeclaration, options, args)
    const result = returned(callClosure(t, arrow, args, node))
    applyUpdates(t, options.updates, args)
    const updates = t.containers.flatMap((ref) => (isUpdated(ref) ? [ref.update!] : []))
    applyDefaultUpdates(t, [...variablesOf(result), ...updates, ...t.effects.slice(effects)], isUpdated, new Set(args.flatMap(variablesOf)))
    return result
  } finally {
    t.noDefaultUpdates.pop()
    t.given = names
    for (const ref of t.containers) {
      const frame = frames.get(ref)
      ref.leave(frame)
      if (!isLeftToCaller() || isExcluded(ref, options.noDefaultUpdates)) ref.mentioned = frame?.mentioned ?? false
    }
  }
}

function variablesOf(v: Value): Variable[] {
  if (isTensor(v)) return [v.variable]
  if (v instanceof List) return v.items.flatMap(variablesOf)
  return v instanceof Rec ? [...v.entries.values()].flatMap(variablesOf) : []
}
