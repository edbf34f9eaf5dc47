// analysis/builtins: Object.keys and its kin.
import type ts from 'typescript'
import { fail } from '../host.ts'
import { iterate, keysOf, memberOf } from '../members.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, describe, List, Rec, type Value } from '../values.ts'

const pairs = (t: Tracing, v: Value, node: ts.Node): [string, Value][] => keysOf(t, v, node).map((key) => [key, memberOf(t, v, key, node)])

function assign(t: Tracing, [target, ...sources]: Value[], node: ts.Node): Value {
  if (!(target instanceof Rec)) return fail('TH1045', { what: describe(target) }, node)
  target.willChange()
  for (const source of sources) for (const [key, v] of pairs(t, source, node)) target.entries.set(key, v)
  return target
}

export const objectMembers: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['keys', new Builtin('Object.keys', (t, [v], node) => new List(keysOf(t, v, node)))],
  ['values', new Builtin('Object.values', (t, [v], node) => new List(pairs(t, v, node).map(([, x]) => x)))],
  ['entries', new Builtin('Object.entries', (t, [v], node) => new List(pairs(t, v, node).map((pair) => new List(pair))))],
  [
    'fromEntries',
    new Builtin(
      'Object.fromEntries',
      (t, [v], node) =>
        new Rec(
          new Map(
            iterate(t, v, node).map((pair) => {
              const [key, x] = iterate(t, pair, node)
              return [String(key), x]
            }),
          ),
        ),
    ),
  ],
  ['assign', new Builtin('Object.assign', assign)],
])
