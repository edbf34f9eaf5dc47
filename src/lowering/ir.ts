// lowering: the loop IR: expressions and statements over typed arrays and numbers. Printers turn it into a target.
// Invariant: every name is declared once in a function, so statements can be moved and counted by name.
import type { ElementType } from '../graph/dtype.ts'
import type { ElementwiseOp } from '../graph/op.ts'
import { add, mul, sub } from '../graph/ops/arithmetic.ts'
import type { WasmFunction } from './wasm/code.ts'

export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string; readonly bool: boolean }
  | { readonly kind: 'load'; readonly array: string; readonly index: Expr }
  | { readonly kind: 'op'; readonly op: ElementwiseOp; readonly args: readonly Expr[]; readonly type: ElementType }
  /** A function of the runtime or a constructor; `pure` calls may be dropped when nothing reads them. */
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expr[]; readonly pure: boolean }
  /** A method of an array. */
  | { readonly kind: 'method'; readonly array: string; readonly method: 'fill' | 'set' | 'slice' | 'subarray'; readonly args: readonly Expr[] }
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | { readonly kind: 'record'; readonly entries: readonly (readonly [string, Expr])[] }
  | { readonly kind: 'string'; readonly value: string }
  /** `name.path`, such as x.data or x.shape[0]. */
  | { readonly kind: 'member'; readonly name: string; readonly path: string }
  | { readonly kind: 'select'; readonly test: Expr; readonly whenTrue: Expr; readonly whenFalse: Expr }
  /** `name = value` as an expression. */
  | { readonly kind: 'assigned'; readonly name: string; readonly value: Expr }
  /** The byte address of an element of an array in the heap. */
  | { readonly kind: 'address'; readonly array: string; readonly bytes: number; readonly index: Expr }
  /** A call of a library kernel of the WASM module. */
  | { readonly kind: 'kernel'; readonly target: WasmFunction; readonly args: readonly Expr[] }
  /** `name ?? value` */
  | { readonly kind: 'coalesced'; readonly name: string; readonly value: Expr }

export type Stmt =
  | { readonly kind: 'const' | 'let'; readonly name: string; readonly value: Expr }
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expr }
  /** Assignment to a field, for commits. */
  | { readonly kind: 'put'; readonly name: string; readonly path: string; readonly value: Expr }
  | { readonly kind: 'store'; readonly array: string; readonly index: Expr; readonly value: Expr }
  | { readonly kind: 'for'; readonly index: string; readonly from: Expr; readonly to: Expr; readonly step: number; readonly body: readonly Stmt[] }
  | { readonly kind: 'if'; readonly test: Expr; readonly body: readonly Stmt[] }
  | { readonly kind: 'do'; readonly value: Expr }
  | { readonly kind: 'return'; readonly value: Expr | null }
  | { readonly kind: 'try'; readonly body: readonly Stmt[]; readonly finally: readonly Stmt[] }
  /** Declared where the function is made. */
  | { readonly kind: 'function'; readonly name: string; readonly parameters: readonly string[]; readonly body: readonly Stmt[] }

const count: ElementType = { dtype: 'int32', weak: true }

export const number = (value: number): Expr => ({ kind: 'number', value })
export const name = (text: string, bool = false): Expr => ({ kind: 'name', name: text, bool })
export const isUndefined = (e: Expr): boolean => e.kind === 'name' && e.name === 'undefined'
export const string = (value: string): Expr => ({ kind: 'string', value })
export const member = (object: string, path: string): Expr => ({ kind: 'member', name: object, path })
export const load = (array: string, index: Expr): Expr => ({ kind: 'load', array, index })
export const list = (items: readonly Expr[]): Expr => ({ kind: 'list', items })
/** A call whose result is all it does. */
export const pureCall = (callee: string, ...args: Expr[]): Expr => ({ kind: 'call', callee, args, pure: true })
/** A call that may throw or change something. */
export const call = (callee: string, ...args: Expr[]): Expr => ({ kind: 'call', callee, args, pure: false })
export const method = (array: string, name: 'fill' | 'set' | 'slice' | 'subarray', ...args: Expr[]): Expr => ({ kind: 'method', array, method: name, args })
export const opExpr = (op: ElementwiseOp, args: readonly Expr[], type: ElementType): Expr => ({ kind: 'op', op, args, type })
/** A comparison of operands, or a connection of conditions. */
export const condition = (op: ElementwiseOp, ...args: Expr[]): Expr => opExpr(op, args, { dtype: 'bool', weak: false })

const isNumber = (e: Expr, value: number): boolean => e.kind === 'number' && e.value === value

// Index arithmetic, with the trivial cases left out.
export function plus(a: Expr, b: Expr): Expr {
  if (isNumber(a, 0)) return b
  if (isNumber(b, 0)) return a
  if (a.kind === 'number' && b.kind === 'number') return number(a.value + b.value)
  return opExpr(add.op, [a, b], count)
}
export function times(a: Expr, b: Expr): Expr {
  if (isNumber(a, 0) || isNumber(b, 0)) return number(0)
  if (isNumber(a, 1)) return b
  if (isNumber(b, 1)) return a
  if (a.kind === 'number' && b.kind === 'number') return number(a.value * b.value)
  return opExpr(mul.op, [a, b], count)
}
export function minus(a: Expr, b: Expr): Expr {
  if (isNumber(b, 0)) return a
  if (a.kind === 'number' && b.kind === 'number') return number(a.value - b.value)
  return opExpr(sub.op, [a, b], count)
}
export const product = (factors: readonly Expr[]): Expr => factors.reduce(times, number(1))

