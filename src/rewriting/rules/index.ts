// rewriting/rules: the tables, by Theano's phases.
import type { Table } from '../engine.ts'
import { stabilize } from './stabilize.ts'

export const rules: Readonly<Record<'canonicalize' | 'stabilize' | 'specialize', Table>> = { canonicalize: [], stabilize, specialize: [] }
