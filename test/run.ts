// test: everything, in this process: each test/**/*.test.ts, then the fixtures. `node test/run.ts [filter]` runs the files whose
// path contains the filter (fixtures likewise). The last line counts; the exit code tells.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkFixtures } from './fixtures.ts'

/** What uvu queues for each file: runs its tests, prints dots, returns the report of failures (or true) and counts. */
type QueuedSuite = () => Promise<[errors: string | true, passed: number, skipped: number, ran: number]>

const here = import.meta.dirname
const filter = process.argv[2] ?? ''
const state = globalThis as unknown as { UVU_DEFER: 1; UVU_INDEX: number; UVU_QUEUE: (string | QueuedSuite)[][] }
state.UVU_DEFER = 1
state.UVU_QUEUE = []
let passed = 0
let failed = 0
let skipped = 0

const files = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && name.includes(filter) && !name.includes('node_modules'))
  .sort()
for (const name of files) {
  state.UVU_INDEX = state.UVU_QUEUE.push([]) - 1
  process.stdout.write(`${name} `)
  try {
    await import(join(here, name))
  } catch (error) {
    process.stdout.write(`does not load\n${error instanceof Error ? error.stack : error}\n`)
    failed++
    continue
  }
  for (const suite of state.UVU_QUEUE[state.UVU_INDEX] as QueuedSuite[]) {
    const [errors, right, left, ran] = await suite()
    if (errors !== true) process.stdout.write(`\n${errors}\n`)
    passed += right
    failed += ran - right
    skipped += left
  }
}

const fixtures = await checkFixtures(filter)
passed += fixtures.passed
failed += fixtures.failed
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
