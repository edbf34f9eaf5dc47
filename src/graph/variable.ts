// graph: Variables and Applies. Invariants: immutable; hash-consed, so the same op on the same inputs *is* the same
// object and `===` is equality; an input's id is smaller than its user's, so ascending ids are a topological order.
import type { DType } from './dtype.ts'
import type { Span } from './errors.ts'
import type { Op, Params } from './op.ts'

/** A length: known while building, or an integer scalar of the same graph. */
export type Dim = number | Variable

export interface ValueType {
  readonly dtype: DType
  /** Came from literals or plain numbers only: adopts the dtype of what it meets; computed as JavaScript numbers. */
  readonly weak: boolean
  readonly shape: readonly Dim[]
}

/** Where a leaf gets its value. */
export type Source =
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'shared'; readonly capture: number }
  | { readonly kind: 'live'; readonly capture: number }
  | { readonly kind: 'state'; readonly index: number }
  | { readonly kind: 'placeholder'; readonly key: string }

export class Variable implements ValueType {
  readonly id: number
  readonly dtype: DType
  readonly weak: boolean
  shape: readonly Dim[]
  readonly owner: Apply | null
  readonly source: Source | null
  /** Elements of a constant, row-major; null for anything computed or given. */
  readonly value: readonly number[] | null
  /** The user's word for it, for messages and emitted code. */
  name: string | null = null

  constructor(type: ValueType, owner: Apply | null, source: Source | null, value: readonly number[] | null) {
    this.id = arena.nextId++
    this.dtype = type.dtype
    this.weak = type.weak
    this.shape = type.shape
    this.owner = owner
    this.source = source
    this.value = value
  }

  get rank(): number {
    return this.shape.length
  }
}

/** An op applied to inputs. One output each; what Theano gives several outputs is several Applies here. */
export class Apply {
  readonly op: Op
  readonly inputs: readonly Variable[]
  readonly params: Params
  /** The user's expression it came from, kept through every rewrite. */
  readonly span: Span | null

  constructor(op: Op, inputs: readonly Variable[], params: Params, span: Span | null) {
    this.op = op
    this.inputs = inputs
    this.params = params
    this.span = span
  }
}

interface Arena {
  nextId: number
  readonly known: Map<string, Variable>
  span: Span | null
}

let arena: Arena = { nextId: 0, known: new Map(), span: null }

/** Starts an empty arena. Variables of different arenas must not meet. */
export function newArena(): void {
  arena = { nextId: 0, known: new Map(), span: null }
}

/** Runs `build`; what it creates carries `span` (null leaves the enclosing span in force). */
export function withSpan<T>(span: Span | null, build: () => T): T {
  const enclosing = arena.span
  arena.span = span ?? enclosing
  try {
    return build()
  } finally {
    arena.span = enclosing
  }
}

/** A leaf with a value from outside. Lengths given as null become `Shape_i` of the leaf itself. */
export function input(dtype: DType, lengths: readonly (number | null)[], source: Source, name: string | null, weak = false): Variable {
  return hashed(`leaf ${JSON.stringify(source)} ${dtype} ${weak} ${lengths}`, () => {
    const leaf = new Variable({ dtype, weak, shape: [] }, null, source, null)
    leaf.name = name
    leaf.shape = lengths.map((n, axis) => n ?? shapeOfLeaf(leaf, axis))
    return leaf
  })
}

/** Op records register here because a leaf's own lengths need `Shape_i` before any op module is loaded. */
let shapeOfLeaf: (leaf: Variable, axis: number) => Variable
export function defineShapeOfLeaf(make: typeof shapeOfLeaf): void {
  shapeOfLeaf = make
}

/** A constant array; `shape` must multiply to `value.length`. */
export function constantArray(value: readonly number[], dtype: DType, shape: readonly number[], weak = false): Variable {
  const key = value.length <= 1024 ? value.map((v) => (Object.is(v, -0) ? '-0' : v)).join() : `#${arena.nextId}`
  return hashed(`const ${dtype} ${weak} [${shape}] ${key}`, () => new Variable({ dtype, weak, shape }, null, null, value))
}

/** A scalar constant. Without a dtype it is weak: integer literals (not -0, within 32 bits) int32, others float64. */
export function constant(value: number | boolean, dtype?: DType): Variable {
  if (typeof value === 'boolean') return constantArray([value ? 1 : 0], dtype ?? 'bool', [])
  if (dtype) return constantArray([value], dtype, [])
  const integer = (value | 0) === value && !Object.is(value, -0)
  return constantArray([value], integer ? 'int32' : 'float64', [], true)
}

/** The Variable of `op` on `inputs`: the known one, or a new one whose type the op infers. */
export function apply(op: Op, inputs: readonly Variable[], params: Params = {}): Variable {
  const key = `${op.name} ${inputs.map((v) => v.id)} ${JSON.stringify(params)}`
  return hashed(key, () => new Variable(op.infer(inputs, params), new Apply(op, inputs, params, arena.span), null, null))
}

function hashed(key: string, make: () => Variable): Variable {
  let variable = arena.known.get(key)
  if (variable === undefined) {
    variable = make()
    arena.known.set(key, variable)
  }
  return variable
}

/** Is it a scalar constant (of this value, if given; -0 is not 0)? */
export function isConstant(v: Variable, value?: number): boolean {
  return v.value !== null && v.rank === 0 && (value === undefined || Object.is(v.value[0], value))
}
