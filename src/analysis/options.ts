// analysis: the second argument of theano.fn.
import type ts from 'typescript'
import { toVariable } from './convert.ts'
import { fail } from './host.ts'
import { callValue } from './inline.ts'
import { iterate } from './members.ts'
import type { Tracing } from './tracing.ts'
import { Closure, describe, isStatic, Rec, SharedRef, type Value } from './values.ts'

export type OnUnused = 'raise' | 'warn' | 'ignore'

export interface FnOptions {
  readonly name: string | null
  readonly onUnusedInput: OnUnused
  readonly updates: readonly (readonly [SharedRef, Value])[]
}

/** What the only supported value of an option changes: nothing. */
const neutral: Readonly<Record<string, readonly Value[]>> = {
  linker: ['auto', 'js'],
  mode: ['FAST_RUN'],
  profile: [false],
  allowInputDowncast: [false],
  noDefaultUpdates: [false],
  rebuildStrict: [true],
}
const known = new Set(['mode', 'linker', 'inputs', 'outputs', 'givens', 'allowInputDowncast', 'noDefaultUpdates', 'acceptInplace', 'rebuildStrict', 'profile'])

/** Throws GraphError TH3010 (not supported yet), TH3011 (unknown), TH3012 (a value that is not allowed). */
export function readOptions(t: Tracing, options: Value, node: ts.Node): FnOptions {
  if (options !== undefined && !(options instanceof Rec)) fail('TH3012', { option: 'options', found: describe(options) }, node)
  const entries = options instanceof Rec ? options.entries : new Map<string, Value>()
  let result: FnOptions = { name: null, onUnusedInput: 'raise', updates: [] }
  for (const [key, v] of entries) {
    if (v === undefined) continue
    if (key === 'name') result = { ...result, name: typeof v === 'string' ? v : fail('TH3012', { option: key, found: describe(v) }, node) }
    else if (key === 'onUnusedInput') result = { ...result, onUnusedInput: unusedOption(v, node) }
    else if (key === 'updates') result = { ...result, updates: updatePairs(t, v, node) }
    else if (!known.has(key)) fail('TH3011', { option: key }, node)
    else if (!(isStatic(v) && neutral[key]?.includes(v))) fail('TH3010', { option: key }, node)
  }
  return result
}

const unusedOption = (v: Value, node: ts.Node): OnUnused =>
  v === 'raise' || v === 'warn' || v === 'ignore' ? v : fail('TH3012', { option: 'onUnusedInput', found: describe(v) }, node)

function updatePairs(t: Tracing, v: Value, node: ts.Node): [SharedRef, Value][] {
  return iterate(t, v, node).map((pair) => {
    const [target, value] = iterate(t, pair, node)
    if (!(target instanceof SharedRef)) return fail('TH3006', { found: describe(target) }, node)
    return [target, value]
  })
}

/** The `updates` option: as if assigned at the end of the arrow. All values are computed before any is assigned. */
export function applyUpdates(t: Tracing, updates: FnOptions['updates'], args: readonly Value[], node: ts.Node): void {
  const values = updates.map(([, v]) => toVariable(t, v instanceof Closure ? callValue(t, v, [...args], node) : v, node))
  updates.forEach(([target], i) => target.assign(values[i]))
}
