// graph/ops: matrices seen by their diagonals, and grids: comparisons of positions.
import { dimAdd, dimMax, dimSub, dimVariable } from '../dim.ts'
import { GraphError } from '../errors.ts'
import { constant, constantArray, type Dim, type Variable } from '../variable.ts'
import { add } from './arithmetic.ts'
import { arange, dtypeArgument, iota } from './create.ts'
import { asVariable, type Operand } from './elementwise.ts'
import { at, pick, Slice } from './indexing.ts'
import { concatenate, stack } from './join.ts'
import { cast, eq, le, where } from './logic.ts'
import { sum } from './reduce.ts'
import { broadcastTo, dimshuffle, flatten } from './shape.ts'
import { asDim, integerScalar, isOptions, staticInt } from './static.ts'

const column = (n: Dim): Variable => dimshuffle(iota(n), [0, 'x'])
const row = (n: Dim): Variable => dimshuffle(iota(n), ['x', 0])

/** Where an (n, m) matrix lies on or below its k-th diagonal. */
function lower(n: Dim, m: Dim, k: unknown): Variable {
  const offset = integerScalar(k, 'k')
  return le(row(m), offset === 0 ? column(n) : add(column(n), offset))
}

/** NumPy's tri: ones on and below the k-th diagonal of an (n, m) matrix, zeros above. */
export const tri = (n: unknown, m?: unknown, k: unknown = 0, dtype?: unknown): Variable =>
  cast(lower(asDim(n), asDim(m ?? n), k), dtypeArgument(dtype, 'float64'))

const isMatrix = (op: string, x: Operand): Variable => {
  const v = asVariable(x)
  if (v.rank < 2) throw new GraphError('TH2003', { op, expected: 'at least 2', found: v.rank })
  return v
}
const zeroLike = (v: Variable): Operand => (v.weak ? 0 : constant(0, v.dtype))

/** The last two axes with zeros above the k-th diagonal. */
export function tril(x: Operand, k: unknown = 0): Variable {
  const v = isMatrix('tril', x)
  return where(lower(v.shape[v.rank - 2], v.shape[v.rank - 1], k), v, zeroLike(v))
}

/** The last two axes with zeros below the k-th diagonal. */
export function triu(x: Operand, k: unknown = 0): Variable {
  const v = isMatrix('triu', x)
  const offset = integerScalar(k, 'k')
  const below = typeof offset === 'number' ? offset - 1 : add(offset, -1)
  return where(lower(v.shape[v.rank - 2], v.shape[v.rank - 1], below), zeroLike(v), v)
}

/** The k-th diagonal of a matrix; of a vector, the matrix with it there and zeros elsewhere. Other ranks: GraphError TH2003. */
export function diag(x: Operand, k: unknown = 0): Variable {
  const v = asVariable(x)
  const offset = staticInt(k, 'k')
  if (v.rank === 1) return fromDiagonal(v, offset)
  if (v.rank !== 2) throw new GraphError('TH2003', { op: 'diag', expected: '1 or 2', found: v.rank })
  const rows = offset < 0 ? at(v, new Slice(-offset, null)) : v
  const first = Math.max(offset, 0)
  const kept = at(rows, new Slice(null, dimVariable(dimMax(0, dimSub(v.shape[1], first)))))
  return pick(kept, first === 0 ? iota(kept.shape[0]) : add(iota(kept.shape[0]), first))
}

function fromDiagonal(v: Variable, k: number): Variable {
  const n = dimAdd(v.shape[0], Math.abs(k))
  const padding = constantArray(Array<number>(Math.abs(k)).fill(0), v.dtype, [Math.abs(k)], v.weak)
  const long = k === 0 ? v : concatenate([v, padding])
  // Row i holds x[i] at column i + k, or column j holds x[j] at row j - k.
  const values = dimshuffle(long, k >= 0 ? [0, 'x'] : ['x', 0])
  const place = k >= 0 ? eq(row(n), k === 0 ? column(n) : add(column(n), k)) : eq(column(n), add(row(n), -k))
  return where(place, values, zeroLike(long))
}

/** The sum of a matrix's diagonal. */
export function trace(x: Operand): Variable {
  const v = asVariable(x)
  if (v.rank !== 2) throw new GraphError('TH2003', { op: 'trace', expected: 2, found: v.rank })
  return sum(diag(v))
}

/** Theano's identity_like: ones on the diagonal of a matrix of x's shape and dtype. */
export function identityLike(x: Operand, dtype?: unknown): Variable {
  const v = asVariable(x)
  if (v.rank !== 2) throw new GraphError('TH2003', { op: 'identityLike', expected: 2, found: v.rank })
  return cast(eq(column(v.shape[0]), row(v.shape[1])), dtypeArgument(dtype, v.dtype))
}

/**
 * NumPy's meshgrid: each vector spread over the grid of all, as a list. The first two axes are exchanged ('xy') unless the last
 * argument is `{ indexing: 'ij' }`. Other values: GraphError TH2044.
 */
export function meshgrid(...args: unknown[]): Variable[] {
  const last = args.at(-1)
  const options = isOptions(last) ? last : {}
  const indexing = options.indexing ?? 'xy'
  if (indexing !== 'xy' && indexing !== 'ij') throw new GraphError('TH2044', { name: 'meshgrid', option: `indexing: ${String(indexing)}` })
  const vectors = (isOptions(last) ? args.slice(0, -1) : args).map((v) => flatten(v as Operand))
  const exchanged = indexing === 'xy' && vectors.length > 1
  const axisOfVector = (i: number): number => (exchanged && i < 2 ? 1 - i : i)
  const shape = vectors.map((_, axis) => vectors[axisOfVector(axis)].shape[0])
  return vectors.map((v, i) =>
    broadcastTo(
      dimshuffle(
        v,
        vectors.map((_, axis) => (axis === axisOfVector(i) ? 0 : 'x')),
      ),
      shape,
    ),
  )
}

/** NumPy's mgrid[a:b, c:d, …]: the positions along each range over the grid of all, stacked; of one range, the vector. */
export function mgrid(...ranges: readonly Slice[]): Variable {
  const vectors = ranges.map((s) => {
    if (!(s instanceof Slice) || s.stop === null) throw new GraphError('TH2012', { what: 'the end of each range of mgrid' })
    return arange(integerScalar(s.start ?? 0, 'a bound of mgrid'), integerScalar(s.stop, 'a bound of mgrid'), s.step)
  })
  return vectors.length === 1 ? vectors[0] : stack(meshgrid(...vectors, { indexing: 'ij' }))
}
