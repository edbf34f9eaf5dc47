// graph/ops: exponentials, logarithms, trigonometric and hyperbolic functions, as JavaScript's Math computes them.
import { call, formula } from '../op.ts'
import type { Variable } from '../variable.ts'
import { add, div, mul, neg, sqr, sqrt, sub } from './arithmetic.ts'
import { type Constructor, elementwise, floatResult, type Operand } from './elementwise.ts'

/** A function of Math: floats out, worth computing once. `derivative` is dy/dx. */
function math(name: string, law: string, value: (x: number) => number, derivative: (x: Variable, y: Variable) => Operand) {
  return elementwise(name, 1, {
    law,
    dtype: floatResult,
    value,
    js: call(`Math.${name}`),
    costly: true,
    gradient: ([x], y, g) => [mul(g, derivative(x, y))],
  })
}

export const exp = math('exp', 'e to the power x', Math.exp, (_, y) => y)
export const expm1 = math('expm1', 'exp(x) - 1, exact near 0', Math.expm1, (_, y) => add(y, 1))
export const log = math('log', 'natural logarithm', Math.log, (x) => div(1, x))
export const log2 = math('log2', 'logarithm to base 2', Math.log2, (x) => div(Math.LOG2E, x))
export const log10 = math('log10', 'logarithm to base 10', Math.log10, (x) => div(Math.LOG10E, x))
export const log1p = math('log1p', 'log(1 + x), exact near 0', Math.log1p, (x) => div(1, add(x, 1)))
export const sin = math('sin', 'sine', Math.sin, (x) => cos(x))
export const cos = math('cos', 'cosine', Math.cos, (x) => neg(sin(x)))
export const tan = math('tan', 'tangent', Math.tan, (_, y) => add(1, sqr(y)))
export const asin = math('asin', 'inverse sine', Math.asin, (x) => div(1, sqrt(sub(1, sqr(x)))))
export const acos = math('acos', 'inverse cosine', Math.acos, (x) => div(-1, sqrt(sub(1, sqr(x)))))
export const atan = math('atan', 'inverse tangent', Math.atan, (x) => div(1, add(1, sqr(x))))
export const sinh = math('sinh', 'hyperbolic sine', Math.sinh, (x) => cosh(x))
export const cosh = math('cosh', 'hyperbolic cosine', Math.cosh, (x) => sinh(x))
export const tanh = math('tanh', 'hyperbolic tangent', Math.tanh, (_, y) => sub(1, sqr(y)))
export const asinh = math('asinh', 'inverse hyperbolic sine', Math.asinh, (x) => div(1, sqrt(add(sqr(x), 1))))
export const acosh = math('acosh', 'inverse hyperbolic cosine', Math.acosh, (x) => div(1, sqrt(sub(sqr(x), 1))))
export const atanh = math('atanh', 'inverse hyperbolic tangent', Math.atanh, (x) => div(1, sub(1, sqr(x))))

export const exp2: Constructor<1> = elementwise('exp2', 1, {
  law: '2 to the power x',
  dtype: floatResult,
  value: (x) => 2 ** x,
  js: formula((x) => `2 ** ${x}`),
  costly: true,
  gradient: (_, y, g) => [mul(g, mul(Math.LN2, y))],
})

export const atan2: Constructor<2> = elementwise('atan2', 2, {
  law: 'angle of the point (x = second operand, y = first operand)',
  dtype: floatResult,
  value: Math.atan2,
  js: call('Math.atan2'),
  costly: true,
  gradient: ([a, b], _, g) => {
    const r2 = add(sqr(a), sqr(b))
    return [mul(g, div(b, r2)), neg(mul(g, div(a, r2)))]
  },
})

export const hypot: Constructor<2> = elementwise('hypot', 2, {
  law: 'square root of the sum of squares, without overflow',
  dtype: floatResult,
  value: Math.hypot,
  js: call('Math.hypot'),
  costly: true,
  gradient: ([a, b], y, g) => [mul(g, div(a, y)), mul(g, div(b, y))],
})
