// graph/ops: products of matrices and vectors.

import { dimProduct } from '../dim.ts'
import { type DType, isFloat, promote } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import type { GradientRule, StructuralOp } from '../op.ts'
import { apply, type Dim, type Variable } from '../variable.ts'
import { mul } from './arithmetic.ts'
import { asVariable, type Operand } from './elementwise.ts'
import { cast } from './logic.ts'
import { broadcastShapes, broadcastTo, dimshuffle, dimText, flatten, padLeft, reshape, stridesOf, transpose } from './shape.ts'

/** Both lengths of the contracted axis must agree: here where known, otherwise the kernel checks at the call. */
export function checkContraction(name: string, a: Variable, b: Variable, m: Dim, n: Dim): void {
  if (typeof m === 'number' && typeof n === 'number' && m !== n) {
    throw new GraphError('TH2002', { op: name, a: a.shape.map(dimText).join(', '), b: b.shape.map(dimText).join(', '), m, n })
  }
}

const dotDType = (a: Variable, b: Variable): DType => {
  const { dtype } = promote([a, b])
  return dtype === 'bool' ? 'int32' : dtype
}

const plusProduct = (total: number, a: number, b: number, wraps: boolean): number => (wraps ? (total + Math.imul(a, b)) | 0 : total + a * b)

const dotGradient: GradientRule = ([a, b], _, g) => {
  if (a.rank === 1 && b.rank === 1) return [mul(g, b), mul(g, a)]
  if (a.rank === 1) return [dot(b, g), outer(a, g)]
  if (b.rank === 1) return [outer(g, b), dot(transpose(a), g)]
  return [dot(g, transpose(b)), dot(transpose(a), g)]
}

/** Theano's Dot: operands of rank 1 or 2. */
export const dotOp: StructuralOp = {
  kind: 'structural',
  name: 'dot',
  law: 'inner product over the last axis of a and the first of b',
  infer: ([a, b]) => ({ dtype: dotDType(a, b), weak: false, shape: [...a.shape.slice(0, -1), ...b.shape.slice(1)] }),
  evaluate: ([a, b], _, shape, wraps) => {
    const inner = a.shape[a.shape.length - 1]
    if (inner !== b.shape[0]) throw new RangeError(`dot: sizes ${inner} and ${b.shape[0]} differ`)
    const columns = b.shape.length === 2 ? b.shape[1] : 1
    const size = shape.reduce((x, y) => x * y, 1)
    return Array.from({ length: size }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns]
      let total = 0
      for (let k = 0; k < inner; k++) total = plusProduct(total, a.data[row * inner + k], b.data[k * columns + column], wraps)
      return total
    })
  },
  gradient: dotGradient,
}

/** Matrix products along a shared leading axis: (n, i, k) · (n, k, j) → (n, i, j). */
export const batchedDotOp: StructuralOp = {
  kind: 'structural',
  name: 'batchedDot',
  law: 'matrix product for each index of the leading axis',
  infer: ([a, b]) => ({ dtype: dotDType(a, b), weak: false, shape: [a.shape[0], a.shape[1], b.shape[2]] }),
  evaluate: ([a, b], _, [batches, rows, columns], wraps) => {
    const inner = a.shape[2]
    if (inner !== b.shape[1] || a.shape[0] !== b.shape[0]) throw new RangeError(`batchedDot: shapes [${a.shape}] and [${b.shape}]`)
    const [sa, sb] = [stridesOf(a.shape)[0], stridesOf(b.shape)[0]]
    return Array.from({ length: batches * rows * columns }, (_, at) => {
      const column = at % columns
      const row = Math.floor(at / columns) % rows
      const batch = Math.floor(at / (columns * rows))
      let total = 0
      for (let k = 0; k < inner; k++) total = plusProduct(total, a.data[batch * sa + row * inner + k], b.data[batch * sb + k * columns + column], wraps)
      return total
    })
  },
  gradient: ([a, b], _, g) => [batchedDot(g, dimshuffle(b, [0, 2, 1])), batchedDot(dimshuffle(a, [0, 2, 1]), g)],
}

