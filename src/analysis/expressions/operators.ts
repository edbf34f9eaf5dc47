// analysis: operators. On values known now they are JavaScript's own; otherwise each is one op of the graph.
import type ts from 'typescript'
import { GraphError } from '../../graph/errors.ts'
import { add, div, mul, neg, pow, remainder, sub } from '../../graph/ops/arithmetic.ts'
import type { Operand } from '../../graph/ops/elementwise.ts'
import { and, bitAnd, bitNot, bitOr, bitXor, eq, ge, gt, le, lt, neq, or, shiftLeft, shiftRight, shiftRightUnsigned, where } from '../../graph/ops/logic.ts'
import { Variable, withSpan } from '../../graph/variable.ts'
import { allowsNull, classify, typeOfTypeNode } from '../checker.ts'
import { condition, negation, toOperand, toVariable } from '../convert.ts'
import { evaluate, type Visitors } from '../evaluate.ts'
import { fail } from '../host.ts'
import { keysOf } from '../members.ts'
import { isMissing, nestedRank } from '../paths.ts'
import type { Scope } from '../scope.ts'
import type { Tracing } from '../tracing.ts'
import { unsupported } from '../unsupported.ts'
import { conditionally, describe, isStatic, isTensor, List, Path, Rec, type SharedRef, Tensor, type Value } from '../values.ts'
import { checkDeclared } from '../verifyType.ts'
import { assignmentOperators, prefixStep } from './assignment.ts'

interface Operator {
  // biome-ignore lint/suspicious/noExplicitAny: JavaScript's own operator
  readonly known: (a: any, b: any) => Value
  readonly op: (a: Operand, b: Operand) => Variable
}

const comparisonOf = (known: Operator['known'], op: Operator['op']): Operator => ({ known, op })

/** By token text. */
const binaryOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['+', { known: (a, b) => a + b, op: add }],
  ['-', { known: (a, b) => a - b, op: sub }],
  ['*', { known: (a, b) => a * b, op: mul }],
  ['/', { known: (a, b) => a / b, op: div }],
  ['%', { known: (a, b) => a % b, op: remainder }],
  ['**', { known: (a, b) => a ** b, op: pow }],
  ['&', { known: (a, b) => a & b, op: bitAnd }],
  ['|', { known: (a, b) => a | b, op: bitOr }],
  ['^', { known: (a, b) => a ^ b, op: bitXor }],
  ['<<', { known: (a, b) => a << b, op: shiftLeft }],
  ['>>', { known: (a, b) => a >> b, op: shiftRight }],
  ['>>>', { known: (a, b) => a >>> b, op: shiftRightUnsigned }],
  ['<', comparisonOf((a, b) => a < b, lt)],
  ['<=', comparisonOf((a, b) => a <= b, le)],
  ['>', comparisonOf((a, b) => a > b, gt)],
  ['>=', comparisonOf((a, b) => a >= b, ge)],
  ['===', comparisonOf((a, b) => a === b, eq)],
  // biome-ignore lint/suspicious/noDoubleEquals: the user's operator
  ['==', comparisonOf((a, b) => a == b, eq)],
  ['!==', comparisonOf((a, b) => a !== b, neq)],
  // biome-ignore lint/suspicious/noDoubleEquals: the user's operator
  ['!=', comparisonOf((a, b) => a != b, neq)],
])
const equalities = new Set(['===', '==', '!==', '!='])

/** `a operator b` of two values. */
export function applyBinary(t: Tracing, operator: string, a: Value, b: Value, node: ts.Node): Value {
  const { known, op } = binaryOperators.get(operator)!
  if (isStatic(a) && isStatic(b)) return known(a, b)
  const optional = optionalAgainst(a, b) ?? optionalAgainst(b, a)
  if (equalities.has(operator) && optional) {
    const missing = isMissing(t, optional.value, operator.length === 3 ? '===' : '==', optional.other, node)
    return operator[0] === '=' ? missing : negation(missing)
  }
  if (equalities.has(operator) && !(isNumeric(t, a) && isNumeric(t, b))) return sameObject(a, b, node) === (operator[0] === '=')
  if (typeof a === 'string' || typeof b === 'string') fail('TH1033', { what: describe(typeof a === 'string' ? b : a) }, node)
  return new Tensor(op(toOperand(t, a, node), toOperand(t, b, node)))
}

const isNumeric = (t: Tracing, v: Value): boolean =>
  isTensor(v) || typeof v === 'number' || typeof v === 'boolean' || (v instanceof Path && nestedRank(t, v.type) !== null)

/** A captured value that may be missing, compared with undefined or null. */
function optionalAgainst(value: Value, other: Value): { value: Tensor | SharedRef; other: null | undefined } | null {
  return isTensor(value) && value.optional && (other === undefined || other === null) ? { value, other } : null
}

