// analysis: the second argument of theano.fn. Every option is read here, into values of its own type; what they mean is elsewhere.
import type ts from 'typescript'
import { fastRun, type InputOptions, type Linker, type Mode, modeNames } from '../graph/tracedFunction.ts'
import { fail, type Host, spanOf, writtenProperty } from './host.ts'
import { iterate } from './members.ts'
import { type Pair, readPairs } from './pairs.ts'
import { itemsOf } from './paths.ts'
import type { Tracing } from './tracing.ts'
import { readUpdates, type Update } from './updates.ts'
import { describe, Path, Rec, SharedRef, type Value } from './values.ts'

type OnUnused = 'raise' | 'warn' | 'ignore'

/** What `inputs: { x: … }` says of one parameter; what is missing was not said. */
export interface GivenInput extends Partial<InputOptions> {
  /** A function of the arrow's parameters: the value that the parameter keeps for the next call. */
  readonly update?: Value
}

export interface FnOptions {
  readonly name: string | null
  readonly onUnusedInput: OnUnused
  readonly updates: readonly Update[]
  /** Null: the project's default. */
  readonly linker: Linker | null
  /** Null: the project's default. */
  readonly mode: Mode | null
  readonly inputs: ReadonlyMap<string, GivenInput>
  /** Of inputs that do not say. */
  readonly allowInputDowncast: boolean | null
  /** Results may be the function's own memory. */
  readonly borrow: boolean
  readonly givens: readonly Pair[]
  readonly rebuildStrict: boolean
  /** True: none of the default updates is made; a list: all but these. */
  readonly noDefaultUpdates: boolean | readonly Value[]
  readonly profile: boolean
}

const nothingSaid: FnOptions = {
  name: null,
  onUnusedInput: 'raise',
  updates: [],
  linker: null,
  mode: null,
  inputs: new Map(),
  allowInputDowncast: null,
  borrow: false,
  givens: [],
  rebuildStrict: true,
  noDefaultUpdates: false,
  profile: false,
}

type Reader = (t: Tracing, v: Value, node: ts.Node, before: FnOptions) => Partial<FnOptions>

const readers: Readonly<Record<string, Reader>> = {
  name: (_, v, node) => ({ name: typeof v === 'string' ? v : wrong('name', v, 'text', node) }),
  onUnusedInput: (_, v, node) => ({ onUnusedInput: oneOf('onUnusedInput', v, ['raise', 'warn', 'ignore'], node) }),
  updates: (t, v, node) => ({ updates: readUpdates(t, v, node) }),
  linker: (_, v, node, { linker }) => ({ linker: agreed(linker, linkerOf('linker', v, node), node) }),
  mode: (t, v, node, { linker }) => readMode(t, v, linker, node),
  inputs: (t, v, node) => ({ inputs: new Map(entriesOf('inputs', v, node).map(([name, given]) => [name, readInput(t, name, given, node)])) }),
  outputs: (_, v, node) => ({ borrow: borrows(v, node) }),
  givens: (t, v, node) => ({ givens: readPairs(t, 'givens', v, node) }),
  allowInputDowncast: (_, v, node) => ({ allowInputDowncast: bool('allowInputDowncast', v, node) }),
  rebuildStrict: (_, v, node) => ({ rebuildStrict: bool('rebuildStrict', v, node) }),
  noDefaultUpdates: (t, v, node) => ({ noDefaultUpdates: readExcluded(t, v, node) }),
  acceptInplace: (_, v, node) => acceptInplace(v, node),
  profile: (_, v, node) => ({ profile: bool('profile', v, node) }),
}

/** Throws GraphError TH3011 (unknown), TH3012 (a value that is not allowed), TH3013 (two linkers), at the option where it is written in `node`. */
export function readOptions(t: Tracing, options: Value, node: ts.Node): FnOptions {
  let result = nothingSaid
  for (const [key, v] of entriesOf('options', options, node)) {
    const place = optionNode(t.host, node, key)
    if (!Object.hasOwn(readers, key)) fail('TH3011', { option: key }, place)
    result = { ...result, ...readers[key](t, v, place, result) }
  }
  return result
}

/** What an object of options says; undefined says nothing. */
function entriesOf(option: string, v: Value, node: ts.Node): [key: string, value: Value][] {
  if (v === undefined) return []
  return v instanceof Rec ? [...v.entries].filter(([, value]) => value !== undefined) : wrong(option, v, 'an object', node)
}

