// graph/ops: products that sum over chosen axes: transposed and reshaped to products of matrices.
import { dimMul, dimProduct, dimVariable, variableDim } from '../dim.ts'
import { GraphError } from '../errors.ts'
import { call } from '../op.ts'
import type { Dim, Variable } from '../variable.ts'
import { mul } from './arithmetic.ts'
import { batchedDot, checkContraction, dot } from './dot.ts'
import { asVariable, type Constructor, elementwise, type Operand } from './elementwise.ts'
import { axisOf, dimshuffle, padLeft, reshape } from './shape.ts'
import { isOptions, staticInt, staticInts } from './static.ts'

/** Lengths that must agree and are not known while building. */
const sameLength: Constructor<2> = elementwise('sameLength', 2, {
  law: 'a, which must equal b',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: (a, b) => {
    if (a !== b) throw new RangeError(`sizes ${a} and ${b} differ`)
    return a
  },
  js: call('$t.sameSize'),
  checks: true,
})

/** The axes of each operand that are summed over, pair by pair. `leading` axes in front are batches. */
function contracted(op: string, axes: unknown, a: Variable, b: Variable, leading: number): [number[], number[]] {
  const given = isOptions(axes) ? axes.axes : axes
  if (Array.isArray(given)) {
    const lists = given.map((list) => staticInts(list, 'axes'))
    const [left, right] = [axesIn(lists[0] ?? [], a), axesIn(lists[1] ?? [], b)]
    const free = [left, right].every((list) => new Set(list).size === list.length && list.every((i) => i >= leading))
    if (lists.length === 2 && left.length === right.length && free) return [left, right]
    throw new GraphError('TH2026', { op, what: 'the axes of both arrays', found: lists.map((list) => `[${list.join(', ')}]`).join(' and ') || 'none' })
  }
  const n = staticInt(given ?? 2, 'axes')
  if (n < 0 || n > Math.min(a.rank, b.rank) - leading) throw new GraphError('TH2008', { axis: n, rank: Math.min(a.rank, b.rank) })
  return [Array.from({ length: n }, (_, i) => a.rank - n + i), Array.from({ length: n }, (_, i) => leading + i)]
}
const axesIn = (list: readonly number[], v: Variable): number[] => list.map((i) => axisOf(i, v.rank))

interface Sides {
  /** Leading axes, then free ones joined, then contracted ones joined. */
  readonly left: Variable
  /** Leading axes, then contracted ones joined, then free ones joined. */
  readonly right: Variable
  /** Lengths of the free axes of both. */
  readonly free: readonly Dim[]
}

function sides(op: string, a: Variable, b: Variable, axes: unknown, leading: number): Sides {
  const [sumA, sumB] = contracted(op, axes, a, b, leading)
  sumA.forEach((i, k) => checkContraction(op, a, b, a.shape[i], b.shape[sumB[k]]))
  const freeOf = (v: Variable, summed: readonly number[]): number[] => [...v.shape.keys()].filter((i) => i >= leading && !summed.includes(i))
  const [freeA, freeB] = [freeOf(a, sumA), freeOf(b, sumB)]
  const batch = Array.from({ length: leading }, (_, i) => i)
  const lengths = (v: Variable, list: readonly number[]): Dim[] => list.map((i) => v.shape[i])
  // The product of several lengths may agree although they do not.
  const inner = sumB.length < 2 ? dimProduct(lengths(b, sumB)) : sumB.map((i, k) => agreed(b.shape[i], a.shape[sumA[k]])).reduce(dimMul, 1)
  return {
    left: reshape(dimshuffle(a, [...batch, ...freeA, ...sumA]), [...lengths(a, batch), dimProduct(lengths(a, freeA)), dimProduct(lengths(a, sumA))]),
    right: reshape(dimshuffle(b, [...batch, ...sumB, ...freeB]), [...lengths(b, batch), inner, dimProduct(lengths(b, freeB))]),
    free: [...lengths(a, freeA), ...lengths(b, freeB)],
  }
}
const agreed = (m: Dim, n: Dim): Dim =>
  m === n || (typeof m === 'number' && typeof n === 'number') ? m : variableDim(sameLength(dimVariable(m), dimVariable(n)))

/**
 * NumPy's tensordot: the sum over the last `axes` (a number, default 2) of a and the first of b, or over the axes that the two
 * lists name in pairs. Throws GraphError TH2002, TH2008, TH2026.
 */
export function tensordot(x: Operand, y: Operand, axes?: unknown): Variable {
  const { left, right, free } = sides('tensordot', asVariable(x), asVariable(y), axes, 0)
  return reshape(dot(left, right), free)
}

/** Theano's batched_tensordot: a tensordot for each index of the first axis of both, which the lists must not name. */
export function batchedTensordot(x: Operand, y: Operand, axes?: unknown): Variable {
  const [a, b] = [asVariable(x), asVariable(y)]
  if (a.rank === 0 || b.rank === 0) throw new GraphError('TH2003', { op: 'batchedTensordot', expected: 'at least 1', found: 0 })
  const { left, right, free } = sides('batchedTensordot', a, b, axes, 1)
  return reshape(batchedDot(left, right), [a.shape[0], ...free])
}

/** NumPy's inner: the sum over the last axes of both; with a scalar, the product. */
export function inner(x: Operand, y: Operand): Variable {
  const [a, b] = [asVariable(x), asVariable(y)]
  if (a.rank === 0 || b.rank === 0) return mul(a, b)
  return a.rank === 1 && b.rank === 1 ? dot(a, b) : tensordot(a, b, [[-1], [-1]])
}

/** NumPy's kron: blocks of b, each multiplied by an element of a; the lower rank gets leading axes. */
export function kron(x: Operand, y: Operand): Variable {
  const rank = Math.max(asVariable(x).rank, asVariable(y).rank)
  const [a, b] = [asVariable(x), asVariable(y)].map((v) => padLeft(v, rank - v.rank))
  const product = mul(
    dimshuffle(
      a,
      a.shape.flatMap((_, i) => [i, 'x' as const]),
    ),
    dimshuffle(
      b,
      b.shape.flatMap((_, i) => ['x' as const, i]),
    ),
  )
  return reshape(
    product,
    a.shape.map((d, i) => dimMul(d, b.shape[i])),
  )
}