/** `a === b` of values that are not numbers. Throws GraphError TH1052 where only a call tells. */
function sameObject(a: Value, b: Value, node: ts.Node): boolean {
  if (a instanceof Path && b instanceof Path) return a.key === b.key || fail('TH1052', { name: a.text }, node)
  const path = a instanceof Path ? a : b
  return path instanceof Path && path.undecided ? fail('TH1052', { name: path.text }, node) : a === b
}

/** A chain like `a + b + … + z` is walked, not recursed into. */
function binary(t: Tracing, node: ts.BinaryExpression, scope: Scope): Value {
  const first = tokenOf(t, node)
  const special = specialOperators.get(first) ?? assignmentOperators.get(first)
  if (special) return special(t, node, scope)
  const chain: ts.BinaryExpression[] = [node]
  while (isOrdinary(t, chain[chain.length - 1].left)) chain.push(chain[chain.length - 1].left as ts.BinaryExpression)
  const start = chain.pop()!
  let value = withSpan(t.spanOf(start, scope.file), () => t.located(start, () => ordinary(t, start, evaluate(t, start.left, scope), scope)))
  while (chain.length > 0) {
    const next = chain.pop()!
    const left = value
    value = withSpan(t.spanOf(next, scope.file), () => t.located(next, () => ordinary(t, next, left, scope)))
  }
  return value
}

const tokenOf = (t: Tracing, e: ts.BinaryExpression): string => t.host.ts.tokenToString(e.operatorToken.kind)!
const isOrdinary = (t: Tracing, e: ts.Expression): boolean => t.host.ts.isBinaryExpression(e) && binaryOperators.has(tokenOf(t, e))

function ordinary(t: Tracing, node: ts.BinaryExpression, left: Value, scope: Scope): Value {
  const operator = tokenOf(t, node)
  if (!binaryOperators.has(operator)) return unsupported(t, node)
  return applyBinary(t, operator, left, evaluate(t, node.right, scope), node)
}

export type Special = (t: Tracing, node: ts.BinaryExpression, scope: Scope) => Value

/** `a && b`, `a || b`: b is evaluated only where it can matter; on numbers the result is one of the two. */
const logical =
  (stopsAt: boolean): Special =>
  (t, node, scope) => {
    const a = evaluate(t, node.left, scope)
    return logicalResult(t, stopsAt, a, () => evaluate(t, node.right, scope), node)
  }

export function logicalResult(t: Tracing, stopsAt: boolean, a: Value, right: () => Value, node: ts.Node): Value {
  const c = condition(a)
  if (typeof c === 'boolean') return c === stopsAt ? a : right()
  const b = conditionally(right)
  const x = toVariable(t, a, node)
  const y = toVariable(t, b, node)
  if (x.dtype === 'bool' && y.dtype === 'bool') return new Tensor((stopsAt ? or : and)(x, y))
  if (x.rank > 0 || y.rank > 0) throw new GraphError('TH2005', { dtype: (x.dtype === 'bool' ? y : x).dtype })
  if (x.dtype === 'bool' || y.dtype === 'bool') fail('TH2036', {}, node)
  return new Tensor(stopsAt ? where(c, x, y) : where(c, y, x))
}

/** `a ?? b`, or with '===' the default b for an undefined a. */
export function orElse(t: Tracing, a: Value, by: '===' | '==', right: () => Value, node: ts.Node): Value {
  if (isTensor(a) && a.optional) {
    if (by === '===' && allowsNull(t.host, a.optional.type)) fail('TH1052', { name: a.optional.text }, node)
    const missing = isMissing(t, a, by, undefined, node).variable
    const mark = markHere()
    return conditionally(() => select(t, missing, right(), a, node, mark))
  }
  return a === undefined || (by === '==' && a === null) ? right() : a
}

const specialOperators = new Map<string, Special>([
  ['&&', logical(false)],
  ['||', logical(true)],
  [
    '??',
    (t, node, scope) => {
      const a = evaluate(t, node.left, scope)
      if (a instanceof Path && a.undecided) fail('TH1052', { name: a.text }, node)
      return orElse(t, a, '==', () => evaluate(t, node.right, scope), node)
    },
  ],
  [
    ',',
    (t, node, scope) => {
      evaluate(t, node.left, scope)
      return evaluate(t, node.right, scope)
    },
  ],
  [
    'in',
    (t, node, scope) => {
      const key = evaluate(t, node.left, scope)
      return keysOf(t, evaluate(t, node.right, scope), node).includes(String(key))
    },
  ],
])

function prefix(t: Tracing, node: ts.PrefixUnaryExpression, scope: Scope): Value {
  const { SyntaxKind } = t.host.ts
  if (node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken) return prefixStep(t, node, scope)
  const v = evaluate(t, node.operand, scope)
  switch (node.operator) {
    case SyntaxKind.ExclamationToken:
      return negation(v)
    case SyntaxKind.MinusToken:
      return isStatic(v) ? -(v as number) : new Tensor(neg(toOperand(t, v, node)))
    case SyntaxKind.PlusToken:
      return isStatic(v) ? Number(v) : positive(t, v, node)
    case SyntaxKind.TildeToken:
      return isStatic(v) ? ~(v as number) : new Tensor(bitNot(toOperand(t, v, node)))
    default:
      return unsupported(t, node)
  }
}

