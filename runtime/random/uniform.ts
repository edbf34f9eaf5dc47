// runtime/random: draws that are uniform: of real numbers, of bools, of integers. Element i depends on the stream, the draw and i alone.
// Like all draws they fill `out` from `at` on with `n` elements and return the first.
import { anything, elementOf, type Floats, isProbability, type Numbers, type Parameter, parameter } from './parameters.ts'
import { block, mulHigh, open, type State, unit, words } from './philox.ts'

/**
 * low + (high - low)·u, u in [0, 1): multiples of 2⁻⁵³, or 2⁻²⁴ where `out` is float32. As in NumPy, rounding may give `high` itself.
 */
export function drawUniform(
  out: Floats,
  at: number,
  n: number,
  state: State,
  stateAt: number,
  low: Numbers,
  lowAt: number,
  high: Numbers,
  highAt: number,
  label: string,
): number {
  open(state, stateAt)
  const from = parameter(low, lowAt, n, label, 'low', '', anything)
  const to = parameter(high, highAt, n, label, 'high', '', anything)
  const put = (i: number, u: number): void => {
    const start = elementOf(from, i)
    out[at + i] = start + (elementOf(to, i) - start) * u
  }
  if (out instanceof Float32Array) {
    for (let i = 0; i < n; i++) {
      if (i % 4 === 0) block(i >>> 2, 0)
      put(i, (words[i & 3] >>> 8) / 16777216)
    }
  } else {
    for (let i = 0; i < n; i++) {
      if (i % 2 === 0) block(i >>> 1, 0)
      put(i, i & 1 ? unit(words[2], words[3]) : unit(words[0], words[1]))
    }
  }
  return out[at]
}

/**
 * 1 with probability p, else 0. Eight bits decide at once unless they tie with p's first eight; then 53 more are drawn, so that p is
 * exact to its last place. Throws RangeError for p outside [0, 1].
 */
export function drawBernoulli(
  out: { [i: number]: number },
  at: number,
  n: number,
  state: State,
  stateAt: number,
  p: Numbers,
  pAt: number,
  label: string,
): number {
  open(state, stateAt)
  const { data, at: first, step } = parameter(p, pAt, n, label, 'p', 'between 0 and 1', isProbability)
  let [a, b, c, d, word] = [0, 0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    const j = i & 15
    if (j === 0) {
      block(i >>> 4, 0)
      a = words[0]
      b = words[1]
      c = words[2]
      d = words[3]
    }
    word = j & 3 ? word >>> 8 : j < 8 ? (j ? b : a) : j === 8 ? c : d
    const byte = word & 255
    const scaled = data[first + i * step] * 256
    const whole = scaled | 0
    // The sign of the difference: no branch to guess.
    out[at + i] = byte === whole ? tied(i, scaled - whole) : (byte - whole) >>> 31
  }
  return out[at]
}

function tied(i: number, rest: number): number {
  block(i, 1)
  return unit(words[0], words[1]) < rest ? 1 : 0
}

/**
 * An integer of [0, range), range an integer from 1 to 2³², from `word`, or where that would favour some from further blocks of index
 * i (Lemire: Fast random integer generation in an interval, 2019).
 */
function below(range: number, word: number, i: number): number {
  if (range === 4294967296) return word >>> 0
  let low = Math.imul(word, range) >>> 0
  if (low < range) {
    const threshold = (4294967296 - range) % range
    for (let attempt = 1; low < threshold; attempt++) {
      block(i, attempt)
      word = words[0]
      low = Math.imul(word, range) >>> 0
    }
  }
  return mulHigh(word, range) >>> 0
}

/** Calls `use` with each i below n and an integer of [0, range(i)); four of them share a block. */
export function eachBelow(n: number, range: (i: number) => number, use: (i: number, x: number) => void): void {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    const j = i & 3
    if (j === 0) {
      block(i >>> 2, 0)
      a = words[0]
      b = words[1]
      c = words[2]
      d = words[3]
    }
    use(i, below(range(i), j < 2 ? (j ? b : a) : j === 2 ? c : d, i))
  }
}

/** Integers from low to high - 1. Throws RangeError where there is none, and for bounds that no 32-bit integer has. */
export function drawIntegers(
  out: Int32Array,
  at: number,
  n: number,
  state: State,
  stateAt: number,
  low: Numbers,
  lowAt: number,
  high: Numbers,
  highAt: number,
  label: string,
): number {
  open(state, stateAt)
  const from = parameter(low, lowAt, n, label, 'low', 'an integer of 32 bits', isInteger)
  const to = parameter(high, highAt, n, label, 'high', 'an integer of 32 bits, or 2147483648', (x) => x === 2147483648 || isInteger(x))
  checkBounds(from, to, n, label)
  eachBelow(
    n,
    (i) => elementOf(to, i) - elementOf(from, i),
    (i, x) => {
      out[at + i] = elementOf(from, i) + x
    },
  )
  return out[at]
}

const isInteger = (x: number): boolean => (x | 0) === x

function checkBounds(from: Parameter, to: Parameter, n: number, label: string): void {
  for (let i = 0; i < (from.step || to.step ? n : 1); i++) {
    const [low, high] = [elementOf(from, i), elementOf(to, i)]
    if (!(low < high)) throw RangeError(`${label}: no integer is at least ${low} and below ${high}`)
  }
}
