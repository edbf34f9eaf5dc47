// runtime: a compiled function that is linked when it is first used, because its containers are not there yet when it is made.
import { type Callable, type Compiled, compiled } from './methods.ts'

/** For functions that stand before a container that they read: `link` runs at the first call, or when a member is asked for. */
export function later(name: string, link: () => Callable): Callable {
  let made: Callable | undefined
  const linked = (): Callable => (made ??= link())
  return compiled((...args) => linked()(...args), name, { get: () => (linked() as Compiled).self })
}
