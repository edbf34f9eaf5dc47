// test: random graphs of all dtypes through the whole compiler, called again and again with other sizes, against the reference
// evaluator: promotion and wrap-around inside loops, special values, empty arrays, lengths that turn out to be 1, memory kept
// between calls, results and containers that share nothing, updates and prints.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as kernel from '../../runtime/kernel.ts'
import { type DType, isFloat, storeAs } from '../../src/graph/dtype.ts'
import { evaluate } from '../../src/graph/evaluate.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import type { Value } from '../../src/graph/op.ts'
import * as arithmetic from '../../src/graph/ops/arithmetic.ts'
import { fullLike, iota } from '../../src/graph/ops/create.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import { print } from '../../src/graph/ops/effects.ts'
import { at, oneHot, pick, Slice, take, writeAt } from '../../src/graph/ops/indexing.ts'
import { concatenate, stack } from '../../src/graph/ops/join.ts'
import * as logic from '../../src/graph/ops/logic.ts'
import * as reduce from '../../src/graph/ops/reduce.ts'
import { broadcastTo, dimshuffle, expandDims, flatten, reshape, transpose } from '../../src/graph/ops/shape.ts'
import type { Linker } from '../../src/graph/tracedFunction.ts'
import { constant, constantArray, input, newArena, type Variable } from '../../src/graph/variable.ts'
import { argument, asValue, link, testBoth } from './compiled.ts'
import { attempt, grow, type Maker, needs, other, type Step, seedOf } from './grow.ts'

interface Sizes {
  readonly m: number
  readonly n: number
  /** The row that may be broadcast has length 1. */
  readonly single: boolean
  readonly shift: number
}

const special = [0, 1, -1, 2, Number.NaN, 0.5, -0, 3, Number.POSITIVE_INFINITY, -2.5, 200, Number.NEGATIVE_INFINITY, -3, 7, 300.25]
const whole = [0, 1, -1, 2, 100, -128, 127, 3, 255, -7, 2 ** 31 - 1, 5, -(2 ** 31), 40000]

interface Leaf {
  readonly variable: Variable
  readonly shapeOf: (sizes: Sizes) => number[]
}

const parameterLeaves: readonly [string, DType, (number | null)[], (s: Sizes) => number[]][] = [
  ['x', 'float64', [null, null], ({ m, n }) => [m, n]],
  ['r', 'float64', [null, null], ({ m, n, single }) => [single ? 1 : m, n]],
  ['f', 'float32', [null, null], ({ m, n }) => [m, n]],
  ['i8', 'int8', [null, null], ({ m, n }) => [m, n]],
  ['u8', 'uint8', [null], ({ n }) => [n]],
  ['i16', 'int16', [null], ({ n }) => [n]],
  ['u16', 'uint16', [1, null], ({ n }) => [1, n]],
  ['i32', 'int32', [null, null], ({ m, n }) => [m, n]],
  ['u32', 'uint32', [null], ({ m }) => [m]],
  ['b', 'bool', [null, null], ({ m, n }) => [m, n]],
  ['t', 'float64', [2, 3], () => [2, 3]],
  ['s', 'float64', [], () => []],
  ['k', 'int32', [], () => []],
  ['c', 'bool', [], () => []],
]
const containerLeaves: typeof parameterLeaves = [
  ['A', 'float64', [null, null], ({ m, n }) => [m, n]],
  ['B', 'float64', [null, null], ({ m, n }) => [n, m]],
  ['V', 'int32', [null], ({ m }) => [m]],
  ['U', 'uint8', [null], ({ n }) => [n]],
  ['p', 'float64', [], () => []],
  ['q', 'bool', [], () => []],
  ['w', 'int16', [], () => []],
]

const makeLeaves = (list: typeof parameterLeaves, kind: 'parameter' | 'shared'): Leaf[] =>
  list.map(([name, dtype, lengths, shapeOf], index) => ({
    variable: input(dtype, lengths, kind === 'parameter' ? { kind, index } : { kind, capture: index }, name),
    shapeOf,
  }))

function valueFor({ variable: { dtype }, shapeOf }: Leaf, sizes: Sizes, seed: number): Value {
  const shape = shapeOf(sizes)
  const from = isFloat(dtype) ? special : whole
  const size = shape.reduce((a, b) => a * b, 1)
  return { dtype, shape, data: Array.from({ length: size }, (_, i) => storeAs(dtype, from[(i * 4 + seed * 3 + sizes.shift) % from.length])) }
}

