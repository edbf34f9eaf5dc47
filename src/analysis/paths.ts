// analysis: values outside the arrow, reached by a name and properties. A path becomes a container, a live input, a
// function to inline or a constant as soon as its type tells which.
import type ts from 'typescript'
import { classify, elementType, indexedType, isNullable, propertiesOf, type TensorFacts, typeAt, typeOfSymbol } from './checker.ts'
import { memberOfType, otherOwner } from './classes.ts'
import { isConst, isEvaluable, isWritten } from './constants.ts'
import { declareUpdate } from './defaultUpdates.ts'
import { tryOutside } from './evaluate.ts'
import { fail, unwrapped } from './host.ts'
import { callClosure } from './inline.ts'
import { memberOrigin } from './origins.ts'
import { rootExpression } from './roots.ts'
import { isFnCall } from './theanoModule.ts'
import type { Tracing } from './tracing.ts'
import { Closure, List, type Origin, Path, SharedRef, type Tensor, type Value } from './values.ts'

/** The path of a name (or `this`) outside the arrow. */
export function rootPath(t: Tracing, node: ts.Identifier | ts.ThisExpression, symbol: ts.Symbol, origin: Origin | null): Path {
  return makePath(t, {
    expression: (tracing) => rootExpression(tracing, node, symbol),
    key: String(t.idOf(symbol)),
    text: node.getText(),
    type: typeAt(t.host, node),
    at: node,
    origin,
    constant: isConst(t, symbol),
  })
}

function makePath(t: Tracing, facts: Omit<ConstructorParameters<typeof Path>[0], 'undecided'>): Path {
  const undecided = isNullable(t.host, facts.type) || classify(t.host, facts.type).kind === 'string'
  return new Path({ ...facts, undecided })
}

/** What a path is, by its type; objects and lists stay paths. */
export function settle(t: Tracing, path: Path): Value {
  const facts = classify(t.host, path.type)
  if (t.outside > 0 && ['number', 'boolean', 'tensor'].includes(facts.kind) && !path.constant) fail('TH1051', { name: path.text }, path.at)
  switch (facts.kind) {
    case 'literal':
      if (!path.undecided || typeof facts.value === 'string') return path.undecided ? path : facts.value
      return liveScalar(t, path, typeof facts.value as 'number' | 'boolean')
    case 'shared':
      return maybe(container(t, facts, path), path)
    case 'tensor':
      return maybe(
        t.liveAt(path.key, false, () => ({ ...arrayCapture(facts, path), name: path.text, expression: path.expression(t) })),
        path,
      )
    case 'number':
    case 'boolean':
      return liveScalar(t, path, facts.kind)
    case 'nothing':
      return undefined
    case 'any':
      return fail('TH2033', { name: path.text }, path.at)
    default:
      return path
  }
}

function container(t: Tracing, facts: TensorFacts, path: Path): SharedRef {
  const known = t.shared.get(path.key)
  if (known) return known
  const ref = t.sharedAt(path.key, () => ({ ...arrayCapture(facts, path), name: path.text, expression: path.expression(t) }))
  declareUpdate(t, path, ref)
  return ref
}

function maybe<V extends Tensor | SharedRef>(v: V, path: Path): V {
  if (path.undecided) v.optional = path
  return v
}

/** A captured number or boolean. One that is not there is NaN or false, as in arithmetic and conditions. */
function liveScalar(t: Tracing, path: Path, kind: 'number' | 'boolean'): Tensor {
  const { factory, SyntaxKind } = t.host.ts
  const missing = kind === 'boolean' ? factory.createFalse() : factory.createDivide(factory.createNumericLiteral(0), factory.createNumericLiteral(0))
  const tensor = t.liveAt(path.key, kind === 'number', () => ({
    dtype: kind === 'number' ? 'float64' : 'bool',
    lengths: [],
    name: path.text,
    expression: path.undecided ? factory.createBinaryExpression(path.expression(t), SyntaxKind.QuestionQuestionToken, missing) : path.expression(t),
  }))
  return maybe(tensor, path)
}

