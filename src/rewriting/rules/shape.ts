// rewriting/rules: views and broadcasting. dimshuffle and broadcasting that only checks go towards the leaves, so that
// elementwise chains are not interrupted; broadcasting that repeats goes towards the roots, or disappears.
import { dimProduct } from '../../graph/dim.ts'
import type { ElementwiseOp } from '../../graph/op.ts'
import { add, mul } from '../../graph/ops/arithmetic.ts'
import { dot } from '../../graph/ops/dot.ts'
import { applyElementwise, broadcast, elementwiseOps } from '../../graph/ops/elementwise.ts'
import { broadcastTo, dimshuffle, includes, type Pattern, reshape } from '../../graph/ops/shape.ts'
import { type Apply, apply, type Dim, type Variable, withSpan } from '../../graph/variable.ts'
import { rule, type Site, type Table } from '../engine.ts'
import { sameShape, withDType } from '../types.ts'
import { broadcastAxes } from './facts.ts'

const patternOf = (owner: Apply): Pattern => owner.params.pattern as Pattern

const isSorted = (pattern: Pattern): boolean => {
  const axes = pattern.filter((p) => p !== 'x')
  return axes.every((p, i) => i === 0 || axes[i - 1] < p)
}

/** An elementwise Apply that may be computed elsewhere instead: nothing else uses it, or it costs little. */
function movable(v: Variable, site: Site): Apply | null {
  const owner = site.owner(v)
  return owner?.op.kind === 'elementwise' && v.rank > 0 && (site.clients(v) <= 1 || !owner.op.costly) ? owner : null
}
/** The same on moved operands; it stays the user's expression that it was. */
function liftInto(owner: Apply, move: (operand: Variable) => Variable): Variable {
  const operands = owner.inputs.map((x) => (x.rank === 0 ? x : move(x)))
  return withSpan(owner.span, () => applyElementwise(owner.op as ElementwiseOp, operands))
}

const views: Table = [
  rule('local_useless_dimshuffle', {
    from: 'dimshuffle',
    why: 'axes where they were',
    to: (_, { root }) => (patternOf(root.owner!).every((p, i) => p === i) && root.owner!.inputs[0].rank === root.rank ? root.owner!.inputs[0] : null),
  }),
  rule('local_dimshuffle_chain', {
    from: 'dimshuffle',
    why: 'two permutations are one',
    to: (_, site) => {
      const inner = site.owner(site.root.owner!.inputs[0], 'dimshuffle')
      return (
        inner &&
        dimshuffle(
          inner.inputs[0],
          patternOf(site.root.owner!).map((p) => (p === 'x' ? p : patternOf(inner)[p])),
        )
      )
    },
  }),
  rule('local_dimshuffle_lift', {
    from: 'dimshuffle',
    why: 'the axes of f(x, y) are those of x and y',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      // Read in another order, what others use is better kept in memory than computed twice.
      const inner = isSorted(patternOf(site.root.owner!)) || site.clients(v) <= 1 ? movable(v, site) : null
      return inner && liftInto(inner, (x) => dimshuffle(x, patternOf(site.root.owner!)))
    },
  }),
  rule('local_lift_transpose_through_dot', {
    from: 'dimshuffle',
    why: '(x·y)ᵀ = yᵀ·xᵀ',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      const inner = site.owner(v, 'dot')
      if (!inner || !site.alone(v) || v.rank !== 2 || patternOf(site.root.owner!).join() !== '1,0') return null
      return dot(dimshuffle(inner.inputs[1], [1, 0]), dimshuffle(inner.inputs[0], [1, 0]))
    },
  }),
  rule('local_dot_to_mul', {
    from: 'dot',
    why: 'a sum of one product, which is never -0',
    to: (_, { root }) => {
      const [a, b] = root.owner!.inputs
      return a.rank === 2 && b.rank === 2 && a.shape[1] === 1 && b.shape[0] === 1 ? add(mul(a, b), 0) : null
    },
  }),
  rule('local_useless_reshape', {
    from: 'reshape',
    why: 'the shape it has',
    to: (_, { root }) => (sameShape(root.shape, root.owner!.inputs[0].shape) ? root.owner!.inputs[0] : null),
  }),
  rule('local_reshape_chain', {
    from: 'reshape',
    why: 'only the last shape counts, where the sizes of two of the three are known to agree',
    to: (_, site) => {
      const inner = site.owner(site.root.owner!.inputs[0], 'reshape')
      if (!inner) return null
      const [total, between, wanted] = [inner.inputs[0].shape, site.root.owner!.inputs[0].shape, site.root.shape].map(dimProduct)
      return wanted === between || total === between ? reshape(inner.inputs[0], [...site.root.shape]) : null
    },
  }),
  rule('local_reshape_to_dimshuffle', {
    from: 'reshape',
    why: 'only axes of length 1 come or go',
    to: (_, { root }) => {
      const pattern = insertedOnes(root.owner!.inputs[0].shape, root.shape)
      return pattern && dimshuffle(root.owner!.inputs[0], pattern)
    },
  }),
  rule('local_reshape_lift', {
    from: 'reshape',
    why: 'the elements of f(x) are those of x',
    to: (_, site) => {
      const inner = movable(site.root.owner!.inputs[0], site)
      if (!inner?.inputs.every((x) => x.rank === 0 || sameShape(x.shape, site.root.owner!.inputs[0].shape))) return null
      return liftInto(inner, (x) => reshape(x, [...site.root.shape]))
    },
  }),
]

