// runtime: what a function with `profile: true` counts, and how it is shown. Emitted code of other functions does not import this file.

/** A loop nest or library kernel, and how its time is divided: number of a line and its part, the parts sum to 1. */
interface KernelSpec {
  readonly name: string
  readonly lines: readonly (readonly [line: number, part: number])[]
}
interface LineSpec {
  readonly file: string
  readonly line: number
  readonly text: string
}

/** A loop nest or library kernel. */
export interface ProfiledKernel {
  /** What it computes: the user's name for it, if any, and its operations. */
  readonly name: string
  readonly calls: number
  readonly seconds: number
  /** Its part of the time in all kernels. */
  readonly share: number
  /** Read and written by all calls, each array counted once a call. */
  readonly bytes: number
  /** How its time is divided among lines, by the estimated cost of what each contributes. */
  readonly lines: readonly { readonly file: string; readonly line: number; readonly share: number }[]
}
/** A line of the user's source. */
export interface ProfiledLine {
  /** As seen from the project's folder. */
  readonly file: string
  readonly line: number
  readonly text: string
  readonly seconds: number
  /** Its part of the time in all kernels. */
  readonly share: number
}

export const now = (): number => performance.now()

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`.padStart(6)
const time = (seconds: number): string => `${seconds.toExponential(2)}s`.padStart(9)

/** Calls and times of one function; prints as a table, and as JSON. */
export class Profile {
  readonly name: string
  /** Calls so far, those that threw included. */
  calls = 0
  /** Total time in them. */
  seconds = 0
  readonly #kernels: readonly KernelSpec[]
  readonly #lines: readonly LineSpec[]
  readonly #counts: { calls: number; seconds: number; bytes: number }[]

  constructor(name: string, kernels: readonly KernelSpec[], lines: readonly LineSpec[]) {
    this.name = name
    this.#kernels = kernels
    this.#lines = lines
    this.#counts = kernels.map(() => ({ calls: 0, seconds: 0, bytes: 0 }))
  }

  /** Emitted code: a call that began at `start` ends. */
  leave(start: number): void {
    this.calls++
    this.seconds += (now() - start) / 1000
  }

  /** Emitted code: a kernel that began at `start` has moved these bytes. */
  lap(kernel: number, start: number, bytes: number): void {
    const count = this.#counts[kernel]
    count.calls++
    count.seconds += (now() - start) / 1000
    count.bytes += bytes
  }

  #total(): number {
    return this.#counts.reduce((sum, { seconds }) => sum + seconds, 0)
  }

  /** In the order in which they run. */
  get kernels(): ProfiledKernel[] {
    const total = this.#total() || 1
    return this.#kernels.map(({ name, lines }, i) => {
      const { calls, seconds, bytes } = this.#counts[i]
      const places = lines.map(([at, share]) => ({ file: this.#lines[at].file, line: this.#lines[at].line, share }))
      return { name, calls, seconds, share: seconds / total, bytes, lines: places }
    })
  }

  /** The lines that kernels come from, those that take longest first. */
  get lines(): ProfiledLine[] {
    const total = this.#total() || 1
    const seconds = this.#lines.map(() => 0)
    this.#kernels.forEach((kernel, i) => {
      for (const [at, part] of kernel.lines) seconds[at] += part * this.#counts[i].seconds
    })
    return this.#lines.map((line, i) => ({ ...line, seconds: seconds[i], share: seconds[i] / total })).sort((a, b) => b.seconds - a.seconds)
  }

  /** Counts from here on. */
  reset(): void {
    this.calls = 0
    this.seconds = 0
    for (const count of this.#counts) Object.assign(count, { calls: 0, seconds: 0, bytes: 0 })
  }

  /** A table as Theano prints one. */
  toString(): string {
    const { name, calls, seconds, lines } = this
    const total = this.#total()
    let sum = 0
    const kernels = [...this.kernels]
      .sort((a, b) => b.seconds - a.seconds)
      .map((k) => {
        sum += k.share
        const each = k.seconds / (k.calls || 1)
        const place = [...k.lines].sort((a, b) => b.share - a.share).slice(0, 1)
        const numbers = [percent(k.share), percent(sum), time(k.seconds), time(each), String(k.calls).padStart(7), String(k.bytes).padStart(12)]
        return `  ${numbers.join('  ')}  ${[k.name, ...place.map((l) => `(${l.file}:${l.line})`)].join(' ')}`
      })
    const places = lines.map((l) => `  ${percent(l.share)}  ${time(l.seconds)}  ${l.file}:${l.line}  ${l.text}`)
    return [
      `Function profiling: ${name}`,
      `  Time in ${calls} calls: ${time(seconds).trim()}`,
      `  Time in kernels: ${time(total).trim()} (${percent(total / (seconds || 1)).trim()})`,
      '',
      'Kernels',
      '  % time   sum %       time  time/call    #call         bytes  name',
      ...kernels,
      '',
      'Lines',
      '  % time       time  place',
      ...places,
    ].join('\n')
  }

  toJSON(): { name: string; calls: number; seconds: number; kernels: ProfiledKernel[]; lines: ProfiledLine[] } {
    const { name, calls, seconds, kernels, lines } = this
    return { name, calls, seconds, kernels, lines }
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}
