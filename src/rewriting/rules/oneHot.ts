// rewriting/rules: one-hot rows, which the gradient of a pick is made of.
import { dimVariable } from '../../graph/dim.ts'
import { isFloat } from '../../graph/dtype.ts'
import { add } from '../../graph/ops/arithmetic.ts'
import { and, ge, lt, where } from '../../graph/ops/logic.ts'
import { sum } from '../../graph/ops/reduce.ts'
import { dimshuffle, type Pattern } from '../../graph/ops/shape.ts'
import type { Variable } from '../../graph/variable.ts'
import { rule, type Site, type Table } from '../engine.ts'
import { uniformValue } from '../match.ts'
import { isNeverNegativeZero } from './facts.ts'

/** The axis of x along which v counts 0, 1, … x's length, if it does nothing else. */
function countedAxis(v: Variable, x: Variable, site: Site): number | null {
  const pattern = site.owner(v, 'dimshuffle')?.params.pattern as Pattern | undefined
  const iota = pattern ? v.owner!.inputs[0] : v
  if (!site.owner(iota, 'iota')) return null
  const axis = pattern ? pattern.indexOf(0) : 0
  return v.rank === x.rank && iota.shape[0] === x.shape[axis] ? axis : null
}

/** sum(where(i = 0…n-1, g, 0)) along the counted axis: g where i is one of them, else 0. */
function ofOneHot(site: Site): Variable | null {
  const root = site.root.owner!
  const [x] = root.inputs
  const selected = site.owner(x, 'where')
  const test = selected && site.owner(selected.inputs[0], 'eq')
  if (!test || !Object.is(uniformValue(selected.inputs[2]), 0)) return null
  const [value] = selected.inputs.slice(1)
  for (const [at, counter] of test.inputs.entries()) {
    const axis = countedAxis(counter, x, site)
    const index = test.inputs[1 - at]
    if (axis === null || !(root.params.axes as number[]).includes(axis) || isFloat(index.dtype)) continue
    const fixed = (v: Variable): boolean => v.rank === 0 || v.shape[axis] === 1
    if (!fixed(index) || !fixed(value)) continue
    const once = (v: Variable): Variable =>
      v.rank === 0
        ? v
        : dimshuffle(
            v,
            [...v.shape.keys()].filter((i) => i !== axis),
          )
    const inside = and(ge(once(index), 0), lt(once(index), dimVariable(x.shape[axis])))
    const rest = (root.params.axes as number[]).filter((i) => i !== axis).map((i) => (i > axis ? i - 1 : i))
    const kept = where(inside, once(value), 0)
    // A sum is never -0.
    if (rest.length === 0) return isNeverNegativeZero(value) ? kept : add(kept, 0)
    return kept.rank === x.rank - 1 ? sum(kept, { axis: rest }) : null
  }
  return null
}

export const oneHot: Table = [rule('local_sum_one_hot', { from: 'sum', to: (_, site) => ofOneHot(site), why: 'a one-hot row adds up to its only element' })]
