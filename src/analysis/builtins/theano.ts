// analysis/builtins: what theano-ts exports, inside an arrow. Ops are called with traced arguments; the rest is here.
import type ts from 'typescript'
import { newaxis, slice } from '../../graph/ops/indexing.ts'
import { libraryFunction } from '../../graph/library.ts'
import { library } from '../../graph/library.ts'
import { Variable } from '../../graph/variable.ts'
import { listVariable, toArgument, toOperand } from '../convert.ts'
import { fail } from '../host.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, type BuiltinCall, Closure, describe, isTensor, List, Namespace, Path, SharedRef, Tensor, type Value } from '../values.ts'
import { gradient } from './differentiation.ts'
import { assertion } from './effects.ts'
import { state } from './state.ts'
import { inlineFn } from '../functions.ts'

const special: Readonly<Record<string, BuiltinCall>> = {
  grad: gradient,
  shared: state,
  assert: assertion,
  slice: (t, args, node) => slice(...args.map((a) => toArgument(t, a, node) as Variable | null | undefined)),
  fn: (t, args, node) => inlineFn(t, args[0], args[1], node),
}

/** The meaning of an export of theano-ts. Throws GraphError TH1019 for those not supported yet. */
export function theanoMember(_: Tracing, name: string, node: ts.Node): Value {
  if (name === 'newaxis') return newaxis
  if (Object.hasOwn(special, name)) return new Builtin(name, special[name])
  const op = libraryFunction(name)
  return op ? new Builtin(name, (t, args, at) => new Tensor(op(...argumentsOf(t, name, args, at)))) : fail('TH1019', { name }, node)
}

/** Positions of arguments that are lists of lengths, axes or arrays rather than arrays themselves. */
const listArguments: Readonly<Record<string, readonly number[]>> = {
  zeros: [0], ones: [0], full: [0], stack: [0, 1], concatenate: [0, 1], reshape: [1], broadcastTo: [1], transpose: [1], expandDims: [1], squeeze: [1], dimshuffle: [1, 2, 3, 4, 5, 6],
}
const elementwiseNames = new Set([...Object.keys(library.elementwise).filter((name) => name !== 'allclose'), ...['stopGradient', 'zeroGrad', 'gradClip', 'gradScale']])

function argumentsOf(t: Tracing, name: string, args: readonly Value[], node: ts.Node): unknown[] {
  if (!elementwiseNames.has(name)) t.needsTypes(`${name}()`, node)
  return args.map((a, i) => {
    if (listArguments[name]?.includes(i)) return listArgument(t, a, node)
    if (a instanceof List) return listVariable(t, a, node)
    if (a instanceof Path) return toOperand(t, a, node)
    if (i === 0 && (a === undefined || a === null)) return fail('TH2030', { what: describe(a) }, node)
    return toArgument(t, a, node)
  })
}

/** A list stays a list; an array given for a list of arrays is taken apart by the op. */
const listArgument = (t: Tracing, a: Value, node: ts.Node): unknown => toArgument(t, a, node)
