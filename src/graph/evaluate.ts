// graph: the reference evaluator: what a graph means, straight from the op records. Slow and plain; the constant
// folder, DebugMode and the tests compare against it.
import { dtypes, storeAs } from './dtype.ts'
import { ancestors } from './functionGraph.ts'
import type { ElementwiseOp, Value } from './op.ts'
import { gatherIndices, stridesOf } from './ops/shape.ts'
import type { Variable } from './variable.ts'

/** Values of `roots` for these leaves. Weak scalars are JavaScript numbers, everything else is rounded to its dtype. */
export function evaluate(roots: readonly Variable[], leaves: ReadonlyMap<Variable, Value> = new Map()): Value[] {
  const known = new Map<Variable, Value>(leaves)
  for (const v of ancestors(roots, true)) if (!known.has(v)) known.set(v, evaluateOne(v, known))
  return roots.map((v) => known.get(v)!)
}

function evaluateOne(v: Variable, known: ReadonlyMap<Variable, Value>): Value {
  if (v.value !== null) return { dtype: v.dtype, shape: v.shape as number[], data: v.value }
  if (!v.owner) throw new Error(`no value for ${v.name ?? 'a leaf'}`)
  const { op, inputs, params } = v.owner
  const values = inputs.map((x) => known.get(x)!)
  if (op.kind === 'composite') return evaluate([op.expand(inputs, params)], known)[0]
  if (op.kind === 'elementwise') return evaluateElementwise(op, v, values)
  const shape = v.shape.map((d) => (typeof d === 'number' ? d : known.get(d)!.data[0]))
  return { dtype: v.dtype, shape, data: store(v, op.evaluate(values, params, shape, wraps(v))) }
}

/** Arithmetic on arrays of integers is modulo 2**32. */
const wraps = (v: Variable): boolean => !v.weak && dtypes[v.dtype].kind !== 'float'

const store = (v: Variable, data: readonly number[]): readonly number[] => (v.weak ? data : data.map((x) => storeAs(v.dtype, x)))

/** x to an integer power by repeated squaring; fractions as JavaScript has them. */
function integerPower(x: number, n: number): number {
  if (!Number.isInteger(n) || n < 0) return x ** n
  let [power, square] = [1, x]
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = Math.imul(power, square)
    square = Math.imul(square, square)
  }
  return power
}

/** Exact where the product of two numbers is not. */
const wrapping: Readonly<Record<string, (a: number, b: number) => number>> = { mul: Math.imul, sqr: (x) => Math.imul(x, x), pow: integerPower }

function evaluateElementwise(op: ElementwiseOp, v: Variable, operands: readonly Value[]): Value {
  const shape = operands.reduce<readonly number[]>((s, o) => (o.shape.length === 0 ? s : o.shape.map((n, i) => (n === 1 ? (s[i] ?? 1) : n))), [])
  const positions = operands.map((o) => {
    const strides = stridesOf(o.shape)
    return gatherIndices(
      shape,
      shape.map((_, i) => (o.shape.length === 0 || o.shape[i] === 1 ? 0 : strides[i])),
    )
  })
  const value = (wraps(v) && wrapping[op.name]) || op.value
  const data = positions[0].map((_, i) => value(...(operands.map((o, k) => o.data[positions[k][i]]) as [number, number])))
  return { dtype: v.dtype, shape, data: store(v, data) }
}
