// bench: what was measured of a row, as a line of text and as a line of the README's table.
import { duration, gigabytes, gigaflops } from './measure.ts'
import { type Measured, speedup } from './peers.ts'
import type { Aim, LimitRow, Row } from './rows.ts'

export interface Result {
  readonly row: Row
  readonly measured: readonly Measured[]
  readonly skipped: readonly string[]
}

const nativeNames = ['numpy', 'pytensor']

/** Largest relative difference of the compared numbers that rounding explains. */
const tolerance = { float32: 2e-6, float64: 1e-9 }

const find = ({ measured }: Result, name: string): Measured | undefined => measured.find((m) => m.name === name)

const fastest = (list: readonly Measured[]): Measured | undefined => list.toSorted((a, b) => a.seconds - b.seconds)[0]

/** JavaScript and WASM that is not ours. */
function peersOf({ row, measured }: Result): Measured[] {
  const not = ['ours', 'js linker', ...nativeNames, ...row.limits]
  return measured.filter((m) => !not.includes(m.name))
}

/** A side's number differs from the hand-written JavaScript's by more than rounding. */
export function deviation(result: Result, { name, value }: Measured): number | undefined {
  const expected = find(result, 'js')?.value
  if (value === undefined || expected === undefined || name === 'js') return undefined
  const relative = Math.abs(value - expected) / Math.abs(expected)
  return relative <= tolerance[result.row.dtype] ? undefined : relative
}

const rate = ({ bytes, flops }: LimitRow, { seconds }: Measured): string => (flops > 0 ? gigaflops(flops, seconds) : bytes > 0 ? gigabytes(bytes, seconds) : '')

const against = (result: Result, { than }: Aim): Measured | undefined => (than === 'peers' ? fastest(peersOf(result)) : find(result, than))

interface Verdict {
  readonly text: string
  readonly reached: boolean
}

/** The aims of a row and what was reached; of those whose other side was measured. */
export function verdicts(result: Result): Verdict[] {
  const own = find(result, 'ours')
  if (!own) return []
  const { aims, most } = result.row
  const ratios = aims.flatMap((aim) => {
    const other = against(result, aim)
    if (!other) return []
    const reached = speedup(own, other)
    return [{ text: `${reached.toFixed(2)} × ${other.name} (aim ${aim.least})`, reached: reached >= aim.least }]
  })
  if (most === undefined) return ratios
  return [...ratios, { text: `${duration(own.seconds)} (aim ${duration(most)})`, reached: own.seconds <= most }]
}

const mark = (result: Result, m: Measured): string => (deviation(result, m) === undefined ? '' : '≠')

const timed = (result: Result, m: Measured | undefined): string => (m ? `${m.name} ${duration(m.seconds)}${mark(result, m)}` : '')

/** "jax-js 36 µs (2.2)": how often ours fits into it. */
function compared(result: Result, m: Measured | undefined): string {
  const own = find(result, 'ours')
  return own && m ? `${timed(result, m)} (${speedup(own, m).toPrecision(2)})` : timed(result, m)
}

const nativeOf = (result: Result): Measured | undefined => fastest(result.measured.filter((m) => nativeNames.includes(m.name)))

/** "copy 35 GB/s (0.9)": ours as a part of the limit's speed. */
function limitsOf(result: Result): string {
  const own = find(result, 'ours')
  return result.row.limits
    .flatMap((name) => find(result, name) ?? [])
    .map((limit) => `${limit.name} ${rate(result.row, limit)}${own ? ` (${speedup(own, limit).toPrecision(2)})` : ''}`)
    .join(', ')
}

const cells = (result: Result): string[] => {
  const own = find(result, 'ours')
  return [
    result.row.name,
    own ? duration(own.seconds) + mark(result, own) : '',
    own ? rate(result.row, own) : '',
    limitsOf(result),
    compared(result, fastest(peersOf(result))),
    compared(result, nativeOf(result)),
  ]
}

const heads = ['work', 'theano-ts', 'rate', 'limit', 'best JS or WASM peer', 'native']
const widths = [34, 10, 12, 45, 27, 24]
const line = (parts: readonly string[]): string => parts.map((text, i) => text.padEnd(widths[i])).join(' ')

export const textHeading = (): string => line(heads)

/** One line of the machine's own limits. */
export const machineLine = (row: LimitRow, measured: readonly Measured[]): string =>
  `limits, ${row.name.padEnd(13)} ${measured.map((limit) => `${limit.name} ${rate(row, limit)}`).join(', ')}`

/** The row, then whatever else there is to say about it. */
export function text(result: Result): string {
  const others = result.measured.filter((m) => m.name !== 'ours' && !result.row.limits.some((limit) => limit === m.name))
  const wrong = result.measured.flatMap((m) => {
    const relative = deviation(result, m)
    return relative === undefined
      ? []
      : [`  ≠ ${m.name} computes ${m.value}, js ${find(result, 'js')?.value}: relative difference ${relative.toExponential(1)}`]
  })
  return [
    line(cells(result)).trimEnd(),
    ...verdicts(result).map((v) => `  ${v.reached ? 'reached' : 'SHORT'} ${v.text}`),
    `  ${others.map((m) => timed(result, m)).join(', ')}`,
    ...wrong,
    ...result.skipped.map((why) => `  skipped ${why}`),
  ].join('\n')
}

const markdownRow = (parts: readonly string[]): string => `| ${parts.join(' | ').replaceAll('*', '\\*')} |`

/** In brackets: how many times as fast ours is; so that 1 is the limit, and more than 1 ahead of a peer. */
export const markdown = (results: readonly Result[]): string =>
  [markdownRow(heads), `|${heads.map(() => '---').join('|')}|`, ...results.map((result) => markdownRow(cells(result)))].join('\n')
