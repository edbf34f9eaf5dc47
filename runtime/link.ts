// runtime: makes the callable: gives the function its name, its description and its containers. A call costs nothing extra.
import { matches, mismatch, type Self, type Spec } from './convert.ts'

export type Outputs = null | Spec | readonly Outputs[] | { readonly [key: string]: Outputs }

export interface Signature {
  readonly name: string
  readonly inputs: readonly Spec[]
  /** How the result is arranged; null: nothing. */
  readonly outputs: Outputs
  readonly captures: readonly Spec[]
}

/** What emitted code passes to the checks: the signature, and the switch that turns them off. */
export interface Linked extends Signature, Self {}

/** The values of a tree in order, with their ranks. */
const describe = (tree: Outputs): (Spec & { readonly rank: number })[] =>
  (tree && (typeof (tree as Spec).dtype === 'string' ? [{ ...(tree as Spec), rank: (tree as Spec).shape.length }] : Object.values(tree).flatMap(describe))) ||
  []

// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
type Callable = (...args: any[]) => any

/**
 * The function that `make` returns, with `name`, `inputs`, `outputs`, `shared`, `named` and `trustInput`. `make` gets the
 * record that the checks take, and the captures. Throws TypeError for a capture that is not the shared variable it was at build.
 */
export function link(signature: Signature, make: (self: Linked, ...captures: never[]) => Callable, ...captures: unknown[]): Callable {
  const { name, inputs, captures: specs } = signature
  const self: Linked = {
    ...signature,
    get trustInput() {
      return f.trustInput
    },
  }
  const shared = (captures as ({ array?: unknown } | null)[]).filter(
    (c, i) => specs[i].kind === 'shared' && (matches(c?.array, specs[i]) || mismatch(c?.array ?? c, specs[i], self)),
  )
  const f: Callable & { trustInput?: boolean } = Object.assign(make(self, ...(captures as never[])), {
    inputs: describe(inputs),
    outputs: describe(signature.outputs),
    shared,
    trustInput: false,
    named: (record: Readonly<Record<string, unknown>>): unknown => {
      const unknown = Object.keys(record).filter((key) => !inputs.some((spec) => spec.name === key))
      if (unknown[0]) throw TypeError(`${name}: no parameter ${unknown}`)
      return f(...inputs.map((spec) => record[spec.name]))
    },
  })
  return Object.defineProperty(f, 'name', { value: name })
}