const isInteger = (v: Variable): boolean => !isFloat(v.dtype) && v.dtype !== 'bool'
const truth = (v: Variable): Variable => (v.dtype === 'bool' ? v : logic.gt(v, 0))
const integers = (v: Variable): Variable => (isInteger(v) ? v : logic.cast(v, 'int16'))
const dtypeList: readonly DType[] = ['float64', 'float32', 'int32', 'uint32', 'int16', 'uint16', 'int8', 'uint8', 'bool']
const plain = [2, -3, 300, 0.5, 0, -0, 1, 70000, -1, 0.25]

const binary =
  (make: (a: Variable, b: Variable) => Variable): Maker =>
  (a, k, pool) =>
    k % 3 === 0 ? make(a, constant(plain[k % plain.length])) : k % 3 === 1 ? make(a, other(pool, k)) : make(other(pool, k), a)

const makers: readonly Maker[] = [
  binary(arithmetic.add),
  binary(arithmetic.sub),
  binary(arithmetic.mul),
  binary(arithmetic.add),
  binary(arithmetic.mul),
  binary(arithmetic.div),
  binary(arithmetic.remainder),
  binary(arithmetic.mod),
  binary(arithmetic.floorDiv),
  binary(arithmetic.maximum),
  binary(arithmetic.minimum),
  binary(logic.lt),
  binary(logic.eq),
  binary(logic.ge),
  binary((a, b) => logic.and(truth(a), truth(b))),
  binary((a, b) => logic.or(truth(a), logic.not(truth(b)))),
  binary((a, b) => logic.bitXor(integers(a), integers(b))),
  binary((a, b) => logic.bitAnd(integers(a), integers(b))),
  binary((a, b) => logic.shiftLeft(integers(a), integers(b))),
  binary((a, b) => logic.shiftRightUnsigned(integers(a), integers(b))),
  (a, k, pool) => logic.where(truth(other(pool, k)), a, k % 2 ? other(pool, k + 1) : constant(plain[k % plain.length])),
  (a, k) => arithmetic.clip(a, k % 4, plain[k % plain.length]),
  (a) => arithmetic.neg(a),
  (a) => arithmetic.abs(a),
  (a) => arithmetic.sqr(a),
  (a) => arithmetic.sign(a),
  (a, k) => arithmetic.pow(a, (k % 4) + 1),
  (a) => logic.bitNot(isFloat(a.dtype) ? truth(a) : a),
  (a, k) => logic.cast(a, dtypeList[k % dtypeList.length]),
  (a, k) => logic.cast(a, dtypeList[k % dtypeList.length]),
  needs(1, (a, k) => reduce.sum(a, { axis: k % a.rank, keepdims: k % 2 === 0 })),
  needs(1, (a) => reduce.sum(a)),
  needs(1, (a, k) => reduce.prod(a, { axis: k % a.rank })),
  needs(1, (a, k) => reduce.max(a, { axis: k % a.rank, keepdims: k % 2 === 0 })),
  needs(1, (a) => reduce.min(a)),
  needs(1, (a, k) => reduce.any(truth(a), { axis: k % a.rank })),
  needs(1, (a) => reduce.all(truth(a))),
  needs(1, (a, k) => reduce.mean(a, { axis: k % a.rank, keepdims: k % 2 === 0 })),
  needs(1, (a, k) => reduce.argmin(a, { axis: k % a.rank })),
  needs(2, (a) => transpose(a)),
  needs(1, (a, k) => expandDims(a, k % (a.rank + 1))),
  needs(1, (a) => flatten(a)),
  needs(2, (a) => reshape(a, [a.shape[1], -1])),
  needs(1, (a, k) => at(a, new Slice(k % 3, k % 2 ? null : -1))),
  needs(1, (a, k) => at(a, new Slice(null, null, k % 2 ? -1 : 2))),
  needs(1, (a, k) => at(a, k % 2 ? 0 : -1)),
  needs(2, (a) => at(a, new Slice(null, null), 0)),
  needs(1, (a) => concatenate([a, a], 0)),
  (a) => stack([a, a]),
  needs(1, (a, k) => concatenate([a, logic.cast(a, dtypeList[k % dtypeList.length])], k % a.rank)),
  needs(1, (a) => dot(a, a.rank === 1 ? a : transpose(a))),
  needs(2, (a, k) => pick(a, k % 2 ? reduce.argmax(a, { axis: -1 }) : arithmetic.mul(reduce.argmin(a, { axis: -1 }), 1))),
  needs(1, (a) => take(a, reduce.argmax(a, { axis: 0 }), { axis: 0 })),
  needs(1, (a, k) => writeAt(k % 2 ? 'set' : 'inc', a, [new Slice(k % 3 === 0 ? 0 : 1, null)], logic.cast(constant(plain[k % plain.length]), a.dtype))),
  needs(1, (a) => writeAt('inc', a, [0], at(a, -1))),
  needs(1, (a) => arithmetic.add(a, iota(a.shape[a.rank - 1]))),
  needs(1, (a) => logic.where(oneHot(reduce.argmax(a, { axis: -1 }), a.shape[a.rank - 1], 'bool'), a, 1)),
  (a) => (a.rank === 1 ? at(a, logic.gt(a, 1)) : null),
  (a, k) => fullLike(a, plain[k % plain.length], dtypeList[k % dtypeList.length]),
  (a) => (a.rank === 0 ? broadcastTo(a, [2, 3]) : a.rank < 4 ? dimshuffle(a, [...a.shape.keys()].reverse()) : null),
]

