// graph/ops: indexing. subtensor (basic), take and pick (by integers), nonzero (by masks), and the writes that are
// their gradients. Bounds that are not known while building are checked at the call.
import { dimAdd, dimCeilDiv, dimMax, dimMin, dimSub, dimVariable, variableDim } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import { call, type Params, type StructuralOp, type Value } from '../op.ts'
import { apply, type Dim, Variable } from '../variable.ts'
import { add } from './arithmetic.ts'
import { dtypeArgument, iota, zeros } from './create.ts'
import { asVariable, type Constructor, elementwise, type Operand } from './elementwise.ts'
import { cast, eq, lt, where } from './logic.ts'
import { sum } from './reduce.ts'
import { axisOf, broadcastTo, dimshuffle, flatten, gatherIndices, padLeft, padRight, reshape, stridesOf } from './shape.ts'
import { asDim, integerScalar, staticInt } from './static.ts'

/** One entry of an index, as the tracer reads it: an integer scalar, a range, or a new axis. */
export type IndexEntry = BasicEntry | typeof newaxis
type BasicEntry = Operand | Slice | FromStart
export const newaxis = Symbol('newaxis')
/** An index that counts from the start only: `x[i]`, as in JavaScript. */
export class FromStart {
  readonly index: Operand
  constructor(index: Operand) {
    this.index = index
  }
}
export class Slice {
  readonly start: Operand | null
  readonly stop: Operand | null
  readonly step: number
  constructor(start: Operand | null, stop: Operand | null, step = 1) {
    this.start = start
    this.stop = stop
    this.step = step
  }
}

/** `slice(stop)`, `slice(start, stop, step?)`: as Python's. */
export function slice(...bounds: (Operand | null | undefined)[]): Slice {
  const [start, stop, step] = bounds.length === 1 ? [null, bounds[0], 1] : [bounds[0], bounds[1], bounds[2] ?? 1]
  const by = staticInt(step, 'the step of a slice')
  if (by === 0) throw new GraphError('TH2017', {})
  return new Slice(start ?? null, stop ?? null, by)
}

/** The position `i` in a length `n`, counted from the end if negative. Out of range: a RangeError at the call. */
export const checkedIndex: Constructor<2> = elementwise('checkedIndex', 2, {
  law: 'i, or n + i if negative; must lie in the range',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: (i, n) => {
    if (!Number.isInteger(i) || i < -n || i >= n) throw new RangeError(`index ${i} is out of range for size ${n}`)
    return i < 0 ? i + n : i
  },
  js: call('$t.index'),
  checks: true,
})

/** The position `i` in a length `n`. Out of range, negative ones too: a RangeError at the call. */
const checkedPosition = elementwise('checkedPosition', 2, {
  law: 'i, which must lie in the range from 0',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: (i, n) => {
    if (!Number.isInteger(i) || i < 0 || i >= n) throw new RangeError(`index ${i} is out of range for size ${n}`)
    return i
  },
  js: call('$t.position'),
  checks: true,
})

/** How one axis of x is read: at an index, over a range (start and length are inputs), or whole. */
type Axis = 'index' | 'all' | { readonly step: number }
const inputsOf = (axis: Axis): number => (axis === 'all' ? 0 : axis === 'index' ? 1 : 2)

interface Read {
  readonly axes: readonly Axis[]
  readonly bounds: readonly Variable[]
}

/** Offset and strides into a flat x for a read; the reference of every subtensor kernel. */
function positions(x: readonly number[], axes: readonly Axis[], bounds: readonly Value[], shape: readonly number[]): number[] {
  const strides = stridesOf(x)
  let offset = 0
  let at = 0
  const steps: number[] = []
  axes.forEach((axis, i) => {
    if (axis === 'all') steps.push(strides[i])
    else offset += bounds[at].data[0] * strides[i]
    if (typeof axis === 'object') steps.push(axis.step * strides[i])
    at += inputsOf(axis)
  })
  return gatherIndices(shape, steps, offset)
}

const axesParam = (params: Params): readonly Axis[] => params.axes as Axis[]

