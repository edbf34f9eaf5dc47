// analysis: the values of the abstract interpreter. Plain JavaScript primitives are themselves; what is known at a call
// only is a Tensor (a cell holding a graph Variable). Cells are shared by all names for a value, as in JavaScript.
import type ts from 'typescript'
import { dtypes, isDiscrete, promoteDTypes } from '../graph/dtype.ts'
import { GraphError } from '../graph/errors.ts'
import type { Operand } from '../graph/ops/elementwise.ts'
import { at, type IndexEntry, Slice, writeAt } from '../graph/ops/indexing.ts'
import { cast } from '../graph/ops/logic.ts'
import { reshape } from '../graph/ops/shape.ts'
import { isConstant, type Variable } from '../graph/variable.ts'
import type { Scope } from './scope.ts'
import type { Tracing } from './tracing.ts'

type Primitive = string | number | boolean | null | undefined
export type Value = Primitive | Tensor | SharedRef | List | Rec | Closure | Builtin | Namespace | Path | Slice | symbol

/** How many undecided branches enclose what is evaluated now; things born outside must not change inside. */
let conditionalDepth = 0
export function conditionally<T>(evaluate: () => T): T {
  conditionalDepth++
  try {
    return evaluate()
  } finally {
    conditionalDepth--
  }
}
export const insideCondition = (): boolean => conditionalDepth > 0

/** Anything whose content can change while tracing. */
export abstract class Mutable {
  readonly born = conditionalDepth
  /** Reached from outside the arrow: changing it would be a side effect. */
  captured = false

  /** Throws GraphError TH1010 (captured), TH1031 (a branch that may not run). */
  willChange(): void {
    if (this.captured) throw new GraphError('TH1010', { what: 'a captured value' })
    if (this.born < conditionalDepth) throw new GraphError('TH1031', {})
  }
}

interface Part {
  readonly of: Tensor | SharedRef
  readonly index: IndexEntry
}

/** A value of the graph; `x[i]` of rank 1 or more is a view of x, as an array in an array is. */
export class Tensor extends Mutable {
  /** The captured value that this is, where its type allows undefined or null. */
  optional: Path | null = null
  private own: Variable | null
  private readonly part: Part | null

  constructor(own: Variable | null, part: Part | null = null) {
    super()
    this.own = own
    this.part = part
  }

  get variable(): Variable {
    return this.part ? at(this.part.of.variable, this.part.index) : this.own!
  }

  /** `x[entries] = value` or `+=`. Other Tensors that view the same array see it. */
  write(kind: 'set' | 'inc', entries: readonly IndexEntry[], value: Operand): void {
    this.willChange()
    if (this.part) this.part.of.write(kind, [this.part.index, ...entries], value)
    else this.own = writeAt(kind, this.own!, entries, value)
  }

  /** The whole array replaced, keeping its identity. */
  replace(value: Variable): void {
    this.willChange()
    if (this.part) this.part.of.write('set', [this.part.index], value)
    else this.own = value
  }
}

let readsOld = false
export const isBeforeUpdates = (): boolean => readsOld
/** Runs `read`; containers have the values from before the call in it, whatever was assigned. */
export function beforeUpdates<T>(read: () => T): T {
  const enclosing = readsOld
  readsOld = true
  try {
    return read()
  } finally {
    readsOld = enclosing
  }
}

/** What a container is read as at the start of a function, and what has happened to it since. */
interface Frame {
  readonly start: Variable
  readonly current: Variable
  readonly mentioned: boolean
  readonly entered: Variable
  readonly assigned: number
}

/** A container of a shared variable or a state, and the update assigned to it so far. */
export class SharedRef {
  optional: Path | null = null
  readonly leaf: Variable
  readonly name: string
  /** Its value after the call; null: the call leaves it as it is. */
  update: Variable | null = null
  /** Makes the value after a call of a function that depends on it and has no update of its own for it. Reads are of values before the call. */
  defaultUpdate: (() => Variable) | null = null
  /** Where the default update is written, for its errors. */
  defaultUpdateNode: ts.Node | null = null
  /** Key of the random streams that it belongs to: `noDefaultUpdates` may name them in its place. */
  group: string | null = null
  /** Something reads it whose default updates are made. */
  mentioned = false
  private start: Variable
  private current: Variable
  /** What was current when the innermost inlined function began, apart from its givens. */
  private entered: Variable
  /** How often it was assigned; two assignments may be of the same Variable. */
  private assigned = 0

