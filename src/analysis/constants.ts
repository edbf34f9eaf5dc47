// analysis: which initializers outside the arrow may be evaluated while building. Invariant: only what cannot have
// changed by the time of a call; everything else is read at the call through its path.
import type ts from 'typescript'
import { classify, symbolAt, typeAt, typeOfSymbol } from './checker.ts'
import { globalName } from './globals.ts'
import { childrenOf, unwrapped } from './host.ts'
import { isFnCall, theanoName } from './theanoModule.ts'
import type { Tracing } from './tracing.ts'

/** Declared with `const` (or imported from where it is). */
export function isConst(t: Tracing, symbol: ts.Symbol): boolean {
  const { ts } = t.host
  const declaration = symbol.valueDeclaration
  return (
    declaration !== undefined &&
    (ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration)) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0
  )
}

/** The initializer of a `const`, unless something in its file writes into it. */
export function constInitializer(t: Tracing, symbol: ts.Symbol): ts.Expression | null {
  const { ts } = t.host
  const declaration = symbol.valueDeclaration
  if (!isConst(t, symbol) || !declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return null
  return isWritten(t, symbol) ? null : declaration.initializer
}

/** May `node` be evaluated now? Literals, functions, arithmetic on constants, references that stay what they are. */
export function isEvaluable(t: Tracing, node: ts.Expression, hasThis: boolean, depth = 0): boolean {
  const { ts } = t.host
  const e = unwrapped(t.host, node)
  if (depth > 20) return false
  const ok = (inner: ts.Expression): boolean => isEvaluable(t, inner, hasThis, depth + 1)
  if (isLiteral(t, e) || ts.isArrowFunction(e) || ts.isFunctionExpression(e)) return true
  if (ts.isIdentifier(e)) return isStableName(t, e)
  if (ts.isPropertyAccessExpression(e)) return isStableMember(t, e, hasThis, depth)
  if (ts.isArrayLiteralExpression(e)) return e.elements.every((x) => (ts.isSpreadElement(x) ? ok(x.expression) : ok(x)))
  if (ts.isObjectLiteralExpression(e)) return e.properties.every((p) => isEvaluableProperty(t, p, ok))
  if (ts.isElementAccessExpression(e)) return ok(e.expression) && isNumeric(t, e.argumentExpression, depth)
  if (ts.isCallExpression(e)) return isFactoryCall(t, e, ok)
  return isNumeric(t, e, depth)
}

function isLiteral(t: Tracing, e: ts.Expression): boolean {
  const { ts } = t.host
  return (
    ts.isNumericLiteral(e) ||
    ts.isStringLiteralLike(e) ||
    e.kind === ts.SyntaxKind.TrueKeyword ||
    e.kind === ts.SyntaxKind.FalseKeyword ||
    e.kind === ts.SyntaxKind.NullKeyword
  )
}

function isEvaluableProperty(t: Tracing, p: ts.ObjectLiteralElementLike, ok: (e: ts.Expression) => boolean): boolean {
  const { ts } = t.host
  if (ts.isPropertyAssignment(p) && ts.isComputedPropertyName(p.name)) return isNumeric(t, p.name.expression, 0) && ok(p.initializer)
  if (ts.isPropertyAssignment(p)) return !isDeclarationWritten(t, p, p.name.getText()) && ok(p.initializer)
  if (ts.isShorthandPropertyAssignment(p)) return !isDeclarationWritten(t, p, p.name.text) && isStableName(t, p.name)
  return ts.isMethodDeclaration(p)
}

/** Arithmetic, Math and templates on numbers and strings that are known now. */
function isNumeric(t: Tracing, node: ts.Expression, depth: number): boolean {
  const { ts } = t.host
  const e = unwrapped(t.host, node)
  if (depth > 20) return false
  const ok = (inner: ts.Expression): boolean => isNumeric(t, inner, depth + 1)
  if (isLiteral(t, e)) return true
  if (ts.isIdentifier(e)) return isNumericName(t, e, depth)
  if (ts.isPrefixUnaryExpression(e)) return e.operator !== ts.SyntaxKind.PlusPlusToken && e.operator !== ts.SyntaxKind.MinusMinusToken && ok(e.operand)
  if (ts.isBinaryExpression(e))
    return e.operatorToken.kind < ts.SyntaxKind.FirstAssignment || e.operatorToken.kind > ts.SyntaxKind.LastAssignment ? ok(e.left) && ok(e.right) : false
  if (ts.isConditionalExpression(e)) return ok(e.condition) && ok(e.whenTrue) && ok(e.whenFalse)
  if (ts.isTemplateExpression(e)) return e.templateSpans.every((s) => ok(s.expression))
  if (ts.isPropertyAccessExpression(e)) return isMathMember(t, e) || isEnumMember(t, e) || (isStableMember(t, e, false, depth) && classifiedNumeric(t, e))
  if (ts.isElementAccessExpression(e)) return isEvaluable(t, e.expression, false, depth + 1) && ok(e.argumentExpression) && classifiedNumeric(t, e)
  if (ts.isCallExpression(e))
    return ts.isPropertyAccessExpression(e.expression) && isMathMember(t, e.expression) && e.expression.name.text !== 'random' && e.arguments.every(ok)
  return false
}

const classifiedNumeric = (t: Tracing, e: ts.Expression): boolean =>
  ['number', 'literal', 'boolean', 'string'].includes(classify(t.host, typeAt(t.host, e)).kind)

function isMathMember(t: Tracing, e: ts.PropertyAccessExpression): boolean {
  const symbol = t.host.ts.isIdentifier(e.expression) ? symbolAt(t.host, e.expression) : undefined
  return symbol !== undefined && ['Math', 'Number'].includes(globalName(t.host, symbol) ?? '')
}

function isEnumMember(t: Tracing, e: ts.PropertyAccessExpression): boolean {
  const declaration = symbolAt(t.host, e)?.valueDeclaration
  return declaration !== undefined && t.host.ts.isEnumMember(declaration)
}

function isNumericName(t: Tracing, e: ts.Identifier, depth: number): boolean {
  const symbol = symbolAt(t.host, e)
  if (!symbol) return false
  if (['undefined', 'NaN', 'Infinity'].includes(globalName(t.host, symbol) ?? '')) return true
  const initializer = constInitializer(t, symbol)
  return initializer !== null && isNumeric(t, initializer, depth + 1)
}

/** A name that means the same at every call: a const, a function, an import of one, a global. */
function isStableName(t: Tracing, e: ts.Identifier): boolean {
  const { ts } = t.host
  const symbol = symbolAt(t.host, e)
  if (!symbol) return false
  if (globalName(t.host, symbol) !== null) return true
  if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class | ts.SymbolFlags.Enum | ts.SymbolFlags.ValueModule)) return true
  return isConst(t, symbol)
}

