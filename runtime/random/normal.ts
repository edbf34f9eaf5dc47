// runtime/random: draws that invert a distribution function: normal and exponential.
import { log } from './exact.ts'
import { anything, elementOf, type Floats, type Numbers, notNegative, parameter } from './parameters.ts'
import { block, open, type State, unit, words } from './philox.ts'

type Polynomial = readonly [number, number, number, number, number, number, number, number]
interface Quotient {
  readonly above: Polynomial
  /** The first is 1. */
  readonly below: Polynomial
}

/** The coefficients of Wichura's Algorithm AS 241, PPND16 (1988): near the middle, in the tails, and far out. */
export const quantileNear: Quotient = {
  above: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  below: [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
}
export const quantileTail: Quotient = {
  above: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184,
    7.745450142783414e-4,
  ],
  below: [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 5.475938084995345e-4, 1.0507500716444169e-9],
}
export const quantileFar: Quotient = {
  above: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5,
    2.0103343992922881e-7,
  ],
  below: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 7.868691311456133e-4, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
}

/** Written out: it is where normal numbers take their time. */
const quotient = (x: number, { above: a, below: b }: Quotient): number =>
  (((((((x * a[7] + a[6]) * x + a[5]) * x + a[4]) * x + a[3]) * x + a[2]) * x + a[1]) * x + a[0]) /
  (((((((x * b[7] + b[6]) * x + b[5]) * x + b[4]) * x + b[3]) * x + b[2]) * x + b[1]) * x + b[0])

/** The number that a standard normal variable exceeds with probability ½ - q, for q strictly between -½ and ½; a few units of 1e-16 of it. */
export function normalQuantile(q: number): number {
  if (Math.abs(q) <= 0.425) return q * quotient(0.180625 - q * q, quantileNear)
  const r = Math.sqrt(-log(0.5 - Math.abs(q)))
  const x = r <= 5 ? quotient(r - 1.6, quantileTail) : quotient(r - 5, quantileFar)
  return q < 0 ? -x : x
}

/** A standard normal number from two words: of 2⁵² equally likely ones, none of them 0. */
export const normalOf = (a: number, b: number): number => normalQuantile(((a >>> 6) * 67108864 + (b >>> 6) + 0.5) * 2.220446049250313e-16 - 0.5)

/**
 * mean + std·z, z standard normal: of 2⁵² values up to ±8.2, or where `out` is float32 of 2³² up to ±6.4. Throws RangeError for std below 0.
 */
export function drawNormal(
  out: Floats,
  at: number,
  n: number,
  state: State,
  stateAt: number,
  mean: Numbers,
  meanAt: number,
  std: Numbers,
  stdAt: number,
  label: string,
): number {
  open(state, stateAt)
  const center = parameter(mean, meanAt, n, label, 'mean', '', anything)
  const spread = parameter(std, stdAt, n, label, 'std', '0 or more', notNegative)
  const put = (i: number, z: number): void => {
    out[at + i] = elementOf(center, i) + elementOf(spread, i) * z
  }
  if (out instanceof Float32Array) {
    for (let i = 0; i < n; i++) {
      if (i % 4 === 0) block(i >>> 2, 0)
      put(i, normalQuantile(((words[i & 3] >>> 0) + 0.5) * 2.3283064365386963e-10 - 0.5))
    }
  } else {
    for (let i = 0; i < n; i++) {
      if (i % 2 === 0) block(i >>> 1, 0)
      put(i, i & 1 ? normalOf(words[2], words[3]) : normalOf(words[0], words[1]))
    }
  }
  return out[at]
}

/** -scale·log(1 - u): mean `scale`. Throws RangeError for a scale below 0. */
export function drawExponential(out: Floats, at: number, n: number, state: State, stateAt: number, scale: Numbers, scaleAt: number, label: string): number {
  open(state, stateAt)
  const mean = parameter(scale, scaleAt, n, label, 'scale', '0 or more', notNegative)
  for (let i = 0; i < n; i++) {
    if (i % 2 === 0) block(i >>> 1, 0)
    // Not -log, which would make the smallest number -0.
    out[at + i] = elementOf(mean, i) * (0 - log(1 - (i & 1 ? unit(words[2], words[3]) : unit(words[0], words[1]))))
  }
  return out[at]
}