/** Is a captured number or boolean missing? By `===` undefined or null, or by `==`. Throws GraphError TH1052 for arrays and containers. */
export function isMissing(t: Tracing, v: Tensor | SharedRef, by: '===' | '==', what: null | undefined, node: ts.Node): Tensor {
  const { factory, SyntaxKind } = t.host.ts
  const path = v.optional!
  if (v instanceof SharedRef || v.variable.rank > 0) fail('TH1052', { name: path.text }, node)
  const word = what === null ? 'null' : 'undefined'
  return t.liveAt(`${path.key} ${by} ${word}`, false, () => ({
    dtype: 'bool',
    lengths: [],
    name: `${path.text} ${by} ${word}`,
    expression: factory.createBinaryExpression(
      path.expression(t),
      by === '===' ? SyntaxKind.EqualsEqualsEqualsToken : SyntaxKind.EqualsEqualsToken,
      what === null ? factory.createNull() : factory.createVoidZero(),
    ),
  }))
}

function arrayCapture(facts: TensorFacts, path: Path) {
  if (facts.rank === null || facts.dtype === null) fail('TH2032', { name: path.text }, path.at)
  const lengths = facts.shape ?? new Array<null>(facts.rank!).fill(null)
  return { dtype: facts.dtype!, lengths: lengths.map((n) => (typeof n === 'number' ? n : null)) }
}

/** `path.name`: a method becomes a function to inline, an accessor is run, anything else is a longer path. */
export function pathMember(t: Tracing, path: Path, name: string, node: ts.Node): Value {
  const { ts } = t.host
  const property = memberOfType(t, path, name)
  if (!property) return indexedMember(t, path, name, node)
  const declaration = property.valueDeclaration
  const other = otherOwner(t, path, property, name)
  const runs = property.declarations?.some((d) => ts.isMethodDeclaration(d) || ts.isGetAccessorDeclaration(d)) ?? false
  if (other !== null && runs) fail('TH1053', { name, other }, node)
  if (t.outside > 0 && isWritten(t, property)) fail('TH1051', { name: `${path.text}.${name}` }, node)
  if (declaration && (ts.isMethodDeclaration(declaration) || ts.isFunctionDeclaration(declaration)) && declaration.body) {
    t.uses(declaration)
    return new Closure(declaration, null, path)
  }
  const getter = property.declarations?.find((d) => ts.isGetAccessorDeclaration(d))
  if (getter && ts.isGetAccessorDeclaration(getter) && getter.body) {
    t.uses(getter)
    return callClosure(t, new Closure(getter, null, path), [], node)
  }
  const privateName =
    declaration && 'name' in declaration && ts.isPrivateIdentifier(declaration.name as ts.Node) ? (declaration.name as ts.PrivateIdentifier) : null
  const child = makePath(t, {
    expression: (tracing) =>
      tracing.host.ts.factory.createPropertyAccessExpression(path.expression(tracing), privateName ? privateMember(tracing, privateName, node) : name),
    key: `${path.key}.${name}`,
    text: `${path.text}.${name}`,
    type: typeOfSymbol(t.host, property, node),
    at: node,
    origin: other === null ? memberOrigin(t, path, property, name) : null,
    constant: false,
  })
  return fromOrigin(t, child) ?? withFunctions(t, child)
}

/** `table.name` of a Record, read at each call. */
function indexedMember(t: Tracing, path: Path, name: string, node: ts.Node): Value {
  const type = indexedType(t.host, path.type)
  if (!type || name.startsWith('#')) return fail('TH1020', { name, what: path.text }, node)
  return settle(
    t,
    makePath(t, {
      expression: (tracing) =>
        tracing.host.ts.factory.createElementAccessExpression(path.expression(tracing), tracing.host.ts.factory.createStringLiteral(name)),
      key: `${path.key}.${name}`,
      text: `${path.text}.${name}`,
      type,
      at: node,
      origin: null,
      constant: false,
    }),
  )
}

/** A private name can only be written inside its class. */
function privateMember(t: Tracing, name: ts.PrivateIdentifier, node: ts.Node): ts.PrivateIdentifier {
  const owner = name.parent.parent
  const inside = owner.getSourceFile() === t.call.file && t.call.node.pos >= owner.pos && t.call.node.end <= owner.end
  return inside ? t.host.ts.factory.createPrivateIdentifier(name.text) : fail('TH1038', { name: name.text.slice(1) }, node)
}

/** The value that made this path, where that is known and stays so. */
function fromOrigin(t: Tracing, path: Path): Value | null {
  if (!path.origin) return null
  const made = unwrapped(t.host, path.origin.node)
  if (!isFnCall(t.host, made) && !isEvaluable(t, made, path.origin.self !== undefined)) return null
  t.uses(path.origin.node)
  return tryOutside(t, path.origin.node, path.origin.self)
}

