// lowering/wasm: a product and the elementwise cluster that is the only one to read it become one unit, whose epilogue the
// cluster is; the product has no memory of its own then. Other units in between come first.
import { isFloat } from '../../graph/dtype.ts'
import { type FunctionGraph, rootsOf } from '../../graph/functionGraph.ts'
import type { Dim, Variable } from '../../graph/variable.ts'
import { sourceOf } from '../access.ts'
import type { Cluster } from '../cluster.ts'
import type { Context } from '../context.ts'
import { checkSame } from '../kernels/loops.ts'
import { buildCluster } from '../loops.ts'
import type { Memory } from '../memory.ts'
import type { FusedUnit, LibraryUnit, Schedule, Unit } from '../schedule.ts'
import { fusedProduct } from './builders.ts'
import { epilogueOf, nestOf } from './epilogue.ts'

/** The schedule with products moved into the clusters that take their elements. */
export function fuseProducts(plan: Schedule, graph: FunctionGraph): Schedule {
  const readers = readersIn(plan, graph)
  const fused = new Map<Unit, FusedUnit>()
  const moved = new Set<Unit>()
  const same = new Equalities()
  for (const unit of plan.units) {
    if (unit.kind !== 'library' || unit.variable.owner!.op.name !== 'dot') continue
    const [a, b] = unit.variable.owner!.inputs
    // Checked when the program runs, before anything is computed with either.
    same.join(a.shape[a.rank - 1], b.shape[0])
    const found = fusion(unit.variable, readers, same)
    if (!found || fused.has(found.unit.cluster)) continue
    fused.set(found.unit.cluster, found.unit)
    for (const u of [unit, ...found.views]) moved.add(u)
  }
  if (fused.size === 0) return plan
  const units: Unit[] = []
  const scalars: Variable[][] = [[]]
  plan.units.forEach((unit, i) => {
    scalars.at(-1)!.push(...plan.scalars[i])
    if (moved.has(unit)) return
    units.push(fused.get(unit) ?? unit)
    scalars.push([])
  })
  scalars.at(-1)!.push(...plan.scalars.at(-1)!)
  return { units, scalars, stored: plan.stored }
}

/** The units that read each Variable from memory; null stands for scalars, results and updates. */
function readersIn(plan: Schedule, graph: FunctionGraph): Map<Variable, Set<Unit | null>> {
  const readers = new Map<Variable, Set<Unit | null>>()
  const read = (x: Variable, by: Unit | null): void => {
    const source = sourceOf(x)
    if (!readers.has(source)) readers.set(source, new Set())
    readers.get(source)!.add(by)
  }
  for (const v of rootsOf(graph)) read(v, null)
  for (const v of plan.scalars.flat()) for (const x of v.owner!.inputs) read(x, null)
  for (const unit of plan.units) {
    const variables = unit.kind === 'loops' ? [...unit.members.keys()] : unit.kind === 'fused' ? [] : [unit.variable]
    for (const v of variables) for (const x of v.owner!.inputs) read(x, unit)
  }
  return readers
}

/** The cluster that alone reads the product, perhaps as another shape of equal lengths, with the units that were such views. */
function fusion(product: Variable, readers: ReadonlyMap<Variable, ReadonlySet<Unit | null>>, same: Equalities): { unit: FusedUnit; views: Unit[] } | null {
  if (product.rank !== 2 || !isFloat(product.dtype) || product.shape.some((d) => d === 1)) return null
  const equal = (shape: readonly Dim[]): boolean => shape.length === 2 && shape.every((d, i) => same.are(d, product.shape[i]))
  const views: LibraryUnit[] = []
  for (let seen = product; ; ) {
    const [reader, ...others] = readers.get(seen) ?? []
    if (!reader || others.length > 0) return null
    if (reader.kind === 'library' && reader.variable.owner!.op.name === 'reshape' && equal(reader.variable.shape)) {
      views.push(reader)
      seen = reader.variable
      continue
    }
    if (reader.kind !== 'loops' || !equal(reader.space) || !takesElements(reader, seen)) return null
    return { unit: { kind: 'fused', product, views: views.map((u) => u.variable), cluster: reader }, views }
  }
}

/** Is everything in the cluster elementwise, and the Variable read at its own positions? */
function takesElements(cluster: Cluster, v: Variable): boolean {
  const members = [...cluster.members]
  const plain = members.every(([x, level]) => level === 'inner' && x.owner!.op.kind === 'elementwise')
  const reads = members.flatMap(([x]) => x.owner!.inputs.filter((input) => sourceOf(input) === v))
  return plain && reads.every((x) => x === v)
}

/** Lengths that are checked to be equal before they are used. */
class Equalities {
  private readonly parents = new Map<Dim, Dim>()

  private find(d: Dim): Dim {
    const parent = this.parents.get(d)
    return parent === undefined ? d : this.find(parent)
  }

  join(a: Dim, b: Dim): void {
    const [x, y] = [this.find(a), this.find(b)]
    if (x !== y) this.parents.set(x, y)
  }

  are(a: Dim, b: Dim): boolean {
    return this.find(a) === this.find(b)
  }
}

/** Builds both as one kernel. False, and only memory for the cluster's results is claimed, where the loops do not allow it. */
export function buildFused({ product, views, cluster }: FusedUnit, stored: ReadonlySet<Variable>, context: Context, memory: Memory): boolean {
  const array = context.names.fresh('product')
  // Its elements exist in registers only; told that they do not lie in one piece, the cluster keeps rows and columns apart.
  for (const v of [product, ...views]) context.setView(v, { ...context.setArray(v, array), contiguous: false })
  const start = context.body.length
  buildCluster(cluster, stored, context, memory)
  const added = context.body.splice(start)
  const loops = added.filter((s) => s.kind === 'for')
  context.body.push(...added.filter((s) => s.kind !== 'for'))
  const nest = loops.length === 1 ? nestOf(loops[0]) : null
  const outside = { arrays: context.arrayTypes, scalars: context.scalarTypes }
  const fused = nest && epilogueOf(nest, array, product.dtype === 'float32' ? 4 : 2, outside)
  if (!fused) return false
  // The product that checked this may have moved behind this one.
  cluster.space.forEach((d, i) => checkSame(context, product, product.shape[i], d))
  fusedProduct(product, fused, context, memory)
  return true
}
