// lowering: a loop that only sums, four elements at a time into four independent sums.
import { add } from '../graph/ops/arithmetic.ts'
import { type Expr, name, number, opExpr, plus, type Stmt, substitute } from './ir.ts'
import type { Names } from './names.ts'

export interface Unrolled {
  readonly width: number
  /** The further sums. */
  readonly declarations: readonly Stmt[]
  readonly body: readonly Stmt[]
  /** Adds them to the first. */
  readonly ending: readonly Stmt[]
}

const width = 4
/** Longer bodies keep the processor busy as they are. */
const longest = 6
const real = { dtype: 'float64', weak: true } as const

/** The body (constants, then `sum = sum + value`) for four elements, or null where it is too long or costly to gain. */
export function unroll(body: readonly Stmt[], index: string, names: Names): Unrolled | null {
  if (body.length > longest || body.some((s) => (s.kind === 'const' || s.kind === 'assign') && isCostly(s.value))) return null
  const declarations: Stmt[] = []
  const ending: Stmt[] = []
  const lanes = Array.from({ length: width }, (_, k) => {
    const values = new Map<string, Expr>([[index, plus(name(index), number(k))]])
    return body.map((s): Stmt => {
      if (s.kind !== 'const' && s.kind !== 'assign') throw new Error(`${s.kind} in a sum`)
      if (k === 0) return s
      const target = names.fresh(s.name)
      if (s.kind === 'assign') {
        declarations.push({ kind: 'let', name: target, value: number(0) })
        ending.push({ kind: 'assign', name: s.name, value: opExpr(add.op, [name(s.name), name(target)], real) })
        values.set(s.name, name(target))
      }
      const result: Stmt = { kind: s.kind, name: target, value: substitute(s.value, values) }
      if (s.kind === 'const') values.set(s.name, name(target))
      return result
    })
  })
  return { width, declarations, body: lanes.flat(), ending }
}

const isCostly = (e: Expr): boolean => (e.kind === 'op' && (e.op.costly || e.args.some(isCostly))) || (e.kind === 'call' && !e.pure)
