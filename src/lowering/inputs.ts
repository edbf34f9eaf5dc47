// lowering: how inputs are taken: the check of each, and what the text that makes a function does once for those with defaults.
import type { Parameter, TracedFunction } from '../graph/tracedFunction.ts'
import { call, type Expr, name, type Stmt } from './ir.ts'
import type { Names } from './names.ts'

/** The containers of kept inputs by parameter, null for others, and the statements that make them and say where defaults are. */
export function keptInputs(fn: TracedFunction, captures: readonly string[], names: Names): { kept: (string | null)[]; setup: Stmt[] } {
  const setup: Stmt[] = []
  const kept = fn.parameters.map((p, i) => {
    if (!p.kept) return null
    const given = captures[p.default!]
    if (fn.captures[p.default!].kind === 'shared') return given
    const holder = names.fresh(`${p.name}_state`)
    setup.push({ kind: 'const', name: holder, value: call('$t.kept', checkedInput(p, call(given), i), name(`self.inputs[${i}]`), name('self')) })
    return holder
  })
  const entries = fn.parameters.flatMap((p, i) => (p.default === null ? [] : [[p.name, name(kept[i] ?? captures[p.default])] as const]))
  if (entries.length > 0) setup.push({ kind: 'put', name: 'self', path: 'defaults', value: { kind: 'record', entries } })
  return { kept, setup }
}

/** The runtime's check of an argument, by how the parameter takes it. */
export function checkedInput({ dtype, shape, strict, allowDowncast }: Parameter, value: Expr, index: number): Expr {
  const kind = shape.length > 0 ? 'array' : dtype === 'bool' ? 'boolean' : 'number'
  const loses = allowDowncast === false && dtype === 'float32'
  const check = {
    array: strict ? 'strictArray' : allowDowncast ? 'downcastArray' : loses ? 'exactArray' : 'array',
    number: strict || loses ? 'exactNumber' : allowDowncast ? 'downcastNumber' : 'number',
    boolean: strict ? 'strictBoolean' : allowDowncast ? 'downcastBoolean' : 'boolean',
  }[kind]
  return call(`$t.${check}`, value, name(`self.inputs[${index}]`), name('self'))
}
