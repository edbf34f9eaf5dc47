// runtime: makes the callable: gives the function its name, its description and its containers. A call costs nothing extra.
import { mismatch, type Self, type Spec } from './convert.ts'
import { NDArray } from './ndarray.ts'
import type { DType } from './types.ts'

export type Outputs = null | Spec | readonly Outputs[] | { readonly [key: string]: Outputs }

export interface Signature {
  readonly name: string
  readonly inputs: readonly Spec[]
  /** How the result is arranged; null: nothing. */
  readonly outputs: Outputs
  readonly captures: readonly Spec[]
}

/** What emitted code passes to the checks: the signature, and the switch that turns them off. */
export interface Linked extends Signature, Self {
  trustInput: boolean
}

interface Described {
  readonly name: string
  readonly dtype: DType
  readonly rank: number
}
const describe = ({ name, dtype, shape }: Spec): Described => ({ name, dtype, rank: shape.length })
const isSpec = (tree: object): tree is Spec => 'dtype' in tree && typeof tree.dtype === 'string'
const leaves = (tree: Outputs): Spec[] => (!tree ? [] : isSpec(tree) ? [tree] : Object.values(tree).flatMap(leaves))

// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
type Callable = (...args: any[]) => any

/**
 * The function that `make` returns, with `name`, `inputs`, `outputs`, `shared`, `named` and `trustInput`. `make` gets the
 * record that the checks take, and the captures. Throws TypeError for a capture that is not the shared variable it was at build.
 */
export function link(signature: Signature, make: (self: Linked, ...captures: never[]) => Callable, ...captures: unknown[]): Callable {
  const self: Linked = { ...signature, trustInput: false }
  const { name, inputs } = self
  const shared = captures.filter((c, i) => {
    const spec = self.captures[i]
    if (spec.kind !== 'shared') return false
    const x = (c as { array?: unknown } | null)?.array
    if (!(x instanceof NDArray) || x.dtype !== spec.dtype || x.rank !== spec.shape.length) mismatch(x ?? c, spec, self)
    return true
  })
  const f = make(self, ...(captures as never[]))
  const named = (record: Readonly<Record<string, unknown>>): unknown => {
    const names = inputs.map((spec) => spec.name)
    const wrong = (what: string, list: string[]) => {
      if (list.length) throw TypeError(`${name}: ${what}: ${list.join(', ')}`)
    }
    wrong('unknown inputs', Object.keys(record).filter((key) => !names.includes(key)))
    wrong('missing inputs', names.filter((key) => !(key in record) && !self.captures.some((c) => c.kind === 'default' && c.name === key)))
    return f(...names.map((key) => record[key]))
  }
  return Object.defineProperties(Object.assign(f, { inputs: inputs.map(describe), outputs: leaves(self.outputs).map(describe), shared, named }), {
    name: { value: name },
    trustInput: { get: () => self.trustInput, set: (on: boolean) => { self.trustInput = on } },
  })
}
