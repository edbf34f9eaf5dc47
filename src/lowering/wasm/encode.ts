// lowering/wasm: functions into the bytes of a module (WebAssembly core specification 2.0, chapter 5). The module imports the
// heap as ('', 'm') and JavaScript functions by name from ''.
import { forEachNode, type Import, type Local, type Node, type Stmt, type WasmFunction } from './code.ts'
import { instructions, type Type } from './instructions.ts'

/** A module as bytes; `relaxed` are the places of mul and add that may become one relaxed_madd: each counted from the one before. */
export interface Encoded {
  readonly bytes: Uint8Array
  readonly relaxed: readonly number[]
}

export interface ModuleParts {
  /** Each with the objects that stand for it: at least one. */
  readonly imports: readonly { readonly name: string; readonly items: readonly Import[] }[]
  readonly functions: readonly WasmFunction[]
  readonly exports: readonly (readonly [name: string, item: WasmFunction])[]
}

const valueType: Readonly<Record<Type, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }
const emptyBlock = 0x40

/**
 * The module. For base64 (`asText`) bodies, and what follows a load or store in them, begin at multiples of three bytes: code that
 * repeats is then text that repeats, which compresses. LEB128 numbers before them are longer than they need be.
 */
export function encode(parts: ModuleParts, asText = false): Encoded {
  const types = new Signatures()
  const importTypes = parts.imports.map(({ items: [item] }) => types.of(item.params, item.result))
  const functionTypes = parts.functions.map((f) =>
    types.of(
      f.params.map((p) => p.type),
      f.result,
    ),
  )
  const index = new Map<WasmFunction | Import, number>()
  parts.imports.forEach(({ items }, i) => {
    for (const item of items) index.set(item, i)
  })
  parts.functions.forEach((f, i) => {
    index.set(f, parts.imports.length + i)
  })
  const bodies = parts.functions.map((f) => new Body(f, index, asText).encode())
  const out = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  section(out, 1, vector(types.entries))
  const memory = [...name(''), ...name('m'), 2, 0, 1]
  section(out, 2, vector([memory, ...parts.imports.map(({ name: n }, i) => [...name(''), ...name(n), 0, ...unsigned(importTypes[i])])]))
  section(out, 3, vector(functionTypes.map(unsigned)))
  section(out, 7, vector(parts.exports.map(([n, f]) => [...name(n), 0, ...unsigned(index.get(f)!)])))
  const relaxed: number[] = []
  codeSection(out, bodies, relaxed, asText)
  return { bytes: Uint8Array.from(out), relaxed: relaxed.map((at, i) => at - (relaxed[i - 1] ?? 0)) }
}

/** The section of bodies, with the places of fusible pairs in the whole module. */
function codeSection(out: number[], bodies: readonly EncodedBody[], relaxed: number[], asText: boolean): void {
  const content: number[] = unsigned(bodies.length)
  const places: number[] = []
  for (const b of bodies) {
    content.push(...unsigned(b.bytes.length))
    if (asText) lengthen(content, 0)
    for (const at of b.relaxed) places.push(content.length + at)
    for (const byte of b.bytes) content.push(byte)
  }
  out.push(10, ...unsigned(content.length))
  if (asText) lengthen(out, 0)
  for (const at of places) relaxed.push(out.length + at)
  for (const byte of content) out.push(byte)
}

/** Lengthens the LEB128 number that ends `out` until what follows, after `more` bytes, begins at a multiple of three. */
function lengthen(out: number[], more: number): void {
  while ((out.length + more) % 3 !== 0) {
    out[out.length - 1] |= 0x80
    out.push(0)
  }
}

interface EncodedBody {
  readonly bytes: readonly number[]
  readonly relaxed: readonly number[]
}

class Signatures {
  readonly entries: number[][] = []
  private readonly known = new Map<string, number>()

  of(params: readonly Type[], result: Type | null): number {
    const entry = [0x60, ...unsigned(params.length), ...params.map((t) => valueType[t]), ...(result ? [1, valueType[result]] : [0])]
    const key = entry.join()
    let found = this.known.get(key)
    if (found === undefined) {
      found = this.entries.length
      this.known.set(key, found)
      this.entries.push(entry)
    }
    return found
  }
}

class Body {
  private readonly f: WasmFunction
  private readonly index: ReadonlyMap<WasmFunction | Import, number>
  private readonly asText: boolean
  private readonly locals = new Map<Local, number>()
  private readonly out: number[] = []
  private readonly relaxed: number[] = []
  private readonly reads = new Map<Local, number>()
  /** The last instruction, where it was a local.set: its local, and where it begins and ends. */
  private justSet: { readonly local: Local; readonly at: number; end: number } | null = null

  constructor(f: WasmFunction, index: ReadonlyMap<WasmFunction | Import, number>, asText: boolean) {
    this.f = f
    this.index = index
    this.asText = asText
  }

  encode(): EncodedBody {
    forEachNode(this.f.body, (n) => {
      if (n.kind === 'get') this.reads.set(n.local, (this.reads.get(n.local) ?? 0) + 1)
    })
    this.declareLocals()
    this.statements(this.f.body)
    this.out.push(0x0b)
    return { bytes: this.out, relaxed: this.relaxed }
  }

