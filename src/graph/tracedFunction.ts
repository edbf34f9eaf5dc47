// graph: what analysis hands to the compiler: a graph, and how the function it came from is called.
import type { DType } from './dtype.ts'
import type { FunctionGraph } from './functionGraph.ts'

/** A length in a type: a number, a name shared by several parameters, or anything. */
export type Length = number | string | null

export interface ValueSpec {
  readonly name: string
  readonly dtype: DType
  /** One entry an axis; empty for scalars. */
  readonly shape: readonly Length[]
}

export interface Parameter extends ValueSpec {
  /** Index of the capture that computes the default, or null: required. */
  readonly default: number | null
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

export interface TracedFunction {
  readonly name: string
  readonly graph: FunctionGraph
  readonly parameters: readonly Parameter[]
  readonly captures: readonly Capture[]
  readonly outputs: OutputTree
  /** Parameters without types: the graph is over weak float64 scalars and is applied elementwise to whatever comes. */
  readonly ufunc: boolean
  readonly linker: Linker
  /** Arrays that are returned may be the function's own memory, valid until its next call. */
  readonly borrow: boolean
}
