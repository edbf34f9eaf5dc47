// Random graphs for the rewriting tests: arithmetic, selection, views, reductions, reads and writes over a few leaves.
import { GraphError } from '../../src/graph/errors.ts'
import { abs, add, clip, div, floor, maximum, minimum, mul, neg, pow, reciprocal, sign, sqr, sub } from '../../src/graph/ops/arithmetic.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import { at, newaxis, slice, writeAt } from '../../src/graph/ops/indexing.ts'
import { concatenate, stack } from '../../src/graph/ops/join.ts'
import { and, cast, eq, ge, lt, neq, not, or, where } from '../../src/graph/ops/logic.ts'
import { reluOp } from '../../src/graph/ops/nnet.ts'
import { max, mean, min, prod, sum } from '../../src/graph/ops/reduce.ts'
import { broadcastTo, dimshuffle, reshape, transpose } from '../../src/graph/ops/shape.ts'
import { constant, type Variable } from '../../src/graph/variable.ts'
import { random, type World } from './helpers.ts'

const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -1, 0.5, 3.5, -2.5, 2, -4]

/** Numbers are exact under these operations up to a few roundings, so that the values before and after can be compared. */
const unary: readonly ((x: Variable) => Variable)[] = [
  neg,
  neg,
  abs,
  sqr,
  sign,
  floor,
  reluOp,
  reciprocal,
  (x) => mul(x, 2),
  (x) => mul(-3, x),
  (x) => div(x, 4),
  (x) => add(x, 0),
  (x) => sub(0, x),
  (x) => pow(x, 2),
  (x) => clip(x, -3, 3),
  (x) => cast(x, 'float32'),
  (x) => cast(x, 'float64'),
]
const binary: readonly ((a: Variable, b: Variable) => Variable)[] = [
  add,
  sub,
  mul,
  div,
  maximum,
  minimum,
  (a, b) => where(lt(a, b), a, b),
  (a, b) => where(not(eq(a, b)), b, 1),
  (a, b) => where(or(ge(a, b), neq(a, a)), a, neg(b)),
  (a, b) => where(and(lt(a, 1), lt(b, 1)), mul(a, 2), b),
]
const structural: readonly ((x: Variable, n: number) => Variable)[] = [
  (x) => transpose(x),
  (x, n) => sum(x, { axis: n % x.rank, keepdims: n % 3 === 0 }),
  (x) => sum(x),
  (x, n) => max(x, { axis: n % x.rank }),
  (x, n) => min(x, { axis: n % x.rank, keepdims: true }),
  (x) => prod(x),
  (x, n) => mean(x, { axis: n % x.rank, keepdims: n % 2 === 0 }),
  (x) => reshape(x, [-1]),
  (x) => reshape(reshape(x, [-1]), [...x.shape]),
  (x) => dimshuffle(x, ['x', ...x.shape.keys()]),
  (x) => at(x, 0),
  (x) => at(x, slice(1, null)),
  (x) => at(x, slice(null, null, -1)),
  (x) => at(x, newaxis, slice(0, 2)),
  (x) => at(x, -1),
  (x, n) => broadcastTo(x, [n % 3, ...x.shape]),
  (x) => stack([x, neg(x)], 0),
  (x) => concatenate([x, mul(x, 2)], 0),
  (x) => writeAt('set', x, [0], 7),
  (x) => writeAt('inc', writeAt('set', x, [0], 1), [0], 2),
  (x) => at(writeAt('inc', x, [0], 5), 0),
  (x) => (x.rank === 2 ? dot(x, transpose(x)) : mul(x, 1)),
]

/** A graph of about `size` Applies; the same seed gives the same graph. */
export function randomGraph(world: World, seed: number, size: number): Variable {
  const draws = random(seed, size * 4 + 8, 0, 1)
  let drawn = 0
  const pick = (n: number): number => Math.floor(draws[drawn++ % draws.length] * n)
  const shift = pick(12)
  const data = (n: number) => Array.from({ length: n }, (_, i) => special[(i + shift) % 12])
  const known: Variable[] = [
    world.leaf('a', [3, 4], data(12)),
    world.leaf('b', [4], data(4)),
    world.leaf('c', [3, 1], data(3), 'float64', false, [1]),
    world.leaf('s', [], [2.5], 'float64', true),
    world.leaf('i', [4], [1, -2, 3, 0], 'int32'),
    world.leaf('f', [3, 4], data(12), 'float32', false, [0, 1]),
    constant(1),
    constant(0.5),
    constant(-1),
    constant(0),
  ]
  for (let i = 0; i < size; i++) {
    // Mostly what was made last, so that graphs are deep.
    const choose = (): Variable => known[Math.max(0, known.length - 1 - pick(pick(3) === 0 ? known.length : 4))]
    try {
      const v = choose()
      const kind = pick(3)
      known.push(
        kind === 0
          ? unary[pick(unary.length)](v)
          : kind === 1
            ? binary[pick(binary.length)](v, choose())
            : structural[pick(structural.length)](v.rank === 0 ? known[pick(3)] : v, pick(12)),
      )
    } catch (error) {
      if (!(error instanceof GraphError)) throw error
    }
  }
  return known[known.length - 1]
}
