// graph: arithmetic on lengths. Known numbers are computed at once, anything else becomes ordinary scalar Applies.
import { add, ceil, div, maximum, minimum, mul, sub } from './ops/arithmetic.ts'
import { constant, type Dim, type Variable } from './variable.ts'

/** A length as a Variable, for use as an op's input. */
export const dimVariable = (d: Dim): Variable => (typeof d === 'number' ? constant(d) : d)
/** A Variable as a length: a number when it is a constant. */
export const variableDim = (v: Variable): Dim => (v.value !== null ? v.value[0] : v)

const fold =
  (number: (a: number, b: number) => number, build: (a: Variable, b: Variable) => Variable, unit?: number) =>
  (a: Dim, b: Dim): Dim => {
    if (typeof a === 'number' && typeof b === 'number') return number(a, b)
    if (b === unit) return a
    return build(dimVariable(a), dimVariable(b))
  }

export const dimAdd = fold((a, b) => a + b, add, 0)
export const dimSub = fold((a, b) => a - b, sub, 0)
export const dimMul = (a: Dim, b: Dim): Dim => (a === 1 ? b : b === 1 ? a : fold((x, y) => x * y, mul)(a, b))
/** Exact quotient of lengths, for a reshape's -1. */
export const dimDiv = (a: Dim, b: Dim): Dim => (a === b ? 1 : fold((x, y) => x / y, div, 1)(a, b))
export const dimMin = (a: Dim, b: Dim): Dim => (a === b ? a : fold(Math.min, minimum)(a, b))
export const dimMax = (a: Dim, b: Dim): Dim => (a === b ? a : fold(Math.max, maximum)(a, b))
export const dimCeilDiv = (a: Dim, b: Dim): Dim => {
  const quotient = fold((x, y) => x / y, div, 1)(a, b)
  return typeof quotient === 'number' ? Math.ceil(quotient) : b === 1 ? quotient : ceil(quotient)
}
export const dimProduct = (dims: readonly Dim[]): Dim => dims.reduce(dimMul, 1)
