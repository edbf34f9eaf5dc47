// analysis: assignment, compound assignment and ++. `x[i] = e` gives x a new value; the caller's array never changes.
import type ts from 'typescript'
import { isFloat } from '../../graph/dtype.ts'
import { neg } from '../../graph/ops/arithmetic.ts'
import { asVariable, type Operand } from '../../graph/ops/elementwise.ts'
import { at } from '../../graph/ops/indexing.ts'
import { where } from '../../graph/ops/logic.ts'
import { padRight } from '../../graph/ops/shape.ts'
import { Variable } from '../../graph/variable.ts'
import { toOperand, toVariable } from '../convert.ts'
import { evaluate, type Visitors } from '../evaluate.ts'
import { fail, textOf, unwrapped } from '../host.ts'
import { drop, elementOf, indexEntry, iterate, memberOf, staticIndex } from '../members.ts'
import { nameValue, propertyKey } from '../patterns.ts'
import type { Scope } from '../scope.ts'
import type { Tracing } from '../tracing.ts'
import { describe, isStatic, isTensor, List, Rec, SharedRef, Tensor, type Value } from '../values.ts'
import { applyBinary, logicalResult, orElse, type Special } from './operators.ts'

/** Something that can be assigned to. */
interface Target {
  readonly get: () => Value
  readonly set: (v: Value) => void
  /** `target += v` where that is more than get and set. */
  readonly increase?: (v: Operand) => void
}

function targetOf(t: Tracing, given: ts.Expression, scope: Scope): Target {
  const { ts } = t.host
  const node = unwrapped(t.host, given)
  if (ts.isIdentifier(node)) return nameTarget(t, node, scope)
  if (ts.isPropertyAccessExpression(node)) return propertyTarget(t, node, scope)
  if (ts.isElementAccessExpression(node)) return elementTarget(t, node, scope)
  return fail('TH1014', { text: textOf(node), syntax: 'assignment target' }, node)
}

function nameTarget(t: Tracing, node: ts.Identifier, scope: Scope): Target {
  if (!scope.has(node.text)) {
    const isShared = evaluate(t, node, scope) instanceof SharedRef
    fail(isShared ? 'TH3004' : 'TH1010', { name: node.text, what: node.text }, node)
  }
  return {
    get: () => scope.get(node.text, node),
    set: (v) => {
      nameValue(v, node.text)
      scope.set(node.text, v, node)
    },
  }
}

function propertyTarget(t: Tracing, node: ts.PropertyAccessExpression, scope: Scope): Target {
  const base = evaluate(t, node.expression, scope)
  const name = node.name.text
  if (base instanceof SharedRef) {
    if (name !== 'value') fail('TH1010', { what: textOf(node) }, node)
    return { get: () => new Tensor(base.variable), set: (v) => base.assign(toVariable(t, v, node)) }
  }
  if (base instanceof Tensor && name === 'value') return fail('TH3009', { found: base.variable.name ?? describe(base), name }, node)
  if (!(base instanceof Rec)) return fail('TH1010', { what: textOf(node) }, node)
  return {
    get: () => memberOf(t, base, name, node),
    set: (v) => {
      base.willChange()
      base.entries.set(name, v)
    },
  }
}

/** A container or a local array that is written through. */
function storageOf(t: Tracing, given: ts.Expression, scope: Scope): Value {
  const { ts } = t.host
  const node = unwrapped(t.host, given)
  if (ts.isPropertyAccessExpression(node) && node.name.text === 'value') {
    const base = evaluate(t, node.expression, scope)
    if (base instanceof SharedRef) return base
  }
  if (!ts.isElementAccessExpression(node)) return evaluate(t, node, scope)
  const base = storageOf(t, node.expression, scope)
  const index = evaluate(t, node.argumentExpression, scope)
  if (!isTensor(base) || typeof index === 'string') return elementOf(t, base, index, node)
  const entry = indexEntry(t, index, node)
  return entry instanceof Variable && entry.rank > 0 ? fail('TH2019', {}, node) : new Tensor(null, { of: base, index: entry })
}

function elementTarget(t: Tracing, node: ts.ElementAccessExpression, scope: Scope): Target {
  const base = storageOf(t, node.expression, scope)
  const index = evaluate(t, node.argumentExpression, scope)
  if (isTensor(base)) return tensorTarget(t, base, index, node)
  const key = staticIndex(index, node)
  if (base instanceof Rec || (base instanceof List && typeof key === 'number')) {
    return {
      get: () => elementOf(t, base, key, node),
      set: (v) => {
        base.willChange()
        if (base instanceof Rec) base.entries.set(String(key), v)
        else base.items[key as number] = v
      },
    }
  }
  return fail('TH1010', { what: textOf(node) }, node)
}

function tensorTarget(t: Tracing, base: Tensor | SharedRef, index: Value, node: ts.Node): Target {
  t.needsTypes('writing to an element', node)
  const entry = indexEntry(t, index, node)
  const get = (): Value => new Tensor(at(base.variable, entry))
  if (entry instanceof Variable && entry.rank > 0) return { get, set: (v) => writeMasked(t, base, entry, v, node) }
  return {
    get,
    set: (v) => base.write('set', [entry], toOperand(t, v, node)),
    increase: (v) => base.write('inc', [entry], v),
  }
}

