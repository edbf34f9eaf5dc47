// rewriting: which rewrites a mode makes. Every rewrite has a name and tags, Theano's words where it has them; what is left out
// never changes what a function means.
import { GraphError } from '../graph/errors.ts'
import type { Mode } from '../graph/tracedFunction.ts'
import type { Rule, Table } from './engine.ts'
import { type Phase, phases, rules, type Tables } from './rules/index.ts'

/** What is made besides rules: a pass over the graph, and what lowering does by itself. */
export const passes = {
  constant_folding: { tags: ['fast_run', 'fast_compile'], why: 'what depends on constants only is computed by the build, up to 1024 elements' },
  elemwise_fusion: { tags: ['fusion', 'fast_run', 'fast_compile'], why: 'elementwise operations and reductions over the same elements share a loop' },
  BlasOpt: { tags: ['blas', 'fast_run', 'fast_compile'], why: 'WebAssembly: what is done to the elements of a matrix product is done as they are finished' },
  inplace_elemwise_optimizer: {
    tags: ['inplace', 'fast_run'],
    why: 'results are computed in the memory of `mutable` arguments, parts written in that of what they are written to',
  },
} as const
export type Pass = keyof typeof passes

/** What code cannot be made without, and why. */
const needed: Readonly<Record<string, string>> = {
  merge: 'equal expressions are one from the start',
  gradient: 'code is made of derivatives that are written out',
  expand_composites: 'code is made of what operations such as softmax consist of',
}

export interface Rewrite {
  readonly name: string
  readonly tags: readonly string[]
  /** Null for passes. */
  readonly rule: Rule | null
}

const tagsOf: Readonly<Record<Phase, readonly string[]>> = {
  canonicalize: ['canonicalize', 'fast_run', 'fast_compile'],
  stabilize: ['stabilize', 'fast_run', 'fast_compile'],
  specialize: ['specialize', 'fast_run'],
}

/** All that modes choose among. */
export const rewrites: readonly Rewrite[] = [
  ...(Object.keys(phases) as Phase[]).flatMap((phase) => phases[phase].map((rule) => ({ name: rule.name, tags: tagsOf[phase], rule }))),
  ...Object.entries(passes).map(([name, { tags }]) => ({ name, tags, rule: null })),
]
const words = new Set([...rewrites.flatMap(({ name, tags }) => [name, ...tags]), ...Object.keys(needed)])

export interface Selection {
  readonly tables: Tables
  readonly passes: ReadonlySet<Pass>
}

/**
 * The rewrites of a mode: those with its tag (`fast_compile` for FAST_COMPILE, `fast_run` for the others), and those it includes, without
 * those it excludes. Throws GraphError TH3060 for a name that no rewrite has, TH3061 for one that cannot be left out.
 */
export function select(mode: Mode): Selection {
  for (const word of [...mode.include, ...mode.exclude]) if (!words.has(word)) throw new GraphError('TH3060', { name: word, near: nearText(word) }, mode.span)
  for (const word of mode.exclude) if (Object.hasOwn(needed, word)) throw new GraphError('TH3061', { name: word, reason: needed[word] }, mode.span)
  const base = mode.name === 'FAST_COMPILE' ? 'fast_compile' : 'fast_run'
  const key = JSON.stringify([base, mode.include, mode.exclude])
  if (!known.has(key)) known.set(key, chosen([base, ...mode.include], mode.exclude))
  return known.get(key)!
}

/** Tables are the same objects for the same choice: the engine keeps an index of each. */
const known = new Map<string, Selection>()

function chosen(included: readonly string[], excluded: readonly string[]): Selection {
  const isChosen = ({ name, tags }: Rewrite): boolean => [name, ...tags].some((w) => included.includes(w)) && ![name, ...tags].some((w) => excluded.includes(w))
  const made = rewrites.filter(isChosen)
  const ofRules = new Set(made.map(({ rule }) => rule))
  const filtered = (table: Table): Table => table.filter((rule) => ofRules.has(rule))
  // Without rules of its own, the last phase is left out.
  const last = phases.specialize.some((rule) => ofRules.has(rule)) ? filtered(rules.specialize) : []
  return {
    tables: { canonicalize: filtered(rules.canonicalize), stabilize: filtered(rules.stabilize), specialize: last },
    passes: new Set(made.flatMap(({ name, rule }) => (rule === null ? [name as Pass] : []))),
  }
}

/** `; did you mean …?` where a name is written almost so. */
function nearText(word: string): string {
  const near = [...words].map((w) => [distance(word.toLowerCase(), w.toLowerCase()), w] as const).filter(([d, w]) => d <= Math.max(2, w.length / 4))
  near.sort(([a], [b]) => a - b)
  const texts = near.slice(0, 3).map(([, w]) => `\`${w}\``)
  return texts.length > 0 ? `; did you mean ${texts.join(' or ')}?` : '.'
}

/** Levenshtein's distance: insertions, deletions and exchanges of a character. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]
}