const jumping = new Set(
  ['remainder', 'mod', 'floorDiv', 'lt', 'eq', 'ge', 'gt', 'sign', 'argmax', 'argmin', 'truthy', 'all', 'any'].concat(
    dtypeList.filter((d) => !isFloat(d)).map((d) => `cast_${d}`),
  ),
)

/** Does a rounding of single precision decide something? Fused loops round at other places. */
function jumps(v: Variable): boolean {
  const order = ancestors([v])
  const single = new Set<Variable>()
  for (const x of order) if ((x.dtype === 'float32' && x.owner) || x.owner?.inputs.some((i) => single.has(i))) single.add(x)
  return order.some((x) => jumping.has(x.owner?.op.name ?? '') && x.owner!.inputs.some((i) => single.has(i)))
}

/** Equal, up to rounding of numbers as large as `scale`. */
function close(a: Value, b: Value, tolerance: number, scale: number): boolean {
  const same = (x: number, y: number): boolean =>
    Object.is(x, y) ||
    (tolerance > 1e-6 && x === y) ||
    (Number.isFinite(x) && Math.abs(x - y) <= tolerance * Math.max(scale, Math.abs(x), Math.abs(y)) && (x !== 0 || y !== 0))
  return a.shape.join() === b.shape.join() && a.data.length === b.data.length && a.data.every((x, i) => same(x, b.data[i]))
}

const largest = (values: readonly Value[]): number =>
  values.reduce((top, v) => v.data.reduce((t, x) => (Number.isFinite(x) ? Math.max(t, Math.abs(x)) : t), top), 1)

/** What `f` returns and prints. */
function listening<T>(f: () => T): { result: T; printed: unknown[][] } {
  const log = console.log
  const printed: unknown[][] = []
  console.log = (...values: unknown[]) => void printed.push(values)
  try {
    return { result: f(), printed }
  } finally {
    console.log = log
  }
}

interface Wanted {
  readonly outputs: readonly number[]
  readonly updates: readonly (number | 'leaf')[]
  readonly printed: readonly number[]
}

/** An update for each container: another container of its type, something computed, or none. */
function updatesOf(containers: readonly Leaf[], pool: readonly Variable[], wanted: readonly (number | 'leaf')[]): [Variable, Variable][] {
  return containers.flatMap(({ variable: target }, i): [Variable, Variable][] => {
    const choice = wanted[i % Math.max(1, wanted.length)]
    if (choice === undefined) return []
    const fits = (v: Variable): boolean => v.rank === target.rank && v !== target
    const found = choice === 'leaf' ? pool.filter((v) => v.owner === null && fits(v) && v.dtype === target.dtype) : pool.filter(fits)
    const value = choice === 'leaf' ? found[i % Math.max(1, found.length)] : other(found, choice)
    return value ? [[target, logic.cast(value, target.dtype)]] : []
  })
}

const containerOf = (v: Value): kernel.Shared => {
  const given = argument(v)
  const array = given instanceof kernel.NDArray ? given : (argument({ ...v, shape: [1] }) as kernel.NDArray)
  return new kernel.Shared(new kernel.NDArray(array.data, v.shape as number[], v.dtype), '', false)
}
const held = (c: kernel.Shared): Value => ({ dtype: c.array.dtype, shape: [...c.array.shape], data: Array.from(c.array.data as Float64Array) })
const arraysIn = (values: readonly unknown[]): kernel.NDArray[] => values.filter((v) => v instanceof kernel.NDArray)

