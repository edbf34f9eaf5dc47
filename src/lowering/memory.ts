// lowering: where arrays live. Results are fresh at each call; updates are computed into a buffer that is exchanged with
// the container's; everything else shares buffers kept between calls, by liveness.
import { type DType, dtypes } from '../graph/dtype.ts'
import { eq } from '../graph/ops/logic.ts'
import type { Variable } from '../graph/variable.ts'
import type { Context, View } from './context.ts'
import { call, type Expr, member, name, number, opExpr, pureCall } from './ir.ts'

export type Kind = 'result' | 'update' | 'buffer'

interface Slot {
  readonly name: string
  readonly dtype: DType
  /** Last unit that reads what the slot holds. */
  until: number
}

export class Memory {
  private readonly context: Context
  private readonly kindOf: (v: Variable) => Kind
  private readonly lastUse: ReadonlyMap<Variable, number>
  private readonly slots: Slot[] = []
  private unit = 0

  constructor(context: Context, kindOf: (v: Variable) => Kind, lastUse: ReadonlyMap<Variable, number>) {
    this.context = context
    this.kindOf = kindOf
    this.lastUse = lastUse
  }

  /** Buffers last read before this unit may be used again. */
  enter(unit: number): void {
    this.unit = unit
  }

  /** Declares row-major memory for v, once. */
  allocate(v: Variable): View {
    const known = this.allocated.get(v)
    if (known) return known
    const view = this.newArray(v)
    this.allocated.set(v, view)
    return view
  }
  private readonly allocated = new Map<Variable, View>()

  private newArray(v: Variable): View {
    const kind = this.kindOf(v)
    const wish = v.name ?? (kind === 'result' ? 'result' : v.owner!.op.name)
    const size = this.context.size(v)
    if (kind === 'buffer') return this.context.setArray(v, this.reserve(v.dtype, size, wish, this.lastUse.get(v) ?? this.unit))
    const target = this.context.names.fresh(kind === 'update' ? `${wish}_next` : wish)
    const array = `new ${dtypes[v.dtype].array}`
    this.context.body.push({ kind: 'const', name: target, value: kind === 'result' ? pureCall(array, size) : this.spare(v, target, size) })
    this.owners.set(target, { variable: v, kind })
    return this.context.setArray(v, target)
  }

  /** Is it the array made for v and this purpose, rather than somebody's or a buffer? */
  isOwn(array: string, v: Variable, kind: Kind): boolean {
    const owner = this.owners.get(array)
    return owner?.variable === v && owner.kind === kind
  }
  private readonly owners = new Map<string, { readonly variable: Variable; readonly kind: Kind }>()

  /** The buffer that the last call took out of the container, if it has the right length. */
  private spare(v: Variable, target: string, size: Expr): Expr {
    const spare = this.context.names.fresh(`${v.name ?? 'update'}_spare`)
    this.spares.set(target, spare)
    const array = `new ${dtypes[v.dtype].array}`
    this.context.setup.push({ kind: 'let', name: spare, value: pureCall(array, number(0)) })
    const fits = opExpr(eq.op, [member(spare, 'length'), size], { dtype: 'bool', weak: false })
    return { kind: 'select', test: fits, whenTrue: name(spare), whenFalse: pureCall(array, size) }
  }
  /** Where the buffer exchanged for an update's array goes. */
  readonly spares = new Map<string, string>()

  /** Working memory of float64 for this unit alone. */
  scratch(size: Expr, wish: string): string {
    return this.reserve('float64', size, wish, this.unit)
  }

  private reserve(dtype: DType, size: Expr, wish: string, until: number): string {
    let slot = this.slots.find((s) => s.dtype === dtype && s.until < this.unit)
    if (!slot) {
      slot = { name: this.context.names.fresh('buffer'), dtype, until }
      this.slots.push(slot)
      this.context.setup.push({ kind: 'let', name: slot.name, value: pureCall(`new ${dtypes[dtype].array}`, number(0)) })
    }
    slot.until = until
    const target = this.context.names.fresh(wish)
    const value: Expr = { kind: 'assigned', name: slot.name, value: call('$t.reserve', name(slot.name), size) }
    this.context.body.push({ kind: 'const', name: target, value })
    return target
  }
}
