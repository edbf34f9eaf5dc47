// graph/ops: what the user writes about derivatives. `grad` is a placeholder that rewriting expands; the others are
// identities that only the gradient sees.
import { isFloat } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import type { CompositeOp, GradientRule, StructuralOp } from '../op.ts'
import { apply, Variable } from '../variable.ts'
import { clip, mul } from './arithmetic.ts'
import { asVariable, type Operand } from './elementwise.ts'

export type Disconnected = 'raise' | 'warn' | 'ignore'
export interface GradOptions {
  readonly disconnectedInputs?: unknown
  readonly considerConstant?: unknown
  readonly knownGrads?: unknown
}

/**
 * Derivative of the scalar inputs[0] with respect to inputs[1]; then `constants` Variables taken as constants, then
 * `known` pairs of a Variable and the gradient that reaches it. src/rewriting/gradient.ts replaces it.
 */
export const gradOp: StructuralOp = {
  kind: 'structural',
  name: 'grad',
  law: 'derivative of a scalar with respect to a Variable',
  infer: ([, x]) => ({ dtype: isFloat(x.dtype) ? x.dtype : 'float64', weak: x.weak && isFloat(x.dtype), shape: x.shape }),
  evaluate: () => {
    throw new Error('grad is expanded before anything is evaluated')
  },
  gradient: () => {
    throw new Error('grad is expanded before it is differentiated')
  },
}

/** Gradient of a scalar cost with respect to one Variable. Throws GraphError TH4001 (cost not a scalar), TH4003 (cost of integers), TH4004 (options). */
export function grad(cost: Operand, wrt: Variable, options: GradOptions = {}): Variable {
  const c = asVariable(cost)
  if (c.rank !== 0) throw new GraphError('TH4001', { rank: c.rank })
  if (!isFloat(c.dtype)) throw new GraphError('TH4003', { dtype: c.dtype })
  const disconnected = options.disconnectedInputs ?? 'raise'
  if (!['raise', 'warn', 'ignore'].includes(disconnected as string)) throw new GraphError('TH4004', { option: 'disconnectedInputs' })
  const constants = listOf(options.considerConstant, 'considerConstant').map((v) => variableOf(v, 'considerConstant'))
  const known = listOf(options.knownGrads, 'knownGrads').map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw new GraphError('TH4004', { option: 'knownGrads' })
    return [variableOf(pair[0], 'knownGrads'), asVariable(pair[1] as Operand)]
  })
  return apply(gradOp, [c, wrt, ...constants, ...known.flat()], { disconnected, constants: constants.length })
}

function listOf(option: unknown, name: string): unknown[] {
  if (option === undefined) return []
  if (option instanceof Variable) return [option]
  if (!Array.isArray(option)) throw new GraphError('TH4004', { option: name })
  return option
}
function variableOf(v: unknown, name: string): Variable {
  if (!(v instanceof Variable)) throw new GraphError('TH4004', { option: name })
  return v
}

/** An identity whose gradient is `gradient`; it disappears once gradients are expanded. */
function identity(name: string, law: string, gradient: GradientRule): CompositeOp {
  return {
    kind: 'composite',
    name,
    law,
    infer: ([x]) => ({ dtype: x.dtype, weak: x.weak, shape: x.shape }),
    gradient,
    expand: ([x]) => x,
  }
}

/** Is it one of these? Then it is its first input to everything but the gradient. */
export const isIdentity = (v: Variable): boolean => v.owner?.op.kind === 'composite' && identities.has(v.owner.op)

const stopOp = identity('stopGradient', 'x, cut off from differentiation', () => [null])
const zeroOp = identity('zeroGrad', 'x, with gradient zero', () => ['zero'])
const clipOp = identity('gradClip', 'x, its gradient limited to [low, high]', (_, __, g, { low, high }) => [clip(g, low as number, high as number)])
const scaleOp = identity('gradScale', 'x, its gradient multiplied', (_, __, g, { factor }) => [mul(g, factor as number)])

/**
 * A replacement of Theano's givens; inputs[1], where there is one, is the Variable that it stands for. Gradients are those of the graph before
 * anything was replaced, at the values of the replacements: they pass to what was replaced, never into the replacement.
 */
const givenOp = identity('given', 'a Variable read in place of another', ([, original], _, g) => (original ? [null, g] : [null]))
const identities = new Set<CompositeOp>([stopOp, zeroOp, clipOp, scaleOp, givenOp])
export const isGiven = (v: Variable): boolean => v.owner?.op === givenOp

/** `replacement`, read in place of `original` (null: of a leaf). `key` tells replacements of different Variables apart. */
export const given = (replacement: Variable, original: Variable | null, key: number): Variable =>
  apply(givenOp, original ? [replacement, original] : [replacement], { key })

/** x, through which no gradient flows: Theano's disconnected_grad. */
export const stopGradient = (x: Operand): Variable => apply(stopOp, [asVariable(x)])
export const zeroGrad = (x: Operand): Variable => apply(zeroOp, [asVariable(x)])
export const gradClip = (x: Operand, low: unknown, high: unknown): Variable =>
  apply(clipOp, [asVariable(x)], { low: staticNumber(low, 'low'), high: staticNumber(high, 'high') })
export const gradScale = (x: Operand, factor: unknown): Variable => apply(scaleOp, [asVariable(x)], { factor: staticNumber(factor, 'factor') })

function staticNumber(x: unknown, what: string): number {
  const value = x instanceof Variable && x.value !== null && x.rank === 0 ? x.value[0] : x
  if (typeof value !== 'number') throw new GraphError('TH2012', { what })
  return value
}
