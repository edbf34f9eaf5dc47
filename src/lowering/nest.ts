// lowering: the loops of a cluster as statements: row loops around row statements and, for each pass, column loops.
// Index arithmetic that does not change in the innermost loop is hoisted out of it.

import { remainder } from '../graph/ops/arithmetic.ts'
import type { Variable } from '../graph/variable.ts'
import { type Cluster, walkedAxes } from './cluster.ts'
import type { Context, View } from './context.ts'
import { print } from './emitJs.ts'
import { type Expr, load, minus, name, namesIn, number, opExpr, plus, product, type Stmt, times } from './ir.ts'
import type { Unrolled } from './unroll.ts'

type Item = { readonly kind: 'row'; readonly statement: Stmt } | { readonly kind: 'pass'; readonly index: number }

interface Loop {
  readonly index: string
  readonly count: Expr
}

interface Pass {
  /** What the pass computes before its loops. */
  before: readonly Stmt[]
  body: readonly Stmt[]
  /** The body for four columns at a time, where several sums are independent. */
  unrolled: Unrolled | null
  /** Constants of the loop around the innermost one. */
  readonly hoisted: (Stmt & { kind: 'const' })[]
}

export class Nest {
  private readonly context: Context
  private readonly hints: Map<Expr, string>
  private readonly rows: readonly Loop[]
  private readonly columns: readonly Loop[]
  private readonly flat: boolean
  private readonly items: Item[] = []
  private readonly passes: Pass[] = [{ before: [], body: [], unrolled: null, hoisted: [] }]
  private readonly rowConstants: Stmt[] = []
  private readonly known = new Map<string, Expr>()
  private loads = new Map<string, Expr>()

  constructor(cluster: Cluster, context: Context, hints: Map<Expr, string>, flat: boolean) {
    this.context = context
    this.hints = hints
    this.flat = flat
    const loop = (depth: number, count: Expr) => ({ index: context.names.loopIndex(depth), count })
    this.rows = cluster.rows.map((d, i) => loop(i, context.dim(d)))
    const counts = cluster.columns.map((d) => context.dim(d))
    this.columns = flat ? [loop(0, context.named(product(counts), 'size'))] : counts.map((count, i) => loop(cluster.rows.length + i, count))
  }

  /** A statement of the row, before the pass that is being built. */
  row(statement: Stmt): void {
    this.items.push({ kind: 'row', statement })
  }

  /** Ends the pass being built; what follows comes after it. */
  addPass(): void {
    this.items.push({ kind: 'pass', index: this.passes.length - 1 })
    this.passes.push({ before: [], body: [], unrolled: null, hoisted: [] })
    this.loads = new Map()
  }

  fill(pass: number, before: readonly Stmt[], body: readonly Stmt[], unrolled: Unrolled | null): void {
    this.passes[pass].before = before
    this.passes[pass].unrolled = unrolled
    this.passes[pass].body = body
  }

  loop(j: number): Expr {
    const all = [...this.rows, ...this.columns]
    return name(this.flat ? all[0].index : all[j].index)
  }

  /** The position along each axis of something whose walked axes are the first loops, in order. */
  positions(v: Variable): Expr[] {
    const walked = walkedAxes(v)
    return v.shape.map((_, axis) => (walked.includes(axis) ? this.loop(walked.indexOf(axis)) : number(0)))
  }

  /** Positions in an operand of something computed over `shape`. */
  positionsIn(x: Variable, shape: Variable['shape']): Expr[] {
    const walked = walkedAxes({ shape })
    return x.shape.map((d, axis) => (d === 1 ? number(0) : this.loop(walked.indexOf(axis))))
  }

  element(v: Variable, at: readonly Expr[]): Expr {
    const view = v.rank === 0 ? null : this.context.view(v)
    if (!view) return this.context.element(v, at)
    const index = this.index(view, at)
    const key = `${view.array} ${print(index).text}`
    let e = this.loads.get(key)
    if (!e) {
      e = load(view.array, index)
      this.loads.set(key, e)
      this.hints.set(e, `${view.array.replace(/_data$/, '')}_${this.loopIn(index)}`)
    }
    return e
  }

