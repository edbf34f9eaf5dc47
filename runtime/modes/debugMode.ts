// runtime/modes: DebugMode. A call is made twice, and compared with the graph as it was written, computed Apply by Apply in JavaScript;
// where they differ, both sides of every rewrite are computed. A check that fails leaves containers as they were.
import { copyOf } from '../apart.ts'
import type { Spec } from '../convert.ts'
import type { Linked, Make, Outputs } from '../link.ts'
import type { Callable } from '../methods.ts'
import { NDArray } from '../ndarray.ts'
import type { Shared } from '../shared.ts'
import { change, difference, memoryOf, notFinite, sharesMemory, type Value } from './compare.ts'

/** One firing of a rule: expressions before and after, and the user's expression that they come from. */
export interface Firing {
  readonly rule: string
  readonly where: string
  readonly before: string
  readonly after: string
  /** May what is not finite become finite? */
  readonly removes: boolean
  readonly exact: boolean
}

/** What the compiler knows of a function in DebugMode. */
export interface Debugged {
  /** The function that is emitted in FAST_RUN. */
  readonly run: Make
  /** Of arguments, then of arrays of containers: results, then new values of `targets`, as written. */
  readonly expected: Make
  /** Of the same: `expected` after each of `phases`, then both sides of each firing. */
  readonly rewritten: Make
  /** Positions in the function's list of those containers, and how the forms take their arrays. */
  readonly containers: readonly (readonly [position: number, spec: Spec])[]
  /** The containers whose new values follow the results, by position in the list. */
  readonly targets: readonly number[]
  /** By parameter: the position of the container in which it is kept. */
  readonly kept: readonly (number | null)[]
  readonly phases: readonly (readonly [name: string, rules: readonly string[]])[]
  readonly firings: readonly Firing[]
  /** Firings that are not in the list because there are too many. */
  readonly skipped: number
  readonly linker: string
  /** May results share memory with each other and with later results? */
  readonly borrow: boolean
  /** By parameter: may its array be overwritten, and kept by results and containers? */
  readonly taken: readonly boolean[]
  /** A call that prints is made once. */
  readonly prints: boolean
  /** By value of the list: is it no float? */
  readonly exact: readonly boolean[]
  /** Is float32 among what results are computed from? */
  readonly single: boolean
}

type Values = readonly Value[]

interface Named {
  readonly name: string
  readonly value: Value
}

const isSpec = (tree: Outputs): tree is Spec => typeof (tree as Spec | null)?.dtype === 'string'

/** The values of a result in order, with their names. */
function valuesOf(result: unknown, tree: Outputs): Named[] {
  if (tree === null) return []
  if (isSpec(tree)) return [{ name: tree.name, value: result as Value }]
  return Object.keys(tree).flatMap((key) => valuesOf((result as Record<string, unknown>)[key], (tree as Record<string, Outputs>)[key]))
}

/** Throws Error of Theano's name for what is wrong. */
function fail(kind: string, { name }: Linked, problem: string): never {
  throw Object.assign(Error(`${name}: ${problem}`), { name: kind })
}

const nameOf = (c: Shared): string => c.name || 'a container'
const contentOf = (x: NDArray): Value => (x.shape.length > 0 ? x : x.item())

/** What a call starts from, to compare with and to go back to. */
interface Before {
  readonly args: readonly unknown[]
  readonly containers: readonly NDArray[]
  /** Captured arrays that are read at each call. */
  readonly live: readonly (readonly [array: unknown, copy: unknown])[]
  readonly last: readonly (readonly [name: string, array: Value, copy: Value])[]
}

interface Rehearsal {
  readonly results: Values
  readonly containers: readonly NDArray[]
}

class Debugger {
  private readonly self: Linked
  private readonly facts: Debugged
  private readonly captures: readonly unknown[]
  private readonly run: Callable
  private readonly expected: Callable
  /** The record of the forms that only compute. */
  private readonly plain: { -readonly [K in keyof Linked]: Linked[K] }
  /** Results of the last call. */
  private last: readonly Named[] = []
  private committed = false

