// lowering/wasm: runs of loops in a function's body become WASM functions, which the rest of it calls. Arrays are passed as
// addresses. Invariant: statements keep their order; what stays JavaScript reads arrays through the runtime's views of the heap.
import type { DType } from '../../graph/dtype.ts'
import { call, type Expr, freeNames, mapParts, name, namesUsed, number, partsOf, plus, type Stmt } from '../ir.ts'
import { elementsBefore, heapView } from '../storage.ts'
import { Code, i32, type WasmFunction } from './code.ts'
import { convert } from './conversions.ts'
import { Machines, type Outside } from './machine.ts'
import { Scalars } from './scalar.ts'
import { vectorize } from './vector.ts'

export interface Regions {
  readonly body: Stmt[]
  readonly functions: WasmFunction[]
}

/** Bytes of the mailbox that hold one result each. It has room for 128; of a run's 200 statements at most, more results go into staging slots, which nothing streams through then. */
const mailboxBytes = 8

/** The body with its loops called; `exports` is the name of the module's exports, `exportName` gives names for them. */
export function toWasm(body: readonly Stmt[], outside: Outside, exports: string, exportName: () => string): Regions {
  const functions: WasmFunction[] = []
  const result: Stmt[] = []
  const lastUses = lastUsesIn(body)
  let run: Stmt[] = []
  let size = 0
  /** `end` is the place of the statement after the run. */
  const close = (end: number): void => {
    const { before, inside, after } = trimmed(run)
    run = []
    size = 0
    result.push(...before.map((s) => throughHeap(s, outside)))
    if (areElements(inside)) result.push(...inside.map((s) => throughHeap(s, outside)))
    else if (inside.length > 0) {
      const usedLater = (n: string): boolean => (lastUses.get(n) ?? -1) >= end - after.length
      const made = compileRun(inside, usedLater, outside, `${exports}.`, exportName())
      functions.push(made.function)
      result.push(...made.calls)
    }
    result.push(...after.map((s) => throughHeap(s, outside)))
  }
  body.forEach((s, i) => {
    if (isComputation(s)) {
      const count = countOf([s])
      // Engines optimize functions up to a size.
      if (run.length > 0 && size + count > longest) close(i)
      size += count
      return void run.push(s)
    }
    close(i)
    if (s.kind !== 'if') return void result.push(throughHeap(s, outside))
    const inner = toWasm(s.body, outside, exports, exportName)
    functions.push(...inner.functions)
    result.push({ ...s, body: inner.body })
  })
  close(body.length)
  return { body: result, functions }
}

/** Statements, those in loops included, of one function. */
const longest = 200

/** The place of the last statement that uses each name. */
function lastUsesIn(body: readonly Stmt[]): Map<string, number> {
  const last = new Map<string, number>()
  body.forEach((s, i) => namesUsed([s], (n) => last.set(n, i)))
  return last
}

const countOf = (body: readonly Stmt[]): number => body.reduce((n, s) => n + 1 + (s.kind === 'for' ? countOf(s.body) : 0), 0)

// --- what can run in WASM

/** Inside loops checks of the runtime are called; between loops they stay where they are. */
function isComputation(s: Stmt, inLoop = false): boolean {
  switch (s.kind) {
    case 'const':
    case 'let':
    case 'assign':
      return isValue(s.value, inLoop)
    case 'store':
      return isValue(s.index, true) && isValue(s.value, true)
    case 'for':
      return isValue(s.from, inLoop) && isValue(s.to, inLoop) && s.body.every((b) => isComputation(b, true))
    case 'if':
      return inLoop && isValue(s.test, true) && s.body.every((b) => isComputation(b, true))
    case 'do':
      return isFill(s.value) || isValue(s.value, inLoop)
    default:
      return false
  }
}

const isFill = (e: Expr): boolean =>
  e.kind === 'method' &&
  (e.method === 'fill' || e.method === 'set') &&
  e.args.every((a) => isValue(a, false) || (a.kind === 'method' && a.method === 'subarray'))

function isValue(e: Expr, calls: boolean): boolean {
  switch (e.kind) {
    case 'number':
    case 'string':
      return true
    case 'name':
      return !e.name.includes('.')
    case 'load':
    case 'op':
    case 'select':
    case 'address':
    case 'kernel':
      return partsOf(e).every((part) => isValue(part, calls)) && !(e.kind === 'op' && e.op.emit.checks && !calls)
    case 'call':
      return calls && e.callee.startsWith('$t.') && e.args.every((a) => isValue(a, calls))
    default:
      return false
  }
}

