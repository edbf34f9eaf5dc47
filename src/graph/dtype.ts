// graph: element types and NumPy's promotion between them, with weak (literal-like) operands.

export type DType = 'float64' | 'float32' | 'int32' | 'uint32' | 'int16' | 'uint16' | 'int8' | 'uint8' | 'bool'

export interface DTypeFacts {
  readonly kind: 'float' | 'int' | 'uint' | 'bool'
  readonly bytes: number
  /** Name of the typed array that stores it. */
  readonly array: string
}

export const dtypes: Readonly<Record<DType, DTypeFacts>> = {
  float64: { kind: 'float', bytes: 8, array: 'Float64Array' },
  float32: { kind: 'float', bytes: 4, array: 'Float32Array' },
  int32: { kind: 'int', bytes: 4, array: 'Int32Array' },
  uint32: { kind: 'uint', bytes: 4, array: 'Uint32Array' },
  int16: { kind: 'int', bytes: 2, array: 'Int16Array' },
  uint16: { kind: 'uint', bytes: 2, array: 'Uint16Array' },
  int8: { kind: 'int', bytes: 1, array: 'Int8Array' },
  uint8: { kind: 'uint', bytes: 1, array: 'Uint8Array' },
  bool: { kind: 'bool', bytes: 1, array: 'Uint8Array' },
}

export const isDType = (name: string): name is DType => Object.hasOwn(dtypes, name)
export const isFloat = (d: DType): boolean => dtypes[d].kind === 'float'
/** Integer or bool: no gradient, exact arithmetic. */
export const isDiscrete = (d: DType): boolean => dtypes[d].kind !== 'float'

/** What promotion looks at: an element type, weak when it came from a literal or a plain `number`. */
export interface ElementType {
  readonly dtype: DType
  readonly weak: boolean
}

/**
 * NumPy's promotion of two array dtypes. NumPy's int64, which has no typed array of numbers, becomes float64
 * (int32 with uint32): every value of both is exact there.
 */
export function promoteDTypes(a: DType, b: DType): DType {
  if (a === b) return a
  const [x, y] = [dtypes[a], dtypes[b]]
  if (x.kind === 'bool') return b
  if (y.kind === 'bool') return a
  if (x.kind === 'float' || y.kind === 'float') return promoteFloat(a, b)
  if (x.kind === y.kind) return x.bytes >= y.bytes ? a : b
  const [signed, unsigned] = x.kind === 'int' ? [a, b] : [b, a]
  if (dtypes[signed].bytes > dtypes[unsigned].bytes) return signed
  return ({ 1: 'int16', 2: 'int32', 4: 'float64' } as const)[dtypes[unsigned].bytes as 1 | 2 | 4]
}

function promoteFloat(a: DType, b: DType): DType {
  const narrow = (d: DType) => d === 'float32' || (dtypes[d].kind !== 'float' && dtypes[d].bytes <= 2)
  return narrow(a) && narrow(b) ? 'float32' : 'float64'
}

/**
 * Promotion of operands (NEP 50): weak operands do not widen strong ones of their kind; a weak float makes integers
 * float64. All weak: the result is weak, an integer only if every operand is.
 */
export function promote(types: readonly ElementType[]): ElementType {
  const strong = types.filter((t) => !t.weak)
  const weakFloat = types.some((t) => t.weak && t.dtype === 'float64')
  if (strong.length === 0) return { dtype: weakFloat ? 'float64' : 'int32', weak: true }
  const dtype = strong.map((t) => t.dtype).reduce(promoteDTypes)
  if (strong.length === types.length || isFloat(dtype)) return { dtype, weak: false }
  if (weakFloat) return { dtype: 'float64', weak: false }
  return { dtype: dtype === 'bool' ? 'int32' : dtype, weak: false }
}

/** Theano's upgrade_to_float: result of exp, sqrt, sin … : small integers to float32, int32/uint32 to float64. */
export function toFloat(t: ElementType): ElementType {
  if (isFloat(t.dtype)) return t
  return { dtype: !t.weak && dtypes[t.dtype].bytes <= 2 ? 'float32' : 'float64', weak: t.weak }
}

/** Result dtype of sum and prod: NumPy widens integers to its largest; here that is 32 bits of the same signedness. */
export function accumulatorDType(d: DType): DType {
  const { kind } = dtypes[d]
  return kind === 'float' ? d : kind === 'uint' ? 'uint32' : 'int32'
}

/** Smallest and largest value; infinities for floats. */
export function rangeOf(d: DType): readonly [number, number] {
  const { kind, bytes } = dtypes[d]
  if (kind === 'float') return [-Infinity, Infinity]
  if (kind === 'bool') return [0, 1]
  return kind === 'uint' ? [0, 2 ** (8 * bytes) - 1] : [-(2 ** (8 * bytes - 1)), 2 ** (8 * bytes - 1) - 1]
}

/** The value as the typed array of `dtype` would store it. */
export function storeAs(dtype: DType, value: number): number {
  switch (dtype) {
    case 'float64':
      return value
    case 'float32':
      return Math.fround(value)
    case 'int32':
      return value | 0
    case 'uint32':
      return value >>> 0
    case 'int16':
      return (value << 16) >> 16
    case 'uint16':
      return value & 0xffff
    case 'int8':
      return (value << 24) >> 24
    case 'uint8':
      return value & 0xff
    case 'bool':
      return value !== 0 ? 1 : 0
  }
}
