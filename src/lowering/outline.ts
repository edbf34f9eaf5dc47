// lowering: loops of a long function become functions of their own. Engines do not optimize functions beyond a size
// (V8: 60 KB of bytecode), so one function with everything in it would run its loops in the interpreter.
import { call, freeNames, name, type Stmt } from './ir.ts'
import type { Names } from './names.ts'

/** Statements, nested ones included, up to which a function stays in one piece. */
const longest = 400

/** The body with its loops called, and the functions they became; as it is where it is short. */
export function outline(body: readonly Stmt[], names: Names): { functions: Stmt[]; body: readonly Stmt[] } {
  if (countOf(body) <= longest) return { functions: [], body }
  const functions: Stmt[] = []
  const outlined = body.map((s): Stmt => {
    if (s.kind !== 'for') return s
    const { read, written } = outerNames(s)
    if (written.length > 1) return s
    const target = names.fresh('loop')
    const [result] = written
    functions.push({ kind: 'function', name: target, parameters: read, body: result ? [s, { kind: 'return', value: name(result) }] : [s] })
    const made = call(target, ...read.map((n) => name(n)))
    return result ? { kind: 'assign', name: result, value: made } : { kind: 'do', value: made }
  })
  return { functions, body: outlined }
}

const countOf = (body: readonly Stmt[]): number => body.reduce((n, s) => n + 1 + (s.kind === 'for' ? countOf(s.body) : 0), 0)

/** Names of the enclosing function that a loop reads, and those it assigns. */
function outerNames(loop: Stmt & { kind: 'for' }): { read: string[]; written: string[] } {
  const assigned = new Set<string>()
  const visit = (s: Stmt): void => {
    if (s.kind === 'assign') assigned.add(s.name)
    if (s.kind === 'for' || s.kind === 'if') s.body.forEach(visit)
  }
  visit(loop)
  const read = freeNames([loop]).filter((n) => n !== 'self' && !n.includes('.') && !n.includes('['))
  return { read, written: read.filter((n) => assigned.has(n)) }
}