/** `+x`: a bool becomes a number. */
function positive(t: Tracing, v: Value, node: ts.Node): Value {
  const x = toVariable(t, v, node)
  return new Tensor(x.dtype === 'bool' ? add(x, 0) : x)
}

/** `c ? a : b`: one side if c is known now, otherwise elementwise selection. */
function conditional(t: Tracing, node: ts.ConditionalExpression, scope: Scope): Value {
  const c = condition(evaluate(t, node.condition, scope))
  if (typeof c === 'boolean') return evaluate(t, c ? node.whenTrue : node.whenFalse, scope)
  return conditionally(() => {
    const mark = markHere()
    return select(t, c, evaluate(t, node.whenTrue, scope), evaluate(t, node.whenFalse, scope), node, mark)
  })
}

/** Variables with larger ids are made after this. */
const markHere = (): number => new Variable({ dtype: 'bool', weak: false, shape: [] }, null, null, []).id

function select(t: Tracing, c: Variable, a: Value, b: Value, node: ts.Node, mark: number): Value {
  if (a === b) return a
  if (a instanceof List && b instanceof List && a.items.length === b.items.length)
    return new List(a.items.map((x, i) => select(t, c, x, b.items[i], node, mark)))
  if (a instanceof Rec && b instanceof Rec && [...a.entries.keys()].join() === [...b.entries.keys()].join()) {
    return new Rec(new Map([...a.entries].map(([k, x]) => [k, select(t, c, x, b.entries.get(k), node, mark)])))
  }
  if (!isNumeric(t, a) || !isNumeric(t, b)) return fail('TH1048', { a: describe(a), b: describe(b) }, node)
  const [x, y] = [toVariable(t, a, node), toVariable(t, b, node)]
  if ((x.dtype === 'bool') !== (y.dtype === 'bool')) fail('TH2036', {}, node)
  if (c.rank === 0) checkLazy(x, y, mark, node)
  return new Tensor(where(c, x, y))
}

/** With a scalar condition JavaScript computes one side only: both may be computed if that cannot be noticed. */
function checkLazy(x: Variable, y: Variable, mark: number, node: ts.Node): void {
  const same = x.rank === y.rank && x.shape.every((d, i) => d === y.shape[i])
  if (!same || [x, y].some((v) => canFail(v, mark))) fail('TH1017', { construct: 'c ? a : b' }, node)
}

const failing = new Set(['checkedIndex', 'asInteger', 'take', 'pick', 'reshape', 'max', 'min', 'argmax', 'argmin', 'broadcastSize', 'join', 'dot'])
const canFail = (v: Variable, mark: number): boolean => v.id > mark && newerThan(v, mark).some((x) => x.owner !== null && failing.has(x.owner.op.name))

function newerThan(root: Variable, mark: number): Variable[] {
  const seen = new Set<Variable>()
  const pending = [root]
  while (pending.length > 0) {
    const v = pending.pop()!
    if (v.id <= mark || seen.has(v)) continue
    seen.add(v)
    if (v.owner) pending.push(...v.owner.inputs)
  }
  return [...seen]
}

/** `typeof v` as it would be at run time. */
function typeOf(t: Tracing, node: ts.TypeOfExpression, scope: Scope): Value {
  const v = evaluate(t, node.expression, scope)
  if (isTensor(v) && v.optional) fail('TH1052', { name: v.optional.text }, node)
  if (isStatic(v)) return typeof v
  if (isTensor(v)) return v.variable.rank > 0 ? 'object' : v.variable.dtype === 'bool' ? 'boolean' : 'number'
  const isObject =
    v instanceof List || v instanceof Rec || (v instanceof Path && !v.undecided && ['object', 'list', 'tuple'].includes(classify(t.host, v.type).kind))
  return isObject ? 'object' : unsupported(t, node)
}

function assertion(t: Tracing, node: ts.AsExpression | ts.TypeAssertion | ts.SatisfiesExpression, scope: Scope): Value {
  const v = evaluate(t, node.expression, scope)
  return t.host.ts.isSatisfiesExpression(node) ? v : checkDeclared(t, v, classify(t.host, typeOfTypeNode(t.host, node.type)), node)
}

const inner = (t: Tracing, node: ts.ParenthesizedExpression | ts.NonNullExpression, scope: Scope): Value => evaluate(t, node.expression, scope)

export const operatorVisitors: Visitors = {
  BinaryExpression: binary,
  PrefixUnaryExpression: prefix,
  ConditionalExpression: conditional,
  TypeOfExpression: typeOf,
  VoidExpression: (t, node: ts.VoidExpression, scope) => void evaluate(t, node.expression, scope),
  ParenthesizedExpression: inner,
  NonNullExpression: inner,
  AsExpression: assertion,
  TypeAssertionExpression: assertion,
  SatisfiesExpression: assertion,
}