/** (n, i, k) · (n, k, j) → (n, i, j). */
export function batchedDot(x: Operand, y: Operand): Variable {
  const [a, b] = [asVariable(x), asVariable(y)]
  if (a.rank !== 3 || b.rank !== 3) throw new GraphError('TH2003', { op: 'batchedDot', expected: '3 and 3', found: `${a.rank} and ${b.rank}` })
  checkContraction('batchedDot', a, b, a.shape[2], b.shape[1])
  checkContraction('batchedDot', a, b, a.shape[0], b.shape[0])
  return apply(batchedDotOp, [a, b])
}

/**
 * NumPy's dot: with a scalar the product; vectors and matrices contract the last axis of a with the first of b (the
 * last but one when b has more than 2). Throws GraphError TH2002.
 */
export function dot(x: Operand, y: Operand): Variable {
  const [a, b] = [asVariable(x), asVariable(y)]
  if (a.rank === 0 || b.rank === 0) return mul(a, b)
  if (a.rank > 2 || b.rank > 2) return dotOfMany(a, b)
  checkContraction('dot', a, b, a.shape[a.rank - 1], b.shape[0])
  return apply(dotOp, [a, b])
}

function dotOfMany(a: Variable, b: Variable): Variable {
  const axis = Math.max(0, b.rank - 2)
  const rest = [...b.shape.keys()].filter((i) => i !== axis)
  checkContraction('dot', a, b, a.shape[a.rank - 1], b.shape[axis])
  const left = reshape(a, [dimProduct(a.shape.slice(0, -1)), a.shape[a.rank - 1]])
  const right = flattenTail(dimshuffle(b, [axis, ...rest]))
  return reshape(dot(left, right), [...a.shape.slice(0, -1), ...rest.map((i) => b.shape[i])])
}
const flattenTail = (v: Variable): Variable => (v.rank > 2 ? flatten(v, 2) : v)

/** NumPy's matmul: matrices in the last two axes, the others broadcast. Scalars are refused (TH2003). */
export function matmul(x: Operand, y: Operand): Variable {
  const [a, b] = [asVariable(x), asVariable(y)]
  if (a.rank === 0 || b.rank === 0) throw new GraphError('TH2003', { op: 'matmul', expected: 'at least 1', found: 0 })
  if (a.rank <= 2 && b.rank <= 2) return dot(a, b)
  if (a.rank === 1) return dropAxis(matmul(padLeft(a), b), b.rank - 2)
  if (b.rank === 1) return dropAxis(matmul(a, dimshuffle(b, [0, 'x'])), a.rank - 1)
  const batch = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)])
  const [m, k] = a.shape.slice(-2)
  const [l, n] = b.shape.slice(-2)
  const size = dimProduct(batch)
  const left = reshape(broadcastTo(a, [...batch, m, k]), [size, m, k])
  const right = reshape(broadcastTo(b, [...batch, l, n]), [size, l, n])
  return reshape(batchedDot(left, right), [...batch, m, n])
}

const dropAxis = (v: Variable, axis: number): Variable =>
  dimshuffle(
    v,
    [...v.shape.keys()].filter((i) => i !== axis),
  )

/** Products of every pair: (n), (m) → (n, m). Higher ranks are flattened. */
export function outer(x: Operand, y: Operand): Variable {
  const [a, b] = [asVariable(x), asVariable(y)].map((v) => (v.rank === 1 ? v : flatten(v)))
  return mul(dimshuffle(a, [0, 'x']), dimshuffle(b, ['x', 0]))
}

/** Integers and bools as floats of the wanted precision, for gradients. */
export const asFloat = (v: Variable): Variable => (isFloat(v.dtype) ? v : cast(v, 'float64'))
