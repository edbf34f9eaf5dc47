// runtime/inputs: parameters whose value is kept between calls, in a container of the function or of somebody else.
import type { Self, Spec } from '../convert.ts'
import { NDArray, own, types } from '../ndarray.ts'
import { Shared } from '../shared.ts'

/** A container of the function, which starts with a copy of a checked default. */
export function kept(value: number | boolean | NDArray, { name, dtype }: Spec, self: { readonly shared: Shared[] }): Shared {
  const container = new Shared(value instanceof NDArray ? own(value) : new NDArray(new types[dtype]([+value]), [], dtype), name, false)
  self.shared.push(container)
  return container
}

/** What the container holds after a call with x: its own array, or a copy of what was passed. */
export const passed = (x: NDArray, container: Shared): NDArray => (x === container.array ? x : own(x))

/** Throws TypeError: an argument for an input that has its value from elsewhere. */
export function implicit({ name }: Spec, self: Self): never {
  throw TypeError(`${self.name}: parameter ${name} is implicit and cannot be passed`)
}
