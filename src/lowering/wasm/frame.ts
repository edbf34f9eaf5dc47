// lowering/wasm: what surrounds the calls of WASM functions in emitted JavaScript: the module's exports, fetched at the first call,
// and the arena, left whatever happens.
import type { Options } from '../context.ts'
import { call, forEachCall, name, type Stmt } from '../ir.ts'
import type { Names } from '../names.ts'

export const declareKernels = (kernels: string): Stmt => ({ kind: 'let', name: kernels, value: name('undefined') })
export const fetchKernels = (kernels: string): Stmt => ({ kind: 'assign', name: kernels, value: { kind: 'coalesced', name: kernels, value: call('$m') } })

/** Names for the exports of one function, different from all others of the user's file. */
export function exportNames(functionName: string, { exported = new Set() }: Options): () => string {
  const base = functionName.replace(/[^\w$]/g, '_')
  let count = 0
  return () => {
    do count++
    while (exported.has(`${base}_${count}`))
    exported.add(`${base}_${count}`)
    return `${base}_${count}`
  }
}

/** The body, with what it takes from the arena given back at its end. */
export function inArena(body: readonly Stmt[], names: Names): Stmt[] {
  let takes = false
  forEachCall(body, ({ callee }) => {
    takes ||= ['$t.take', '$t.resident', '$t.put'].includes(callee)
  })
  if (!takes) return [...body]
  const mark = names.fresh('mark')
  return [
    { kind: 'const', name: mark, value: call('$t.enter') },
    { kind: 'try', body, finally: [{ kind: 'do', value: call('$t.leave', name(mark)) }] },
  ]
}
