// analysis: what the arrow returned, as outputs; and whether TypeScript says the same.
import type ts from 'typescript'
import { type DType, isFloat } from '../graph/dtype.ts'
import { cast } from '../graph/ops/logic.ts'
import type { OutputTree } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import { callReturnType, classify, elementType, propertyOf, typeAt, typeOfSymbol } from './checker.ts'
import { toVariable } from './convert.ts'
import { fail } from './host.ts'
import { isListPath, pathItems } from './paths.ts'
import type { Tracing } from './tracing.ts'
import { describe, describeVariable, isTensor, List, Path, Rec, type Value } from './values.ts'

export interface Results {
  readonly outputs: readonly Variable[]
  readonly tree: OutputTree
}

/** Throws GraphError TH2041 (not a result), TH2040 (TypeScript says otherwise), TH2042 (a ufunc gives one number). */
export function readResults(t: Tracing, value: Value, node: ts.Node): Results {
  const outputs: Variable[] = []
  const type = t.ufunc ? undefined : callReturnType(typeAt(t.host, t.call.node))
  const tree = arrange(t, value, type, outputs, node)
  if (t.ufunc && (tree.kind !== 'value' || outputs[0].rank > 0)) fail('TH2042', {}, node)
  return { outputs, tree }
}

function arrange(t: Tracing, v: Value, type: ts.Type | undefined, outputs: Variable[], node: ts.Node): OutputTree {
  if (v === undefined) return { kind: 'nothing' }
  if (v instanceof Path && isListPath(t, v)) return arrange(t, pathItems(t, v, node), type, outputs, node)
  if (v instanceof List) return { kind: 'list', items: v.items.map((x, i) => arrange(t, x, type && itemType(t, type, i), outputs, node)) }
  if (v instanceof Rec)
    return { kind: 'record', entries: [...v.entries].map(([key, x]) => [key, arrange(t, x, type && fieldType(t, type, key), outputs, node)] as const) }
  if (!isTensor(v) && typeof v !== 'number' && typeof v !== 'boolean') return fail('TH2041', { what: describe(v) }, node)
  outputs.push(checked(t, toVariable(t, v, node), type, node))
  return { kind: 'value', index: outputs.length - 1 }
}

function itemType(t: Tracing, type: ts.Type, index: number): ts.Type | undefined {
  const facts = classify(t.host, type)
  return facts.kind === 'tuple' ? facts.elements[index] : elementType(t.host, type)
}
function fieldType(t: Tracing, type: ts.Type, key: string): ts.Type | undefined {
  const property = propertyOf(t.host, type, key)
  return property && typeOfSymbol(t.host, property, t.call.node)
}

/** The output as TypeScript promises it. */
function checked(t: Tracing, v: Variable, type: ts.Type | undefined, node: ts.Node): Variable {
  const facts = type ? classify(t.host, type) : { kind: 'any' as const }
  if (v.weak && v.rank > 0) {
    const declared = facts.kind === 'tensor' ? facts.dtype : null
    const fits = declared !== null && (isFloat(declared) || (v.dtype === 'int32' && declared !== 'bool'))
    return checked(t, cast(v, fits ? declared : 'float64'), type, node)
  }
  const isBool = v.dtype === 'bool'
  switch (facts.kind) {
    case 'number':
    case 'boolean':
    case 'literal': {
      const bool = facts.kind === 'boolean' || (facts.kind === 'literal' && typeof facts.value === 'boolean')
      if (v.rank > 0 || bool !== isBool) mismatch(v, bool ? 'a boolean' : 'a number', node)
      return v
    }
    case 'tensor': {
      if (facts.orScalar && v.rank === 0 && (facts.orScalar === 'boolean') === isBool) return v
      const rank = facts.rank === null || (facts.rank === v.rank && v.rank > 0)
      const dtype = facts.dtype === null || facts.dtype === v.dtype
      if (!rank || !dtype) mismatch(v, `NDArray<${facts.rank ?? 'number'}${facts.dtype ? `, '${facts.dtype}'` : ''}>`, node)
      return v
    }
    default:
      return v
  }
}

const mismatch = (v: Variable, declared: string, node: ts.Node): never =>
  fail(
    'TH2040',
    {
      declared,
      found: describeVariable(v),
      type: symbolicName(v.rank, v.dtype),
      hint: v.dtype === 'bool' ? ', with comparisons as functions: `gt(a, b)` for `a > b`' : '',
    },
    node,
  )

const names = ['Scalar', 'Vector', 'Matrix', 'Tensor3', 'Tensor4', 'Tensor5']
const symbolicName = (rank: number, dtype: DType): string => `${names[rank] ?? 'Tensor'}${dtype === 'float64' ? '' : `<'${dtype}'>`}`
