// lowering: names of emitted variables: the user's words where there are any, unique within a function.

const reserved = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof ' +
    'interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield async of self NaN Infinity Math globalThis ' +
    'Float64Array Float32Array Int32Array Uint32Array Int16Array Uint16Array Int8Array Uint8Array Array Object Number Boolean'
  ).split(' '),
)

export class Names {
  private readonly taken = new Map<string, number>()

  private readonly indices: string[] = []

  /** The index of loops at this depth of a nest, shared by all nests. */
  loopIndex(depth: number): string {
    this.indices[depth] ??= this.fresh('ijklmnpq'[depth] ?? `i${depth}`)
    return this.indices[depth]
  }

  /** A fresh name like `wish`: letters, digits, _ and $; numbered when taken. */
  fresh(wish: string): string {
    const clean = wish.replace(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?=\d)/, '_') || '_'
    const base = reserved.has(clean) || clean.startsWith('$t') || clean.startsWith('$m') ? `${clean}_` : clean
    let count = this.taken.get(base)
    if (count === undefined) {
      this.taken.set(base, 1)
      return base
    }
    let name: string
    do name = `${base}_${++count}`
    while (this.taken.has(name))
    this.taken.set(base, count)
    this.taken.set(name, 1)
    return name
  }
}
