// analysis: Theano's givens: in one function, something is read in place of a shared variable or of a const of its arrow. Gradients are
// those of the graph before the replacement (see `given` in graph/ops/differentiate.ts).
import type ts from 'typescript'
import { isFloat } from '../graph/dtype.ts'
import { GraphError } from '../graph/errors.ts'
import { ancestors } from '../graph/functionGraph.ts'
import { given } from '../graph/ops/differentiate.ts'
import { asNumber, cast } from '../graph/ops/logic.ts'
import type { Variable } from '../graph/variable.ts'
import { toVariable } from './convert.ts'
import { childrenOf, fail } from './host.ts'
import type { FnOptions } from './options.ts'
import { type Pair, pairValue } from './pairs.ts'
import type { Tracing } from './tracing.ts'
import { describe, describeVariable, fitted, isTensor, SharedRef, storable, Tensor, type Value } from './values.ts'

/**
 * Installs the givens of a function in their order: each replacement reads those before it, and what it replaces itself as it was. Throws
 * GraphError TH3050 (not to be replaced), TH3051 (a parameter), TH3052 (unknown name), TH3053 (several of the name), TH3054 (twice),
 * TH3055 (read by an earlier replacement), TH3056 (type).
 */
export function installGivens(t: Tracing, declaration: ts.FunctionLikeDeclaration, options: FnOptions, args: readonly Value[]): void {
  const installed = new Map<SharedRef | ts.Node, Variable>()
  for (const pair of options.givens) {
    const target = targetOf(t, declaration, pair)
    if (installed.has(target)) fail('TH3054', { name: nameOf(pair) }, pair.keyNode)
    if (target instanceof SharedRef) checkOrder(target, [...installed.values()], pair)
    const value = pairValue(t, pair, args)
    const replace = (original: Variable, isLeaf: boolean): Variable =>
      t.located(pair.valueNode, () => replacement(t, pair, value, original, isLeaf, options.rebuildStrict))
    if (target instanceof SharedRef) target.give(replace(target.leaf, true))
    else t.given.set(target, (original) => replaced(t, original, pair, replace))
    installed.set(target, value)
  }
}

const nameOf = ({ key }: Pair): string => (key instanceof SharedRef ? key.name : String(key))

function targetOf(t: Tracing, declaration: ts.FunctionLikeDeclaration, { key, keyNode }: Pair): SharedRef | ts.Node {
  if (key instanceof SharedRef) return key
  if (typeof key !== 'string') return fail('TH3050', { found: describe(key) }, keyNode)
  if (declaration.parameters.some((p) => p.name.getText() === key)) fail('TH3051', { name: key }, keyNode)
  const found = constsNamed(t, declaration.body, key)
  if (found.length !== 1) fail(found.length === 0 ? 'TH3052' : 'TH3053', { name: key }, keyNode)
  return found[0]
}

/** Where the body itself, not a function in it, declares a const of this name; one in a loop counts as several. */
function constsNamed(t: Tracing, body: ts.Node | undefined, name: string): ts.Node[] {
  const { ts } = t.host
  const found: ts.Node[] = []
  const visit = (node: ts.Node, repeated: boolean): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return
    const isName = (ts.isVariableDeclaration(node) || ts.isBindingElement(node)) && ts.isIdentifier(node.name) && node.name.text === name
    if (isName && (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const) !== 0) found.push(...(repeated ? [node.name, node.name] : [node.name]))
    for (const child of childrenOf(t.host, node)) visit(child, repeated || ts.isIterationStatement(node, false))
  }
  if (body && ts.isBlock(body)) visit(body, false)
  return found
}

function checkOrder(target: SharedRef, earlier: readonly Variable[], { keyNode }: Pair): void {
  if (ancestors(earlier).includes(target.leaf)) fail('TH3055', { name: target.name }, keyNode)
}

/** The value of a const under givens; a container is replaced itself. */
function replaced(t: Tracing, original: Value, pair: Pair, replace: (original: Variable, isLeaf: boolean) => Variable): Value {
  if (original instanceof SharedRef) {
    original.give(replace(original.leaf, true))
    return original
  }
  if (!isTensor(original) && typeof original !== 'number' && typeof original !== 'boolean')
    return fail('TH3050', { found: `${nameOf(pair)}, which is ${describe(original)},` }, pair.keyNode)
  return new Tensor(replace(toVariable(t, original, pair.keyNode), false))
}

function replacement(t: Tracing, pair: Pair, value: Variable, original: Variable, isLeaf: boolean, strict: boolean): Variable {
  const v = strict ? ofType(value, original, nameOf(pair)) : ofKind(value, original)
  const result = given(v, isLeaf || v.rank !== original.rank ? null : original, t.givenCount++)
  result.name = nameOf(pair)
  return result
}

/** Literals of integers are no integers where they stand for something else. */
function ofKind(v: Variable, original: Variable): Variable {
  if (!v.weak || !isFloat(original.dtype)) return v
  return v.rank === 0 ? asNumber(v) : cast(v, original.dtype)
}

/** `v` as a value of exactly the original's type; literals take its dtype, and a number is a number. */
function ofType(v: Variable, original: Variable, name: string): Variable {
  const numbers = v.weak && original.weak
  const dtype = numbers || v.dtype === original.dtype || (v.weak && storable(v, original))
  const misfit = original.shape.some((d, axis) => typeof d === 'number' && typeof v.shape[axis] === 'number' && v.shape[axis] !== d)
  if (!dtype || v.rank !== original.rank || misfit) throw new GraphError('TH3056', { name, expected: describeLengths(original), found: describeLengths(v) })
  return fitted(numbers ? asNumber(v) : cast(v, original.dtype), original, name)
}

function describeLengths(v: Variable): string {
  const lengths = v.shape.map((d) => (typeof d === 'number' ? String(d) : '?'))
  return `${describeVariable(v)}${lengths.some((n) => n !== '?') ? ` of shape [${lengths.join(', ')}]` : ''}`
}
