// lowering/wasm/math: the vector functions by the names of our ops.
import type { Node } from '../code.ts'
import type { Lanes } from '../lanes.ts'
import { erf, erfc } from './erf.ts'
import { erfinv } from './erfinv.ts'
import { exp, exp2, sigmoid, tanh } from './exp.ts'
import { gamma, gammaln } from './gamma.ts'
import { acosh, asinh, atanh, cosh, expm1, sinh, softplus } from './hyperbolic.ts'
import { acos, asin, atan, atan2 } from './inverseTrig.ts'
import { log, log1p, log2, log10 } from './log.ts'
import { pow } from './pow.ts'
import { cbrt, hypot } from './root.ts'
import { cos, sin, tan } from './trig.ts'

/** Lanes in, lanes out; arguments may be any nodes. */
export const vectorMath: Readonly<Record<string, (L: Lanes, ...x: Node[]) => Node>> = {
  acos,
  asin,
  atan,
  atan2,
  cos,
  erf,
  erfc,
  erfinv,
  acosh,
  asinh,
  atanh,
  cbrt,
  cosh,
  expm1,
  sinh,
  softplus,
  exp,
  exp2,
  gamma,
  gammaln,
  hypot,
  log,
  log10,
  log1p,
  log2,
  pow,
  sigmoid,
  sin,
  tan,
  tanh,
}
