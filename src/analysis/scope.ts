// analysis: lexical environments of the interpreter, one per block, call and loop turn, as JavaScript has them.
import type ts from 'typescript'
import { fail } from './host.ts'
import { Mutable, type Value } from './values.ts'

interface Binding {
  value: Value
  /** False between the start of its block and its declaration. */
  ready: boolean
  readonly constant: boolean
}

export class Scope extends Mutable {
  readonly parent: Scope | null
  /** What `this` means here; undefined in a scope: ask the parent. */
  readonly self: { readonly value: Value } | null
  /** The body of a function: `var` declarations of inner blocks land here. */
  hoists = false
  private readonly bindings = new Map<string, Binding>()

  /** The file of the code that runs in it. */
  readonly file: ts.SourceFile

  constructor(parent: Scope | ts.SourceFile, self: { readonly value: Value } | null = null) {
    super()
    this.parent = parent instanceof Scope ? parent : null
    this.file = parent instanceof Scope ? parent.file : parent
    this.self = self
  }

  /** Announces a name of this block before its declaration is reached. */
  announce(name: string, constant: boolean): void {
    this.bindings.set(name, { value: undefined, ready: false, constant })
  }

  declare(name: string, value: Value, constant: boolean): void {
    this.bindings.set(name, { value, ready: true, constant })
  }

  /** The scope of the function's body. */
  functionScope(): Scope {
    for (let scope: Scope = this; ; scope = scope.parent) if (scope.hoists || !scope.parent) return scope
  }

  private find(name: string): { scope: Scope; binding: Binding } | null {
    for (let scope: Scope | null = this; scope; scope = scope.parent) {
      const binding = scope.bindings.get(name)
      if (binding) return { scope, binding }
    }
    return null
  }

  has(name: string): boolean {
    return this.find(name) !== null
  }

  /** Throws GraphError TH1037 before the declaration. */
  get(name: string, node: ts.Node): Value {
    const { binding } = this.find(name)!
    if (!binding.ready) fail('TH1037', { name }, node)
    return binding.value
  }

  /** Throws GraphError TH1037, TH1041 (a const), TH1031 (in a branch that may not run). */
  set(name: string, value: Value, node: ts.Node): void {
    const { scope, binding } = this.find(name)!
    if (!binding.ready) fail('TH1037', { name }, node)
    if (binding.constant) fail('TH1041', { name }, node)
    scope.willChange()
    binding.value = value
  }

  /** `this` of the enclosing function, or null at the arrow's own level. */
  receiver(): { readonly value: Value } | null {
    for (let scope: Scope | null = this; scope; scope = scope.parent) if (scope.self) return scope.self
    return null
  }

  names(): string[] {
    return [...this.bindings.keys()]
  }
}
