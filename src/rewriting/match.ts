// rewriting: patterns. A pattern is a graph over placeholders, built by the ops' own constructors; scalars in it stand
// for tensors of any rank and dtype.
import { type DType, storeAs } from '../graph/dtype.ts'
import { applyElementwise } from '../graph/ops/elementwise.ts'
import { constant, input, type Variable } from '../graph/variable.ts'

/** What the placeholders of a pattern stand for. */
export type Match = Readonly<Record<string, Variable>>

/** A placeholder: matches anything, the same key the same Variable. */
export const any = (key: string, dtype: DType = 'float64'): Variable => input(dtype, [], { kind: 'placeholder', key }, key)

/** Ops whose operands may be exchanged. */
const commutative = new Set(['add', 'mul', 'eq', 'neq', 'and', 'or', 'maximum', 'minimum', 'bitAnd', 'bitOr', 'bitXor', 'hypot'])

/** The value of all elements, if they are known and the same: of a constant, or one broadcast, reshaped or converted. */
export function uniformValue(v: Variable): number | null {
  const casts: DType[] = []
  let source = v
  while (source.owner !== null) {
    const { name } = source.owner.op
    if (name.startsWith('cast_')) casts.push(source.dtype)
    else if (name !== 'broadcastTo' && name !== 'dimshuffle' && name !== 'reshape') return null
    source = source.owner.inputs[0]
  }
  if (source.value === null || source.value.length === 0) return null
  const first = source.value[0]
  if (!source.value.every((x) => Object.is(x, first))) return null
  return casts.reduceRight((x, dtype) => storeAs(dtype, x), first)
}

/** Every way in which `v` is an instance of `pattern`. `opaque` Variables, unless at the root, match placeholders only. */
export function matches(pattern: Variable, v: Variable, opaque: ReadonlySet<Variable>): readonly Match[] {
  return matchIn(pattern, v, {}, (x) => x !== v && opaque.has(x))
}

function matchIn(pattern: Variable, v: Variable, bound: Match, closed: (v: Variable) => boolean): readonly Match[] {
  if (pattern.source?.kind === 'placeholder') {
    const { key } = pattern.source
    if (bound[key] === undefined) return [{ ...bound, [key]: v }]
    return bound[key] === v ? [bound] : none
  }
  if (pattern.value !== null) return !closed(v) && Object.is(uniformValue(v), pattern.value[0]) ? [bound] : none
  const [wanted, found] = [pattern.owner!, v.owner]
  if (found === null || found.op !== wanted.op || closed(v)) return none
  const [first, second] = found.inputs
  const inOrder = matchAll(wanted.inputs, found.inputs, bound, closed)
  if (!commutative.has(found.op.name) || first === second) return inOrder
  const exchanged = matchAll(wanted.inputs, [second, first], bound, closed)
  return inOrder.length === 0 ? exchanged : [...inOrder, ...exchanged]
}

const none: readonly Match[] = []

function matchAll(patterns: readonly Variable[], found: readonly Variable[], bound: Match, closed: (v: Variable) => boolean): readonly Match[] {
  if (!patterns.every((pattern, i) => possible(pattern, found[i]))) return none
  return patterns.reduce<readonly Match[]>((known, pattern, i) => known.flatMap((m) => matchIn(pattern, found[i], m, closed)), [bound])
}

/** A look at the root alone, which settles most cases. */
const possible = (pattern: Variable, v: Variable): boolean => pattern.owner === null || pattern.owner.op === v.owner?.op

/** The graph that `pattern` describes over these Variables. Patterns to build from are elementwise. */
export function instantiate(pattern: Variable, bound: Match): Variable {
  if (pattern.source?.kind === 'placeholder') return bound[pattern.source.key]
  if (pattern.value !== null) return pattern.weak ? constant(pattern.value[0]) : constant(pattern.value[0], pattern.dtype)
  const { op, inputs } = pattern.owner!
  if (op.kind !== 'elementwise') throw new Error(`a pattern to build from holds ${op.name}, which is not elementwise`)
  return applyElementwise(
    op,
    inputs.map((x) => instantiate(x, bound)),
  )
}
