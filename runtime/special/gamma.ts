// runtime/special: the gamma function, its logarithm, and the derivatives of that. Relative error of a few units in the last
// place, but for the logarithm and psi next to their zeros below 0, where it is absolute. NaN gives NaN.
import { psiFactor, psiRoot, psiRootRest, reciprocalGamma } from './coefficients.ts'
import { polynomial, sinPi } from './polynomial.ts'

/** B₂ₖ / (2k·(2k - 1)): Stirling's series of log Γ(x), in odd powers of 1/x. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400]
/** B₂ₖ */
const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330]

/** log Γ(x) - ((x - ½)·log x - x + ½·log 2π), for x ≥ 10. */
const stirlingRest = (x: number): number => polynomial(stirling, 1 / (x * x)) / x

/** Γ(x): 1/Γ(2 + z) by a Chebyshev fit and the recurrence, Stirling's formula from 12, reflection below -½. */
export function gamma(x: number): number {
  if (x < -0.5) return reflected(x)
  if (x > 172) return Infinity
  if (x > 12 && !(Number.isInteger(x) && x < 24)) return halfGamma(x) * x ** (x / 2 - 0.25)
  let product = 1
  let y = x
  while (y > 2.5) product *= --y
  let divisor = 1
  while (y < 1.5) divisor *= y++
  const z = y - 2
  return product / (divisor * (1 + z * polynomial(reciprocalGamma, z)))
}

/** Γ(x) / x^(x/2 - ¼), for x > 12: the power is taken in halves, each of which stays finite. */
const halfGamma = (x: number): number => x ** (x / 2 - 0.25) * Math.exp(-x) * Math.sqrt(2 * Math.PI) * Math.exp(stirlingRest(x))

/** Γ(x) = -π / (x·sin(πx)·Γ(-x)); NaN at the poles and -Infinity, underflowing to 0 below -184. */
function reflected(x: number): number {
  if (Number.isInteger(x) || x === -Infinity) return NaN
  const scale = -Math.PI / (x * sinPi(x))
  if (x > -12) return scale / gamma(-x)
  return x < -200 ? scale * 0 : scale / halfGamma(-x) / (-x) ** (-x / 2 - 0.25)
}

/** log |Γ(x)|; Infinity at the poles and at ±Infinity. */
export function gammaln(x: number): number {
  if (x === -Infinity || (x <= 0 && Number.isInteger(x))) return Infinity
  if (x < -0.5) return Math.log(Math.PI / Math.abs(x * sinPi(x))) - gammaln(-x)
  if (x < 0.5) return -Math.log(Math.abs(x)) - logReciprocal(x) - Math.log1p(x)
  if (x < 1.5) return -logReciprocal(x - 1) - Math.log1p(x - 1)
  if (x >= 10) return (x - 0.5) * (Math.log(x) - 1) + stirlingRest(x) + (0.5 * Math.log(2 * Math.PI) - 0.5)
  let product = 1
  let y = x
  while (y > 2.5) product *= --y
  return Math.log(product) - logReciprocal(y - 2)
}

/** -log Γ(2 + z), exact near z = 0. */
const logReciprocal = (z: number): number => Math.log1p(z * polynomial(reciprocalGamma, z))

/** ψ(x) = d log Γ(x) / dx: a Chebyshev fit on [1, 2] without its zero, the recurrence, the asymptotic series from 10. */
export function psi(x: number): number {
  if (x === 0) return -1 / x
  if (x < 0) return Number.isInteger(x) || x === -Infinity ? NaN : psi(1 - x) - Math.PI / tanPi(x)
  if (x >= 10) return Math.log(x) - 0.5 / x - asymptotic(x)
  let sum = 0
  let y = x
  while (y > 2) sum += 1 / --y
  while (y < 1) sum -= 1 / y++
  return sum + (y - psiRoot - psiRootRest) * polynomial(psiFactor, y - 1.5)
}

/** Σ B₂ₖ / (2k·x²ᵏ). */
function asymptotic(x: number): number {
  const t = 1 / (x * x)
  let value = 0
  for (let k = bernoulli.length; k > 0; k--) value = (value + bernoulli[k - 1] / (2 * k)) * t
  return value
}

const tanPi = (x: number): number => sinPi(x) / sinPi(x + 0.5)

/**
 * The n-th derivative of ψ, n ≥ 1: Σ n!/(x + k)ⁿ⁺¹, its tail by the asymptotic series (Abramowitz and Stegun 6.4.10 and
 * 6.4.11); below 0 by reflection. Infinity at the poles.
 */
export function polyGamma(n: number, x: number): number {
  const sign = n % 2 === 0 ? -1 : 1
  if (x === -Infinity) return NaN
  if (x <= 0) return Number.isInteger(x) ? Infinity : -sign * polyGamma(n, 1 - x) - Math.PI ** (n + 1) * cotDerivative(n, 1 / tanPi(x))
  let sum = 0
  let y = x
  for (; y < 12 + n; y++) sum += 1 / power(y, n + 1)
  return sign * factorial(n) * (sum + seriesFrom(n, y))
}

/** Σ 1/(x + k)ⁿ⁺¹ for large x: 1/(n·xⁿ) + 1/(2·xⁿ⁺¹) + Σ B₂ₖ·(2k + n - 1)! / ((2k)!·n!·x²ᵏ⁺ⁿ). */
function seriesFrom(n: number, x: number): number {
  const t = 1 / (x * x)
  let factor = 1 / n
  let scale = 1
  let rest = 0
  bernoulli.forEach((b, i) => {
    const k = 2 * (i + 1)
    factor *= i === 0 ? ((n + 1) * n) / 2 : ((k + n - 1) * (k + n - 2)) / (k * (k - 1))
    scale *= t
    rest += b * factor * scale
  })
  return (1 / n + (0.5 / x + rest)) / power(x, n)
}

/** xⁿ for a small n ≥ 1, as products. */
function power(x: number, n: number): number {
  let value = x
  for (let i = 1; i < n; i++) value *= x
  return value
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))

/** The n-th derivative of cot where cot is c: a polynomial in c, from cot' = -(1 + cot²). */
function cotDerivative(n: number, c: number): number {
  let p = [0, 1]
  for (let i = 0; i < n; i++) {
    const slope = p.slice(1).map((a, k) => -a * (k + 1))
    p = Array.from({ length: slope.length + 2 }, (_, k) => (slope[k] ?? 0) + (slope[k - 2] ?? 0))
  }
  return polynomial(p, c)
}
