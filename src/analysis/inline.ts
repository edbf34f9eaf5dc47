// analysis: calls of functions whose source is visible. Each call has its own scope, as in JavaScript.
import type ts from 'typescript'
import { GraphError } from '../graph/errors.ts'
import { withSpan } from '../graph/variable.ts'
import { classify } from './checker.ts'
import { evaluate } from './evaluate.ts'
import { orElse } from './expressions/operators.ts'
import { fail, textOf, unwrapped } from './host.ts'
import { bindPattern } from './patterns.ts'
import { Scope } from './scope.ts'
import { announceBlock, executeBlock } from './statements.ts'
import { isCopy } from './theanoModule.ts'
import type { Tracing } from './tracing.ts'
import { Builtin, Closure, describe, List, Path, type Value } from './values.ts'

/** Deepest nesting of inlined calls. */
const deepest = 1000

/** Calls any function value. Throws GraphError TH1013 (no source), TH3047 (a copy), TH1025 (no function). */
export function callValue(t: Tracing, f: Value, args: Value[], node: ts.Node, self: Value = undefined): Value {
  if (f instanceof Builtin) return withSpan(t.spanOf(node), () => f.call(t, args, node))
  if (f instanceof Closure) return callClosure(t, takesReceiver(t, f) ? new Closure(f.node, f.scope, self) : f, args, node)
  if (f instanceof Path && classify(t.host, f.type).kind === 'function') return fail(isCopyOfFunction(t, f) ? 'TH3047' : 'TH1013', { name: f.text }, node)
  return fail('TH1025', { what: describe(f) }, node)
}

const isCopyOfFunction = (t: Tracing, { origin }: Path): boolean => origin !== null && isCopy(t.host, unwrapped(t.host, origin.node))

/** An arrow keeps the `this` of where it was written. */
const takesReceiver = (t: Tracing, f: Closure): boolean => f.self === undefined && !t.host.ts.isArrowFunction(f.node)

/** Inlines a function. Throws GraphError TH1002, TH1013 (no body), TH1018 (too deep), TH1024 (async). */
export function callClosure(t: Tracing, f: Closure, args: readonly Value[], node: ts.Node): Value {
  const declaration = f.node as ts.FunctionLikeDeclaration
  const { ts } = t.host
  if (!declaration.body) fail('TH1013', { name: textOf(declaration.name ?? declaration) }, node)
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Async) fail('TH1024', {}, node)
  if (declaration.asteriskToken) fail('TH1002', {}, node)
  if (t.depth >= deepest) fail('TH1018', { limit: deepest }, node)
  const { callOfLibrary } = t
  const file = declaration.getSourceFile()
  t.callOfLibrary = t.host.program.isSourceFileFromExternalLibrary(file) ? t.spanOf(node) : null
  t.depth++
  try {
    const scope = scopeOf(t, f)
    bindParameters(t, declaration, args, scope, node)
    return runBody(t, declaration, scope)
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack')) fail('TH1018', { limit: t.depth }, node)
    if (error instanceof GraphError && t.callOfLibrary && error.span?.file === file.fileName) throw new GraphError(error.code, error.facts, t.callOfLibrary)
    throw error
  } finally {
    t.depth--
    t.callOfLibrary = callOfLibrary
  }
}

/** A scope of its own for the parameters of `f`, or for defaults, which do not read them in compiled functions. */
export const scopeOf = (t: Tracing, f: Closure): Scope =>
  new Scope(f.scope ?? f.node.getSourceFile(), t.host.ts.isArrowFunction(f.node) && f.self === undefined ? null : { value: f.self })

function bindParameters(t: Tracing, declaration: ts.FunctionLikeDeclaration, args: readonly Value[], scope: Scope, node: ts.Node): void {
  const { ts } = t.host
  const parameters = declaration.parameters.filter((p) => !(ts.isIdentifier(p.name) && p.name.text === 'this'))
  if (ts.isFunctionExpression(declaration) && declaration.name) scope.declare(declaration.name.text, new Closure(declaration, scope.parent), true)
  parameters.forEach((p, i) => {
    const given = p.dotDotDotToken ? new List(args.slice(i)) : args[i]
    const { initializer } = p
    const value = initializer ? orElse(t, given, '===', () => evaluate(t, initializer, scope), node) : given
    bindPattern(t, p.name, value, scope, false, node)
  })
}

/** The value of a function's body in its scope. */
function runBody(t: Tracing, declaration: ts.FunctionLikeDeclaration, scope: Scope): Value {
  const body = declaration.body as ts.ConciseBody
  if (!t.host.ts.isBlock(body)) return evaluate(t, body, scope)
  const inner = new Scope(scope)
  inner.hoists = true
  announceBlock(t, body.statements, inner)
  const end = executeBlock(t, body.statements, inner)
  return end?.kind === 'return' ? end.value : undefined
}
