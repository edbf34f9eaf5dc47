// bench: one process a side, asked in turn, so that a noisy machine disturbs all alike and no side pays for another's garbage.
// Protocol, lines of JSON: { do: 'prepare', row } → { variants: [{ name, value?, seconds }] }; { do: 'sample', variant, calls, warm } →
// { seconds }; { do: 'drop' } → {}; { skipped } where a side cannot. Answers start with the byte 1.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { lowerQuartile } from './measure.ts'
import type { LimitRow } from './rows.ts'

export interface SideCommand {
  readonly name: string
  readonly command: readonly string[]
  /** A folder of bench/node_modules that the side needs. */
  readonly needs?: string
}

const here = import.meta.dirname
const node = (module: string, ...rest: string[]): string[] => [
  process.execPath,
  '--single-threaded-gc',
  '--disable-warning=ExperimentalWarning',
  join(here, 'worker.ts'),
  pathToFileURL(join(here, 'sides', module)).href,
  ...rest,
]

export const ours: readonly SideCommand[] = [
  { name: 'ours', command: node('ours.ts', 'wasm') },
  { name: 'js linker', command: node('ours.ts', 'js') },
]
export const limits: SideCommand = { name: 'limit', command: node('limits.ts'), needs: 'wabt' }
export const byHand: SideCommand = { name: 'js', command: node('js.ts') }
export const peers: readonly SideCommand[] = [
  { name: 'jax-js', command: node('jax.ts'), needs: '@jax-js/jax' },
  { name: 'ort-web', command: node('ort.ts'), needs: 'onnxruntime-web' },
  { name: 'tfjs-wasm', command: node('tfjs.ts'), needs: '@tensorflow/tfjs-backend-wasm' },
  { name: 'numpy-ts', command: node('numpyTs.ts'), needs: 'numpy-ts' },
]
export const native: SideCommand = { name: 'native', command: [process.env.PYTHON ?? 'python3', join(here, 'sides/native.py')] }

export interface Measured {
  /** The side, or what its variant is called. */
  readonly name: string
  readonly value?: number
  /** Seconds of the thread a call: the lower quartile of the samples, because whatever else runs on the machine can only make them longer. */
  readonly seconds: number
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the protocol above
type Answer = any

/** A running side. Its answers come one a command. */
export class Side {
  readonly name: string
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<Answer>

  private constructor(name: string, process: ChildProcess) {
    this.name = name
    this.#process = process
    this.#answers = answersOf(process)
  }

  /** The side, or why there is none. */
  static async start({ name, command, needs }: SideCommand): Promise<Side | string> {
    if (needs !== undefined && !existsSync(join(here, 'node_modules', needs))) return `${name}: not installed (npm ci --prefix bench --ignore-scripts)`
    const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
    let complaint = ''
    child.stderr?.on('data', (text) => (complaint += text))
    child.on('error', (error) => (complaint += error.message))
    child.stdin?.on('error', () => {})
    const side = new Side(name, child)
    const { done } = await side.#answers.next()
    return done ? `${name}: ${/^.*Error.*$/m.exec(complaint)?.[0] ?? (complaint.trim() || 'did not start')}` : side
  }

  async ask(command: object): Promise<Answer> {
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`)
    const { done, value } = await this.#answers.next()
    return done ? { skipped: 'the process ended' } : value
  }

  stop(): void {
    this.#process.kill()
  }
}

async function* answersOf({ stdout }: ChildProcess): AsyncGenerator<Answer> {
  if (stdout) for await (const line of createInterface({ input: stdout })) if (line.startsWith('\u0001')) yield JSON.parse(line.slice(1))
}

interface Contender {
  readonly side: Side
  readonly name: string
  readonly variant: string
  readonly value?: number
  /** Seconds a call, roughly. */
  readonly estimate: number
  readonly samples: number[]
}

const ROUNDS = 31
/** Seconds of a sample, and of the calls before it that fill the caches again. */
const SAMPLE = 0.005
const WARM = 0.002

/** Every side on one row: prepared one after the other, then sampled in turn, forwards and backwards. */
export async function measureRow(row: LimitRow, sides: readonly Side[]): Promise<{ measured: Measured[]; skipped: string[] }> {
  const contenders: Contender[] = []
  const skipped: string[] = []
  for (const side of sides) {
    const answer = await side.ask({ do: 'prepare', row })
    if (answer.skipped !== undefined) skipped.push(`${side.name}: ${answer.skipped.split('\n')[0].slice(0, 120)}`)
    for (const { name, value, seconds } of answer.variants ?? [])
      contenders.push({ side, name: name || side.name, variant: name, value, estimate: seconds, samples: [] })
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) if (round % interval(contender) === 0) await sample(contender)
  }
  for (const side of sides) await side.ask({ do: 'drop' })
  return {
    measured: contenders.map(({ name, value, samples }) => ({ name, value, seconds: lowerQuartile(samples) })),
    skipped,
  }
}

/** Sides that take long take part in every fifth round, or in the first only. */
const interval = ({ estimate }: Contender): number => (estimate > 1 ? ROUNDS : estimate > 0.05 ? 5 : 1)

async function sample({ side, variant, estimate, samples }: Contender): Promise<void> {
  const calls = Math.max(1, Math.round(SAMPLE / estimate))
  const { seconds } = await side.ask({ do: 'sample', variant, calls, warm: estimate > 0.05 ? 0 : WARM })
  if (seconds !== undefined) samples.push(seconds)
}

/** How many times as fast as `than` `what` is. */
export const speedup = (what: Measured, than: Measured): number => than.seconds / what.seconds
