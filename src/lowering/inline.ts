// lowering: constants of a function that are read once, by the statement's own expression, are written where they are read.
import { type Expr, isPure, namesUsed, type Stmt, substitute } from './ir.ts'

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
      const own = s.kind === 'for' ? { ...s, body: inBody(s.body) } : inStatement(s, waiting)
      if (own.kind === 'const' && uses.get(own.name) === 1 && read.has(own.name) && mayMove(own.value)) waiting.set(own.name, own.value)
      else result.push(own)
    }
    return result
  }
  return inBody(body)
}

const mayMove = (e: Expr): boolean => e.kind === 'op' && isPure(e) && sizeOf(e) <= sizeLimit && !readsMemory(e)

function inStatement(s: Stmt, values: ReadonlyMap<string, Expr>): Stmt {
  switch (s.kind) {
    case 'const':
    case 'let':
    case 'do':
    case 'assign':
    case 'put':
      return { ...s, value: substitute(s.value, values) }
    case 'store':
      return { ...s, index: substitute(s.index, values), value: substitute(s.value, values) }
    case 'return':
      return s.value ? { ...s, value: substitute(s.value, values) } : s
    default:
      return s
  }
}

const sizeOf = (e: Expr): number => (e.kind === 'op' ? 1 + e.args.reduce((n, a) => n + sizeOf(a), 0) : 1)

/** Memory may have been written by the time the value is read. */
const readsMemory = (e: Expr): boolean => e.kind === 'load' || e.kind === 'member' || (e.kind === 'op' && e.args.some(readsMemory))
