// test: everything: each test/**/*.test.ts, then the fixtures. `node test/run.ts [filter]` runs the files whose path contains the filter
// (fixtures likewise). Each room has a process of its own, as what one keeps alive slows the garbage collector of the next; as many run at a
// time as there are processors. The last line counts; the exit code tells.
import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { availableParallelism } from 'node:os'
import { join, sep } from 'node:path'
import { checkFixtures } from './fixtures.ts'

/** What uvu queues for each file: runs its tests, prints dots, returns the report of failures (or true) and counts. */
type QueuedSuite = () => Promise<[errors: string | true, passed: number, skipped: number, ran: number]>

interface Counts {
  passed: number
  failed: number
  skipped: number
}

const here = import.meta.dirname
const [filter = '', ownRoom] = process.argv.slice(2)

/** The room of a test file: its folder under this one. */
const roomOf = (name: string): string => (name.includes(sep) ? name.slice(0, name.indexOf(sep)) : '')

const files = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && name.includes(filter) && !name.includes('node_modules'))
  .sort()

/** Runs the tests of files in this process. */
async function runFiles(names: readonly string[]): Promise<Counts> {
  const state = globalThis as unknown as { UVU_DEFER: 1; UVU_INDEX: number; UVU_QUEUE: (string | QueuedSuite)[][] }
  state.UVU_DEFER = 1
  state.UVU_QUEUE = []
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const name of names) {
    state.UVU_INDEX = state.UVU_QUEUE.push([]) - 1
    process.stdout.write(`${name} `)
    try {
      await import(join(here, name))
    } catch (error) {
      process.stdout.write(`does not load\n${error instanceof Error ? error.stack : error}\n`)
      counts.failed++
      continue
    }
    for (const suite of state.UVU_QUEUE[state.UVU_INDEX] as QueuedSuite[]) {
      const [errors, right, left, ran] = await suite()
      if (errors !== true) process.stdout.write(`\n${errors}\n`)
      counts.passed += right
      counts.failed += ran - right
      counts.skipped += left
    }
  }
  return counts
}

/** Runs a room in a process of its own and prints what it says when it has ended. One that ends without its counts has failed. */
function runRoom(room: string): Promise<Counts> {
  const child = fork(import.meta.filename, [filter, room], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  const said: Buffer[] = []
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => void said.push(chunk))
  let counts: Counts | undefined
  child.on('message', (message: Counts) => {
    counts = message
  })
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      process.stdout.write(Buffer.concat(said))
      if (counts === undefined || code !== 0) process.stdout.write(`\n${room}: ended with ${signal ?? code}\n`)
      resolve(counts !== undefined && code === 0 ? counts : { passed: 0, skipped: 0, ...counts, failed: (counts?.failed ?? 0) + 1 })
    })
  })
}

const fixturesRoom = 'fixtures'
if (ownRoom !== undefined) {
  process.env.NODE_COMPILE_CACHE = enableCompileCache(join(here, '../.tmp/compiled')).directory
  const counts = ownRoom === fixturesRoom ? { ...(await checkFixtures(filter)), skipped: 0 } : await runFiles(files.filter((name) => roomOf(name) === ownRoom))
  process.send!(counts)
  process.disconnect()
} else {
  // The package first, as it takes longest.
  const rooms = [...new Set(files.map(roomOf))].sort((a, b) => Number(b === 'package') - Number(a === 'package'))
  rooms.push(fixturesRoom)
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  const work = async (): Promise<void> => {
    for (let room = rooms.shift(); room !== undefined; room = rooms.shift()) {
      const counts = await runRoom(room)
      for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`)
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
}
