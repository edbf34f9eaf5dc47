// runtime/random: draws that invert a distribution function: normal and exponential.
import { log } from './exact.ts'
import { anything, type Floats, type Numbers, notNegative, parameter } from './parameters.ts'
import { block, open, type State, unit, words } from './philox.ts'

/**
 * The number that a standard normal variable exceeds with probability ½ - q, for q strictly between -½ and ½, to about 1e-16
 * (Wichura: Algorithm AS 241, PPND16, 1988).
 */
export function normalQuantile(q: number): number {
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (
      (q *
        (((((((r * 2509.0809287301227 + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r + 13731.69376550946) * r + 1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((r * 5226.495278852854 + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r + 5394.196021424751) * r + 687.1870074920579) *
        r +
        42.31333070160091) *
        r +
        1)
    )
  }
  const x = tail(Math.sqrt(-log(0.5 - Math.abs(q))))
  return q < 0 ? -x : x
}

/** The quantile of 1 - e^(-r²). */
function tail(r: number): number {
  if (r <= 5) {
    const s = r - 1.6
    return (
      (((((((s * 0.0007745450142783414 + 0.022723844989269184) * s + 0.2417807251774506) * s + 1.2704582524523684) * s + 3.6478483247632045) * s +
        5.769497221460691) *
        s +
        4.630337846156546) *
        s +
        1.4234371107496835) /
      (((((((s * 1.0507500716444169e-9 + 0.0005475938084995345) * s + 0.015198666563616457) * s + 0.14810397642748008) * s + 0.6897673349851) * s +
        1.6763848301838038) *
        s +
        2.053191626637759) *
        s +
        1)
    )
  }
  const s = r - 5
  return (
    (((((((s * 2.0103343992922881e-7 + 0.000027115555687434876) * s + 0.0012426609473880784) * s + 0.026532189526576124) * s + 0.29656057182850487) * s +
      1.7848265399172913) *
      s +
      5.463784911164114) *
      s +
      6.657904643501103) /
    (((((((s * 2.0442631033899397e-15 + 1.421511758316446e-7) * s + 0.000018463183175100548) * s + 0.0007868691311456133) * s + 0.014875361290850615) * s +
      0.1369298809227358) *
      s +
      0.599832206555888) *
      s +
      1)
  )
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
    out[at + i] = center.data[center.at + i * center.step] + spread.data[spread.at + i * spread.step] * z
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
  const { data, at: first, step } = parameter(scale, scaleAt, n, label, 'scale', '0 or more', notNegative)
  for (let i = 0; i < n; i++) {
    if (i % 2 === 0) block(i >>> 1, 0)
    // Not -log, which would make the smallest number -0.
    out[at + i] = data[first + i * step] * (0 - log(1 - (i & 1 ? unit(words[2], words[3]) : unit(words[0], words[1]))))
  }
  return out[at]
}