  /** The innermost loop that an index depends on. */
  private loopIn(index: Expr): string {
    const read = new Set<string>()
    namesIn(index, (n) => read.add(n))
    const loops = [...this.rows, ...this.columns].map((l) => l.index)
    return loops.findLast((l) => read.has(l)) ?? loops.at(this.rows.length - 1) ?? '0'
  }

  private innermost(): string | undefined {
    return this.columns.at(-1)?.index
  }

  /** Where a view keeps the element at these positions. */
  index(view: View, at: readonly Expr[]): Expr {
    if (this.flat) return plus(view.offset, at.find((p) => p.kind === 'name') ?? number(0))
    const inner = this.innermost()
    let base = view.offset
    let rest: Expr = number(0)
    at.forEach((p, axis) => {
      const term = times(p, view.strides[axis])
      if (p.kind === 'name' && p.name !== inner && this.isLoop(p.name)) base = plus(base, term)
      else rest = plus(rest, term)
    })
    return plus(this.hoisted(base, `${view.array.replace(/_data$/, '')}_row`), rest)
  }

  private isLoop(index: string): boolean {
    return this.rows.some((l) => l.index === index) || this.columns.some((l) => l.index === index)
  }

  /** A constant outside the innermost loop. */
  private hoisted(e: Expr, wish: string): Expr {
    if (e.kind === 'name' || e.kind === 'number') return e
    let inColumns = false
    namesIn(e, (n) => {
      inColumns ||= this.columns.some((l) => l.index === n)
    })
    if (!inColumns && this.columns.length === 0) return e
    const key = `${inColumns ? this.passes.length : 'row'} ${print(e).text}`
    let constant = this.known.get(key)
    if (!constant) {
      const target = this.context.names.fresh(wish)
      const statement = { kind: 'const', name: target, value: e } as const
      if (inColumns) this.passes[this.passes.length - 1].hoisted.push(statement)
      else this.rowConstants.push(statement)
      constant = name(target)
      this.known.set(key, constant)
    }
    return constant
  }

  /** What changes inside the column loops of a pass: their indices, and what is hoisted into them. */
  varying(pass: number): string[] {
    return [...this.columns.map((l) => l.index), ...this.passes[pass].hoisted.map((s) => s.name)]
  }

  /** The index of the only loop, if there are no others. */
  onlyLoop(): string | null {
    return this.rows.length === 0 && this.columns.length === 1 ? this.columns[0].index : null
  }

  columnCount(): Expr {
    return this.context.named(product(this.columns.map((l) => l.count)), 'columns')
  }

  /** Position in a row of scratch memory. */
  columnIndex(): Expr {
    return this.columns.reduce<Expr>((at, l) => plus(times(at, l.count), name(l.index)), number(0))
  }

  statements(): Stmt[] {
    const row = this.items.flatMap((item) => (item.kind === 'row' ? [item.statement] : this.columnLoops(this.passes[item.index])))
    const body = [...this.rowConstants, ...row]
    return this.rows.reduceRight<Stmt[]>((inner, l) => [loopOver(l, inner)], body)
  }

  private columnLoops(pass: Pass): Stmt[] {
    if (pass.body.length === 0) return []
    const [last, ...around] = [...this.columns].reverse()
    if (!last) return [...pass.body]
    const innermost: Stmt[] = [...pass.hoisted, ...(pass.unrolled ? this.inBlocks(last, pass.unrolled, pass.body) : [loopOver(last, pass.body)])]
    return [...pass.before, ...around.reduce<Stmt[]>((inner, l) => [loopOver(l, inner)], innermost)]
  }

  private inBlocks({ index, count }: Loop, { width, declarations, body, ending }: Unrolled, single: readonly Stmt[]): Stmt[] {
    const blocks = this.context.names.fresh('blocks')
    return [
      { kind: 'const', name: blocks, value: minus(count, opExpr(remainder.op, [count, number(width)], { dtype: 'int32', weak: true })) },
      ...declarations,
      { kind: 'for', index, from: number(0), to: name(blocks), step: width, body },
      { kind: 'for', index, from: name(blocks), to: count, step: 1, body: single },
      ...ending,
    ]
  }
}

const loopOver = (l: Loop, body: readonly Stmt[]): Stmt => ({ kind: 'for', index: l.index, from: number(0), to: l.count, step: 1, body })
