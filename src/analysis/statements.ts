// analysis: statements. What JavaScript decides at run time but is not known while building is refused, never guessed.
import type ts from 'typescript'
import { classify, typeOfTypeNode } from './checker.ts'
import { condition, staticValue } from './convert.ts'
import { evaluate } from './evaluate.ts'
import { fail } from './host.ts'
import { doLoop, forLoop, forOfLoop, whileLoop } from './loops.ts'
import { bindPattern } from './patterns.ts'
import { Scope } from './scope.ts'
import type { Tracing } from './tracing.ts'
import { unsupported } from './unsupported.ts'
import { Closure, describe, isStatic, isTensor, type Value } from './values.ts'
import { checkDeclared } from './verifyType.ts'

/** How a statement ended, unless it just ended. */
export type Completion = null | { readonly kind: 'return'; readonly value: Value } | { readonly kind: 'break' | 'continue'; readonly label: string | null }

// biome-ignore lint/suspicious/noExplicitAny: each visitor names its own kind of node
type StatementVisitor = (t: Tracing, node: any, scope: Scope, label: string | null) => Completion

/** Names of a block that are visible before their declaration: functions ready, let and const not yet. */
export function announceBlock(t: Tracing, statements: readonly ts.Statement[], scope: Scope): void {
  const { ts } = t.host
  for (const s of statements) {
    if (ts.isFunctionDeclaration(s) && s.name) scope.declare(s.name.text, new Closure(s, scope), false)
    if (ts.isVariableStatement(s) && s.declarationList.flags & ts.NodeFlags.BlockScoped)
      for (const d of s.declarationList.declarations) announceNames(t, d.name, scope)
  }
}

function announceNames(t: Tracing, name: ts.BindingName, scope: Scope): void {
  if (t.host.ts.isIdentifier(name)) return scope.announce(name.text, false)
  for (const e of name.elements) if (!t.host.ts.isOmittedExpression(e)) announceNames(t, e.name, scope)
}

/** Statements of a block whose names are announced. */
export function executeBlock(t: Tracing, statements: readonly ts.Statement[], scope: Scope): Completion {
  for (const s of statements) {
    const end = execute(t, s, scope)
    if (end) return end
  }
  return null
}

let kinds: { readonly of: typeof ts; readonly table: ReadonlyMap<ts.SyntaxKind, StatementVisitor> } | null = null

function visitorsOf(host: typeof ts): ReadonlyMap<ts.SyntaxKind, StatementVisitor> {
  if (kinds?.of !== host)
    kinds = {
      of: host,
      table: new Map(Object.entries(visitors).map(([name, visit]) => [host.SyntaxKind[name as keyof typeof ts.SyntaxKind], visit as StatementVisitor])),
    }
  return kinds.table
}

export function execute(t: Tracing, node: ts.Statement, scope: Scope, label: string | null = null): Completion {
  const visit = visitorsOf(t.host.ts).get(node.kind)
  return visit ? visit(t, node, scope, label) : unsupported(t, node)
}

/** `const`, `let` and `var` of a statement or a loop head. */
export function declareVariables(t: Tracing, list: ts.VariableDeclarationList, scope: Scope): void {
  const { ts } = t.host
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) fail('TH1014', { text: 'using', syntax: 'using' }, list)
  const constant = (list.flags & ts.NodeFlags.Const) !== 0
  const target = (list.flags & ts.NodeFlags.BlockScoped) !== 0 ? scope : scope.functionScope()
  for (const d of list.declarations) {
    if (target !== scope && !d.initializer) continue
    const given = d.initializer ? evaluate(t, d.initializer, scope) : undefined
    const value = d.type && given !== undefined ? checkDeclared(t, given, classify(t.host, typeOfTypeNode(t.host, d.type)), d) : given
    bindPattern(t, d.name, value, target, constant, d)
  }
}

