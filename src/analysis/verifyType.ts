// analysis: what TypeScript is told about a value, compared with what the graph knows.
import type ts from 'typescript'
import { isFloat } from '../graph/dtype.ts'
import type { Variable } from '../graph/variable.ts'
import type { TensorFacts, TypeFacts } from './checker.ts'
import { toVariable } from './convert.ts'
import { fail } from './host.ts'
import type { Tracing } from './tracing.ts'
import { describeRank, isTensor, List, type Value } from './values.ts'

/** Checks `v as T` and `const h: T = v`. Throws GraphError TH2037 (rank), TH2038 (dtype), TH2039 (a length). */
export function checkDeclared(t: Tracing, v: Value, facts: TypeFacts, node: ts.Node): void {
  if (facts.kind !== 'tensor' && facts.kind !== 'shared') return
  if (isTensor(v) || typeof v === 'number' || typeof v === 'boolean' || v instanceof List) checkVariable(toVariable(t, v, node), facts, node)
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
