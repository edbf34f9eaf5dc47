// scripts: docs/rewrites.md, everything that `include` and `exclude` of a mode can name.
import { passes, type Rewrite, rewrites } from '../../src/rewriting/selection.ts'

const head = `<!-- Made by scripts/docs.ts. Do not edit: rules are in src/rewriting/rules, passes in src/rewriting/selection.ts. -->

# Rewrites

What the compiler does to a graph, by the names and tags that [\`mode.include\` and \`mode.exclude\`](modes.md) take. Names are Theano's where it has
the rewrite. \`theano inspect FILE --emit rewrites\` prints those that fire in a function.`

/** Phases in the order in which they are made, with what they are for. */
const phases: readonly (readonly [tag: string, words: string])[] = [
  ['stabilize', 'Formulas that overflow or cancel as written become those that do not. Before derivatives are taken, and after.'],
  ['canonicalize', 'Identities, by which the same becomes the same: what is useless goes, constants move together, views towards the leaves.'],
  ['specialize', 'Cheaper forms of what is left.'],
]

export function rewritesPage(): string {
  const sections = phases.map(([tag, words]) => {
    const own = rewrites.filter(({ rule, tags }) => rule !== null && tags.includes(tag))
    return `## ${tag}\n\n${words} Tags: ${tagText(own[0])}.\n\n${table(own.map(({ name, rule }) => [`\`${name}\``, rule!.why]))}`
  })
  const others = Object.entries(passes).map(([name, { tags, why }]) => [`\`${name}\``, tags.map((t) => `\`${t}\``).join(' '), why])
  return `${[head, ...sections, `## Passes\n\n${table(others, ['name', 'tags', 'what it does'])}`].join('\n\n')}\n`
}

const tagText = ({ tags }: Rewrite): string => tags.map((t) => `\`${t}\``).join(', ')

const table = (rows: readonly (readonly string[])[], heads: readonly string[] = ['name', 'why']): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.map((c) => c.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
