// analysis/builtins: console.log and assert, which happen at run time in program order.
import type ts from 'typescript'
import { assert, print } from '../../graph/ops/effects.ts'
import { all } from '../../graph/ops/reduce.ts'
import { constant, type Variable } from '../../graph/variable.ts'
import { condition, toVariable } from '../convert.ts'
import { fail } from '../host.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, type BuiltinCall, describe, insideCondition, isStatic, Namespace, type Value } from '../values.ts'

function addEffect(t: Tracing, node: ts.Node, make: (id: number) => Variable): void {
  if (t.outside > 0) return
  if (insideCondition()) fail('TH1031', {}, node)
  t.needsTypes('printing and assertions', node)
  t.effects.push(make(t.effects.length))
}

const log: BuiltinCall = (t, args, node) => {
  const values: Variable[] = []
  const parts = args.map((a) => {
    if (isStatic(a) && typeof a !== 'number' && typeof a !== 'boolean') return String(a)
    values.push(toVariable(t, a, node))
    return null
  })
  addEffect(t, node, (id) => print(values, parts, id))
  return undefined
}

/** `print(x, message?)`: x, printed when it is computed. */
export function printed(t: Tracing, [v, message]: Value[], node: ts.Node): Value {
  log(t, message === undefined ? [v] : [message, v], node)
  return v
}

const consoleNamespace = new Namespace('console', (_, name, node) => (name === 'log' ? new Builtin('console.log', log) : fail('TH1028', { name }, node)))
export const consoleMember = consoleNamespace.member

/** `assert(condition, message)`: an array must be true everywhere. */
export function assertion(t: Tracing, [v, message]: Value[], node: ts.Node): Value {
  if (message !== undefined && typeof message !== 'string') fail('TH1022', { what: describe(message as Value) }, node)
  const c = condition(v)
  addEffect(t, node, (id) => assert(typeof c === 'boolean' ? constant(c) : c.rank > 0 ? all(c) : c, (message as string | undefined) ?? 'assertion failed', id))
  return undefined
}
