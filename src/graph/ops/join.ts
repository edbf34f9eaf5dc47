// graph/ops: arrays put together and taken apart.

import { dimAdd } from '../dim.ts'
import { promote } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import type { StructuralOp } from '../op.ts'
import { apply, type Dim, type Variable } from '../variable.ts'
import { asVariable, type Operand } from './elementwise.ts'
import { at, Slice } from './indexing.ts'
import { cast } from './logic.ts'
import { axisOf, expandDims } from './shape.ts'
import { axisArgument, staticInt } from './static.ts'

/** Theano's Join: all lengths but that of `axis` agree; the kernel checks those not known. */
export const joinOp: StructuralOp = {
  kind: 'structural',
  name: 'join',
  law: 'arrays one after the other along an axis',
  infer: (inputs, { axis }) => ({
    ...promote(inputs),
    shape: inputs[0].shape.map((_, i) => (i === axis ? inputs.map((v) => v.shape[i]).reduce(dimAdd) : knownLength(inputs, i))),
  }),
  evaluate: (inputs, { axis }, shape) => {
    const at = axis as number
    const misfit = inputs.find((v) => v.shape.some((n, i) => i !== at && n !== inputs[0].shape[i]))
    if (misfit) throw new RangeError(`concatenate: shapes [${inputs[0].shape}] and [${misfit.shape}] differ beside axis ${at}`)
    const outer = shape.slice(0, at).reduce((a, b) => a * b, 1)
    const blocks = inputs.map((v) => v.shape.slice(at).reduce((a, b) => a * b, 1))
    return Array.from({ length: outer }, (_, o) => inputs.flatMap((v, k) => v.data.slice(o * blocks[k], (o + 1) * blocks[k]))).flat()
  },
  gradient: (inputs, _, g, { axis }) => {
    let start: Dim = 0
    return inputs.map((v) => {
      const [from, to]: Dim[] = [start, dimAdd(start, v.shape[axis as number])]
      start = to
      return at(g, ...v.shape.slice(0, axis as number).map(() => new Slice(null, null)), new Slice(from, to))
    })
  },
}

const knownLength = (inputs: readonly Variable[], axis: number): Dim =>
  inputs.map((v) => v.shape[axis]).find((d) => typeof d === 'number') ?? inputs[0].shape[axis]

/** NumPy's concatenate. Throws GraphError TH2001, TH2003. */
export function concatenate(list: unknown, axis: unknown = 0): Variable {
  const inputs = listOfVariables(list)
  const i = axisOf(staticInt(axisArgument(axis), 'axis'), inputs[0].rank)
  for (const v of inputs) {
    if (v.rank !== inputs[0].rank) throw new GraphError('TH2003', { op: 'concatenate', expected: inputs[0].rank, found: v.rank })
    v.shape.forEach((d, k) => {
      const other = knownLength(inputs, k)
      if (k !== i && typeof d === 'number' && typeof other === 'number' && d !== other) throw new GraphError('TH2001', { a: other, b: d })
    })
  }
  const { dtype, weak } = promote(inputs)
  return inputs.length === 1
    ? inputs[0]
    : apply(
        joinOp,
        inputs.map((v) => (v.dtype === dtype ? v : cast(v, weak ? 'float64' : dtype))),
        { axis: i },
      )
}

/** Arrays of one shape along a new axis. */
export function stack(list: unknown, axis: unknown = 0): Variable {
  return concatenate(
    listOfVariables(list).map((v) => expandDims(v, axisArgument(axis))),
    axis,
  )
}

function listOfVariables(list: unknown): Variable[] {
  if (!Array.isArray(list) || list.length === 0) throw new GraphError('TH2023', {})
  return list.map((v) => asVariable(v as Operand))
}
