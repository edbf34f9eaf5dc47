// runtime/special: polynomials.

/** coefficients[0] + coefficients[1]·x + …, by Horner's rule. */
export function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i]
  return value
}

/** sin(πx), exact at multiples of ½: x is reduced before it is multiplied. */
export function sinPi(x: number): number {
  const r = x - 2 * Math.round(x / 2)
  return Math.sin(Math.PI * (r > 0.5 ? 1 - r : r < -0.5 ? -1 - r : r))
}
