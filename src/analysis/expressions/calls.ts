// analysis: calls. The receiver of a method call is its `this`.
import type ts from 'typescript'
import { evaluate, type Visitors } from '../evaluate.ts'
import { fail, textOf } from '../host.ts'
import { callValue } from '../inline.ts'
import { elementOf, memberOf } from '../members.ts'
import { evaluateOptions } from '../pairs.ts'
import type { Scope } from '../scope.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, isStatic, type Value } from '../values.ts'
import { evaluateChain, skipped } from './access.ts'
import { listItems } from './literals.ts'

function call(t: Tracing, node: ts.CallExpression, scope: Scope): Value {
  const { callee, self } = calleeOf(t, node.expression, scope)
  if (callee === skipped || (node.questionDotToken && (callee === undefined || callee === null))) return undefined
  if (isStatic(callee)) return fail('TH1025', { what: textOf(node.expression) }, node)
  return callValue(t, callee, argumentsOf(t, callee, node, scope), node, self)
}

/** The second argument of theano.fn is its options. */
function argumentsOf(t: Tracing, callee: Value, { arguments: list }: ts.CallExpression, scope: Scope): Value[] {
  const options = callee instanceof Builtin && callee.name === 'fn' && list.length === 2 && !t.host.ts.isSpreadElement(list[1])
  return options ? [...listItems(t, list.slice(0, 1), scope), evaluateOptions(t, list[1], scope)] : listItems(t, list, scope)
}

function calleeOf(t: Tracing, e: ts.Expression, scope: Scope): { callee: Value; self: Value } {
  const { ts } = t.host
  if (!ts.isPropertyAccessExpression(e) && !ts.isElementAccessExpression(e)) return { callee: evaluate(t, e, scope), self: undefined }
  if (e.expression.kind === ts.SyntaxKind.SuperKeyword) return { callee: evaluate(t, e, scope), self: undefined }
  const self = evaluateChain(t, e.expression, scope)
  if (self === skipped || (e.questionDotToken && (self === undefined || self === null))) return { callee: skipped, self: undefined }
  const callee = ts.isPropertyAccessExpression(e) ? memberOf(t, self, e.name.text, e) : elementOf(t, self, evaluate(t, e.argumentExpression, scope), e)
  return { callee, self }
}

export const callVisitors: Visitors = { CallExpression: call }