/** A property that holds a function which nothing else can replace is inlined; otherwise by type. */
function withFunctions(t: Tracing, path: Path): Value {
  const { ts } = t.host
  if (path.origin) {
    const made = unwrapped(t.host, path.origin.node)
    if (ts.isArrowFunction(made) || ts.isFunctionExpression(made)) {
      t.uses(made)
      return new Closure(made, null, path.origin.self)
    }
  }
  return settle(t, path)
}

/** `path[index]`. */
export function pathElement(t: Tracing, path: Path, index: number | string, node: ts.Node): Value {
  if (typeof index === 'string') return pathMember(t, path, index, node)
  const facts = classify(t.host, path.type)
  const type = facts.kind === 'tuple' ? facts.elements[index] : elementType(t.host, path.type)
  if (!type) return fail('TH1020', { name: String(index), what: path.text }, node)
  const literal = path.origin && unwrapped(t.host, path.origin.node)
  const made = literal && t.host.ts.isArrayLiteralExpression(literal) ? literal.elements[index] : undefined
  const child = makePath(t, {
    expression: (tracing) => tracing.host.ts.factory.createElementAccessExpression(path.expression(tracing), index),
    key: `${path.key}[${index}]`,
    text: `${path.text}[${index}]`,
    type,
    at: node,
    origin: made ? { node: made, self: path.origin!.self } : null,
    constant: false,
  })
  return fromOrigin(t, child) ?? withFunctions(t, child)
}

export const isListPath = (t: Tracing, path: Path): boolean => ['tuple', 'list'].includes(classify(t.host, path.type).kind)

/** The elements of a captured list of known length, or null if it is none. Throws GraphError TH1027 (length unknown). */
export function pathItems(t: Tracing, path: Path, node: ts.Node): List | null {
  if (!isListPath(t, path)) return null
  const length = knownLength(t, path)
  if (length === null) return fail('TH1027', { what: path.text }, node)
  const list = new List(Array.from({ length }, (_, i) => pathElement(t, path, i, node)))
  list.captured = true
  return list
}

/** The items of a list, the arrow's own or a captured one; null for other values. Throws GraphError TH1027 (length unknown). */
export function itemsOf(t: Tracing, v: Value, node: ts.Node): readonly Value[] | null {
  if (v instanceof List) return v.items
  return v instanceof Path ? (pathItems(t, v, node)?.items ?? null) : null
}

function knownLength(t: Tracing, path: Path): number | null {
  const facts = classify(t.host, path.type)
  if (facts.kind === 'tuple') return facts.elements.length
  const literal = path.origin && unwrapped(t.host, path.origin.node)
  return literal && t.host.ts.isArrayLiteralExpression(literal) && !literal.elements.some((e) => t.host.ts.isSpreadElement(e)) ? literal.elements.length : null
}
export const hasKnownLength = (t: Tracing, path: Path): boolean => knownLength(t, path) !== null

/** Own data properties of a captured object, by its type. Throws GraphError TH1045 (a type of any properties), TH1052 (optional ones). */
export function pathKeys(t: Tracing, path: Path, node: ts.Node): string[] {
  const { SymbolFlags } = t.host.ts
  if (indexedType(t.host, path.type)) fail('TH1045', { what: path.text }, node)
  return propertiesOf(t.host, path.type).flatMap((p) => {
    if (p.flags & SymbolFlags.Optional) fail('TH1052', { name: `${path.text}.${p.name}` }, node)
    return p.flags & SymbolFlags.Property ? [p.name] : []
  })
}

/** Rank of nested arrays of numbers (number[][] is 2), or null for other types. */
export function nestedRank(t: Tracing, type: ts.Type): number | null {
  const facts = classify(t.host, type)
  if (facts.kind === 'number' || (facts.kind === 'literal' && typeof facts.value === 'number')) return 0
  const element = facts.kind === 'list' ? facts.element : facts.kind === 'tuple' ? facts.elements[0] : undefined
  const inner = element ? nestedRank(t, element) : null
  return inner === null ? null : inner + 1
}

/** A captured nested array of numbers (`nestedRank` knows its rank) as a float64 array, read at each call. */
export function pathArray(t: Tracing, path: Path) {
  const rank = nestedRank(t, path.type)!
  return t.liveAt(path.key, false, () => ({ dtype: 'float64', lengths: new Array<null>(rank).fill(null), name: path.text, expression: path.expression(t) }))
}