/** `model.W` in an initializer: only containers and functions, which nobody replaces. */
function isStableMember(t: Tracing, e: ts.PropertyAccessExpression, hasThis: boolean, depth: number): boolean {
  const { ts } = t.host
  if (isMathMember(t, e) || isEnumMember(t, e)) return true
  const base = unwrapped(t.host, e.expression)
  const reachable =
    base.kind === ts.SyntaxKind.ThisKeyword
      ? hasThis
      : ts.isIdentifier(base)
        ? isConstOrModule(t, base)
        : ts.isPropertyAccessExpression(base) && isStableMember(t, base, hasThis, depth + 1)
  const property = symbolAt(t.host, e.name)
  return reachable && property?.valueDeclaration !== undefined && !isWritten(t, property)
}

function isConstOrModule(t: Tracing, e: ts.Identifier): boolean {
  const symbol = symbolAt(t.host, e)
  if (!symbol) return false
  if (symbol.flags & (t.host.ts.SymbolFlags.ValueModule | t.host.ts.SymbolFlags.Enum | t.host.ts.SymbolFlags.Class)) return true
  return isConst(t, symbol)
}

/** List methods that make a new list of the old one's elements. */
const pureListMethods = new Set(['map', 'flatMap', 'filter', 'concat', 'slice', 'flat', 'toReversed'])

/**
 * `const act = makeActivation('relu')`, `const params = layers.flatMap((l) => l.params)`: calls that give functions, or
 * lists and objects of anything but numbers, are followed to see what is in them.
 */
