// Writes the pages that are made of the sources: the table of operations in README.md and docs/language.md (between markers),
// docs/operations.md and docs/errors.md. `node scripts/docs.ts --check` only says whether they are up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import MagicString from 'magic-string'
import { library } from '../src/graph/library.ts'
import { errorsPage } from './reference/errors.ts'
import { operationsPage } from './reference/operations.ts'
import { rewritesPage } from './reference/rewrites.ts'

const begin = '<!-- operations: made by scripts/docs.ts -->'
const end = '<!-- end of operations -->'

function table(): string {
  const rows = Object.entries(library).map(
    ([family, functions]) =>
      `| ${family} | ${Object.keys(functions)
        .map((name) => `\`${name}\``)
        .join(' ')} |`,
  )
  const count = new Set(Object.values(library).flatMap((functions) => Object.keys(functions))).size
  return ['', `${count} operations, besides the operators and \`Math.*\`:`, '', '| family | operations |', '|---|---|', ...rows, ''].join('\n')
}

/** The document with the text between its markers replaced; throws Error if the markers are missing. */
function withTable(before: string): string {
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from < 0 || to < from) throw new Error('no operations markers')
  return new MagicString(before).update(from + begin.length, to, `\n${table()}\n`).toString()
}

const pages: Readonly<Record<string, (before: string) => string>> = {
  'README.md': withTable,
  'docs/language.md': withTable,
  'docs/operations.md': operationsPage,
  'docs/errors.md': errorsPage,
  'docs/rewrites.md': rewritesPage,
}

const check = process.argv.includes('--check')
for (const [name, make] of Object.entries(pages)) {
  const path = new URL(`../${name}`, import.meta.url)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const after = make(before)
  if (check && before !== after) {
    console.error(`${name} is out of date: run node scripts/docs.ts`)
    process.exitCode = 1
  }
  if (!check) writeFileSync(path, after)
}
