// graph/ops: comparisons, selection, logic on bools, bits of integers, casts.
import { type DType, dtypes, type ElementType, isFloat, promote, storeAs } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import { call, type ElementwiseOp, formula, infix, type JsEmit, prefix, primary, within } from '../op.ts'
import type { Variable } from '../variable.ts'
import { asVariable, boolResult, type Constructor, elementwise, integerOnly, type Operand } from './elementwise.ts'

const comparison = (name: string, operator: string, level: number, value: (a: number, b: number) => boolean) =>
  elementwise(name, 2, { law: `a ${operator} b`, dtype: boolResult, value: (a, b) => Number(value(a, b)), js: infix(operator, level) })

export const lt = comparison('lt', '<', 10, (a, b) => a < b)
export const le = comparison('le', '<=', 10, (a, b) => a <= b)
export const gt = comparison('gt', '>', 10, (a, b) => a > b)
export const ge = comparison('ge', '>=', 10, (a, b) => a >= b)
export const eq = comparison('eq', '===', 9, (a, b) => a === b)
export const neq = comparison('neq', '!==', 9, (a, b) => a !== b)

export const isnan: Constructor<1> = elementwise('isnan', 1, {
  law: 'is x NaN?',
  dtype: boolResult,
  value: (x) => Number(Number.isNaN(x)),
  js: formula((x) => `${x} !== ${x}`),
})
export const isinf: Constructor<1> = elementwise('isinf', 1, {
  law: 'is x infinite?',
  dtype: boolResult,
  value: (x) => Number(Math.abs(x) === Infinity),
  js: formula((x) => `Math.abs(${x}) === Infinity`),
})
/** JavaScript's truth of a number: neither 0 nor NaN. */
export const truthy: Constructor<1> = elementwise('truthy', 1, {
  law: 'neither 0 nor NaN',
  dtype: boolResult,
  value: (x) => Number(x !== 0 && !Number.isNaN(x)),
  js: ([x]) => ({ text: `!!${within(x, 15)}`, level: 15 }),
})

const onBools = (operands: readonly ElementType[]): ElementType => {
  const other = operands.find((t) => t.dtype !== 'bool')
  if (other) throw new GraphError('TH2005', { dtype: other.dtype })
  return boolResult()
}
export const and: Constructor<2> = elementwise('and', 2, { law: 'both true', dtype: onBools, value: (a, b) => a & b, js: infix('&&', 5) })
export const or: Constructor<2> = elementwise('or', 2, { law: 'at least one true', dtype: onBools, value: (a, b) => a | b, js: infix('||', 4) })
export const not: Constructor<1> = elementwise('not', 1, { law: 'not x', dtype: onBools, value: (x) => 1 - x, js: prefix('!') })

/** Selection; the condition is true where it is not 0 (Theano's switch). Both sides are computed. */
export const where: Constructor<3> = elementwise('where', 3, {
  law: 'a where the condition holds, b elsewhere',
  onIntegers: 'chooses',
  dtype: ([, a, b]) => promote([a, b]),
  value: (c, a, b) => (c !== 0 ? a : b),
  js: ([c, a, b]) => ({ text: `${within(c, 4)} ? ${within(a, 3)} : ${within(b, 3)}`, level: 3 }),
  gradient: ([c], _, g) => ['zero', where(c, g, 0), where(c, 0, g)],
})

const bits = (name: string, operator: string, level: number, value: (a: number, b: number) => number) =>
  elementwise(name, 2, { law: `a ${operator} b on 32-bit integers`, dtype: integerOnly(operator), onIntegers: 'wraps', value, js: infix(operator, level) })

export const bitAnd = bits('bitAnd', '&', 8, (a, b) => a & b)
export const bitOr = bits('bitOr', '|', 6, (a, b) => a | b)
export const bitXor = bits('bitXor', '^', 7, (a, b) => a ^ b)
export const shiftLeft = bits('shiftLeft', '<<', 11, (a, b) => a << b)
export const shiftRight = bits('shiftRight', '>>', 11, (a, b) => a >> b)
export const shiftRightUnsigned: Constructor<2> = elementwise('shiftRightUnsigned', 2, {
  law: 'a >>> b on 32-bit integers',
  dtype: (operands) => (integerOnly('>>>')(operands).weak ? { dtype: 'int32', weak: true } : { dtype: 'uint32', weak: false }),
  value: (a, b) => a >>> b,
  js: infix('>>>', 11),
})
const bitNotInteger: Constructor<1> = elementwise('bitNot', 1, {
  law: '~x on 32-bit integers',
  dtype: integerOnly('~'),
  onIntegers: 'wraps',
  value: (x) => ~x,
  js: prefix('~'),
})

/** ~x of integers; not x of bools (NumPy's invert). */
export const bitNot = (x: Operand): Variable => (asVariable(x).dtype === 'bool' ? not(x) : bitNotInteger(x))

/** Text that rounds a JavaScript number to what an array of `dtype` would hold. */
function storedAs(dtype: DType): JsEmit {
  const or0 = ([x]: readonly { text: string; level: number }[], text: string, level: number) => ({ text: `${within(x, level + 1)} ${text}`, level })
  switch (dtype) {
    case 'float64':
      return ([x]) => x
    case 'float32':
      return call('Math.fround')
    case 'int32':
      return (x) => or0(x, '| 0', 6)
    case 'uint32':
      return (x) => or0(x, '>>> 0', 11)
    case 'int16':
      return ([x]) => ({ text: `${within(x, 11)} << 16 >> 16`, level: 11 })
    case 'uint16':
      return (x) => or0(x, '& 65535', 8)
    case 'int8':
      return ([x]) => ({ text: `${within(x, 11)} << 24 >> 24`, level: 11 })
    case 'uint8':
      return (x) => or0(x, '& 255', 8)
    case 'bool':
      return ([x]) => primary(`(${within(x, 9)} !== 0)`)
  }
}

/** One op per target dtype: the value as an array of that dtype would store it. */
const casts = Object.fromEntries(
  (Object.keys(dtypes) as DType[]).map((dtype) => [
    dtype,
    elementwise(`cast_${dtype}`, 1, {
      law: `x as ${dtype}`,
      dtype: () => ({ dtype, weak: false }),
      value: (x) => storeAs(dtype, x),
      js: storedAs(dtype),
      gradient: ([x], _, g) => [isFloat(dtype) && isFloat(x.dtype) && !x.weak ? cast(g, x.dtype) : g],
    }),
  ]),
) as unknown as Record<DType, Constructor<1>>

/** The op that rounds to a dtype, for emitted code. */
export const castOps = Object.fromEntries(Object.entries(casts).map(([dtype, make]) => [dtype, make.op])) as Record<DType, ElementwiseOp>

/** `cast(x, dtype)`; x itself when it already is that. */
export function cast(x: Operand, dtype: DType): Variable {
  const v = asVariable(x)
  return v.dtype === dtype && !v.weak ? v : casts[dtype](v)
}

/** x as a plain number: its value, adopting the dtype of what it meets. The gradient of a plain number is one. */
export const asNumber: Constructor<1> = elementwise('asNumber', 1, {
  law: 'x as a plain number',
  dtype: () => ({ dtype: 'float64', weak: true }),
  value: (x) => x,
  js: ([x]) => x,
  gradient: (_, __, g) => [g],
})
