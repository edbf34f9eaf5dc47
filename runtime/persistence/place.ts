// runtime/persistence: what `save` and `load` use of a container: a shared variable, or what an input is between calls.
import type { Spec } from '../convert.ts'
import type { NDArray } from '../ndarray.ts'
import { Shared } from '../shared.ts'

/** Key under which `f.container(name)` has its Place: programs that name no containers carry nothing of them. */
export const place = Symbol('place')

export interface Place {
  /** The same for two places of one value. */
  readonly owner: object
  readonly name: string
  readonly array: NDArray
  /** What values must be. */
  readonly spec: Spec
  readonly strict: boolean
  /** Sets a value of the dtype that fits `spec`, in memory that nobody else has. */
  put(x: NDArray): void
}

/** The place of a container, or null for anything else. */
export function placeOf(thing: unknown): Place | null {
  if (!(thing instanceof Shared)) return (thing as { [place]?: Place } | null | undefined)?.[place] ?? null
  const { array, name, dtype, shape, strict } = thing
  const spec: Spec = { kind: 'shared', name, dtype, shape: shape.map(() => null) }
  return { owner: thing, name, array, spec, strict, put: (x) => thing.setValue(x, { borrow: true }) }
}
