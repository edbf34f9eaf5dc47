// graph/ops: what happens besides values: printing and assertions. Their Variables are listed as a graph's effects,
// in program order; nothing else uses them.
import type { StructuralOp } from '../op.ts'
import { apply, type Variable } from '../variable.ts'

const effect = (name: string, law: string): StructuralOp => ({
  kind: 'structural',
  name,
  law,
  infer: () => ({ dtype: 'bool', weak: false, shape: [] }),
  evaluate: () => [1],
  gradient: (inputs) => inputs.map(() => null),
})

/** console.log; `parts` are texts, or null where the next input goes. `id` keeps equal calls apart. */
export const printOp = effect('print', 'values written to the console (Theano: Print)')
export const assertOp = effect('assert', 'an error unless the condition is true (Theano: Assert)')

/** Does a function with these effects print? What it prints to is the user's, and may do anything. */
export const prints = (effects: readonly Variable[]): boolean => effects.some((e) => e.owner!.op === printOp)

export const print = (values: readonly Variable[], parts: readonly (string | null)[], id: number): Variable => apply(printOp, values, { parts, id })
export const assert = (condition: Variable, message: string, id: number): Variable => apply(assertOp, [condition], { message, id })

const nanGuardOp = effect('nanGuard', 'an error where the first operand is NaN, infinite or very large (Theano: NanGuardMode)')

/** Looks at `inputs[0]`, which `what` describes; the others are what it was computed from, as `operands` name them. */
export const nanGuard = (inputs: readonly Variable[], what: string, operands: readonly string[]): Variable => apply(nanGuardOp, inputs, { what, operands })
