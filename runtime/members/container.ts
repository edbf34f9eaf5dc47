// runtime/members: f.container: inputs with defaults, between calls.
import { Container } from '../inputs/container.ts'
import { member } from '../methods.ts'

/** One for each name, always the same. Throws TypeError for a name that is no input with a default. */
member('container', (f) => {
  const known = new Map<string, Container>()
  return (name: string): Container => {
    const { self } = f
    let container = known.get(name)
    if (!container) {
      const spec = Object.hasOwn(self.defaults ?? {}, name) && self.inputs.find((input) => input.name === name)
      if (!spec) throw TypeError(`${self.name}: no input ${name} that has a default; there are ${Object.keys(self.defaults ?? {}).join(', ') || 'none'}`)
      known.set(name, (container = new Container(self, spec)))
    }
    return container
  }
})
