// runtime/random: Poisson, binomial and multinomial draws. Where the mean is below 10 a distribution function is inverted step by step;
// above, transformed rejection (Hörmann: PTRS, Insurance: Mathematics and Economics 12, 1993; BTRS, J. Stat. Comp. Simul. 46, 1993).
import { exp, log, log1p, stirlingRest } from './exact.ts'
import { elementOf, isProbability, type Numbers, parameter } from './parameters.ts'
import { block, open, type State, unit, words } from './philox.ts'

/** How often u is reached by the sum of probabilities that start at `first` and multiply by next(k); the rest is lost in rounding. */
function inverted(u: number, first: number, next: (k: number) => number): number {
  let [k, probability, total] = [0, first, first]
  while (u >= total) {
    probability *= next(++k)
    const sum = total + probability
    if (sum === total && probability < 1e-17) return k
    total = sum
  }
  return k
}

function poisson(mean: number, index: number): number {
  if (mean < 10) {
    block(index, 0)
    return inverted(unit(words[0], words[1]), exp(-mean), (k) => mean / k)
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const alpha = 1.1239 + 1.1328 / (b - 3.4)
  const quick = 0.9277 - 3.6224 / (b - 2)
  for (let attempt = 0; ; attempt++) {
    block(index, attempt)
    const u = unit(words[0], words[1]) - 0.5
    const v = unit(words[2], words[3])
    const edge = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / edge + b) * u + mean + 0.43)
    if (edge >= 0.07 && v <= quick) return k
    if (k < 0 || (edge < 0.013 && v > edge)) continue
    const logProbability = k * log(mean / (k + 1)) + (k + 1 - mean) - 0.5 * log(2 * Math.PI * (k + 1)) - stirlingRest(k)
    if (log((v * alpha) / (a / (edge * edge) + b)) <= logProbability) return k
  }
}

/** Poisson counts, int32. Throws RangeError for a mean below 0 or above 2·10⁹. */
export function drawPoisson(out: Int32Array, at: number, n: number, state: State, stateAt: number, mean: Numbers, meanAt: number, label: string): number {
  open(state, stateAt)
  const means = parameter(mean, meanAt, n, label, 'lam', 'from 0 to 2e9', (x) => x >= 0 && x <= 2e9)
  for (let i = 0; i < n; i++) out[at + i] = poisson(elementOf(means, i), i)
  return out[at]
}

function binomial(n: number, p: number, index: number): number {
  if (p > 0.5) return n - binomial(n, 1 - p, index)
  const odds = p / (1 - p)
  if (n * p < 10) {
    block(index, 0)
    return Math.min(
      n,
      inverted(unit(words[0], words[1]), exp(n * log1p(-p)), (k) => ((n - k + 1) / k) * odds),
    )
  }
  return rejectedBinomial(n, p, odds, index)
}

function rejectedBinomial(n: number, p: number, odds: number, index: number): number {
  const deviation = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const alpha = (2.83 + 5.1 / b) * deviation
  const quick = 0.92 - 4.2 / b
  const m = Math.floor((n + 1) * p)
  for (let attempt = 0; ; attempt++) {
    block(index, attempt)
    const u = unit(words[0], words[1]) - 0.5
    const v = unit(words[2], words[3])
    const edge = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / edge + b) * u + n * p + 0.5)
    if (edge >= 0.07 && v <= quick) return k
    if (k < 0 || k > n) continue
    // log(P(k) / P(m)) by Stirling's formula
    const logRatio =
      (m + 0.5) * log((m + 1) / (odds * (n - m + 1))) +
      (n + 1) * log((n - m + 1) / (n - k + 1)) +
      (k + 0.5) * log((odds * (n - k + 1)) / (k + 1)) +
      (stirlingRest(m) + stirlingRest(n - m) - stirlingRest(k) - stirlingRest(n - k))
    if (log((v * alpha) / (a / (edge * edge) + b)) <= logRatio) return k
  }
}

const isCount = (x: number): boolean => (x | 0) === x && x >= 0

/** How many of `trials` succeed, each with probability p, int32. Throws RangeError for trials that are no count and p outside [0, 1]. */
export function drawBinomial(
  out: Int32Array,
  at: number,
  n: number,
  state: State,
  stateAt: number,
  trials: Numbers,
  trialsAt: number,
  p: Numbers,
  pAt: number,
  label: string,
): number {
  open(state, stateAt)
  const of = parameter(trials, trialsAt, n, label, 'n', 'an integer of 0 or more', isCount)
  const by = parameter(p, pAt, n, label, 'p', 'between 0 and 1', isProbability)
  for (let i = 0; i < n; i++) out[at + i] = binomial(elementOf(of, i), elementOf(by, i), i)
  return out[at]
}

/**
 * Rows of `kinds` counts that add up to the row's trials, each falling on a kind with its probability; as in NumPy, the last kind has
 * what the others leave. Throws RangeError for trials that are no count, and probabilities that are none or whose sum is above 1 (by more than 1e-5).
 */
export function drawMultinomial(
  out: Int32Array,
  at: number,
  n: number,
  state: State,
  stateAt: number,
  trials: Numbers,
  trialsAt: number,
  p: Float64Array,
  pAt: number,
  kinds: number,
  label: string,
): number {
  open(state, stateAt)
  const rows = kinds ? n / kinds : 0
  const of = parameter(trials, trialsAt, rows, label, 'n', 'an integer of 0 or more', isCount)
  parameter(p, pAt, n, label, 'an element of pvals', 'between 0 and 1', isProbability)
  for (let row = 0; row < rows; row++) {
    const start = row * kinds
    checkSum(p, pAt + start, kinds - 1, label)
    const count = elementOf(of, row)
    if (count === 1) oneOf(out, at + start, p, pAt + start, kinds, start)
    else split(out, at + start, count, p, pAt + start, kinds, start)
  }
  return out[at]
}

function checkSum(p: Float64Array, from: number, count: number, label: string): void {
  let sum = 0
  for (let j = 0; j < count; j++) sum += p[from + j]
  if (sum > 1 + 1e-5) throw RangeError(`${label}: pvals without the last add up to ${sum}; they must be probabilities`)
}

function oneOf(out: Int32Array, at: number, p: Float64Array, from: number, kinds: number, index: number): void {
  block(index, 0)
  const u = unit(words[0], words[1])
  let chosen = 0
  for (let sum = p[from]; chosen < kinds - 1 && u >= sum; sum += p[from + ++chosen]);
  out.fill(0, at, at + kinds)
  out[at + chosen] = 1
}

/** Each kind takes its binomial share of what those before it left. */
function split(out: Int32Array, at: number, count: number, p: Float64Array, from: number, kinds: number, index: number): void {
  let left = count
  let rest = 1
  for (let j = 0; j < kinds; j++) {
    const share = j === kinds - 1 || p[from + j] >= rest ? 1 : p[from + j] / rest
    const taken = left === 0 ? 0 : share === 1 ? left : binomial(left, share, index + j)
    out[at + j] = taken
    left -= taken
    rest -= p[from + j]
  }
}
