// test: random graphs with arguments that may be overwritten, borrowed arguments and results, containers and updates, called with arrays that share
// memory: values as the reference evaluator says of copies, and nobody's memory is another's.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { allocate } from '../../runtime/heap.ts'
import { NDArray, owned, Shared } from '../../runtime/kernel.ts'
import { evaluate } from '../../src/graph/evaluate.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import type { Value } from '../../src/graph/op.ts'
import { add, mul, sub } from '../../src/graph/ops/arithmetic.ts'
import { at, Slice, writeAt } from '../../src/graph/ops/indexing.ts'
import { sum } from '../../src/graph/ops/reduce.ts'
import type { Linker } from '../../src/graph/tracedFunction.ts'
import { constant, input, newArena, type Variable } from '../../src/graph/variable.ts'
import { asValue, testBoth } from './compiled.ts'
import { close, steps } from './graphs.ts'
import { attempt, grow, type Maker, needs, type Step, seedOf } from './grow.ts'
import { linkWith, overlap } from './memory.ts'

/** Many writes to parts, also of what is read from the same array. */
const makers: readonly Maker[] = [
  ...steps,
  needs(1, (a, k) => writeAt(k % 2 ? 'set' : 'inc', a, [k % 3], k)),
  needs(1, (a) => writeAt('set', a, [new Slice(1, null)], at(a, new Slice(0, -1)))),
  needs(1, (a) => writeAt('inc', a, [new Slice(null, null, -1)], a)),
  needs(2, (a) => writeAt('set', a, [0], at(a, 1))),
]

const shapes: readonly (readonly [string, number[]])[] = [
  ['x', [3, 4]],
  ['y', [3, 4]],
  ['v', [4]],
  ['w', [4]],
  ['W', [3, 4]],
  ['U', [3, 4]],
  ['b', [4]],
]
const argumentCount = 4

