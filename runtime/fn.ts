// runtime: what is left of `theano.fn` and of symbolic functions where the transformer did not run: an error that says so.
import type { FnOptions } from './functionTypes.ts'
import type { Fn } from './types.ts'

const HOW = `The transformer did not run, or did not recognize the call (it must be written as theano.fn(arrow), however fn was imported). Add { "transform": "theano-ts/transformer" } to "plugins" in compilerOptions of tsconfig.json, then build with tspc (npm package ts-patch) instead of tsc.`

/** Thrown by `theano.fn` and by symbolic functions in code that was not built with the transformer. */
export class NotCompiledError extends Error {
  constructor(what: string) {
    super(`${what} ${HOW}`)
    this.name = 'NotCompiledError'
  }
}

/**
 * Compiles an arrow: the build replaces the call by specialized code. See docs for the language inside it.
 * Throws NotCompiledError in code that was not built with the transformer.
 */
// biome-ignore lint/suspicious/noExplicitAny: parameters without types are any, which makes a ufunc
export function fn<A extends readonly any[], const R>(_arrow: (...args: A) => R, _options?: FnOptions): Fn<A, R> {
  throw new NotCompiledError('theano.fn was called as it stands.')
}

/** A symbolic function: it exists while building only. */
export const symbolic = (name: string): never =>
  ((): never => {
    throw new NotCompiledError(`${name} is for functions given to theano.fn.`)
  }) as never
