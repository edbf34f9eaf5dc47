// graph: what analysis hands to the compiler: a graph, and how the function it came from is called.
import type { DType } from './dtype.ts'
import type { Span } from './errors.ts'
import type { FunctionGraph } from './functionGraph.ts'

/** A length in a type: a number, a name shared by several parameters, or anything. */
export type Length = number | string | null

export interface ValueSpec {
  readonly name: string
  readonly dtype: DType
  /** One entry an axis; empty for scalars. */
  readonly shape: readonly Length[]
}

/** How arguments for a parameter are taken: Theano's `In`. */
export interface InputOptions {
  /** Arrays and numbers of the dtype only, nothing is converted. */
  readonly strict: boolean
  /** Conversions that lose something: made (true), refused (false), or as the language has it (null). */
  readonly allowDowncast: boolean | null
  /** The function may overwrite the caller's array. */
  readonly mutable: boolean
  /** Containers and borrowed results may keep the caller's array. */
  readonly borrow: boolean
  /** Cannot be passed: it always has the value of its container. */
  readonly implicit: boolean
}

export interface Parameter extends ValueSpec, InputOptions {
  /** Index of the capture that computes the default, or null: required. */
  readonly default: number | null
  /**
   * The value is kept in a container between calls, which starts with the default (a value, or a container to share). An update of the
   * graph whose target is the parameter's leaf sets it; without one it keeps what was passed.
   */
  readonly kept: boolean
}

/** What of a parameter holds where nothing else is said. */
export const plainInput: InputOptions & Pick<Parameter, 'default' | 'kept'> = {
  strict: false,
  allowDowncast: null,
  mutable: false,
  borrow: false,
  implicit: false,
  default: null,
  kept: false,
}

/**
 * Something outside the arrow that the function reads. 'shared': the container, fetched once when the function is made;
 * 'live': a number, boolean or array, read at each call; 'default': a parameter's default, computed when it is missing.
 */
export interface Capture extends ValueSpec {
  readonly kind: 'shared' | 'live' | 'default'
}

/** How the outputs of the graph are arranged in the result: `index` counts in graph.outputs. */
export type OutputTree =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value'; readonly index: number }
  | { readonly kind: 'list'; readonly items: readonly OutputTree[] }
  | { readonly kind: 'record'; readonly entries: readonly (readonly [string, OutputTree])[] }

/** What code is made of: JavaScript, WebAssembly, or for each function the better one. */
export type Linker = 'auto' | 'js' | 'wasm'

/** Theano's modes: which rewrites are made, and what is checked at each call. */
export const modeNames = ['FAST_RUN', 'FAST_COMPILE', 'DebugMode', 'NanGuardMode'] as const

export interface Mode {
  readonly name: (typeof modeNames)[number]
  /** Names or tags of rewrites, added to those of the mode and taken out of them. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** Of the option that says so. */
  readonly span: Span | null
}

export const fastRun: Mode = { name: 'FAST_RUN', include: [], exclude: [], span: null }

export interface TracedFunction {
  readonly name: string
  readonly graph: FunctionGraph
  readonly parameters: readonly Parameter[]
  readonly captures: readonly Capture[]
  readonly outputs: OutputTree
  /** Parameters without types: the graph is over weak float64 scalars and is applied elementwise to whatever comes. */
  readonly ufunc: boolean
  readonly linker: Linker
  readonly mode: Mode
  /** Count calls and measure kernels. */
  readonly profile: boolean
  /** Arrays that are returned may be the function's own memory, valid until its next call. */
  readonly borrow: boolean
}
