// runtime: a compiled function that is linked when it is first used, because its containers are not there yet when it is made.

// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
type Callable = (...args: any[]) => any

/** For fields of a class that read fields assigned after them: `link` runs at the first call, or when a member is asked for. */
export function later(name: string, link: () => Callable): Callable {
  let made: Callable | undefined
  const linked = (): Record<string, unknown> => (made ??= link()) as unknown as Record<string, unknown>
  const f: Callable = (...args) => (linked() as unknown as Callable)(...args)
  for (const key of ['inputs', 'outputs', 'shared', 'named', 'trustInput']) {
    Object.defineProperty(f, key, {
      enumerable: true,
      get: () => linked()[key],
      set: (value) => {
        linked()[key] = value
      },
    })
  }
  return Object.defineProperty(f, 'name', { value: name })
}
