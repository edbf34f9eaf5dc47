// analysis/builtins: grad, keeping the structure of what it differentiates by.
import type ts from 'typescript'
import { type GradOptions, grad } from '../../graph/ops/differentiate.ts'
import type { Variable } from '../../graph/variable.ts'
import { toArgument, toVariable } from '../convert.ts'
import { fail } from '../host.ts'
import { keysOf, memberOf } from '../members.ts'
import { isListPath, pathItems } from '../paths.ts'
import type { Tracing } from '../tracing.ts'
import { describe, isTensor, List, Path, Rec, Tensor, type Value } from '../values.ts'

/** `grad(cost, wrt, options)`. Throws GraphError TH4001, TH4004, TH4005 (wrt is nothing to differentiate by). */
export function gradient(t: Tracing, [cost, wrt, options]: Value[], node: ts.Node): Value {
  t.needsTypes('grad()', node)
  if (options !== undefined && !(options instanceof Rec)) fail('TH4004', { option: 'third argument' }, node)
  const facts = options === undefined ? {} : (toArgument(t, options, node) as GradOptions & Record<string, unknown>)
  const unknown = Object.keys(facts).find((key) => !['disconnectedInputs', 'considerConstant', 'knownGrads'].includes(key))
  if (unknown) fail('TH4004', { option: unknown }, node)
  return byStructure(t, toVariable(t, cost, node), wrt, facts, node)
}

function byStructure(t: Tracing, cost: Variable, wrt: Value, options: GradOptions, node: ts.Node): Value {
  if (isTensor(wrt)) return new Tensor(grad(cost, wrt.variable, options))
  if (wrt instanceof Path && isListPath(t, wrt)) return byStructure(t, cost, pathItems(t, wrt, node)!, options, node)
  if (wrt instanceof List) return new List(wrt.items.map((v) => byStructure(t, cost, v, options, node)))
  if (wrt instanceof Rec || wrt instanceof Path)
    return new Rec(new Map(keysOf(t, wrt, node).map((key) => [key, byStructure(t, cost, memberOf(t, wrt, key, node), options, node)])))
  return fail('TH4005', { what: describe(wrt) }, node)
}
