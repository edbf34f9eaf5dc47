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

/** Every rule under the phase it belongs to. */
export const phases = { canonicalize, stabilize: [...stabilize, ...erfRules], specialize: [...powers, ...signs] } satisfies Record<string, Table>
export type Phase = keyof typeof phases
export type Tables = Readonly<Record<Phase, Table>>

export const rules: Tables = { ...phases, specialize: [...phases.specialize, ...canonicalize] }
