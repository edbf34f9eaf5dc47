// lowering/wasm: a product and the elementwise cluster that is the only one to read it become one kernel, whose epilogue the
// cluster is; the product has no memory of its own then.
import { isFloat } from '../../graph/dtype.ts'
import type { Variable } from '../../graph/variable.ts'
import { sourceOf } from '../access.ts'
import type { Cluster } from '../cluster.ts'
import type { Context } from '../context.ts'
import { buildCluster } from '../loops.ts'
import type { Memory } from '../memory.ts'
import type { Unit } from '../schedule.ts'
import { fusedProduct } from './builders.ts'
import { epilogueOf, nestOf } from './epilogue.ts'

interface Place {
  readonly context: Context
  readonly memory: Memory
  readonly stored: ReadonlySet<Variable>
  /** Scalars that are computed between the product and the cluster. */
  readonly between: readonly Variable[]
  /** The last unit that reads a Variable. */
  readonly lastUse: ReadonlyMap<Variable, number>
}

/** May the cluster be the epilogue of the product just before it? */
export function mayFuse(unit: Unit, next: Unit | undefined, { between, lastUse }: Pick<Place, 'between' | 'lastUse'>): next is Cluster {
  if (unit.kind !== 'library' || next?.kind !== 'loops') return false
  const v = unit.variable
  const isProduct = v.owner!.op.name === 'dot' && v.rank === 2 && isFloat(v.dtype) && v.shape.every((d) => d !== 1)
  const sameSpace = next.space.length === 2 && next.space.every((d, i) => d === v.shape[i])
  const elementwise = [...next.members].every(([x, level]) => level === 'inner' && x.owner!.op.kind === 'elementwise')
  const readInside = [...next.members.keys()].some((x) => x.owner!.inputs.includes(v))
  const readBetween = between.some((x) => x.owner!.inputs.some((y) => sourceOf(y) === v))
  return isProduct && sameSpace && elementwise && readInside && !readBetween && lastUse.get(v) === next.order
}

/** Builds both as one kernel. False, and only memory for the cluster's results is claimed, where the loops do not allow it. */
export function buildFused(product: Variable, cluster: Cluster, { context, memory, stored }: Place): boolean {
  const array = context.names.fresh('product')
  // Its elements exist in registers only; told so, the cluster keeps rows and columns apart.
  context.setView(product, { ...context.setArray(product, array), contiguous: false })
  const start = context.body.length
  buildCluster(cluster, stored, context, memory)
  const added = context.body.splice(start)
  const loops = added.filter((s) => s.kind === 'for')
  context.body.push(...added.filter((s) => s.kind !== 'for'))
  const nest = loops.length === 1 ? nestOf(loops[0]) : null
  const outside = { arrays: context.arrayTypes, scalars: context.scalarTypes }
  const fused = nest && epilogueOf(nest, array, product.dtype === 'float32' ? 4 : 2, outside)
  if (!fused) return false
  fusedProduct(product, fused, context, memory)
  return true
}