function readShape(x: Variable, axes: readonly Axis[], bounds: readonly Variable[]): Dim[] {
  let at = 0
  return axes.flatMap((axis, i) => {
    const length = typeof axis === 'object' ? variableDim(bounds[at + 1]) : x.shape[i]
    at += inputsOf(axis)
    return axis === 'index' ? [] : [length]
  })
}

/** Theano's Subtensor: inputs x, then for each indexed axis its position, for each range its start and length. */
export const subtensorOp: StructuralOp = {
  kind: 'structural',
  name: 'subtensor',
  law: 'elements of x at indices and ranges of its axes',
  infer: ([x, ...bounds], params) => ({ dtype: x.dtype, weak: x.weak, shape: readShape(x, axesParam(params), bounds) }),
  evaluate: ([x, ...bounds], params, shape) => positions(x.shape, axesParam(params), bounds, shape).map((p) => x.data[p]),
  gradient: ([x, ...bounds], _, g, params) => [apply(incSubtensorOp, [zeros(x.shape, g.dtype), g, ...bounds], params), ...bounds.map(() => null)],
}

/** A write to the part of x that subtensor reads; `y` has the part's shape. x itself is unchanged. */
function write(
  name: 'setSubtensor' | 'incSubtensor',
  law: string,
  combine: (old: number, y: number) => number,
  gradient: StructuralOp['gradient'],
): StructuralOp {
  return {
    kind: 'structural',
    name,
    law,
    infer: ([x]) => ({ dtype: x.dtype, weak: false, shape: x.shape }),
    evaluate: ([x, y, ...bounds], params) => {
      const out = [...x.data]
      positions(x.shape, axesParam(params), bounds, y.shape).forEach((p, i) => {
        out[p] = combine(out[p], y.data[i])
      })
      return out
    },
    gradient,
  }
}

export const incSubtensorOp = write(
  'incSubtensor',
  'x with y added to a part',
  (old, y) => old + y,
  ([, , ...bounds], _, g, params) => [g, apply(subtensorOp, [g, ...bounds], params), ...bounds.map(() => null)],
)
export const setSubtensorOp = write(
  'setSubtensor',
  'x with a part replaced by y',
  (_, y) => y,
  ([, y, ...bounds], _, g, params) => [
    apply(setSubtensorOp, [g, zeros(y.shape, g.dtype), ...bounds], params),
    apply(subtensorOp, [g, ...bounds], params),
    ...bounds.map(() => null),
  ],
)

/**
 * `at(x, i, slice(a, b), newaxis, …)`: NumPy's basic indexing. An axis may instead be indexed by an integer array or a
 * mask, one at most. Too many entries: GraphError TH2018.
 */
export function at(x: Operand, ...entries: IndexEntry[]): Variable {
  const v = asVariable(x)
  const plain = entries.filter((e) => e !== newaxis)
  if (plain.length > v.rank && !plain.some(isMask)) throw new GraphError('TH2018', { count: plain.length, rank: v.rank })
  const advanced = plain.findIndex(isArray)
  const read = readOf(v, plain.map((e) => (isArray(e) ? new Slice(null, null) : e)) as BasicEntry[])
  let result = applyRead(v, read)
  if (advanced >= 0) {
    const axis = plain.slice(0, advanced).filter((e) => e instanceof Slice).length
    if (plain.filter(isArray).length > 1) throw new GraphError('TH2019', {})
    result = takeOrMask(result, plain[advanced] as Variable, axis)
  }
  return insertAxes(result, entries)
}

const isArray = (e: IndexEntry): boolean => e instanceof Variable && e.rank > 0
const isMask = (e: IndexEntry): boolean => e instanceof Variable && e.rank > 0 && e.dtype === 'bool'

function insertAxes(v: Variable, entries: readonly IndexEntry[]): Variable {
  if (!entries.includes(newaxis)) return v
  let next = 0
  const pattern: (number | 'x')[] = []
  for (const e of entries) {
    if (e === newaxis) pattern.push('x')
    else if (e instanceof Slice) pattern.push(next++)
    else if (e instanceof Variable) for (let i = 0; i < (isMask(e) ? 1 : e.rank); i++) pattern.push(next++)
  }
  while (next < v.rank) pattern.push(next++)
  return dimshuffle(v, pattern)
}

