// lowering/wasm: locals whose lifetimes do not meet share one: those of one name, as unrolled code that repeats itself to the byte
// compresses well, and of many any, because engines take 50,000 a function (WebAssembly JavaScript Interface, implementation limits).
// Invariant: a shared local is set before it is read, in the block that holds all its uses.
import type { Local, Node, Stmt, WasmFunction } from './code.ts'

/** Functions of fewer locals keep all names. */
const many = 1000

/** The function with fewer locals. */
export function shareLocals(f: WasmFunction): WasmFunction {
  const lives = new Lives(f, f.locals.length < many)
  const chosen = lives.choose(f.locals)
  const locals = new Set(f.locals.map((l) => chosen.get(l) ?? l))
  return { ...f, locals: [...locals], body: f.body.map((s) => renameStmt(s, chosen)) }
}

/** A list of statements that run one after the other. */
interface Block {
  readonly parent: Block | null
  readonly depth: number
  /** The place after its last statement. */
  end: number
}

interface Life {
  /** How often it is set or read. */
  uses: number
  /** The innermost block that holds all uses. */
  block: Block
  /** The block that sets it first; null if it is read first. */
  readonly setIn: Block | null
  readonly first: number
  last: number
  lastIn: Block
}

/** Places of all uses, counted in the order of the text. */
class Lives {
  private readonly lives = new Map<Local, Life>()
  private readonly named: boolean
  private place = 0

  constructor(f: WasmFunction, named: boolean) {
    this.named = named
    this.block(f.body, null)
  }

  private block(body: readonly Stmt[], parent: Block | null, atEnd: Node | null = null): void {
    const block: Block = { parent, depth: (parent?.depth ?? 0) + 1, end: 0 }
    for (const s of body) this.statement(s, block)
    if (atEnd) this.node(atEnd, block)
    block.end = ++this.place
  }

  private statement(s: Stmt, block: Block): void {
    switch (s.kind) {
      case 'set':
        this.node(s.value, block)
        return this.use(s.local, block, true)
      case 'do':
        return this.node(s.node, block)
      case 'loop':
        return this.block(s.body, block, s.again)
      case 'if':
        this.node(s.test, block)
        this.block(s.body, block)
        return this.block(s.otherwise, block)
      case 'return':
        if (s.value) this.node(s.value, block)
    }
  }

  private node(n: Node, block: Block): void {
    if (n.kind === 'get') this.use(n.local, block, false)
    if (n.kind === 'ins' || n.kind === 'call') for (const a of n.args) this.node(a, block)
    if (n.kind === 'select') for (const a of [n.whenTrue, n.whenFalse, n.test]) this.node(a, block)
  }

  private use(local: Local, block: Block, isSet: boolean): void {
    const place = ++this.place
    const life = this.lives.get(local)
    if (!life) this.lives.set(local, { uses: 1, block, setIn: isSet ? block : null, first: place, last: place, lastIn: block })
    else {
      life.uses++
      life.block = common(life.block, block)
      life.last = place
      life.lastIn = block
    }
  }

  /** What each local is replaced by. */
  choose(locals: readonly Local[]): Map<Local, Local> {
    const chosen = new Map<Local, Local>()
    const movable = locals.filter((l) => this.lives.has(l) && this.isMovable(this.lives.get(l)!))
    const kind = ({ type, name }: Local): string => (this.named ? `${type} ${name}` : type)
    const starts = movable.map((local) => ({ local, ...this.span(this.lives.get(local)!) })).sort((a, b) => a.first - b.first)
    const ends = [...starts].sort((a, b) => a.last - b.last)
    const free = new Map<string, Local[]>()
    let ended = 0
    for (const { local, first } of starts) {
      for (; ends[ended].last < first; ended++) {
        const over = chosen.get(ends[ended].local)!
        const list = free.get(kind(over))
        if (list) list.push(over)
        else free.set(kind(over), [over])
      }
      chosen.set(local, free.get(kind(local))?.pop() ?? local)
    }
    return chosen
  }

  /** What is used at once and never again stays on the stack, if its local is its own. */
  private isMovable({ setIn, block, uses, first, last }: Life): boolean {
    return setIn === block && !(this.named && uses === 2 && last === first + 1)
  }

  /** From its first use to the end of the statement, of the block that holds all uses, of the last. */
  private span({ block, first, last, lastIn }: Life): { first: number; last: number } {
    if (lastIn === block) return { first, last }
    let inner = lastIn
    while (inner.parent !== block) inner = inner.parent!
    return { first, last: inner.end }
  }
}

function common(a: Block, b: Block): Block {
  let [x, y] = [a, b]
  while (x.depth > y.depth) x = x.parent!
  while (y.depth > x.depth) y = y.parent!
  while (x !== y) [x, y] = [x.parent!, y.parent!]
  return x
}

function renameStmt(s: Stmt, to: ReadonlyMap<Local, Local>): Stmt {
  const node = (n: Node): Node => renameNode(n, to)
  switch (s.kind) {
    case 'set':
      return { ...s, local: to.get(s.local) ?? s.local, value: node(s.value) }
    case 'do':
      return { ...s, node: node(s.node) }
    case 'loop':
      return { ...s, body: s.body.map((b) => renameStmt(b, to)), again: node(s.again) }
    case 'if':
      return { ...s, test: node(s.test), body: s.body.map((b) => renameStmt(b, to)), otherwise: s.otherwise.map((b) => renameStmt(b, to)) }
    case 'return':
      return s.value ? { ...s, value: node(s.value) } : s
  }
}

function renameNode(n: Node, to: ReadonlyMap<Local, Local>): Node {
  const node = (x: Node): Node => renameNode(x, to)
  switch (n.kind) {
    case 'get':
      return { ...n, local: to.get(n.local) ?? n.local }
    case 'ins':
    case 'call':
      return { ...n, args: n.args.map(node) }
    case 'select':
      return { ...n, whenTrue: node(n.whenTrue), whenFalse: node(n.whenFalse), test: node(n.test) }
    default:
      return n
  }
}
