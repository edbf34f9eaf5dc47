// graph/ops: shapes. dimshuffle, reshape, broadcastTo and its reverse sumTo are the primitives; the rest is made of them.
import { dimDiv, dimMul, dimProduct, dimVariable, variableDim } from '../dim.ts'
import { GraphError } from '../errors.ts'
import { call, type StructuralOp, type Value } from '../op.ts'
import { apply, type Dim, defineShapeOfLeaf, type Variable } from '../variable.ts'
import { asVariable, broadcast, type Constructor, elementwise, type Operand } from './elementwise.ts'
import { sum } from './reduce.ts'
import { asDim, axisArgument, staticInt, staticInts } from './static.ts'

/** Theano's Shape_i: a length of a leaf, read at the call. Lengths of anything computed are expressions in these. */
export const shapeOf: StructuralOp = {
  kind: 'structural',
  name: 'shapeOf',
  law: 'length of x along an axis',
  infer: () => ({ dtype: 'int32', weak: true, shape: [] }),
  evaluate: ([x], { axis }) => [x.shape[axis as number]],
  gradient: () => [null],
}
defineShapeOfLeaf((leaf, axis) => apply(shapeOf, [leaf], { axis }))

/** NumPy's rule for two lengths that are not known to be equal: the same, or the one that is not 1. */
export const broadcastSize: Constructor<2> = elementwise('broadcastSize', 2, {
  law: 'the common length of two that broadcast: equal, or one of them 1',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: (a, b) => {
    if (a !== b && a !== 1 && b !== 1) throw new RangeError(`sizes ${a} and ${b} do not broadcast`)
    return a === 1 ? b : a
  },
  js: call('$t.broadcastSize'),
  checks: true,
})

/** Is `size` the common length of d and others? Broadcasting d again does not change it. */
export function includes(size: Dim, d: Dim): boolean {
  const parts = new Set([size])
  if (typeof d === 'number') return false
  for (const part of parts) {
    if (part === d) return true
    if (typeof part !== 'number' && part.owner?.op === broadcastSize.op) for (const x of part.owner.inputs) parts.add(x)
  }
  return false
}

function broadcastDim(a: Dim, b: Dim): Dim {
  if (a === b || b === 1) return a
  if (a === 1) return b
  if (typeof a === 'number' && typeof b === 'number') throw new GraphError('TH2001', { a, b })
  if (typeof a === 'number') return a
  if (typeof b === 'number') return b
  if (includes(a, b)) return a
  if (includes(b, a)) return b
  return a.id < b.id ? broadcastSize(a, b) : broadcastSize(b, a)
}

/** The shape of operands of these shapes broadcast together, aligned at the right. Throws GraphError TH2001. */
export function broadcastShapes(shapes: readonly (readonly Dim[])[]): Dim[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length))
  return Array.from({ length: rank }, (_, axis) => shapes.reduce<Dim>((d, s) => broadcastDim(d, axis < rank - s.length ? 1 : s[axis - rank + s.length]), 1))
}

broadcast.together = (operands) => {
  const shape = broadcastShapes(operands.map((v) => v.shape))
  return operands.map((v) => {
    if (v.rank === 0) return v
    const padded = padLeft(v, shape.length - v.rank)
    const target = shape.map((d, axis) => (padded.shape[axis] === 1 ? 1 : d))
    return broadcastTo(padded, target)
  })
}

broadcast.back = (gradient, shape) => {
  const leading = gradient.rank - shape.length
  const axes = gradient.shape.flatMap((d, axis) => (axis < leading || (shape[axis - leading] === 1 && d !== 1) ? [axis] : []))
  const summed = axes.length > 0 ? sum(gradient, { axis: axes, keepdims: true }) : gradient
  return sumTo(dropLeading(summed, leading), shape)
}

const dropLeading = (v: Variable, n: number): Variable =>
  n > 0
    ? dimshuffle(
        v,
        v.shape.slice(n).map((_, i) => i + n),
      )
    : v

