// lowering: what is known while a function is put together: names, where arrays live, how scalars are read.
import { type DType, type ElementType, isDiscrete, storeAs } from '../graph/dtype.ts'
import type { Span } from '../graph/errors.ts'
import type { ElementwiseOp } from '../graph/op.ts'
import { and, castOps, eq } from '../graph/ops/logic.ts'
import type { Dim, Variable } from '../graph/variable.ts'
import { axisReads, isAccess, type ReadAxis } from './access.ts'
import { print } from './emitJs.ts'
import { condition, type Expr, list, load, name, number, opExpr, plus, product, type Stmt, string, times } from './ir.ts'
import type { Names } from './names.ts'
import type { Storage } from './storage.ts'

/** A strided look at a typed array: element (i, j, …) is array[offset + i·strides[0] + j·strides[1] …]. */
export interface View {
  readonly array: string
  readonly dtype: DType
  readonly offset: Expr
  readonly strides: readonly Expr[]
  /** Row-major without gaps, from `offset` on. */
  readonly contiguous: boolean
}

/** A line of the user's source. */
export interface SourceLine {
  /** As seen from the project's folder. */
  readonly file: string
  /** From 1 on. */
  readonly line: number
  readonly text: string
}

export interface Options {
  /** Source text of an expression on one short line, for messages at a call. */
  readonly describe: (span: Span) => string
  /** `file:line:column` of an expression, the file as seen from the project's folder. */
  readonly locate?: (span: Span) => string
  /** The line on which an expression starts, for profiles. */
  readonly lineOf?: (span: Span) => SourceLine | null
  /**
   * Elementwise Applies share loops ('elemwise_fusion'), products take elementwise epilogues ('BlasOpt'), and results the memory of
   * arguments that may be overwritten ('inplace_elemwise_optimizer'), unless they are named here.
   */
  readonly without?: ReadonlySet<'elemwise_fusion' | 'BlasOpt' | 'inplace_elemwise_optimizer'>
  /** Names of the WASM functions that the user's file has so far; those of a compiled function differ from them and are added. */
  readonly exported?: Set<string>
}

/** Can a strong integer result be outside its dtype's range (or NaN or -0)? */
function leavesRange(v: Variable, op: ElementwiseOp): boolean {
  if (v.weak || !isDiscrete(v.dtype) || v.dtype === 'bool') return false
  if (op.onIntegers === 'chooses') return !v.owner!.inputs.slice(op.name === 'where' ? 1 : 0).every((x) => staysIn(x, v.dtype))
  return op.onIntegers === 'leaves' || (op.onIntegers === 'wraps' && v.dtype !== 'int32')
}

const staysIn = (x: Variable, dtype: DType): boolean => !x.weak || (x.value !== null && storeAs(dtype, x.value[0]) === x.value[0])

export class Context {
  readonly names: Names
  /** Statements of the function, in order. */
  readonly body: Stmt[] = []
  /** Statements run once, when the function is made: buffers and tables. */
  readonly setup: Stmt[] = []
  private readonly views = new Map<Variable, View>()
  private readonly scalars = new Map<Variable, Expr>()
  /** Element types of arrays and of scalars, by name. */
  readonly arrayTypes = new Map<string, DType>()
  readonly scalarTypes = new Map<string, ElementType>()
  readonly storage: Storage
  private readonly functionName: string
  private readonly describe: Options['describe']

  constructor(functionName: string, names: Names, options: Options, storage: Storage) {
    this.storage = storage
    this.names = names
    this.functionName = functionName
    this.describe = options.describe
  }

  /** The text a run-time error about v starts with. */
  label(v: Variable): Expr {
    const span = v.owner?.span
    return string(span ? `${this.functionName}: ${this.describe(span)}` : this.functionName)
  }

  setScalar(v: Variable, value: Expr): void {
    if (value.kind === 'name') this.scalarTypes.set(value.name, v)
    this.scalars.set(v, value)
  }

  hasScalar(v: Variable): boolean {
    return this.scalars.has(v)
  }

  setView(v: Variable, view: View): void {
    this.views.set(v, view)
  }

  /** Declares v's memory as a row-major array and returns its view. */
  setArray(v: Variable, array: string): View {
    this.setType(array, v.dtype)
    const view = { array, dtype: v.dtype, offset: number(0), strides: this.rowMajor(v), contiguous: true }
    this.views.set(v, view)
    return view
  }