const applyRead = (v: Variable, read: Read): Variable =>
  read.axes.every((a) => a === 'all') ? v : apply(subtensorOp, [v, ...read.bounds], { axes: read.axes })

function readOf(v: Variable, entries: readonly BasicEntry[]): Read {
  const axes: Axis[] = []
  const bounds: Variable[] = []
  v.shape.forEach((n, i) => {
    const entry = i < entries.length ? entries[i] : new Slice(null, null)
    if (entry instanceof Slice) {
      if (entry.start === null && entry.stop === null && entry.step === 1) return axes.push('all')
      const { start, length } = rangeOf(entry, n)
      bounds.push(dimVariable(start), dimVariable(length))
      return axes.push({ step: entry.step })
    }
    bounds.push(dimVariable(entry instanceof FromStart ? positionFromStart(entry.index, n) : position(entry, n)))
    return axes.push('index')
  })
  return { axes, bounds }
}

function positionFromStart(i: Operand, n: Dim): Dim {
  const index = integerScalar(i, 'an index')
  return typeof index === 'number' ? position(index, n) : checkedPosition(index, dimVariable(n))
}

function position(i: Operand, n: Dim): Dim {
  const index = integerScalar(i, 'an index')
  if (typeof index === 'number' && typeof n === 'number') {
    if (index < -n || index >= n) throw new GraphError('TH2020', { index, size: n })
    return index < 0 ? index + n : index
  }
  return checkedIndex(dimVariable(index), dimVariable(n))
}

/** Start and length of a Python slice of an axis of length n: bounds clamp, negative ones count from the end. */
function rangeOf(s: Slice, n: Dim): { start: Dim; length: Dim } {
  const bound = (b: Operand | null, otherwise: Dim, low: Dim, high: Dim): Dim =>
    b === null ? otherwise : clampBound(integerScalar(b, 'a bound of a slice'), n, low, high)
  if (s.start === null && s.stop === null) return { start: s.step > 0 ? 0 : dimSub(n, 1), length: dimCeilDiv(n, Math.abs(s.step)) }
  if (s.step > 0) {
    const start = bound(s.start, 0, 0, n)
    const stop = bound(s.stop, n, 0, n)
    return { start, length: dimMax(0, dimCeilDiv(dimSub(stop, start), s.step)) }
  }
  const last = dimSub(n, 1)
  const start = bound(s.start, last, -1, last)
  const stop = bound(s.stop, -1, -1, last)
  return { start, length: dimMax(0, dimCeilDiv(dimSub(start, stop), -s.step)) }
}

/** Python's reading of a bound of a slice with a positive step: from the end if negative, at most the length. */
const sliceBound = elementwise('sliceBound', 2, {
  law: 'min(b, n), or max(n + b, 0) if b is negative',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: (b, n) => (b < 0 ? Math.max(b + n, 0) : Math.min(b, n)),
  js: call('$t.bound'),
})

function clampBound(b: Dim, n: Dim, low: Dim, high: Dim): Dim {
  if (low === 0 && high === n && (typeof b !== 'number' || typeof n !== 'number')) return b === 0 ? 0 : variableDim(sliceBound(dimVariable(b), dimVariable(n)))
  const fromEnd = typeof b === 'number' ? (b < 0 ? dimAdd(n, b) : b) : variableDim(where(lt(b, 0), add(b, dimVariable(n)), b))
  return dimMin(dimMax(fromEnd, low), high)
}

