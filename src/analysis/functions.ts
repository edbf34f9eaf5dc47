// analysis: theano.fn inside a traced function: another compiled function's arrow, inlined with these arguments.
import type ts from 'typescript'
import { classify, typeAt } from './checker.ts'
import { toVariable } from './convert.ts'
import { fail } from './host.ts'
import { callClosure } from './inline.ts'
import { applyUpdates, readOptions } from './options.ts'
import type { Tracing } from './tracing.ts'
import { Builtin, Closure, isTensor, Tensor, type Value } from './values.ts'
import { checkDeclared } from './verifyType.ts'

/** A function that inlines `arrow`; arguments are checked against its parameters' types. Throws GraphError TH1039. */
export function inlineFn(t: Tracing, arrow: Value, options: Value, node: ts.Node): Value {
  if (!(arrow instanceof Closure)) return fail('TH1039', {}, node)
  const { updates } = readOptions(t, options, node)
  return new Builtin('theano.fn', (tracing, args, at) => {
    const given = arrow.node.parameters.map((p, i) => (args[i] === undefined ? undefined : argument(tracing, p, args[i], at)))
    const result = callClosure(tracing, arrow, given, at)
    applyUpdates(tracing, updates, given, at)
    return result
  })
}

function argument(t: Tracing, p: ts.ParameterDeclaration, v: Value, node: ts.Node): Value {
  const facts = classify(t.host, typeAt(t.host, p.name))
  if (facts.kind !== 'tensor') return v
  const value = isTensor(v) ? v : new Tensor(toVariable(t, v, node))
  return checkDeclared(t, value, facts, node)
}