  /** The element type of an array that has no Variable of its own. */
  setType(array: string, dtype: DType): void {
    this.arrayTypes.set(array, dtype)
  }

  hasView(v: Variable): boolean {
    return this.views.has(v)
  }

  dim(d: Dim): Expr {
    return typeof d === 'number' ? number(d) : this.scalar(d)
  }
  lengths(v: Variable): Expr[] {
    return v.shape.map((d) => this.dim(d))
  }
  size(v: Variable): Expr {
    return this.named(product(this.lengths(v)), 'size')
  }
  shapeList(v: Variable): Expr {
    return list(this.lengths(v))
  }

  /** Have two Variables of one rank, not known to be of one shape, the same shape? */
  sameShape(a: Variable, b: Variable): Expr {
    const unknown = a.shape.flatMap((d, axis) => (d === b.shape[axis] ? [] : [condition(eq.op, this.dim(d), this.dim(b.shape[axis]))]))
    return unknown.reduce((all, same) => condition(and.op, all, same))
  }

  /** The value of a rank-0 Variable. */
  scalar(v: Variable): Expr {
    const known = this.scalars.get(v)
    if (known) return known
    if (v.value !== null) return number(v.value[0])
    throw new Error(`scalar ${v.name ?? v.owner?.op.name} is read before it is computed`)
  }

  /** Computes a scalar Variable into a constant of the function. */
  defineScalar(v: Variable, value: Expr): void {
    const target = this.names.fresh(v.name ?? nameOf(v))
    this.body.push({ kind: 'const', name: target, value })
    this.setScalar(v, name(target, v.dtype === 'bool'))
  }

  /** The expression itself if it is a name or number, else a constant of the function that holds it. */
  named(value: Expr, wish: string): Expr {
    if (value.kind === 'name' || value.kind === 'number') return value
    const text = print(value).text
    const known = this.constants.get(text)
    if (known) return known
    const target = this.names.fresh(wish)
    this.body.push({ kind: 'const', name: target, value })
    this.constants.set(text, name(target))
    return name(target)
  }
  private readonly constants = new Map<string, Expr>()

  private rowMajor(v: Variable): Expr[] {
    const lengths = this.lengths(v)
    return lengths.map((_, axis) => (axis < v.rank - 2 ? this.named(product(lengths.slice(axis + 1)), 'stride') : product(lengths.slice(axis + 1))))
  }

  /**
   * Where a Variable's elements are: its own memory, or another's seen through an access. Null when there is no memory:
   * iota, and scalars.
   */
  view(v: Variable): View | null {
    const known = this.views.get(v)
    if (known) return known
    if (v.rank === 0) return null
    if (v.value !== null) return this.table(v)
    if (!isAccess(v)) throw new Error(`${v.owner?.op.name ?? v.name} has no memory`)
    if (v.owner!.op.name === 'iota') return null
    const source = this.view(v.owner!.inputs[0])
    const view = source && this.through(v, source)
    if (view) this.views.set(v, view)
    return view
  }

  /** A constant array, made once. */
  private table(v: Variable): View {
    const target = this.names.fresh(v.name ?? 'table')
    this.storage.table(this, target, v.dtype, list(v.value!.map(number)))
    return this.setArray(v, target)
  }

  private through(v: Variable, source: View): View {
    const { op, inputs, params } = v.owner!
    if (op.name === 'dimshuffle') {
      const pattern = params.pattern as readonly (number | 'x')[]
      const walked = pattern.filter((p) => p !== 'x' && inputs[0].shape[p] !== 1) as number[]
      const inOrder = walked.every((p, i) => i === 0 || walked[i - 1] < p)
      return { ...source, strides: pattern.map((p) => (p === 'x' ? number(0) : source.strides[p])), contiguous: source.contiguous && inOrder }
    }
    if (op.name === 'broadcastTo') {
      const leading = v.rank - inputs[0].rank
      const strides = v.shape.map((d, i) => (i < leading || (inputs[0].shape[i - leading] === 1 && d !== 1) ? number(0) : source.strides[i - leading]))
      return { ...source, strides, contiguous: false }
    }
    return this.part(source, params.axes as readonly ReadAxis[], inputs.slice(1))
  }

