// lowering/wasm: what a WASM function is made of: expression nodes, statements, and the builder that collects them.
// Invariant: every node is used once, except reads of locals and constants; `keep` makes a local of what is used more often.
import { instructions, type Type } from './instructions.ts'
import { shareLocals } from './shareLocals.ts'

export type { Type } from './instructions.ts'

export interface Local {
  readonly name: string
  readonly type: Type
}

export type Node =
  | {
      readonly kind: 'ins'
      readonly op: string
      readonly type: Type | null
      readonly args: readonly Node[]
      readonly offset: number
      readonly lanes: readonly number[]
      readonly relaxed?: true
    }
  | { readonly kind: 'const'; readonly type: 'i32' | 'f32' | 'f64'; readonly value: number }
  | { readonly kind: 'const'; readonly type: 'i64'; readonly value: bigint }
  | { readonly kind: 'const'; readonly type: 'v128'; readonly bytes: Uint8Array }
  | { readonly kind: 'get'; readonly type: Type; readonly local: Local }
  | { readonly kind: 'select'; readonly type: Type; readonly test: Node; readonly whenTrue: Node; readonly whenFalse: Node }
  | { readonly kind: 'call'; readonly type: Type | null; readonly target: WasmFunction | Import; readonly args: readonly Node[] }

export type Stmt =
  | { readonly kind: 'set'; readonly local: Local; readonly value: Node }
  /** A node without a result: a store, a call, memory.copy. */
  | { readonly kind: 'do'; readonly node: Node }
  /** do { body } while (again) */
  | { readonly kind: 'loop'; readonly name: string; readonly body: readonly Stmt[]; readonly again: Node }
  | { readonly kind: 'if'; readonly test: Node; readonly body: readonly Stmt[]; readonly otherwise: readonly Stmt[] }
  | { readonly kind: 'return'; readonly value: Node | null }

export interface WasmFunction {
  readonly kind: 'function'
  readonly name: string
  readonly params: readonly Local[]
  readonly result: Type | null
  readonly locals: readonly Local[]
  readonly body: readonly Stmt[]
}

/** A function of JavaScript; `js` is an expression for it in emitted code. */
export interface Import {
  readonly kind: 'import'
  readonly js: string
  readonly params: readonly Type[]
  readonly result: Type | null
}

export const i32 = (value: number): Node => ({ kind: 'const', type: 'i32', value })
export const i64 = (value: bigint): Node => ({ kind: 'const', type: 'i64', value })
export const f32 = (value: number): Node => ({ kind: 'const', type: 'f32', value })
export const f64 = (value: number): Node => ({ kind: 'const', type: 'f64', value })
/** 16 bytes: where lanes are equal, which is most of the time, as a splat, which takes fewer. */
export function v128(bytes: Uint8Array): Node {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const [low, high] = [0, 8].map((at) => view.getBigInt64(at, true))
  if (low !== high) return { kind: 'const', type: 'v128', bytes }
  const [word, other] = [0, 4].map((at) => view.getInt32(at, true))
  const [single, double] = [view.getFloat32(0, true), view.getFloat64(0, true)]
  if (word === other) return isPlain(single) ? ins('f32x4.splat', f32(single)) : ins('i32x4.splat', i32(word))
  return isPlain(double) ? ins('f64x2.splat', f64(double)) : ins('i64x2.splat', i64(low))
}

/** Do the bits look like those of a float, rather than of an integer? */
const isPlain = (x: number): boolean => Math.abs(x) > 1e-30 && Math.abs(x) < 1e30

export const get = (local: Local): Node => ({ kind: 'get', type: local.type, local })

/** An instruction on operands; throws on operands of other types (a mistake of ours). */
export function ins(op: string, ...args: Node[]): Node {
  return instruction(op, args, 0, [])
}

/** With lane immediates: extract_lane, replace_lane (one), shuffle (16 byte lanes). */
export const lane = (op: string, lanes: number | readonly number[], ...args: Node[]): Node =>
  instruction(op, args, 0, typeof lanes === 'number' ? [lanes] : lanes)

/** A load at address + offset. */
export const load = (op: string, address: Node, offset = 0): Node => instruction(op, [address], offset, [])
export const loadLane = (op: string, laneIndex: number, address: Node, vector: Node, offset = 0): Node =>
  instruction(op, [address, vector], offset, [laneIndex])

function instruction(op: string, args: readonly Node[], offset: number, lanes: readonly number[]): Node {
  const found = instructions.get(op)
  if (!found) throw new Error(`no instruction ${op}`)
  if (args.length !== found.params.length || args.some((a, i) => a.type !== found.params[i]))
    throw new Error(`${op} takes ${found.params.join(' ')}, got ${args.map((a) => a.type).join(' ')}`)
  return { kind: 'ins', op, type: found.result, args, offset, lanes }
}