/** The expressions an expression is made of. */
export function partsOf(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'op':
    case 'call':
    case 'kernel':
    case 'method':
      return e.args
    case 'address':
    case 'load':
      return [e.index]
    case 'list':
      return e.items
    case 'record':
      return e.entries.map(([, part]) => part)
    case 'select':
      return [e.test, e.whenTrue, e.whenFalse]
    case 'assigned':
    case 'coalesced':
      return [e.value]
    default:
      return []
  }
}

/** The expression with each of its parts mapped. */
export function mapParts(e: Expr, map: (part: Expr) => Expr): Expr {
  switch (e.kind) {
    case 'op':
    case 'call':
    case 'kernel':
    case 'method':
      return { ...e, args: e.args.map(map) }
    case 'address':
    case 'load':
      return { ...e, index: map(e.index) }
    case 'list':
      return { ...e, items: e.items.map(map) }
    case 'record':
      return { ...e, entries: e.entries.map(([key, part]) => [key, map(part)] as const) }
    case 'select':
      return { ...e, test: map(e.test), whenTrue: map(e.whenTrue), whenFalse: map(e.whenFalse) }
    case 'assigned':
    case 'coalesced':
      return { ...e, value: map(e.value) }
    default:
      return e
  }
}

/** Calls `see` with every name an expression reads (arrays included). */
export function namesIn(e: Expr, see: (name: string) => void): void {
  if (e.kind === 'name' || e.kind === 'member' || e.kind === 'assigned' || e.kind === 'coalesced') see(e.name)
  if (e.kind === 'load' || e.kind === 'method' || e.kind === 'address') see(e.array)
  for (const part of partsOf(e)) namesIn(part, see)
}

/** The expression with names replaced. */
export const substitute = (e: Expr, values: ReadonlyMap<string, Expr>): Expr =>
  e.kind === 'name' ? (values.get(e.name) ?? e) : mapParts(e, (part) => substitute(part, values))

/** Calls `see` with every name the statements read or write, except declarations themselves. */
export function namesUsed(body: readonly Stmt[], see: (name: string) => void): void {
  for (const s of body) {
    switch (s.kind) {
      case 'const':
      case 'let':
      case 'do':
        namesIn(s.value, see)
        break
      case 'assign':
      case 'put':
        see(s.name)
        namesIn(s.value, see)
        break
      case 'store':
        see(s.array)
        namesIn(s.index, see)
        namesIn(s.value, see)
        break
      case 'for':
        namesIn(s.from, see)
        namesIn(s.to, see)
        namesUsed(s.body, see)
        break
      case 'if':
        namesIn(s.test, see)
        namesUsed(s.body, see)
        break
      case 'return':
        if (s.value) namesIn(s.value, see)
        break
      case 'function':
        namesUsed(s.body, see)
        break
      case 'try':
        namesUsed(s.body, see)
        namesUsed(s.finally, see)
        break
    }
  }
}

/** Names that statements use but do not declare, in the order of their first use. */
export function freeNames(body: readonly Stmt[]): string[] {
  const used = new Set<string>()
  namesUsed(body, (n) => used.add(n))
  const own = new Set<string>()
  const visit = (s: Stmt): void => {
    if (s.kind === 'const' || s.kind === 'let') own.add(s.name)
    if (s.kind === 'for') own.add(s.index)
    if (s.kind === 'for' || s.kind === 'if') s.body.forEach(visit)
  }
  body.forEach(visit)
  return [...used].filter((n) => !own.has(n))
}

/** Calls `see` with every call in the statements, those inside others after them. */
export function forEachCall(body: readonly Stmt[], see: (e: Expr & { kind: 'call' }) => void): void {
  const inside = (e: Expr): void => {
    if (e.kind === 'call') see(e)
    for (const part of partsOf(e)) inside(part)
  }
  for (const s of body) {
    if ('value' in s && s.value) inside(s.value)
    if ('index' in s && typeof s.index === 'object') inside(s.index)
    if ('test' in s) inside(s.test)
    if ('body' in s) forEachCall(s.body, see)
  }
}

/** Nothing happens when it is evaluated, and nothing can go wrong. */
export function isPure(e: Expr): boolean {
  const own =
    e.kind === 'op'
      ? !e.op.emit.checks
      : e.kind === 'call'
        ? e.pure
        : e.kind === 'method'
          ? e.method === 'slice' || e.method === 'subarray'
          : !['assigned', 'coalesced', 'kernel'].includes(e.kind)
  return own && partsOf(e).every(isPure)
}

/** Drops declarations that nothing reads, last first; declarations that check something stay. */
export function dropUnused(body: readonly Stmt[], usedOutside: readonly Stmt[] = []): Stmt[] {
  const used = new Set<string>()
  const see = (n: string): void => void used.add(n)
  namesUsed(usedOutside, see)
  const kept: Stmt[] = []
  for (const s of [...body].reverse()) {
    if (s.kind === 'const' && !used.has(s.name) && isPure(s.value)) continue
    namesUsed([s], see)
    kept.push(s)
  }
  return kept.reverse()
}