  constructor(leaf: Variable, name: string) {
    this.leaf = leaf
    this.name = name
    this.start = leaf
    this.current = leaf
    this.entered = leaf
  }

  get variable(): Variable {
    this.mentioned = true
    return readsOld ? this.start : this.current
  }

  /** Does one of these depend on what the container held before? In an inlined function that is what calls before it have left there. */
  isAmong(found: ReadonlySet<Variable>): boolean {
    return found.has(this.leaf) || found.has(this.entered)
  }

  /** Do reads give something else than the container? */
  get hasChanged(): boolean {
    return this.current !== this.leaf
  }

  /** Reads give `v` from now on, until something is assigned (Theano's givens); the container stays what it is. */
  give(v: Variable): void {
    this.start = v
    this.current = v
  }

  /** What the innermost inlined function found here. */
  get found(): Variable {
    return this.entered
  }

  /** An inlined function begins: what it reads before any assignment is what is current now, `marked` where that is not the container's own. */
  enter(marked: (v: Variable) => Variable): Frame {
    const { start, current, mentioned, entered, assigned } = this
    if (!readsOld) {
      // Constants stay known, but where a default update asks who reads them.
      if (current !== this.leaf && (current.owner !== null || this.defaultUpdate !== null)) this.current = marked(current)
      this.start = this.current
    }
    this.entered = this.start
    this.mentioned = false
    return { start, current, mentioned, entered, assigned }
  }

  /** Was it assigned in the inlined function that began so? */
  isAssignedSince(frame: Frame | undefined): boolean {
    return this.assigned !== (frame?.assigned ?? 0)
  }

  /** It has ended: its givens with it, its updates not. */
  leave(frame: Frame | undefined): void {
    this.start = frame?.start ?? this.leaf
    this.entered = frame?.entered ?? this.leaf
    this.mentioned ||= frame?.mentioned ?? false
    if (!this.isAssignedSince(frame)) this.current = frame?.current ?? this.leaf
  }

  /** `W.value = v`. Throws GraphError TH3001 (dtype), TH3002 (rank), TH3003 (length), TH3058 (in a default update), TH1031. */
  assign(v: Variable): void {
    if (readsOld) throw new GraphError('TH3058', { name: this.name })
    if (insideCondition()) throw new GraphError('TH1031', {})
    const { leaf } = this
    if (v.rank !== leaf.rank) throw new GraphError('TH3002', { name: this.name, expected: leaf.rank, found: v.rank })
    if (!storable(v, leaf)) throw new GraphError('TH3001', { name: this.name, expected: leaf.dtype, found: v.dtype })
    this.update = fitted(cast(v, leaf.dtype), leaf, this.name)
    this.current = this.update
    this.assigned++
  }

  write(kind: 'set' | 'inc', entries: readonly IndexEntry[], value: Operand): void {
    this.assign(writeAt(kind, this.current, entries, value))
  }

  replace(value: Variable): void {
    this.assign(value)
  }
}

/** `v` with the fixed lengths of `leaf`, checked at the call where they are not known. Throws GraphError TH3003 where it has others. */
export function fitted(v: Variable, leaf: Variable, name: string): Variable {
  leaf.shape.forEach((d, axis) => {
    const n = v.shape[axis]
    if (typeof d === 'number' && typeof n === 'number' && d !== n) throw new GraphError('TH3003', { name, axis, expected: d, found: n })
  })
  // One axis after the other, so that the number of elements tells whether the length is the fixed one.
  return leaf.shape.reduce((x: Variable, d, axis) => (typeof d === 'number' && x.shape[axis] !== d ? reshape(x, x.shape.with(axis, d)) : x), v)
}

/** May v be stored in a container of leaf's dtype without losing a kind of number? */
export function storable(v: Variable, leaf: Variable): boolean {
  if (v.weak) return !isDiscrete(leaf.dtype) || v.dtype === 'int32' || (isConstant(v) && Number.isInteger(v.value![0]))
  if (v.dtype === leaf.dtype) return true
  return promoteDTypes(v.dtype, leaf.dtype) === leaf.dtype && (dtypes[v.dtype].kind !== 'bool' || leaf.dtype === 'bool')
}

