// transformer: the plugin's entry in tsconfig.json. Every key is known or reported; nothing is ignored.
import type { Facts } from '../src/graph/errors.ts'
import type { Linker } from '../src/graph/tracedFunction.ts'

/** Keys that belong to ts-patch and reach every plugin. */
const hostKeys = new Set(['transform', 'import', 'type', 'after', 'afterDeclarations', 'tsConfig', 'resolvePathAliases', 'name'])

/** Options of theano-ts with the values that this version compiles. */
const options: Readonly<Record<string, readonly string[]>> = {
  linker: ['auto', 'js', 'wasm'],
  mode: ['FAST_RUN'],
}

export interface ConfigProblem {
  readonly code: 'TH5003' | 'TH5004'
  readonly facts: Facts
}

/** The linker of functions that name none. */
export const defaultLinker = ({ linker }: Readonly<Record<string, unknown>>): Linker => (linker === 'js' || linker === 'wasm' ? linker : 'auto')

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
