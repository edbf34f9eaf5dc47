// analysis: what TypeScript is told about a value, compared with what the graph knows.
import type ts from 'typescript'
import { isFloat } from '../graph/dtype.ts'
import { reshape } from '../graph/ops/shape.ts'
import type { Length } from '../graph/tracedFunction.ts'
import { type Dim, type Variable, withSpan } from '../graph/variable.ts'
import type { TensorFacts, TypeFacts } from './checker.ts'
import { toVariable } from './convert.ts'
import { fail, spanOf } from './host.ts'
import type { Tracing } from './tracing.ts'
import { describeRank, isTensor, List, Tensor, type Value } from './values.ts'

/**
 * Checks `v as T` and `const h: T = v`. Lengths that are not known now are checked at the call, on the value that is returned.
 * Throws GraphError TH2037 (rank), TH2038 (dtype), TH2039 (a length).
 */
export function checkDeclared(t: Tracing, v: Value, facts: TypeFacts, node: ts.Node): Value {
  if (facts.kind !== 'tensor' && facts.kind !== 'shared') return v
  if (!isTensor(v) && typeof v !== 'number' && typeof v !== 'boolean' && !(v instanceof List)) return v
  const x = toVariable(t, v, node)
  checkVariable(x, facts, node)
  return facts.shape && v instanceof Tensor ? withLengths(t, v, facts.shape, node) : v
}

/** One axis after the other, so that the number of elements tells whether the length is the declared one. */
function withLengths(t: Tracing, v: Tensor, lengths: readonly Length[], node: ts.Node): Tensor {
  return withSpan(spanOf(node), () => {
    let x = v.variable
    lengths.forEach((n, axis) => {
      const declared = typeof n === 'string' ? sizeNamed(t, n, x.shape[axis], node) : n
      if (declared !== null && declared !== x.shape[axis]) x = reshape(x, x.shape.with(axis, declared))
    })
    return x === v.variable ? v : new Tensor(x)
  })
}

/** A name in the arrow itself is the length that the parameters gave it, or the first that has it. */
function sizeNamed(t: Tracing, name: string, d: Dim, node: ts.Node): Dim | null {
  if (node.getSourceFile() !== t.call.file || node.pos < t.call.node.pos || node.end > t.call.node.end) return null
  const known = t.sizes.get(name) ?? d
  t.sizes.set(name, known)
  return known
}

function checkVariable(v: Variable, facts: TensorFacts, node: ts.Node): void {
  if (facts.rank !== null && facts.rank !== v.rank) fail('TH2037', { declared: describeRank(facts.rank), found: describeRank(v.rank) }, node)
  if (facts.dtype !== null && !sameDType(v, facts.dtype)) fail('TH2038', { declared: facts.dtype, found: v.dtype }, node)
  facts.shape?.forEach((n, axis) => {
    const d = v.shape[axis]
    if (typeof n === 'number' && typeof d === 'number' && n !== d) fail('TH2039', { axis, declared: n, found: d }, node)
  })
}

/** A weak value takes any dtype of its kind. */
function sameDType(v: Variable, dtype: NonNullable<TensorFacts['dtype']>): boolean {
  return v.dtype === dtype || (v.weak && (isFloat(dtype) || (v.dtype === 'int32' && dtype !== 'bool')))
}
