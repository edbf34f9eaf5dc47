// test: what golden.py wrote, and draws of a whole array by the name of a distribution.
import { readFileSync } from 'node:fs'
import * as kernel from '../../runtime/kernel.ts'

interface Continuous {
  readonly op: string
  readonly parameters: readonly number[]
  /** Inner edges of bins of equal probability. */
  readonly edges: readonly number[]
  readonly mean: number
  readonly std: number
}
interface Discrete extends Continuous {
  /** The edges are the last values of bins; the last bin is what is beyond. */
  readonly probabilities: readonly number[]
  readonly critical: number
}
type Point = readonly [x: number, y: number]

export interface Golden {
  readonly philox: readonly { readonly counter: readonly number[]; readonly key: readonly number[]; readonly words: readonly number[] }[]
  /** The significance of all critical values: a correct generator fails a test of a seed chosen at random with this probability. */
  readonly alpha: number
  readonly draws: number
  /** Draws of discrete distributions. */
  readonly counts: number
  readonly ks: number
  readonly chiSquare: Readonly<Record<string, number>>
  readonly normal: number
  readonly continuous: readonly Continuous[]
  readonly discrete: readonly Discrete[]
  readonly log: readonly Point[]
  readonly exp: readonly Point[]
  readonly log1p: readonly Point[]
  readonly normalQuantile: readonly Point[]
  readonly stirlingRest: readonly Point[]
}

export const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden

type Out = Float64Array | Float32Array | Int32Array | Uint8Array
const fills: Readonly<Record<string, (...args: never[]) => number>> = {
  uniform: kernel.drawUniform,
  normal: kernel.drawNormal,
  exponential: kernel.drawExponential,
  gamma: kernel.drawGamma,
  beta: kernel.drawBeta,
  poisson: kernel.drawPoisson,
  binomial: kernel.drawBinomial,
  integers: kernel.drawIntegers,
  bernoulli: kernel.drawBernoulli,
}

/** Fills an array; each parameter is a number, or one number an element. */
export function drawn<T extends Out>(op: string, out: T, state: readonly number[], parameters: readonly (number | Float64Array)[]): T {
  const fill = fills[op] as (...args: unknown[]) => number
  fill(out, 0, out.length, state, 0, ...parameters.flatMap((p) => [p, 0]), op)
  return out
}

/** How far counts are from what probabilities expect. */
export function chiSquare(counts: readonly number[], probabilities: (i: number) => number): number {
  const n = counts.reduce((a, b) => a + b, 0)
  return counts.reduce((sum, count, i) => sum + (count - n * probabilities(i)) ** 2 / (n * probabilities(i)), 0)
}

/** The bin of x: how many edges lie below it. */
export function binOf(edges: readonly number[], x: number): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle] < x) low = middle + 1
    else high = middle
  }
  return low
}