const dimshuffleOp: StructuralOp = {
  kind: 'structural',
  name: 'dimshuffle',
  law: "axes permuted, inserted ('x') or, of length 1, dropped",
  infer: ([x], { pattern }) => ({
    dtype: x.dtype,
    weak: x.weak,
    shape: (pattern as Pattern).map((p) => (p === 'x' ? 1 : x.shape[p])),
  }),
  evaluate: ([x], { pattern }, shape) => {
    const strides = stridesOf(x.shape)
    return gather(
      shape,
      (pattern as Pattern).map((p) => (p === 'x' ? 0 : strides[p])),
      x.data,
    )
  },
  gradient: ([x], _, g, { pattern }) => {
    const place = x.shape.map((_, axis) => (pattern as Pattern).indexOf(axis))
    return [
      dimshuffle(
        g,
        place.map((p) => (p < 0 ? 'x' : p)),
      ),
    ]
  },
}

export type Pattern = readonly (number | 'x')[]

/**
 * Theano's dimshuffle: axis numbers of x in their new order, 'x' for a new axis of length 1. Axes left out must be
 * known to have length 1. Throws GraphError TH2006, TH2007, TH2008.
 */
export function dimshuffle(x: Operand, pattern: Pattern): Variable {
  const v = asVariable(x)
  const wanted = pattern.map((p) => (p === 'x' ? p : axisOf(p, v.rank)))
  const used = wanted.filter((p) => p !== 'x')
  if (new Set(used).size < used.length) throw new GraphError('TH2006', { pattern: pattern.join(', ') })
  v.shape.forEach((d, axis) => {
    if (!used.includes(axis) && d !== 1) throw new GraphError('TH2007', { axis, size: dimText(d) })
  })
  if (wanted.length === v.rank && wanted.every((p, i) => p === i)) return v
  return apply(dimshuffleOp, [v], { pattern: wanted })
}

/** A non-negative axis; throws GraphError TH2008. */
export function axisOf(axis: number, rank: number): number {
  const a = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || a < 0 || a >= rank) throw new GraphError('TH2008', { axis, rank })
  return a
}

/** n new axes of length 1 in front. Throws GraphError TH2012 (n not known), TH2014 (negative). */
export const padLeft = (x: Operand, n: unknown = 1): Variable => {
  const v = asVariable(x)
  return dimshuffle(v, [...newAxes(n), ...v.shape.keys()])
}
/** n new axes of length 1 at the end; throws as padLeft. */
export const padRight = (x: Operand, n: unknown = 1): Variable => {
  const v = asVariable(x)
  return dimshuffle(v, [...v.shape.keys(), ...newAxes(n)])
}
const newAxes = (n: unknown): 'x'[] => Array<'x'>(asDim(staticInt(n, 'n')) as number).fill('x')

/** Axes reversed, or in the given order. */
export function transpose(x: Operand, axes?: unknown): Variable {
  const v = asVariable(x)
  const order = axes === undefined ? [...v.shape.keys()].reverse() : staticInts(axes, 'axes')
  if (order.length !== v.rank) throw new GraphError('TH2006', { pattern: order.join(', ') })
  return dimshuffle(v, order)
}

export function swapaxes(x: Operand, a: unknown, b: unknown): Variable {
  const v = asVariable(x)
  const order = [...v.shape.keys()]
  const [i, j] = [axisOf(staticInt(a, 'axis'), v.rank), axisOf(staticInt(b, 'axis'), v.rank)]
  ;[order[i], order[j]] = [order[j], order[i]]
  return dimshuffle(v, order)
}

/** Axes moved to these places, the others keeping their order; one number or lists of the same length (TH2006). */
export function moveaxis(x: Operand, from: unknown, to: unknown): Variable {
  const v = asVariable(x)
  const [sources, targets] = [from, to].map((axes) => staticInts(axes, 'axis').map((a) => axisOf(a, v.rank)))
  if (sources.length !== targets.length) throw new GraphError('TH2006', { pattern: `${sources.join(', ')} to ${targets.join(', ')}` })
  const order = [...v.shape.keys()].filter((axis) => !sources.includes(axis))
  const moves = targets.map((target, k) => [target, sources[k]]).sort((a, b) => a[0] - b[0])
  for (const [target, source] of moves) order.splice(target, 0, source)
  return dimshuffle(v, order)
}

