// runtime/inputs: what of a compiled function's input is there between calls: its default, or the container in which it is kept.
import { copyOf } from '../apart.ts'
import { array, boolean, number, type Self, type Spec } from '../convert.ts'
import type { Linked } from '../link.ts'
import { NDArray, types } from '../ndarray.ts'
import { type Place, place } from '../persistence/place.ts'
import { Shared } from '../shared.ts'
import { downcastArray, downcastBoolean, downcastNumber } from './downcast.ts'
import { exactArray, exactNumber, strictArray, strictBoolean } from './exact.ts'
import { kept } from './kept.ts'

type Value = number | boolean | NDArray

/** The value as the function would take it as an argument. */
function checked(value: unknown, spec: Spec, self: Self): Value {
  const { strict, allowDowncast, dtype } = spec
  const exact = strict || (allowDowncast === false && dtype === 'float32')
  const arrays = strict ? strictArray : allowDowncast ? downcastArray : exact ? exactArray : array
  const booleans = strict ? strictBoolean : allowDowncast ? downcastBoolean : boolean
  const numbers = exact ? exactNumber : allowDowncast ? downcastNumber : number
  return (spec.shape.length > 0 ? arrays : dtype === 'bool' ? booleans : numbers)(value, spec, self)
}

export class Container {
  readonly #self: Linked
  readonly #spec: Spec
  /** The container that another function shares. */
  #made: Shared | undefined

  constructor(self: Linked, spec: Spec) {
    this.#self = self
    this.#spec = spec
  }

  get name(): string {
    return this.#spec.name
  }

  /** A copy of the value: of what is kept, or of what the input is where it is not passed. */
  get value(): unknown {
    const source = this.#source()
    return source instanceof Shared ? source.getValue() : copyOf(this.#check(source()))
  }

  /** Sets a copy, checked and converted as an argument. Throws TypeError, and RangeError where a length that the type fixes differs. */
  set value(value: unknown) {
    const x = this.#check(value)
    const source = this.#source()
    if (source instanceof Shared) source.setValue(x)
    else {
      const mine = copyOf(x)
      this.#self.defaults![this.name] = () => mine
    }
  }

  /** For a function that has this as the default of an input of its own: both then read one container. */
  get shared(): Shared {
    const source = this.#source()
    if (source instanceof Shared) return source
    // The function itself reads the default as ever: it is none of its containers.
    const made = kept(this.#check(source()), this.#spec, { shared: [] })
    this.#made = made
    this.#self.defaults![this.name] = () => (made.rank ? made.array : made.getValue())
    return made
  }

  get [place](): Place {
    const source = this.#source()
    const spec = this.#spec
    const value = source instanceof Shared ? source.array : this.#check(source())
    const array = value instanceof NDArray ? value : new NDArray(new types[spec.dtype]([+value]), [], spec.dtype)
    const put = (x: NDArray): void => {
      this.value = x.rank ? x : x.item()
    }
    return { owner: source instanceof Shared ? source : this, name: this.name, array, spec, strict: !!spec.strict, put }
  }

  #source(): Shared | (() => unknown) {
    return this.#made ?? this.#self.defaults![this.name]
  }

  /** The argument that an input would have of it, whether or not calls are trusted. */
  #check(value: unknown): Value {
    return checked(value, this.#spec, { name: this.#self.name })
  }
}
