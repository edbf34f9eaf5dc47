// graph/ops: arrays repeated, cut, turned round and padded: small graphs of reshape, broadcastTo, subtensor, take and join.
import { dimAdd, dimDiv, dimMul, dimVariable, variableDim } from '../dim.ts'
import { GraphError } from '../errors.ts'
import { constantArray, type Dim, type Variable } from '../variable.ts'
import { sub } from './arithmetic.ts'
import { full, iota } from './create.ts'
import { asVariable, type Operand } from './elementwise.ts'
import { at, Slice, take } from './indexing.ts'
import { concatenate } from './join.ts'
import { axesOf } from './reduce.ts'
import { axisOf, broadcastTo, dimText, flatten, padLeft, reshape } from './shape.ts'
import { asDim, asInteger, axisArgument, integerScalar, staticInt, staticInts } from './static.ts'

const isList = (x: unknown): x is readonly unknown[] => Array.isArray(x)
const whole = new Slice(null, null)

/** NumPy's tile: x repeated `reps` times along its last axes, one number an axis; more numbers than axes add axes in front. */
export function tile(x: Operand, reps: unknown): Variable {
  const given = asVariable(x)
  const times = (isList(reps) ? reps : [reps]).map((r) => asDim(r))
  const v = padLeft(given, Math.max(0, times.length - given.rank))
  return repeated(v, [...Array<Dim>(v.rank - times.length).fill(1), ...times], 'blocks')
}

/** Each axis repeated: as blocks one after the other, or each element next to its copies. */
function repeated(v: Variable, times: readonly Dim[], order: 'blocks' | 'elements'): Variable {
  const pair = <T>(n: T, old: T): T[] => (order === 'blocks' ? [n, old] : [old, n])
  const spread = v.shape.flatMap((d, i) => (times[i] === 1 ? [d] : pair<Dim>(1, d)))
  const target = v.shape.flatMap((d, i) => (times[i] === 1 ? [d] : pair<Dim>(times[i], d)))
  return reshape(
    broadcastTo(reshape(v, spread), target),
    v.shape.map((d, i) => dimMul(d, times[i])),
  )
}

/**
 * NumPy's repeat: each element (sub-array along `axis`) `repeats` times in a row; without an axis, of the flattened x. A list
 * gives each its own number, known while building (GraphError TH2012).
 */
export function repeat(x: Operand, repeats: unknown, options?: unknown): Variable {
  const given = asVariable(x)
  const chosen = axisArgument(options)
  const v = chosen === undefined ? flatten(given) : given
  const axis = chosen === undefined ? 0 : axisOf(staticInt(chosen, 'axis'), v.rank)
  if (!isList(repeats) || repeats.length === 1) {
    const times = asDim(isList(repeats) ? repeats[0] : repeats)
    return repeated(
      v,
      v.shape.map((_, i) => (i === axis ? times : 1)),
      'elements',
    )
  }
  const counts = staticInts(repeats, 'repeats')
  const positions = counts.flatMap((n, i) => Array<number>(Number(asDim(n))).fill(i))
  return take(withLength(v, axis, counts.length), constantArray(positions, 'int32', [positions.length]), { axis })
}

/** x, whose length along an axis must be n: checked here if known (GraphError TH2024), otherwise at the call. */
function withLength(v: Variable, axis: number, n: Dim, parts = dimText(n)): Variable {
  const length = v.shape[axis]
  if (length === n) return v
  if (typeof length === 'number' && typeof n === 'number') throw new GraphError('TH2024', { size: length, parts })
  return reshape(
    v,
    v.shape.map((d, i) => (i === axis ? n : d)),
  )
}

/**
 * x cut along `axis` (default 0): into this many equal parts, or into parts of these sizes, which must add up to its length
 * (GraphError TH2024, or a RangeError at the call).
 */
