// lowering/wasm: a function that is one loop over the caller's arrays, element by element, does not copy them into the heap: it
// takes them through staging slots, a block that stays in the cache at a time. Invariant: position i of every streamed array
// belongs to iteration i, and to no other.
import { dtypes } from '../../graph/dtype.ts'
import { minimum } from '../../graph/ops/arithmetic.ts'
import { call, type Expr, forEachCall, mapParts, minus, name, namesUsed, number, opExpr, partsOf, plus, pureCall, type Stmt, times } from '../ir.ts'
import type { Names } from '../names.ts'
import type { Outside } from './machine.ts'
import { compileRun, type Regions, throughHeap } from './regions.ts'

/** Bytes of a staging slot, and how many there are (runtime/stage.ts). */
const slotBytes = 131072
const slotCount = 8

const count = { dtype: 'int32', weak: true } as const

interface Streamed {
  readonly array: string
  /** The NDArray of an input; the length of an output. */
  readonly input: string | null
  readonly size: Expr | null
  /** An input that is overwritten. */
  readonly back: boolean
}

/** The body with its only loop called block by block; null where it has more to do than that. */
export function toStream(body: readonly Stmt[], outside: Outside, names: Names, exports: string, exportName: () => string): Regions | null {
  const loops = body.filter((s) => s.kind === 'for')
  const [loop] = loops
  if (loops.length !== 1 || !isFlat(loop) || body.some(isMore)) return null
  const streamed = streamedArrays(body, loop, outside)
  if (streamed.length === 0 || streamed.length > slotCount) return null
  const widest = Math.max(...streamed.map((s) => dtypes[outside.arrays.get(s.array)!].bytes))
  const block = slotBytes / widest
  const [at, length] = [names.fresh('at'), names.fresh('count')]
  const made = compileRun([{ ...loop, to: name(length) }], () => false, outside, `${exports}.`, exportName())
  const slots = new Map(streamed.map((s, slot) => [s.array, { ...s, slot: number(slot) }]))
  const stage = (s: { slot: Expr; array: string }): Expr => call('$t.stage', s.slot)
  const argument = (a: Expr): Expr => {
    if (a.kind !== 'name' || !outside.arrays.has(a.name)) return a
    const s = slots.get(a.name)
    if (s?.input) return call('$t.streamIn', name(s.input), name(at), name(length), s.slot)
    if (s) return stage(s)
    return walks(loop, a.name) ? plus(a, times(number(dtypes[outside.arrays.get(a.name)!].bytes), name(at))) : a
  }
  const [called] = made.calls as [Stmt & { kind: 'do' }]
  const outputs = [...slots.values()].filter((s) => s.size ?? s.back)
  const blocks: Stmt = {
    kind: 'for',
    index: at,
    from: number(0),
    to: loop.to,
    step: block,
    body: [
      { kind: 'const', name: length, value: opExpr(minimum.op, [minus(loop.to, name(at)), number(block)], count) },
      { kind: 'do', value: mapParts(called.value, argument) },
      ...outputs.map(
        (s): Stmt => ({ kind: 'do', value: call(s.back ? '$t.streamBack' : '$t.streamOut', name(s.input ?? s.array), name(at), name(length), s.slot) }),
      ),
    ],
  }
  return { body: body.flatMap((s) => (s === loop ? [blocks] : outsideLoop(s, slots, outside).map((x) => throughHeap(x, outside)))), functions: [made.function] }
}

/** A statement beside the loop that computes elements. */
const isMore = (s: Stmt): boolean =>
  s.kind === 'store' ||
  (s.kind === 'do' && s.value.kind !== 'call') ||
  (s.kind === 'const' && s.value.kind === 'kernel') ||
  (s.kind === 'if' && s.body.some((b) => b.kind === 'for' || isMore(b)))

type For = Stmt & { kind: 'for' }

/** Iterations that only compute and store elements, at their own position. */
function isFlat(loop: For): boolean {
  const own = (e: Expr): boolean => e.kind === 'name' && e.name === loop.index
  const free = (e: Expr): boolean => {
    if (own(e)) return false
    if (e.kind === 'call') return false
    return e.kind === 'load' && own(e.index) ? true : partsOf(e).every(free)
  }
  const plain = loop.from.kind === 'number' && loop.from.value === 0 && loop.step === 1
  return plain && loop.body.every((s) => (s.kind === 'const' && free(s.value)) || (s.kind === 'store' && own(s.index) && free(s.value)))
}

