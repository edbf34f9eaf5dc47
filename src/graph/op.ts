// graph: what an op is. One record holds everything known about it; docs, folding, gradient and emission read it.
import type { DType, ElementType } from './dtype.ts'
import type { ValueType, Variable } from './variable.ts'

/** Build-time facts of an Apply that are not Variables (axes, patterns, dtypes). Plain JSON: they are hashed. */
export type Params = Readonly<Record<string, unknown>>

/** A concrete array of the reference evaluator, row-major; bools are 0 and 1. */
export interface Value {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/**
 * Gradient towards one input: a Variable of that input's shape; 'zero' where the derivative is zero although the
 * output depends on the input (floor, comparisons); null where there is no dependence to differentiate (an index).
 */
export type InputGradient = Variable | 'zero' | null
export type GradientRule = (inputs: readonly Variable[], output: Variable, gradient: Variable, params: Params) => readonly InputGradient[]

interface OpFacts {
  readonly name: string
  /** What it computes, in a phrase or a formula: reference docs are made of it. */
  readonly law: string
  readonly infer: (inputs: readonly Variable[], params: Params) => ValueType
  readonly gradient: GradientRule
}

/** Same function for every element; operands have the output's rank with lengths equal to its or 1, or are scalars. */
export interface ElementwiseOp extends OpFacts {
  readonly kind: 'elementwise'
  readonly arity: number
  /** The meaning on numbers (bools as 0 and 1), before rounding to the result's dtype. */
  readonly value: (...operands: number[]) => number
  /** `checks`: may throw at a call; the emitted function takes a label (the expression as text) as its last argument. */
  readonly emit: { readonly js: JsEmit; readonly checks: boolean }
  /**
   * What emitted arithmetic gives on integers of a dtype: 'stays' in its range; 'leaves' it (or is NaN or -0) and is
   * wrapped; 'wraps' to 32 bits by itself; 'chooses' one of the operands, which plain numbers may take out of the range.
   */
  readonly onIntegers: 'stays' | 'leaves' | 'wraps' | 'chooses'
  /** Worth keeping in memory rather than computing twice. */
  readonly costly: boolean
}

/** Anything with a loop structure of its own; src/lowering has a builder for each. */
export interface StructuralOp extends OpFacts {
  readonly kind: 'structural'
  /** The meaning on arrays; `shape` is the output's, already evaluated. `wraps`: products are of 32-bit integers. */
  readonly evaluate: (inputs: readonly Value[], params: Params, shape: readonly number[], wraps: boolean) => readonly number[]
}

/** A name for a small graph over other ops, kept whole while rules and the gradient look at it. */
export interface CompositeOp extends OpFacts {
  readonly kind: 'composite'
  readonly expand: (inputs: readonly Variable[], params: Params) => Variable
}

export type Op = ElementwiseOp | StructuralOp | CompositeOp

/** JavaScript text with the binding strength of its outermost operator (a call or name: 20). */
export interface Code {
  readonly text: string
  readonly level: number
}
export type JsEmit = (operands: readonly Code[], result: ElementType) => Code

export const primary = (text: string): Code => ({ text, level: 20 })
/** The text, in parentheses if its operator binds weaker than `level`. */
export const within = (code: Code, level: number): string => (code.level >= level ? code.text : `(${code.text})`)

/** `a op b`, left-associative, at a level of the ECMAScript grammar (multiplicative 13, additive 12, shift 11 …). */
export const infix =
  (operator: string, level: number): JsEmit =>
  ([a, b]) => ({
    text: `${within(a, level)} ${operator} ${within(b, level + 1)}`,
    level,
  })
export const prefix =
  (operator: string): JsEmit =>
  ([a]) => {
    const inner = within(a, 15)
    return { text: inner.startsWith(operator) ? `${operator}(${inner})` : operator + inner, level: 15 }
  }
export const call =
  (name: string): JsEmit =>
  (operands) =>
    primary(`${name}(${operands.map((o) => o.text).join(', ')})`)
/** A formula; its operands arrive as names, literals or in parentheses, the result is put in parentheses. */
export const formula =
  (write: (...operands: string[]) => string): JsEmit =>
  (operands) =>
    primary(`(${write(...operands.map((o) => within(o, 20)))})`)
