// analysis/builtins: `theano.shared(init)` inside a traced function: a container of the compiled function itself.
import type ts from 'typescript'
import { isDType } from '../../graph/dtype.ts'
import { ancestors } from '../../graph/functionGraph.ts'
import { cast } from '../../graph/ops/logic.ts'
import { input, type Variable } from '../../graph/variable.ts'
import { toVariable } from '../convert.ts'
import { updateBy } from '../defaultUpdates.ts'
import { fail } from '../host.ts'
import { memberOf } from '../members.ts'
import type { Tracing } from '../tracing.ts'
import { describe, insideCondition, Rec, SharedRef, type Value } from '../values.ts'

/** Throws GraphError TH3005 (the start depends on a parameter), TH2016 (dtype), TH1031. */
export function state(t: Tracing, [value, options]: Value[], node: ts.Node): Value {
  if (t.outside > 0) fail('TH1054', {}, node)
  if (insideCondition()) fail('TH1031', {}, node)
  t.needsTypes('theano.shared()', node)
  const option = (key: string) => (options instanceof Rec ? memberOf(t, options, key, node) : undefined)
  const [dtype, name, defaultUpdate] = [option('dtype'), option('name'), option('defaultUpdate')]
  if (dtype !== undefined && (typeof dtype !== 'string' || !isDType(dtype))) fail('TH2016', { dtype: describe(dtype) }, node)
  const given = toVariable(t, value, node)
  const target = dtype !== undefined && typeof dtype === 'string' && isDType(dtype) ? dtype : given.weak ? 'float64' : given.dtype
  const init: Variable = cast(given, target)
  const index = t.states.length
  const foreign = ancestors([init], true).find((v) => v.owner === null && v.value === null && v.source?.kind !== 'shared')
  if (foreign) fail('TH3005', { name: foreign.name ?? 'a state' }, node)
  const label = typeof name === 'string' ? name : `state${index}`
  const variable = input(
    target,
    init.shape.map(() => null),
    { kind: 'state', index },
    label,
  )
  const ref = new SharedRef(variable, label)
  if (defaultUpdate !== undefined) updateBy(t, ref, defaultUpdate, node)
  t.states.push({ variable, init })
  t.stateRefs.push(ref)
  return ref
}
