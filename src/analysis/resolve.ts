// analysis: names that the arrow does not declare: globals, theano-ts, functions, constants, captured values.
import type ts from 'typescript'
import { theanoMember } from './builtins/theano.ts'
import { classify, enumValue, exportNamed, symbolAt, typeAt } from './checker.ts'
import { constInitializer, isConst, isEvaluable, isWritten } from './constants.ts'
import { tryOutside } from './evaluate.ts'
import { globalName, globalValue } from './globals.ts'
import { fail, unwrapped } from './host.ts'
import { elementOf, memberOf } from './members.ts'
import { rootPath, settle } from './paths.ts'
import { isFnCall, theanoName } from './theanoModule.ts'
import type { Tracing } from './tracing.ts'
import { Closure, Namespace, Path, type Value } from './values.ts'

/** The value of a free name. Throws GraphError TH1049 for a name without a meaning. */
export function resolveName(t: Tracing, node: ts.Identifier): Value {
  const symbol = symbolAt(t.host, node)
  if (!symbol || (symbol.name === 'unknown' && !symbol.declarations)) return fail('TH1049', { name: node.text }, node)
  return resolveSymbol(t, symbol, node)
}

function resolveSymbol(t: Tracing, symbol: ts.Symbol, node: ts.Identifier): Value {
  const exported = theanoName(t.host, symbol)
  if (exported !== null) return theanoMember(t, exported, node)
  const global = globalName(t.host, symbol)
  if (global !== null) return globalValue(global, node)
  if (!t.resolved.has(symbol)) t.resolved.set(symbol, resolveDeclared(t, symbol, node))
  return t.resolved.get(symbol)
}

function resolveDeclared(t: Tracing, symbol: ts.Symbol, node: ts.Identifier): Value {
  const { ts } = t.host
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0]
  if (symbol.flags & ts.SymbolFlags.ValueModule) return moduleNamespace(symbol, node.text)
  if (!declaration) return fail('TH1049', { name: node.text }, node)
  if (isInside(declaration, t.call.node) && !ts.isFunctionDeclaration(declaration)) return fail('TH1037', { name: node.text }, node)
  if (ts.isFunctionDeclaration(declaration)) return functionValue(t, symbol, node)
  if (ts.isEnumDeclaration(declaration)) return enumNamespace(t, declaration)
  const initializer = constInitializer(t, symbol)
  const origin = initializer ? { node: initializer, self: undefined } : null
  if (initializer) {
    const made = unwrapped(t.host, initializer)
    const isFunction = ts.isArrowFunction(made) || ts.isFunctionExpression(made)
    if (isFunction || isFnCall(t.host, made) || isEvaluable(t, made, false)) {
      t.uses(made)
      const value = isFunction ? new Closure(made, null) : tryOutside(t, initializer, undefined)
      if (value !== null) return value
    }
  }
  return (ts.isBindingElement(declaration) ? destructured(t, symbol, declaration, node) : null) ?? settle(t, rootPath(t, node, symbol, origin))
}

/** `const { W } = model`: the containers, functions and objects in it are those of model; numbers were copied. */
function destructured(t: Tracing, symbol: ts.Symbol, element: ts.BindingElement, node: ts.Identifier): Value | null {
  const { ts } = t.host
  const kept = ['shared', 'function', 'object', 'list', 'tuple'].includes(classify(t.host, typeAt(t.host, node)).kind)
  return kept && isConst(t, symbol) && !isWritten(t, symbol) ? part(element) : null

  function part(e: ts.BindingElement): Value | null {
    const whole: ts.Node = e.parent.parent
    if (e.dotDotDotToken || e.initializer) return null
    const base = ts.isBindingElement(whole)
      ? part(whole)
      : ts.isVariableDeclaration(whole) && whole.initializer && isEvaluable(t, whole.initializer, false)
        ? tryOutside(t, whole.initializer, undefined)
        : null
    if (base === null || base === undefined) return null
    if (ts.isArrayBindingPattern(e.parent)) return elementOf(t, base, e.parent.elements.indexOf(e), node)
    const key = e.propertyName ?? e.name
    return ts.isIdentifier(key) || ts.isStringLiteral(key) ? memberOf(t, base, key.text, node) : null
  }
}

const isInside = (node: ts.Node, outer: ts.Node): boolean => node.getSourceFile() === outer.getSourceFile() && node.pos >= outer.pos && node.end <= outer.end

function functionValue(t: Tracing, symbol: ts.Symbol, node: ts.Identifier): Value {
  const { ts } = t.host
  const implementation = symbol.declarations?.find((d) => ts.isFunctionDeclaration(d) && d.body !== undefined)
  if (!implementation) return fail('TH1013', { name: node.text }, node)
  t.uses(implementation)
  return new Closure(implementation as ts.FunctionDeclaration, null)
}

/** `import * as layers from './layers.ts'`, or a `namespace` of the user. */
function moduleNamespace(module: ts.Symbol, text: string): Namespace {
  return new Namespace(text, (tracing, member, node) => {
    const { ts } = tracing.host
    const symbol = exportNamed(tracing.host, module, member)
    if (!symbol) return fail('TH1020', { name: member, what: text }, node)
    const name = ts.isPropertyAccessExpression(node) ? node.name : node
    const at = ts.isIdentifier(name) ? name : null
    return at ? resolveSymbol(tracing, symbol, at) : fail('TH1020', { name: member, what: text }, node)
  })
}

const enumNamespace = (t: Tracing, declaration: ts.EnumDeclaration): Namespace =>
  new Namespace(declaration.name.text, (tracing, member, node) => {
    t.uses(declaration)
    const found = declaration.members.find((m) => m.name.getText() === member)
    const value = found && enumValue(tracing.host, found)
    return value ?? fail('TH1020', { name: member, what: declaration.name.text }, node)
  })

/** `this` outside any function of the arrow: the instance whose method or constructor calls theano.fn. */
export function resolveThis(t: Tracing, node: ts.ThisExpression): Value {
  const inside = isInside(node, t.call.node)
  const symbol = symbolAt(t.host, node)
  if (!inside || !symbol) return fail('TH1008', {}, node)
  return new Path({ ...rootPath(t, node, symbol, null), key: 'this', text: 'this' })
}