function isFactoryCall(t: Tracing, e: ts.CallExpression, ok: (e: ts.Expression) => boolean): boolean {
  const { ts } = t.host
  if (!e.arguments.every((a) => !ts.isSpreadElement(a) && ok(a))) return false
  if (ts.isPropertyAccessExpression(e.expression) && isMathMember(t, e.expression)) return e.expression.name.text !== 'random'
  const symbol = symbolAt(t.host, e.expression)
  const result = typeAt(t.host, e)
  if (!symbol?.valueDeclaration || theanoName(t.host, symbol) !== null || ofNumbers(t, result)) return false
  if (!['function', 'list', 'tuple', 'object'].includes(classify(t.host, result).kind)) return false
  if (!symbol.valueDeclaration.getSourceFile().isDeclarationFile) return ok(e.expression)
  return ts.isPropertyAccessExpression(e.expression) && pureListMethods.has(e.expression.name.text) && ok(e.expression.expression)
}

interface Writes {
  readonly declarations: Set<ts.Declaration>
  /** Properties written through a type that need not be where the object was made: an interface, a type literal, `any`. */
  readonly names: Set<string>
}
const written = new WeakMap<ts.Program, Map<ts.SourceFile, Writes>>()

/** Does any code of the program assign to it, or into it? Asked of files that mention its name only. */
export function isWritten(t: Tracing, symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration
  if (!declaration) return true
  return isDeclarationWritten(t, declaration, symbol.name.startsWith('__#') ? symbol.name.slice(symbol.name.indexOf('@') + 1) : symbol.name)
}

/** The same of a declaration called `name`. */
export function isDeclarationWritten(t: Tracing, declaration: ts.Declaration, name: string): boolean {
  const answers = writtenAnswers.get(t.host.program) ?? new Map<ts.Declaration, boolean>()
  writtenAnswers.set(t.host.program, answers)
  const answer = answers.get(declaration) ?? findWrite(t, declaration, name)
  answers.set(declaration, answer)
  return answer
}
const writtenAnswers = new WeakMap<ts.Program, Map<ts.Declaration, boolean>>()

function findWrite(t: Tracing, declaration: ts.Declaration, name: string): boolean {
  const { ts } = t.host
  const inLiteral = ts.isPropertyAssignment(declaration) || ts.isShorthandPropertyAssignment(declaration)
  return t.host.program.getSourceFiles().some((file) => {
    if (file.isDeclarationFile || !file.text.includes(name)) return false
    const { declarations, names } = writtenIn(t, file)
    return declarations.has(declaration) || (inLiteral && names.has(name))
  })
}

/** Numbers in fields are read at each call unless the field is readonly; containers and functions stay. */
export function holdsNumbers(t: Tracing, property: ts.Symbol, at: ts.Node): boolean {
  return ofNumbers(t, typeOfSymbol(t.host, property, at))
}

/** Numbers, arrays and strings, and lists of them. */
function ofNumbers(t: Tracing, given: ts.Type): boolean {
  let type = given
  for (let facts = classify(t.host, type); ; facts = classify(t.host, type)) {
    if (facts.kind === 'list') type = facts.element
    else if (facts.kind === 'tuple' && facts.elements.length > 0) type = facts.elements[0]
    else return ['number', 'boolean', 'string', 'tensor'].includes(facts.kind)
  }
}
export const isReadonly = (t: Tracing, declaration: ts.PropertyDeclaration): boolean =>
  (t.host.ts.getCombinedModifierFlags(declaration) & t.host.ts.ModifierFlags.Readonly) !== 0

/** Names and properties that code of this file assigns to, or calls a mutating list method on. */
function writtenIn(t: Tracing, file: ts.SourceFile): Writes {
  const files = written.get(t.host.program) ?? new Map<ts.SourceFile, Writes>()
  written.set(t.host.program, files)
  let writes = files.get(file)
  if (!writes) {
    writes = { declarations: new Set(), names: new Set() }
    files.set(file, writes)
    collectWrites(t, file, writes)
  }
  return writes
}

/** List methods that change the list. */
export const mutators = new Set(['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'])

function collectWrites(t: Tracing, file: ts.SourceFile, writes: Writes): void {
  const { ts } = t.host
  const pending: (readonly [node: ts.Node, inArrow: boolean])[] = [[file, false]]
  while (pending.length > 0) {
    const [node, inArrow] = pending.pop()!
    const target = writtenBy(t, node)
    // What an arrow writes is its own, or refused.
    if (target) mark(t, target, writes, { byName: !inArrow, into: ts.isCallExpression(node) })
    if (target && ts.isCallExpression(node)) for (const name of namesGiven(t, node)) writes.names.add(name)
    const within = inArrow || (ts.isCallExpression(node) && isFnCall(t.host, node))
    for (const child of childrenOf(t.host, node)) pending.push([child, within])
  }
}

