// test: reads the JSON files made by the scripts beside it, and turns their cases into graphs and comparisons.
import { readFileSync } from 'node:fs'
import type { DType } from '../../src/graph/dtype.ts'
import { type LibraryFunction, libraryFunction } from '../../src/graph/library.ts'
import type { Value } from '../../src/graph/op.ts'
import { type IndexEntry, newaxis, Slice, writeAt } from '../../src/graph/ops/indexing.ts'
import { input, newArena, type Variable } from '../../src/graph/variable.ts'

export interface Case {
  readonly op: string
  readonly args: readonly unknown[]
  readonly result: Value
  /** Which of the arrays that come back. */
  readonly part?: number
  /** Its lengths must be known while building. */
  readonly static?: boolean
  /** A formula of several steps: compared more loosely. */
  readonly rough?: boolean
  /** An error that the formula has whatever the result is. */
  readonly absolute?: number
  /** The sign of a zero is JavaScript's, which is not NumPy's. */
  readonly anyZero?: boolean
}

export interface Golden {
  readonly arrays: Readonly<Record<string, Value>>
  readonly cases: readonly Case[]
}

type Raw = { dtype: DType; shape: number[]; data: (number | string)[] }
const numbers = (raw: Raw): Value => ({ ...raw, data: raw.data.map(Number) })

export function loadGolden(topic: string): Golden {
  const json = JSON.parse(readFileSync(new URL(`./${topic}.json`, import.meta.url), 'utf8')) as {
    arrays: Record<string, Raw>
    cases: (Omit<Case, 'result'> & { result: Raw })[]
  }
  return {
    arrays: Object.fromEntries(Object.entries(json.arrays).map(([name, raw]) => [name, numbers(raw)])),
    cases: json.cases.map((c) => ({ ...c, result: numbers(c.result) })),
  }
}

/** What users write as assignments. */
const assignments: Readonly<Record<string, LibraryFunction>> = {
  set: (x: Variable, entries: IndexEntry[], y: Variable) => writeAt('set', x, entries, y),
  inc: (x: Variable, entries: IndexEntry[], y: Variable) => writeAt('inc', x, entries, y),
}

export interface Built {
  readonly output: Variable
  /** The leaves, in order of first mention, and their values. */
  readonly leaves: ReadonlyMap<Variable, Value>
}

/** The case as a graph over parameters, in a new arena. With `open`, the parameters' lengths are known only at the call. */
export function build(golden: Golden, c: Case, open: boolean): Built {
  newArena()
  const leaves = new Map<Variable, Value>()
  const parameters = new Map<string, Variable>()
  const argument = (a: unknown): unknown => {
    if (Array.isArray(a)) return a.map(argument)
    if (typeof a === 'string' && a.startsWith('$')) return parameter(a.slice(1))
    if (a === 'Infinity') return Number.POSITIVE_INFINITY
    if (typeof a !== 'object' || a === null) return a
    if ('slice' in a) return sliceOf(a.slice as [number | null, number | null, number | null])
    if ('newaxis' in a) return newaxis
    if ('call' in a) {
      const [name, ...args] = a.call as [string, ...unknown[]]
      return libraryFunction(name)!(...args.map(argument))
    }
    return Object.fromEntries(Object.entries((a as { options: object }).options).map(([k, v]) => [k, argument(v)]))
  }
  const parameter = (name: string): Variable => {
    const known = parameters.get(name)
    if (known) return known
    const value = golden.arrays[name]
    const leaf = input(
      value.dtype,
      value.shape.map((n) => (open ? null : n)),
      { kind: 'parameter', index: parameters.size },
      name,
    )
    parameters.set(name, leaf)
    leaves.set(leaf, value)
    return leaf
  }
  const result = (assignments[c.op] ?? libraryFunction(c.op))(...c.args.map(argument))
  const output: Variable = c.part === undefined ? result : result[c.part]
  return { output, leaves }
}

const sliceOf = ([start, stop, step]: readonly (number | null)[]): Slice => new Slice(start, stop, step ?? 1)

export const title = (c: Case): string => `${c.op}(${c.args.map((a) => (typeof a === 'string' ? a : JSON.stringify(a))).join(', ')})`

/** What differs, in a phrase, or null. float32 may differ by one rounding, float64 by a few; a rough case by
 * rounding of its intermediate values. */
export function difference(actual: Value, { result: expected, rough = false, absolute = 0, anyZero = false }: Case): string | null {
  if (actual.dtype !== expected.dtype) return `dtype ${actual.dtype}, expected ${expected.dtype}`
  if (actual.shape.join() !== expected.shape.join()) return `shape [${actual.shape}], expected [${expected.shape}]`
  if (actual.data.length !== expected.data.length) return `${actual.data.length} elements, expected ${expected.data.length}`
  const tolerance = expected.dtype === 'float32' ? (rough ? 5e-6 : 1.2e-7) : expected.dtype === 'float64' ? (rough ? 1e-13 : 4e-15) : 0
  const at = expected.data.findIndex((e, i) => !close(actual.data[i], e, tolerance, rough || anyZero) && !(Math.abs(actual.data[i] - e) <= absolute))
  return at < 0 ? null : `element ${at} is ${show(actual.data[at])}, expected ${show(expected.data[at])}`
}

const show = (v: number): string => (Object.is(v, -0) ? '-0' : String(v))

function close(a: number, e: number, tolerance: number, loose: boolean): boolean {
  if (e === 0) return loose ? Math.abs(a) <= tolerance : Object.is(a, e)
  return Object.is(a, e) || Math.abs(a - e) <= tolerance * Math.max(Math.abs(e), loose ? 1 : 0)
}
