// test: what the random tests of lowering grow graphs with.
import type { DType } from '../../src/graph/dtype.ts'
import * as arithmetic from '../../src/graph/ops/arithmetic.ts'
import { iota } from '../../src/graph/ops/create.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import { at, oneHot, pick, Slice, take, writeAt } from '../../src/graph/ops/indexing.ts'
import { concatenate } from '../../src/graph/ops/join.ts'
import { cast, gt, where } from '../../src/graph/ops/logic.ts'
import { tanh } from '../../src/graph/ops/math.ts'
import { logSoftmax, logsumexp, sigmoid, softmax } from '../../src/graph/ops/nnet.ts'
import { argmax, max, mean, sum } from '../../src/graph/ops/reduce.ts'
import { broadcastTo, dimshuffle, expandDims, flatten, reshape, transpose } from '../../src/graph/ops/shape.ts'
import type { Variable } from '../../src/graph/variable.ts'
import { type Maker, needs } from './grow.ts'

const sameRank = (pool: readonly Variable[], a: Variable, k: number): Variable => {
  const fit = pool.filter((b) => b.rank === 0 || (b.rank === a.rank && b.shape.every((d, i) => d === a.shape[i])))
  return fit[k % fit.length]
}

export const steps: readonly Maker[] = [
  (a, k, pool) => arithmetic.add(a, sameRank(pool, a, k)),
  (a, k, pool) => arithmetic.mul(a, sameRank(pool, a, k)),
  (a, k, pool) => arithmetic.sub(sameRank(pool, a, k), a),
  (a) => tanh(a),
  (a) => sigmoid(a),
  (a) => arithmetic.sqr(a),
  (a, k, pool) => where(gt(a, 0), a, sameRank(pool, a, k)),
  needs(1, (a, k) => sum(a, { axis: k % a.rank, keepdims: k % 3 === 0 })),
  needs(1, (a) => mean(a)),
  needs(1, (a, k) => max(a, { axis: k % a.rank })),
  needs(1, (a, k) => softmax(a, { axis: k % a.rank })),
  needs(1, (a, k) => logSoftmax(a, { axis: k % a.rank })),
  needs(1, (a, k) => logsumexp(a, { axis: k % a.rank })),
  needs(2, (a) => transpose(a)),
  needs(1, (a, k) => expandDims(a, k % (a.rank + 1))),
  needs(1, (a) => flatten(a)),
  needs(2, (a) => reshape(a, [a.shape[1], -1])),
  needs(1, (a, k) => at(a, new Slice(k % 2, null))),
  needs(1, (a, k) => at(a, new Slice(null, null, k % 2 ? -1 : 2))),
  needs(1, (a) => at(a, 0)),
  needs(1, (a) => concatenate([a, a], 0)),
  needs(2, (a) => dot(a, transpose(a))),
  needs(1, (a) => dot(a, a.rank === 1 ? a : transpose(a))),
  needs(2, (a) => pick(a, argmax(a, { axis: -1 }))),
  needs(1, (a) => take(a, argmax(a, { axis: 0 }), { axis: 0 })),
  needs(1, (a, k) => writeAt(k % 2 ? 'set' : 'inc', a, [new Slice(0, 1)], 2)),
  needs(1, (a) => arithmetic.add(a, cast(iota(a.shape[a.rank - 1]), 'float64'))),
  needs(1, (a) => arithmetic.mul(a, oneHot(argmax(a, { axis: -1 }), a.shape[a.rank - 1]))),
  (a, _, pool) => (a.rank === 1 ? arithmetic.add(a, pool.find((b) => b.name === 'x')!) : null),
  needs(2, (a, _, pool) => arithmetic.sub(a, expandDims(max(a, { axis: 1 }), 1)) ?? pool[0]),
  (a) => (a.rank === 0 ? broadcastTo(a, [2, 3]) : dimshuffle(a, [...a.shape.keys()].reverse())),
]

/** float32 is rounded at other places. */
export const close = (a: readonly number[], b: readonly number[], dtype: DType): boolean =>
  a.length === b.length &&
  a.every((x, i) => Object.is(x, b[i]) || Math.abs(x - b[i]) <= (dtype === 'float32' ? 2e-3 : 1e-9) * Math.max(1, Math.abs(x), Math.abs(b[i])))
