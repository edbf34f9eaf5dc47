// test: programs over shared variables, compiled and run.
import { NDArray } from '../../runtime/kernel.ts'
import type { State } from '../../src/graph/functionGraph.ts'
import type { Value } from '../../src/graph/op.ts'
import type { Linker, TracedFunction } from '../../src/graph/tracedFunction.ts'
import type { Variable } from '../../src/graph/variable.ts'
import * as golden from '../golden/run.ts'

export { asArgument as argument, testBoth } from '../golden/run.ts'

export interface Program {
  readonly inputs: readonly Variable[]
  readonly outputs: readonly Variable[]
  readonly updates?: readonly (readonly [Variable, Variable])[]
  readonly shared?: readonly Variable[]
  readonly effects?: readonly Variable[]
  readonly states?: readonly State[]
}

/** The traced function that analysis would hand over for these outputs, returned as a list. */
export const traced = ({ updates = [], shared = [], ...parts }: Program, linker: Linker = 'js'): TracedFunction =>
  golden.traced(
    {
      ...parts,
      updates: updates.map(([target, value]) => ({ target, value })),
      captures: shared.map((v) => ({ ...golden.specOf(v), kind: 'shared' })),
    },
    linker,
  )

/** The compiled function; `containers` are the shared variables, in order. */
// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
export const link = (program: Program, containers: readonly unknown[] = [], linker: Linker = 'js'): ((...args: any[]) => unknown) =>
  golden.link(traced(program, linker), containers)

/** Runs a program once. */
export const run = (program: Program, args: readonly Value[], linker: Linker = 'js'): readonly unknown[] =>
  link(program, [], linker)(...args.map(golden.asArgument)) as unknown[]

/** What a function returned, as a reference value; numbers count as float64. */
export const asValue = (result: unknown): Value =>
  golden.asValue(result, result instanceof NDArray ? result.dtype : typeof result === 'boolean' ? 'bool' : 'float64')