interface Case {
  readonly plan: readonly Step[]
  readonly wanted: readonly number[]
  /** For each argument: is it mutable, borrowed, written to; where in the common memory it starts, or -1: memory of its own, -2: in the heap, -3: a container's. */
  readonly flags: readonly (readonly [mutable: boolean, borrow: boolean, written: boolean, start: number])[]
  /** For each container the value it gets, or -1. */
  readonly updates: readonly number[]
  readonly lent: boolean
  readonly known: boolean
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
const sample = (n: number, seed: number): number[] => Array.from({ length: n }, (_, i) => Math.sin(1 + i * 1.7 + seed))

function argumentsOf({ flags }: Case, containers: readonly Shared[], linker: Linker): NDArray[] {
  const common = Float64Array.from(sample(24, 9))
  return flags.map(([mutable, borrow, , start], i) => {
    if (start === -3 && !mutable && !borrow) return containers[Math.min(i, 2)].getValue({ borrow: true }) as NDArray
    const [, shape] = shapes[i]
    const n = sizeOf(shape)
    if (start >= 0) return new NDArray(common.subarray(start, start + n), shape, 'float64')
    if (start !== -2 || linker === 'js') return new NDArray(Float64Array.from(sample(n, i)), shape, 'float64')
    const inHeap = owned(allocate(8 * n), shape, 'float64') as unknown as NDArray
    inHeap.data.set(sample(n, i))
    return inHeap
  })
}

const copyOf = ({ data, shape }: NDArray): Value => ({ dtype: 'float64', shape, data: [...data] })

/** The last Variable of the pool, from the k-th on, that has the leaf's shape. */
function fitting(pool: readonly Variable[], leaf: Variable, k: number, exact: boolean): Variable {
  const fit = pool.filter(
    (v) => v.rank === leaf.rank && v.dtype === leaf.dtype && !v.weak && v.shape.every((d, i) => d === leaf.shape[i] || (!exact && typeof d !== 'number')),
  )
  return fit[Math.max(0, fit.length - 1 - k)]
}

/** Few ops of one space, so that several results are computed in one loop, from each other's arguments and from other places of them. */
const elementwise: readonly Maker[] = [
  (a, k, pool) => add(a, pool[k % pool.length].rank === a.rank ? pool[k % pool.length] : a),
  (a, k, pool) => sub(pool[k % argumentCount], a),
  (a, k, pool) => mul(pool[k % argumentCount].rank === a.rank ? pool[k % argumentCount] : a, k % 5),
  needs(1, (a) => sub(a, at(a, new Slice(null, null, -1)))),
  needs(2, (a) => mul(a, at(a, new Slice(null, null, -1)))),
  (a) => sum(a),
]

function check(c: Case, makers: readonly Maker[], linker: Linker): void {
  newArena()
  const leaves = shapes.map(([name, shape], index) =>
    input(
      'float64',
      shape.map((n) => (c.known ? n : null)),
      index < argumentCount ? { kind: 'parameter', index } : { kind: 'shared', capture: index - argumentCount },
      name,
    ),
  )
  const [inputs, shared] = [leaves.slice(0, argumentCount), leaves.slice(argumentCount)]
  const pool: Variable[] = [...leaves, constant(0.5)]
  grow(makers, pool, c.plan)
  const outputs = c.wanted.map((k) => pool[pool.length - 1 - (k % pool.length)])
  const written = inputs.flatMap((p, i) => (c.flags[i][0] && c.flags[i][2] ? [[p, fitting(pool, p, i, true)] as const] : []))
  const updates = shared.flatMap((W, i) => (c.updates[i] < 0 ? [] : [[W, fitting(pool, W, c.updates[i], false)] as const]))
  if (ancestors([...outputs, ...updates.map(([, v]) => v), ...written.map(([, v]) => v)]).some((v) => v.weak && v.rank > 0)) return
  const containers = shared.map(
    (W, i) =>
      new Shared(new NDArray(Float64Array.from(sample(sizeOf(shapes[i + argumentCount][1]), i + 20)), shapes[i + argumentCount][1], 'float64'), W.name!, false),
  )
  const flags = {
    mutable: inputs.flatMap((_, i) => (c.flags[i][0] ? [i] : [])),
    borrow: inputs.flatMap((_, i) => (c.flags[i][1] ? [i] : [])),
    lent: c.lent,
  }
  const f = linkWith({ inputs, outputs, updates: [...updates, ...written], shared }, flags, linker, containers)
  let earlier: { readonly results: readonly NDArray[]; readonly copies: readonly Value[] } | null = null
  for (let call = 0; call < 3; call++) {
    const args = argumentsOf(c, containers, linker)
    const before = args.map(copyOf)
    const held = containers.map((W) => copyOf(W.getValue({ borrow: call % 2 === 0 }) as NDArray))
    const values = new Map(leaves.map((v, i) => [v, i < argumentCount ? before[i] : held[i - argumentCount]]))
    const expected = attempt(() => evaluate([...outputs, ...updates.map(([, v]) => v), ...written.map(([, v]) => v)], values))
    const actual = attempt(() => f(...args))
    if (actual instanceof RangeError || expected instanceof RangeError) {
      assert.instance(actual, RangeError)
      containers.forEach((W, i) => assert.equal(copyOf(W.array), held[i], `container ${i} after an error`))
      return
    }
    if (expected instanceof Error) throw expected
    if (actual instanceof Error) throw actual
    const expect = (got: Value, wanted: Value, what: string): void => {
      assert.equal(got.shape, wanted.shape, what)
      if (!close(got.data, wanted.data, 'float64')) throw new Error(`call ${call}, ${what}: ${got.data} instead of ${wanted.data}`)
    }
    outputs.forEach((_, i) => expect(asValue(actual[i]), expected[i], `output ${i}`))
    shared.forEach((W, i) => {
      const at = updates.findIndex(([target]) => target === W)
      expect(copyOf(containers[i].array), at < 0 ? held[i] : expected[outputs.length + at], `container ${W.name}`)
    })
    const alone = (i: number): boolean => args.every((x, j) => j === i || !overlap(x, args[i]))
    written.forEach(([p], k) => {
      const i = inputs.indexOf(p)
      if (alone(i)) expect(copyOf(args[i]), expected[outputs.length + updates.length + k], `argument ${p.name}`)
    })
    args.forEach((x, i) => {
      if (!c.flags[i][0] && alone(i) && c.flags[i][3] !== -3) assert.equal(copyOf(x), before[i], `argument ${i} is not mutable`)
    })
    const results = actual.filter((r: unknown) => r instanceof NDArray) as NDArray[]
    apartFrom(c, results, args, containers)
    if (earlier && !c.lent) earlier.results.forEach((r, i) => assert.equal(copyOf(r), earlier!.copies[i], 'an earlier result'))
    earlier = { results, copies: results.map(copyOf) }
  }
}

/** Throws where memory is shared that must not be. */
function apartFrom({ flags, lent }: Case, results: readonly NDArray[], args: readonly NDArray[], containers: readonly Shared[]): void {
  const arrays = containers.map((W) => W.array)
  const none = (a: NDArray, others: readonly NDArray[], what: string): void => {
    for (const b of others) if (overlap(a, b)) throw new Error(what)
  }
  results.forEach((r, i) => {
    none(r, results.slice(i + 1), 'two results share memory')
    none(r, arrays, 'a result is a container’s')
    args.forEach((x, j) => {
      const [mutable, borrow] = flags[j]
      const others = args.filter((_, k) => k !== j && (flags[k][0] || (lent && flags[k][1])))
      if (!mutable && !(lent && borrow) && !others.some((y) => overlap(x, y))) none(r, [x], 'a result is an argument’s')
    })
  })
  arrays.forEach((a, i) => {
    none(a, arrays.slice(i + 1), 'two containers share memory')
    args.forEach((x, j) => {
      const [mutable, borrow] = flags[j]
      if (!mutable && !borrow && flags[j][3] !== -3 && !args.some((y, k) => k !== j && overlap(x, y))) none(a, [x], 'a container is an argument’s')
    })
  })
}

const cases = fc.record({
  plan: fc.array(fc.tuple(fc.nat(1000), fc.nat(6), fc.nat(50)), { minLength: 1, maxLength: 10 }),
  wanted: fc.array(fc.nat(11), { maxLength: 3 }),
  flags: fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.integer({ min: -3, max: 12 })), { minLength: argumentCount, maxLength: argumentCount }),
  updates: fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 3, maxLength: 3 }),
  lent: fc.boolean(),
  known: fc.boolean(),
})

testBoth('random functions keep memory apart, and overwrite only what they may', (linker) => {
  const runs = Number(process.env.FUZZ_RUNS ?? 400)
  fc.assert(
    fc.property(cases, fc.boolean(), (c, simple) => check(c, simple ? elementwise : makers, linker)),
    { numRuns: runs, seed: seedOf(linker), includeErrorInReport: true } as never,
  )
})

test.run()