/** New axes of length 1 at these places of the result. */
export function expandDims(x: Operand, axis: unknown): Variable {
  const v = asVariable(x)
  const list = staticInts(axisArgument(axis), 'axis')
  const rank = v.rank + list.length
  const places = new Set(list.map((a) => axisOf(a, rank)))
  let next = 0
  return dimshuffle(
    v,
    Array.from({ length: rank }, (_, i) => (places.has(i) ? 'x' : next++)),
  )
}

/** Drops axes of length 1: those named (checked at the call where not known), or all that are known to be 1. */
export function squeeze(x: Operand, axes?: unknown): Variable {
  const v = asVariable(x)
  const axis = axisArgument(axes)
  const drop = axis === undefined ? v.shape.flatMap((d, i) => (d === 1 ? [i] : [])) : staticInts(axis, 'axis').map((a) => axisOf(a, v.rank))
  const kept = [...v.shape.keys()].filter((i) => !drop.includes(i))
  return drop.every((i) => v.shape[i] === 1 || typeof v.shape[i] === 'number')
    ? dimshuffle(v, kept)
    : reshape(
        v,
        kept.map((i) => v.shape[i]),
      )
}

const broadcastToOp: StructuralOp = {
  kind: 'structural',
  name: 'broadcastTo',
  law: 'x repeated along axes where its length is 1',
  infer: ([x, ...dims]) => ({ dtype: x.dtype, weak: x.weak, shape: dims.map(variableDim) }),
  evaluate: ([x], _, shape) => {
    const strides = stridesOf(x.shape)
    const leading = shape.length - x.shape.length
    return gather(
      shape,
      shape.map((n, i) => {
        const size = i < leading ? 1 : x.shape[i - leading]
        if (size !== 1 && size !== n) throw new RangeError(`size ${size} does not broadcast to ${n}`)
        return size === 1 ? 0 : strides[i - leading]
      }),
      x.data,
    )
  },
  gradient: ([x, ...dims], _, g) => [broadcast.back(g, x.shape), ...dims.map(() => null)],
}

/** x broadcast to a shape (lengths or integer scalars), Theano's alloc. Lengths not known to fit are checked at the call. */
export function broadcastTo(x: Operand, shape: unknown): Variable {
  const v = asVariable(x)
  const dims = shapeArgument(shape)
  const leading = dims.length - v.rank
  if (leading < 0) throw new GraphError('TH2009', { rank: v.rank, expected: dims.length })
  v.shape.forEach((d, i) => {
    const want = dims[i + leading]
    if (typeof d === 'number' && d !== 1 && typeof want === 'number' && d !== want) throw new GraphError('TH2001', { a: d, b: want })
  })
  // Lengths that may turn out to be 1 and axes that are known to be repeated: one step each.
  const fitted = dims.slice(leading).map((d, i) => (v.shape[i] === 1 ? 1 : d))
  return repeat(repeat(v, fitted), dims)
}

const repeat = (v: Variable, dims: readonly Dim[]): Variable =>
  v.rank === dims.length && v.shape.every((d, i) => d === dims[i]) ? v : apply(broadcastToOp, [v, ...dims.map(dimVariable)])

const sumToOp: StructuralOp = {
  kind: 'structural',
  name: 'sumTo',
  law: 'x summed along axes where the wanted length is 1 and that of x is not: the reverse of broadcasting',
  infer: ([x, ...dims]) => ({ dtype: x.dtype, weak: x.weak, shape: dims.map(variableDim) }),
  evaluate: ([x], _, shape) => {
    const out = new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0)
    const strides = stridesOf(shape)
    const target = gatherIndices(
      x.shape,
      x.shape.map((n, i) => (n === shape[i] ? strides[i] : 0)),
    )
    x.data.forEach((value, i) => {
      out[target[i]] += value
    })
    return out
  },
  gradient: ([x, ...dims], _, g) => [broadcastTo(g, x.shape), ...dims.map(() => null)],
}

