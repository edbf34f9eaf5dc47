// runtime: memory of the heap given back by hand. A file of its own: who does not use it has no heap in the program.
import { type Block, release } from './heap.ts'
import { NDArray } from './ndarray.ts'
import type { MaybeHeap } from './placement.ts'
import type { Shared } from './shared.ts'
import type { Handle } from './types.ts'

/**
 * Gives back the WebAssembly memory of an array, or of a shared variable's array, without waiting for the garbage collector. Using
 * it, or an array that views it, throws from then on; a shared variable takes a new value. Arrays in JavaScript's own memory are left as they are.
 */
export function free(x: NDArray | Handle<unknown, unknown>): void {
  const { root }: MaybeHeap = x instanceof NDArray ? x : (x as unknown as Shared).array
  if (root) dissolve(root)
}

/** Gives up a block that a function kept, if any. Results in it, which were borrowed, throw from then on; what users view stays theirs. */
export function vacated(block: Block | undefined): undefined {
  if (block?.lent === false) dissolve(block)
}

function dissolve(root: Block): void {
  release(root)
  root.lent = true
  Object.defineProperties(root, {
    address: {
      get() {
        throw Error('this array was freed')
      },
    },
    // Too small for whoever kept it to use it again.
    bytes: { value: -1 },
  })
}
