// runtime/persistence: what `save` and `load` take: one container, a list of containers with names, a record.
import type { Container as InputContainer } from '../functionTypes.ts'
import type { Handle } from '../types.ts'
import { placeOf } from './place.ts'

/** A shared variable as its type sees it, or what an input is between calls. */
export type Container = Handle<unknown, unknown> | InputContainer

/** Name and thing, in order. Throws TypeError for a list of other things than containers with distinct names, and for what is no record. */
export function named(name: string, things: unknown): (readonly [string, unknown])[] {
  if (!Array.isArray(things)) {
    if (Object(things) !== things || ArrayBuffer.isView(things))
      throw TypeError(`${name}: expected a shared variable, a list of them or a record, got ${String(things)}`)
    return Object.entries(things as object)
  }
  const seen = new Set<string>()
  return things.map((thing, i) => {
    const key = placeOf(thing)?.name
    if (key === undefined) throw TypeError(`${name}: position ${i} of the list is not a shared variable; a record gives arrays their names`)
    if (!key || seen.has(key))
      throw TypeError(
        `${name}: ${key ? `two shared variables of the list have the name ${key}` : `the shared variable at position ${i} of the list has no name`}; a record { name: variable } gives them names`,
      )
    seen.add(key)
    return [key, thing] as const
  })
}
