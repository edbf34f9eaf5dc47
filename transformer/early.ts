// transformer: functions made before something that they capture is there: fields that read later ones, consts declared further
// down. Arrows would read it at the call; such a function is linked at its first use.
import type ts from 'typescript'
import { symbolAt } from '../src/analysis/checker.ts'
import { childrenOf, type Host } from '../src/analysis/host.ts'

type TypeScript = typeof ts

/** Is something that the expression of a capture reads only there after the call has run? By the text of the call's own file. */
export const comesBefore = (call: ts.Node, expression: ts.Expression, host: Host): boolean =>
  comesBeforeField(call, expression, host.ts) || namesIn(expression, host).some((name) => comesBeforeName(call, name, host))

/** What stands in the source itself and is evaluated with the expression. */
function namesIn(node: ts.Node, host: Host): ts.Identifier[] {
  if (host.ts.isIdentifier(node)) return node.pos < 0 ? [] : [node]
  return host.ts.isFunctionLike(node) ? [] : childrenOf(host, node).flatMap((child) => namesIn(child, host))
}

function comesBeforeName(call: ts.Node, name: ts.Identifier, host: Host): boolean {
  const { ts } = host
  const declaration = symbolAt(host, name)?.valueDeclaration
  const named = declaration && (ts.isBindingElement(declaration) ? ts.walkUpBindingElementsAndPatterns(declaration) : declaration)
  if (!named || named.getSourceFile() !== call.getSourceFile() || named.end <= call.pos) return false
  if (named.pos >= call.end) return ts.isVariableDeclaration(named) || ts.isClassDeclaration(named)
  // In its own initializer, unless a function in between runs later.
  return ts.isVariableDeclaration(named) && named.pos < call.pos && !ts.findAncestor(call, (n) => (n === named ? 'quit' : ts.isFunctionLike(n)))
}

/** Fields run in order, before the constructor's parameters and body have set anything. */
function comesBeforeField(call: ts.Node, expression: ts.Expression, ts: TypeScript): boolean {
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
