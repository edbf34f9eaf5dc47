// lowering/wasm: one module out of the functions of a file: what they call is collected, JavaScript functions they import get
// short names, equal ones once.
import { forEachNode, type Import, type WasmFunction } from './code.ts'
import { type Encoded, encode, type ModuleParts } from './encode.ts'

export interface LinkedModule extends Encoded {
  /** Name in the module's imports, and the JavaScript expression of the function. */
  readonly imports: readonly (readonly [name: string, js: string])[]
}

/** The module that exports `functions` by their names, which must differ; `asText` if it becomes base64. */
export function linkModule(functions: readonly WasmFunction[], asText = false): LinkedModule {
  const parts = partsOf(functions)
  return { ...encode(parts, asText), imports: parts.imports.map(({ name, items: [item] }) => [name, item.js] as const) }
}

/** All that a module of these exports needs, in an order that does not depend on chance. */
export function partsOf(functions: readonly WasmFunction[]): ModuleParts {
  const found = new Set<WasmFunction>()
  const imports = new Map<string, Import[]>()
  const called = (target: WasmFunction | Import): void => {
    if (target.kind === 'function') return visit(target)
    const key = `${target.js} ${target.params} ${target.result}`
    const same = imports.get(key)
    if (!same) imports.set(key, [target])
    else if (!same.includes(target)) same.push(target)
  }
  const visit = (f: WasmFunction): void => {
    if (found.has(f)) return
    found.add(f)
    forEachNode(f.body, (n) => n.kind === 'call' && called(n.target))
  }
  for (const f of functions) visit(f)
  return {
    imports: [...imports.values()].map((items, i) => ({ name: nameOf(i), items })),
    functions: [...found],
    exports: functions.map((f) => [f.name, f] as const),
  }
}

/** Not `m`, which is the memory. */
const nameOf = (i: number): string => `_${i.toString(36)}`
