// lowering: a cluster is one loop nest over rows × columns and the Variables computed in it. Members are inner (one
// value per row and column), outer (one per row, after a pass over its columns) or after (complete only when the nest is).
import type { Dim, Variable } from '../graph/variable.ts'
import { type Alignment, alignmentOf, isAccess } from './access.ts'

export type Level = 'inner' | 'outer' | 'after'

export class Cluster {
  readonly kind = 'loops'
  readonly order: number
  rows: readonly Dim[] = []
  columns: readonly Dim[]
  /** Until a reduction fixes what is a row, all axes are columns and nothing is outer. */
  split = false
  readonly members = new Map<Variable, Level>()

  constructor(order: number, space: readonly Dim[]) {
    this.order = order
    this.columns = space
  }

  get space(): readonly Dim[] {
    return [...this.rows, ...this.columns]
  }

  /** The level at which something of these lengths (1s left out) is computed here, or null. */
  levelFor(lengths: readonly Dim[]): Level | null {
    if (sameLengths(lengths, this.space) && (!this.split || this.columns.length > 0)) return 'inner'
    return this.split && sameLengths(lengths, this.rows) ? 'outer' : null
  }

  /** Makes the last `count` axes columns; false when another split is in force. */
  splitAt(count: number): boolean {
    const space = this.space
    const rows = space.slice(0, space.length - count)
    if (this.split) return sameLengths(rows, this.rows)
    this.rows = rows
    this.columns = space.slice(space.length - count)
    this.split = true
    return true
  }
}

const sameLengths = (a: readonly Dim[], b: readonly Dim[]): boolean => a.length === b.length && a.every((d, i) => d === b[i])

/** Axes of v that a loop walks: those not known to be 1. */
export const walkedAxes = (v: { readonly shape: readonly Dim[] }): number[] => v.shape.flatMap((d, axis) => (d === 1 ? [] : [axis]))
export const walkedLengths = (v: { readonly shape: readonly Dim[] }): Dim[] => v.shape.filter((d) => d !== 1)

/** A source that an operand reads, and which loop walks each of its axes (null: fixed, or not aligned at all). */
export interface Read {
  readonly source: Variable
  readonly loops: readonly (number | null)[] | null
}

/**
 * What an operand of a Variable computed over `shape` really reads, through accesses that keep positions aligned.
 * Loop j walks the j-th axis of `shape` whose length is not 1.
 */
export function readOf(operand: Variable, shape: readonly Dim[]): Read {
  if (operand.rank === 0) return { source: operand, loops: [] }
  const walked = walkedAxes({ shape })
  const offset = shape.length - operand.rank
  let loops: (number | null)[] = operand.shape.map((d, axis) => {
    const loop = d === 1 ? -1 : walked.indexOf(axis + offset)
    return loop < 0 ? null : loop
  })
  let source = operand
  while (isAccess(source)) {
    const alignment: Alignment | null = alignmentOf(source)
    if (alignment === null) return { source, loops: null }
    loops = alignment.map((axis) => (axis === null ? null : loops[axis]))
    source = source.owner!.inputs[0]
  }
  return { source, loops: source.rank === 0 ? [] : loops }
}

/** Do the loops walk the source's own axes in order, as a member of that level expects? */
export function aligned(read: Read): boolean {
  return read.loops !== null && walkedAxes(read.source).every((axis, j) => read.loops![axis] === j)
}
