// lowering/wasm/math: the vector functions by the names of our ops.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { erf } from './erf.ts'
import { exp, sigmoid, tanh } from './exp.ts'
import { log } from './log.ts'

/** Lanes in, lanes out; arguments may be any nodes. */
export const vectorMath: Readonly<Record<string, (L: Lanes, ...x: Node[]) => Node>> = {
  erf,
  exp,
  log,
  sigmoid,
  tanh,
}
