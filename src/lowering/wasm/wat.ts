// lowering/wasm: functions as readable text: WebAssembly text format, operators folded into expressions, locals by the user's names.
import type { Local, Node, Stmt, WasmFunction } from './code.ts'
import { partsOf } from './module.ts'

/** A whole module of these exports, as wat2wasm takes it. */
export function printWat(functions: readonly WasmFunction[]): string {
  const { imports, functions: all, exports } = partsOf(functions)
  const names = new Map<object, string>()
  const taken = new Set<string>()
  for (const { name, items } of imports) {
    const text = unique(`js${name}`, taken)
    for (const item of items) names.set(item, text)
  }
  for (const f of all) names.set(f, unique(f.name, taken))
  const importLines = imports.map(
    ({ name, items: [item] }) =>
      `  (import "" "${name}" (func $${names.get(item)}${typesText('param', item.params)}${item.result ? ` (result ${item.result})` : ''})) ;; ${item.js}`,
  )
  const exportLines = exports.map(([name, f]) => `  (export "${name}" (func $${names.get(f)}))`)
  return `(module\n  (import "" "m" (memory 1))\n${[...importLines, ...all.map((f) => new Printer(f, names).print()), ...exportLines].join('\n')}\n)\n`
}

const typesText = (word: string, types: readonly string[]): string => (types.length > 0 ? ` (${word} ${types.join(' ')})` : '')

function unique(wish: string, taken: Set<string>): string {
  const clean = wish.replace(/[^\w.$-]/g, '_') || '_'
  let name = clean
  for (let i = 2; taken.has(name); i++) name = `${clean}.${i}`
  taken.add(name)
  return name
}

class Printer {
  private readonly f: WasmFunction
  private readonly functions: ReadonlyMap<object, string>
  private readonly names = new Map<Local, string>()
  private readonly labels = new Set<string>()

  constructor(f: WasmFunction, functions: ReadonlyMap<object, string>) {
    this.f = f
    this.functions = functions
    const taken = new Set<string>()
    for (const l of [...f.params, ...f.locals]) this.names.set(l, unique(l.name, taken))
  }

  print(): string {
    const { params, locals, result } = this.f
    const one = (word: string) => (l: Local) => `(${word} $${this.names.get(l)} ${l.type})`
    const head = [`(func $${this.functions.get(this.f)}`, ...params.map(one('param')), ...(result ? [`(result ${result})`] : [])].join(' ')
    const declared = locals.length > 0 ? [`    ${locals.map(one('local')).join(' ')}`] : []
    return [`  ${head}`, ...declared, ...this.statements(this.f.body, '    ')].join('\n').concat(')')
  }

  private statements(body: readonly Stmt[], indent: string): string[] {
    return body.flatMap((s) => this.statement(s, indent))
  }

  private statement(s: Stmt, indent: string): string[] {
    switch (s.kind) {
      case 'set':
        return [`${indent}(local.set $${this.names.get(s.local)} ${this.node(s.value)})`]
      case 'do':
        return [`${indent}${s.node.type ? `(drop ${this.node(s.node)})` : this.node(s.node)}`]
      case 'loop': {
        const label = unique(s.name, this.labels)
        return [`${indent}(loop $${label}`, ...this.statements(s.body, `${indent}  `), `${indent}  (br_if $${label} ${this.node(s.again)}))`]
      }
      case 'if': {
        const otherwise = s.otherwise.length > 0 ? [`${indent}  (else`, ...this.statements(s.otherwise, `${indent}    `), `${indent}  )`] : []
        return [
          `${indent}(if ${this.node(s.test)}`,
          `${indent}  (then`,
          ...this.statements(s.body, `${indent}    `),
          `${indent}  )`,
          ...otherwise,
          `${indent})`,
        ]
      }
      case 'return':
        return [`${indent}(return${s.value ? ` ${this.node(s.value)}` : ''})`]
    }
  }

  private node(n: Node): string {
    switch (n.kind) {
      case 'const':
        return constantText(n)
      case 'get':
        return `(local.get $${this.names.get(n.local)})`
      case 'select':
        return `(select${n.type === 'v128' ? ' (result v128)' : ''} ${this.node(n.whenTrue)} ${this.node(n.whenFalse)} ${this.node(n.test)})`
      case 'call':
        return `(${[`call $${this.functions.get(n.target)}`, ...n.args.map((a) => this.node(a))].join(' ')})`
      case 'ins':
        return `(${[n.op, ...(n.offset ? [`offset=${n.offset}`] : []), ...n.lanes, ...n.args.map((a) => this.node(a))].join(' ')})`
    }
  }
}

function constantText(n: Node & { kind: 'const' }): string {
  if (n.type === 'v128') return v128Text(n.bytes)
  return `(${n.type}.const ${n.type === 'i32' || n.type === 'i64' ? n.value : floatText(n.value as number)})`
}

function floatText(x: number): string {
  if (Number.isNaN(x)) return 'nan'
  if (!Number.isFinite(x)) return x < 0 ? '-inf' : 'inf'
  return Object.is(x, -0) ? '-0' : String(x)
}

const v128Text = (bytes: Uint8Array): string =>
  `(v128.const i32x4 ${[...new Int32Array(bytes.slice().buffer)].map((i) => `0x${(i >>> 0).toString(16)}`).join(' ')})`
