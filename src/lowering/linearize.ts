// lowering: turns expressions that share parts (the same object) into constants and expressions over them.

import { type ElementwiseOp, primary } from '../graph/op.ts'
import { isBoolean } from './emitJs.ts'
import { type Expr, mapParts, name, partsOf, type Stmt } from './ir.ts'
import type { Names } from './names.ts'

export interface Linear {
  /** Constants that do not change in the loop, to be put before it. */
  readonly before: Stmt[]
  readonly locals: Stmt[]
  readonly values: Expr[]
}

/**
 * What is written once and used once stays in place; anything used more often gets a name. What does not read any of
 * the `loops` (indices of the loop the code is for) is computed before it.
 */
export function linearize(roots: readonly Expr[], names: Names, hints: ReadonlyMap<Expr, string>, loops: readonly string[] = []): Linear {
  const uses = new Map<Expr, number>()
  for (const root of roots) count(root, 1, uses)
  const [before, locals]: Stmt[][] = [[], []]
  const done = new Map<Expr, Expr>()
  const varies = variation(loops)
  const define = (e: Expr, value: Expr, into: Stmt[]): Expr => {
    const target = names.fresh(hints.get(e) ?? (e.kind === 'load' ? `${e.array}_i` : 'value'))
    into.push({ kind: 'const', name: target, value })
    return name(target, isBoolean(e))
  }
  const place = (e: Expr, outside = false): Expr => {
    const known = done.get(e)
    if (known) return known
    const invariant = loops.length > 0 && isCompound(e) && !varies(e)
    let result = mapParts(e, (part) => place(part, outside || invariant))
    if (invariant && !outside) result = define(e, result, before)
    else if (uses.get(e)! > 1 && isCompound(e)) result = define(e, result, invariant ? before : locals)
    done.set(e, result)
    return result
  }
  return { values: roots.map((root) => place(root)), before, locals }
}

/** Does an expression change from one iteration of these loops to the next, or may it throw? */
function variation(loops: readonly string[]): (e: Expr) => boolean {
  const known = new Map<Expr, boolean>()
  const varies = (e: Expr): boolean => {
    let answer = known.get(e)
    if (answer === undefined) {
      answer =
        (e.kind === 'name' && loops.includes(e.name)) || (e.kind === 'call' && !e.pure) || (e.kind === 'op' && e.op.emit.checks) || partsOf(e).some(varies)
      known.set(e, answer)
    }
    return answer
  }
  return varies
}

function count(e: Expr, times: number, uses: Map<Expr, number>): void {
  const before = uses.get(e) ?? 0
  uses.set(e, before + times)
  if (before > 0) return
  partsOf(e).forEach((part, i) => count(part, e.kind === 'op' ? repetitions(e.op, i) : 1, uses))
}

const isCompound = (e: Expr): boolean => e.kind === 'op' || e.kind === 'load' || e.kind === 'select' || (e.kind === 'call' && !e.callee.startsWith('new '))

const known = new Map<ElementwiseOp, readonly number[]>()

/** How often an op's JavaScript mentions operand i. */
function repetitions(op: ElementwiseOp, i: number): number {
  let counts = known.get(op)
  if (!counts) {
    const marks = ['\u0001', '\u0002', '\u0003', '\u0004']
    const { text } = op.emit.js(marks.map(primary), { dtype: 'float64', weak: false })
    counts = marks.map((mark) => text.split(mark).length - 1)
    known.set(op, counts)
  }
  return Math.max(1, counts[i] ?? 1)
}