/** The dimshuffle that turns one shape into another of the same lengths besides 1, if there is one. */
function insertedOnes(from: readonly Dim[], to: readonly Dim[]): Pattern | null {
  let next = 0
  const skipOnes = (): void => {
    while (from[next] === 1) next++
  }
  const pattern = to.map((d) => {
    if (d === 1) return 'x'
    skipOnes()
    return from[next] === d ? next++ : null
  })
  skipOnes()
  return pattern.includes(null) || next < from.length ? null : (pattern as Pattern)
}

/** The axes of a broadcastTo, when none of them repeats (or, for 'repeat', none must be checked). */
function broadcastOnly(owner: Apply | null, kind: 'check' | 'repeat', shape: readonly Dim[]): boolean {
  return owner !== null && broadcastAxes(owner.inputs[0], shape).every((axis) => axis === 'same' || axis === kind)
}

/** What a broadcastTo that only repeats repeats, as an operand of an elementwise op: scalars stay scalars. */
function repeated(v: Variable, site: Site): Variable | null {
  const owner = site.owner(v, 'broadcastTo', 'dimshuffle')
  if (!owner) return null
  if (owner.op.name === 'dimshuffle') return owner.inputs[0].rank === 0 ? owner.inputs[0] : null
  return broadcastOnly(owner, 'repeat', v.shape) ? owner.inputs[0] : null
}

/** f(broadcast x, y) = f(x, y) where y has the lengths that x lacks. */
function dropBroadcast(site: Site): Variable | null {
  const { op, inputs } = site.root.owner!
  const kept = [...inputs]
  inputs.forEach((v, at) => {
    const source = repeated(v, site)
    if (source === null || source === v) return
    const others = kept.filter((x, i) => i !== at && x.rank === site.root.rank)
    const lacking = v.shape.filter((d, axis) => d !== 1 && !others.some((x) => x.shape[axis] === d) && source.shape[axis - v.rank + source.rank] !== d)
    const rankKept = source.rank > 0 || others.length > 0
    if (lacking.length === 0 && rankKept) kept[at] = source
  })
  return kept.every((v, i) => v === inputs[i]) ? null : applyElementwise(op as ElementwiseOp, kept)
}

/** f(broadcast x) = broadcast f(x), where all operands are broadcast from one shape. */
function sinkBroadcast(site: Site): Variable | null {
  const { op, inputs } = site.root.owner!
  if (site.root.rank === 0) return null
  const sources = inputs.map((v) => (v.rank === 0 ? v : repeated(v, site)))
  if (sources.some((v) => v === null)) return null
  const shapes = sources.filter((v) => v!.rank > 0)
  if (!shapes.every((v) => sameShape(v!.shape, shapes[0]!.shape))) return null
  return broadcastTo(applyElementwise(op as ElementwiseOp, sources as Variable[]), site.root.shape)
}

