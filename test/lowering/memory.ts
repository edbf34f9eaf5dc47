// test: functions whose arguments and results may share memory, and questions about who shares memory with whom.
import { HeapArray, NDArray } from '../../runtime/kernel.ts'
import type { Linker, TracedFunction } from '../../src/graph/tracedFunction.ts'
import { input, type Variable } from '../../src/graph/variable.ts'
import { link } from '../golden/run.ts'
import { type Program, traced as tracedWith } from './compiled.ts'

export interface Flags {
  /** Numbers of arguments. */
  readonly mutable?: readonly number[]
  readonly borrow?: readonly number[]
  /** Of results. */
  readonly lent?: boolean
}

export const leaf = (index: number, name: string, rank: number): Variable => input('float64', Array(rank).fill(null), { kind: 'parameter', index }, name)
export const container = (capture: number, name: string, rank: number): Variable => input('float64', Array(rank).fill(null), { kind: 'shared', capture }, name)

const withFlags = (fn: TracedFunction, { mutable = [], borrow = [], lent = false }: Flags): TracedFunction => ({
  ...fn,
  parameters: fn.parameters.map((p, i) => ({ ...p, mutable: mutable.includes(i), borrow: mutable.includes(i) || borrow.includes(i) })),
  borrow: lent,
})

/** The compiled function of a program whose arguments and results have these flags. */
// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
export const linkWith = (program: Program, flags: Flags, linker: Linker, containers: readonly unknown[] = []): ((...args: any[]) => any) =>
  link(withFlags(tracedWith(program, linker), flags), containers)

export const vector = (...values: number[]): NDArray => new NDArray(Float64Array.from(values), [values.length], 'float64')
export const matrix = (...rows: number[][]): NDArray => new NDArray(Float64Array.from(rows.flat()), [rows.length, rows[0].length], 'float64')
export const valuesOf = (x: NDArray): number[] => [...x.data]

/** What holds an array's memory. */
export const memoryOf = (x: NDArray): unknown => (x instanceof HeapArray ? x.root : x.data.buffer)

/** Do two arrays have a byte in common? */
export function overlap({ data: a }: NDArray, { data: b }: NDArray): boolean {
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
}