/** `x[mask] = number`. Anything else at an array index: GraphError TH2019. */
function writeMasked(t: Tracing, base: Tensor | SharedRef, mask: Variable, v: Value, node: ts.Node): void {
  const x = base.variable
  const value = toVariable(t, v, node)
  if (mask.dtype !== 'bool' || value.rank > 0 || mask.rank > x.rank) fail('TH2019', {}, node)
  if (!isFloat(x.dtype) && (value.weak ? value.dtype === 'float64' : value.dtype !== x.dtype)) fail('TH2021', { from: value.dtype, to: x.dtype }, node)
  const written = where(padRight(mask, x.rank - mask.rank), value, x)
  if (written.dtype !== x.dtype) fail('TH2021', { from: value.dtype, to: x.dtype }, node)
  base.replace(written)
}

/** `target operator= value`. */
function compound(t: Tracing, operator: string, node: ts.BinaryExpression, scope: Scope): Value {
  const target = targetOf(t, node.left, scope)
  const before = target.get()
  const right = evaluate(t, node.right, scope)
  const result = applyBinary(t, operator, before, right, node)
  store(t, target, operator, before, right, result, node)
  return result
}

/** On floats, `x[i] += v` and `-=` are increments (Theano's incSubtensor); otherwise a write of the result. */
function store(t: Tracing, target: Target, operator: string, before: Value, right: Value, result: Value, node: ts.Node): void {
  const increments = target.increase && (operator === '+' || operator === '-') && isTensor(before) && isFloat(before.variable.dtype)
  if (!increments) return target.set(result)
  const v = toOperand(t, right, node)
  target.increase!(operator === '+' ? v : neg(asVariable(v)))
}

const compoundTokens = ['+', '-', '*', '/', '%', '**', '&', '|', '^', '<<', '>>', '>>>']

const logicalAssignment =
  (stopsAt: boolean): Special =>
  (t, node, scope) => {
    const target = targetOf(t, node.left, scope)
    const result = logicalResult(t, stopsAt, target.get(), () => evaluate(t, node.right, scope), node)
    target.set(result)
    return result
  }

export const assignmentOperators: ReadonlyMap<string, Special> = new Map<string, Special>([
  ['=', assign],
  ['&&=', logicalAssignment(false)],
  ['||=', logicalAssignment(true)],
  [
    '??=',
    (t, node, scope) => {
      const target = targetOf(t, node.left, scope)
      const before = target.get()
      const result = orElse(t, before, '==', () => evaluate(t, node.right, scope), node)
      if (result !== before) target.set(result)
      return result
    },
  ],
  ...compoundTokens.map((operator): [string, Special] => [`${operator}=`, (t, node, scope) => compound(t, operator, node, scope)]),
])

function assign(t: Tracing, node: ts.BinaryExpression, scope: Scope): Value {
  const { ts } = t.host
  const left = unwrapped(t.host, node.left)
  if (ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left)) {
    const value = evaluate(t, node.right, scope)
    assignPattern(t, left, value, scope)
    return value
  }
  const target = targetOf(t, left, scope)
  const value = evaluate(t, node.right, scope)
  target.set(value)
  return value
}

/** `[a, b] = …`, `({ a, b } = …)`, with defaults and rests. */
export function assignPattern(t: Tracing, pattern: ts.Expression, value: Value, scope: Scope): void {
  const { ts } = t.host
  const node = unwrapped(t.host, pattern)
  if (ts.isArrayLiteralExpression(node)) {
    const items = [...iterate(t, value, node)]
    node.elements.forEach((e, i) => {
      if (ts.isOmittedExpression(e)) return
      if (ts.isSpreadElement(e)) assignPattern(t, e.expression, new List(items.slice(i)), scope)
      else assignDefaulted(t, e, items[i], scope)
    })
  } else if (ts.isObjectLiteralExpression(node)) assignObject(t, node, value, scope)
  else targetOf(t, node, scope).set(value)
}

function assignObject(t: Tracing, node: ts.ObjectLiteralExpression, value: Value, scope: Scope): void {
  const { ts } = t.host
  const taken: string[] = []
  for (const p of node.properties) {
    if (ts.isSpreadAssignment(p)) assignPattern(t, p.expression, drop(t, value, taken, p), scope)
    else if (ts.isShorthandPropertyAssignment(p)) {
      taken.push(p.name.text)
      const member = memberOf(t, value, p.name.text, p)
      const initializer = p.objectAssignmentInitializer
      targetOf(t, p.name, scope).set(initializer ? orElse(t, member, '===', () => evaluate(t, initializer, scope), p) : member)
    } else if (ts.isPropertyAssignment(p)) {
      const key = propertyKey(t, p.name, scope)
      taken.push(key)
      assignDefaulted(t, p.initializer, memberOf(t, value, key, p), scope)
    }
  }
}

function assignDefaulted(t: Tracing, e: ts.Expression, value: Value, scope: Scope): void {
  const { ts } = t.host
  if (!ts.isBinaryExpression(e) || e.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return assignPattern(t, e, value, scope)
  assignPattern(
    t,
    e.left,
    orElse(t, value, '===', () => evaluate(t, e.right, scope), e),
    scope,
  )
}

/** `++` and `--`, giving the value before or after. */
function step(t: Tracing, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, scope: Scope, after: boolean): Value {
  const target = targetOf(t, node.operand, scope)
  const operator = node.operator === t.host.ts.SyntaxKind.PlusPlusToken ? '+' : '-'
  const before = target.get()
  const number = isStatic(before) ? Number(before) : before
  const result = applyBinary(t, operator, number, 1, node)
  store(t, target, operator, number, 1, result, node)
  return after ? result : number
}
export const prefixStep = (t: Tracing, node: ts.PrefixUnaryExpression, scope: Scope): Value => step(t, node, scope, true)

export const assignmentVisitors: Visitors = {
  PostfixUnaryExpression: (t, node: ts.PostfixUnaryExpression, scope) => step(t, node, scope, false),
}
