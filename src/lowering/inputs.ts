// lowering: inputs with defaults: what the text that makes a function does for them, once.
import type { TracedFunction } from '../graph/tracedFunction.ts'
import { call, name, type Stmt } from './ir.ts'
import { checkedInput } from './leaves.ts'
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
