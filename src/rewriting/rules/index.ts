// rewriting/rules: the tables, by Theano's phases. Each ends by itself; what canonicalize and specialize share are identities.
import '../../graph/library.ts'
import type { Table } from '../engine.ts'
import { arithmetic } from './arithmetic.ts'
import { erfRules } from './erf.ts'
import { indexing } from './indexing.ts'
import { logic } from './logic.ts'
import { oneHot } from './oneHot.ts'
import { reduce } from './reduce.ts'
import { shape } from './shape.ts'
import { powers, signs } from './specialize.ts'
import { stabilize } from './stabilize.ts'

const canonicalize: Table = [...arithmetic, ...logic, ...shape, ...indexing, ...reduce, ...oneHot]

export const rules: Readonly<Record<'canonicalize' | 'stabilize' | 'specialize', Table>> = {
  canonicalize,
  stabilize: [...stabilize, ...erfRules],
  specialize: [...powers, ...signs, ...canonicalize],
}
