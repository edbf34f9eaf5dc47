// scripts: docs/errors.md, every message of the build: from src/analysis/messages/*.md, with an example of each.
import { readdirSync, readFileSync } from 'node:fs'
import { refused } from '../../test/analysis/refused.ts'

const root = new URL('../../', import.meta.url)
const order = ['syntax', 'types', 'inputs', 'gradient', 'configuration', 'warnings']

const head = `<!-- Made by scripts/docs.ts. Do not edit: the texts are in src/analysis/messages. -->

# Messages

Every message of the build has one of these codes. \`tspc\` shows it with the place in your file; a build with an error exits non-zero, and the call
it concerns is emitted as code that throws the same message. Words in braces stand for names and types of yours. The examples that are whole
arrows are arguments of \`theano.fn\` that give the message.`

export function errorsPage(): string {
  const folder = new URL('src/analysis/messages/', root)
  const files = readdirSync(folder).map((file) => file.replace(/\.md$/, ''))
  const missing = files.find((file) => !order.includes(file))
  if (missing) throw new Error(`scripts/reference/errors.ts does not know the place of ${missing}.md`)
  const parts = order.filter((file) => files.includes(file)).map((file) => partOf(readFileSync(new URL(`${file}.md`, folder), 'utf8')))
  return `${[head, ...parts].join('\n\n')}\n`
}

/** One file: its title one level down, its sections in the order of their codes. */
function partOf(text: string): string {
  const [intro, ...sections] = text.trim().split(/^## /m)
  return [`#${intro.trim()}`, ...sections.sort().map(sectionOf)].join('\n\n')
}

/** Blocks are marked `typescript`: examples that do not compile are not for test/docs.test.ts. */
function sectionOf(section: string): string {
  const [code, ...lines] = section.trim().split('\n')
  const body = lines.join('\n').trim()
  const [message, ...rest] = body.split('\n')
  const explained = [
    `### ${code}`,
    `> ${message}`,
    rest
      .join('\n')
      .trim()
      .replace(/^```ts$/gm, '```typescript'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
  const example = body.includes('\n```') ? null : exampleOf(code)
  return example === null ? explained : `${explained}\n\n\`\`\`typescript\n${example}\n\`\`\``
}

/** A program of fixtures/errors, or the first arrow that test/analysis knows to be refused. */
function exampleOf(code: string): string | null {
  const folder = new URL('fixtures/errors/', root)
  const fixture = readdirSync(folder).find((file) => file.startsWith(`error.${code}.`) && file.endsWith('.ts'))
  if (fixture) return readFileSync(new URL(fixture, folder), 'utf8').trim()
  return refused.find(([, of]) => of === code)?.[0] ?? null
}
