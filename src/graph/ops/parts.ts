// graph/ops: one element of each line (takeAlongAxis), and arrays with a part that was read replaced or increased.
import { dimProduct, dimVariable } from '../dim.ts'
import { isDiscrete, isFloat } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import { type Apply, apply, type Dim, type Variable } from '../variable.ts'
import { add, mul } from './arithmetic.ts'
import { iota } from './create.ts'
import { asVariable, type Operand } from './elementwise.ts'
import { checkedIndex, incSubtensorOp, scatterAddOp, setSubtensorOp, subtensorOp, take, takeOp } from './indexing.ts'
import { cast } from './logic.ts'
import { axisOf, broadcastShapes, broadcastTo, flatten, moveaxis, reshape } from './shape.ts'
import { axisArgument, staticInt } from './static.ts'

/**
 * NumPy's take_along_axis: along `axis` (default -1) the elements that `indices`, of the same rank, name in each line; the other
 * axes broadcast. Negative positions count from the end. Throws GraphError TH2022, TH2003.
 */
export function takeAlongAxis(x: Operand, indices: Operand, options?: unknown): Variable {
  const [v, i] = [asVariable(x), asVariable(indices)]
  if (isFloat(i.dtype) || i.dtype === 'bool') throw new GraphError('TH2022', { dtype: i.dtype })
  if (v.rank === 0 || i.rank !== v.rank)
    throw new GraphError('TH2003', { op: 'takeAlongAxis', expected: `${Math.max(1, v.rank)} and ${Math.max(1, v.rank)}`, found: `${v.rank} and ${i.rank}` })
  const axis = axisOf(staticInt(axisArgument(options) ?? -1, 'axis'), v.rank)
  const [lines, wanted] = [moveaxis(v, axis, -1), moveaxis(i, axis, -1)]
  const [n, m] = [lines.shape[v.rank - 1], wanted.shape[v.rank - 1]]
  const outer = broadcastShapes([lines.shape.slice(0, -1), wanted.shape.slice(0, -1)])
  const known: Dim[] = [...outer, m]
  const within = cast(checkedIndex(broadcastTo(wanted, known), dimVariable(n)), 'int32')
  const starts = mul(reshape(iota(dimProduct(outer)), [...outer, 1]), dimVariable(n))
  // In the flattened lines; positions are checked already.
  const taken = take(flatten(broadcastTo(lines, [...outer, n])), add(starts, within), { mode: 'clip' })
  return moveaxis(taken, -1, axis)
}

/** Is v a read `x[i]`: whole sub-arrays, which are views of x? */
function rowOf(v: Variable): Apply | null {
  const read = v.owner?.op === subtensorOp ? v.owner : null
  return read && (read.params.axes as unknown[]).every((a) => typeof a === 'string') ? read : null
}

function writePart(kind: 'set' | 'inc', part: Operand, y: Operand): Variable {
  const p = asVariable(part)
  const name = `${kind}Subtensor`
  const { op, inputs, params } = p.owner ?? { op: null, inputs: [], params: {} }
  const gathered = op === takeOp && inputs[1].owner?.op.name !== 'nonzero'
  if (op !== subtensorOp && !(gathered && kind === 'inc')) throw new GraphError('TH2025', { op: name })
  const [x, ...where] = inputs
  const value = asVariable(y)
  if (value.rank > p.rank) throw new GraphError('TH2009', { rank: value.rank, expected: p.rank })
  if (!value.weak && isFloat(value.dtype) && isDiscrete(x.dtype)) throw new GraphError('TH2021', { from: value.dtype, to: x.dtype })
  const fitted = broadcastTo(cast(value, x.dtype), p.shape)
  const written = gathered
    ? apply(scatterAddOp, [x, where[0], fitted], params)
    : apply(kind === 'set' ? setSubtensorOp : incSubtensorOp, [x, fitted, ...where], params)
  return rowOf(x) ? writePart('set', x, written) : written
}

/**
 * Theano's set_subtensor: the array that `part` was read from (`x[i][j]`, `at(x, slice(1, 3))`), with y there. `x[i]` is a view of
 * x, as in assignments; any other part is an array of its own. Throws GraphError TH2025 for what was not read so, TH2009, TH2021.
 */
export const setSubtensor = (part: Operand, y: Operand): Variable => writePart('set', part, y)

/** Theano's inc_subtensor: the same with y added; `part` may also be `x[positions]`, where repeated positions accumulate. */
export const incSubtensor = (part: Operand, y: Operand): Variable => writePart('inc', part, y)