/** What an assignment, `++`, `delete`, a mutating list method or Object.assign writes. */
function writtenBy(t: Tracing, node: ts.Node): ts.Expression | null {
  const { ts } = t.host
  const { SyntaxKind } = ts
  if (ts.isBinaryExpression(node)) {
    const assigns = node.operatorToken.kind >= SyntaxKind.FirstAssignment && node.operatorToken.kind <= SyntaxKind.LastAssignment
    return assigns && !isUpdate(t, node.left) && !isFirstAssignment(t, node) ? node.left : null
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
    return node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken ? node.operand : null
  if (ts.isDeleteExpression(node)) return node.expression
  if (!ts.isCallExpression(node)) return null
  if (isObjectAssign(node)) return node.arguments[0] ?? null
  return ts.isPropertyAccessExpression(node.expression) && mutators.has(node.expression.name.text) ? node.expression.expression : null
}

const isObjectAssign = (node: ts.CallExpression): boolean => node.expression.getText() === 'Object.assign'

/** Properties that Object.assign writes. */
function namesGiven({ host: { ts } }: Tracing, node: ts.CallExpression): string[] {
  const literals = isObjectAssign(node) ? node.arguments.slice(1).filter((a) => ts.isObjectLiteralExpression(a)) : []
  return literals.flatMap((a) => a.properties.flatMap((p) => (p.name ? [p.name.getText()] : [])))
}

/** `into`: the target stays the same object, but its content changes. */
function mark(t: Tracing, target: ts.Expression, { declarations, names }: Writes, { byName, into }: { byName: boolean; into: boolean }): void {
  const { ts } = t.host
  const followed = new Set<ts.Node>()
  let e = unwrapped(t.host, target)
  for (;;) {
    const name = ts.isPropertyAccessExpression(e) ? e.name : e
    const symbol = ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? symbolAt(t.host, name) : undefined
    const declaration = symbol?.valueDeclaration
    if (declaration) declarations.add(declaration)
    if (byName && name !== e && ts.isIdentifier(name) && (!declaration || ts.isPropertySignature(declaration))) names.add(name.text)
    if (ts.isPropertyAccessExpression(e) || ts.isElementAccessExpression(e)) {
      e = unwrapped(t.host, e.expression)
      into = true
      continue
    }
    // Written through another name for it: const list = settings.list; list[0] = 1
    const source = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined
    if (!into || !source || followed.has(source) || !(ts.isPropertyAccessExpression(source) || ts.isIdentifier(source))) return
    followed.add(source)
    e = source
  }
}

/** `W.value = …` changes the content of a container, not the structure it sits in. */
function isUpdate(t: Tracing, target: ts.Expression): boolean {
  const { ts } = t.host
  let e = unwrapped(t.host, target)
  while (ts.isElementAccessExpression(e)) e = unwrapped(t.host, e.expression)
  return ts.isPropertyAccessExpression(e) && e.name.text === 'value' && classify(t.host, typeAt(t.host, e.expression)).kind === 'shared'
}

/** `this.x = …` as a statement of a constructor's own body. */
function isFirstAssignment(t: Tracing, node: ts.BinaryExpression): boolean {
  const { ts } = t.host
  const owner = constructorAssignment(t, node)?.parent
  const property = owner && symbolAt(t.host, (node.left as ts.PropertyAccessExpression).name)?.valueDeclaration
  return property !== undefined && property.parent === owner && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
}

/** The constructor in whose own body `node` is the statement `this.x = …`, or null. */
export function constructorAssignment(t: Tracing, node: ts.Node): ts.ConstructorDeclaration | null {
  const { ts } = t.host
  if (!ts.isBinaryExpression(node) || !ts.isPropertyAccessExpression(node.left) || node.left.expression.kind !== ts.SyntaxKind.ThisKeyword) return null
  const body = node.parent?.parent
  return ts.isExpressionStatement(node.parent) && ts.isBlock(body) && ts.isConstructorDeclaration(body.parent) ? body.parent : null
}
