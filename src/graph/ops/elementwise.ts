// graph/ops: the factory of elementwise ops, and NumPy broadcasting of their operands.
// Invariant: operands of an Apply have the output's rank and lengths identical to its, or 1; scalars stay scalars.
import { type ElementType, promote, toFloat } from '../dtype.ts'
import { GraphError } from '../errors.ts'
import type { ElementwiseOp, InputGradient, JsEmit, Params } from '../op.ts'
import { apply, constant, type Dim, type ValueType, Variable } from '../variable.ts'

/** What op constructors take: Variables, and literals, which become weak constants. */
export type Operand = Variable | number | boolean

/** Throws GraphError TH2030 for what is neither a Variable nor a literal. */
export function asVariable(x: Operand): Variable {
  if (x instanceof Variable) return x
  if (typeof x === 'number' || typeof x === 'boolean') return constant(x)
  throw new GraphError('TH2030', { what: typeof x === 'string' ? `the string "${x}"` : x === null ? 'null' : typeof x })
}

export interface ElementwiseFacts {
  readonly law: string
  /** Dtype rule; default arithmeticResult. */
  readonly dtype?: (operands: readonly ElementType[]) => ElementType
  readonly value: (...operands: number[]) => number
  readonly js: JsEmit
  /** Gradient towards each operand, *before* summing over broadcast axes; omitted: zero everywhere. */
  readonly gradient?: (operands: readonly Variable[], output: Variable, gradient: Variable) => readonly InputGradient[]
  /** Default 'stays'. */
  readonly onIntegers?: ElementwiseOp['onIntegers']
  readonly costly?: boolean
  /** Emitted as a runtime function that may throw and takes a label last. */
  readonly checks?: boolean
}

export type Constructor<N extends number> = ((...operands: Tuple<N>) => Variable) & { readonly op: ElementwiseOp }
type Tuple<N extends number> = N extends 1 ? [Operand] : N extends 2 ? [Operand, Operand] : [Operand, Operand, Operand]

/** Every elementwise op, by name. */
export const elementwiseOps = new Map<string, ElementwiseOp>()

/** Defines an elementwise op and returns its constructor. */
export function elementwise<N extends 1 | 2 | 3>(name: string, arity: N, facts: ElementwiseFacts): Constructor<N> {
  const rule = facts.dtype ?? arithmeticResult
  const op: ElementwiseOp = {
    kind: 'elementwise',
    name,
    arity,
    law: facts.law,
    value: facts.value,
    emit: { js: facts.js, checks: facts.checks ?? false },
    onIntegers: facts.onIntegers ?? 'stays',
    costly: facts.costly ?? false,
    infer: (inputs) => ({ ...rule(inputs), shape: commonShape(inputs) }),
    gradient: (inputs, output, gradient, _params: Params) =>
      facts.gradient ? facts.gradient(inputs, output, gradient).map((g, i) => backToShape(g, inputs[i])) : inputs.map(() => 'zero' as const),
  }
  elementwiseOps.set(name, op)
  return Object.assign((...operands: Tuple<N>) => applyElementwise(op, operands.map(asVariable)), { op })
}

/** Applies an elementwise op to operands of any ranks, broadcasting them as NumPy does. */
export function applyElementwise(op: ElementwiseOp, operands: readonly Variable[]): Variable {
  return apply(op, broadcast.together(operands))
}

/** Shape of operands that are already broadcast together. */
function commonShape(operands: readonly Variable[]): ValueType['shape'] {
  const widest = operands.reduce((a, b) => (b.rank > a.rank ? b : a))
  return widest.shape.map((_, axis) => operands.reduce<Dim>((d, v) => (v.rank === 0 || v.shape[axis] === 1 ? d : v.shape[axis]), 1))
}

/**
 * Broadcasting and its reverse need the shape ops, which are built of elementwise ops: shape.ts puts them here.
 */
export const broadcast = {
  together: (_operands: readonly Variable[]): readonly Variable[] => {
    throw new Error('shape.ts not loaded')
  },
  back: (_gradient: Variable, _shape: readonly Dim[]): Variable => {
    throw new Error('shape.ts not loaded')
  },
}

function backToShape(g: InputGradient, operand: Variable): InputGradient {
  return g instanceof Variable ? broadcast.back(g, operand.shape) : g
}

// Dtype rules shared by families of ops.
/** NumPy's promotion; bools count as the integers 0 and 1, as in JavaScript. */
export const arithmeticResult = (operands: readonly ElementType[]): ElementType => {
  const type = promote(operands)
  return type.dtype === 'bool' ? { dtype: 'int32', weak: false } : type
}
export const floatResult = (operands: readonly ElementType[]): ElementType => toFloat(promote(operands))
export const boolResult = (): ElementType => ({ dtype: 'bool', weak: false })
/** For operators on 32-bit integers: floats only when weak (plain numbers), which JavaScript converts. */
export const integerOnly =
  (operator: string) =>
  (operands: readonly ElementType[]): ElementType => {
    const float = operands.find((t) => !t.weak && (t.dtype === 'float64' || t.dtype === 'float32'))
    if (float) throw new GraphError('TH2004', { operator, dtype: float.dtype })
    const type = promote(operands.map((t) => (t.weak ? { dtype: 'int32', weak: true } : t)))
    return type
  }