function block(t: Tracing, node: ts.Block, scope: Scope): Completion {
  const inner = new Scope(scope)
  announceBlock(t, node.statements, inner)
  return executeBlock(t, node.statements, inner)
}

/** A condition that decides which code runs. Throws GraphError TH1017 if it is not known now. */
export function decided(v: Value, construct: string, node: ts.Node): boolean {
  const c = condition(v)
  return typeof c === 'boolean' ? c : fail('TH1017', { construct }, node)
}

function ifStatement(t: Tracing, node: ts.IfStatement, scope: Scope): Completion {
  if (decided(evaluate(t, node.expression, scope), 'if', node.expression)) return execute(t, node.thenStatement, scope)
  return node.elseStatement ? execute(t, node.elseStatement, scope) : null
}

function switchStatement(t: Tracing, node: ts.SwitchStatement, scope: Scope): Completion {
  const { ts } = t.host
  const known = (e: ts.Expression): Value => {
    const v = evaluate(t, e, scope)
    const s = isTensor(v) ? staticValue(v.variable) : v
    return isStatic(s) && (s !== undefined || !isTensor(v)) ? s : fail('TH1017', { construct: `switch on ${describe(v)}` }, e)
  }
  const value = known(node.expression)
  const { clauses } = node.caseBlock
  const hit = clauses.findIndex((c) => ts.isCaseClause(c) && known(c.expression) === value)
  const start = hit >= 0 ? hit : clauses.findIndex((c) => ts.isDefaultClause(c))
  if (start < 0) return null
  const inner = new Scope(scope)
  for (const clause of clauses) announceBlock(t, clause.statements, inner)
  for (const clause of clauses.slice(start)) {
    const end = executeBlock(t, clause.statements, inner)
    if (end) return end.kind === 'break' && end.label === null ? null : end
  }
  return null
}

function labeled(t: Tracing, node: ts.LabeledStatement, scope: Scope): Completion {
  const end = execute(t, node.statement, scope, node.label.text)
  return end?.kind === 'break' && end.label === node.label.text ? null : end
}

/** In a package's function, `throw new Error(message)` that is reached is the user's mistake in calling it. Throws GraphError TH1055, TH1029. */
function thrown(t: Tracing, node: ts.ThrowStatement, scope: Scope): never {
  const { ts } = t.host
  const [message] = t.callOfLibrary && ts.isNewExpression(node.expression) ? (node.expression.arguments ?? []).map((a) => evaluate(t, a, scope)) : []
  return typeof message === 'string' ? fail('TH1055', { message }, node) : unsupported(t, node)
}

/** The completion of a statement that was run for its effect. */
const ended = (_: unknown): Completion => null

const visitors: { readonly [K in keyof typeof ts.SyntaxKind]?: StatementVisitor } = {
  Block: block,
  EmptyStatement: () => null,
  ExpressionStatement: (t, node: ts.ExpressionStatement, scope) => ended(evaluate(t, node.expression, scope)),
  VariableStatement: (t, node: ts.VariableStatement, scope) => ended(declareVariables(t, node.declarationList, scope)),
  FunctionDeclaration: () => null,
  InterfaceDeclaration: () => null,
  TypeAliasDeclaration: () => null,
  ReturnStatement: (t, node: ts.ReturnStatement, scope) => ({ kind: 'return', value: node.expression ? evaluate(t, node.expression, scope) : undefined }),
  IfStatement: ifStatement,
  SwitchStatement: switchStatement,
  ThrowStatement: thrown,
  ForStatement: forLoop,
  ForOfStatement: forOfLoop,
  WhileStatement: whileLoop,
  DoStatement: doLoop,
  LabeledStatement: labeled,
  BreakStatement: (_, node: ts.BreakStatement) => ({ kind: 'break', label: node.label?.text ?? null }),
  ContinueStatement: (_, node: ts.ContinueStatement) => ({ kind: 'continue', label: node.label?.text ?? null }),
}
