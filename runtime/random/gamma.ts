// runtime/random: gamma and beta draws (Marsaglia, Tsang: A simple method for generating gamma variables, 2000).
import { exp, log } from './exact.ts'
import { normalOf } from './normal.ts'
import { elementOf, type Floats, type Numbers, notNegative, parameter } from './parameters.ts'
import { block, open, type State, unit, words } from './philox.ts'

/** The attempt whose words raise a gamma variable of shape k + 1 to one of shape k; rejection never gets there. */
const BOOST = -1

/** A gamma variable of shape k ≥ 1: v·d, where one candidate a block is accepted with a probability above 0.95. */
function standardGamma(k: number, index: number): number {
  const d = k - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (let attempt = 0; ; attempt++) {
    block(index, attempt)
    const x = normalOf(words[0], words[1])
    const root = 1 + c * x
    if (root <= 0) continue
    const v = root * root * root
    const u = unit(words[2], words[3])
    const square = x * x
    if (u < 1 - 0.0331 * square * square || log(u) < 0.5 * square + d * (1 - v + log(v))) return d * v
  }
}

/** The logarithm of a gamma variable of shape k in (0, 1): those of small shapes are below any number. */
function logSmallGamma(k: number, index: number): number {
  const g = log(standardGamma(k + 1, index))
  block(index, BOOST)
  return g + log(1 - unit(words[0], words[1])) / k
}

const gammaOf = (k: number, index: number): number => (k >= 1 ? standardGamma(k, index) : k === 0 ? 0 : exp(logSmallGamma(k, index)))

/** Gamma variables of shape k, times `scale`; the mean is k·scale. Throws RangeError for k or scale below 0. */
export function drawGamma(
  out: Floats,
  at: number,
  n: number,
  state: State,
  stateAt: number,
  k: Numbers,
  kAt: number,
  scale: Numbers,
  scaleAt: number,
  label: string,
): number {
  open(state, stateAt)
  const shape = parameter(k, kAt, n, label, 'k', '0 or more, and finite', (x) => x >= 0 && x < Infinity)
  const size = parameter(scale, scaleAt, n, label, 'scale', '0 or more', notNegative)
  for (let i = 0; i < n; i++) out[at + i] = elementOf(size, i) * gammaOf(elementOf(shape, i), i)
  return out[at]
}

/** X / (X + Y) of gamma variables of shapes a and b. Throws RangeError unless both are above 0. */
export function drawBeta(
  out: Floats,
  at: number,
  n: number,
  state: State,
  stateAt: number,
  a: Numbers,
  aAt: number,
  b: Numbers,
  bAt: number,
  label: string,
): number {
  open(state, stateAt)
  const isShape = (x: number): boolean => x > 0 && x < Infinity
  const left = parameter(a, aAt, n, label, 'a', 'above 0, and finite', isShape)
  const right = parameter(b, bAt, n, label, 'b', 'above 0, and finite', isShape)
  for (let i = 0; i < n; i++) {
    const [j, k] = [elementOf(left, i), elementOf(right, i)]
    if (j < 1 && k < 1) out[at + i] = 1 / (1 + exp(logSmallGamma(k, 2 * i + 1) - logSmallGamma(j, 2 * i)))
    else {
      const x = gammaOf(j, 2 * i)
      out[at + i] = x / (x + gammaOf(k, 2 * i + 1))
    }
  }
  return out[at]
}
