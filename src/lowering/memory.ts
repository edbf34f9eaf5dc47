// lowering: where arrays live. Results are fresh at each call; updates are computed into a buffer that is exchanged with
// the container's; everything else shares buffers kept between calls, by liveness. What is computed in place has another's memory.
import type { DType } from '../graph/dtype.ts'
import { or } from '../graph/ops/logic.ts'
import type { Variable } from '../graph/variable.ts'
import type { Context, View } from './context.ts'
import { print } from './emitJs.ts'
import type { InPlace } from './inPlace.ts'
import { condition, type Expr, name, number, type Stmt } from './ir.ts'
import type { Slot, Storage } from './storage.ts'

/** 'lent': a result that stays the function's own, to be overwritten by its next call. */
export type Kind = 'result' | 'lent' | 'update' | 'buffer'

export interface MemoryPlan extends InPlace {
  readonly kindOf: (v: Variable) => Kind
  /** The last unit that reads each array. */
  readonly lastUse: ReadonlyMap<Variable, number>
}

export class Memory {
  private readonly context: Context
  private readonly storage: Storage
  private readonly kindOf: (v: Variable) => Kind
  private readonly lastUse: ReadonlyMap<Variable, number>
  private readonly given: () => readonly string[]
  private readonly places: InPlace['places']
  private readonly choices: InPlace['choices']
  /** Places the other way round. */
  private readonly heirs = new Map<Variable, Variable>()
  private readonly slots: Slot[] = []
  private unit = 0

  /** `given` are the names of the NDArrays that callers handed over. */
  constructor(context: Context, storage: Storage, { kindOf, lastUse, places, choices }: MemoryPlan, given: () => readonly string[]) {
    this.given = given
    this.context = context
    this.storage = storage
    this.kindOf = kindOf
    this.lastUse = lastUse
    this.places = places
    this.choices = choices
    for (const [v, x] of places) this.heirs.set(x, v)
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
    const place = this.places.get(v)
    if (place) return this.context.setArray(v, this.context.view(place)!.array)
    let owner = v
    for (let heir = this.heirs.get(v); heir; heir = this.heirs.get(heir)) owner = heir
    const kind = this.kindOf(owner)
    const wish = v.name ?? (kind === 'buffer' || kind === 'update' ? v.owner!.op.name : 'result')
    const size = this.context.size(v)
    if (kind === 'buffer') return this.context.setArray(v, this.reserve(v.dtype, size, wish, this.lastUse.get(owner) ?? this.unit))
    if (kind !== 'result') return this.context.setArray(v, this.extra(owner, kind))
    const target = this.context.names.fresh(wish)
    const fresh = this.storage.fresh(v.dtype, size)
    const choice = this.choiceOf(v)
    const value: Expr = choice ? { kind: 'select', test: choice.test, whenTrue: name(this.context.view(choice.argument)!.array), whenFalse: fresh } : fresh
    this.context.body.push({ kind: 'const', name: target, value })
    this.owners.set(target, { variable: owner, kind })
    return this.context.setArray(v, target)
  }

  /** The argument in whose memory v is computed if the test, made at the call, is true. */
  choiceOf(v: Variable): { readonly argument: Variable; readonly test: Expr } | null {
    const argument = this.choices.get(v)
    return argument ? { argument, test: this.context.named(this.context.sameShape(v, argument), 'same') } : null
  }

  /** The array in whose memory v is computed, or null: it has its own. */
  placeOf(v: Variable): Variable | null {
    let place = this.places.get(v) ?? null
    for (let next = place; next; next = this.places.get(next) ?? null) place = next
    return place
  }

  /** Memory for v that outlives the call, besides what v lies in. */
  extra(v: Variable, kind: 'update' | 'lent'): string {
    const target = this.context.names.fresh(kind === 'update' ? `${v.name ?? v.owner?.op.name ?? 'value'}_next` : (v.name ?? 'result'))
    this.keep(v, kind, target, this.context.size(v))
    this.owners.set(target, { variable: v, kind })
    this.context.setType(target, v.dtype)
    return target
  }

  /** Is it the array made for v and this purpose, rather than somebody's or a buffer? */
  isOwn(array: string, v: Variable, kind: Kind): boolean {
    const owner = this.owners.get(array)
    return owner?.variable === v && owner.kind === kind
  }
  private readonly owners = new Map<string, { readonly variable: Variable; readonly kind: Kind }>()

  /** Memory that outlives the call: the buffer that the last call took out of the container, or that of the last result. */
  private keep(v: Variable, kind: Kind, target: string, size: Expr): void {
    const variable = this.context.names.fresh(kind === 'update' ? `${v.name ?? 'update'}_spare` : `${target}_kept`)
    const { setup, value, elements } = this.storage.kept(variable, v.dtype, size)
    this.context.setup.push(setup)
    if (kind === 'lent') this.exchangeWhereRead(variable, v.dtype)
    this.context.body.push({ kind: 'assign', name: variable, value }, { kind: 'const', name: target, value: elements })
    this.spares.set(target, variable)
  }
  /** A caller may hand the last result back as an argument: the next is then made in another place. */
  private exchangeWhereRead(variable: string, dtype: DType): void {
    const { names, setup, body } = this.context
    const read = this.given().map((array) => this.storage.lies(array, variable))
    if (read.length === 0) return
    const [other, held] = [names.fresh(`${variable}_other`), names.fresh('held')]
    setup.push({ kind: 'let', name: other, value: this.storage.nothing(dtype) })
    const exchange: Stmt[] = [
      { kind: 'const', name: held, value: name(variable) },
      { kind: 'assign', name: variable, value: name(other) },
      { kind: 'assign', name: other, value: name(held) },
    ]
    body.push({ kind: 'if', test: read.reduce((a, b) => condition(or.op, a, b)), body: exchange })
  }

  /** The variables that keep memory of updates and lent results. */
  readonly spares = new Map<string, string>()

  /** Working memory for this unit alone, of the type that loops compute `dtype` with. */
  scratch(size: Expr, wish: string, dtype: DType = 'float64'): { readonly array: string; readonly dtype: DType } {
    const type = this.storage.scratch(dtype)
    const array = this.reserve(type, size, wish, this.unit)
    this.context.setType(array, type)
    return { array, dtype: type }
  }

  /** Writes to containers' arrays, after everything that can fail. */
  readonly atEnd: Stmt[] = []

  /** Memory for a copy of v until the call ends. */
  copy(v: Variable): string {
    const array = this.reserve(v.dtype, this.context.size(v), v.name ?? 'copy', Number.POSITIVE_INFINITY)
    this.context.setType(array, v.dtype)
    return array
  }

  /** Bytes for this unit alone. */
  bytes(count: number, wish: string): string {
    const array = this.reserve('uint8', number(count), wish, this.unit)
    this.context.setType(array, 'uint8')
    return array
  }

  private reserve(dtype: DType, size: Expr, wish: string, until: number): string {
    const text = print(size).text
    let slot = this.slots.find((s) => s.until < this.unit && this.storage.fits(s, dtype, text))
    const used = slot !== undefined
    const target = this.context.names.fresh(wish)
    if (!slot) {
      slot = { name: this.storage.names(this.context, target), dtype, size: text, until }
      this.slots.push(slot)
    }
    slot.until = until
    const { setup, value } = this.storage.buffer(slot.name, dtype, size, used)
    if (setup) this.context.setup.push(setup)
    this.context.body.push({ kind: 'const', name: target, value })
    return target
  }
}
