// rewriting/rules: reads and writes of parts. A read moves towards the leaves, so that only the part is computed; a check
// of an index is dropped only where the index is known to be in range.
import { dimAdd, dimMul, dimVariable, variableDim } from '../../graph/dim.ts'
import type { ElementwiseOp } from '../../graph/op.ts'
import { add } from '../../graph/ops/arithmetic.ts'
import { dot } from '../../graph/ops/dot.ts'
import { applyElementwise } from '../../graph/ops/elementwise.ts'
import { incSubtensorOp, pickOp, setSubtensorOp, subtensorOp } from '../../graph/ops/indexing.ts'
import { cast } from '../../graph/ops/logic.ts'
import { broadcastTo, dimshuffle, type Pattern } from '../../graph/ops/shape.ts'
import { type Apply, apply, type Dim, type Variable } from '../../graph/variable.ts'
import { rule, type Site, type Table } from '../engine.ts'
import { uniformValue } from '../match.ts'
import { sameShape } from '../types.ts'
import { isExact, isNeverNegativeZero } from './facts.ts'

/** How an axis is read, with its bounds. */
type Entry =
  | { readonly kind: 'all' }
  | { readonly kind: 'index'; readonly at: Dim }
  | { readonly kind: 'range'; readonly start: Dim; readonly length: Dim; readonly step: number }
const all: Entry = { kind: 'all' }

/** Bounds as JavaScript numbers: a small integer dtype must not wrap what is computed from them. */
const bound = (v: Variable): Dim => variableDim(v.weak || v.value !== null ? v : cast(v, 'int32'))

function entriesOf(params: Apply['params'], bounds: readonly Variable[]): Entry[] {
  let at = 0
  return (params.axes as readonly (string | { step: number })[]).map((axis) => {
    if (axis === 'all') return all
    if (axis === 'index') return { kind: 'index', at: bound(bounds[at++]) }
    at += 2
    return { kind: 'range', start: bound(bounds[at - 2]), length: bound(bounds[at - 1]), step: (axis as { step: number }).step }
  })
}
const readEntries = (owner: Apply): Entry[] => entriesOf(owner.params, owner.inputs.slice(1))

const axisParams = (entries: readonly Entry[]) => ({ axes: entries.map((e) => (e.kind === 'range' ? { step: e.step } : e.kind)) })
const boundsOf = (entries: readonly Entry[]): Variable[] =>
  entries.flatMap((e) => (e.kind === 'all' ? [] : e.kind === 'index' ? [dimVariable(e.at)] : [dimVariable(e.start), dimVariable(e.length)]))

const read = (x: Variable, entries: readonly Entry[]): Variable =>
  entries.every((e) => e.kind === 'all') ? x : apply(subtensorOp, [x, ...boundsOf(entries)], axisParams(entries))

/** Ranges that cover their axis become 'all'. */
const simplified = (x: Variable, entries: readonly Entry[]): Entry[] =>
  entries.map((e, i) => (e.kind === 'range' && e.step === 1 && e.start === 0 && e.length === x.shape[i] ? all : e))

/** For each axis of x that a read keeps, its place in the result. */
const places = (entries: readonly Entry[]): (number | null)[] => {
  let next = 0
  return entries.map((e) => (e.kind === 'index' ? null : next++))
}

function compose(inner: readonly Entry[], outer: readonly Entry[]): Entry[] {
  const place = places(inner)
  return inner.map((e, axis) => {
    const at = place[axis]
    const o = at === null ? all : outer[at]
    if (e.kind === 'all') return at === null ? e : o
    if (e.kind === 'index' || o.kind === 'all') return e
    if (o.kind === 'index') return { kind: 'index', at: dimAdd(e.start, dimMul(e.step, o.at)) }
    return { kind: 'range', start: dimAdd(e.start, dimMul(e.step, o.start)), length: o.length, step: e.step * o.step }
  })
}

