// analysis: the state of one traceCall: what has been captured, written and printed so far.
import type ts from 'typescript'
import type { DType } from '../graph/dtype.ts'
import { GraphError, type Span } from '../graph/errors.ts'
import type { State } from '../graph/functionGraph.ts'
import type { Capture } from '../graph/tracedFunction.ts'
import { type Dim, input, type Variable } from '../graph/variable.ts'
import type { FnCall } from './calls.ts'
import type { Diagnostic } from './diagnostics.ts'
import { fail, type Host, spanOf } from './host.ts'
import type { FnOptions } from './options.ts'
import { SharedRef, Tensor, type Value } from './values.ts'

interface CaptureFacts {
  readonly kind: Capture['kind']
  readonly name: string
  readonly dtype: DType
  readonly lengths: readonly (number | null)[]
  readonly expression: ts.Expression
}

export class Tracing {
  readonly host: Host
  readonly call: FnCall
  /** Untyped parameters: elementwise operations only. */
  ufunc = false
  /** Calls in progress, to stop endless recursion. */
  depth = 0
  /** In a function of a package: the call in the user's files that led there. What happens inside is reported there. */
  callOfLibrary: Span | null = null
  /** Initializers outside the arrow in evaluation. */
  outside = 0
  readonly captures: Capture[] = []
  readonly captureNodes: ts.Expression[] = []
  readonly shared = new Map<string, SharedRef>()
  readonly live = new Map<string, Tensor>()
  /** Lengths by the names that types give them. */
  readonly sizes = new Map<string, Dim>()
  readonly effects: Variable[] = []
  readonly states: State[] = []
  readonly stateRefs: SharedRef[] = []
  readonly warnings: Diagnostic[] = []
  readonly inlined = new Set<ts.SourceFile>()
  /** Declarations outside the arrow, evaluated once. */
  readonly resolved = new Map<ts.Symbol, Value>()
  /** What names that consts of the arrow declare are read as under givens. */
  given = new Map<ts.Node, (original: Value) => Value>()
  givenCount = 0
  /** Pairs in options whose values are evaluated where they take effect. */
  readonly deferred = new Set<ts.Node>()
  /** Of the function and of those being inlined. */
  readonly noDefaultUpdates: FnOptions['noDefaultUpdates'][] = []
  private readonly symbolIds = new Map<ts.Symbol, number>()

  constructor(host: Host, call: FnCall) {
    this.host = host
    this.call = call
  }

  /** Notes that the text of `node`'s file took part in the result. */
  uses(node: ts.Node): void {
    const file = node.getSourceFile()
    if (file !== this.call.file && !file.isDeclarationFile) this.inlined.add(file)
  }

  /** The user's text that stands for a node: its own, or the call of the package's function that it is in. */
  spanOf(node: ts.Node, file?: ts.SourceFile): Span {
    return this.callOfLibrary ?? spanOf(node, file)
  }

  /** Runs `run`; an error that does not know where it happened is at `node`. */
  located<T>(node: ts.Node, run: () => T): T {
    try {
      return run()
    } catch (error) {
      if (error instanceof GraphError && error.span === null) throw new GraphError(error.code, error.facts, this.spanOf(node))
      throw error
    }
  }

  idOf(symbol: ts.Symbol): number {
    let id = this.symbolIds.get(symbol)
    if (id === undefined) this.symbolIds.set(symbol, (id = this.symbolIds.size))
    return id
  }

  addCapture({ expression, lengths, ...facts }: CaptureFacts): number {
    this.captures.push({ ...facts, shape: lengths })
    this.captureNodes.push(expression)
    return this.captures.length - 1
  }

  /** All containers that the function may read or update: those it captures and those it makes. */
  get containers(): readonly SharedRef[] {
    return [...this.shared.values(), ...this.stateRefs]
  }

  /** The container at `key`, captured the first time. */
  sharedAt(key: string, facts: () => Omit<CaptureFacts, 'kind'>): SharedRef {
    let ref = this.shared.get(key)
    if (!ref) {
      const known = facts()
      const capture = this.addCapture({ kind: 'shared', ...known })
      ref = new SharedRef(input(known.dtype, known.lengths, { kind: 'shared', capture }, known.name), known.name)
      ref.leaf.name = known.name
      this.shared.set(key, ref)
    }
    return ref
  }

  /** The number, boolean or array at `key`, read at each call. */
  liveAt(key: string, weak: boolean, facts: () => Omit<CaptureFacts, 'kind'>): Tensor {
    let tensor = this.live.get(key)
    if (!tensor) {
      const known = facts()
      const capture = this.addCapture({ kind: 'live', ...known })
      tensor = new Tensor(input(known.dtype, known.lengths, { kind: 'live', capture }, known.name, weak))
      tensor.captured = true
      tensor.variable.name = known.name
      this.live.set(key, tensor)
    }
    return tensor
  }

  /** Drops the captured containers that nothing in `used` reads and nothing updates; returns where the captures that stay are then. */
  dropContainers(used: ReadonlySet<Variable>): (capture: number) => number {
    const dropped: number[] = []
    for (const [key, ref] of this.shared) {
      if (used.has(ref.leaf) || (ref.update ?? ref.leaf) !== ref.leaf) continue
      dropped.push(captureOf(ref))
      this.shared.delete(key)
    }
    const moved = (capture: number): number => capture - dropped.filter((d) => d < capture).length
    for (const list of [this.captures, this.captureNodes]) for (const i of dropped.toSorted((a, b) => b - a)) list.splice(i, 1)
    if (dropped.length > 0)
      for (const ref of [...this.shared.values(), ...this.live.values()]) (leafOf(ref).source as { capture: number }).capture = moved(captureOf(ref))
    return moved
  }

  /** Runs something that may fail with a GraphError; then nothing of it is kept and the result is null. */
  attempt<T>(run: () => T): T | null {
    const before = this.captures.length
    const known = this.resolved.size
    try {
      return run()
    } catch (error) {
      if (!(error instanceof GraphError)) throw error
      for (const map of [this.shared, this.live]) for (const [key, ref] of map) if (captureOf(ref) >= before) map.delete(key)
      for (const symbol of [...this.resolved.keys()].slice(known)) this.resolved.delete(symbol)
      this.captures.length = before
      this.captureNodes.length = before
      return null
    }
  }

  /** Throws GraphError TH2031 in a function with untyped parameters. */
  needsTypes(what: string, node: ts.Node): void {
    if (this.ufunc) fail('TH2031', { what }, node)
  }
}

const leafOf = (ref: SharedRef | Tensor): Variable => (ref instanceof SharedRef ? ref.leaf : ref.variable)

function captureOf(ref: SharedRef | Tensor): number {
  const { source } = leafOf(ref)
  return source?.kind === 'shared' || source?.kind === 'live' ? source.capture : -1
}
