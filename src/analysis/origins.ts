// analysis: which expression made a member of a captured object, so that two ways to one container are one capture.
import type ts from 'typescript'
import { symbolAt } from './checker.ts'
import { constructorAssignment, holdsNumbers, isConst, isDeclarationWritten, isReadonly, isWritten } from './constants.ts'
import { unwrapped } from './host.ts'
import type { Tracing } from './tracing.ts'
import type { Origin, Path } from './values.ts'

/** The expression that made `path.name`: in an object literal, a field's initializer, or the constructor. */
export function memberOrigin(t: Tracing, path: Path, property: ts.Symbol, name: string): Origin | null {
  const { ts } = t.host
  const declaration = property.valueDeclaration
  const literal = path.origin && returned(t, unwrapped(t.host, path.origin.node))
  if (literal && ts.isObjectLiteralExpression(literal)) return literalOrigin(t, literal, name, path.origin!.self)
  if (!declaration || isWritten(t, property)) return null
  if (ts.isParameter(declaration)) return holdsNumbers(t, property, declaration) ? null : argumentOrigin(t, path, declaration)
  if (!ts.isPropertyDeclaration(declaration) || !ts.isClassLike(declaration.parent)) return null
  if (holdsNumbers(t, property, declaration) && !isReadonly(t, declaration)) return null
  const assigned = [...(declaration.initializer ? [declaration.initializer] : []), ...assignedInConstructor(t, declaration.parent, name)]
  if (assigned.length !== 1) return null
  const source = unwrapped(t.host, assigned[0])
  const parameter = ts.isIdentifier(source) ? symbolAt(t.host, source)?.valueDeclaration : undefined
  return parameter && ts.isParameter(parameter) ? argumentOrigin(t, path, parameter) : { node: assigned[0], self: path }
}

/** The function that a call names, if its source is visible. */
export function factoryOf(t: Tracing, made: ts.Expression): ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | null {
  const { ts } = t.host
  const symbol = ts.isCallExpression(made) ? symbolAt(t.host, made.expression) : undefined
  const declaration = symbol?.valueDeclaration
  const f = declaration && ts.isVariableDeclaration(declaration) && isConst(t, symbol) ? declaration.initializer : declaration
  return f && (ts.isArrowFunction(f) || ts.isFunctionExpression(f) || ts.isFunctionDeclaration(f)) && f.body ? f : null
}

/** Of a call of a function that only makes an object: what it returns; anything else is itself. */
export function returned(t: Tracing, made: ts.Expression): ts.Expression {
  const { ts } = t.host
  const f = factoryOf(t, made)
  if (!f?.body) return made
  const last = ts.isBlock(f.body) ? f.body.statements.at(-1) : undefined
  const straight = ts.isBlock(f.body) && f.body.statements.slice(0, -1).every((s) => ts.isVariableStatement(s))
  const result = ts.isBlock(f.body) ? (straight && last && ts.isReturnStatement(last) ? last.expression : undefined) : f.body
  return result ? unwrapped(t.host, result) : made
}

/** A field that is a parameter of the constructor is the argument of the `new` that made the instance. */
function argumentOrigin(t: Tracing, path: Path, parameter: ts.ParameterDeclaration): Origin | null {
  const { ts } = t.host
  const made = path.origin && unwrapped(t.host, path.origin.node)
  if (!made || !ts.isNewExpression(made) || constructorOf(t, made.expression) !== parameter.parent) return null
  const given = made.arguments ?? []
  const index = (parameter.parent as ts.ConstructorDeclaration).parameters.indexOf(parameter)
  if (given.slice(0, index + 1).some((a) => ts.isSpreadElement(a))) return null
  const source = given[index] ?? parameter.initializer
  return source ? { node: source, self: path.origin!.self } : null
}

/** The constructor that `new C` runs: that of C or of the nearest class it extends. */
function constructorOf(t: Tracing, e: ts.Expression, depth = 0): ts.ConstructorDeclaration | null {
  const { ts } = t.host
  const declaration = symbolAt(t.host, e)?.valueDeclaration
  if (!declaration || !ts.isClassLike(declaration) || depth > 50) return null
  const own = declaration.members.find((m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined)
  const base = declaration.heritageClauses?.find((c) => c.token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
  return own ?? (base ? constructorOf(t, base.expression, depth + 1) : null)
}

function literalOrigin(t: Tracing, literal: ts.ObjectLiteralExpression, name: string, self: Origin['self']): Origin | null {
  const { ts } = t.host
  const found = literal.properties.find((p) => p.name && (ts.isIdentifier(p.name) || ts.isStringLiteral(p.name)) && p.name.text === name)
  if (!found || literal.properties.some((p) => ts.isSpreadAssignment(p)) || isDeclarationWritten(t, found, name)) return null
  if (ts.isPropertyAssignment(found)) return { node: found.initializer, self }
  return ts.isShorthandPropertyAssignment(found) ? { node: found.name, self } : null
}

function assignedInConstructor(t: Tracing, owner: ts.ClassLikeDeclaration, name: string): ts.Expression[] {
  const { ts } = t.host
  const body = owner.members.find((m) => ts.isConstructorDeclaration(m) && m.body !== undefined) as ts.ConstructorDeclaration | undefined
  return (body?.body?.statements ?? []).flatMap((s) => {
    const e = ts.isExpressionStatement(s) ? s.expression : undefined
    return e && ts.isBinaryExpression(e) && constructorAssignment(t, e) && (e.left as ts.PropertyAccessExpression).name.text === name ? [e.right] : []
  })
}
