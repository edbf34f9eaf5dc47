// analysis: what the options say of a function's inputs (Theano's In), checked and joined to its parameters.
import type ts from 'typescript'
import type { Parameter } from '../graph/tracedFunction.ts'
import { fail } from './host.ts'
import { type FnOptions, type GivenInput, optionNode } from './options.ts'
import type { Parameters } from './parameters.ts'
import type { Tracing } from './tracing.ts'
import type { Update } from './updates.ts'
import { SharedRef } from './values.ts'

export interface Inputs {
  readonly parameters: readonly Parameter[]
  /** What inputs that are kept between calls are set to, with the containers in which they are. */
  readonly updates: readonly Update[]
}

/**
 * Throws GraphError TH3040 (no such parameter), TH3041 (implicit without default), TH3042 (mutable, not borrowed), TH3043 (update without default),
 * TH2031 in a function without types.
 */
export function readInputs(t: Tracing, { specs, leaves }: Parameters, options: FnOptions, name: string, node: ts.Node): Inputs {
  const place = (...path: string[]): ts.Node => optionNode(t.host, node, ...path)
  for (const key of options.inputs.keys()) {
    if (specs.some((p) => p.name === key)) continue
    const known = specs.map((p) => `\`${p.name}\``).join(', ')
    fail('TH3040', { name: key, function: name, parameters: known && `; it has ${known}` }, place('inputs', key))
  }
  if (options.allowInputDowncast !== null) t.needsTypes('the option `allowInputDowncast`', place('allowInputDowncast'))
  const updates: Update[] = []
  const parameters = specs.map((p, i): Parameter => {
    const given = options.inputs.get(p.name) ?? {}
    check(t, p, given, (key) => place('inputs', p.name, key))
    const [at, value] = [place('inputs', p.name, 'update'), given.update]
    if (value !== undefined) updates.push({ target: new SharedRef(leaves[i], p.name), value, keyNode: at, valueNode: at, scope: null })
    return withOptions(p, given, options.allowInputDowncast)
  })
  return { parameters, updates }
}

function withOptions(p: Parameter, given: GivenInput, allowInputDowncast: boolean | null): Parameter {
  const kept = p.kept || given.update !== undefined
  // The array of a container is never the caller's to lose.
  const mutable = !kept && (given.mutable ?? p.mutable)
  return {
    ...p,
    strict: given.strict ?? p.strict,
    allowDowncast: given.allowDowncast ?? allowInputDowncast,
    mutable,
    borrow: given.borrow ?? mutable,
    implicit: given.implicit ?? p.implicit,
    kept,
  }
}

function check(t: Tracing, p: Parameter, given: GivenInput, place: (key: string) => ts.Node): void {
  for (const key of Object.keys(given)) t.needsTypes(`the option \`inputs.${p.name}.${key}\``, place(key))
  if (given.implicit && p.default === null) fail('TH3041', { name: p.name }, place('implicit'))
  if (given.mutable && given.borrow === false) fail('TH3042', { name: p.name }, place('borrow'))
  if (given.update !== undefined && p.default === null) fail('TH3043', { name: p.name }, place('update'))
}
