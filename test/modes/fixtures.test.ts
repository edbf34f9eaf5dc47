// test: what the fixtures print does not depend on the mode that the project sets, except where a mode is there to complain.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ModeName } from '../../runtime/functionTypes.ts'
import { compileFixtures, type Fixture } from '../fixtures/compile.ts'
import { type Result, runFixtures } from '../fixtures/execute.ts'
import { printedOtherwise } from '../fixtures/golden.ts'

const root = join(import.meta.dirname, '..', '..', 'fixtures')
const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.helper.ts') && !/(^|\/)(error|todo)\./.test(name))
  .map((name) => name.slice(0, -3))
  .sort()

/** What a fixture prints, from its golden. */
function printed(name: string): Result {
  const text = readFileSync(join(root, `${name}.expect.md`), 'utf8')
  return { printed: (/## result\n\n```\n([\s\S]*?)\n?```\n$/.exec(text)?.[1] ?? '').split('\n'), thrown: null }
}

/** Fixtures that compute with what is not finite. */
const complaints: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  NanGuardMode: {
    'elementwise/integers': /^Error: ratio: Infinity in `a \/ b`/,
    'elementwise/polynomial': /^Error: f: NaN in parameter x/,
    'modes/exclude': /^Error: literal: Infinity in `exp\(x\)`/,
    'helpers/optional': /^Error: fn: NaN in captured s\.gain/,
    'reductions/averages': /^Error: without: NaN in parameter x/,
    'reductions/extremes': /^Error: rows: NaN in parameter x/,
    'scalars/arithmetic': /^Error: poly: NaN in parameter x/,
    'scalars/conditional': /^Error: huber: NaN in parameter x/,
    'wasm/elementwise': /^Error: f: NaN in parameter x/,
    'wasm/select': /^Error: leaky: NaN in parameter x/,
  },
  DebugMode: {
    'elementwise/integers': /^InvalidValueError: ratio: result ratio is not finite/,
    'elementwise/polynomial': /^InvalidValueError: f: result f is not finite/,
    'modes/exclude': /^InvalidValueError: literal: result literal is not finite/,
    'reductions/extremes': /^InvalidValueError: rows: result max is not finite/,
    'scalars/arithmetic': /^InvalidValueError: poly: result poly is not finite/,
    'scalars/conditional': /^InvalidValueError: huber: result huber is not finite/,
    'wasm/elementwise': /^InvalidValueError: f: result f is not finite/,
    'wasm/select': /^InvalidValueError: leaky: result leaky is not finite/,
  },
}

/** What FAST_RUN overwrites in place stays as it is: nothing is in place in FAST_COMPILE, and NanGuardMode looks at it when all is computed. */
const modal: Readonly<Record<string, readonly string[]>> = { FAST_COMPILE: ['inputs/mutable'], NanGuardMode: ['inputs/mutable'] }

let last: readonly Fixture[] | undefined
for (const mode of ['FAST_COMPILE', 'NanGuardMode', 'DebugMode'] satisfies ModeName[]) {
  test(`${mode} as the project's`, async () => {
    const fixtures = compileFixtures(root, names, false, last, mode)
    last = fixtures
    const results = await runFixtures(fixtures, `fixtures-${mode}`)
    for (const { name, own, frames } of fixtures) {
      assert.equal(
        own.filter((d) => d.category === 1),
        [],
        `${name}: ${frames}`,
      )
      const result = results.get(name)!
      const complaint = complaints[mode]?.[name]
      if (complaint) assert.match(result.thrown ?? '', complaint, name)
      else if (!modal[mode]?.includes(name)) assert.is(result.thrown ?? printedOtherwise(printed(name), result), null, name)
    }
  })
}

test.run()
