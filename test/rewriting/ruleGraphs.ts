import { abs, add, div, floor, mul, neg, round, sub } from '../../src/graph/ops/arithmetic.ts'
import { full, iota, zeros } from '../../src/graph/ops/create.ts'
import { dot } from '../../src/graph/ops/dot.ts'
import { at, pick, scatterAddOp, slice, take, writeAt } from '../../src/graph/ops/indexing.ts'
import { concatenate, stack } from '../../src/graph/ops/join.ts'
import { asNumber, cast, eq, gt, where } from '../../src/graph/ops/logic.ts'
import { exp, log, sin } from '../../src/graph/ops/math.ts'
import { logSoftmax, logsumexp, reluOp, sigmoid, softmax } from '../../src/graph/ops/nnet.ts'
import { all, any as anyOf, argmax, argmin, max, mean, min, prod, sum } from '../../src/graph/ops/reduce.ts'
import { broadcastTo, dimshuffle, expandDims, padLeft, reshape, sumTo } from '../../src/graph/ops/shape.ts'
import { apply, constant, constantArray, type Variable } from '../../src/graph/variable.ts'
import { random, type World } from './helpers.ts'

const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -1, 0.5, 3.7, -2.5, 1e-3, 2]

// Graphs for the rules that are functions.
const m34 = (w: World, name = 'm', low = -2, high = 2) => w.leaf(name, [3, 4], random(name.length + name.charCodeAt(0), 12, low, high))
const v4 = (w: World, name = 'v') => w.leaf(name, [4], random(name.charCodeAt(0), 4))
export const specialM = (w: World, name = 's') => w.leaf(name, [3, 4], special)
const s0 = (w: World, name = 'k') => w.leaf(name, [], [2.25])
const oneHotOf = (w: World) => eq(expandDims(w.leaf('y', [4], [0, 2, -1, 3], 'int32', false, [0]), 1), expandDims(iota(3), 0))
export const n0 = (w: World) => w.leaf('n', [], [1], 'int32')
const kept = (v: Variable, of: (x: Variable, o: object) => Variable, axis: unknown) => of(v, { axis, keepdims: true })

/** x broadcast to the length it has in common with one array, then to that it has in common with another, too. */
function fittedTwice(x: Variable, w: World): Variable {
  const once = add(x, v4(w, 'a'))
  return broadcastTo(broadcastTo(x, once.shape), add(once, v4(w, 'b')).shape)
}

