// lowering/kernels: products. Matrix by matrix is the runtime's blocked gemm; with a vector it is a loop that reads the
// matrix once, in the order it lies in memory; integers multiply with wrap-around.
import { isFloat } from '../../graph/dtype.ts'
import { add, mul } from '../../graph/ops/arithmetic.ts'
import { bitAnd, castOps } from '../../graph/ops/logic.ts'
import type { Variable } from '../../graph/variable.ts'
import type { Context, View } from '../context.ts'
import { call, type Expr, load, method, name, number, opExpr, plus, type Stmt, times } from '../ir.ts'
import type { Memory } from '../memory.ts'

import { checkSame, indexOf, over } from './loops.ts'

const real = { dtype: 'float64', weak: true } as const
const sum = (a: Expr, b: Expr): Expr => opExpr(add.op, [a, b], real)
const multiply = (a: Expr, b: Expr): Expr => opExpr(mul.op, [a, b], real)

export function buildDot(v: Variable, context: Context, memory: Memory): void {
  const [a, b] = v.owner!.inputs
  checkSame(context, v, a.shape[a.rank - 1], b.shape[0])
  if (!isFloat(v.dtype)) return integerDot(v, context, memory)
  const [left, right] = [inMemory(a, context, memory), inMemory(b, context, memory)]
  const inner = context.dim(b.shape[0])
  if (v.rank === 2) {
    const target = memory.allocate(v)
    const sizes = [context.dim(v.shape[0]), context.dim(v.shape[1]), inner]
    context.body.push({ kind: 'do', value: call('$t.gemm', ...sizes, ...matrix(left), ...matrix(right), name(target.array), number(0)) })
  } else if (v.rank === 0) {
    const { statements, total } = dotProduct(context, left, right, inner)
    context.body.push(...statements)
    context.setScalar(v, total)
  } else if (b.rank === 1) matrixVector(v, left, right, inner, context, memory)
  else matrixVector(v, transposed(right), left, inner, context, memory)
}

/** array, offset, row stride, column stride: as gemm takes a matrix. */
const matrix = (view: View): Expr[] => [name(view.array), view.offset, ...view.strides.slice(-2)]
const transposed = (view: View): View => ({ ...view, strides: [view.strides[1], view.strides[0]] })

/** Memory of an operand; formulas (broadcast scalars, ranges) are written out. */
function inMemory(x: Variable, context: Context, memory: Memory): View {
  const view = context.view(x)
  if (view) return view
  const { array, dtype } = memory.scratch(context.size(x), x.name ?? 'operand', x.dtype)
  const lengths = context.lengths(x)
  const strides = lengths.map((_, axis) => lengths.slice(axis + 1).reduce(times, number(1)))
  const written: View = { array, dtype, offset: number(0), strides, contiguous: true }
  context.body.push(...over(context, lengths, (at) => [{ kind: 'store', array, index: indexOf(written, at), value: context.element(x, at) }]))
  return written
}

const isOne = (e: Expr): boolean => e.kind === 'number' && e.value === 1

/** A matrix (rows × inner) by a vector. */
function matrixVector(v: Variable, a: View, x: View, inner: Expr, context: Context, memory: Memory): void {
  const target = memory.allocate(v)
  const rows = context.dim(v.shape[0])
  if (isOne(a.strides[0]) && !isOne(a.strides[1])) return byColumns(v, a, x, rows, inner, target, context, memory)
  byRows(a, x, rows, inner, target, context)
}

/** The matrix lies row by row: four rows at a time share the reads of x. */
function byRows(a: View, x: View, rows: Expr, inner: Expr, target: View, context: Context): void {
  const [i, p] = [context.names.loopIndex(0), context.names.loopIndex(1)]
  const whole = wholeBlocks(context, rows)
  const block = (width: number): Stmt[] => {
    const lanes = [...Array(width).keys()].map((k) => context.names.fresh(`sum${k}`))
    const starts = lanes.map((_, k) => context.names.fresh(`row${k}`))
    const factor = context.names.fresh('factor')
    const term = (k: number): Expr => multiply(load(a.array, plus(name(starts[k]), times(name(p), a.strides[1]))), name(factor))
    return [
      ...starts.map((s, k): Stmt => ({ kind: 'const', name: s, value: plus(a.offset, times(plus(name(i), number(k)), a.strides[0])) })),
      ...lanes.map((lane): Stmt => ({ kind: 'let', name: lane, value: number(0) })),
      {
        kind: 'for',
        index: p,
        from: number(0),
        to: inner,
        step: 1,
        body: [
          { kind: 'const', name: factor, value: load(x.array, plus(x.offset, times(name(p), x.strides[0]))) },
          ...lanes.map((lane, k): Stmt => ({ kind: 'assign', name: lane, value: sum(name(lane), term(k)) })),
        ],
      },
      ...lanes.map((lane, k): Stmt => ({ kind: 'store', array: target.array, index: plus(plus(target.offset, name(i)), number(k)), value: name(lane) })),
    ]
  }
  context.body.push({ kind: 'for', index: i, from: number(0), to: whole, step: 4, body: block(4) })
  context.body.push({ kind: 'for', index: i, from: whole, to: rows, step: 1, body: block(1) })
}