/** An array of the arrow's own: a layer list, a result, a shape. */
export class List extends Mutable {
  readonly items: Value[]
  /** The literal that it is written as. */
  readonly written: { readonly node: ts.ArrayLiteralExpression; readonly scope: Scope } | null
  constructor(items: Value[], written: List['written'] = null) {
    super()
    this.items = items
    this.written = written
  }
}

/** An object literal. */
export class Rec extends Mutable {
  readonly entries: Map<string, Value>
  constructor(entries: Map<string, Value>) {
    super()
    this.entries = entries
  }
}

/** A function of the user with its environment; `scope` null: its free names are looked up by the type checker. */
export class Closure {
  readonly node: ts.SignatureDeclaration
  readonly scope: Scope | null
  readonly self: Value
  /** An accessor is called when it is read. */
  constructor(node: ts.SignatureDeclaration, scope: Scope | null, self: Value = undefined) {
    this.node = node
    this.scope = scope
    this.self = self
  }
}

export type BuiltinCall = (t: Tracing, args: Value[], node: ts.Node) => Value

/** A function of JavaScript or theano-ts; `members` where it is also a namespace (Array.from). */
export class Builtin {
  readonly name: string
  readonly call: BuiltinCall
  readonly members: ReadonlyMap<string, Value>
  constructor(name: string, call: BuiltinCall, members: ReadonlyMap<string, Value> = new Map()) {
    this.name = name
    this.call = call
    this.members = members
  }
}

/** `Math`, `theano`, an imported module: names and nothing else. */
export class Namespace {
  readonly name: string
  readonly member: (t: Tracing, name: string, node: ts.Node) => Value
  constructor(name: string, member: (t: Tracing, name: string, node: ts.Node) => Value) {
    this.name = name
    this.member = member
  }
}

/** Something outside the arrow that is reached by a name and properties, and not yet needed as a value. */
export class Path {
  /** Builds the expression in the user's own scope. */
  readonly expression: (t: Tracing) => ts.Expression
  /** The same container or variable has the same key. */
  readonly key: string
  readonly text: string
  readonly type: ts.Type
  /** Where it was first evaluated. */
  readonly at: ts.Node
  /** The expression that made it, when nothing replaces it afterwards. */
  readonly origin: Origin | null
  /** A `const` itself, not something in it. */
  readonly constant: boolean
  /** Its type allows undefined or null, or is a string: only a call tells which. */
  readonly undecided: boolean

  constructor(facts: {
    expression: (t: Tracing) => ts.Expression
    key: string
    text: string
    type: ts.Type
    at: ts.Node
    origin: Origin | null
    constant: boolean
    undecided: boolean
  }) {
    this.expression = facts.expression
    this.key = facts.key
    this.text = facts.text
    this.type = facts.type
    this.at = facts.at
    this.origin = facts.origin
    this.constant = facts.constant
    this.undecided = facts.undecided
  }
}

export interface Origin {
  readonly node: ts.Expression
  /** What `this` means in it. */
  readonly self: Value
}

export const isStatic = (v: Value): v is Primitive => v === null || (typeof v !== 'object' && typeof v !== 'symbol' && typeof v !== 'function')
export const isTensor = (v: Value): v is Tensor | SharedRef => v instanceof Tensor || v instanceof SharedRef

/** A value in a phrase, for messages. */
export function describe(v: Value): string {
  if (isTensor(v)) return describeVariable(v.variable)
  if (v instanceof List) return 'a list'
  if (v instanceof Rec) return 'an object'
  if (v instanceof Closure || v instanceof Builtin) return 'a function'
  if (v instanceof Namespace) return `the namespace ${v.name}`
  if (v instanceof Path) return v.text
  if (v instanceof Slice) return 'a slice'
  return typeof v === 'symbol' ? 'newaxis' : typeof v === 'string' ? `the string ${JSON.stringify(v)}` : String(v)
}

const rankNames = ['scalar', 'vector', 'matrix']
export const describeVariable = (v: Variable): string => `a ${v.dtype} ${describeRank(v.rank)}`
export const describeRank = (rank: number): string => rankNames[rank] ?? `tensor of rank ${rank}`
