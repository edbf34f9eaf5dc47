// lowering: where a function's arrays lie and what their names stand for: typed arrays of JavaScript, or addresses in the
// heap. Everything that differs between the linkers' memory is here; loops and kernels are the same.
import { type DType, dtypes } from '../graph/dtype.ts'
import { div, mul } from '../graph/ops/arithmetic.ts'
import { and, eq } from '../graph/ops/logic.ts'
import type { Variable } from '../graph/variable.ts'
import type { Context, View } from './context.ts'
import { call, condition, type Expr, member, method, name, number, opExpr, plus, pureCall, type Stmt, string, times } from './ir.ts'

/** Working memory that several arrays use one after the other. */
export interface Slot {
  readonly name: string
  readonly dtype: DType
  /** Text of the length in elements. */
  readonly size: string
  /** Last unit that reads what the slot holds. */
  until: number
}

export interface Storage {
  /** What loops compute float32 with, and so what they keep of it between passes. */
  readonly scratch: (dtype: DType) => DType
  /** Are sums written for several elements at a time here, or by the vectorizer? */
  readonly unrollsSums: boolean
  /** The elements of an NDArray from outside. */
  elements(array: string): Expr
  /** The elements of a container's array, where they must be asked for before the array is. */
  settled(holder: string): Expr | null
  /** New memory for a result. */
  fresh(dtype: DType, size: Expr): Expr
  /** Memory kept in a variable of the function's setup: declared there; the variable's new value and what loops call it. */
  kept(variable: string, dtype: DType, size: Expr): { readonly setup: Stmt; readonly value: Expr; readonly elements: Expr }
  /** What a variable of the setup, `initial` at first, becomes when what it keeps is given back. */
  freed(variable: string, initial: Expr): Expr
  /** A variable like those of `kept` before anything is kept in it. */
  nothing(dtype: DType): Expr
  /** Does an NDArray lie in the memory that a variable keeps? */
  lies(array: string, variable: string): Expr
  /** What of a container's array can be kept instead when the container gets another. */
  exchanged(holder: string): Expr
  /** Can an array of this dtype and length use a slot that is free? */
  fits(slot: Slot, dtype: DType, size: string): boolean
  /** The name of a slot whose first user is `target`. */
  names(context: Context, target: string): string
  /** A new slot, or its next user: declared in the setup, if at all; what loops call it. */
  buffer(slot: string, dtype: DType, size: Expr, used: boolean): { readonly setup: Stmt | null; readonly value: Expr }
  /** A constant array. */
  table(context: Context, target: string, dtype: DType, values: Expr): void
  /** The result of a call: an NDArray of the elements from a view's offset on. */
  copied(view: View, v: Variable, context: Context): Expr
  /** An NDArray that takes memory over: a result's, or what `kept` holds. */
  owned(array: string, variable: string | null, v: Variable, context: Context): Expr
  /** Writes all elements of a view to an argument, whose own view is `own`. Null: they are there, and nothing is to do. */
  givenBack(argument: string, own: View, view: View, size: Expr): Expr | null
  /** A view as arguments of the runtime: typed array and position of its first element. */
  typed(view: View): readonly [array: Expr, offset: Expr]
  /** A typed array that the runtime made, as loops call it. */
  placed(array: Expr): Expr
}

const count = { dtype: 'float64', weak: true } as const

const ndarray = (data: Expr, v: Variable, context: Context): Expr => pureCall('new $t.NDArray', data, context.shapeList(v), string(v.dtype))
const made = (dtype: DType, size: Expr): Expr => pureCall(`new ${dtypes[dtype].array}`, size)

