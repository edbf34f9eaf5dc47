// bench: paired, interleaved timing in one process, so that a noisy machine disturbs both sides alike.
import { threadTime } from './clock.ts'

export interface Pair {
  /** Median seconds a call. */
  readonly baseline: number
  readonly ours: number
  /** Median over rounds of ours / baseline within the round. */
  readonly ratio: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export const lowerQuartile = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 2]

/** Seconds of this thread a call, over `calls` calls. */
function time(run: () => unknown, calls: number): number {
  const begin = threadTime()
  for (let i = 0; i < calls; i++) run()
  return (threadTime() - begin) / calls
}

/** Calls that take about `seconds`, found after the engine has had time to optimize `run`. */
function calibrate(run: () => unknown, seconds: number): number {
  time(run, 3)
  const warm = Math.max(1, Math.round(0.3 / time(run, 3)))
  time(run, Math.min(warm, 200000))
  return Math.max(1, Math.round(seconds / time(run, Math.min(warm, 1000))))
}

/**
 * `rounds` rounds of about 4 × `seconds`, each in the order A B B A and the next B A A B: drift, and the garbage that one
 * side leaves to the other, cancel within a round.
 */
export function measurePair(baseline: () => unknown, ours: () => unknown, { rounds = 41, seconds = 0.01 } = {}): Pair {
  const calls = Math.max(1, Math.round((calibrate(baseline, seconds) + calibrate(ours, seconds)) / 2))
  const results = Array.from({ length: rounds }, (_, round) => {
    const order = round % 2 === 0 ? [0, 1, 1, 0] : [1, 0, 0, 1]
    const total = [0, 0]
    for (const side of order) total[side] += time(side === 0 ? baseline : ours, calls) / 2
    return total
  })
  return {
    baseline: median(results.map(([a]) => a)),
    ours: median(results.map(([, b]) => b)),
    ratio: median(results.map(([a, b]) => b / a)),
  }
}

/** Seconds in a unit that reads well. */
export function duration(seconds: number): string {
  const [unit, scale] = seconds < 1e-6 ? ['ns', 1e9] : seconds < 1e-3 ? ['µs', 1e6] : seconds < 1 ? ['ms', 1e3] : ['s', 1]
  return `${(seconds * scale).toPrecision(3)} ${unit}`
}

export const gigabytes = (bytes: number, seconds: number): string => `${(bytes / seconds / 1e9).toFixed(1)} GB/s`
export const gigaflops = (flops: number, seconds: number): string => `${(flops / seconds / 1e9).toFixed(1)} GFLOP/s`