function lift(site: Site): Variable | null {
  const [v] = site.root.owner!.inputs
  const inner = site.clients(v) <= 1 ? site.owner(v) : null
  if (inner?.op.kind !== 'elementwise') return null
  const entries = readEntries(site.root.owner!)
  // An operand of length 1 there is the same at every index.
  const part = (x: Variable): Variable => {
    if (x.rank === 0) return x
    return read(
      x,
      entries.map((e, i) => (x.shape[i] !== 1 || v.shape[i] === 1 ? e : e.kind === 'index' ? { kind: 'index', at: 0 } : all)),
    )
  }
  return applyElementwise(inner.op as ElementwiseOp, inner.inputs.map(part))
}

function ofDimshuffle(site: Site): Variable | null {
  const inner = site.owner(site.root.owner!.inputs[0], 'dimshuffle')
  if (!inner) return null
  const entries = simplified(site.root.owner!.inputs[0], readEntries(site.root.owner!))
  const pattern = inner.params.pattern as Pattern
  const [x] = inner.inputs
  const inserted = entries.filter((_, i) => pattern[i] === 'x')
  if (inserted.some((e) => e.kind === 'range' || (e.kind === 'index' && e.at !== 0))) return null
  const own = x.shape.map((_, axis) => entries[pattern.indexOf(axis)] ?? all)
  const place = places(own)
  const kept = pattern.filter((_, i) => entries[i].kind !== 'index')
  return dimshuffle(
    read(x, own),
    kept.map((p) => (p === 'x' ? p : place[p]!)),
  )
}

function ofBroadcast(site: Site): Variable | null {
  const [v] = site.root.owner!.inputs
  const inner = site.owner(v, 'broadcastTo')
  if (!inner) return null
  const [x] = inner.inputs
  const leading = v.rank - x.rank
  const entries = readEntries(site.root.owner!)
  const repeats = (axis: number): boolean => axis < leading || (x.shape[axis - leading] === 1 && v.shape[axis] !== 1)
  if (entries.some((e, axis) => (repeats(axis) ? e.kind === 'index' && typeof e.at !== 'number' : v.shape[axis] !== x.shape[axis - leading]))) return null
  const own = entries.slice(leading).map((e, i): Entry => (!repeats(i + leading) ? e : e.kind === 'index' ? { kind: 'index', at: 0 } : all))
  return broadcastTo(read(x, own), site.root.shape)
}

function ofJoin(site: Site): Variable | null {
  const inner = site.owner(site.root.owner!.inputs[0], 'join')
  if (!inner) return null
  const axis = inner.params.axis as number
  const entries = readEntries(site.root.owner!)
  const e = entries[axis]
  const [first, length] = e.kind === 'index' ? [e.at, 1] : e.kind === 'range' && e.step === 1 ? [e.start, e.length] : [null, null]
  if (typeof first !== 'number' || typeof length !== 'number') return null
  let offset = 0
  for (const piece of inner.inputs) {
    const n = piece.shape[axis]
    if (typeof n !== 'number' || !sameShape(without(piece.shape, axis), without(site.root.owner!.inputs[0].shape, axis))) return null
    if (first >= offset && first + length <= offset + n) {
      const moved: Entry = e.kind === 'index' ? { kind: 'index', at: first - offset } : { kind: 'range', start: first - offset, length, step: 1 }
      return read(
        piece,
        entries.map((entry, i) => (i === axis ? moved : entry)),
      )
    }
    offset += n
  }
  return null
}
const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at)

/** A read and a write, or two writes, of the same part. */
const samePart = (a: Apply, aBounds: number, b: Apply, bBounds: number): boolean =>
  JSON.stringify(a.params.axes) === JSON.stringify(b.params.axes) && a.inputs.slice(aBounds).every((v, i) => v === b.inputs[bBounds + i])

/** Parts at different known indices of an axis. */
function apart(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a.some((e, i) => {
    const other = b[i]
    return e.kind === 'index' && other.kind === 'index' && typeof e.at === 'number' && typeof other.at === 'number' && e.at !== other.at
  })
}

