// bench: the process of one side: `node worker.ts MODULE ARGUMENT`. Commands and answers are lines of JSON (protocol of peers.ts).
import { createInterface } from 'node:readline'
import { threadTime } from './clock.ts'
import { idle, type Prepared, type SideFactory, type Variants } from './side.ts'

/** Answers start with this, so that what a peer prints is not taken for one. */
const MARK = '\u0001'

const answer = (value: unknown): void => void process.stdout.write(`${MARK}${JSON.stringify(value)}\n`)

function repeat(run: () => unknown, calls: number): void {
  for (let i = 0; i < calls; i++) run()
}

for (const run of idle) repeat(run, 2000)

/** Seconds of this thread a call, over `calls` calls; what V8 compiles beside does not count. */
async function time({ run, awaited }: Prepared, calls: number): Promise<number> {
  const begin = threadTime()
  if (awaited) for (let i = 0; i < calls; i++) await run()
  else repeat(run, calls)
  return (threadTime() - begin) / calls
}

/** Calls `prepared` for about `seconds` (at least twice, once when a call is as long) and returns seconds a call at the end. */
async function warm(prepared: Prepared, seconds: number): Promise<number> {
  let last = await time(prepared, 1)
  if (last > seconds) return last
  for (let spent = last, calls = 1; spent < seconds; spent += last * calls) {
    calls = Math.max(1, Math.min(calls * 2, Math.round((seconds - spent) / Math.max(last, 1e-9))))
    last = await time(prepared, calls)
  }
  return last
}

const [module, argument = ''] = process.argv.slice(2)
const side = await ((await import(module)).default as SideFactory)(argument)
let variants: Variants = {}
answer({ ready: true })

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  try {
    if (command.do === 'prepare') {
      variants = await side.prepare(command.row)
      const found = []
      for (const [name, prepared] of Object.entries(variants)) found.push({ name, value: prepared.value, seconds: await warm(prepared, 0.2) })
      answer({ variants: found })
    } else if (command.do === 'sample') {
      const prepared = variants[command.variant]
      if (command.warm > 0) await warm(prepared, command.warm)
      answer({ seconds: await time(prepared, command.calls) })
    } else {
      variants = {}
      await side.drop?.()
      answer({})
    }
  } catch (error) {
    answer({ skipped: error instanceof Error ? error.message : String(error) })
  }
}
process.exit(0)
