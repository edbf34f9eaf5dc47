// analysis: traced values as graph Variables, operands, conditions and static values.
import type ts from 'typescript'
import { GraphError } from '../graph/errors.ts'
import { evaluate as evaluateGraph } from '../graph/evaluate.ts'
import { ancestors } from '../graph/functionGraph.ts'
import type { Operand } from '../graph/ops/elementwise.ts'
import { stack } from '../graph/ops/join.ts'
import { not, truthy } from '../graph/ops/logic.ts'
import { constant, constantArray, Variable } from '../graph/variable.ts'
import { fail } from './host.ts'
import { hasKnownLength, isListPath, nestedRank, pathArray, pathItems } from './paths.ts'
import type { Tracing } from './tracing.ts'
import { Builtin, Closure, describe, isStatic, isTensor, List, Namespace, Path, Rec, SharedRef, Tensor, type Value } from './values.ts'

/** An operand of an operator or op; numbers stay literals. Throws GraphError TH2030 (no number). */
export function toOperand(t: Tracing, v: Value, node: ts.Node): Operand {
  if (isTensor(v)) return v.variable
  if (typeof v === 'number' || typeof v === 'boolean') return v
  if (v instanceof List) return listVariable(t, v, node)
  if (v instanceof Path) {
    if (isListPath(t, v)) return nestedRank(t, v.type) === null ? listVariable(t, pathItems(t, v, node)!, node) : pathArray(t, v).variable
  }
  return fail('TH2030', { what: describe(v) }, node)
}

export function toVariable(t: Tracing, v: Value, node: ts.Node): Variable {
  const operand = toOperand(t, v, node)
  return operand instanceof Variable ? operand : constant(operand)
}

/** Nested lists as an array: a constant where all elements are known, otherwise stacked. */
function listVariable(t: Tracing, list: List, node: ts.Node): Variable {
  const shape = staticShape(list)
  if (shape) {
    const flat = flatten(list)
    const integers = flat.every((x) => typeof x === 'number' && Number.isInteger(x) && (x | 0) === x && !Object.is(x, -0))
    if (flat.every((x) => typeof x === 'boolean')) return constantArray(flat.map(Number), 'bool', shape)
    return constantArray(flat.map(Number), integers ? 'int32' : 'float64', shape, true)
  }
  return stack(list.items.map((v) => toVariable(t, v, node)))
}

function staticShape(v: Value): number[] | null {
  if (typeof v === 'number' || typeof v === 'boolean') return []
  if (!(v instanceof List) || v.items.length === 0) return null
  const shapes = v.items.map(staticShape)
  const [first] = shapes
  return first && shapes.every((s) => s !== null && s.join() === first.join()) ? [v.items.length, ...first] : null
}
const flatten = (v: Value): Value[] => (v instanceof List ? v.items.flatMap(flatten) : [v])

/** The value of a Variable that depends on nothing given at a call; undefined for others. */
export function staticValue(v: Variable): number | boolean | undefined {
  if (v.rank !== 0) return undefined
  const known = (x: number): number | boolean => (v.dtype === 'bool' ? x !== 0 : x)
  if (v.value !== null) return known(v.value[0])
  if (ancestors([v], true).some((x) => x.owner === null && x.value === null)) return undefined
  return known(evaluateGraph([v])[0].data[0])
}

/** JavaScript's truth of a value: known now, or a bool Variable (elementwise for arrays). */
export function condition(v: Value): boolean | Variable {
  if (isStatic(v)) return Boolean(v)
  if (v instanceof Path && v.undecided) throw new GraphError('TH1052', { name: v.text })
  if (!isTensor(v)) return true
  const x = v.variable
  if (v.optional && (v instanceof SharedRef || x.rank > 0)) throw new GraphError('TH1052', { name: v.optional.text })
  const known = staticValue(x)
  if (known !== undefined) return Boolean(known)
  if (x.dtype === 'bool') return x
  return truthy(x)
}

/** `!v`. */
export function negation(v: Value): Value {
  const c = condition(v)
  return typeof c === 'boolean' ? !c : new Tensor(not(c))
}

/** An argument for a graph constructor: Variables, literals, JavaScript lists and objects of them. */
export function toArgument(t: Tracing, v: Value, node: ts.Node): unknown {
  if (isTensor(v)) return v.variable
  if (v instanceof List) return v.items.map((x) => toArgument(t, x, node))
  if (v instanceof Rec) return Object.fromEntries([...v.entries].map(([k, x]) => [k, toArgument(t, x, node)]))
  if (v instanceof Path) {
    const items = isListPath(t, v) && hasKnownLength(t, v) ? pathItems(t, v, node) : null
    return items ? toArgument(t, items, node) : toOperand(t, v, node)
  }
  if (v instanceof Closure || v instanceof Builtin || v instanceof Namespace) return fail('TH2030', { what: describe(v) }, node)
  return v
}
