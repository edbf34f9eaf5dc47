// lowering: constants of a function that are read once, by the statement's own expression, are written where they are read.
import { type Expr, isPure, namesUsed, type Stmt } from './ir.ts'

/** Values short enough to read inside another expression. */
const sizeLimit = 6

/**
 * Puts pure constants that are read exactly once into the constant, call or result that reads them. Loops keep theirs
 * outside: what is read there is read many times.
 */
export function inlineOnce(body: readonly Stmt[]): Stmt[] {
  const uses = new Map<string, number>()
  namesUsed(body, (n) => uses.set(n, (uses.get(n) ?? 0) + 1))
  const inBody = (statements: readonly Stmt[]): Stmt[] => {
    const waiting = new Map<string, Expr>()
    const read = new Set<string>()
    for (const s of statements) if (s.kind !== 'for' && s.kind !== 'if') namesUsed([s], (n) => read.add(n))
    const result: Stmt[] = []
    for (const s of statements) {
      const own = s.kind === 'for' ? { ...s, body: inBody(s.body) } : substitute(s, waiting)
      if (own.kind === 'const' && uses.get(own.name) === 1 && read.has(own.name) && mayMove(own.value)) waiting.set(own.name, own.value)
      else result.push(own)
    }
    return result
  }
  return inBody(body)
}

const mayMove = (e: Expr): boolean => e.kind === 'op' && isPure(e) && sizeOf(e) <= sizeLimit && !readsMemory(e)

function substitute(s: Stmt, values: ReadonlyMap<string, Expr>): Stmt {
  switch (s.kind) {
    case 'const':
    case 'let':
    case 'do':
    case 'assign':
    case 'put': return { ...s, value: replace(s.value, values) }
    case 'store': return { ...s, index: replace(s.index, values), value: replace(s.value, values) }
    case 'return': return s.value ? { ...s, value: replace(s.value, values) } : s
    default: return s
  }
}

function replace(e: Expr, values: ReadonlyMap<string, Expr>): Expr {
  const map = (part: Expr): Expr => replace(part, values)
  switch (e.kind) {
    case 'name': return values.get(e.name) ?? e
    case 'op':
    case 'call':
    case 'method': return { ...e, args: e.args.map(map) }
    case 'load': return { ...e, index: map(e.index) }
    case 'list': return { ...e, items: e.items.map(map) }
    case 'record': return { ...e, entries: e.entries.map(([key, part]) => [key, map(part)] as const) }
    case 'select': return { ...e, test: map(e.test), then: map(e.then), otherwise: map(e.otherwise) }
    case 'assigned': return { ...e, value: map(e.value) }
    default: return e
  }
}

const sizeOf = (e: Expr): number => (e.kind === 'op' ? 1 + e.args.reduce((n, a) => n + sizeOf(a), 0) : 1)

/** Memory may have been written by the time the value is read. */
const readsMemory = (e: Expr): boolean => e.kind === 'load' || e.kind === 'member' || (e.kind === 'op' && e.args.some(readsMemory))
