// lowering: Variables that only rename positions of another (dimshuffle, subtensor, static broadcasting, iota) never
// get memory of their own: reading one at a position is reading its source at a position computed here.
import type { Variable } from '../graph/variable.ts'

export type Alignment = readonly (number | null)[]

/**
 * Does v only rename positions, so that no work is saved by storing it? broadcastTo counts when every length is known
 * to fit: the same Dim, or 1 while building.
 */
export function isAccess(v: Variable): boolean {
  switch (v.owner?.op.name) {
    case 'dimshuffle':
    case 'subtensor':
    case 'iota':
      return true
    case 'broadcastTo':
      return fitsStatically(v)
    default:
      return false
  }
}

function fitsStatically(v: Variable): boolean {
  const source = v.owner!.inputs[0]
  const leading = v.rank - source.rank
  return source.shape.every((d, i) => d === 1 || d === v.shape[i + leading])
}

/**
 * How the axes of `source` correspond to those of the access `v` on it: for each axis of source the axis of v that
 * walks it, null where its position is fixed at 0. Null altogether: another position (subtensor, iota).
 */
export function alignmentOf(v: Variable): Alignment | null {
  const { op, inputs, params } = v.owner!
  const source = inputs[0]
  if (op.name === 'dimshuffle') {
    const pattern = params.pattern as readonly (number | 'x')[]
    return source.shape.map((_, axis) => (pattern.includes(axis) ? pattern.indexOf(axis) : null))
  }
  if (op.name === 'broadcastTo') {
    const leading = v.rank - source.rank
    return source.shape.map((d, i) => (d === 1 && v.shape[i + leading] !== 1 ? null : i + leading))
  }
  return null
}

/** Axes entries of a subtensor-like read and the bounds that go with each axis. */
export type ReadAxis = 'index' | 'all' | { readonly step: number }
export interface AxisRead {
  readonly axis: ReadAxis
  readonly bounds: readonly Variable[]
}
export function axisReads(axes: readonly ReadAxis[], bounds: readonly Variable[]): AxisRead[] {
  let at = 0
  return axes.map((axis) => {
    const count = axis === 'all' ? 0 : axis === 'index' ? 1 : 2
    at += count
    return { axis, bounds: bounds.slice(at - count, at) }
  })
}

/** What an access ultimately renames positions of (iota: itself). */
export function sourceOf(v: Variable): Variable {
  let source = v
  while (isAccess(source) && source.owner!.op.name !== 'iota') source = source.owner!.inputs[0]
  return source
}
