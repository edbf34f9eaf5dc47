// analysis: properties, elements and iteration of every kind of value.
import type ts from 'typescript'
import { at, FromStart, type IndexEntry } from '../graph/ops/indexing.ts'
import { Variable } from '../graph/variable.ts'
import { listMember } from './builtins/lists.ts'
import { isRandomStreams, streamsMember } from './builtins/random.ts'
import { tensorMember } from './builtins/tensors.ts'
import { classify } from './checker.ts'
import { mutators } from './constants.ts'
import { staticValue, toOperand } from './convert.ts'
import { fail } from './host.ts'
import { callClosure } from './inline.ts'
import { hasKnownLength, isListPath, nestedRank, pathArray, pathElement, pathItems, pathKeys, pathMember } from './paths.ts'
import type { Tracing } from './tracing.ts'
import { Builtin, Closure, describe, isStatic, isTensor, List, Namespace, Path, Rec, SharedRef, Tensor, type Value } from './values.ts'

/** `value.name`. Throws GraphError TH1020 for what has no such member here. */
export function memberOf(t: Tracing, value: Value, name: string, node: ts.Node): Value {
  if (isTensor(value)) return tensorMember(t, value, name, node)
  if (value instanceof List) return listMember(t, value, name, node)
  if (value instanceof Rec) return recordMember(t, value, name, node)
  if (value instanceof Namespace) return value.member(t, name, node)
  if (value instanceof Builtin && value.members.has(name)) return value.members.get(name)
  if (isRandomStreams(t, value)) return streamsMember(t, value, name, node)
  if (value instanceof Path) return isListPath(t, value) ? pathListMember(t, value, name, node) : pathMember(t, value, name, node)
  if (typeof value === 'string' || typeof value === 'number') return primitiveMember(value, name, node)
  return fail('TH1020', { name, what: describe(value) }, node)
}

function recordMember(t: Tracing, value: Rec, name: string, node: ts.Node): Value {
  const found = value.entries.get(name)
  if (found instanceof Closure && t.host.ts.isGetAccessorDeclaration(found.node)) return callClosure(t, new Closure(found.node, found.scope, value), [], node)
  return found
}

const tensorMembers = new Set(['length', 'shape', 'slice', 'T'])

/** A captured list of known length, or an array of numbers read at the call. */
function pathListMember(t: Tracing, value: Path, name: string, node: ts.Node): Value {
  if (mutators.has(name)) fail('TH1010', { what: value.text }, node)
  if (!hasKnownLength(t, value) && (nestedRank(t, value.type) ?? 0) > 0 && tensorMembers.has(name)) return tensorMember(t, pathArray(t, value), name, node)
  return listMember(t, pathItems(t, value, node)!, name, node)
}

/** Methods of strings and numbers known now, run now. */
function primitiveMember(value: string | number, name: string, node: ts.Node): Value {
  const member = (Object(value) as Record<string, unknown>)[name]
  if (typeof member !== 'function') return isStatic(member as Value) ? (member as Value) : fail('TH1020', { name, what: describe(value) }, node)
  return new Builtin(name, (_, args, at) => {
    if (!args.every(isStatic)) fail('TH1022', { what: name }, at)
    const result: unknown = (member as (...a: unknown[]) => unknown).apply(value, args)
    return Array.isArray(result)
      ? new List(result as Value[])
      : isStatic(result as Value)
        ? (result as Value)
        : fail('TH1020', { name, what: describe(value) }, at)
  })
}

/** `value[index]`. */
export function elementOf(t: Tracing, value: Value, index: Value, node: ts.Node): Value {
  if (isTensor(value)) return typeof index === 'string' ? tensorMember(t, value, index, node) : tensorElement(t, value, index, node)
  if (value instanceof Path && !hasKnownLength(t, value) && (nestedRank(t, value.type) ?? 0) > 0) return tensorElement(t, pathArray(t, value), index, node)
  const key = staticIndex(index, node)
  if (value instanceof List) return typeof key === 'number' ? value.items[key] : listMember(t, value, key, node)
  if (value instanceof Rec) return recordMember(t, value, String(key), node)
  if (value instanceof Path) {
    return pathElement(t, value, key, node)
  }
  return memberOf(t, value, String(key), node)
}

/** An index into a list or object must be known. Throws GraphError TH1032. */
export function staticIndex(index: Value, node: ts.Node): number | string {
  const known = isTensor(index) ? staticValue(index.variable) : index
  return typeof known === 'number' || typeof known === 'string' ? known : fail('TH1032', { found: describe(index) }, node)
}

/** x[i] (a view, if it has elements), x[mask], x[indices]. Throws GraphError TH1044 (negative). */
function tensorElement(t: Tracing, x: Tensor | SharedRef, index: Value, node: ts.Node): Value {
  t.needsTypes('indexing', node)
  const entry = indexEntry(t, index, node)
  const read = at(x.variable, entry)
  if (read.rank === 0 || (entry instanceof Variable && entry.rank > 0)) return new Tensor(read)
  return new Tensor(null, { of: x instanceof SharedRef ? new Tensor(x.variable) : x, index: entry })
}

/** The index of `x[index]`: unlike that of `at`, it does not count from the end. */
export function indexEntry(t: Tracing, index: Value, node: ts.Node): IndexEntry {
  const entry = toOperand(t, index, node)
  const known = entry instanceof Variable ? staticValue(entry) : entry
  if (typeof known === 'boolean') fail('TH2022', { dtype: 'bool' }, node)
  if (typeof known === 'number') {
    if (!Number.isInteger(known)) fail('TH2013', { what: 'an index' }, node)
    return known < 0 ? fail('TH1044', { index: known }, node) : known
  }
  const v = entry as Variable
  return v.rank > 0 ? v : new FromStart(v)
}

/** The elements of anything that `for…of`, spread and array patterns take. Throws GraphError TH1027. */
export function iterate(t: Tracing, value: Value, node: ts.Node): Value[] {
  if (value instanceof List) return value.items
  if (typeof value === 'string') return [...value]
  if (isTensor(value)) {
    const x = value.variable
    t.needsTypes('iteration', node)
    if (x.rank === 0) fail('TH1027', { what: describe(value) }, node)
    const [n] = x.shape
    if (typeof n !== 'number') return fail('TH1027', { what: x.name ?? describe(value) }, node)
    return Array.from({ length: n }, (_, i) => tensorElement(t, value, i, node))
  }
  const items = value instanceof Path ? pathItems(t, value, node) : null
  return items ? items.items : fail('TH1045', { what: describe(value) }, node)
}

/** Names of an object's own properties. Throws GraphError TH1045. */
export function keysOf(t: Tracing, value: Value, node: ts.Node): string[] {
  if (value instanceof Rec) return [...value.entries.keys()]
  if (value instanceof List) return value.items.map((_, i) => String(i))
  if (value instanceof Path && classify(t.host, value.type).kind === 'object') return pathKeys(t, value, node)
  return fail('TH1045', { what: describe(value) }, node)
}

/** An object without some of its properties, for `...rest`. */
export function drop(t: Tracing, value: Value, taken: readonly string[], node: ts.Node): Rec {
  const kept = keysOf(t, value, node).filter((key) => !taken.includes(key))
  return new Rec(new Map(kept.map((key) => [key, memberOf(t, value, key, node)])))
}
