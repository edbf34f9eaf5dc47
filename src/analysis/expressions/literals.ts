// analysis: literals, templates, arrays, objects and functions written in place.
import type ts from 'typescript'
import { evaluate, type Visitors } from '../evaluate.ts'
import { fail } from '../host.ts'
import { iterate, keysOf, memberOf } from '../members.ts'
import { propertyKey } from '../patterns.ts'
import type { Scope } from '../scope.ts'
import type { Tracing } from '../tracing.ts'
import { Closure, describe, isStatic, List, Rec, type Value } from '../values.ts'

function arrayLiteral(t: Tracing, node: ts.ArrayLiteralExpression, scope: Scope): Value {
  const items = t.deferred.has(node) ? [evaluate(t, node.elements[0], scope), undefined] : listItems(t, node.elements, scope)
  return new List(items, { node, scope })
}

/** Elements or arguments, with spreads expanded. */
export function listItems(t: Tracing, elements: readonly ts.Expression[], scope: Scope): Value[] {
  return elements.flatMap((e) => {
    if (t.host.ts.isOmittedExpression(e)) return [undefined]
    return t.host.ts.isSpreadElement(e) ? [...iterate(t, evaluate(t, e.expression, scope), e)] : [evaluate(t, e, scope)]
  })
}

function objectLiteral(t: Tracing, node: ts.ObjectLiteralExpression, scope: Scope): Value {
  const record = new Rec(new Map())
  for (const p of node.properties) addProperty(t, p, record, scope)
  return record
}

function addProperty(t: Tracing, p: ts.ObjectLiteralElementLike, record: Rec, scope: Scope): void {
  const { ts } = t.host
  if (ts.isSpreadAssignment(p)) {
    const source = evaluate(t, p.expression, scope)
    if (source === undefined || source === null) return
    for (const key of keysOf(t, source, p)) record.entries.set(key, memberOf(t, source, key, p))
  } else if (ts.isShorthandPropertyAssignment(p)) record.entries.set(p.name.text, evaluate(t, p.name, scope))
  else if (ts.isPropertyAssignment(p)) record.entries.set(propertyKey(t, p.name, scope), evaluate(t, p.initializer, scope))
  else if (!ts.isSetAccessorDeclaration(p)) record.entries.set(propertyKey(t, p.name, scope), new Closure(p, scope))
}

function template(t: Tracing, node: ts.TemplateExpression, scope: Scope): Value {
  return node.templateSpans.reduce((text, span) => {
    const value = evaluate(t, span.expression, scope)
    if (!isStatic(value)) fail('TH1033', { what: describe(value) }, span.expression)
    return `${text}${String(value)}${span.literal.text}`
  }, node.head.text)
}

export const literalVisitors: Visitors = {
  NumericLiteral: (_, node: ts.NumericLiteral) => Number(node.text),
  StringLiteral: (_, node: ts.StringLiteral) => node.text,
  NoSubstitutionTemplateLiteral: (_, node: ts.NoSubstitutionTemplateLiteral) => node.text,
  TrueKeyword: () => true,
  FalseKeyword: () => false,
  NullKeyword: () => null,
  TemplateExpression: template,
  ArrayLiteralExpression: arrayLiteral,
  ObjectLiteralExpression: objectLiteral,
  ArrowFunction: (_, node: ts.ArrowFunction, scope) => new Closure(node, scope),
  FunctionExpression: (_, node: ts.FunctionExpression, scope) => new Closure(node, scope),
}
