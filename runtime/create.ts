// runtime: arrays made by users, outside and inside arrows.
import { convert, nestedShape, type Self, type Spec, typedDType } from './convert.ts'
import { NDArray, sizeOf, types } from './ndarray.ts'
import { inHeap, placement } from './placement.ts'
import type { AnyValue, ArrayTensor, DType, DTypeOfData, NewShape, RankOfData, RankOfShape, Tensor } from './types.ts'

/** The dtype a value has by itself: plain numbers are float64, booleans bool. */
export function ownDType(value: unknown): DType {
  if (value instanceof NDArray) return value.dtype
  const typed = typedDType(value)
  let leaf = value
  while (Array.isArray(leaf)) leaf = leaf[0]
  return types[typed] ? typed : typeof leaf === 'boolean' ? 'bool' : 'float64'
}

/** Any array value of any rank, as `dtype` or its own. `spec` names it in errors. */
export function anyArray(value: unknown, spec: Spec, self: Self, dtype: DType = ownDType(value)): NDArray {
  if (!types[dtype]) throw TypeError(`${self.name}: '${dtype}' is not a dtype`)
  const shape = value instanceof NDArray ? value.shape : ArrayBuffer.isView(value) ? [0] : nestedShape(value)
  return convert(value, { ...spec, dtype, shape: shape.map(() => null) }, self)
}

function checkedShape(shape: unknown, name: string): number[] {
  const list = (typeof shape === 'number' ? [shape] : Array.from(shape as ArrayLike<number>)) as number[]
  for (const n of list) if (!(Number.isInteger(n) && n >= 0)) throw RangeError(`${name}: ${n} is not a length`)
  return list
}

/**
 * An array of the value: nested arrays, a typed array (wrapped where it has the dtype already, not copied), or an NDArray. `shape`
 * rearranges the elements in row-major order. Throws TypeError (ragged, not of the dtype), RangeError (`shape` of another size).
 */
export function ndarray<V extends AnyValue, D extends DType = DTypeOfData<V>>(value: V, shape?: undefined, dtype?: D): ArrayTensor<RankOfData<V>, D>
export function ndarray<V extends AnyValue, const S extends NewShape, D extends DType = DTypeOfData<V>>(
  value: V,
  shape: S,
  dtype?: D,
): ArrayTensor<RankOfShape<S>, D>
export function ndarray(value: unknown, shape?: NewShape, dtype?: DType): unknown {
  const x = anyArray(value, { name: 'value', dtype: 'float64', shape: [] }, { name: 'ndarray' }, dtype)
  const lengths = shape === undefined ? x.shape : checkedShape(shape, 'ndarray')
  if (sizeOf(lengths) !== x.size) throw RangeError(`ndarray: ${x.size} elements do not have shape [${lengths.join(', ')}]`)
  if (x === value && shape === undefined) return x
  if (x === value || x.data === value) return placement.array?.(lengths, x.dtype, x.data) ?? new NDArray(x.data, lengths, x.dtype)
  const placed = inHeap(lengths, x.dtype, x.data.byteLength)
  placed?.data.set(x.data as never)
  return placed ?? new NDArray(x.data, lengths, x.dtype)
}

function filled(name: string, shape: unknown, value: number | boolean, dtype: DType): unknown {
  const lengths = checkedShape(shape, name)
  const spec: Spec = { name: 'value', dtype, shape: [] }
  if (!types[dtype]) throw TypeError(`${name}: '${dtype}' is not a dtype`)
  const element = value ? convert(value, spec, { name }).data[0] : 0
  const n = sizeOf(lengths)
  const placed = inHeap(lengths, dtype, n * types[dtype].BYTES_PER_ELEMENT)
  const x = placed ?? new NDArray(new types[dtype](n), lengths, dtype)
  if (placed || value) x.data.fill(element)
  return x
}

/** Zeros; `shape` a length or a list of them. float64 by default. */
export function zeros<const S extends NewShape, D extends DType = 'float64'>(shape: S, dtype?: D): ArrayTensor<RankOfShape<S>, D>
export function zeros(shape: NewShape, dtype: DType = 'float64'): unknown {
  return filled('zeros', shape, 0, dtype)
}

/** Ones; as `zeros`. */
export function ones<const S extends NewShape, D extends DType = 'float64'>(shape: S, dtype?: D): ArrayTensor<RankOfShape<S>, D>
export function ones(shape: NewShape, dtype: DType = 'float64'): unknown {
  return filled('ones', shape, dtype === 'bool' ? true : 1, dtype)
}

/** One value everywhere; a boolean gives bool. Throws TypeError where the value is not of the dtype. */
export function full<const S extends NewShape, D extends DType = 'float64'>(shape: S, value: Tensor | boolean, dtype?: D): ArrayTensor<RankOfShape<S>, D>
export function full(shape: NewShape, value: number | boolean, dtype: DType = ownDType(value)): unknown {
  return filled('full', shape, value, dtype)
}

/** 0 … stop-1, or start, start+step … before stop. Integers give int32 unless a dtype is given, others float64. */
export function arange<D extends DType = 'int32'>(stop: Tensor): ArrayTensor<1, D>
export function arange<D extends DType = 'int32'>(start: Tensor, stop: Tensor, step?: Tensor, dtype?: D): ArrayTensor<1, D>
export function arange(first: number, second?: number, step = 1, dtype?: DType): unknown {
  const [start, stop] = second === undefined ? [0, first] : [first, second]
  const n = Math.max(0, Math.ceil((stop - start) / step))
  if (!Number.isFinite(n)) throw RangeError(`arange: no end from ${start} to ${stop} by ${step}`)
  const values = Array.from({ length: n }, (_, i) => start + i * step)
  return ndarray(values, undefined, dtype ?? ([start, stop, step].every(Number.isInteger) ? 'int32' : 'float64'))
}

/** Ones on the k-th diagonal of an n × m (default n) matrix of zeros. */
export function eye<D extends DType = 'float64'>(n: Tensor, m?: Tensor, k?: number, dtype?: D): ArrayTensor<2, D>
export function eye(n: number, m: number = n, k = 0, dtype: DType = 'float64'): unknown {
  const x = zeros([n, m], dtype)
  for (let i = Math.max(0, -k); i < Math.min(n, m - k); i++) x.data[i * m + i + k] = 1
  return x
}
