// runtime: makes the callable: gives the function its name, its record and its containers. A call costs nothing extra.
import { matches, mismatch, type Self, type Spec } from './convert.ts'
import { type Callable, compiled } from './methods.ts'
import type { Profile } from './profile.ts'
import type { Shared } from './shared.ts'

export type Outputs = null | Spec | readonly Outputs[] | { readonly [key: string]: Outputs }

export interface Signature {
  readonly name: string
  readonly inputs: readonly Spec[]
  /** How the result is arranged; null: nothing. */
  readonly outputs: Outputs
  readonly captures: readonly Spec[]
  /** Containers stay as they are. */
  readonly frozen?: boolean
}

/** Text that the compiler writes: the function for a record and its captures. */
export type Make = (self: Linked, ...captures: never[]) => Callable

/** A function's record, which emitted code passes to the checks and members read: what it is made of, and switches. */
export interface Linked extends Omit<Signature, 'frozen'>, Self {
  frozen?: boolean
  readonly make: Make
  /** The captures, in order: containers, and thunks of what is read at each call. */
  readonly given: readonly unknown[]
  /** The containers: captured ones in the order of the captures, then those that `make` made. */
  readonly shared: Shared[]
  /** Of inputs that have one, by name: what computes it, or the container in which the input is kept. */
  defaults?: Record<string, (() => unknown) | Shared>
  trustInput: boolean
  /** Of copies: the captures of what they were copied from, in the end. */
  readonly origin?: readonly unknown[]
  /** With `profile: true`. */
  profile?: Profile
  /** Gives back what is kept between calls; where something is. */
  free?(): void
}

/**
 * The function that `make` returns, as a compiled function. `make` gets the record that the checks take, and the captures.
 * Throws TypeError for a capture that is not the shared variable it was at build.
 */
export function link(signature: Signature, make: Make, ...given: unknown[]): Callable {
  const self: Linked = { ...signature, make, given, shared: [], trustInput: false }
  signature.captures.forEach((spec, i) => {
    const c = given[i] as Shared
    if (spec.kind === 'shared') self.shared.push(matches(c?.array, spec) ? c : mismatch(c?.array ?? c, spec, self))
  })
  return compiled(make(self, ...(given as never[])), signature.name, { value: self })
}