/** Names are typed arrays. */
export const jsStorage: Storage = {
  // JavaScript's numbers are float64.
  scratch: () => 'float64',
  unrollsSums: true,
  elements: (array) => member(array, 'data'),
  settled: () => null,
  fresh: made,
  kept: (variable, dtype, size) => {
    const fits = condition(eq.op, member(variable, 'length'), size)
    return {
      setup: { kind: 'let', name: variable, value: made(dtype, number(0)) },
      value: { kind: 'select', test: fits, whenTrue: name(variable), whenFalse: made(dtype, size) },
      elements: name(variable),
    }
  },
  freed: (_, initial) => initial,
  nothing: (dtype) => made(dtype, number(0)),
  lies: (array, variable) => condition(eq.op, member(array, 'data.buffer'), member(variable, 'buffer')),
  exchanged: (holder) => member(holder, 'array.data'),
  fits: (slot, dtype) => slot.dtype === dtype,
  names: (context) => context.names.fresh('buffer'),
  buffer: (slot, dtype, size, used) => ({
    setup: used ? null : { kind: 'let', name: slot, value: made(dtype, number(0)) },
    value: { kind: 'assigned', name: slot, value: call('$t.reserve', name(slot), size) },
  }),
  table: (context, target, dtype, values) => context.setup.push({ kind: 'const', name: target, value: made(dtype, values) }),
  copied: (view, v, context) => ndarray(method(view.array, 'slice', view.offset, plus(view.offset, context.size(v))), v, context),
  owned: (array, _, v, context) => ndarray(name(array), v, context),
  givenBack: (_, own, view, size) =>
    view.array === own.array ? null : method(own.array, 'set', method(view.array, 'subarray', view.offset, plus(view.offset, size))),
  typed: (view) => [name(view.array), view.offset],
  placed: (array) => array,
}

const bytesOf = (dtype: DType, size: Expr): Expr => {
  const { bytes } = dtypes[dtype]
  return size.kind === 'number' ? number(size.value * bytes) : times(number(bytes), size)
}

/** The name of the runtime's view of the whole heap. */
export const heapView = (dtype: DType): string =>
  `$t.heap.${{ float64: 'f64', float32: 'f32', int32: 'i32', uint32: 'u32', int16: 'i16', uint16: 'u16', int8: 'i8', uint8: 'u8', bool: 'u8' }[dtype]}`

/** Elements of a dtype before an address. */
export const elementsBefore = (dtype: DType, address: Expr): Expr =>
  dtypes[dtype].bytes === 1 ? address : opExpr(div.op, [address, number(dtypes[dtype].bytes)], count)

const addressOf = (view: View): Expr => {
  const offset = view.offset.kind === 'number' && view.offset.value === 0
  return offset ? name(view.array) : plus(name(view.array), opExpr(mul.op, [number(dtypes[view.dtype].bytes), view.offset], { dtype: 'int32', weak: true }))
}

/** Names are byte addresses in the heap. Slots are taken from the call's arena, their plan is made when the program is built. */
export const wasmStorage: Storage = {
  scratch: (dtype) => (dtype === 'float32' ? 'float32' : 'float64'),
  unrollsSums: false,
  elements: (array) => pureCall('$t.resident', name(array)),
  settled: (holder) => call('$t.settle', name(holder)),
  fresh: (dtype, size) => call('$t.take', bytesOf(dtype, size)),
  kept: (variable, dtype, size) => ({
    setup: { kind: 'let', name: variable, value: name('undefined') },
    value: call('$t.reserved', name(variable), bytesOf(dtype, size)),
    elements: member(variable, 'address'),
  }),
  exchanged: (holder) => call('$t.spare', member(holder, 'array')),
  freed: (variable) => call('$t.vacated', name(variable)),
  nothing: () => name('undefined'),
  // Only arrays in the heap have a root, and something is kept when they do.
  lies: (array, variable) => condition(and.op, name(variable), condition(eq.op, member(array, 'root'), name(variable))),
  fits: (slot, dtype, size) => slot.size === size && dtypes[slot.dtype].bytes === dtypes[dtype].bytes,
  names: (_, target) => target,
  buffer: (slot, dtype, size, used) => ({ setup: null, value: used ? name(slot) : call('$t.take', bytesOf(dtype, size)) }),
  table: (context, target, dtype, values) => {
    const array = context.names.fresh(`${target}_values`)
    context.setup.push({ kind: 'const', name: array, value: made(dtype, values) })
    context.body.push({ kind: 'const', name: target, value: call('$t.put', name(array)) })
  },
  copied: (view, v, context) => call('$t.copied', addressOf(view), context.shapeList(v), string(v.dtype)),
  owned: (array, variable, v, context) =>
    variable === null
      ? call('$t.copied', name(array), context.shapeList(v), string(v.dtype))
      : pureCall('$t.owned', name(variable), context.shapeList(v), string(v.dtype)),
  givenBack: (argument, _, view) => call('$t.giveBack', name(argument), addressOf(view)),
  typed: (view) => [name(heapView(view.dtype)), plus(elementsBefore(view.dtype, name(view.array)), view.offset)],
  placed: (array) => call('$t.put', array),
}
