// graph/ops: arithmetic. Derivatives are the textbook ones; at kinks Theano's conventions (abs' = sign, ties of
// maximum go to the first operand).
import { isFloat, promote, toFloat } from '../dtype.ts'
import { call, formula, infix, prefix, primary, within } from '../op.ts'
import { constant, isConstant, type Variable } from '../variable.ts'
import { arithmeticResult, type Constructor, elementwise, floatResult } from './elementwise.ts'
import { eq, ge, gt, isnan, le, lt, or, where } from './logic.ts'
import { log } from './math.ts'

export const add: Constructor<2> = elementwise('add', 2, {
  law: 'a + b',
  onIntegers: 'leaves',
  value: (a, b) => a + b,
  js: infix('+', 12),
  gradient: (_, __, g) => [g, g],
})

export const sub: Constructor<2> = elementwise('sub', 2, {
  law: 'a - b',
  onIntegers: 'leaves',
  value: (a, b) => a - b,
  js: infix('-', 12),
  gradient: (_, __, g) => [g, neg(g)],
})

export const mul: Constructor<2> = elementwise('mul', 2, {
  law: 'a · b',
  onIntegers: 'wraps',
  value: (a, b) => a * b,
  js: (operands, result) =>
    !result.weak && (result.dtype === 'int32' || result.dtype === 'uint32') ? call('Math.imul')(operands, result) : infix('*', 13)(operands, result),
  gradient: ([a, b], _, g) => [mul(g, b), mul(g, a)],
})

export const div: Constructor<2> = elementwise('div', 2, {
  law: 'a / b, true division: integers give float64',
  dtype: (operands) => {
    const type = promote(operands)
    return isFloat(type.dtype) ? type : { dtype: 'float64', weak: type.weak }
  },
  value: (a, b) => a / b,
  js: infix('/', 13),
  gradient: ([a, b], _, g) => [div(g, b), neg(div(mul(g, a), sqr(b)))],
})

export const pow: Constructor<2> = elementwise('pow', 2, {
  law: 'a to the power b',
  onIntegers: 'leaves',
  // Plain integers stay integers only under a power known not to be negative.
  dtype: (operands) => {
    const type = arithmeticResult(operands)
    const { value } = operands[1] as Partial<Variable>
    return type.weak && !(value && value[0] >= 0) ? { dtype: 'float64', weak: true } : type
  },
  value: (a, b) => a ** b,
  js: ([a, b]) => ({ text: `${within(a, 20)} ** ${within(b, 14)}`, level: 14 }),
  costly: true,
  // d/da = b·a**(b-1), and 0 for b = 0; d/db = a**b · log a, with 0 at a = 0 (Theano).
  gradient: ([a, b], y, g) => [
    b.value !== null && !b.value.includes(0) ? mul(g, mul(b, powMinusOne(a, b))) : mul(g, where(eq(b, 0), 0, mul(b, pow(a, sub(b, 1))))),
    mul(g, where(eq(a, 0), 0, mul(y, log(where(eq(a, 0), 1, a))))),
  ],
})

const powMinusOne = (a: Variable, b: Variable): Variable => (isConstant(b) && b.weak ? pow(a, constant(b.value![0] - 1)) : pow(a, sub(b, 1)))

export const remainder: Constructor<2> = elementwise('remainder', 2, {
  law: "a % b, JavaScript's remainder: the sign of a",
  onIntegers: 'leaves',
  value: (a, b) => a % b,
  js: infix('%', 13),
  gradient: ([a, b], _, g) => [g, neg(mul(g, trunc(div(a, b))))],
})

export const mod: Constructor<2> = elementwise('mod', 2, {
  law: 'a - b·floor(a / b), the floored remainder: the sign of b',
  onIntegers: 'leaves',
  // From the exact remainder: a - b·floor(a / b) is wrong where the quotient is rounded.
  value: (a, b) => (a % b) + (Math.sign(a % b) * Math.sign(b) < 0 ? b : 0),
  js: formula((a, b) => `${a} % ${b} + (Math.sign(${a} % ${b}) * Math.sign(${b}) < 0 ? ${b} : 0)`),
  gradient: ([a, b], _, g) => [g, neg(mul(g, floor(div(a, b))))],
})

export const floorDiv: Constructor<2> = elementwise('floorDiv', 2, {
  law: 'floor(a / b)',
  onIntegers: 'leaves',
  value: (a, b) => Math.floor(a / b),
  js: ([a, b]) => primary(`Math.floor(${within(a, 13)} / ${within(b, 14)})`),
})

export const neg: Constructor<1> = elementwise('neg', 1, {
  law: '-x',
  onIntegers: 'leaves',
  value: (x) => -x,
  js: prefix('-'),
  gradient: (_, __, g) => [neg(g)],
})

export const abs: Constructor<1> = elementwise('abs', 1, {
  law: '|x|',
  onIntegers: 'leaves',
  value: Math.abs,
  js: call('Math.abs'),
  gradient: ([x], _, g) => [mul(g, sign(x))],
})

