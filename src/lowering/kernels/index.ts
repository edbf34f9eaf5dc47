// lowering/kernels: the builder of each structural op, in one table.
import type { Variable } from '../../graph/variable.ts'
import type { Context } from '../context.ts'
import type { Memory } from '../memory.ts'
import { buildArgExtreme } from './argExtreme.ts'
import { buildBatchedDot, buildDot } from './dot.ts'
import { buildJoin } from './join.ts'
import { randomBuilders } from './random.ts'
import { buildBroadcastTo, buildReshape, buildSumTo } from './shape.ts'
import { buildIncSubtensor, buildSetSubtensor } from './subtensor.ts'
import { buildNonzero, buildScatterAdd, buildTake } from './take.ts'

/** Computes v into the memory or scalar it is read from. */
export type Builder = (v: Variable, context: Context, memory: Memory) => void

export const builders: Readonly<Record<string, Builder>> = {
  argmax: buildArgExtreme,
  argmin: buildArgExtreme,
  batchedDot: buildBatchedDot,
  broadcastTo: buildBroadcastTo,
  dot: buildDot,
  incSubtensor: buildIncSubtensor,
  join: buildJoin,
  nonzero: buildNonzero,
  ...randomBuilders,
  reshape: buildReshape,
  scatterAdd: buildScatterAdd,
  setSubtensor: buildSetSubtensor,
  sumTo: buildSumTo,
  take: buildTake,
}
