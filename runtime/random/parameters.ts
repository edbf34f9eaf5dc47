// runtime/random: parameters of distributions as emitted code passes them: one number, or an array of one number an element.

/** Where real draws go: float32 ones take fewer bits each. */
export type Floats = Float64Array | Float32Array
export type Numbers = number | Float64Array

/** A parameter; `step` is 0 for one number. */
export interface Parameter {
  readonly data: Float64Array
  readonly at: number
  readonly step: number
}

/** Element i. */
export const elementOf = ({ data, at, step }: Parameter, i: number): number => data[at + i * step]

/** The parameter for `n` elements. Throws RangeError, naming it, where an element does not satisfy `holds`. */
export function parameter(x: Numbers, at: number, n: number, label: string, name: string, expected: string, holds: (x: number) => boolean): Parameter {
  const p: Parameter = typeof x === 'number' ? { data: Float64Array.of(x), at: 0, step: 0 } : { data: x, at, step: 1 }
  for (let i = 0; i < (p.step ? n : 1); i++) if (!holds(elementOf(p, i))) throw RangeError(`${label}: ${name} is ${elementOf(p, i)}; it must be ${expected}`)
  return p
}

export const anything = (): boolean => true
/** NaN is let through: it makes NaN. */
export const notNegative = (x: number): boolean => !(x < 0)
export const isProbability = (x: number): boolean => x >= 0 && x <= 1