/** Four independent sums hide the latency of addition. */
function dotProduct(context: Context, a: View, x: View, count: Expr): { statements: Stmt[]; total: Expr } {
  const lanes = [0, 1, 2, 3].map((k) => context.names.fresh(`sum${k}`))
  const p = context.names.loopIndex(0)
  const whole = wholeBlocks(context, count)
  const at = (view: View, k: number): Expr => load(view.array, plus(view.offset, times(plus(name(p), number(k)), view.strides[0])))
  const step = (lane: string, k: number): Stmt => ({ kind: 'assign', name: lane, value: sum(name(lane), multiply(at(a, k), at(x, k))) })
  return {
    statements: [
      ...lanes.map((lane): Stmt => ({ kind: 'let', name: lane, value: number(0) })),
      { kind: 'for', index: p, from: number(0), to: whole, step: 4, body: lanes.map(step) },
      { kind: 'for', index: p, from: whole, to: count, step: 1, body: [step(lanes[0], 0)] },
    ],
    total: lanes.map((lane) => name(lane) as Expr).reduce(sum),
  }
}

/** count rounded down to a multiple of 4. */
const wholeBlocks = (context: Context, count: Expr): Expr =>
  count.kind === 'number'
    ? number(count.value - (count.value % 4))
    : context.named(opExpr(bitAnd.op, [count, number(-4)], { dtype: 'int32', weak: true }), 'blocks')

/** The matrix lies column by column: target += column · x[p], four columns at a time, accumulated in float64. */
function byColumns(v: Variable, a: View, x: View, rows: Expr, inner: Expr, target: View, context: Context, memory: Memory): void {
  const sums = v.dtype === 'float64' ? target.array : memory.scratch(rows, 'sums').array
  context.body.push({ kind: 'do', value: method(sums, 'fill', number(0), number(0), rows) })
  const [p, i] = [context.names.loopIndex(0), context.names.loopIndex(1)]
  const whole = wholeBlocks(context, inner)
  const block = (width: number): Stmt[] => {
    const factors = [...Array(width).keys()].map((k) => context.names.fresh(`factor${k}`))
    const columns = factors.map((_, k) => context.names.fresh(`column${k}`))
    const at = (k: number): Expr => plus(name(p), number(k))
    const term = (k: number): Expr => multiply(load(a.array, plus(name(columns[k]), name(i))), name(factors[k]))
    return [
      ...factors.map((f, k): Stmt => ({ kind: 'const', name: f, value: load(x.array, plus(x.offset, times(at(k), x.strides[0]))) })),
      ...columns.map((c, k): Stmt => ({ kind: 'const', name: c, value: plus(a.offset, times(at(k), a.strides[1])) })),
      {
        kind: 'for',
        index: i,
        from: number(0),
        to: rows,
        step: 1,
        body: [{ kind: 'store', array: sums, index: name(i), value: sum(load(sums, name(i)), factors.map((_, k) => term(k)).reduce(sum)) }],
      },
    ]
  }
  context.body.push({ kind: 'for', index: p, from: number(0), to: whole, step: 4, body: block(4) })
  context.body.push({ kind: 'for', index: p, from: whole, to: inner, step: 1, body: block(1) })
  if (sums === target.array) return
  context.body.push(...over(context, [rows], ([j]) => [{ kind: 'store', array: target.array, index: j, value: load(sums, j) }]))
}

/** Integers wrap around at every step; `batches` leading axes are walked together. */
function integerDot(v: Variable, context: Context, memory: Memory, batches = 0): void {
  const [a, b] = v.owner!.inputs
  const total = context.names.fresh('sum')
  const contract = (at: Expr[]): Stmt[] => [
    { kind: 'let', name: total, value: number(0) },
    ...over(
      context,
      [context.dim(b.shape[batches])],
      ([p]) => {
        const factors = [context.element(a, [...at.slice(0, a.rank - 1), p]), context.element(b, [...at.slice(0, batches), p, ...at.slice(a.rank - 1)])]
        const product = opExpr(mul.op, factors, { dtype: 'int32', weak: false })
        return [{ kind: 'assign', name: total, value: opExpr(castOps[v.dtype], [opExpr(add.op, [name(total), product], v)], v) }]
      },
      v.rank,
    ),
  ]
  if (v.rank === 0) {
    context.body.push(...contract([]))
    return context.setScalar(v, name(total))
  }
  const target = memory.allocate(v)
  context.body.push(
    ...over(context, context.lengths(v), (at) => [...contract(at), { kind: 'store', array: target.array, index: indexOf(target, at), value: name(total) }]),
  )
}

/** One gemm for each index of the leading axis. */
export function buildBatchedDot(v: Variable, context: Context, memory: Memory): void {
  const [a, b] = v.owner!.inputs
  checkSame(context, v, a.shape[0], b.shape[0])
  checkSame(context, v, a.shape[2], b.shape[1])
  if (!isFloat(v.dtype)) return integerDot(v, context, memory, 1)
  const [left, right] = [inMemory(a, context, memory), inMemory(b, context, memory)]
  const target = memory.allocate(v)
  const sizes = [context.dim(v.shape[1]), context.dim(v.shape[2]), context.dim(a.shape[2])]
  context.body.push(
    ...over(context, [context.dim(v.shape[0])], ([batch]) => {
      const from = (view: View): View => ({ ...view, offset: plus(view.offset, times(batch, view.strides[0])) })
      const args = [...sizes, ...matrix(from(left)), ...matrix(from(right)), name(target.array), times(batch, target.strides[0])]
      return [{ kind: 'do', value: call('$t.gemm', ...args) }]
    }),
  )
}
