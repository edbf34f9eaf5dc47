// runtime: the types of compiled functions' members, and of the options of theano.fn.
import type { Profile } from './profile.ts'
import type { AnyValue, DType, Handle, Tensor } from './types.ts'

declare const container: unique symbol

export interface Described {
  readonly name: string
  readonly dtype: DType
  readonly rank: number
}

/**
 * What an input with a default is between calls: the default itself, or for an input that is kept (`inputs: { s: { update } }`) its value.
 * As the default of an input of another function, `s: number = f.container('s')`, it makes both functions share the value.
 */
export interface Container {
  readonly [container]?: true
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: a number, a boolean or a copy of an array
  get value(): any
  /** Checked and converted as an argument is. */
  set value(v: AnyValue)
}

export interface CompiledFunction<R> {
  readonly name: string
  readonly inputs: readonly Described[]
  /** In the order of the result. */
  readonly outputs: readonly Described[]
  /** The shared variables that it reads or updates. */
  readonly shared: readonly Handle<unknown, unknown>[]
  /** A call with arguments by name. Throws TypeError for unknown and missing names. */
  named(args: Readonly<Record<string, unknown>>): R
  /** An input with a default, between calls. Throws TypeError for other names. */
  container<T extends Tensor | boolean = Tensor>(name: string): T & Container
  /**
   * A function of the same code with other containers: Theano's `Function.copy`. Throws TypeError where what is to be swapped is no shared
   * variable or of another dtype or rank, Error where the function has no such shared variable.
   */
  copy(options?: CopyOptions): this
  /**
   * Gives back what the function keeps between calls: working memory, spare memory of updates, borrowed results, which are not valid any
   * more. The next call makes it anew.
   */
  free(): void
  /** Skip the checks of arguments that are NDArrays. */
  trustInput: boolean
  /** With `profile: true`: calls, and time by kernel and source line. Prints as a table. */
  readonly profile?: Profile
}

/** How `f.copy` copies. */
export interface CopyOptions {
  /** Call the original's code in the original's working memory; default: the copy has its own. Borrowed results share memory too. */
  readonly shareMemory?: boolean
  /** Pairs of a shared variable of the function and the one that the copy has in its place. Of a copy of a copy the first function's variables are meant. */
  readonly swap?: Iterable<readonly [unknown, unknown]>
  /** Calls of the copy leave all containers, streams and kept inputs as they are. */
  readonly deleteUpdates?: boolean
  /** Default: the function's name and ` copy`. */
  readonly name?: string
}

/** Which rewrites are made, and what is checked at each call. */
export type ModeName = 'FAST_RUN' | 'FAST_COMPILE' | 'DebugMode' | 'NanGuardMode'

export interface ModeOptions {
  /** The mode that the other options change; default: the project's, which is FAST_RUN where it names none. */
  name?: ModeName
  linker?: 'auto' | 'js' | 'wasm'
  /** Names or tags of rewrites to add to those of the mode. */
  include?: readonly string[]
  /** Names or tags of rewrites to leave out. */
  exclude?: readonly string[]
}

/** How arguments for one parameter are taken: Theano's `In`. */
export interface InputOptions {
  /** Containers and borrowed results may keep the caller's array; default as `mutable`. */
  borrow?: boolean
  /** The function may overwrite the caller's array. */
  mutable?: boolean
  /** Arrays and numbers of the dtype only, nothing is converted. */
  strict?: boolean
  /** Conversions that lose something are made (true) or refused (false). */
  allowDowncast?: boolean
  /** It cannot be passed: it has the value of its container; default: where the default is a container. */
  implicit?: boolean
  /** A function of the arrow's parameters: the value that this one keeps for the next call. It needs a default, which is where it starts. */
  // biome-ignore lint/suspicious/noExplicitAny: the arrow takes the arrow's parameters
  update?: Tensor | boolean | ((...args: any[]) => Tensor | boolean)
}

/** An expression of what is captured, a value, or a function of the arrow's parameters. */
// biome-ignore lint/suspicious/noExplicitAny: the arrow takes the arrow's parameters
type Replacement = ((...args: any[]) => Tensor | boolean | AnyValue) | Tensor | boolean | AnyValue

/** Options of `theano.fn`. */
export interface FnOptions {
  /** For errors, profiles and emitted code; default: the variable it is assigned to. */
  name?: string
  mode?: ModeName | ModeOptions
  linker?: 'auto' | 'js' | 'wasm'
  /** By parameter. */
  inputs?: Readonly<Record<string, InputOptions>>
  outputs?: { borrow?: boolean }
  /** Pairs of a shared variable, or the name of a const of the arrow, and what this function reads in its place. */
  givens?: readonly (readonly [unknown, Replacement])[]
  /** Pairs of a shared variable and its value after the call. */
  updates?: readonly (readonly [unknown, Replacement])[]
  onUnusedInput?: 'raise' | 'warn' | 'ignore'
  allowInputDowncast?: boolean
  /** Default updates that are not made: none is (true), or not those of these shared variables and random streams. */
  noDefaultUpdates?: boolean | readonly unknown[]
  acceptInplace?: boolean
  rebuildStrict?: boolean
  profile?: boolean
}
