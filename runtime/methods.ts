// runtime: what every compiled function has. Members that few programs use are in members/, each installed by its own module,
// so that a bundle holds those that it names.
import type { Linked } from './link.ts'

// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
export type Callable = (...args: any[]) => any
/** A compiled function as its members see it. */
export type Compiled = Callable & { readonly name: string; readonly self: Linked }

/** The prototype of compiled functions. */
export const methods: object = /* @__PURE__ */ Object.create(Function.prototype, {
  trustInput: {
    get(this: Compiled) {
      return this.self.trustInput
    },
    set(this: Compiled, value: boolean) {
      this.self.trustInput = value
    },
  },
  shared: {
    get(this: Compiled) {
      return [...new Set(this.self.shared)]
    },
  },
})

/** Gives compiled functions a member, made of the function when first asked for: a method of it needs no `this`. */
export function member(name: string, make: (f: Compiled) => unknown): void {
  Object.defineProperty(methods, name, {
    get(this: Compiled) {
      const value = make(this)
      Object.defineProperty(this, name, { value })
      return value
    },
  })
}

/** f as a compiled function of that name; `self` is the property that holds its record. */
export const compiled = (f: Callable, name: string, self: PropertyDescriptor): Callable =>
  Object.defineProperties(Object.setPrototypeOf(f, methods), { name: { value: name }, self })
