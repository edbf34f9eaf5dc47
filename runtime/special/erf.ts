// runtime/special: the error function, its complement, its scaled complement, their inverses, and gelu. Accurate to a few
// units in the last place everywhere; NaN gives NaN.
import { erfcxFactor, erfFactor } from './coefficients.ts'
import { polynomial } from './polynomial.ts'

/** exp(s·x²) without the error that rounding x² would make: x² as the exact square of a shorter number and a rest. */
function expSquare(x: number, s: number): number {
  const h = Math.fround(x)
  return Math.exp(s * h * h) * Math.exp(s * (x - h) * (x + h))
}

/** 2/√π ∫₀ˣ exp(-t²) dt: a polynomial in x² up to 1 (a Chebyshev fit), 1 - erfc(x) above. */
export function erf(x: number): number {
  const a = Math.abs(x)
  if (a < 1) return x + x * polynomial(erfFactor, x * x)
  if (a > 6) return Math.sign(x)
  return x > 0 ? 1 - erfc(x) : erfc(a) - 1
}

/** 1 - erf(x): exp(-x²)·erfcx(x), which does not cancel, above ½. */
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x)
  return x > 28 ? 0 : expSquare(x, -1) * erfcx(x)
}

/** exp(x²)·erfc(x): Shepherd and Laframboise, Math. Comp. 36 (1981): (1 + 2x)·erfcx(x) is smooth in (x - 4)/(x + 4). */
export function erfcx(x: number): number {
  if (x < 0) return x < -27 ? Infinity : 2 * expSquare(x, 1) - erfcx(-x)
  if (x > 1e8) return 1 / (x * Math.sqrt(Math.PI))
  return polynomial(erfcxFactor, (x - 4) / (x + 4)) / (1 + 2 * x)
}

/** The x with erf(x) = y; ±Infinity at ±1, NaN beyond. */
export function erfinv(y: number): number {
  const a = Math.abs(y)
  if (a > 0.5) return Math.sign(y) * tail(1 - a)
  let x = (y * Math.sqrt(Math.PI)) / 2
  for (let i = 0; i < 3; i++) x = halley(x, (((erf(x) - y) * Math.sqrt(Math.PI)) / 2) * Math.exp(x * x))
  return x
}

/** The x with erfc(x) = y; Infinity at 0, -Infinity at 2, NaN outside. */
export function erfcinv(y: number): number {
  if (y > 0.5 && y < 1.5) return erfinv(1 - y)
  return y < 1 ? tail(y) : -tail(2 - y)
}

/** The x ≥ 0 with erfc(x) = q ≤ ½: S. Winitzki's approximation of 2008, refined. */
function tail(q: number): number {
  if (!(q > 0)) return q === 0 ? Infinity : NaN
  const l = Math.log(q)
  const a = 2 / (0.147 * Math.PI) + (l + Math.log(2 - q)) / 2
  let x = Math.sqrt(Math.sqrt(a * a - (l + Math.log(2 - q)) / 0.147) - a)
  for (let i = 0; i < 4; i++) x = halley(x, (Math.sqrt(Math.PI) / 2) * (Math.exp(x * x + l) - erfcx(x)))
  return x
}

/** One step of Halley's method towards a zero of f, where step = f/f' and f''/f' = -2x, as for erf. */
const halley = (x: number, step: number): number => x - step / (1 + x * step)

/** x·Φ(x), the Gaussian error linear unit: x/2·erfc(-x/√2). */
export function gelu(x: number): number {
  const z = -x * Math.SQRT1_2
  if (x > -1) return 0.5 * x * erfc(z)
  return x < -40 ? -0 : 0.5 * x * expSquare(x, -0.5) * erfcx(z)
}
