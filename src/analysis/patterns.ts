// analysis: binding names: declarations, parameters, destructuring with defaults and rests.
import type ts from 'typescript'
import type { Variable } from '../graph/variable.ts'
import { evaluate } from './evaluate.ts'
import { orElse } from './expressions/operators.ts'
import { fail } from './host.ts'
import { drop, iterate, memberOf } from './members.ts'
import type { Scope } from './scope.ts'
import type { Tracing } from './tracing.ts'
import { isTensor, List, type Value } from './values.ts'

/** Gives a value the user's word for it, unless it already has one. */
export function nameValue(v: Value, name: string): void {
  if (!isTensor(v)) return
  const x: Variable = v.variable
  if (x.value === null) x.name ??= name
}

/** Declares the names of a pattern in `scope`. */
export function bindPattern(t: Tracing, pattern: ts.BindingName, value: Value, scope: Scope, constant: boolean, node: ts.Node): void {
  const { ts } = t.host
  if (ts.isIdentifier(pattern)) {
    nameValue(value, pattern.text)
    return scope.declare(pattern.text, t.given.get(pattern)?.(value) ?? value, constant)
  }
  if (value === undefined || value === null) fail('TH1043', { found: String(value) }, pattern)
  if (ts.isArrayBindingPattern(pattern)) return bindArray(t, pattern, value, scope, constant, node)
  const taken: string[] = []
  for (const element of pattern.elements) {
    if (element.dotDotDotToken) {
      bindPattern(t, element.name, drop(t, value, taken, element), scope, constant, node)
      continue
    }
    const key = propertyKey(t, element.propertyName ?? (element.name as ts.Identifier), scope)
    taken.push(key)
    bindElement(t, element, memberOf(t, value, key, element), scope, constant, node)
  }
}

function bindArray(t: Tracing, pattern: ts.ArrayBindingPattern, value: Value, scope: Scope, constant: boolean, node: ts.Node): void {
  const items = iterate(t, value, pattern)
  pattern.elements.forEach((element, i) => {
    if (t.host.ts.isOmittedExpression(element)) return
    if (element.dotDotDotToken) bindPattern(t, element.name, new List(items.slice(i)), scope, constant, node)
    else bindElement(t, element, items[i], scope, constant, node)
  })
}

function bindElement(t: Tracing, element: ts.BindingElement, value: Value, scope: Scope, constant: boolean, node: ts.Node): void {
  const { initializer } = element
  const given = initializer ? orElse(t, value, '===', () => evaluate(t, initializer, scope), element) : value
  bindPattern(t, element.name, given, scope, constant, node)
}

/** A property's name as a string. Throws GraphError TH1022 for a computed one that is not known. */
export function propertyKey(t: Tracing, name: ts.PropertyName, scope: Scope): string {
  const { ts } = t.host
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name) || ts.isNoSubstitutionTemplateLiteral(name)) return name.text
  if (ts.isNumericLiteral(name)) return String(Number(name.text))
  const key = ts.isComputedPropertyName(name) ? evaluate(t, name.expression, scope) : undefined
  return typeof key === 'string' || typeof key === 'number' ? String(key) : fail('TH1022', { what: 'a computed property name' }, name)
}
