// transformer: the plugin's entry in tsconfig.json. Every key is known or reported; nothing is ignored.
import type { Facts } from '../src/graph/errors.ts'
import { fastRun, type Linker, type Mode, modeNames } from '../src/graph/tracedFunction.ts'
import type { Placement } from './module.ts'

/** Keys that belong to ts-patch and reach every plugin. */
const hostKeys = new Set(['transform', 'import', 'type', 'after', 'afterDeclarations', 'tsConfig', 'resolvePathAliases', 'name'])

/** Options of theano-ts with the values that this version compiles. */
const options: Readonly<Record<string, readonly string[]>> = {
  linker: ['auto', 'js', 'wasm'],
  mode: modeNames,
  wasm: ['inline', 'file'],
}

export interface ConfigProblem {
  readonly code: 'TH5003' | 'TH5004'
  readonly facts: Facts
}

/** The linker of functions that name none. */
export const defaultLinker = ({ linker }: Readonly<Record<string, unknown>>): Linker => (linker === 'js' || linker === 'wasm' ? linker : 'auto')

/** The mode of functions that name none. */
export const defaultMode = ({ mode }: Readonly<Record<string, unknown>>): Mode => ({
  ...fastRun,
  name: modeNames.find((name) => name === mode) ?? fastRun.name,
})

/** Where the modules of files go. */
export const placementOf = ({ wasm }: Readonly<Record<string, unknown>>): Placement => (wasm === 'file' ? 'file' : 'inline')

/** What is wrong with the plugin's options: unknown keys (TH5003) and values that cannot be honoured (TH5004). */
export function configProblems(config: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  for (const [key, value] of Object.entries(config)) {
    if (hostKeys.has(key)) continue
    const allowed = Object.hasOwn(options, key) ? options[key] : null
    if (allowed === null) {
      problems.push({ code: 'TH5003', facts: { key, known: Object.keys(options).join(', ') } })
    } else if (!allowed.some((a) => a === value)) {
      problems.push({ code: 'TH5004', facts: { key, value: JSON.stringify(value), allowed: allowed.map((a) => `'${a}'`).join(', ') } })
    }
  }
  return problems
}