/** Sums x to `shape` (same rank) along axes that turn out to have been broadcast at the call. */
export function sumTo(x: Variable, shape: readonly Dim[]): Variable {
  return x.shape.every((d, i) => d === shape[i]) ? x : apply(sumToOp, [x, ...shape.map(dimVariable)])
}

const reshapeOp: StructuralOp = {
  kind: 'structural',
  name: 'reshape',
  law: 'the same elements, row-major, in another shape',
  infer: ([x, ...dims]) => ({ dtype: x.dtype, weak: x.weak, shape: dims.map(variableDim) }),
  evaluate: ([x], _, shape) => {
    if (shape.reduce((a, b) => a * b, 1) !== x.data.length) throw new RangeError(`cannot reshape [${x.shape}] to [${shape}]`)
    return x.data
  },
  gradient: ([x, ...dims], _, g) => [reshape(g, x.shape), ...dims.map(() => null)],
}

/** `reshape(x, shape)`: one length may be -1. Known sizes are checked while building, others at the call. */
export function reshape(x: Operand, shape: unknown): Variable {
  const v = asVariable(x)
  const dims = shapeArgument(shape, true)
  const open = dims.indexOf(-1)
  if (dims.filter((d) => d === -1).length > 1) throw new GraphError('TH2010', { shape: dims.map(dimText).join(', ') })
  const total = dimProduct(v.shape)
  if (open >= 0)
    dims[open] = quotient(
      v.shape,
      dims.filter((_, i) => i !== open),
    )
  const wanted = dimProduct(dims)
  if (typeof total === 'number' && typeof wanted === 'number' && (total !== wanted || !dims.every((d) => Number.isInteger(d) || typeof d !== 'number'))) {
    throw new GraphError('TH2011', { from: v.shape.map(dimText).join(', '), to: dims.map(dimText).join(', ') })
  }
  if (dims.length === v.rank && dims.every((d, i) => d === v.shape[i])) return v
  return apply(reshapeOp, [v, ...dims.map(dimVariable)])
}

/** Lengths that occur on both sides cancel, so that flattening keeps lengths recognizable. */
function quotient(all: readonly Dim[], taken: readonly Dim[]): Dim {
  const rest = [...all]
  const left = taken.filter((d) => {
    const at = rest.indexOf(d)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
  return dimDiv(dimProduct(rest), dimProduct(left))
}

/** The leading `ndim - 1` axes kept, the others joined into one (Theano's flatten). */
export function flatten(x: Operand, ndim: unknown = 1): Variable {
  const v = asVariable(x)
  const n = staticInt(ndim, 'ndim')
  if (n < 1 || n > Math.max(1, v.rank)) throw new GraphError('TH2008', { axis: n, rank: v.rank })
  return reshape(v, [...v.shape.slice(0, n - 1), v.shape.slice(n - 1).reduce(dimMul, 1)])
}

/** The user's shape argument as lengths. */
export function shapeArgument(shape: unknown, open = false): Dim[] {
  const list = Array.isArray(shape) ? shape : [shape]
  return list.map((d) => asDim(d, open))
}

export const dimText = (d: Dim): string => (typeof d === 'number' ? String(d) : (d.name ?? '?'))

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step
    step *= shape[i]
  }
  return strides
}

/** Flat source positions of all elements of `shape`, in row-major order. */
export function gatherIndices(shape: readonly number[], strides: readonly number[], start = 0): number[] {
  let positions = [start]
  shape.forEach((n, axis) => {
    positions = positions.flatMap((p) => Array.from({ length: n }, (_, i) => p + i * strides[axis]))
  })
  return positions
}
const gather = (shape: readonly number[], strides: readonly number[], data: Value['data']): number[] => gatherIndices(shape, strides).map((p) => data[p])
