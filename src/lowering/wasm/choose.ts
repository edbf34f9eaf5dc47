// lowering/wasm: which code a function becomes when its linker is 'auto'. The model adds up nanoseconds of both, measured on loops of one
// kind each (bench), with a length assumed where the build knows none; it need only be right where the two are far apart.
import { dtypes, isFloat } from '../../graph/dtype.ts'
import { ancestors, rootsOf } from '../../graph/functionGraph.ts'
import { drawOps } from '../../graph/ops/random.ts'
import { reduceOps } from '../../graph/ops/reduce.ts'
import type { TracedFunction } from '../../graph/tracedFunction.ts'
import type { Variable } from '../../graph/variable.ts'
import { isAccess } from '../access.ts'
import { floatInstructions, laneFormulas } from './operations.ts'
import { drawKernel } from './random.ts'

/** What an axis is taken to be long when it is known at the call only. */
export const assumedLength = 1000

/** Nanoseconds an element (dot: a product and addition) in JavaScript, and in WASM with float64; float32 takes half of that. */
const costs = {
  /** Arithmetic that fuses with its neighbours. */
  plain: { js: 0.35, wasm: 0.15 },
  /** Square roots, and quotients as far as they are not hidden behind the rest. */
  root: { js: 3, wasm: 1.2 },
  /** exp, log, tanh … as vectors. */
  mathematics: { js: 8, wasm: 3 },
  /** The same where WASM calls JavaScript for each element. */
  imported: { js: 8, wasm: 20 },
  reduction: { js: 0.5, wasm: 0.12 },
  product: { js: 0.35, wasm: 0.06 },
  /** Random numbers that have a kernel. */
  draw: { js: 30, wasm: 4 },
  /** Gathers, joins, writes to parts. */
  other: { js: 1, wasm: 1 },
} as const

/** Nanoseconds a call of WASM costs beyond its work, and a byte that is copied into the heap, or out of it into new memory. */
const wasmCall = 100
const byteIn = 0.025
const byteOut = 0.05

/** WASM must win by this much: JavaScript needs no heap, and no permission of a content security policy. */
const margin = 1.25

export interface Estimate {
  readonly js: number
  readonly wasm: number
}

/** 'wasm' where it is clearly faster. */
export function chooseLinker(fn: TracedFunction): 'js' | 'wasm' {
  const { js, wasm } = estimate(fn)
  return wasm * margin < js ? 'wasm' : 'js'
}

/** Nanoseconds a call takes as JavaScript and as WASM, operands of the caller's own memory. */
export function estimate(fn: TracedFunction): Estimate {
  let [js, wasm] = [0, wasmCall]
  for (const v of ancestors(rootsOf(fn.graph))) {
    if (v.owner === null) {
      if (v.source?.kind === 'parameter' || v.source?.kind === 'live') wasm += bytes(v, fn.ufunc) * byteIn
      continue
    }
    const kind = kindOf(v)
    if (kind === null) continue
    const work = workOf(v, fn.ufunc)
    // A scalar is JavaScript either way.
    const { js: inJs, wasm: inWasm } = work === 1 ? { js: costs[kind].js, wasm: costs[kind].js } : costs[kind]
    js += work * inJs
    wasm += work * inWasm * (v.dtype === 'float32' && work > 1 ? 0.5 : 1)
  }
  for (const v of fn.graph.outputs) wasm += bytes(v, fn.ufunc) * (fn.borrow ? 0 : byteOut)
  return { js, wasm }
}

/** Nanoseconds that computing v takes with the function's linker; an access, which computes nothing, none. */
export function nanosecondsOf(v: Variable, { linker, ufunc }: TracedFunction): number {
  const kind = kindOf(v)
  return kind === null ? 0 : workOf(v, ufunc) * costs[kind][linker === 'wasm' ? 'wasm' : 'js']
}

const bytes = (v: Variable, ufunc: boolean): number => (v.rank > 0 || ufunc ? size(v, ufunc) * dtypes[v.dtype].bytes : 0)

const lengthOf = (d: Variable['shape'][number]): number => (typeof d === 'number' ? d : assumedLength)
/** Functions without types are judged as if they were called with a vector. */
const size = (v: Variable, ufunc: boolean): number => (ufunc ? assumedLength : v.shape.reduce<number>((n, d) => n * lengthOf(d), 1))

function kindOf(v: Variable): keyof typeof costs | null {
  const { op } = v.owner!
  if (op.name === 'shapeOf' || op.name === 'reshape' || isAccess(v)) return null
  if (op.kind === 'elementwise') {
    if (op.name === 'sqrt' || op.name === 'hypot') return 'root'
    if (!op.costly) return 'plain'
    return Object.hasOwn(laneFormulas, op.name) || Object.hasOwn(floatInstructions, op.name) ? 'mathematics' : 'imported'
  }
  if (reduceOps.has(op.name)) return 'reduction'
  if (drawOps.has(op.name) && drawKernel(v)) return 'draw'
  return (op.name === 'dot' || op.name === 'batchedDot') && isFloat(v.dtype) ? 'product' : 'other'
}

/** Elements that are computed, or taken together. */
function workOf(v: Variable, ufunc: boolean): number {
  const { op, inputs } = v.owner!
  if (reduceOps.has(op.name)) return size(inputs[0], ufunc)
  if (op.name === 'dot') return size(v, ufunc) * lengthOf(inputs[1].shape[0])
  if (op.name === 'batchedDot') return size(v, ufunc) * lengthOf(inputs[0].shape[2])
  return size(v, ufunc)
}