/** x with the part at `entries` replaced by, or increased by, y. Repeated array indices accumulate for inc. */
export function writeAt(kind: 'set' | 'inc', x: Operand, entries: readonly IndexEntry[], y: Operand): Variable {
  const v = asVariable(x)
  if (entries.includes(newaxis) || entries.some(isArray)) throw new GraphError('TH2019', {})
  if (entries.length > v.rank) throw new GraphError('TH2018', { count: entries.length, rank: v.rank })
  const read = readOf(v, entries as BasicEntry[])
  const shape = readShape(v, read.axes, read.bounds)
  const value = asVariable(y)
  if (value.rank > shape.length) throw new GraphError('TH2009', { rank: value.rank, expected: shape.length })
  const part = broadcastTo(value.dtype === v.dtype && !value.weak ? value : castInto(value, v), shape)
  return apply(kind === 'set' ? setSubtensorOp : incSubtensorOp, [v, part, ...read.bounds], { axes: read.axes })
}

/** y stored into x: must not need a wider kind of number (GraphError TH2021). */
function castInto(y: Variable, x: Variable): Variable {
  if (!y.weak && isFloat(y.dtype) && !isFloat(x.dtype)) throw new GraphError('TH2021', { from: y.dtype, to: x.dtype })
  return cast(y, x.dtype)
}

export type TakeMode = 'raise' | 'wrap' | 'clip'

/** Elements (or sub-arrays) at integer positions along an axis; `raise` counts negatives from the end and checks. */
export const takeOp: StructuralOp = {
  kind: 'structural',
  name: 'take',
  law: 'x at integer positions along an axis',
  infer: ([x, i], { axis }) => ({
    dtype: x.dtype,
    weak: x.weak,
    shape: [...x.shape.slice(0, axis as number), ...i.shape, ...x.shape.slice((axis as number) + 1)],
  }),
  evaluate: ([x, i], params) => takePositions(x.shape, i, params).map((p) => x.data[p]),
  gradient: ([x, i], _, g, params) => [apply(scatterAddOp, [zeros(x.shape, g.dtype), i, g], params), null],
}

/** The reverse of take: x with y added at the positions take would read; repeated positions accumulate. */
export const scatterAddOp: StructuralOp = {
  kind: 'structural',
  name: 'scatterAdd',
  law: 'x with y added at integer positions along an axis',
  infer: ([x]) => ({ dtype: x.dtype, weak: false, shape: x.shape }),
  evaluate: ([x, i, y], params) => {
    const out = [...x.data]
    takePositions(x.shape, i, params).forEach((p, at) => {
      out[p] += y.data[at]
    })
    return out
  },
  gradient: ([, i], _, g, params) => [g, null, apply(takeOp, [g, i], params)],
}

/** The position that index i means in a length n. */
function resolveIndex(i: number, n: number, mode: TakeMode): number {
  if (mode === 'clip') return Math.min(Math.max(i, 0), n - 1)
  if (mode === 'wrap') return ((i % n) + n) % n
  if (i < -n || i >= n) throw new RangeError(`index ${i} is out of range for size ${n}`)
  return i < 0 ? i + n : i
}

function takePositions(shape: readonly number[], indices: Value, params: Params): number[] {
  const axis = params.axis as number
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1)
  const rows = indices.data.map((i) => resolveIndex(i, shape[axis], params.mode as TakeMode))
  return Array.from({ length: outer }, (_, o) => rows.flatMap((r) => Array.from({ length: inner }, (_, k) => (o * shape[axis] + r) * inner + k))).flat()
}

/** `take(x, indices, { axis, mode })`: without an axis, of the flattened x. Indices must be integers (TH2022). */
export function take(x: Operand, indices: Operand, options: { axis?: unknown; mode?: unknown } = {}): Variable {
  const [v, i] = [asVariable(x), asVariable(indices)]
  if (isFloat(i.dtype) || i.dtype === 'bool') throw new GraphError('TH2022', { dtype: i.dtype })
  const mode = (options.mode ?? 'raise') as TakeMode
  if (!['raise', 'wrap', 'clip'].includes(mode)) throw new GraphError('TH2012', { what: "mode ('raise', 'wrap' or 'clip')" })
  const source = options.axis === undefined ? flatten(v) : v
  const axis = options.axis === undefined ? 0 : axisOf(staticInt(options.axis, 'axis'), v.rank)
  return apply(takeOp, [source, i], { axis, mode })
}

