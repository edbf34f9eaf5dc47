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
import { Builtin, describeVariable, List, Rec, SharedRef, Tensor, type Value } from '../values.ts'

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

/** What containers have besides: `W.value` is W's current value, `W.name` the function's word for it. */
const ofContainers: Readonly<Record<string, (x: SharedRef) => Value>> = {
  value: (x) => new Tensor(x.variable),
  name: (x) => x.name,
  type: ({ leaf }) =>
    new Rec(
      new Map<string, Value>([
        ['dtype', leaf.dtype],
        ['rank', leaf.rank],
      ]),
    ),
}

/** `x.name`. Throws GraphError TH1020, TH3009 (what only containers have). */
export function tensorMember(t: Tracing, x: Tensor | SharedRef, name: string, node: ts.Node): Value {
  const v = x.variable
  if (Object.hasOwn(ofContainers, name))
    return x instanceof SharedRef ? ofContainers[name](x) : fail('TH3009', { found: v.name ?? describeVariable(v), name }, node)
  if (!Object.hasOwn(members, name) || (v.rank === 0 && ofArrays.has(name))) return fail('TH1020', { name, what: v.name ?? describeVariable(v) }, node)
  t.needsTypes(`.${name}`, node)
  return members[name](v)
}
