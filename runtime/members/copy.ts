// runtime/members: f.copy, Theano's Function.copy: a function of the same code with other containers. Containers made with the function
// are made anew for the copy.
import { actual } from '../convert.ts'
import type { CopyOptions } from '../functionTypes.ts'
import { type Linked, link, type Make } from '../link.ts'
import { type Callable, type Compiled, member } from '../methods.ts'
import type { NDArray } from '../ndarray.ts'
import { Shared } from '../shared.ts'

member('copy', (f) => (options: CopyOptions = {}): Callable => {
  const { self } = f
  const { name, inputs, outputs, captures, make, frozen, trustInput } = self
  const { shareMemory, swap = [], deleteUpdates, name: given = `${name} copy` } = options
  const signature = { name: given, inputs, outputs, captures, frozen: frozen || !!deleteUpdates }
  const copy = link(signature, shareMemory ? within(f) : make, ...swapped(self, swap)) as Compiled
  Object.assign(copy.self, { make, origin: self.origin ?? self.given, trustInput })
  return copy
})

/** The captures with containers exchanged, all at once. A container is known by what the first of all copied functions had in its place, else by itself. */
function swapped(self: Linked, swap: Iterable<readonly [unknown, unknown]>): unknown[] {
  const { name, given, captures, origin = given } = self
  const result = [...given]
  for (const [old, to] of swap) {
    for (const x of [old, to]) if (!(x instanceof Shared)) throw TypeError(`${name}: copy: swap takes pairs of shared variables, got ${actual(x)}`)
    const known = origin.includes(old) ? origin : given
    if (!known.some((x, i) => x === old && captures[i].kind === 'shared'))
      throw Error(`${name}: copy: the function has no shared variable ${(old as Shared).name || 'without a name'} to swap; it has ${names(self)}`)
    known.forEach((x, i) => {
      if (x === old) result[i] = to
    })
  }
  return result
}

const names = ({ given, captures }: Linked): string =>
  given.flatMap((x, i) => (captures[i].kind === 'shared' ? [(x as Shared).name || captures[i].name] : [])).join(', ') || 'none'

/** What a function has of its own besides containers; `defaults` for implicit inputs, which cannot be passed. */
const ownOf = ({ name, frozen, trustInput, defaults, profile }: Linked): Partial<Linked> => ({ name, frozen, trustInput, defaults, profile })

/** What calls f with the containers of another function: f's memory is all there is. */
const within =
  (f: Compiled): Make =>
  (self, ...given) => {
    // Containers that functions make are made for this one too.
    f.self.make(self, ...given)
    self.free = () => f.self.free?.()
    let running = false
    return (...args) => {
      if (running) throw Error(`${self.name}: called again by what its call runs; a copy that shares memory cannot be`)
      const { self: theirs } = f
      const before = ownOf(theirs)
      self.inputs.forEach(({ name, implicit }, i) => {
        const initial = self.defaults?.[name]
        if (args[i] === undefined && !implicit && typeof initial === 'function') args[i] = initial()
      })
      const restore = exchange(theirs.shared, self.shared)
      running = true
      Object.assign(theirs, ownOf(self))
      try {
        return f(...args)
      } finally {
        running = false
        restore()
        Object.assign(theirs, before)
      }
    }
  }

/** Gives containers the arrays of others; returns what gives all their own again, and the others what these have by then. */
function exchange(theirs: readonly Shared[], ours: readonly Shared[]): () => void {
  const before = new Map<Shared, NDArray>([...theirs, ...ours].map((c) => [c, c.array]))
  theirs.forEach((c, i) => {
    c.array = before.get(ours[i])!
  })
  return () => {
    const after = theirs.map((c) => c.array)
    for (const [c, x] of before) c.array = x
    ours.forEach((c, i) => {
      c.array = after[i]
    })
  }
}
