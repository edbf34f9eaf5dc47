// analysis/builtins: JavaScript's Math. Exact functions of numbers known now are computed; the others stay in the
// graph, so that log(1 + exp(800)) can be stabilized before it is folded.
import type ts from 'typescript'
import * as arithmetic from '../../graph/ops/arithmetic.ts'
import { asVariable, type Operand } from '../../graph/ops/elementwise.ts'
import * as math from '../../graph/ops/math.ts'
import type { Variable } from '../../graph/variable.ts'
import { toOperand } from '../convert.ts'
import { fail } from '../host.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, isStatic, Tensor, type Value } from '../values.ts'

type Build = (...operands: Operand[]) => Variable

const unary: Readonly<Record<string, (x: Operand) => Variable>> = {
  abs: arithmetic.abs,
  ceil: arithmetic.ceil,
  floor: arithmetic.floor,
  round: arithmetic.roundHalfUp,
  sign: arithmetic.sign,
  sqrt: arithmetic.sqrt,
  trunc: arithmetic.trunc,
  cbrt: arithmetic.cbrt,
  fround: arithmetic.fround,
  f16round: arithmetic.f16round,
  clz32: arithmetic.clz32,
  exp: math.exp,
  expm1: math.expm1,
  log: math.log,
  log2: math.log2,
  log10: math.log10,
  log1p: math.log1p,
  sin: math.sin,
  cos: math.cos,
  tan: math.tan,
  asin: math.asin,
  acos: math.acos,
  atan: math.atan,
  sinh: math.sinh,
  cosh: math.cosh,
  tanh: math.tanh,
  asinh: math.asinh,
  acosh: math.acosh,
  atanh: math.atanh,
}
const binary: Readonly<Record<string, (a: Operand, b: Operand) => Variable>> = { atan2: math.atan2, imul: arithmetic.imul, pow: arithmetic.pow }
const exact = new Set(['abs', 'ceil', 'floor', 'round', 'sign', 'sqrt', 'trunc', 'fround', 'clz32', 'imul', 'max', 'min', 'f16round'])

/** Functions of any number of arguments: what none and one give. */
const variadic: Readonly<
  Record<string, { readonly none: number; readonly one: (x: Operand) => Variable; readonly pair: (a: Operand, b: Operand) => Variable }>
> = {
  max: { none: -Infinity, one: asVariable, pair: arithmetic.maximum },
  min: { none: Infinity, one: asVariable, pair: arithmetic.minimum },
  hypot: { none: 0, one: arithmetic.abs, pair: math.hypot },
}

/** `Math.name`. Throws GraphError TH1011 (random), TH1023 (unknown). */
export function mathMember(_: Tracing, name: string, node: ts.Node): Value {
  if (name === 'random') fail('TH1011', {}, node)
  const known = (Math as unknown as Record<string, unknown>)[name]
  if (typeof known === 'number') return known
  const build = unary[name] ? fixed(unary[name] as Build, 1) : binary[name] ? fixed(binary[name] as Build, 2) : variadic[name] ? anyNumber(name) : null
  if (!build && !exact.has(name)) fail('TH1023', { name }, node)
  return new Builtin(`Math.${name}`, (t, args, at) => {
    if (exact.has(name) && typeof known === 'function' && args.every(isStatic)) return known(...args) as number
    if (!build) return fail('TH1023', { name }, at)
    return new Tensor(build(args.map((a) => (a === undefined ? NaN : toOperand(t, a, at)))))
  })
}

/** JavaScript ignores further arguments, and takes missing ones as NaN. */
const fixed =
  (build: Build, arity: number) =>
  (operands: readonly Operand[]): Variable =>
    build(...Array.from({ length: arity }, (_, i) => operands[i] ?? NaN))

const anyNumber =
  (name: string) =>
  (operands: readonly Operand[]): Variable => {
    const { none, one, pair } = variadic[name]
    if (operands.length === 0) return asVariable(none)
    return operands.length === 1 ? one(operands[0]) : (operands.reduce((a, b) => pair(a, b)) as Variable)
  }
