// analysis: names, properties and elements.
import type ts from 'typescript'
import { symbolAt } from '../checker.ts'
import { evaluate, type Visitors } from '../evaluate.ts'
import { fail } from '../host.ts'
import { callClosure } from '../inline.ts'
import { elementOf, memberOf } from '../members.ts'
import { resolveName, resolveThis } from '../resolve.ts'
import type { Scope } from '../scope.ts'
import type { Tracing } from '../tracing.ts'
import { Closure, Path, type Value } from '../values.ts'

const identifier = (t: Tracing, node: ts.Identifier, scope: Scope): Value => (scope.has(node.text) ? scope.get(node.text, node) : resolveName(t, node))

/** Has `a?.b.c` stopped at a missing a? */
export const skipped = Symbol('skipped')

/** The object of a property access or call; `skipped` where an optional chain ends early. */
export function evaluateChain(t: Tracing, node: ts.Expression, scope: Scope): Value {
  const { ts } = t.host
  if (ts.isPropertyAccessExpression(node)) return property(t, node, scope, true)
  if (ts.isElementAccessExpression(node)) return element(t, node, scope, true)
  return evaluate(t, node, scope)
}

/** `super.method` or `super.getter`, with the `this` of here. */
function superMember(t: Tracing, node: ts.PropertyAccessExpression, scope: Scope): Value {
  const { ts } = t.host
  const declarations = symbolAt(t.host, node.name)?.declarations
  const member = declarations?.find((d) => ts.isMethodDeclaration(d) && d.body) ?? declarations?.find((d) => ts.isGetAccessorDeclaration(d))
  const receiver = scope.receiver()
  if (!member || !receiver) return fail('TH1013', { name: node.name.text }, node)
  t.uses(member)
  const closure = new Closure(member as ts.FunctionLikeDeclaration, null, receiver.value)
  return ts.isGetAccessorDeclaration(member) ? callClosure(t, closure, [], node) : closure
}

function property(t: Tracing, node: ts.PropertyAccessExpression, scope: Scope, inChain = false): Value {
  if (node.expression.kind === t.host.ts.SyntaxKind.SuperKeyword) return superMember(t, node, scope)
  const base = evaluateChain(t, node.expression, scope)
  if (node.questionDotToken && base instanceof Path && base.undecided) fail('TH1052', { name: base.text }, node)
  if (base === skipped || (node.questionDotToken && (base === undefined || base === null))) return inChain ? skipped : undefined
  return memberOf(t, base, node.name.text, node)
}

function element(t: Tracing, node: ts.ElementAccessExpression, scope: Scope, inChain = false): Value {
  const base = evaluateChain(t, node.expression, scope)
  if (node.questionDotToken && base instanceof Path && base.undecided) fail('TH1052', { name: base.text }, node)
  if (base === skipped || (node.questionDotToken && (base === undefined || base === null))) return inChain ? skipped : undefined
  return elementOf(t, base, evaluate(t, node.argumentExpression, scope), node)
}

export const accessVisitors: Visitors = {
  Identifier: identifier,
  ThisKeyword: (t, node: ts.ThisExpression, scope) => {
    const receiver = scope.receiver()
    return receiver ? receiver.value : resolveThis(t, node)
  },
  PropertyAccessExpression: (t, node, scope) => property(t, node, scope),
  ElementAccessExpression: (t, node, scope) => element(t, node, scope),
}