function check(plan: readonly Step[], wanted: Wanted, calls: readonly Sizes[], linker: Linker): void {
  newArena()
  const parameters = makeLeaves(parameterLeaves, 'parameter')
  const containers = makeLeaves(containerLeaves, 'shared')
  const pool = [...[...parameters, ...containers].map((l) => l.variable), constantArray([1, -2, 3], 'int16', [3])]
  grow(makers, pool, plan, (v) => !jumps(v))
  const outputs = [pool[pool.length - 1], ...wanted.outputs.map((k) => other(pool, k))]
  const updates = updatesOf(containers, pool, wanted.updates)
  const shown = wanted.printed.map((k) => other(pool, k))
  const effects =
    shown.length > 0
      ? [
          print(
            shown,
            shown.map(() => null),
            0,
          ),
        ]
      : []
  const inputs = parameters.map((l) => l.variable)
  const order = ancestors([...outputs, ...updates.map(([, v]) => v), ...shown])
  // Integers made of sums of large numbers depend on the order of the terms.
  const added = order.filter(
    (v) => isFloat(v.dtype) && ['sum', 'dot', 'mean', 'prod'].includes(v.owner?.op.name ?? '') && order.some((x) => jumping.has(x.owner?.op.name ?? '')),
  )
  const single = order.filter((v) => v.dtype === 'float32' && v.owner)
  const held0 = containers.map((l, i) => containerOf(valueFor(l, calls[0], i + 5)))
  const f = link({ inputs, outputs, updates, effects, shared: containers.map((l) => l.variable) }, held0, linker)
  let scale = 1
  const same = (got: Value, expected: Value, what: string): void => {
    if (!close(got, expected, single.length > 0 ? 1e-5 : 1e-9, scale))
      throw new Error(`${what}: [${got.shape}] ${got.data} instead of [${expected.shape}] ${expected.data}`)
  }
  calls.forEach((sizes, call) => {
    const given = parameters.map((l, i) => valueFor(l, sizes, i + call))
    const before = held0.map(held)
    const values = new Map([...inputs.map((v, i) => [v, given[i]] as const), ...containers.map((l, i) => [l.variable, before[i]] as const)])
    const expected = attempt(() => evaluate([...outputs, ...updates.map(([, v]) => v), ...shown], values))
    if (single.length > 0 && !(expected instanceof Error))
      scale = largest(
        evaluate(
          order.filter((v) => isFloat(v.dtype)),
          values,
        ),
      )
    if (scale > 1e30 || (added.length > 0 && !(expected instanceof Error) && largest(evaluate(added, values)) > 2 ** 53)) return
    const args = given.map(argument)
    const { result, printed } = listening(() => attempt(() => f(...args) as unknown[]))
    if (result instanceof RangeError) {
      // A reduction of nothing without a start value is refused even where there is no line to reduce.
      assert.ok(expected instanceof RangeError || /nothing to reduce/.test(result.message), String(result))
      held0.forEach((c, i) => same(held(c), before[i], `container ${i} after an error`))
      return
    }
    // What failed was not needed.
    if (expected instanceof RangeError && !(result instanceof Error)) return
    if (expected instanceof Error) throw expected
    if (result instanceof Error) throw result
    outputs.forEach((_, i) => same(asValue(result[i]), expected[i], `call ${call}, output ${i}`))
    if (shown.length > 0) printed[0].forEach((v, i) => same(asValue(v), expected[outputs.length + updates.length + i], `call ${call}, printed ${i}`))
    const after = before.slice()
    updates.forEach(([target], i) => {
      after[containers.findIndex((l) => l.variable === target)] = expected[outputs.length + i]
    })
    held0.forEach((c, i) => same(held(c), after[i], `call ${call}, container ${containerLeaves[i][0]}`))
    // Nobody shares memory; what callers do with theirs changes nothing later.
    const all = [...arraysIn(args), ...arraysIn(result), ...held0.map((c) => c.array)].map((a) => a.data)
    assert.is(new Set(all).size, all.length, 'shared memory')
    assert.ok(all.every((data) => data.buffer === kernel.heap.memory?.buffer || data.buffer.byteLength === data.byteLength))
    for (const a of [...arraysIn(args), ...arraysIn(result)]) a.data.fill(77)
  })
}

const plans = fc.array(fc.tuple(fc.nat(1000), fc.nat(9), fc.nat(60)), { minLength: 1, maxLength: 14 })
const wantedThings = fc.record({
  outputs: fc.array(fc.nat(40), { maxLength: 3 }),
  updates: fc.array(fc.oneof(fc.nat(20), fc.constant('leaf' as const)), { maxLength: 5 }),
  printed: fc.array(fc.nat(20), { maxLength: 2 }),
})
/** Short ones, and some that fill several vectors. */
const length = (short: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 4, arbitrary: fc.nat(short) }, { weight: 1, arbitrary: fc.constantFrom(9, 17, 35, 70) })
const sizes = fc.record({ m: length(4), n: length(5), single: fc.boolean(), shift: fc.nat(14) })

testBoth('random graphs of all dtypes, called with changing sizes, compute what the reference evaluator says', (linker) => {
  fc.assert(
    fc.property(plans, wantedThings, fc.array(sizes, { minLength: 3, maxLength: 3 }), (plan, wanted, calls) => check(plan, wanted, calls, linker)),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 200), seed: seedOf(linker), includeErrorInReport: true } as never,
  )
})

test.run()
