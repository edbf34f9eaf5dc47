// analysis/builtins: members of symbolic types: shape, length, T, slice and iteration.
import type ts from 'typescript'
import { dimProduct } from '../../graph/dim.ts'
import { at, slice } from '../../graph/ops/indexing.ts'
import { transpose } from '../../graph/ops/shape.ts'
import { asInteger } from '../../graph/ops/static.ts'
import type { Dim, Variable } from '../../graph/variable.ts'
import { toArgument } from '../convert.ts'
import { fail } from '../host.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, describeVariable, List, SharedRef, Tensor, type Value } from '../values.ts'

/** Lengths are weak, like literals: dividing a float32 by one keeps float32. */
const length = (d: Dim): Value => (typeof d === 'number' ? d : new Tensor(d.weak ? d : asInteger(d)))
const method =
  (name: string, build: (x: Variable, args: unknown[]) => Variable) =>
  (x: Variable): Value =>
    new Builtin(
      name,
      (t, args, node) =>
        new Tensor(
          build(
            x,
            args.map((a) => toArgument(t, a, node)),
          ),
        ),
    )

const members: Readonly<Record<string, (x: Variable) => Value>> = {
  shape: (x) => new List(x.shape.map(length)),
  length: (x) => length(x.shape[0]),
  T: (x) => new Tensor(transpose(x)),
  slice: method('slice', (x, [start, stop]) => at(x, slice(start as Variable, stop as Variable))),
  at: method('at', (x, entries) => at(x, ...(entries as Variable[]))),
  rank: (x) => x.rank,
  dtype: (x) => x.dtype,
  size: (x) => length(dimProduct(x.shape)),
}
const ofArrays = new Set(['length', 'slice', 'at', 'T'])

/** `x.name`; `W.value` is W's current value. Throws GraphError TH1020. */
export function tensorMember(t: Tracing, x: Tensor | SharedRef, name: string, node: ts.Node): Value {
  if (x instanceof SharedRef && name === 'value') return new Tensor(x.variable)
  const v = x.variable
  if (!Object.hasOwn(members, name) || (v.rank === 0 && ofArrays.has(name))) return fail('TH1020', { name, what: v.name ?? describeVariable(v) }, node)
  t.needsTypes(`.${name}`, node)
  return members[name](v)
}
