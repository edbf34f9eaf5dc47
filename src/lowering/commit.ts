// lowering: how a call ends: values as users get them, and new contents of containers, exchanged when nothing can fail any more.
import { dtypes } from '../graph/dtype.ts'
import type { FunctionGraph } from '../graph/functionGraph.ts'
import type { TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import type { Context, View } from './context.ts'
import { isBorrowed, writtenArguments } from './inPlace.ts'
import { call, type Expr, list, method, name, number, plus, pureCall, type Stmt, string } from './ir.ts'
import type { Leaves } from './leaves.ts'
import { wholes } from './liveness.ts'
import type { Kind, Memory } from './memory.ts'
import { scalarResult } from './results.ts'
import type { Storage } from './storage.ts'

export class Commit {
  private readonly fn: TracedFunction
  private readonly graph: FunctionGraph
  private readonly context: Context
  private readonly memory: Memory
  private readonly storage: Storage
  private readonly leaves: Leaves
  /** Result arrays, buffers and arguments that already belong to someone. */
  private readonly claimed = new Set<string>()
  /** Arguments whose arrays get new elements, and what those are. */
  private readonly written: Map<Variable, Variable>

  constructor(fn: TracedFunction, context: Context, memory: Memory, storage: Storage, leaves: Leaves) {
    this.fn = fn
    this.graph = fn.graph
    this.written = writtenArguments(fn)
    this.context = context
    this.memory = memory
    this.storage = storage
    this.leaves = leaves
  }

  /** A result as users get it. */
  result(v: Variable): Expr {
    const argument = v.rank > 0 ? this.argumentFor(v) : null
    if (argument && this.claim(this.leaves.arrayOf(argument))) return name(this.leaves.arrayOf(argument))
    if (this.fn.borrow && v.rank > 0 && v.value !== null) return this.constant(v, v.value)
    const choice = this.memory.choiceOf(v)
    if (!choice || !this.claim(this.leaves.arrayOf(choice.argument))) return this.value(v)
    this.chosen.push(v)
    return { kind: 'select', test: choice.test, whenTrue: name(this.leaves.arrayOf(choice.argument)), whenFalse: this.value(v) }
  }
  private readonly chosen: Variable[] = []

  /** A value as users see it, now. */
  value(v: Variable): Expr {
    if (v.rank === 0) return scalarResult(v, this.context.scalar(v))
    const view = this.viewOf(v)
    for (const kind of ['lent', 'result'] as const) if (this.claims(v, view, kind)) return this.owned(v, view.array)
    return this.storage.copied(view, v, this.context)
  }

  /** The argument whose own array a result may be: it was overwritten with the result, or is borrowed as the result is. */
  private argumentFor(v: Variable): Variable | null {
    for (const [target, value] of this.written) if (value === v) return target
    const place = this.graph.outputs.includes(v) ? this.memory.placeOf(v) : null
    if (place?.source?.kind === 'parameter') {
      this.written.set(place, v)
      return place
    }
    return this.fn.borrow && isBorrowed(this.fn, v) && !this.written.has(v) ? v : null
  }

  /** An array of the function's that is the same at every call. */
  private constant(v: Variable, values: readonly number[]): Expr {
    const target = this.context.names.fresh(v.name ?? 'constant')
    const array = pureCall(`new ${dtypes[v.dtype].array}`, list(values.map((x) => number(x))))
    this.context.setup.push({ kind: 'const', name: target, value: this.ndarray(v, array) })
    return name(target)
  }

  private claim(array: string): boolean {
    if (this.claimed.has(array)) return false
    this.claimed.add(array)
    return true
  }

  private ndarray(v: Variable, data: Expr): Expr {
    return pureCall('new $t.NDArray', data, this.context.shapeList(v), string(v.dtype))
  }

  private owned(v: Variable, array: string): Expr {
    return this.storage.owned(array, this.memory.spares.get(array) ?? null, v, this.context)
  }

  private viewOf(v: Variable): View {
    const view = this.context.view(v)
    if (view === null) throw new Error('a result without memory')
    return view
  }

  /** Is the view v's own memory of that kind, which nobody else has taken? It is taken then. */
  private claims(v: Variable, view: View, kind: Kind): boolean {
    return wholes(v).some((x) => this.memory.isOwn(view.array, x, kind)) && this.claim(view.array)
  }

  /** New contents are made first, and written to arguments; then containers are exchanged, which cannot fail. Results are computed before `overwrites`. */
  updates(): { prepared: Stmt[]; overwrites: Stmt[]; commits: Stmt[] } {
    const prepared: Stmt[] = []
    const commits: Stmt[] = []
    const changes = this.graph.updates.filter((u) => u.value !== u.target && !this.written.has(u.target) && this.memory.placeOf(u.value) !== u.target)
    // An argument is the caller's, whatever it replaces.
    const replaced = new Set(changes.flatMap((u) => (u.target.source?.kind === 'parameter' ? [] : [u.target])))
    const receivers = new Map<Variable, Variable>()
    const spares: [spare: string, target: Variable][] = []
    for (const { target, value } of changes) {
      const holder = this.leaves.holderOf(target)
      const next = this.context.names.fresh(`${holder}_next`)
      if (value.rank === 0) {
        prepared.push({ kind: 'const', name: next, value: this.context.scalar(value) })
        commits.push(putScalar(holder, next))
        continue
      }
      const { content, spare, handed } = this.content(value, replaced)
      prepared.push({ kind: 'const', name: next, value: content })
      commits.push({ kind: 'put', name: holder, path: 'array', value: name(next) })
      if (spare) spares.push([spare, target])
      if (handed) receivers.set(value, target)
    }
    const kept = spares.map(
      ([spare, target]): Stmt => ({ kind: 'assign', name: spare, value: this.storage.exchanged(this.leaves.holderOf(leaving(target, receivers))) }),
    )
    const passed = this.passed()
    return {
      prepared: [...prepared, ...passed.prepared],
      overwrites: this.givenBack(),
      commits: [...this.memory.atEnd, ...kept, ...commits, ...passed.commits],
    }
  }

  /** Inputs that are kept as they were passed, because no update says otherwise. */
  private passed(): { prepared: Stmt[]; commits: Stmt[] } {
    const prepared: Stmt[] = []
    const commits: Stmt[] = []
    this.fn.parameters.forEach((p, i) => {
      const leaf = this.graph.inputs[i]
      if (!p.kept || p.implicit || this.graph.updates.some((u) => u.target === leaf)) return
      const holder = this.leaves.holderOf(leaf)
      const next = this.context.names.fresh(`${holder}_next`)
      const array = leaf.rank > 0 ? name(this.leaves.arrayOf(leaf)) : null
      const value = !array ? this.context.scalar(leaf) : p.borrow ? array : call('$t.passed', array, name(holder))
      prepared.push({ kind: 'const', name: next, value })
      commits.push(array ? { kind: 'put', name: holder, path: 'array', value: name(next) } : putScalar(holder, next))
    })
    return { prepared, commits }
  }

  /** Arguments get their new elements after everything that reads the old ones. */
  private givenBack(): Stmt[] {
    const changes = [...this.written].filter(([target, v]) => v !== target)
    const overwritten = new Set(changes.map(([target]) => this.viewOf(target).array))
    const chosen = this.chosen.flatMap((v): Stmt[] => {
      const { argument, test } = this.memory.choiceOf(v)!
      const own = this.viewOf(argument)
      const back = this.storage.givenBack(this.leaves.arrayOf(argument), own, own, this.context.size(argument))
      return back ? [{ kind: 'if', test, body: [{ kind: 'do', value: back }] }] : []
    })
    const written = changes.flatMap(([target, v]): Stmt[] => {
      const [own, view, size] = [this.viewOf(target), this.viewOf(v), this.context.size(v)]
      // The old elements of an argument may be the new ones of another.
      const from = view.array !== own.array && overwritten.has(view.array) ? this.copied(v, view) : view
      const back = this.storage.givenBack(this.leaves.arrayOf(target), own, from, size)
      return back ? [{ kind: 'do', value: back }] : []
    })
    return [...chosen, ...written]
  }

  private copied(v: Variable, view: View): View {
    const array = this.memory.copy(v)
    this.copyElements(v, view, array)
    return { ...view, array, offset: number(0) }
  }

  private copyElements(v: Variable, view: View, target: string): void {
    const source = method(view.array, 'subarray', view.offset, plus(view.offset, this.context.size(v)))
    this.context.body.push({ kind: 'do', value: method(target, 'set', source) })
  }

  /** The array of a new container. */
  initial(value: Variable): Expr {
    return value.rank === 0 ? this.ndarray(value, pureCall(`new ${dtypes[value.dtype].array}`, list([this.context.scalar(value)]))) : this.value(value)
  }

  /** The array that a container gets; of those `replaced`, arrays change hands. `spare`: the variable that keeps its memory. */
  private content(value: Variable, replaced: Set<Variable>): { content: Expr; spare: string | null; handed: boolean } {
    // The array of another container that is itself replaced changes hands.
    if (replaced.delete(value)) return { content: name(this.leaves.arrayOf(value)), spare: null, handed: true }
    if (isBorrowed(this.fn, value) && !this.written.has(value) && this.claim(this.leaves.arrayOf(value)))
      return { content: name(this.leaves.arrayOf(value)), spare: null, handed: false }
    const view = this.viewOf(value)
    const data = this.claims(value, view, 'update') ? view.array : this.copyForUpdate(value, view)
    return { content: this.owned(value, data), spare: this.memory.spares.get(data) ?? null, handed: false }
  }

  /** Memory for an update whose value lies in somebody else's. */
  private copyForUpdate(value: Variable, view: View): string {
    const target = this.memory.extra(value, 'update')
    this.copyElements(value, view, target)
    return target
  }
}

/** Nobody but containers has the array of a scalar: it stays. */
const putScalar = (holder: string, next: string): Stmt => ({ kind: 'put', name: holder, path: 'array.data[0]', value: name(next) })

/** The container whose array no container holds any more when `target` has a new one: where arrays change hands, the last to get one. */
function leaving(target: Variable, receivers: ReadonlyMap<Variable, Variable>): Variable {
  let last = target
  for (let next = receivers.get(last); next; next = receivers.get(last)) last = next
  return last
}
