// Writes the table of operations into README.md and docs/language.md, between markers, from src/graph/library.ts.
// `node scripts/docs.ts --check` only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import MagicString from 'magic-string'
import { library } from '../src/graph/library.ts'

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
function withTable(path: string): { before: string; after: string } {
  const before = readFileSync(path, 'utf8')
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${path} has no operations markers`)
  const after = new MagicString(before).update(from + begin.length, to, `\n${table()}\n`).toString()
  return { before, after }
}

const check = process.argv.includes('--check')
for (const name of ['README.md', 'docs/language.md']) {
  const path = new URL(`../${name}`, import.meta.url).pathname
  const { before, after } = withTable(path)
  if (check && before !== after) {
    console.error(`${name} is out of date: run node scripts/docs.ts`)
    process.exitCode = 1
  }
  if (!check) writeFileSync(path, after)
}