export const select = (test: Node, whenTrue: Node, whenFalse: Node): Node => ({ kind: 'select', type: whenTrue.type!, test, whenTrue, whenFalse })
export function call(target: WasmFunction | Import, ...args: Node[]): Node {
  const types = target.kind === 'import' ? target.params : target.params.map((p) => p.type)
  if (args.length !== types.length || args.some((a, i) => a.type !== types[i]))
    throw new Error(`call takes ${types.join(' ')}, got ${args.map((a) => a.type).join(' ')}`)
  return { kind: 'call', type: target.result, target, args }
}

/**
 * a·b + c, fused into one rounding where the engine has relaxed SIMD (results then differ in the last bit); shape f32x4 or
 * f64x2.
 */
export function relaxedMadd(shape: 'f32x4' | 'f64x2', a: Node, b: Node, c: Node): Node {
  return { ...(ins(`${shape}.add`, ins(`${shape}.mul`, a, b), c) as Node & { kind: 'ins' }), relaxed: true }
}

/** Collects the statements of one function. */
export class Code {
  readonly name: string
  readonly params: Local[] = []
  private readonly locals: Local[] = []
  /** Run first: constants that loops share. */
  private readonly entry: Stmt[] = []
  private statements: Stmt[] = []
  private readonly constants = new Map<string, Node>()

  constructor(name: string) {
    this.name = name
  }

  param(name: string, type: Type): Node {
    const local = { name, type }
    this.params.push(local)
    return get(local)
  }

  local(name: string, type: Type): Local {
    const local = { name, type }
    this.locals.push(local)
    return local
  }

  /** The value in a local of its own, computed here. */
  keep(value: Node, name = 't'): Node {
    if (value.kind === 'get') return value
    const local = this.local(name, value.type!)
    this.set(local, value)
    return get(local)
  }

  /** A variable: its local, set here. */
  variable(name: string, value: Node): Local {
    const local = this.local(name, value.type!)
    this.set(local, value)
    return local
  }

  set(local: Local, value: Node): void {
    if (local.type !== value.type) throw new Error(`${local.name} is ${local.type}, set to ${value.type}`)
    this.statements.push({ kind: 'set', local, value })
  }

  do(node: Node): void {
    this.statements.push({ kind: 'do', node })
  }

  store(op: string, address: Node, value: Node, offset = 0): void {
    this.do(instruction(op, [address, value], offset, []))
  }

  storeLane(op: string, laneIndex: number, address: Node, vector: Node, offset = 0): void {
    this.do(instruction(op, [address, vector], offset, [laneIndex]))
  }

  return(value: Node | null): void {
    this.statements.push({ kind: 'return', value })
  }

  /** A constant held in a local from the start of the function; `key` names its value. */
  hoisted(key: string, value: Node): Node {
    let known = this.constants.get(key)
    if (!known) {
      const local = this.local('c', value.type!)
      this.entry.push({ kind: 'set', local, value })
      known = get(local)
      this.constants.set(key, known)
    }
    return known
  }

  /** The statements that `write` adds, not added to the function. */
  collect(write: () => void): Stmt[] {
    const outer = this.statements
    this.statements = []
    write()
    const inner = this.statements
    this.statements = outer
    return inner
  }

  add(statements: readonly Stmt[]): void {
    this.statements.push(...statements)
  }

  if(test: Node, body: () => void, otherwise: () => void = () => {}): void {
    this.statements.push({ kind: 'if', test, body: this.collect(body), otherwise: this.collect(otherwise) })
  }

  /** do { body } while (body's result) */
  loop(name: string, body: () => Node): void {
    let again: Node = i32(0)
    const inner = this.collect(() => {
      again = body()
    })
    this.statements.push({ kind: 'loop', name, body: inner, again })
  }

  /** for (i = from; i < to; i += step), all signed i32; `to` must be a constant or a local that the body does not set. */
  for(name: string, from: Node, to: Node, step: number, body: (i: Node) => void): void {
    const i = this.local(name, 'i32')
    this.set(i, from)
    this.if(ins('i32.lt_s', get(i), to), () => {
      this.loop(name, () => {
        body(get(i))
        this.set(i, ins('i32.add', get(i), i32(step)))
        return ins('i32.lt_s', get(i), to)
      })
    })
  }

  function(result: Type | null = null): WasmFunction {
    return shareLocals({ kind: 'function', name: this.name, params: this.params, result, locals: this.locals, body: [...this.entry, ...this.statements] })
  }
}

/** Calls `see` with every node of the statements. */
export function forEachNode(body: readonly Stmt[], see: (n: Node) => void): void {
  const node = (n: Node): void => {
    see(n)
    if (n.kind === 'ins' || n.kind === 'call') n.args.forEach(node)
    if (n.kind === 'select') [n.whenTrue, n.whenFalse, n.test].forEach(node)
  }
  for (const s of body) {
    switch (s.kind) {
      case 'set':
        node(s.value)
        break
      case 'do':
        node(s.node)
        break
      case 'loop':
        forEachNode(s.body, see)
        node(s.again)
        break
      case 'if':
        node(s.test)
        forEachNode(s.body, see)
        forEachNode(s.otherwise, see)
        break
      case 'return':
        if (s.value) node(s.value)
    }
  }
}
