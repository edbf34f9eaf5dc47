// runtime/random: draws of positions: permutations and choices.
import { log } from './exact.ts'
import { block, open, type State, unit, words } from './philox.ts'
import { eachBelow } from './uniform.ts'

/** In rows of `n`: the first `count` of 0 … n-1 in random order (Fisher and Yates), moved to the front; of several rows all. */
function shuffle(out: Int32Array, at: number, n: number, count: number): void {
  for (let i = 0; i < Math.max(n, count); i++) out[at + i] = i % n
  eachBelow(
    count,
    (i) => n - (i % n),
    (i, x) => {
      const j = at + i + x
      const moved = out[j]
      out[j] = out[at + i]
      out[at + i] = moved
    },
  )
}

/** In each row of `length`: 0 … length-1 in random order. */
export function drawPermutation(out: Int32Array, at: number, n: number, state: State, stateAt: number, length: number): number {
  open(state, stateAt)
  shuffle(out, at, length, n)
  return out[at]
}

/** Positions among `length`, each equally likely; without `replace` all different. Throws RangeError where there are not enough. */
export function drawChoice(out: Int32Array, at: number, n: number, state: State, stateAt: number, length: number, replace: boolean, label: string): number {
  open(state, stateAt)
  checkChoice(n, length, replace, label)
  if (replace)
    eachBelow(
      n,
      () => length,
      (i, x) => {
        out[at + i] = x
      },
    )
  else {
    const all = new Int32Array(length)
    shuffle(all, 0, length, n)
    out.set(all.subarray(0, n), at)
  }
  return out[at]
}

function checkChoice(n: number, available: number, replace: boolean, label: string): void {
  if (n > 0 && available < (replace ? 1 : n))
    throw RangeError(`${label}: ${n} of ${available} elements cannot be chosen${replace ? '' : ' without replacement'}`)
}

/**
 * Positions among `length`, position j with probability p[j]; without `replace` one after the other of those that are left. Throws
 * RangeError where there are not enough, and for probabilities that do not add up to 1 (within 1e-5).
 */
export function drawWeighted(
  out: Int32Array,
  at: number,
  n: number,
  state: State,
  stateAt: number,
  p: Float64Array,
  pAt: number,
  length: number,
  replace: boolean,
  label: string,
): number {
  open(state, stateAt)
  const sums = new Float64Array(length)
  let [total, possible] = [0, 0]
  for (let j = 0; j < length; j++) {
    const weight = p[pAt + j]
    if (!(weight >= 0)) throw RangeError(`${label}: an element of p is ${weight}; it must be 0 or more`)
    if (weight > 0) possible++
    sums[j] = total += weight
  }
  checkChoice(n, possible, replace, label)
  if (n > 0 && !(Math.abs(total - 1) <= 1e-5)) throw RangeError(`${label}: the elements of p add up to ${total}; they must add up to 1`)
  if (replace) for (let i = 0; i < n; i++) out[at + i] = found(sums, unitAt(i) * total)
  else smallest(out, at, n, p, pAt, length)
  return out[at]
}

function unitAt(i: number): number {
  block(i, 0)
  return unit(words[0], words[1])
}

/** The first position whose sum is above x. */
function found(sums: Float64Array, x: number): number {
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sums[middle] > x) high = middle
    else low = middle + 1
  }
  return low
}

/** The positions of the smallest of exponential variables of rates p: the order in which one would choose them (Efraimidis, Spirakis, 2006). */
function smallest(out: Int32Array, at: number, n: number, p: Float64Array, pAt: number, length: number): void {
  const times = Float64Array.from({ length }, (_, j) => (p[pAt + j] > 0 ? -log(1 - unitAt(j)) / p[pAt + j] : Infinity))
  const order = Int32Array.from(times.keys()).sort((i, j) => times[i] - times[j] || i - j)
  out.set(order.subarray(0, n), at)
}
