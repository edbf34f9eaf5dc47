// test: the forms in which loops meet arrays: in one piece, with strides, transposed, broadcast, unaligned. Every form has an open
// length n, and is compared with the reference evaluator and between the linkers.
import { type DType, dtypes, isFloat, rangeOf, storeAs } from '../../../src/graph/dtype.ts'
import { GraphError } from '../../../src/graph/errors.ts'
import { evaluate } from '../../../src/graph/evaluate.ts'
import type { Value } from '../../../src/graph/op.ts'
import { at, newaxis, Slice } from '../../../src/graph/ops/indexing.ts'
import { transpose } from '../../../src/graph/ops/shape.ts'
import type { Linker } from '../../../src/graph/tracedFunction.ts'
import { input, newArena, type Variable } from '../../../src/graph/variable.ts'
import { argument, asValue, link } from '../compiled.ts'

export const dtypeList = Object.keys(dtypes) as DType[]
/** All combinations instead of some of each. */
export const thorough = process.env.SWEEP === 'full'

const floats = [1.5, NaN, -2.25, Infinity, 0, -Infinity, -0, 0.3, 1, 255.5, -1, 3e9, -5e9, 2.5, -0.7, 1e-45, 7, 1e30, -1e-310, 300, -3, 0.5, 65536.7, -129]

/** The `count` numbers that `seed` chooses: all kinds of them follow each other. */
export function numbers(dtype: DType, count: number, seed: number): number[] {
  if (isFloat(dtype)) return Array.from({ length: count }, (_, i) => storeAs(dtype, floats[(i * 5 + seed * 7) % floats.length]))
  const [low, high] = rangeOf(dtype)
  const list = [0, 1, low, 3, high, 2, high - 1, 5, low + 1, 7, Math.round(high / 3), 11, 13].filter((x) => x >= low && x <= high)
  return Array.from({ length: count }, (_, i) => list[(i * 5 + seed * 3) % list.length])
}

/** One operand: a leaf, what is made of it, and the lengths of the leaf where the loop has length n. */
export interface Layout {
  readonly rank: number
  readonly view: (leaf: Variable) => Variable
  readonly lengths: (n: number) => number[]
}

const all = new Slice(null, null)
export const vectors: Readonly<Record<string, Layout>> = {
  whole: { rank: 1, view: (x) => x, lengths: (n) => [n] },
  second: { rank: 1, view: (x) => at(x, new Slice(1, null)), lengths: (n) => [n + 1] },
  everyOther: { rank: 1, view: (x) => at(x, new Slice(null, null, 2)), lengths: (n) => [2 * n] },
  backwards: { rank: 1, view: (x) => at(x, new Slice(null, null, -1)), lengths: (n) => [n] },
  column: { rank: 2, view: (x) => at(x, all, 1), lengths: (n) => [n, 3] },
  scalar: { rank: 0, view: (x) => x, lengths: () => [] },
}
export const matrices: Readonly<Record<string, Layout>> = {
  matrix: { rank: 2, view: (x) => x, lengths: (n) => [3, n] },
  transposed: { rank: 2, view: (x) => transpose(x), lengths: (n) => [n, 3] },
  row: { rank: 1, view: (x) => at(x, newaxis), lengths: (n) => [n] },
  rows: { rank: 1, view: (x) => at(x, all, newaxis), lengths: () => [3] },
  part: { rank: 2, view: (x) => at(x, new Slice(1, null), new Slice(1, null)), lengths: (n) => [4, n + 1] },
}
export const layouts: Readonly<Record<string, Layout>> = { ...vectors, ...matrices }

export interface Form {
  readonly what: string
  readonly operands: readonly { readonly dtype: DType; readonly layout: keyof typeof layouts }[]
  readonly make: (operands: readonly Variable[]) => Variable
  /** The length n where it is known when the program is built. */
  readonly known?: number
  /** Values of the leaves, where any will not do. */
  readonly data?: (operand: number, dtype: DType, count: number, seed: number) => number[]
}

/** May `got` stand for `expected`? */
export type Judge = (got: number, expected: number, dtype: DType) => boolean

export const exact: Judge = (got, expected) => Object.is(got, expected)

/** Relative errors of float64 and float32; the smallest steps of either for subnormal numbers. */
export const within =
  (f64: number, f32: number): Judge =>
  (got, expected, dtype) => {
    if (Object.is(got, expected) || !isFloat(dtype)) return Object.is(got, expected)
    const [relative, least] = dtype === 'float64' ? [f64, 1e-323] : [f32, 3e-45]
    return Math.abs(got - expected) <= Math.max(least, relative * Math.abs(expected)) && (expected !== 0 || Object.is(got, expected) || relative > 0)
  }

export const sizes = thorough ? Array.from({ length: 68 }, (_, n) => n) : [0, 1, 2, 3, 4, 5, 7, 8, 11, 15, 16, 17, 31, 33, 63, 64, 67]

/** Every element type of operands that the constructors take, of those forms: throws if there is none. */
export function failuresOf(forms: readonly Form[], linker: Linker, judge: Judge, lengths?: readonly number[]): string[] {
  const found = forms.map((form) => problemOf(form, linker, judge, lengths))
  if (found.every((problem) => problem === refused)) throw new Error(`${forms[0].what} is always refused`)
  return found.filter((problem) => problem !== null && problem !== refused) as string[]
}

/** What problemOf gives for what is no program. */
export const refused = 'refused'

/** What is wrong with a form under a linker, or null. */
export function problemOf(
  form: Form,
  linker: Linker,
  judge: Judge,
  lengths: readonly number[] = form.known === undefined ? sizes : [form.known],
): string | null {
  newArena()
  const leaves = form.operands.map(({ dtype, layout }, index) =>
    input(
      dtype,
      layouts[layout].lengths(form.known ?? 0).map((length) => (form.known === undefined ? null : length)),
      { kind: 'parameter', index },
      'xyz'[index],
    ),
  )
  const output = made(form, leaves)
  if (!output) return refused
  const title = `${form.what}(${form.operands.map(({ dtype, layout }) => `${dtype} ${layout}`).join(', ')}) ${linker}`
  try {
    const f = link({ inputs: leaves, outputs: [output] }, [], linker)
    for (const n of lengths) {
      const values = form.operands.map(({ dtype, layout }, k): Value => {
        const shape = layouts[layout].lengths(n)
        const count = shape.reduce((a, b) => a * b, 1)
        return { dtype, shape, data: (form.data ?? ((_, d, size, seed) => numbers(d, size, seed)))(k, dtype, count, n + k) }
      })
      const [expected] = evaluate([output], new Map(leaves.map((v, k) => [v, values[k]])))
      const got = asValue((f(...values.map(argument)) as unknown[])[0])
      if (got.shape.join() !== expected.shape.join()) return `${title}, n = ${n}: shape [${got.shape}] instead of [${expected.shape}]`
      const wrong = expected.data.findIndex((e, i) => !judge(got.data[i], storeAs(output.dtype, e), output.dtype))
      if (wrong >= 0)
        return `${title}, n = ${n}: element ${wrong} is ${got.data[wrong]} instead of ${expected.data[wrong]} (${values.map((v) => v.data.slice(0, 70)).join(' | ')})`
    }
    return null
  } catch (error) {
    return `${title}: ${(error as Error).stack?.split('\n').slice(0, 3).join(' ')}`
  }
}

function made(form: Form, leaves: readonly Variable[]): Variable | null {
  try {
    return form.make(leaves.map((v, k) => layouts[form.operands[k].layout].view(v)))
  } catch (error) {
    if (error instanceof GraphError) return null
    throw error
  }
}