export const graphs: Readonly<Record<string, readonly ((w: World) => Variable)[]>> = {
  local_mul_canonizer: [
    (w) => mul(2, mul(3, specialM(w))),
    (w) => mul(mul(specialM(w), 0.5), 0.25),
    (w) => div(mul(2, specialM(w)), 2),
    (w) => mul(3, mul(7, w.leaf('i', [3], [2147483647, -5, 9], 'int32'))),
    (w) => mul(4, div(specialM(w), 2)),
  ],
  local_add_canonizer: [(w) => add(add(w.leaf('i', [3], [2147483647, -5, 9], 'int32'), 5), 7)],
  local_relu_positive: [(w) => reluOp(abs(specialM(w)))],
  local_useless_cast: [],
  local_cast_cast: [
    (w) => cast(cast(w.leaf('f', [3], [0.1, Number.NaN, -0], 'float32'), 'float64'), 'int32'),
    (w) => cast(cast(w.leaf('u', [3], [1, 2, 255], 'uint8'), 'int16'), 'float32'),
  ],
  local_useless_as_number: [(w) => asNumber(w.leaf('x', [], [2.5], 'float64', true))],
  local_useless_round: [(w) => floor(round(specialM(w))), (w) => floor(n0(w))],
  local_useless_switch: [
    (w) => where(constant(true), specialM(w), 1),
    (w) => where(constant(false), 1, specialM(w)),
    (w) => where(gt(v4(w), 0), s0(w), s0(w)),
    (w) => where(full([3, 4], true), s0(w), specialM(w)),
  ],
  local_merge_switch_same_cond: [
    (w) => {
      const c = gt(specialM(w), 0)
      return sub(where(c, specialM(w), 1), where(c, 2, s0(w)))
    },
  ],
  local_useless_dimshuffle: [],
  local_dimshuffle_chain: [(w) => dimshuffle(dimshuffle(specialM(w), [1, 'x', 0]), [2, 1, 0]), (w) => dimshuffle(dimshuffle(specialM(w), [1, 0]), [1, 0])],
  local_dimshuffle_lift: [(w) => dimshuffle(add(specialM(w), mul(v4(w), s0(w))), ['x', 1, 0])],
  local_lift_transpose_through_dot: [(w) => dimshuffle(dot(m34(w), w.leaf('b', [4, 2], random(1, 8))), [1, 0])],
  local_useless_reshape: [],
  local_reshape_chain: [
    (w) => reshape(reshape(specialM(w), [2, 6]), [4, 3]),
    (w) => {
      const x = specialM(w)
      return reshape(reshape(x, [-1]), x.shape.slice())
    },
  ],
  local_reshape_to_dimshuffle: [
    (w) => {
      const x = specialM(w)
      return reshape(x, [1, x.shape[0], 1, x.shape[1]])
    },
    (w) => {
      const x = w.leaf('c', [3, 1], [1, 2, 3], 'float64', false, [1])
      return reshape(x, [x.shape[0]])
    },
  ],
  local_reshape_lift: [(w) => reshape(mul(s0(w), neg(specialM(w))), [-1])],
  local_useless_alloc: [],
  local_merge_alloc: [
    (w) => broadcastTo(broadcastTo(s0(w), [4]), [3, 4]),
    (w) => broadcastTo(broadcastTo(padLeft(v4(w)), [3, v4(w).shape[0]]), [2, 3, v4(w).shape[0]]),
  ],
  local_merge_checked_alloc: [(w) => fittedTwice(v4(w), w), (w) => fittedTwice(w.leaf('one', [1], [2.25]), w)],
  local_alloc_dimshuffle: [(w) => broadcastTo(dimshuffle(v4(w), ['x', 0]), [3, v4(w).shape[0]]), (w) => broadcastTo(dimshuffle(s0(w), ['x', 'x']), [2, 3])],
  local_dimshuffle_alloc: [(w) => dimshuffle(broadcastTo(v4(w), [3, 4]), [1, 'x', 0]), (w) => dimshuffle(broadcastTo(s0(w), [3, 4]), [1, 0])],
  local_reshape_alloc: [(w) => reshape(full([3, 4], s0(w)), [2, 6])],
  local_broadcast_lift: [(w) => broadcastTo(sub(specialM(w), v4(w)), [3, 4]), (w) => broadcastTo(neg(w.leaf('one', [1, 4], special.slice(0, 4))), [3, 4])],
  local_elemwise_alloc: [
    (w) => {
      const x = specialM(w)
      return sub(broadcastTo(s0(w), x.shape), x)
    },
    (w) => {
      const x = specialM(w)
      return add(broadcastTo(w.leaf('r', [1, 4], [1, 2, 3, 4], 'float64', false, [0]), [x.shape[0], 4]), mul(2, broadcastTo(x, [x.shape[0], 4])))
    },
  ],
  local_alloc_unary: [
    (w) => neg(full([3, 4], s0(w))),
    (w) => add(full([3, 4], s0(w)), broadcastTo(s0(w, 'j'), [3, 4])),
    (w) => mul(3, broadcastTo(v4(w), [2, v4(w).shape[0]])),
  ],
  local_useless_sum_to: [(w) => sumTo(w.leaf('x', [3, 4], random(3, 12), 'float64', false, [0]), [1, w.leaf('y', [4], [1, 2, 3, 4]).shape[0]])],
  local_sum_to_chain: [(w) => sumTo(sumTo(m34(w), [w.leaf('y', [3], [1, 2, 3]).shape[0], 4]), [1, w.leaf('z', [4], [1, 2, 3, 4]).shape[0]])],
  local_join_1: [],
  local_add_negative_factor: [(w) => add(specialM(w), mul(-3, reluOp(specialM(w))))],
  local_sub_negative_factor: [(w) => sub(specialM(w), mul(reluOp(specialM(w)), -0.5))],
  local_reduce_chain: [
    (w) => sum(sum(m34(w), { axis: 0 })),
    (w) => max(max(w.leaf('t', [2, 3, 2], special), { axis: 1 }), { axis: 0 }),
    (w) => prod(prod(m34(w), { axis: 1 })),
    (w) => all(all(gt(m34(w), -3), { axis: 1 })),
  ],
  local_reduce_dimshuffle: [
    (w) => sum(dimshuffle(m34(w), [1, 'x', 0]), { axis: [1, 2] }),
    (w) => min(dimshuffle(specialM(w), [1, 0]), { axis: 0 }),
    (w) => sum(dimshuffle(w.leaf('z', [2], [-0, -0]), ['x', 0]), { axis: 0 }),
  ],
  local_reduce_broadcastable: [
    (w) => sum(w.leaf('o', [3, 1, 2], [-0, 1, 2, 3, 4, -0], 'float64', false, [1]), { axis: [0, 1] }),
    (w) => sum(w.leaf('o', [3, 1], [-0, 1, Number.NaN], 'float64', false, [1]), { axis: 1 }),
    (w) => max(w.leaf('o', [3, 1], [-0, 1, Number.NaN], 'float64', false, [1]), { axis: 1 }),
    (w) => sum(w.leaf('o', [1], [200], 'uint8', false, [0])),
  ],
  local_opt_alloc: [
    (w) => sum(broadcastTo(v4(w), [3, v4(w).shape[0]])),
    (w) => sum(broadcastTo(v4(w), [3, v4(w).shape[0]]), { axis: 0 }),
    (w) => sum(zeros(specialM(w).shape, 'float64')),
    (_w) => sum(full([2, 3], -0), { axis: 1 }),
    (w) => max(broadcastTo(v4(w), [3, v4(w).shape[0]]), { axis: [0, 1] }),
    (w) => prod(full([2, 3], s0(w)), { axis: 1 }),
    (w) => sum(full(w.leaf('e', [0], []).shape, 3)),
    (_w) => all(full([2], constant(true))),
    (_w) => sum(full([300], constant(200, 'uint8'))),
  ],
  local_reduce_join: [
    (w) => sum(stack([s0(w), s0(w, 'j'), constant(-0, 'float64')])),
    (w) => sum(stack([v4(w), mul(v4(w), 2)], 1), { axis: 1 }),
    (w) => max(stack([v4(w), neg(v4(w))]), { axis: 0 }),
    (_w) => sum(stack([constant(-0, 'float64'), constant(-0, 'float64')])),
    (w) => anyOf(stack([gt(v4(w), 0), gt(v4(w), 0.5)]), { axis: 0 }),
  ],
  local_sum_one_hot: [
    (w) => sum(where(oneHotOf(w), expandDims(w.leaf('c', [4], [1.5, -0, Number.NaN, 3], 'float64', false, [0]), 1), 0), { axis: 1 }),
    (w) => sum(where(oneHotOf(w), 2, 0), { axis: 1 }),
    (w) => sum(where(eq(w.leaf('j', [], [1], 'int32'), iota(3)), 2, 0)),
  ],
  local_dot_to_mul: [(w) => dot(w.leaf('a', [3, 1], [1, -0, 2], 'float64', false, [1]), w.leaf('b', [1, 2], [0, -5], 'float64', false, [0]))],
  local_join_empty: [(w) => concatenate([w.leaf('a', [0], [], 'float64', false, [0]), v4(w), w.leaf('u', [3], special)])],
  local_sum_prod_mul_by_scalar: [
    (w) => sum(mul(3, m34(w)), { axis: 1 }),
    (w) => sum(mul(m34(w), -0.5)),
    (w) => sum(div(m34(w), 7)),
    (w) => sum(mul(-2, w.leaf('z', [2], [1, -1]))),
    (w) => sum(mul(2, specialM(w))),
  ],
  local_sum_neg: [(w) => sum(neg(m34(w)), { axis: 0 }), (w) => sum(neg(w.leaf('z', [2], [1, -1])))],
  local_max_to_min: [(w) => neg(max(neg(m34(w)), { axis: 1 })), (w) => neg(min(neg(w.leaf('z', [2], [0, -0])))), (w) => neg(max(neg(specialM(w))))],
  local_argmax_pushdown: [(w) => argmax(softmax(m34(w)), { axis: 1 }), (w) => argmin(logSoftmax(m34(w), { axis: 0 }), { axis: 0 })],
  local_useless_subtensor: [
    (w) => at(w.leaf('z', [3, 4], special, 'float64', false, [0]), slice(0, 3), 1),
    (w) => at(w.leaf('x', [3, 4], special, 'float64', false, [0]), slice(0, 3)),
  ],
  local_subtensor_merge: [
    (w) => at(at(specialM(w), slice(1, null)), 1),
    (w) => at(at(specialM(w), slice(null, null, -1), slice(1, 4, 2)), slice(1, null), slice(null, null, -1)),
    (w) => at(at(specialM(w), 2), slice(1, 3)),
    (w) => at(at(specialM(w), slice(n0(w), null)), n0(w)),
    (w) => at(at(w.leaf('x', [300], random(1, 300)), slice(w.leaf('i', [], [200], 'uint8'), null)), w.leaf('j', [], [90], 'uint8')),
  ],
  local_subtensor_lift: [
    (w) => at(add(specialM(w), mul(v4(w), s0(w))), 1),
    (w) => at(sub(specialM(w), kept(specialM(w), max, 1)), slice(1, null), 2),
    (w) => at(neg(w.leaf('o', [1, 4], special.slice(2, 6), 'float64', false, [0])), 0),
  ],
  local_dimshuffle_subtensor: [
    (w) => at(dimshuffle(specialM(w), [1, 'x', 0]), 2, slice(0, null), slice(1, null)),
    (w) => at(dimshuffle(specialM(w), [1, 'x', 0]), slice(1, 3), 0),
  ],
  local_subtensor_of_alloc: [
    (w) => at(broadcastTo(v4(w), [3, v4(w).shape[0]]), 1),
    (w) => at(broadcastTo(v4(w), [3, v4(w).shape[0]]), slice(1, null), slice(n0(w), null)),
  ],
  local_subtensor_of_join: [
    (w) => at(stack([v4(w), mul(v4(w), 2)]), 1),
    (w) => at(concatenate([w.leaf('a', [2], [1, 2], 'float64', false, [0]), w.leaf('b', [3], [3, 4, 5], 'float64', false, [0])]), slice(2, 4)),
  ],
  local_subtensor_of_dot: [
    (w) => at(dot(m34(w), w.leaf('b', [4, 2], random(1, 8))), n0(w), slice(0, 1)),
    (w) => at(dot(m34(w), w.leaf('b', [4, 2], random(1, 8))), 1, 1),
  ],
  local_subtensor_remove_broadcastable_index: [(w) => at(w.leaf('o', [1, 4], special.slice(0, 4), 'float64', false, [0]), 0, slice(1, null))],
  local_subtensor_inc_subtensor: [
    (w) => at(writeAt('set', specialM(w), [1, slice(0, 2)], s0(w)), 1, slice(0, 2)),
    (w) => at(writeAt('inc', specialM(w), [n0(w)], s0(w)), n0(w)),
    (w) => {
      const x = w.leaf('x', [3, 4], special, 'float64', false, [0])
      return at(writeAt('set', x, [1], v4(w)), 2)
    },
  ],
  local_pick_lift: [
    (w) => {
      const x = m34(w)
      return pick(sub(x, log(kept(exp(x), sum, 1))), w.leaf('y', [3], [3, 0, 1], 'int32'))
    },
    (w) => pick(mul(2, sin(m34(w))), w.leaf('y', [3], [3, 0, 1], 'int32')),
  ],
  local_useless_inc_subtensor: [
    (w) => {
      const x = specialM(w)
      return writeAt('set', w.leaf('x', [3], [1, 2, -0], 'float64', false, [0]), [slice(0, 3)], sum(x))
    },
    (w) => {
      const x = w.leaf('x', [3], [1, 2, -0], 'float64', false, [0])
      return writeAt('inc', x, [slice(0, 3)], s0(w))
    },
  ],
  local_write_of_write_same_indices: [
    (w) => writeAt('set', writeAt('inc', specialM(w), [1], 3), [1], v4(w)),
    (w) => writeAt('inc', writeAt('set', specialM(w), [1], 3), [1], v4(w)),
    (w) => writeAt('inc', writeAt('inc', w.leaf('i', [3], [1, 2, 2147483647], 'int32'), [2], 3), [2], 4),
  ],
  local_incsubtensor_of_zeros: [(w) => writeAt('inc', abs(specialM(w)), [1], 0)],
  local_setsubtensor_of_constants: [
    (w) => {
      const x = specialM(w)
      return writeAt('set', x, [slice(1, null)], at(x, slice(1, null)))
    },
  ],
  local_set_to_inc_subtensor: [
    (w) => {
      const x = specialM(w)
      return writeAt('set', x, [1], add(mul(at(x, 2), 2), at(x, 1)))
    },
  ],
  local_IncSubtensor_serialize: [
    (w) => {
      const z = zeros(m34(w).shape)
      return add(writeAt('inc', z, [1], v4(w)), writeAt('inc', z, [slice(0, 2)], v4(w, 'u')))
    },
    (w) =>
      add(
        abs(m34(w)),
        apply(scatterAddOp, [zeros(m34(w).shape), constantArray([0, 2], 'int32', [2]), w.leaf('y', [3, 2], random(3, 6))], { axis: 1, mode: 'raise' }),
      ),
  ],
  local_log_add_exp: [(w) => log(add(exp(m34(w)), exp(v4(w)))), (w) => log(add(add(exp(m34(w)), 1), exp(v4(w))))],
  local_log_sum_exp: [(w) => log(sum(exp(m34(w)), { axis: 1 })), (w) => log(sum(exp(m34(w))))],
  local_softmax_stabilize: [
    (w) => {
      const e = exp(m34(w))
      return div(e, kept(e, sum, 1))
    },
    (w) => {
      const e = exp(v4(w))
      return div(e, sum(e))
    },
    (w) => {
      const e = exp(m34(w))
      return div(e, sum(e))
    },
  ],
  local_softmax_shift: [(w) => softmax(sub(m34(w), kept(m34(w), max, 1))), (w) => logSoftmax(sub(m34(w), max(m34(w))))],
  local_logsoftmax: [(w) => log(softmax(m34(w), { axis: 0 }))],
  local_logsoftmax_from_logsumexp: [(w) => sub(m34(w), kept(m34(w), logsumexp as never, 1)), (w) => sub(v4(w), logsumexp(v4(w)))],
  local_exp_logsoftmax: [(w) => exp(logSoftmax(m34(w)))],
  local_log_through_views: [
    (w) => log(pick(softmax(m34(w)), w.leaf('y', [3], [3, 0, 1], 'int32'))),
    (w) => log(reshape(sub(1, sigmoid(m34(w))), [-1])),
    (w) => log(dimshuffle(sigmoid(m34(w)), [1, 0])),
    (w) => log(broadcastTo(sigmoid(v4(w)), [3, 4])),
    (w) => log(kept(exp(m34(w)), sum, 1)),
    (w) => log(at(softmax(m34(w)), slice(null, null), 1)),
    (w) => log(take(softmax(m34(w)), iota(2), { axis: 1 })),
  ],
}

/** The mean of exponentials needs two rules. */
export const mixed: Readonly<Record<string, readonly ((w: World) => Variable)[]>> = {
  local_log_mean_exp: [(w) => log(mean(exp(m34(w)), { axis: 1 }))],
}