const broadcasting: Table = [
  rule('local_useless_alloc', {
    from: 'broadcastTo',
    why: 'the shape it has',
    to: (_, { root }) => (sameShape(root.shape, root.owner!.inputs[0].shape) ? root.owner!.inputs[0] : null),
  }),
  rule('local_merge_alloc', {
    from: 'broadcastTo',
    why: 'repeating twice is repeating once',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      const inner = site.owner(v, 'broadcastTo')
      return inner && broadcastOnly(inner, 'repeat', v.shape) && broadcastOnly(site.root.owner, 'repeat', site.root.shape)
        ? broadcastTo(inner.inputs[0], site.root.shape)
        : null
    },
  }),
  rule('local_merge_checked_alloc', {
    from: 'broadcastTo',
    why: 'what fits a length fits the common length of that and others',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      const inner = v.rank === site.root.rank ? site.owner(v, 'broadcastTo') : null
      const further = v.shape.map((d, i) => (d === site.root.shape[i] ? 'same' : d === 1 ? 'repeat' : includes(site.root.shape[i], d) ? 'further' : 'check'))
      return inner && further.includes('further') && !further.includes('check') ? broadcastTo(inner.inputs[0], site.root.shape) : null
    },
  }),
  rule('local_alloc_dimshuffle', {
    from: 'broadcastTo',
    why: 'broadcasting adds leading axes itself',
    to: (_, site) => {
      const inner = site.owner(site.root.owner!.inputs[0], 'dimshuffle')
      if (!inner) return null
      const own = patternOf(inner).filter((p) => p !== 'x')
      const trailing = patternOf(inner).slice(patternOf(inner).length - own.length)
      const inOrder = own.length === inner.inputs[0].rank && trailing.every((p, i) => p === i)
      const repeats = patternOf(inner).every((p, i) => p !== 'x' || site.root.shape[i + site.root.rank - patternOf(inner).length] !== 1)
      return inOrder && repeats ? broadcastTo(inner.inputs[0], site.root.shape) : null
    },
  }),
  rule('local_dimshuffle_alloc', {
    from: 'dimshuffle',
    why: 'permuted and then broadcast',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      const inner = site.owner(v, 'broadcastTo')
      if (!inner) return null
      const [source] = inner.inputs
      const leading = v.rank - source.rank
      const dropped = [...source.shape.keys()].filter((axis) => !patternOf(site.root.owner!).includes(axis + leading))
      if (dropped.some((axis) => source.shape[axis] !== 1)) return null
      return broadcastTo(
        dimshuffle(
          source,
          patternOf(site.root.owner!).map((p) => (p === 'x' || p < leading ? 'x' : p - leading)),
        ),
        site.root.shape,
      )
    },
  }),
  rule('local_reshape_alloc', {
    from: 'reshape',
    why: 'one number repeated, as often',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      const inner = site.owner(v, 'broadcastTo')
      return inner?.inputs[0].rank === 0 && dimProduct(v.shape) === dimProduct(site.root.shape) ? broadcastTo(inner.inputs[0], site.root.shape) : null
    },
  }),
  rule('local_broadcast_lift', {
    from: 'broadcastTo',
    why: 'lengths of f(x, y) are checked as those of x and y',
    to: (_, site) => {
      const [v] = site.root.owner!.inputs
      const inner = v.rank === site.root.rank && broadcastOnly(site.root.owner, 'check', site.root.shape) ? movable(v, site) : null
      return (
        inner &&
        liftInto(inner, (x) =>
          broadcastTo(
            x,
            x.shape.map((d, i) => (d === 1 ? 1 : site.root.shape[i])),
          ),
        )
      )
    },
  }),
  rule('local_elemwise_alloc', { from: [...elementwiseOps.keys()], to: (_, site) => dropBroadcast(site), why: 'operands broadcast by themselves' }),
  rule('local_alloc_unary', { from: [...elementwiseOps.keys()], to: (_, site) => sinkBroadcast(site), why: 'f(broadcast x) = broadcast f(x)' }),
  rule('local_useless_sum_to', {
    from: 'sumTo',
    to: (_, { root }) => {
      const [v] = root.owner!.inputs
      const back = broadcast.back(v, root.shape)
      return back === root ? null : back
    },
    why: 'axes known to be broadcast are summed, others known to fit are left',
  }),
  rule('local_sum_to_chain', {
    from: 'sumTo',
    why: 'what was not summed before can be summed at once',
    to: (_, site) => {
      const inner = site.owner(site.root.owner!.inputs[0], 'sumTo')
      return inner && apply(site.root.owner!.op, [inner.inputs[0], ...site.root.owner!.inputs.slice(1)])
    },
  }),
  rule('local_join_empty', {
    from: 'join',
    why: 'a piece of length 0 adds nothing',
    to: (_, { root }) => {
      const { op, inputs, params } = root.owner!
      const axis = params.axis as number
      const rest = inputs.filter((v) => v.shape[axis] !== 0)
      const [first] = rest
      const fits = rest.length > 0 && rest.length < inputs.length && inputs.every((v) => v.shape.every((d, i) => i === axis || d === first.shape[i]))
      return fits
        ? apply(
            op,
            rest.map((v) => withDType(v, root)),
            params,
          )
        : null
    },
  }),
  rule('local_join_1', { from: 'join', to: (_, { root }) => (root.owner!.inputs.length === 1 ? root.owner!.inputs[0] : null), why: 'one piece' }),
]

export const shape: Table = [...views, ...broadcasting]
