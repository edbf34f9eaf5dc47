// analysis: loops whose trip count is known while building, unrolled turn by turn.
import type ts from 'typescript'
import { condition } from './convert.ts'
import { evaluate } from './evaluate.ts'
import { assignPattern } from './expressions/assignment.ts'
import { fail } from './host.ts'
import { iterate } from './members.ts'
import { bindPattern } from './patterns.ts'
import { Scope } from './scope.ts'
import { type Completion, declareVariables, execute } from './statements.ts'
import type { Tracing } from './tracing.ts'
import type { Value } from './values.ts'

/** Most turns of one loop that are unrolled. */
const unrollLimit = 10_000

/** Does the loop go on? Throws GraphError TH1015 if that is only known at a call, TH1016 past the limit. */
function goesOn(t: Tracing, test: ts.Expression | undefined, scope: Scope, turns: number, loop: ts.Node): boolean {
  if (turns >= unrollLimit) fail('TH1016', { limit: unrollLimit }, loop)
  if (!test) return true
  const c = condition(evaluate(t, test, scope))
  return typeof c === 'boolean' ? c : fail('TH1015', {}, test)
}

/** After a turn: undefined to go on, otherwise how the whole loop ends. */
function afterTurn(end: Completion, label: string | null): Completion | undefined {
  if (!end) return undefined
  const mine = end.kind !== 'return' && (end.label === null || end.label === label)
  if (end.kind === 'continue' && mine) return undefined
  return end.kind === 'break' && mine ? null : end
}

export function forLoop(t: Tracing, node: ts.ForStatement, scope: Scope, label: string | null): Completion {
  const { ts } = t.host
  const head = new Scope(scope)
  const names: string[] = []
  if (node.initializer && ts.isVariableDeclarationList(node.initializer)) {
    declareVariables(t, node.initializer, head)
    names.push(...head.names())
  } else if (node.initializer) evaluate(t, node.initializer, head)
  let turn = head
  for (let turns = 0; goesOn(t, node.condition, turn, turns, node); turns++) {
    const end = afterTurn(execute(t, node.statement, turn), label)
    if (end !== undefined) return end
    turn = nextTurn(turn, names, scope, node)
    if (node.incrementor) evaluate(t, node.incrementor, turn)
  }
  return null
}

/** Each turn has its own copies of the loop's variables, which closures may keep. */
function nextTurn(turn: Scope, names: readonly string[], outer: Scope, node: ts.Node): Scope {
  const next = new Scope(outer)
  for (const name of names) next.declare(name, turn.get(name, node), false)
  return next
}

export function forOfLoop(t: Tracing, node: ts.ForOfStatement, scope: Scope, label: string | null): Completion {
  const { ts } = t.host
  if (node.awaitModifier) fail('TH1001', {}, node)
  const items = iterate(t, evaluate(t, node.expression, scope), node.expression)
  for (let i = 0; i < items.length; i++) {
    if (i >= unrollLimit) fail('TH1016', { limit: unrollLimit }, node)
    const turn = new Scope(scope)
    bindTurn(t, node, items[i], turn)
    const end = afterTurn(execute(t, node.statement, turn), label)
    if (end !== undefined) return end
  }
  return null

  function bindTurn(tracing: Tracing, loop: ts.ForOfStatement, value: Value, turn: Scope): void {
    if (!ts.isVariableDeclarationList(loop.initializer)) return assignPattern(tracing, loop.initializer, value, turn)
    const constant = (loop.initializer.flags & ts.NodeFlags.Const) !== 0
    bindPattern(tracing, loop.initializer.declarations[0].name, value, turn, constant, loop)
  }
}

export function whileLoop(t: Tracing, node: ts.WhileStatement, scope: Scope, label: string | null): Completion {
  for (let turns = 0; goesOn(t, node.expression, scope, turns, node); turns++) {
    const end = afterTurn(execute(t, node.statement, scope), label)
    if (end !== undefined) return end
  }
  return null
}

export function doLoop(t: Tracing, node: ts.DoStatement, scope: Scope, label: string | null): Completion {
  let turns = 0
  do {
    const end = afterTurn(execute(t, node.statement, scope), label)
    if (end !== undefined) return end
  } while (goesOn(t, node.expression, scope, ++turns, node))
  return null
}