const isWork = (s: Stmt): boolean => s.kind === 'for' || s.kind === 'store' || s.kind === 'do' || (s.kind === 'const' && s.value.kind === 'kernel')

/** A few elements that are written one by one: a call would cost more. */
const areElements = (run: readonly Stmt[]): boolean =>
  run.length <= 8 && run.every((s) => s.kind === 'store' || (s.kind === 'const' && s.value.kind !== 'kernel'))

/** A run without the scalars before its first and after its last loop that nothing inside needs to be computed there. */
function trimmed(run: readonly Stmt[]): { before: Stmt[]; inside: Stmt[]; after: Stmt[] } {
  const first = run.findIndex(isWork)
  if (first < 0) return { before: [...run], inside: [], after: [] }
  const last = run.findLastIndex(isWork)
  const assigned = new Set<string>()
  for (const s of run.slice(first)) assignedIn(s, assigned)
  // Variables that loops assign are the loops' own; so is everything after the first of them.
  const variable = run.findIndex((s, i) => i < first && s.kind === 'let' && assigned.has(s.name))
  const start = variable < 0 ? first : variable
  const end = run.findLastIndex((s, i) => i > last && (s.kind === 'assign' || s.kind === 'let'))
  const stop = Math.max(last, end)
  return { before: run.slice(0, start), inside: run.slice(start, stop + 1), after: run.slice(stop + 1) }
}

function assignedIn(s: Stmt, names: Set<string>): void {
  if (s.kind === 'assign') names.add(s.name)
  if (s.kind === 'for' || s.kind === 'if') for (const b of s.body) assignedIn(b, names)
}

// --- a run as a function

/** The run as a function, and the statements that call it; what is used later of what it declares or assigns, it gives back. */
export function compileRun(
  run: readonly Stmt[],
  usedLater: (name: string) => boolean,
  outside: Outside,
  prefix: string,
  exported: string,
): { function: WasmFunction; calls: Stmt[] } {
  const machines = new Machines(run, outside)
  const code = new Code(exported)
  const scalars = new Scalars(code, machines, vectorize)
  const declared = new Map<string, 'const' | 'let'>()
  for (const s of run) if (s.kind === 'const' || s.kind === 'let') declared.set(s.name, s.kind)
  const parameters = freeNames(run)
  for (const p of parameters) scalars.param(p, outside.arrays.has(p))
  scalars.statements(run)
  // Variables from outside that the run assigns come back as well.
  const assigned = new Set<string>()
  for (const s of run) assignedIn(s, assigned)
  const results = [...new Set([...declared.keys(), ...parameters.filter((p) => assigned.has(p))])].filter(usedLater)
  const f = finishFunction(results, scalars)
  const made = call(prefix + exported, ...parameters.map((p) => name(p)))
  const put = (n: string, value: Expr): Stmt => ({ kind: declared.get(n) ?? 'assign', name: n, value })
  const [first, ...others] = results
  const calls: Stmt[] = [first === undefined ? { kind: 'do', value: made } : put(first, made)]
  others.forEach((n, i) => calls.push(put(n, { kind: 'load', array: '$t.heap.f64', index: number(i) })))
  return { function: f, calls }
}

/** Results are float64: the first is returned, the others are left in the mailbox. */
function finishFunction(results: readonly string[], scalars: Scalars): WasmFunction {
  const { code, machines } = scalars
  const value = (n: string) => convert(scalars.emit(name(n), machines.ofName(n)), machines.ofName(n), 'f64')
  const [first, ...others] = results
  others.forEach((n, i) => code.store('f64.store', i32(i * mailboxBytes), value(n)))
  if (first === undefined) return code.function()
  code.return(value(first))
  return code.function('f64')
}

// --- what stays JavaScript

/** Reads and writes of arrays through the views of the heap. */
export function throughHeap(s: Stmt, outside: Outside): Stmt {
  const place = (array: string, dtype: DType, index: Expr) => ({ array: heapView(dtype), index: plus(elementsBefore(dtype, name(array)), index) })
  const map = (e: Expr): Expr => {
    const inner = mapParts(e, map)
    const dtype = inner.kind === 'load' ? outside.arrays.get(inner.array) : undefined
    return inner.kind === 'load' && dtype ? { kind: 'load', ...place(inner.array, dtype, inner.index) } : inner
  }
  switch (s.kind) {
    case 'const':
    case 'let':
    case 'assign':
    case 'do':
    case 'put':
      return { ...s, value: map(s.value) }
    case 'store':
      return { ...s, ...place(s.array, outside.arrays.get(s.array)!, map(s.index)), value: map(s.value) }
    case 'return':
      return s.value ? { ...s, value: map(s.value) } : s
    default:
      return s
  }
}