function ofWrite(site: Site): Variable | null {
  const root = site.root.owner!
  const write = site.owner(root.inputs[0], 'setSubtensor', 'incSubtensor')
  if (!write) return null
  const [x, y, ...bounds] = write.inputs
  if (samePart(root, 1, write, 2)) return write.op === setSubtensorOp ? y : add(read(x, readEntries(root)), y)
  return apart(readEntries(root), entriesOf(write.params, bounds)) ? apply(subtensorOp, [x, ...root.inputs.slice(1)], root.params) : null
}

const reads: Table = [
  rule('local_useless_subtensor', {
    from: 'subtensor',
    why: 'x[:] = x[0:n] = x',
    to: (_, { root }) => {
      const entries = readEntries(root.owner!)
      const better = simplified(root.owner!.inputs[0], entries)
      return better.every((e, i) => e === entries[i]) && better.some((e) => e.kind !== 'all') ? null : read(root.owner!.inputs[0], better)
    },
  }),
  rule('local_subtensor_merge', {
    from: 'subtensor',
    why: 'x[a:b][c] = x[a + c]',
    to: (_, site) => {
      const inner = site.owner(site.root.owner!.inputs[0], 'subtensor')
      return inner && read(inner.inputs[0], compose(readEntries(inner), readEntries(site.root.owner!)))
    },
  }),
  rule('local_subtensor_lift', { from: 'subtensor', to: (_, site) => lift(site), why: 'f(x)[i] = f(x[i])' }),
  rule('local_dimshuffle_subtensor', { from: 'subtensor', to: (_, site) => ofDimshuffle(site), why: 'x.T[i] = x[:, i]' }),
  rule('local_subtensor_of_alloc', { from: 'subtensor', to: (_, site) => ofBroadcast(site), why: 'a part of something repeated' }),
  rule('local_subtensor_of_join', { from: 'subtensor', to: (_, site) => ofJoin(site), why: '[a, b, c][1] = b' }),
  rule('local_subtensor_of_dot', {
    from: 'subtensor',
    why: '(A·B)[i, j] = A[i]·B[:, j]',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      const inner = site.alone(v) && v.rank === 2 ? site.owner(v, 'dot') : null
      if (!inner) return null
      const [rows, columns] = readEntries(site.root.owner!)
      return dot(read(inner.inputs[0], [rows, all]), read(inner.inputs[1], [all, columns]))
    },
  }),
  rule('local_subtensor_remove_broadcastable_index', {
    from: 'subtensor',
    why: 'the only element of an axis of length 1',
    to: (_, { root }) => {
      const [x] = root.owner!.inputs
      const entries = readEntries(root.owner!)
      const kept = [...entries.keys()].filter((i) => !(x.shape[i] === 1 && isIndex(entries[i], 0)))
      return kept.length === entries.length
        ? null
        : read(
            dimshuffle(x, kept),
            kept.map((i) => entries[i]),
          )
    },
  }),
  rule('local_subtensor_inc_subtensor', { from: 'subtensor', to: (_, site) => ofWrite(site), why: 'what is read was just written' }),
  rule('local_pick_lift', { from: 'pick', to: (_, site) => pickLift(site), why: 'f(x, row)[i] = f(x[i], row): one element of each row is computed' }),
]
const isIndex = (e: Entry, at: number): boolean => e.kind === 'index' && e.at === at

/** pick(f(x, r), i) where operands have all lengths of the result, or are columns or scalars. */
function pickLift(site: Site): Variable | null {
  const [v, index] = site.root.owner!.inputs
  const inner = site.owner(v)
  if (inner?.op.kind !== 'elementwise' || (inner.op.costly && site.clients(v) > 1)) return null
  const last = v.rank - 1
  const isColumn = (x: Variable): boolean => x.shape.every((d, i) => (i === last ? d === 1 : d === v.shape[i]))
  const isWhole = (x: Variable): boolean => sameShape(x.shape, v.shape)
  if (!inner.inputs.every((x) => x.rank === 0 || isColumn(x) || isWhole(x)) || !inner.inputs.some((x) => x.rank > 0 && isWhole(x))) return null
  const rows = [...index.shape.keys()]
  return applyElementwise(
    inner.op as ElementwiseOp,
    inner.inputs.map((x) => (x.rank === 0 ? x : isWhole(x) ? apply(pickOp, [x, index]) : dimshuffle(x, rows))),
  )
}

