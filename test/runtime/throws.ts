// test: an error's class and its whole message (a string) or part of it (a pattern).
import * as assert from 'uvu/assert'

export function throws(f: () => unknown, Kind: new (message: string) => Error, message: string | RegExp): void {
  let thrown: unknown
  try {
    f()
  } catch (error) {
    thrown = error
  }
  assert.instance(thrown, Kind)
  const text = (thrown as Error).message
  if (typeof message === 'string') assert.is(text, message)
  else assert.match(text, message)
}