function wrong(option: string, v: Value, expected: string, node: ts.Node): never {
  const found = v instanceof Path ? `${describe(v)}, which is not known while building` : describe(v)
  return fail('TH3012', { option, found, expected }, node)
}

const bool = (option: string, v: Value, node: ts.Node): boolean => (typeof v === 'boolean' ? v : wrong(option, v, 'true or false', node))

function oneOf<const T extends string>(option: string, v: Value, allowed: readonly T[], node: ts.Node): T {
  return allowed.find((a) => a === v) ?? wrong(option, v, allowed.map((a) => `'${a}'`).join(', '), node)
}

/** The language has no operations that work in place, so there are none to accept. */
function acceptInplace(v: Value, node: ts.Node): Partial<FnOptions> {
  bool('acceptInplace', v, node)
  return {}
}

const linkerOf = (option: string, v: Value, node: ts.Node): Linker => oneOf(option, v, ['auto', 'js', 'wasm'], node)

function agreed(linker: Linker | null, other: Linker | null, node: ts.Node): Linker | null {
  if (linker !== null && other !== null && linker !== other) fail('TH3013', { linker, other }, node)
  return linker ?? other
}

/** `mode` is a name, or an object of name (the project's where missing), linker and the rewrites to include and exclude. */
function readMode(t: Tracing, v: Value, linker: Linker | null, node: ts.Node): Partial<FnOptions> {
  const base: Mode = { ...(t.host.mode ?? fastRun), span: spanOf(node) }
  if (typeof v === 'string') return { mode: { ...base, name: oneOf('mode', v, modeNames, node) } }
  let [mode, chosen]: [Mode | null, Linker | null] = [null, linker]
  for (const [key, value] of entriesOf('mode', v, node)) {
    if (key === 'linker') chosen = agreed(linker, linkerOf('mode.linker', value, node), node)
    else if (key === 'name') mode = { ...(mode ?? base), name: oneOf('mode.name', value, modeNames, node) }
    else if (key === 'include' || key === 'exclude') mode = { ...(mode ?? base), [key]: texts(t, `mode.${key}`, value, node) }
    else fail('TH3011', { option: `mode.${key}` }, node)
  }
  return { mode, linker: chosen }
}

/** Where the option at `path` is written, as far as it is. */
export function optionNode(host: Host, options: ts.Node, ...path: readonly string[]): ts.Node {
  let node = options
  for (const key of path) {
    const property = writtenProperty(host, host.ts.isPropertyAssignment(node) ? node.initializer : node, key)
    if (!property) break
    node = property
  }
  return node
}

const texts = (t: Tracing, option: string, v: Value, node: ts.Node): string[] =>
  iterate(t, v, node).map((x) => (typeof x === 'string' ? x : wrong(option, x, 'names of rewrites', node)))

const inputFlags = ['strict', 'allowDowncast', 'mutable', 'borrow', 'implicit']

function readInput({ host }: Tracing, name: string, v: Value, inputs: ts.Node): GivenInput {
  let given: GivenInput = {}
  for (const [key, value] of entriesOf(`inputs.${name}`, v, optionNode(host, inputs, name))) {
    const [option, node] = [`inputs.${name}.${key}`, optionNode(host, inputs, name, key)]
    if (inputFlags.includes(key)) given = { ...given, [key]: bool(option, value, node) }
    else if (key === 'update') given = { ...given, update: value }
    else fail('TH3011', { option }, node)
  }
  return given
}

function borrows(outputs: Value, node: ts.Node): boolean {
  let borrow = false
  for (const [key, v] of entriesOf('outputs', outputs, node)) {
    if (key !== 'borrow') fail('TH3011', { option: `outputs.${key}` }, node)
    borrow = bool('outputs.borrow', v, node)
  }
  return borrow
}

/** True, false, or a list of containers and random streams. */
function readExcluded(t: Tracing, v: Value, node: ts.Node): FnOptions['noDefaultUpdates'] {
  if (typeof v === 'boolean') return v
  const items = itemsOf(t, v, node)
  const wrongItem = items ? items.find((x) => !(x instanceof SharedRef || x instanceof Path)) : v
  return items && wrongItem === undefined ? items : wrong('noDefaultUpdates', wrongItem, 'true, false or a list of shared variables', node)
}
