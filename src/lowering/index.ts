// lowering: graph in, JavaScript out.
import type { Length, OutputTree, Parameter, TracedFunction, ValueSpec } from '../graph/tracedFunction.ts'
import type { Options } from './context.ts'
import { print, printStatements, propertyName } from './emitJs.ts'
import { type LoweredFunction, lowerFunction } from './function.ts'
import { lowerUfunc } from './ufunc.ts'
import { chooseLinker } from './wasm/choose.ts'
import type { WasmFunction } from './wasm/code.ts'

export type { Options, SourceLine } from './context.ts'
export type { LoweredFunction } from './function.ts'
export { guardNaN } from './guards.ts'

/** Two JavaScript expressions, the arguments of `$t.link` before the captures, and what the second calls. */
export interface Kernel {
  readonly signature: string
  readonly make: string
  /** Exports of the module of the user's file, which `make` reaches as `$m()`. Empty: it does not. */
  readonly functions: readonly WasmFunction[]
}

/** The function with its linker decided. */
export const withLinker = (fn: TracedFunction): TracedFunction => (fn.linker === 'auto' ? { ...fn, linker: chooseLinker(fn) } : fn)

/** The loops and memory of a function whose graph is fully rewritten. */
export const lower = (fn: TracedFunction, options: Options): LoweredFunction => (fn.ufunc ? lowerUfunc : lowerFunction)(fn, options)

/** The function as text. `name` need not be an identifier. */
export function emit(fn: TracedFunction, lowered: LoweredFunction): Kernel {
  const parameters = lowered.parameters.map((p) => (p.default ? `${p.name} = ${print(p.default).text}` : p.name))
  const setup = printStatements(lowered.setup, '  ')
  const body = printStatements(lowered.body, '    ')
  const make = `(${['self', ...lowered.captures].join(', ')}) => {\n${setup}  return function (${parameters.join(', ')}) {\n${body}  }\n}`
  return { signature: printSignature(fn), make, functions: lowered.wasm }
}

function printSignature(fn: TracedFunction): string {
  const captures = fn.captures.map((c) => `{ ${specFields(c)}, kind: '${c.kind}' }`)
  return `{ name: ${JSON.stringify(fn.name)}, inputs: [${fn.parameters.map((p) => `{ ${[specFields(p), ...inputFlags(p)].join(', ')} }`).join(', ')}], outputs: ${printOutputs(fn, fn.outputs)}, captures: [${captures.join(', ')}] }`
}

const specFields = ({ name, dtype, shape }: ValueSpec): string =>
  `name: ${JSON.stringify(name)}, dtype: '${dtype}', shape: [${shape.map(lengthText).join(', ')}]`
/** What of an input is not as usual. */
const inputFlags = ({ strict, allowDowncast, implicit }: Parameter): string[] => [
  ...(strict ? ['strict: true'] : []),
  ...(allowDowncast === null ? [] : [`allowDowncast: ${allowDowncast}`]),
  ...(implicit ? ['implicit: true'] : []),
]
const lengthText = (length: Length): string => JSON.stringify(length)

/** Outputs are called by their key in an object, else by their variable. */
function printOutputs(fn: TracedFunction, tree: OutputTree, key: string | null = null): string {
  switch (tree.kind) {
    case 'nothing':
      return 'null'
    case 'value': {
      const v = fn.graph.outputs[tree.index]
      return `{ ${specFields({ name: key ?? v.name ?? fn.name, dtype: v.dtype, shape: v.shape.map((d) => (typeof d === 'number' ? d : null)) })} }`
    }
    case 'list':
      return `[${tree.items.map((t) => printOutputs(fn, t)).join(', ')}]`
    case 'record':
      return `{ ${tree.entries.map(([key, t]) => `${propertyName(key)}: ${printOutputs(fn, t, key)}`).join(', ')} }`
  }
}

/** The loops as text, for goldens and `inspect`. */
export const printLoops = (lowered: LoweredFunction): string => `${printStatements(lowered.setup, '')}${printStatements(lowered.body, '')}`
