// lowering: what each array is for, and how long it is needed.
import { ancestors, type FunctionGraph, rootsOf } from '../graph/functionGraph.ts'
import type { Variable } from '../graph/variable.ts'
import { isAccess } from './access.ts'
import { viewOps } from './inPlace.ts'
import type { Kind } from './memory.ts'
import type { Schedule } from './schedule.ts'

/** What each Variable's memory is for; `written` are arguments' own elements after the call, which go back to them. */
export function kindsOf(graph: FunctionGraph, borrow: boolean, written: ReadonlyMap<Variable, Variable>): (v: Variable) => Kind {
  const results = new Set<Variable>()
  const claim = (v: Variable): void => {
    results.add(v)
    // What a result is only another look at should be its own memory already.
    if (v.owner?.op.name === 'reshape') claim(wholes(v).at(-1)!)
  }
  const updates = new Set(graph.updates.flatMap((u) => (written.has(u.target) ? [] : [u.value])))
  const givenBack = new Set(written.values())
  for (const v of graph.outputs) if (!updates.has(v) && !givenBack.has(v)) claim(v)
  const result = borrow ? 'lent' : 'result'
  return (v) => (updates.has(v) ? 'update' : results.has(v) ? result : 'buffer')
}

/** The last unit that reads each array from memory, directly or through another look at it. */
export function lastUses(graph: FunctionGraph, plan: Schedule): Map<Variable, number> {
  const unitOf = new Map<Variable, number>()
  plan.units.forEach((unit, order) => {
    const cluster = unit.kind === 'loops' ? unit : unit.kind === 'fused' ? unit.cluster : null
    for (const v of cluster?.members.keys() ?? []) unitOf.set(v, order)
    if (unit.kind === 'fused') unitOf.set(unit.product, order)
    else if (unit.kind !== 'loops') unitOf.set(unit.variable, order)
  })
  plan.scalars.forEach((list, i) => list.forEach((v) => unitOf.set(v, i)))
  const last = new Map<Variable, number>()
  // An access may have been copied, and is then read there or where it was copied from.
  const use = (v: Variable, at: number): void => {
    for (let x = v; ; x = x.owner!.inputs[0]) {
      if (!isAccess(x) || unitOf.has(x)) last.set(x, Math.max(last.get(x) ?? 0, at))
      if (!isAccess(x) || x.owner!.op.name === 'iota') return
    }
  }
  for (const v of rootsOf(graph)) use(v, Number.POSITIVE_INFINITY)
  for (const v of ancestors(rootsOf(graph), true).reverse()) {
    if (!v.owner) continue
    const own = unitOf.get(v) ?? 0
    const until = viewOps.includes(v.owner.op.name) ? Math.max(own, last.get(v) ?? 0) : own
    for (const x of v.owner.inputs) use(x, until)
  }
  return last
}

/** v and what it shows all elements of. */
export function wholes(v: Variable): Variable[] {
  const found = [v]
  for (let x = v; x.owner && ['reshape', 'dimshuffle'].includes(x.owner.op.name); found.push(x)) x = x.owner.inputs[0]
  return found
}
