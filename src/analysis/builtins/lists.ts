// analysis/builtins: methods of lists of known length, evaluated while tracing.
import type ts from 'typescript'
import { fail } from '../host.ts'
import { callValue } from '../inline.ts'
import { iterate, keysOf, memberOf, staticIndex } from '../members.ts'
import { decided } from '../statements.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, type BuiltinCall, isStatic, isTensor, List, Path, Rec, type Value } from '../values.ts'

export const listOf = (items: readonly Value[]): List => new List([...items])

type Method = (t: Tracing, list: List, args: Value[], node: ts.Node) => Value

/** `f(item, index, list)` for each item. */
const each = (t: Tracing, list: List, f: Value, node: ts.Node): Value[] => list.items.map((item, i) => callValue(t, f, [item, i, list], node))
/** The same, as decisions. Throws GraphError TH1017. */
const test = (t: Tracing, list: List, f: Value, item: Value, i: number, node: ts.Node): boolean =>
  decided(callValue(t, f, [item, i, list], node), 'a condition on list elements', node)

const bound = (v: Value, node: ts.Node): number | undefined => (v === undefined ? undefined : Number(staticIndex(v, node)))

function reduce(t: Tracing, list: List, args: Value[], node: ts.Node, order: readonly number[]): Value {
  const rest = [...order]
  if (args.length < 2 && rest.length === 0) fail('TH1050', {}, node)
  let total = args.length > 1 ? args[1] : list.items[rest.shift()!]
  for (const i of rest) total = callValue(t, args[0], [total, list.items[i], i, list], node)
  return total
}

const flat = (v: Value, depth: number): Value[] => (v instanceof List && depth >= 0 ? v.items.flatMap((x) => flat(x, depth - 1)) : [v])
const same = (a: Value, b: Value): boolean => a === b || (isTensor(a) && isTensor(b) && a.variable === b.variable)

function changing(change: (items: Value[], args: Value[], list: List, node: ts.Node) => Value): Method {
  return (_, list, args, node) => {
    list.willChange()
    return change(list.items, args, list, node)
  }
}

const methods: Readonly<Record<string, Method>> = {
  map: (t, list, [f], node) => new List(each(t, list, f, node)),
  forEach: (t, list, [f], node) => void each(t, list, f, node),
  flatMap: (t, list, [f], node) => new List(each(t, list, f, node).flatMap((v) => flat(v, 0))),
  filter: (t, list, [f], node) => new List(list.items.filter((item, i) => test(t, list, f, item, i, node))),
  find: (t, list, [f], node) => list.items.find((item, i) => test(t, list, f, item, i, node)),
  findIndex: (t, list, [f], node) => list.items.findIndex((item, i) => test(t, list, f, item, i, node)),
  some: (t, list, [f], node) => list.items.some((item, i) => test(t, list, f, item, i, node)),
  every: (t, list, [f], node) => list.items.every((item, i) => test(t, list, f, item, i, node)),
  reduce: (t, list, args, node) => reduce(t, list, args, node, [...list.items.keys()]),
  reduceRight: (t, list, args, node) => reduce(t, list, args, node, [...list.items.keys()].reverse()),
  at: (_, list, [i], node) => list.items.at(bound(i, node) ?? 0),
  slice: (_, list, [a, b], node) => new List(list.items.slice(bound(a, node), bound(b, node))),
  concat: (t, list, args, node) => new List([...list.items, ...args.flatMap((a) => (a instanceof List || a instanceof Path ? iterate(t, a, node) : [a]))]),
  flat: (_, list, [depth], node) => new List(list.items.flatMap((v) => flat(v, (bound(depth, node) ?? 1) - 1))),
  includes: (_, list, [v]) => list.items.some((x) => same(x, v)),
  indexOf: (_, list, [v]) => list.items.findIndex((x) => same(x, v)),
  join: (_, list, [separator], node) =>
    list.items.every(isStatic) ? list.items.join(separator === undefined ? ',' : String(separator)) : fail('TH1022', { what: 'join' }, node),
  keys: (_, list) => new List([...list.items.keys()]),
  values: (_, list) => listOf(list.items),
  entries: (_, list) => new List(list.items.map((v, i) => new List([i, v]))),
  toReversed: (_, list) => new List([...list.items].reverse()),
  with: (_, list, [i, v], node) => new List(list.items.with(bound(i, node)!, v)),
  push: changing((items, args) => items.push(...args)),
  pop: changing((items) => items.pop()),
  shift: changing((items) => items.shift()),
  unshift: changing((items, args) => items.unshift(...args)),
  reverse: changing((items, _, list) => {
    items.reverse()
    return list
  }),
  fill: changing((items, [v, a, b], list, node) => {
    items.fill(v, bound(a, node), bound(b, node))
    return list
  }),
  splice: changing(
    (items, args, _, node) =>
      new List(items.splice(...([bound(args[0], node), ...(args.length > 1 ? [bound(args[1], node)] : []), ...args.slice(2)] as [number, number, ...Value[]]))),
  ),
}

/** `list.name`. Throws GraphError TH1021 for methods without a meaning here. */
export function listMember(_: Tracing, list: List, name: string, node: ts.Node): Value {
  if (name === 'length') return list.items.length
  const method = Object.hasOwn(methods, name) ? methods[name] : fail('TH1021', { name }, node)
  return new Builtin(name, (t, args, at) => method(t, list, args, at))
}

/** `Array.from({ length: n }, (_, i) => …)`, or of anything iterable. */
const from: BuiltinCall = (t, [source, f], node) => {
  const length = source instanceof Rec ? memberOf(t, source, 'length', node) : undefined
  const items = length === undefined ? iterate(t, source, node) : new Array<Value>(Number(staticIndex(length, node))).fill(undefined)
  return new List(f === undefined ? [...items] : items.map((item, i) => callValue(t, f, [item, i], node)))
}

export const arrayMembers: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['from', new Builtin('Array.from', from)],
  ['of', new Builtin('Array.of', (_, args) => new List([...args]))],
  ['isArray', new Builtin('Array.isArray', (t, [v]) => v instanceof List || (v instanceof Path && keysOfList(t, v)))],
])
const keysOfList = (t: Tracing, v: Path): boolean => {
  try {
    return keysOf(t, v, v.at).length < 0
  } catch {
    return true
  }
}
