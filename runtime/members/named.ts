// runtime/members: f.named: a call with arguments by name.
import { member } from '../methods.ts'

/** Throws TypeError for what is no object and a name that no parameter has; a missing one is found when it is converted. */
member('named', (f) => (args: Readonly<Record<string, unknown>>): unknown => {
  const { name, inputs } = f.self
  if (typeof args !== 'object' || args === null) throw TypeError(`${name}.named: expected an object of arguments by name, got ${args}`)
  const unknown = Object.keys(args).filter((key) => !inputs.some((spec) => spec.name === key))
  if (unknown[0]) throw TypeError(`${name}: no parameter ${unknown.join(', ')}; it has ${inputs.map((spec) => spec.name).join(', ') || 'none'}`)
  return f(...inputs.map((spec) => args[spec.name]))
})