export function split(x: Operand, sizes: unknown, options?: unknown): Variable[] {
  const v = asVariable(x)
  const axis = axisOf(staticInt(axisArgument(options) ?? 0, 'axis'), v.rank)
  const lengths = isList(sizes) ? sizes.map((n) => asDim(n)) : equalParts(v.shape[axis], staticInt(sizes, 'the number of parts'))
  if (lengths.length === 0) throw new GraphError('TH2024', { size: sizeText(v.shape[axis]), parts: 'no parts' })
  const source = withLength(v, axis, lengths.reduce(dimAdd, 0), lengths.map(dimText).join(' + '))
  let start: Dim = 0
  return lengths.map((n) => {
    const [from, to]: Dim[] = [start, dimAdd(start, n)]
    start = to
    return at(source, ...Array<Slice>(axis).fill(whole), new Slice(from, to))
  })
}

const sizeText = (d: Dim): string => (typeof d === 'number' ? String(d) : 'n')

function equalParts(length: Dim, count: number): Dim[] {
  if (count < 1 || (typeof length === 'number' && length % count !== 0))
    throw new GraphError('TH2024', { size: sizeText(length), parts: `${count} equal parts` })
  const part = dimDiv(length, count)
  return Array<Dim>(count).fill(typeof part === 'number' || count === 1 ? part : variableDim(asInteger(part)))
}

/** x with its elements in reverse order along `axis` (one or several; default all). */
export function flip(x: Operand, options?: unknown): Variable {
  const v = asVariable(x)
  const axes = axesOf(axisArgument(options), v.rank)
  return axes.length === 0 ? v : at(v, ...v.shape.map((_, i) => (axes.includes(i) ? new Slice(null, null, -1) : whole)))
}

/** NumPy's roll: elements moved on by `shift` places along `axis`, those beyond the end re-entering; without an axis, of the flattened x. */
export function roll(x: Operand, shift: unknown, options?: unknown): Variable {
  const v = asVariable(x)
  const axis = axisArgument(options)
  if (axis === undefined) return reshape(roll(flatten(v), shift, 0), v.shape)
  const axes = staticInts(axis, 'axis').map((a) => axisOf(a, v.rank))
  const shifts = isList(shift) ? shift : axes.map(() => shift)
  if (shifts.length !== axes.length) throw new GraphError('TH2026', { op: 'roll', what: 'shifts and axes', found: `${shifts.length} and ${axes.length}` })
  return axes.reduce((r, a, k) => take(r, sub(iota(r.shape[a]), integerScalar(shifts[k], 'a shift')), { axis: a, mode: 'wrap' }), v)
}

/** Before and after each axis, from a number for all, a pair for all, or a pair an axis. */
function padWidths(widths: unknown, rank: number): [Dim, Dim][] {
  const list = isList(widths) ? widths : [widths]
  const pairs = (list.some(isList) ? list : [list]).map((p): [Dim, Dim] => {
    const [before, after = before] = isList(p) ? p : [p]
    return [asDim(before), asDim(after)]
  })
  if (pairs.length !== 1 && pairs.length !== rank) throw new GraphError('TH2009', { rank: pairs.length, expected: rank })
  return Array.from({ length: rank }, (_, i) => pairs[pairs.length === 1 ? 0 : i])
}

/**
 * NumPy's pad. `widths`: a number, [before, after], or such a pair for each axis. `mode` 'constant' puts `value` (default 0)
 * there, 'edge' the nearest element, 'wrap' those of the other end. Others: GraphError TH2044.
 */
export function pad(x: Operand, widths: unknown, options: { mode?: unknown; value?: Operand } = {}): Variable {
  const v = asVariable(x)
  const mode = options.mode ?? 'constant'
  if (mode !== 'constant' && mode !== 'edge' && mode !== 'wrap') throw new GraphError('TH2044', { name: 'pad', option: `mode: ${String(mode)}` })
  return padWidths(widths, v.rank).reduce((r, [before, after], axis) => {
    if (before === 0 && after === 0) return r
    const block = (n: Dim): Variable =>
      full(
        r.shape.map((d, i) => (i === axis ? n : d)),
        options.value ?? 0,
        v.dtype,
      )
    if (mode === 'constant') return concatenate([...(before === 0 ? [] : [block(before)]), r, ...(after === 0 ? [] : [block(after)])], axis)
    const positions = sub(iota(dimAdd(dimAdd(before, r.shape[axis]), after)), dimVariable(before))
    return take(r, positions, { axis, mode: mode === 'edge' ? 'clip' : 'wrap' })
  }, v)
}