  /** Locals are numbered by type, as the format groups them. */
  private declareLocals(): void {
    for (const p of this.f.params) this.locals.set(p, this.locals.size)
    const groups = Map.groupBy(this.f.locals, (l) => l.type)
    this.out.push(...unsigned(groups.size))
    for (const [type, group] of groups) {
      this.out.push(...unsigned(group.length), valueType[type])
      for (const l of group) this.locals.set(l, this.locals.size)
    }
  }

  private statements(body: readonly Stmt[]): void {
    for (const s of body) this.statement(s)
  }

  private statement(s: Stmt): void {
    const { out } = this
    switch (s.kind) {
      case 'set':
        this.node(s.value)
        this.justSet = { local: s.local, at: out.length, end: 0 }
        out.push(0x21, ...unsigned(this.number(s.local)))
        this.justSet.end = out.length
        return
      case 'do':
        this.node(s.node)
        if (s.node.type) out.push(0x1a)
        return
      case 'loop':
        out.push(0x03, emptyBlock)
        this.statements(s.body)
        this.node(s.again)
        out.push(0x0d, 0, 0x0b)
        return
      case 'if':
        this.node(s.test)
        out.push(0x04, emptyBlock)
        this.statements(s.body)
        if (s.otherwise.length > 0) out.push(0x05)
        this.statements(s.otherwise)
        out.push(0x0b)
        return
      case 'return':
        if (s.value) this.node(s.value)
        out.push(0x0f)
    }
  }

  private number(local: Local): number {
    const n = this.locals.get(local)
    if (n === undefined) throw new Error(`${this.f.name}: local ${local.name} is not declared`)
    return n
  }

  private node(n: Node): void {
    const { out } = this
    switch (n.kind) {
      case 'const':
        return this.constant(n)
      case 'get':
        return this.get(n.local)
      case 'select':
        this.node(n.whenTrue)
        this.node(n.whenFalse)
        this.node(n.test)
        if (n.type === 'v128') out.push(0x1c, 1, valueType.v128)
        else out.push(0x1b)
        return
      case 'call': {
        for (const a of n.args) this.node(a)
        const target = this.index.get(n.target)
        if (target === undefined) throw new Error(`${this.f.name}: calls what the module does not have`)
        out.push(0x10, ...unsigned(target))
        return
      }
      case 'ins':
        this.instruction(n)
    }
  }

  /** What has just been set stays on the stack: local.tee, or nothing at all where this is its only use. */
  private get(local: Local): void {
    const { out, justSet } = this
    this.justSet = null
    if (justSet?.local !== local || justSet.end !== out.length) return void out.push(0x20, ...unsigned(this.number(local)))
    if (this.reads.get(local) === 1) out.length = justSet.at
    else out[justSet.at] = 0x22
  }

  private instruction(n: Node & { kind: 'ins' }): void {
    const { out } = this
    const { opcode, immediate, align } = instructions.get(n.op)!
    if (n.relaxed) return this.fusible(n, opcode)
    for (const a of n.args) this.node(a)
    for (const byte of opcode) out.push(byte)
    if (immediate === 'memory' || immediate === 'memory+lane') {
      out.push(align, ...unsigned(n.offset))
      if (this.asText) lengthen(out, n.lanes.length)
    }
    for (const l of n.lanes) out.push(l)
  }

  /** a b mul c add: the places of mul and add are noted. */
  private fusible(n: Node & { kind: 'ins' }, add: readonly number[]): void {
    const [product, c] = n.args as [Node & { kind: 'ins' }, Node]
    for (const a of product.args) this.node(a)
    this.relaxed.push(this.out.length)
    this.out.push(...instructions.get(product.op)!.opcode)
    this.node(c)
    this.relaxed.push(this.out.length)
    this.out.push(...add)
  }

  private constant(n: Node & { kind: 'const' }): void {
    const { out } = this
    switch (n.type) {
      case 'i32':
        out.push(0x41, ...signed(BigInt(n.value | 0)))
        return
      case 'i64':
        out.push(0x42, ...signed(BigInt.asIntN(64, n.value)))
        return
      case 'f32':
        out.push(0x43, ...new Uint8Array(Float32Array.of(n.value).buffer))
        return
      case 'f64':
        out.push(0x44, ...new Uint8Array(Float64Array.of(n.value).buffer))
        return
      case 'v128':
        out.push(0xfd, 12, ...n.bytes)
    }
  }
}

/** LEB128. */
export function unsigned(n: number): number[] {
  const bytes: number[] = []
  let rest = n
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 0x80 : low)
  } while (rest > 0)
  return bytes
}

function signed(n: bigint): number[] {
  const bytes: number[] = []
  let rest = n
  for (;;) {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)
    bytes.push(done ? low : low | 0x80)
    if (done) return bytes
  }
}

const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()]

function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text)
  return [...unsigned(bytes.length), ...bytes]
}

function section(out: number[], id: number, content: readonly number[]): void {
  out.push(id, ...unsigned(content.length))
  for (const byte of content) out.push(byte)
}
