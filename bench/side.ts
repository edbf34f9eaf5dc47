// bench: what a side (ours, a peer, the limits) offers for a row. A side lives in a process of its own (worker.ts).
import type { Row } from './rows.ts'

/** One way to do a row's work, ready to be called. */
export interface Prepared {
  /** One call; a side whose calls are asynchronous sets `awaited`. */
  readonly run: () => unknown
  readonly awaited?: boolean
  /** What the side computed, as one number to compare with the others'. Limits compute nothing. */
  readonly value?: number
}

/** The row's work by name of its variant; a side with one variant names it ''. */
export type Variants = Readonly<Record<string, Prepared>>

export interface Side {
  /** Throws an Error that says why where the side cannot do the row. */
  readonly prepare: (row: Row) => Variants | Promise<Variants>
  /** Frees what the last `prepare` made. */
  readonly drop?: () => void | Promise<void>
}

/** A module of bench/sides: its default export. */
export type SideFactory = (argument: string) => Promise<Side>

export const only = (run: () => unknown, value: number, awaited = false): Variants => ({ '': { run, value, awaited } })

// biome-ignore lint/suspicious/noExplicitAny: the peers are installed apart, so their types are not here
export const load = (name: string): Promise<any> => import(name)

// biome-ignore lint/suspicious/noExplicitAny: any function of up to three arguments
type Work = (a?: any, b?: any, c?: any) => unknown

/**
 * A call of `f`. V8 compiles `f` by itself then, because this call has seen other functions (below, and in worker.ts): where it inlines a
 * loop over typed arrays into the loop that measures, the same code takes anything from half to six times as long.
 */
export function calling(f: Work, ...operands: readonly unknown[]): () => unknown {
  const [a, b, c] = operands
  if (operands.length === 1) return () => f(a)
  return operands.length === 2 ? () => f(a, b) : () => f(a, b, c)
}

/** Different functions that do nothing. */
export const idle: readonly Work[] = [() => 0, () => 1, () => 2, () => 3]

for (const f of idle) {
  for (const run of [calling(f, 1), calling(f, 1, 2), calling(f, 1, 2, 3)]) for (let i = 0; i < 2000; i++) run()
}
