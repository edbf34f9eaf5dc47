// runtime/members: f.inputs and f.outputs: names, dtypes and ranks.
import type { Spec } from '../convert.ts'
import type { Described } from '../functionTypes.ts'
import type { Outputs } from '../link.ts'
import { member } from '../methods.ts'

/** The values of a tree in order. */
const describe = (tree: Outputs): Described[] =>
  tree === null
    ? []
    : typeof (tree as Spec).dtype === 'string'
      ? [{ name: (tree as Spec).name, dtype: (tree as Spec).dtype, rank: (tree as Spec).shape.length }]
      : Object.values(tree).flatMap(describe)

member('inputs', (f) => describe(f.self.inputs))
member('outputs', (f) => describe(f.self.outputs))