/** Is the array read or written at the loop's position? */
function walks(loop: For, array: string): boolean {
  const own = (e: Expr): boolean => e.kind === 'name' && e.name === loop.index
  const inside = (e: Expr): boolean => (e.kind === 'load' && e.array === array && own(e.index)) || partsOf(e).some(inside)
  return loop.body.some((s) => (s.kind === 'store' && s.array === array) || ((s.kind === 'const' || s.kind === 'store') && inside(s.value)))
}

/** Arrays of the caller that nothing but the loop uses, and results that nothing reads. */
function streamedArrays(body: readonly Stmt[], loop: For, outside: Outside): Streamed[] {
  const others = body.filter((s) => s !== loop)
  const uses = new Map<string, number>()
  namesUsed(others, (n) => uses.set(n, (uses.get(n) ?? 0) + 1))
  const found: Streamed[] = []
  for (const s of body) {
    if (s.kind !== 'const' || s.value.kind !== 'call' || !outside.arrays.has(s.name) || !onlyWalks(loop, s.name)) continue
    const { callee, args } = s.value
    const used = uses.get(s.name) ?? 0
    if (callee === '$t.resident') {
      const input = (args[0] as Expr & { kind: 'name' }).name
      const back = used === 1 && others.some((other) => isGivenBack(other, input, s.name))
      if (used === 0 || back) found.push({ array: s.name, input, size: null, back })
    }
    if (callee === '$t.take' && used === copiesOf(others, s.name)) found.push({ array: s.name, input: null, size: loop.to, back: false })
  }
  return found
}

/** Is every access of the array in the loop at its position? */
function onlyWalks(loop: For, array: string): boolean {
  const inside = (e: Expr): boolean =>
    !(e.kind === 'load' && e.array === array && !(e.index.kind === 'name' && e.index.name === loop.index)) && partsOf(e).every(inside)
  return walks(loop, array) && loop.body.every((s) => !(s.kind === 'const' || s.kind === 'store') || inside(s.value))
}

const isCopyOf = (e: Expr, array: string): boolean => e.kind === 'call' && e.callee === '$t.copied' && isName(e.args[0], array)

/** Does the statement give an argument its own array back, overwritten? */
const isGivenBack = (s: Stmt, input: string, array: string): boolean =>
  s.kind === 'do' && s.value.kind === 'call' && s.value.callee === '$t.giveBack' && isName(s.value.args[0], input) && isName(s.value.args[1], array)

const isName = (e: Expr | undefined, text: string): boolean => e?.kind === 'name' && e.name === text

/** How often the array is handed to the caller: once, or it is none. */
function copiesOf(body: readonly Stmt[], array: string): number {
  let copies = 0
  forEachCall(body, (e) => {
    if (isCopyOf(e, array)) copies++
  })
  return copies === 1 ? 1 : -1
}

/** Inputs need no address, outputs are memory of JavaScript's own. */
function outsideLoop(s: Stmt, slots: ReadonlyMap<string, Streamed>, outside: Outside): Stmt[] {
  if (s.kind === 'const' && slots.has(s.name)) {
    const { input, size } = slots.get(s.name)!
    return input ? [] : [{ ...s, value: pureCall(`new ${dtypes[outside.arrays.get(s.name)!].array}`, size!) }]
  }
  if ([...slots.values()].some(({ input, back, array }) => back && isGivenBack(s, input!, array))) return []
  const handed = (e: Expr): Expr => {
    const [array] = e.kind === 'call' ? e.args : []
    if (e.kind === 'call' && array?.kind === 'name' && slots.has(array.name) && isCopyOf(e, array.name)) return pureCall('new $t.NDArray', ...e.args)
    return mapParts(e, handed)
  }
  return ['const', 'return', 'put', 'do'].includes(s.kind) && 'value' in s && s.value ? [{ ...s, value: handed(s.value) } as Stmt] : [s]
}
