// rewriting: rules are data. A table is a list of rules; `rewrite` applies it until none fires. A replacement keeps dtype,
// weakness and shape exactly, or the rule is reported as broken.
import { GraphError } from '../graph/errors.ts'
import { ancestors, clientCounts, type FunctionGraph } from '../graph/functionGraph.ts'
import { type Apply, type Variable, withSpan } from '../graph/variable.ts'
import { instantiate, type Match, matches, uniformValue } from './match.ts'
import { type Normalized, normalize, type Step, type Surroundings } from './normalize.ts'
import { everyRoot, withType } from './types.ts'

/** What a rule's function knows besides the match: the Variable to replace and its surroundings. */
export interface Site {
  readonly root: Variable
  /** The Apply behind a Variable, if its op has one of these names (any, if none is given) and may be looked at. */
  owner(v: Variable, ...ops: string[]): Apply | null
  /** The value of all elements, where they are known to be the same and may be looked at. */
  value(v: Variable): number | null
  /** How many uses a Variable had before the pass. */
  clients(v: Variable): number
  /** Is the root the only user of its input v, also where the root was made in this pass? */
  alone(v: Variable): boolean
}

type Replacement = (match: Match, site: Site) => Variable | null

export interface Rule {
  /** Theano's name where it has one. */
  readonly name: string
  /** Graphs over placeholders, or names of the root's op. */
  readonly from: readonly (Variable | string)[]
  readonly to: Variable | Replacement
  readonly when: ((match: Match, site: Site) => boolean) | null
  /** The law, or the reason. */
  readonly why: string
}

export type Table = readonly Rule[]

export interface RuleFacts {
  readonly from: Variable | string | readonly (Variable | string)[]
  readonly to: Variable | Replacement
  readonly when?: (match: Match, site: Site) => boolean
  readonly why: string
}

/** A rule: where a graph matches one of `from` (and `when` holds), it becomes `to`; a function may decline with null. */
export function rule(name: string, { from, to, when, why }: RuleFacts): Rule {
  return { name, from: Array.isArray(from) ? from : [from as Variable | string], to, when: when ?? null, why }
}

export interface RewriteOptions {
  /**
   * What pending gradients are taken with respect to: these and what they are made of stay as they are, no rule looks inside them,
   * and what depends on them, and what does not, stays so.
   */
  readonly opaque?: ReadonlySet<Variable>
  readonly fired?: (rule: Rule, before: Variable, after: Variable) => void
}

/**
 * The graph with the table's rules applied until none fires. Throws GraphError where lengths that have become known do not fit;
 * Error, naming the rules, if they do not terminate or one of them changes a type.
 */
export function rewrite(graph: FunctionGraph, table: Table, options: RewriteOptions = {}): FunctionGraph {
  // The number of uses is counted before a pass: what a pass has made single can be seen by the next.
  for (let pass = 0; pass < largestPasses; pass++) {
    const result = once(graph, table, options)
    graph = result.graph
    if (!result.fired || !anySingle(result.shared, graph)) break
  }
  return graph
}

const largestPasses = 8

function anySingle(shared: readonly Variable[], graph: FunctionGraph): boolean {
  if (shared.length === 0) return false
  const roots = everyRoot(graph)
  const counts = clientCounts(ancestors(roots, true), roots)
  return shared.some((v) => counts.get(v) === 1)
}

function once(graph: FunctionGraph, table: Table, options: RewriteOptions): Normalized & { fired: boolean } {
  const index = indexOf(table)
  const recent: string[] = []
  const endless = (): never => {
    throw new Error(`rules that do not terminate: ${[...new Set(recent)].join(', ')}`)
  }
  const budget = new Budget(endless)
  const step: Step = (v, surroundings) => {
    const site = siteOf(v, surroundings)
    for (const entry of index.get(v.owner?.op.name ?? '') ?? []) {
      const result = attempt(entry, v, site, surroundings)
      if (result === null || result === v) continue
      recent.push(entry.rule.name)
      if (recent.length > 20) recent.shift()
      budget.spend(v, result)
      options.fired?.(entry.rule, v, result)
      return result
    }
    return null
  }
  const result = normalize(graph, step, endless, options.opaque)
  return { ...result, fired: recent.length > 0 }
}

/** Rules may follow each other on what they make, but not without end. */
class Budget {
  private readonly depth = new Map<Variable, number>()
  private readonly exceeded: () => never

  constructor(exceeded: () => never) {
    this.exceeded = exceeded
  }

  spend(before: Variable, after: Variable): void {
    const depth = (this.depth.get(before) ?? 0) + 1
    if (depth > 200) this.exceeded()
    this.depth.set(after, depth)
  }
}

interface Entry {
  readonly rule: Rule
  readonly pattern: Variable | null
}

const indices = new WeakMap<Table, Map<string, Entry[]>>()

function indexOf(table: Table): Map<string, Entry[]> {
  const known = indices.get(table)
  if (known) return known
  const index = new Map<string, Entry[]>()
  for (const r of table) {
    for (const from of r.from) {
      const op = typeof from === 'string' ? from : from.owner!.op.name
      const entry = { rule: r, pattern: typeof from === 'string' ? null : from }
      index.set(op, [...(index.get(op) ?? []), entry])
    }
  }
  indices.set(table, index)
  return index
}

function siteOf(root: Variable, surroundings: Surroundings): Site {
  return {
    root,
    clients: (v) => surroundings.clients(v),
    alone: (v) => surroundings.clients(v, root) <= 1,
    value: (v) => (surroundings.opaque.has(v) ? null : uniformValue(v)),
    owner: (v, ...ops) => {
      if (v.owner === null || (v !== root && surroundings.opaque.has(v))) return null
      return ops.length === 0 || ops.includes(v.owner.op.name) ? v.owner : null
    },
  }
}

function attempt({ rule: { name, to, when }, pattern }: Entry, v: Variable, site: Site, { opaque }: Surroundings): Variable | null {
  for (const found of pattern === null ? [{}] : matches(pattern, v, opaque)) {
    if (when !== null && !when(found, site)) continue
    try {
      const result = withSpan(v.owner!.span, () => {
        const made = typeof to === 'function' ? to(found, site) : instantiate(to, found)
        return made && withType(made, v)
      })
      if (result !== null) return result
    } catch (error) {
      // Lengths that have become known and do not fit: the user's mistake, found late.
      if (error instanceof GraphError) throw new GraphError(error.code, error.facts, error.span ?? v.owner!.span)
      throw new Error(`rule ${name} on ${v.owner!.op.name}: ${(error as Error).message}`, { cause: error })
    }
  }
  return null
}