  constructor(self: Linked, captures: readonly unknown[], facts: Debugged) {
    this.self = self
    this.facts = facts
    this.captures = captures
    this.run = facts.run(self, ...(captures as never[]))
    this.plain = { ...self, inputs: [...self.inputs, ...facts.containers.map(([, spec]) => spec)], shared: [], free: undefined }
    this.expected = facts.expected(this.plain, ...(captures as never[]))
  }

  call(passed: readonly unknown[]): unknown {
    const { self, facts } = this
    const args = this.withDefaults(passed)
    // Memory of a container, which the function may have from now on.
    args.forEach((x, i) => {
      if (self.shared.some((c) => sharesMemory(x, c.array))) args[i] = copyOf(x)
    })
    this.plain.trustInput = self.trustInput
    const before = this.before(args)
    this.committed = false
    // Nor does the function get memory that a container was lent. While a call prints, others may not exchange its containers' arrays.
    if (!facts.prints) this.restore(before)
    try {
      const given = this.given(before)
      const expected = attempt(() => this.expected(...given) as Values)
      const rehearsed = facts.prints ? null : this.rehearse(args, before, expected, given)
      const result = this.once(args, before, expected, given)
      if (rehearsed) this.same(rehearsed, result)
      this.memory(args, before, result)
      this.last = facts.borrow ? [] : valuesOf(result, self.outputs)
      return result
    } catch (error) {
      if (this.committed) this.restore(before)
      throw error
    }
  }

  /** Gives containers that calls update the values of before, in arrays of their own: those they had may be the function's by now. */
  private restore({ containers }: Before): void {
    for (const position of this.facts.targets) this.self.shared[position].array = copyOf(containers[position])
    this.committed = false
  }

  /** The arguments, and defaults where they are missing: the user's code that computes them runs once a call. */
  private withDefaults(passed: readonly unknown[]): unknown[] {
    const args = [...passed]
    this.self.inputs.forEach(({ name, implicit }, i) => {
      const source = this.self.defaults?.[name]
      if (args[i] === undefined && !implicit && typeof source === 'function') args[i] = copyOf(source())
    })
    return args
  }

  private before(args: readonly unknown[]): Before {
    const live = this.self.captures.flatMap((spec, i) => (spec.kind === 'live' ? [(this.captures[i] as () => unknown)()] : []))
    return {
      args: args.map(copyOf),
      containers: this.self.shared.map((c) => copyOf(c.array)),
      live: live.map((x) => [x, copyOf(x)] as const),
      last: this.last.map(({ name, value }) => [name, value, copyOf(value)] as const),
    }
  }

  /** What the forms are called with: copies of arguments, defaults where they are missing, and what containers hold. */
  private given({ args, containers }: Before): unknown[] {
    const { inputs, defaults } = this.self
    const { kept } = this.facts
    const values = inputs.map(({ name }, i) => {
      if (args[i] !== undefined) return args[i]
      const source = defaults?.[name]
      return kept[i] !== null ? contentOf(containers[kept[i]]) : typeof source === 'function' ? source() : undefined
    })
    return [...values, ...this.facts.containers.map(([position]) => contentOf(containers[position]))]
  }

  /** A call that changes nothing: containers, and arguments that it may overwrite, are put back. The arguments are passed themselves: what was lent may be among them. */
  private rehearse(args: readonly unknown[], before: Before, expected: Attempt, given: readonly unknown[]): Rehearsal {
    const result = this.once(args, before, expected, given)
    const rehearsal = {
      results: valuesOf(result, this.self.outputs).map(({ value }) => copyOf(value)),
      containers: this.self.shared.map((c) => copyOf(c.array)),
    }
    this.restore(before)
    args.forEach((x, i) => {
      if (this.facts.taken[i]) memoryOf(x)?.set(memoryOf(before.args[i]) as never)
    })
    return rehearsal
  }

