// lowering: prints loop IR as JavaScript.
import { dtypes } from '../graph/dtype.ts'
import { type Code, primary, within } from '../graph/op.ts'
import { type Expr, isUndefined, type Stmt } from './ir.ts'

/** Operands these ops only test for truth, so booleans may stay booleans. */
const tests: Readonly<Record<string, readonly number[]>> = { where: [0], and: [0, 1], or: [0, 1], not: [0], truthy: [0] }

/** Does the printed text evaluate to a boolean (or may it)? Loads of bool arrays are numbers. */
export function isBoolean(e: Expr): boolean {
  if (e.kind === 'name') return e.bool
  return e.kind === 'op' && e.type.dtype === 'bool'
}

const comparisons = new Set(['lt', 'le', 'gt', 'ge', 'eq', 'neq', 'isnan', 'isinf', 'not', 'truthy'])

/** Is the printed text surely a boolean, whatever its operands are printed as? */
const isComparison = (e: Expr): boolean =>
  e.kind === 'op' && (comparisons.has(e.op.name) || ((e.op.name === 'and' || e.op.name === 'or') && e.args.every(isComparison)))

const literal = (value: number): Code => {
  const text = Object.is(value, -0) ? '-0' : String(value)
  return { text, level: text.startsWith('-') ? 15 : 20 }
}

const asNumber = (e: Expr): Code => (isBoolean(e) ? { text: `${within(print(e), 4)} ? 1 : 0`, level: 3 } : print(e))

/** An expression as JavaScript. */
export function print(e: Expr): Code {
  switch (e.kind) {
    case 'number':
      return literal(e.value)
    case 'string':
      return primary(JSON.stringify(e.value))
    case 'name':
      return primary(e.name)
    case 'member':
      return primary(`${e.name}.${e.path}`)
    case 'load':
      return primary(`${e.array}[${print(e.index).text}]`)
    case 'op':
      return printOp(e)
    case 'call':
      return primary(`${e.callee}(${e.args.map((a) => print(a).text).join(', ')})`)
    case 'method':
      return primary(`${e.array}.${e.method}(${e.args.map((a) => print(a).text).join(', ')})`)
    case 'list':
      return primary(`[${e.items.map((a) => print(a).text).join(', ')}]`)
    case 'record':
      return primary(`{ ${e.entries.map(([key, a]) => `${propertyName(key)}: ${print(a).text}`).join(', ')} }`)
    case 'select':
      return { text: `${within(print(e.test), 4)} ? ${within(print(e.whenTrue), 3)} : ${within(print(e.whenFalse), 3)}`, level: 3 }
    case 'address':
    case 'kernel':
      throw new Error(`${e.kind} in JavaScript`)
    case 'coalesced':
      return { text: `${e.name} ?? ${within(print(e.value), 5)}`, level: 4 }
    case 'assigned':
      return { text: `${e.name} = ${print(e.value).text}`, level: 2 }
  }
}

/** `__proto__: v` in a literal would set the prototype. */
export const propertyName = (key: string): string =>
  key === '__proto__' ? '["__proto__"]' : /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key)

function printOp(e: Expr & { kind: 'op' }): Code {
  if (e.op.name === 'truthy' && isComparison(e.args[0])) return print(e.args[0])
  const operands = e.args.map((a, i) => (tests[e.op.name]?.includes(i) || (e.op.name === 'where' && e.type.dtype === 'bool') ? print(a) : asNumber(a)))
  return e.op.emit.js(operands, e.type)
}

/** Statements as lines, indented by two spaces a level. */
export function printStatements(body: readonly Stmt[], indent: string): string {
  return body.map((s) => printStatement(s, indent)).join('')
}

function printStatement(s: Stmt, indent: string): string {
  const inner = (body: readonly Stmt[]): string => printStatements(body, `${indent}  `)
  switch (s.kind) {
    case 'const':
    case 'let':
      return s.kind === 'let' && isUndefined(s.value) ? `${indent}let ${s.name}\n` : `${indent}${s.kind} ${s.name} = ${print(s.value).text}\n`
    case 'assign':
      return `${indent}${printAssignment(s.name, s.value)}\n`
    case 'put':
      return `${indent}${s.name}.${s.path} = ${print(s.value).text}\n`
    case 'store':
      return `${indent}${printStore(s)}\n`
    case 'for':
      return `${indent}for (let ${s.index} = ${print(s.from).text}; ${s.index} < ${within(print(s.to), 11)}; ${s.step === 1 ? `${s.index}++` : `${s.index} += ${s.step}`}) {\n${inner(s.body)}${indent}}\n`
    case 'if':
      return `${indent}if (${print(s.test).text}) {\n${inner(s.body)}${indent}}\n`
    case 'do':
      return `${indent}${print(s.value).text}\n`
    case 'return':
      return s.value ? `${indent}return ${print(s.value).text}\n` : ''
    case 'try':
      return `${indent}try {\n${inner(s.body)}${indent}} finally {\n${inner(s.finally)}${indent}}\n`
    case 'function':
      return `${indent}function ${s.name}(${s.parameters.join(', ')}) {
${inner(s.body)}${indent}}
`
  }
}

/** `a += e` where the value is `a + e`; likewise for products. */
function printAssignment(target: string, value: Expr): string {
  if (value.kind === 'op' && (value.op.name === 'add' || value.op.name === 'mul') && (value.type.weak || dtypes[value.type.dtype].kind === 'float')) {
    const [first, second] = value.args
    if (print(first).text === target) return `${target} ${value.op.name === 'add' ? '+' : '*'}= ${asNumber(second).text}`
  }
  if (value.kind === 'coalesced' && value.name === target) return `${target} ??= ${print(value.value).text}`
  return `${target} = ${print(value).text}`
}

const printStore = (s: Stmt & { kind: 'store' }): string => printAssignment(`${s.array}[${print(s.index).text}]`, s.value)
