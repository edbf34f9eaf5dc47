// analysis: the second argument of theano.fn.
import type ts from 'typescript'
import type { Linker } from '../graph/tracedFunction.ts'
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
  /** Null: the project's default. */
  readonly linker: Linker | null
  /** Results may be the function's own memory. */
  readonly borrow: boolean
}

/** What the only supported value of an option changes: nothing. */
const neutral: Readonly<Record<string, readonly Value[]>> = {
  profile: [false],
  allowInputDowncast: [false],
  noDefaultUpdates: [false],
  rebuildStrict: [true],
}
const later = new Set(['inputs', 'givens', 'allowInputDowncast', 'noDefaultUpdates', 'acceptInplace', 'rebuildStrict', 'profile'])

/**
 * Throws GraphError TH3010 (not supported yet), TH3011 (unknown), TH3012 (a value that is not allowed), TH3013 (two linkers).
 */
export function readOptions(t: Tracing, options: Value, node: ts.Node): FnOptions {
  let result: FnOptions = { name: null, onUnusedInput: 'raise', updates: [], linker: null, borrow: false }
  for (const [key, v] of entriesOf('options', options, node)) {
    if (key === 'name') result = { ...result, name: typeof v === 'string' ? v : wrong(key, v, 'text', node) }
    else if (key === 'onUnusedInput') result = { ...result, onUnusedInput: oneOf(key, v, ['raise', 'warn', 'ignore'], node) }
    else if (key === 'updates') result = { ...result, updates: updatePairs(t, v, node) }
    else if (key === 'linker') result = { ...result, linker: agreed(result.linker, linkerOf(key, v, node), node) }
    else if (key === 'mode') result = { ...result, linker: agreed(result.linker, linkerOfMode(v, node), node) }
    else if (key === 'outputs') result = { ...result, borrow: borrows(v, node) }
    else if (!later.has(key)) fail('TH3011', { option: key }, node)
    else if (!(isStatic(v) && neutral[key]?.includes(v))) fail('TH3010', { option: key }, node)
  }
  return result
}

/** What an object of options says; undefined says nothing. */
function entriesOf(option: string, v: Value, node: ts.Node): [key: string, value: Value][] {
  if (v === undefined) return []
  return v instanceof Rec ? [...v.entries].filter(([, value]) => value !== undefined) : wrong(option, v, 'an object', node)
}

function wrong(option: string, v: Value, expected: string, node: ts.Node): never {
  return fail('TH3012', { option, found: describe(v), expected }, node)
}

function oneOf<const T extends string>(option: string, v: Value, allowed: readonly T[], node: ts.Node): T {
  return allowed.find((a) => a === v) ?? wrong(option, v, allowed.map((a) => `'${a}'`).join(', '), node)
}

const linkerOf = (option: string, v: Value, node: ts.Node): Linker => oneOf(option, v, ['auto', 'js', 'wasm'], node)

/** `mode` is a name, of which FAST_RUN is the one there is, or `{ linker }`. */
function linkerOfMode(mode: Value, node: ts.Node): Linker | null {
  if (mode === 'FAST_RUN') return null
  if (typeof mode === 'string' && ['FAST_COMPILE', 'DebugMode', 'NanGuardMode'].includes(mode)) return fail('TH3010', { option: `mode: '${mode}'` }, node)
  if (!(mode instanceof Rec)) return wrong('mode', mode, "'FAST_RUN' or { linker }", node)
  let linker: Linker | null = null
  for (const [key, v] of entriesOf('mode', mode, node)) {
    if (key === 'linker') linker = linkerOf('mode.linker', v, node)
    else fail(key === 'include' || key === 'exclude' ? 'TH3010' : 'TH3011', { option: `mode.${key}` }, node)
  }
  return linker
}

function agreed(linker: Linker | null, other: Linker | null, node: ts.Node): Linker | null {
  if (linker !== null && other !== null && linker !== other) fail('TH3013', { linker, other }, node)
  return linker ?? other
}

function borrows(outputs: Value, node: ts.Node): boolean {
  let borrow = false
  for (const [key, v] of entriesOf('outputs', outputs, node)) {
    if (key !== 'borrow') fail('TH3011', { option: `outputs.${key}` }, node)
    borrow = typeof v === 'boolean' ? v : wrong('outputs.borrow', v, 'true or false', node)
  }
  return borrow
}

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
