// analysis/builtins: what theano-ts exports, inside an arrow. Ops are called with traced arguments; the rest is here.
import type ts from 'typescript'
import { type LibraryFunction, library, libraryFunction } from '../../graph/library.ts'
import { dtypeArgument } from '../../graph/ops/create.ts'
import { newaxis, slice } from '../../graph/ops/indexing.ts'
import { cast } from '../../graph/ops/logic.ts'
import { reshape } from '../../graph/ops/shape.ts'
import { Variable } from '../../graph/variable.ts'
import { toArgument, toOperand, toVariable } from '../convert.ts'
import { inlineFn } from '../functions.ts'
import { fail } from '../host.ts'
import { iterate } from '../members.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, type BuiltinCall, describe, List, Path, Rec, Tensor, type Value } from '../values.ts'
import { gradient } from './differentiation.ts'
import { assertion, printed } from './effects.ts'
import { dropout, noStreams } from './random.ts'
import { state } from './state.ts'

const special: Readonly<Record<string, BuiltinCall>> = {
  grad: gradient,
  shared: state,
  assert: assertion,
  print: printed,
  ndarray: array,
  dropout,
  randomStreams: noStreams,
  slice: (t, args, node) => slice(...args.map((a) => toArgument(t, a, node) as Variable | null | undefined)),
  fn: (t, args, node) => inlineFn(t, args[0], args[1], node),
}

/** `ndarray(list, shape?, dtype?)`: unlike a plain list it has a dtype of its own. */
function array(t: Tracing, [list, shape, dtype]: Value[], node: ts.Node): Value {
  t.needsTypes('ndarray()', node)
  const v = toVariable(t, list, node)
  const typed = cast(v, dtypeArgument(dtype, v.weak ? 'float64' : v.dtype))
  return new Tensor(shape === undefined ? typed : reshape(typed, toArgument(t, shape, node)))
}

/** The meaning of an export of theano-ts. Throws GraphError TH1019 for those not supported yet. */
export function theanoMember(_: Tracing, name: string, node: ts.Node): Value {
  if (name === 'newaxis') return newaxis
  if (Object.hasOwn(special, name)) return new Builtin(name, special[name])
  const op = libraryFunction(name)
  return op ? new Builtin(name, (t, args, at) => traced(op(...argumentsOf(t, name, op, args, at)))) : fail('TH1019', { name }, node)
}

const traced = (result: Variable | readonly Variable[]): Value => (result instanceof Variable ? new Tensor(result) : new List(result.map(traced)))

/** Positions of arguments that are lists of lengths or axes rather than arrays. */
const plainLists: Readonly<Record<string, readonly number[]>> = {
  zeros: [0],
  ones: [0],
  full: [0],
  stack: [1],
  concatenate: [1],
  split: [1],
  tile: [1],
  repeat: [1],
  roll: [1, 2],
  flip: [1],
  pad: [1],
  tensordot: [2],
  batchedTensordot: [2],
  reshape: [1],
  broadcastTo: [1],
  transpose: [1],
  expandDims: [1],
  squeeze: [1],
  dimshuffle: [1, 2, 3, 4, 5, 6],
}
/** Their first argument is a list of arrays. */
const joins = new Set(['stack', 'concatenate'])
const elementwiseNames = new Set([
  ...Object.keys(library.elementwise).filter((name) => name !== 'allclose'),
  'stopGradient',
  'zeroGrad',
  'gradClip',
  'gradScale',
])

/** Arguments that must be there, where it is not one; elementwise ops know it themselves. */
const least: Readonly<Record<string, number>> = {
  dot: 2,
  matmul: 2,
  outer: 2,
  batchedDot: 2,
  inner: 2,
  tensordot: 2,
  batchedTensordot: 2,
  kron: 2,
  tile: 2,
  repeat: 2,
  split: 2,
  roll: 2,
  pad: 2,
  fill: 2,
  logspace: 2,
  takeAlongAxis: 2,
  setSubtensor: 2,
  incSubtensor: 2,
  take: 2,
  pick: 2,
  oneHot: 2,
  reshape: 2,
  broadcastTo: 2,
  full: 2,
  fullLike: 2,
  expandDims: 2,
  swapaxes: 3,
  moveaxis: 3,
  linspace: 2,
  cast: 2,
  categoricalCrossentropy: 2,
  binaryCrossentropy: 2,
  sigmoidBinaryCrossentropy: 2,
  isclose: 2,
  allclose: 2,
  gradClip: 3,
  gradScale: 2,
}
/** Keys of an options object, by the function that takes one. */
const options: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries([...Object.keys(library.reduce)].map((name) => [name, ['axis', 'keepdims']])),
  variance: ['axis', 'keepdims', 'ddof'],
  std: ['axis', 'keepdims', 'ddof'],
  norm: ['axis', 'keepdims', 'ord'],
  softmax: ['axis'],
  logSoftmax: ['axis'],
  stack: ['axis'],
  concatenate: ['axis'],
  split: ['axis'],
  repeat: ['axis'],
  roll: ['axis'],
  flip: ['axis'],
  takeAlongAxis: ['axis'],
  pad: ['mode', 'value'],
  tensordot: ['axes'],
  batchedTensordot: ['axes'],
  meshgrid: ['indexing'],
  average: ['axis', 'keepdims', 'weights'],
  expandDims: ['axis'],
  squeeze: ['axis'],
  take: ['axis', 'mode'],
  isclose: ['rtol', 'atol', 'equalNan'],
  allclose: ['rtol', 'atol', 'equalNan'],
}

/** Throws GraphError TH2043 (too few arguments), TH2044 (an option it does not know). */
function checkArguments(name: string, op: LibraryFunction, args: readonly Value[], node: ts.Node): void {
  const wanted = least[name] ?? ('op' in op ? (op.op as { arity: number }).arity : 1)
  const given = args.indexOf(undefined)
  if ((given < 0 ? args.length : given) < wanted) fail('TH2043', { name, given: given < 0 ? args.length : given, least: wanted }, node)
  for (const a of args) {
    const unknown = a instanceof Rec ? [...a.entries.keys()].find((key) => !options[name]?.includes(key)) : undefined
    if (unknown !== undefined) fail('TH2044', { name, option: unknown }, node)
  }
  const second = args[1]
  if (Object.hasOwn(library.reduce, name) && second !== undefined && !(second instanceof Rec)) fail('TH2044', { name, option: describe(second) }, node)
}

/** An options object; what `weights` names is an array, also if it is written as a list. */
const optionsOf = (t: Tracing, { entries }: Rec, node: ts.Node): object =>
  Object.fromEntries([...entries].map(([key, v]) => [key, key === 'weights' && v !== undefined ? toOperand(t, v, node) : toArgument(t, v, node)]))

function argumentsOf(t: Tracing, name: string, op: LibraryFunction, args: readonly Value[], node: ts.Node): unknown[] {
  if (!elementwiseNames.has(name)) t.needsTypes(`${name}()`, node)
  checkArguments(name, op, args, node)
  return args.map((a, i) => {
    if (i === 0 && a === null) return fail('TH2030', { what: 'null' }, node)
    if (i === 0 && joins.has(name)) return iterate(t, a, node).map((v) => toVariable(t, v, node))
    if (!plainLists[name]?.includes(i) && (a instanceof List || a instanceof Path)) return toOperand(t, a, node)
    return a instanceof Rec ? optionsOf(t, a, node) : toArgument(t, a, node)
  })
}