const writesOf = ['setSubtensor', 'incSubtensor']
const isZeros = (v: Variable): boolean => uniformValue(v) === 0

/** A write into what the same place of was written before. */
function nested(site: Site): Variable | null {
  const root = site.root.owner!
  const inner = site.owner(root.inputs[0], ...writesOf)
  if (!inner || !samePart(root, 2, inner, 2)) return null
  const rest = root.inputs.slice(2)
  if (root.op === setSubtensorOp) return apply(setSubtensorOp, [inner.inputs[0], root.inputs[1], ...rest], root.params)
  if (inner.op === setSubtensorOp || isExact(site.root)) return apply(inner.op, [inner.inputs[0], add(inner.inputs[1], root.inputs[1]), ...rest], root.params)
  return null
}

const writes: Table = [
  rule('local_useless_inc_subtensor', {
    from: writesOf,
    why: 'a write that covers everything',
    to: (_, { root }) => {
      const { op, inputs, params } = root.owner!
      const entries = simplified(inputs[0], entriesOf(params, inputs.slice(2)))
      if (!entries.every((e) => e.kind === 'all')) return null
      return op === setSubtensorOp ? inputs[1] : add(inputs[0], inputs[1])
    },
  }),
  rule('local_write_of_write_same_indices', { from: writesOf, to: (_, site) => nested(site), why: 'the last write counts; increments add up' }),
  rule('local_incsubtensor_of_zeros', {
    from: 'incSubtensor',
    why: 'x + 0 = x',
    to: (_, { root }) => (isZeros(root.owner!.inputs[1]) && isNeverNegativeZero(root.owner!.inputs[0]) ? root.owner!.inputs[0] : null),
  }),
  rule('local_setsubtensor_of_constants', {
    from: 'setSubtensor',
    why: 'what was there is written again',
    to: (_, site) => {
      const [x, y] = site.root.owner!.inputs
      const part = site.owner(y, 'subtensor')
      return part?.inputs[0] === x && samePart(part, 1, site.root.owner!, 2) ? x : null
    },
  }),
  rule('local_set_to_inc_subtensor', {
    from: 'setSubtensor',
    why: 'x[i] = x[i] + y is x[i] += y',
    to: (_, site) => {
      const { inputs, params } = site.root.owner!
      const sum = site.owner(inputs[1], 'add')
      const at =
        sum?.inputs.findIndex((v) => {
          const part = site.owner(v, 'subtensor')
          return part?.inputs[0] === inputs[0] && samePart(part, 1, site.root.owner!, 2)
        }) ?? -1
      if (!sum || at < 0 || !sameShape(sum.inputs[1 - at].shape, inputs[1].shape) || sum.inputs[1 - at].dtype !== inputs[0].dtype) return null
      return apply(incSubtensorOp, [inputs[0], sum.inputs[1 - at], ...inputs.slice(2)], params)
    },
  }),
  rule('local_IncSubtensor_serialize', {
    from: 'add',
    why: 'z + zeros[i].inc(y) = z[i].inc(y): no array of zeros',
    to: (_, site) => {
      const { inputs } = site.root.owner!
      for (const [at, v] of inputs.entries()) {
        const write = site.clients(v) <= 1 ? site.owner(v, 'incSubtensor', 'scatterAdd') : null
        const z = inputs[1 - at]
        if (!write || !isZeros(write.inputs[0]) || !isNeverNegativeZero(z) || z.dtype !== v.dtype || z.weak || !sameShape(z.shape, v.shape)) continue
        const [, second, third] = write.inputs
        return apply(
          write.op,
          [z, second, third, ...write.inputs.slice(3)].filter((x) => x !== undefined),
          write.params,
        )
      }
      return null
    },
  }),
]

export const indexing: Table = [...reads, ...writes]