function takeOrMask(v: Variable, index: Variable, axis: number): Variable {
  if (index.dtype !== 'bool') return take(v, index, { axis })
  if (index.rank > v.rank - axis) throw new GraphError('TH2018', { count: index.rank, rank: v.rank })
  index.shape.forEach((d, i) => {
    const n = v.shape[axis + i]
    if (typeof d === 'number' && typeof n === 'number' && d !== n) throw new GraphError('TH2001', { a: d, b: n })
  })
  const joined = index.rank === 1 ? v : reshape(v, [...v.shape.slice(0, axis), -1, ...v.shape.slice(axis + index.rank)])
  // The mask must have the axis' length: broadcasting it there checks at the call.
  const mask = index.rank === 1 ? sameLength(index, v.shape[axis]) : flatten(index)
  return apply(takeOp, [joined, nonzeroOf(mask)], { axis, mode: 'raise' })
}
const sameLength = (mask: Variable, n: Dim): Variable => (mask.shape[0] === n ? mask : reshape(mask, [n]))

/** Positions of the true elements of a vector, ascending; their number is known at the call only. */
export const nonzeroOp: StructuralOp = {
  kind: 'structural',
  name: 'nonzero',
  law: 'positions of the true elements of a vector',
  infer: ([, count]) => ({ dtype: 'int32', weak: false, shape: [variableDim(count)] }),
  evaluate: ([mask]) => mask.data.flatMap((b, i) => (b !== 0 ? [i] : [])),
  gradient: () => [null, null],
}
const nonzeroOf = (mask: Variable): Variable => apply(nonzeroOp, [mask, dimVariable(asDim(sum(mask)))])

/** The last-axis element of x that i names, for each index of the other axes: x (…, k), i (…) → (…). */
export const pickOp: StructuralOp = {
  kind: 'structural',
  name: 'pick',
  law: 'x[…, i[…]]: one element of each row',
  infer: ([x, i]) => ({ dtype: x.dtype, weak: x.weak, shape: i.shape }),
  evaluate: ([x, i]) => {
    const n = x.shape[x.shape.length - 1]
    return i.data.map((k, row) => {
      if (k < 0 || k >= n) throw new RangeError(`index ${k} is out of range for size ${n}`)
      return x.data[row * n + k]
    })
  },
  gradient: ([x, i], _, g) => [where(oneHotMask(i, x.shape[x.rank - 1]), padRight(g), 0), null],
}

/** `pick(x, i)`: rank of i is one less than that of x. Theano's x[arange(n), i]. Negative positions are out of range. */
export function pick(x: Operand, i: Operand): Variable {
  const [v, index] = [asVariable(x), asVariable(i)]
  if (isFloat(index.dtype) || index.dtype === 'bool') throw new GraphError('TH2022', { dtype: index.dtype })
  if (index.rank !== v.rank - 1) throw new GraphError('TH2003', { op: 'pick', expected: `${v.rank} and ${v.rank - 1}`, found: `${v.rank} and ${index.rank}` })
  if (v.rank === 1) return dimshuffle(pick(padLeft(v), padLeft(index)), [])
  const rows = v.shape.slice(0, -1)
  rows.forEach((d, axis) => {
    const n = index.shape[axis]
    if (typeof d === 'number' && typeof n === 'number' && d !== n) throw new GraphError('TH2001', { a: d, b: n })
  })
  return apply(pickOp, [v, rows.every((d, axis) => d === index.shape[axis]) ? index : reshape(index, rows)])
}

const oneHotMask = (i: Variable, n: Dim): Variable => eq(padRight(i), dimshuffle(iota(n), [...Array<'x'>(i.rank).fill('x'), 0]))

/** A row of zeros with a one at i, for each i: (…) → (…, n). float64 unless a dtype is given. */
export const oneHot = (i: Operand, n: unknown, dtype?: unknown): Variable =>
  cast(oneHotMask(asVariable(i), integerScalar(n, 'the number of classes')), dtypeArgument(dtype, 'float64'))
