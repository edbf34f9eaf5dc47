// transformer: theano.fn as the initializer of a field. Fields run in order, before the constructor's parameters and
// body have set anything: a container that comes later than the field is fetched at the first use.
import type ts from 'typescript'

type TypeScript = typeof ts

/** Does the call, when it runs, come before the container that `expression` reads is there? */
export function comesBefore(call: ts.Node, expression: ts.Expression, ts: TypeScript): boolean {
  const field = fieldOf(call, ts)
  const member = field && memberOfThis(expression, ts)
  if (!field || !member || !ts.isClassLike(field.parent)) return false
  const { members } = field.parent
  const declared = members.find((m) => m.name !== undefined && nameText(m.name, ts) === member)
  if (declared) return ts.isPropertyDeclaration(declared) && (declared.initializer === undefined || declared.pos >= field.pos)
  const make = members.find((m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined)
  return make?.parameters.some((p) => ts.isParameterPropertyDeclaration(p, make) && p.name.getText() === member) ?? false
}

/** The instance field whose initializer runs the call. */
function fieldOf(call: ts.Node, ts: TypeScript): ts.PropertyDeclaration | null {
  for (let node = call.parent; node; node = node.parent) {
    if (ts.isPropertyDeclaration(node)) return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0 ? null : node
    if (ts.isFunctionLike(node)) return null
  }
  return null
}

/** `name` of `this.name.…`, with calls among the rest. */
function memberOfThis(expression: ts.Expression, ts: TypeScript): string | null {
  let e = expression
  while (ts.isPropertyAccessExpression(e) || ts.isElementAccessExpression(e) || ts.isCallExpression(e)) {
    if (!ts.isCallExpression(e) && e.expression.kind === ts.SyntaxKind.ThisKeyword) return ts.isPropertyAccessExpression(e) ? e.name.text : null
    e = e.expression
  }
  return null
}

const nameText = (name: ts.PropertyName, ts: TypeScript): string | null => (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? name.text : null)