  /** The part of a view that indices and ranges name. */
  part(source: View, axes: readonly ReadAxis[], bounds: readonly Variable[]): View {
    const reads = axisReads(axes, bounds)
    let offset = source.offset
    const strides: Expr[] = []
    reads.forEach(({ axis, bounds: [start] }, i) => {
      if (start) offset = plus(offset, times(this.scalar(start), source.strides[i]))
      if (axis === 'all') strides.push(source.strides[i])
      else if (axis !== 'index') strides.push(times(number(axis.step), source.strides[i]))
    })
    // Leading indices, then at most one range of step 1, then whole axes: still without gaps.
    const first = reads.findIndex((r) => r.axis !== 'index')
    const gapless = reads.every(
      (r, i) => first < 0 || i < first || (i === first ? r.axis === 'all' || (typeof r.axis === 'object' && r.axis.step === 1) : r.axis === 'all'),
    )
    const base = this.named(offset, `${source.array}_start`)
    return { array: source.array, dtype: source.dtype, offset: base, strides, contiguous: source.contiguous && gapless }
  }

  /** One element, at a position along each axis. */
  element(v: Variable, at: readonly Expr[]): Expr {
    if (v.rank === 0 && !isAccess(v)) return this.scalar(v)
    const view = this.view(v)
    if (view) return elementOf(view, at)
    return this.withoutMemory(v, at)
  }

  /** An element of what an access names, even where the access has been copied into memory of its own. */
  sourceElement(v: Variable, at: readonly Expr[]): Expr {
    const source = v.owner!.op.name === 'iota' ? null : this.view(v.owner!.inputs[0])
    return source ? elementOf(this.through(v, source), at) : this.withoutMemory(v, at)
  }

  private withoutMemory(v: Variable, at: readonly Expr[]): Expr {
    const { op, inputs, params } = v.owner!
    if (op.name === 'iota') return at[0]
    const source = inputs[0]
    if (op.name === 'dimshuffle') {
      const pattern = params.pattern as readonly (number | 'x')[]
      return this.element(
        source,
        source.shape.map((_, axis) => (pattern.includes(axis) ? at[pattern.indexOf(axis)] : number(0))),
      )
    }
    if (op.name === 'broadcastTo') {
      const leading = v.rank - source.rank
      return this.element(
        source,
        source.shape.map((d, i) => (d === 1 ? number(0) : at[i + leading])),
      )
    }
    let next = 0
    const reads = axisReads(params.axes as readonly ReadAxis[], inputs.slice(1))
    return this.element(
      source,
      reads.map(({ axis, bounds: [start] }) => {
        if (axis === 'index') return this.scalar(start)
        const p = at[next++]
        return axis === 'all' ? p : plus(this.scalar(start), times(number(axis.step), p))
      }),
    )
  }

  /** An elementwise Apply on operand expressions; integers are wrapped to their dtype, checks get their label. */
  operation(v: Variable, operands: readonly Expr[]): Expr {
    const op = v.owner!.op
    if (op.kind !== 'elementwise') throw new Error(`${op.name} is not elementwise`)
    // Numbers are float64 already.
    if (op === castOps.float64 && v.owner!.inputs[0].dtype !== 'bool') return operands[0]
    const value = opExpr(op, op.emit.checks ? [...operands, this.label(v)] : operands, v)
    return leavesRange(v, op) ? opExpr(castOps[v.dtype], [value], v) : value
  }
}

const elementOf = (view: View, at: readonly Expr[]): Expr =>
  load(
    view.array,
    at.reduce((sum, p, axis) => plus(sum, times(p, view.strides[axis])), view.offset),
  )

/** A wish for a name of something the user gave none: its op, or the leaf and axis of a length. */
export function nameOf(v: Variable): string {
  if (v.name) return v.name
  if (v.owner?.op.name === 'shapeOf') return lengthName(v)
  if (v.owner && ['reshape', 'cast_int32'].includes(v.owner.op.name)) return nameOf(v.owner.inputs[0])
  return v.owner ? ({ dot: 'product', broadcastSize: 'n', checkedIndex: 'at', asInteger: 'integer' }[v.owner.op.name] ?? v.owner.op.name) : 'value'
}

function lengthName(v: Variable): string {
  const [leaf] = v.owner!.inputs
  const axis = v.owner!.params.axis as number
  const words = leaf.rank === 1 ? ['length'] : leaf.rank === 2 ? ['rows', 'columns'] : []
  return `${leaf.name ?? 'x'}_${words[axis] ?? `length${axis}`}`
}
