// lowering: `profile: true`. A call and each unit of its schedule are timed; a unit's time belongs to the source lines of its Variables, in
// the proportion of the nanoseconds that wasm/choose.ts estimates for them.
import { dtypes } from '../graph/dtype.ts'
import type { TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import { isAccess, sourceOf } from './access.ts'
import type { Context, Options, SourceLine } from './context.ts'
import { viewOps } from './inPlace.ts'
import { call, type Expr, list, member, name, number, plus, pureCall, type Stmt, string, times } from './ir.ts'
import type { Unit } from './schedule.ts'
import { nanosecondsOf } from './wasm/choose.ts'

interface Kernel {
  readonly at: number
  readonly name: string
  readonly lines: readonly (readonly [line: number, part: number])[]
}

export class Profiler {
  private readonly fn: TracedFunction
  private readonly context: Context
  private readonly lineOf: Options['lineOf']
  private readonly kernels = new Map<readonly Variable[], Kernel>()
  private readonly lines: SourceLine[] = []
  /** What the body calls the counts, which copies have of their own. */
  private readonly profile: string

  constructor(fn: TracedFunction, context: Context, { lineOf }: Options) {
    this.fn = fn
    this.context = context
    this.lineOf = lineOf
    this.profile = context.names.fresh('profile')
  }

  /** Times what `build` adds to `body` as one kernel that computes these Variables; `bytes` are those that it moves. The same list is the same kernel. */
  kernel(computed: readonly Variable[], body: Stmt[], build: () => void, bytes: () => Expr): void {
    const start = this.context.names.fresh('started')
    body.push({ kind: 'const', name: start, value: call('$t.now') })
    build()
    const moved = bytes()
    if (!this.kernels.has(computed)) this.kernels.set(computed, { at: this.kernels.size, name: nameOf(computed), lines: this.divided(computed) })
    body.push({ kind: 'do', value: call(`${this.profile}.lap`, number(this.kernels.get(computed)!.at), name(start), moved) })
  }

  /** A unit of the schedule. Effects and other looks at the same elements, which compute nothing, are no kernels. */
  unit(unit: Unit, stored: ReadonlySet<Variable>, build: () => void): void {
    if (unit.kind === 'effect' || (unit.kind === 'library' && viewOps.includes(unit.variable.owner!.op.name))) return build()
    const computed = unit.kind === 'loops' ? [...unit.members.keys()] : unit.kind === 'fused' ? [unit.product, ...unit.cluster.members.keys()] : [unit.variable]
    this.kernel(computed, this.context.body, build, () => this.moved(computed, (v) => (unit.kind === 'library' ? v.rank > 0 : stored.has(v))))
  }

  /** Bytes of the arrays that are read and, where `writes` says so, written: each once, parts of arrays as far as they are read. */
  private moved(computed: readonly Variable[], writes: (v: Variable) => boolean): Expr {
    const arrays = new Set(computed.filter(writes))
    for (const v of computed) {
      for (const x of v.owner!.inputs) {
        if (x.rank > 0 && !computed.includes(sourceOf(x))) arrays.add(readFrom(x))
      }
    }
    const sizes = [...arrays].filter((x) => x.rank > 0 && x.owner?.op.name !== 'iota').map((x) => times(number(dtypes[x.dtype].bytes), this.context.size(x)))
    return sizes.reduce(plus, number(0))
  }

  private divided(computed: readonly Variable[]): [line: number, part: number][] {
    const costs = new Map<number, number>()
    for (const v of computed) {
      const line = v.owner!.span && this.lineOf?.(v.owner!.span)
      if (!line) continue
      const at = this.lineNumber(line)
      costs.set(at, (costs.get(at) ?? 0) + nanosecondsOf(v, this.fn))
    }
    const total = [...costs.values()].reduce((a, b) => a + b, 0)
    return [...costs].map(([at, cost]) => [at, total > 0 ? cost / total : 1 / costs.size])
  }

  private lineNumber(line: SourceLine): number {
    const known = this.lines.findIndex((l) => l.file === line.file && l.line === line.line)
    return known >= 0 ? known : this.lines.push(line) - 1
  }

  /** Where the function is made. */
  setup(): Stmt {
    const kernels = [...this.kernels.values()].map(
      (k): Expr => ({
        kind: 'record',
        entries: [
          ['name', string(k.name)],
          ['lines', list(k.lines.map(([line, part]) => list([number(line), number(part)])))],
        ],
      }),
    )
    const lines = this.lines.map(
      (l): Expr => ({
        kind: 'record',
        entries: [
          ['file', string(l.file)],
          ['line', number(l.line)],
          ['text', string(l.text)],
        ],
      }),
    )
    return { kind: 'put', name: 'self', path: 'profile', value: pureCall('new $t.Profile', name('self.name'), list(kernels), list(lines)) }
  }

  /** The body of a call, timed however it ends. */
  call(body: readonly Stmt[]): Stmt[] {
    const start = this.context.names.fresh('called')
    return [
      { kind: 'const', name: this.profile, value: member('self', 'profile') },
      { kind: 'const', name: start, value: call('$t.now') },
      { kind: 'try', body, finally: [{ kind: 'do', value: call(`${this.profile}.leave`, name(start)) }] },
    ]
  }
}

/** What of an operand is read: a part of an array, or all of what it shows in another order or repeats. */
function readFrom(operand: Variable): Variable {
  let x = operand
  while (isAccess(x) && !['subtensor', 'iota'].includes(x.owner!.op.name)) x = x.owner!.inputs[0]
  return x
}

const mostNames = 6

/** The user's name for the last that has one, and the operations in their order. */
function nameOf(computed: readonly Variable[]): string {
  const ops = [...new Set(computed.map((v) => v.owner!.op.name))]
  const shown = ops.length > mostNames ? [...ops.slice(0, mostNames), '…'] : ops
  const named = computed.findLast((v) => v.name !== null)
  return `${named ? `${named.name}: ` : ''}${shown.join(', ')}`
}