  /** A call, compared with what was expected of it. */
  private once(args: readonly unknown[], before: Before, expected: Attempt, given: readonly unknown[]): unknown {
    const { self } = this
    let result: unknown
    try {
      result = this.run(...args)
    } catch (error) {
      self.shared.forEach((c, i) => {
        const changed = change(before.containers[i], c.array)
        if (changed) fail('BadDestroyMap', self, `a call that throws has changed ${nameOf(c)}: ${changed}; it threw ${error}`)
      })
      throw error
    }
    this.committed = true
    if ('error' in expected) fail('BadOptimization', self, `the function as written throws, but the compiled one does not: ${expected.error}`)
    this.compare(args, before, result, expected.values, given)
    return result
  }

  private compare(args: readonly unknown[], before: Before, result: unknown, expected: Values, given: readonly unknown[]): void {
    const { self, facts } = this
    const results = valuesOf(result, self.outputs)
    const updates = (self.frozen ? [] : facts.targets).map((position): Named => {
      const container = self.shared[position]
      return { name: `the new value of ${nameOf(container)}`, value: contentOf(container.array) }
    })
    const removes = facts.firings.some((f) => f.removes)
    ;[...results.map(({ name, value }) => ({ name: `result ${name}`, value })), ...updates].forEach(({ name, value }, i) => {
      const wrong = difference(expected[i], value, { single: facts.single, removes, exact: facts.exact[i] })
      if (wrong) this.blame(`${name} is ${wrong}`, given)
      const strange = notFinite(value)
      if (strange) fail('InvalidValueError', self, `${name} is not finite: ${strange}`)
    })
    this.untouched(before)
    this.unchanged(args, before)
  }

  private targets(): Set<Shared> {
    return new Set(this.self.frozen ? [] : this.facts.targets.map((position) => this.self.shared[position]))
  }

  /** Containers that are not updated. */
  private untouched({ containers }: Before): void {
    const { self } = this
    const targets = this.targets()
    self.shared.forEach((c, i) => {
      const changed = targets.has(c) ? null : change(containers[i], c.array)
      if (changed) fail('BadDestroyMap', self, `${nameOf(c)}, which is not updated, has changed: ${changed}`)
    })
  }

  /** What the caller keeps. */
  private unchanged(args: readonly unknown[], before: Before): void {
    const { self, facts } = this
    args.forEach((x, i) => {
      const exempt = facts.taken[i] || args.some((y, k) => facts.taken[k] && sharesMemory(x, y))
      const changed = exempt || !hasMemory(x) ? null : change(asValue(before.args[i]), asValue(x))
      if (changed) fail('BadDestroyMap', self, `argument ${self.inputs[i].name} has changed: ${changed}`)
    })
    for (const [x, copy] of before.live) {
      const changed = hasMemory(x) ? change(asValue(copy), asValue(x)) : null
      if (changed) fail('BadDestroyMap', self, `a captured array has changed: ${changed}`)
    }
  }

  /** Throws: which rewrite has made the difference, or that none has. */
  private blame(problem: string, given: readonly unknown[]): never {
    const { self, facts } = this
    const computed = attempt(() => facts.rewritten(this.plain, ...(this.captures as never[]))(...given) as Values)
    if ('error' in computed) return fail('BadOptimization', self, `${problem}; the rewrites cannot be compared: ${computed.error}`)
    const { values } = computed
    const start = values.length - 2 * facts.firings.length
    const count = start / (facts.phases.length + 1)
    const removes = facts.firings.some((f) => f.removes)
    const none = facts.skipped > 0 ? `The ${facts.skipped} rewrites are too many to be compared one by one` : 'No rewrite alone is to blame'
    for (const [i, f] of facts.firings.entries()) {
      const wrong = difference(values[start + 2 * i], values[start + 2 * i + 1], { ...f, single: facts.single })
      if (wrong)
        fail('BadOptimization', self, `${problem}. The rewrite ${f.rule} is to blame: in ${f.where} it has made ${f.after} of ${f.before}, which is ${wrong}`)
    }
    for (const [p, [phase, names]] of facts.phases.entries()) {
      for (let i = 0; i < count; i++) {
        const wrong = difference(values[i], values[(p + 1) * count + i], { single: facts.single, removes, exact: facts.exact[i] })
        if (wrong) fail('BadOptimization', self, `${problem}. ${none}, but those of the phase ${phase} together are: ${names.join(', ') || 'it has none'}`)
      }
    }
    return fail(
      'BadThunkOutput',
      self,
      `${problem}. ${none}: the rewritten graph, computed step by step, is right; the code that was made of it (linker ${facts.linker}) is not`,
    )
  }

