// test: how the random tests grow a graph: each step makes a Variable of one in the pool, or is refused by the constructor.
import type { Linker } from '../../src/graph/tracedFunction.ts'
import type { Variable } from '../../src/graph/variable.ts'

export type Step = readonly [choice: number, first: number, second: number]
/** Makes a Variable of `a`, or null where it does not apply; `k` is a random number for its choices. */
export type Maker = (a: Variable, k: number, pool: readonly Variable[]) => Variable | null

/** The k-th Variable from the end of the pool. */
export const other = (pool: readonly Variable[], k: number): Variable => pool[pool.length - 1 - (k % pool.length)]

export const needs =
  (rank: number, make: Maker): Maker =>
  (a, k, pool) =>
    a.rank >= rank ? make(a, k, pool) : null

/** Adds what the steps of the plan make to the pool, up to rank 4 and where `wanted`. */
export function grow(makers: readonly Maker[], pool: Variable[], plan: readonly Step[], wanted: (v: Variable) => boolean = () => true): void {
  for (const [choice, first, second] of plan) {
    try {
      const made = makers[choice % makers.length](other(pool, first), second, pool)
      if (made && made.rank <= 4 && wanted(made)) pool.push(made)
    } catch (error) {
      if (!(error as { code?: string }).code) throw error
    }
  }
}

/** What `f` gives, or the error it throws. */
export function attempt<T>(f: () => T): T | Error {
  try {
    return f()
  } catch (error) {
    return error as Error
  }
}

/** FUZZ_SEED, or one for each linker, so that they meet other graphs. */
export const seedOf = (linker: Linker): number => Number(process.env.FUZZ_SEED ?? (linker === 'js' ? 1 : 2))