export const sign: Constructor<1> = elementwise('sign', 1, { law: '-1, 0 or 1 (NaN stays NaN)', value: Math.sign, js: call('Math.sign') })

export const sqr: Constructor<1> = elementwise('sqr', 1, {
  law: 'x·x',
  onIntegers: 'wraps',
  value: (x) => x * x,
  js: (operands, result) => mul.op.emit.js([operands[0], operands[0]], result),
  gradient: ([x], _, g) => [mul(g, mul(2, x))],
})

export const sqrt: Constructor<1> = elementwise('sqrt', 1, {
  law: 'square root',
  dtype: floatResult,
  value: Math.sqrt,
  js: call('Math.sqrt'),
  gradient: (_, y, g) => [div(mul(g, 0.5), y)],
})

export const reciprocal: Constructor<1> = elementwise('reciprocal', 1, {
  law: '1 / x',
  dtype: floatResult,
  value: (x) => 1 / x,
  js: ([x]) => ({ text: `1 / ${within(x, 14)}`, level: 13 }),
  gradient: (_, y, g) => [neg(mul(g, sqr(y)))],
})

export const cbrt: Constructor<1> = elementwise('cbrt', 1, {
  law: 'cube root',
  dtype: floatResult,
  value: Math.cbrt,
  js: call('Math.cbrt'),
  costly: true,
  gradient: (_, y, g) => [div(g, mul(3, sqr(y)))],
})

/** `Math.max(a, b)`: NaN if either is. */
export const maximum: Constructor<2> = elementwise('maximum', 2, {
  onIntegers: 'chooses',
  dtype: promote,
  law: 'the larger; NaN if either is NaN',
  value: Math.max,
  js: call('Math.max'),
  gradient: ([a, b], _, g) => [where(or(ge(a, b), isnan(a)), g, 0), where(or(lt(a, b), isnan(b)), g, 0)],
})

export const minimum: Constructor<2> = elementwise('minimum', 2, {
  onIntegers: 'chooses',
  dtype: promote,
  law: 'the smaller; NaN if either is NaN',
  value: Math.min,
  js: call('Math.min'),
  gradient: ([a, b], _, g) => [where(or(le(a, b), isnan(a)), g, 0), where(or(gt(a, b), isnan(b)), g, 0)],
})

export const floor: Constructor<1> = elementwise('floor', 1, { law: 'largest integer ≤ x', value: Math.floor, js: call('Math.floor') })
export const ceil: Constructor<1> = elementwise('ceil', 1, { law: 'smallest integer ≥ x', value: Math.ceil, js: call('Math.ceil') })
export const trunc: Constructor<1> = elementwise('trunc', 1, { law: 'x without its fraction', value: Math.trunc, js: call('Math.trunc') })

/** JavaScript's Math.round: halves towards +∞. */
export const roundHalfUp: Constructor<1> = elementwise('roundHalfUp', 1, {
  law: 'nearest integer, halves up (Math.round)',
  value: Math.round,
  js: call('Math.round'),
})

export const round: Constructor<1> = elementwise('round', 1, {
  law: 'nearest integer, halves to even',
  value: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  js: formula((x) => `Math.abs(${x} % 1) === 0.5 ? 2 * Math.round(${x} / 2) : Math.round(${x})`),
})

export const fround: Constructor<1> = elementwise('fround', 1, {
  law: 'rounded to float32 precision',
  dtype: ([t]) => toFloat(t),
  value: Math.fround,
  js: call('Math.fround'),
  gradient: (_, __, g) => [g],
})

export const f16round: Constructor<1> = elementwise('f16round', 1, {
  law: 'rounded to float16 precision',
  dtype: ([t]) => toFloat(t),
  value: (x) => Math.f16round(x),
  js: call('Math.f16round'),
  gradient: (_, __, g) => [g],
})

export const clz32: Constructor<1> = elementwise('clz32', 1, {
  law: 'leading zero bits of the 32-bit integer',
  dtype: ([t]) => ({ dtype: 'int32', weak: t.weak }),
  value: Math.clz32,
  js: call('Math.clz32'),
})
export const imul: Constructor<2> = elementwise('imul', 2, {
  law: '32-bit integer product',
  dtype: () => ({ dtype: 'int32', weak: true }),
  value: Math.imul,
  js: call('Math.imul'),
})

/** `clip(x, low, high)`: the gradient passes on the closed interval, and to a bound where it is active. */
export const clip: Constructor<3> = elementwise('clip', 3, {
  law: 'x limited to [low, high]',
  onIntegers: 'chooses',
  value: (x, low, high) => Math.min(Math.max(x, low), high),
  js: ([x, low, high]) => primary(`Math.min(Math.max(${x.text}, ${low.text}), ${high.text})`),
  gradient: ([x, low, high], _, g) => [where(lt(x, low), 0, where(gt(x, high), 0, g)), where(lt(x, low), g, 0), where(gt(x, high), g, 0)],
})