  /** Two calls of the same do the same. */
  private same(first: Rehearsal, result: unknown): void {
    const { self } = this
    valuesOf(result, self.outputs).forEach(({ name, value }, i) => {
      const changed = change(first.results[i], value)
      if (changed) fail('BadThunkOutput', self, `two calls of the same give different results: ${name} is ${changed}`)
    })
    self.shared.forEach((c, i) => {
      const changed = change(first.containers[i], c.array)
      if (changed) fail('BadThunkOutput', self, `two calls of the same give different updates: ${nameOf(c)} is ${changed}`)
    })
  }

  /** Nothing new is others' memory, and the last results are what they were. */
  private memory(args: readonly unknown[], before: Before, result: unknown): void {
    const { self, facts } = this
    const results = valuesOf(result, self.outputs)
    const shared = (x: unknown, y: unknown, what: string): void => {
      if (sharesMemory(x, y)) fail('BadViewMap', self, what)
    }
    const last = before.last.filter(([, x]) => !args.some((y, i) => facts.taken[i] && sharesMemory(x, y)))
    const others: (readonly [string, unknown])[] = args.flatMap((x, i) => (facts.taken[i] ? [] : [[`argument ${self.inputs[i].name}`, x] as const]))
    for (const c of this.targets()) {
      const name = nameOf(c)
      for (const [other, x] of others) shared(x, c.array, `${name} shares memory with ${other}`)
      for (const d of self.shared) if (d !== c) shared(c.array, d.array, `${name} shares memory with ${d.name || 'another container'}`)
    }
    if (facts.borrow) return
    results.forEach(({ name, value }, i) => {
      for (const [other, x] of others) shared(value, x, `result ${name} shares memory with ${other}`)
      for (const c of self.shared) shared(value, c.array, `result ${name} shares memory with ${nameOf(c)}`)
      for (const { name: other, value: x } of results.slice(0, i)) shared(value, x, `results ${other} and ${name} share memory`)
      for (const [other, x] of last) shared(value, x, `result ${name} shares memory with ${other} of the last call`)
    })
    for (const [name, x, copy] of last) {
      const changed = change(copy, x)
      if (changed) fail('BadDestroyMap', self, `result ${name} of the last call has changed: ${changed}`)
    }
  }
}

const hasMemory = (x: unknown): boolean => x instanceof NDArray || ArrayBuffer.isView(x)
const asValue = (x: unknown): Value => (ArrayBuffer.isView(x) ? new NDArray(x as Float64Array, [(x as Float64Array).length], 'float64') : (x as Value))

type Attempt = { readonly values: Values } | { readonly error: unknown }

function attempt(compute: () => Values): Attempt {
  try {
    return { values: compute() }
  } catch (error) {
    return { error }
  }
}

/**
 * A function in DebugMode. Its calls throw, besides what the function throws: BadOptimization where a rewrite has changed a value,
 * BadThunkOutput where the code does not compute its graph or not twice the same, InvalidValueError for results and updates that are not finite,
 * BadDestroyMap where something has changed that should not have, BadViewMap where a result or container is in others' memory.
 */
export function debugMode(self: Linked, captures: readonly unknown[], facts: Debugged): Callable {
  const debug = new Debugger(self, captures, facts)
  return (...args) => debug.call(args)
}
