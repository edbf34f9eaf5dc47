// test: the fixtures of fixtures/<suite>/<behaviour>.ts against their goldens <behaviour>.expect.md, and what they print under the
// other linker.
// `npm run fixtures -- [filter]` checks, `npm run fixtures -- --update [filter]` rewrites what differs; not in CI.
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileFixtures } from './fixtures/compile.ts'
import { runFixtures } from './fixtures/execute.ts'
import { differences, printedOtherwise, problemsOf, render } from './fixtures/golden.ts'
import { moduleProblem } from './fixtures/module.ts'

const root = join(import.meta.dirname, '..', 'fixtures')

/** Names of fixtures, `<suite>/<behaviour>`, that contain `filter`. */
function fixtureNames(filter: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.helper.ts') && name.includes(filter))
    .map((name) => name.slice(0, -3))
    .sort()
}

/** Compiles and runs the fixtures and compares with the goldens, or rewrites those. Prints what differs. */
export async function checkFixtures(filter = '', update = false): Promise<{ passed: number; failed: number }> {
  const names = fixtureNames(filter)
  process.stdout.write(`fixtures (${names.length})\n`)
  if (names.length === 0) return { passed: 0, failed: 0 }
  const compiled = compileFixtures(root, names)
  const results = await runFixtures(compiled)
  const plain = names.filter((name) => !/(^|\/)(error|todo)\./.test(name))
  const others = compileFixtures(root, plain, true, compiled)
  const otherResults = await runFixtures(others, 'fixtures-other')
  const modules = new Map([...compiled, ...others].map((fixture) => [fixture.name, moduleProblem(fixture)] as const).filter(([, problem]) => problem !== null))
  let failed = 0
  for (const fixture of compiled) {
    const golden = join(root, `${fixture.name}.expect.md`)
    const result = results.get(fixture.name)!
    const actual = render(fixture, result)
    const expected = existsSync(golden) ? readFileSync(golden, 'utf8') : ''
    const problems = problemsOf(fixture, result)
    const otherwise = otherResults.has(fixture.name) ? printedOtherwise(result, otherResults.get(fixture.name)!) : null
    if (otherwise !== null) problems.push(otherwise)
    if (modules.has(fixture.name)) problems.push(modules.get(fixture.name)!)
    if (problems.length === 0 && actual !== expected) {
      if (update) writeFileSync(golden, actual)
      else problems.push(expected === '' ? 'has no golden (npm run fixtures -- --update)' : differences(expected, actual))
    }
    if (problems.length === 0) continue
    failed++
    process.stdout.write(`  ✘ ${fixture.name}\n${problems.join('\n').replace(/^/gm, '      ')}\n`)
  }
  if (filter === '') failed += orphans(update)
  return { passed: compiled.length - failed, failed }
}

/** Goldens whose fixture is gone. */
function orphans(update: boolean): number {
  const left = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.expect.md') && !existsSync(join(root, name.replace('.expect.md', '.ts'))),
  )
  for (const name of left) {
    if (update) unlinkSync(join(root, name))
    else process.stdout.write(`  ✘ ${name} has no fixture\n`)
  }
  return update ? 0 : left.length
}

if (process.argv[1] === import.meta.filename) {
  const update = process.argv.includes('--update')
  if (update && process.env.CI) throw new Error('goldens are not rewritten in CI')
  const { passed, failed } = await checkFixtures(process.argv.slice(2).find((a) => !a.startsWith('--')) ?? '', update)
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  process.exitCode = failed === 0 ? 0 : 1
}
