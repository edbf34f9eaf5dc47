// graph/ops: the error function, the gamma function and their kin. The runtime's own functions are their meaning.
import { erfcinv as erfcinvOf, erfc as erfcOf, erfcx as erfcxOf, erfinv as erfinvOf, erf as erfOf, gelu as geluOf } from '../../../runtime/special/erf.ts'
import { gammaln as gammalnOf, gamma as gammaOf, polyGamma as polyGammaOf, psi as psiOf } from '../../../runtime/special/gamma.ts'
import { call } from '../op.ts'
import type { Variable } from '../variable.ts'
import { add, mul, neg, sqr, sub } from './arithmetic.ts'
import { type Constructor, elementwise, floatResult, type Operand } from './elementwise.ts'
import { exp } from './math.ts'

/** A function of the runtime; `derivative` is dy/dx. */
function special(name: string, law: string, value: (x: number) => number, derivative: (x: Variable, y: Variable) => Operand): Constructor<1> {
  return elementwise(name, 1, { law, dtype: floatResult, value, js: call(`$t.${name}`), costly: true, gradient: ([x], y, g) => [mul(g, derivative(x, y))] })
}

const rootPi = Math.sqrt(Math.PI)
const bell = (x: Variable): Variable => exp(neg(sqr(x)))

export const erf = special('erf', '2/√π ∫₀ˣ exp(-t²) dt', erfOf, (x) => mul(2 / rootPi, bell(x)))
export const erfc = special('erfc', '1 - erf(x), exact for large x', erfcOf, (x) => mul(-2 / rootPi, bell(x)))
export const erfcx = special('erfcx', 'exp(x²)·erfc(x), without underflow', erfcxOf, (x, y) => sub(mul(mul(2, x), y), 2 / rootPi))
export const erfinv = special('erfinv', 'the inverse of erf', erfinvOf, (_, y) => mul(rootPi / 2, exp(sqr(y))))
export const erfcinv = special('erfcinv', 'the inverse of erfc', erfcinvOf, (_, y) => mul(-rootPi / 2, exp(sqr(y))))

/** x·Φ(x); its derivative is Φ(x) + x·φ(x). */
export const gelu = special('gelu', 'x·Φ(x), Φ the normal distribution', geluOf, (x) =>
  add(mul(0.5, erfc(mul(-Math.SQRT1_2, x))), mul(x, mul(Math.SQRT1_2 / rootPi, exp(mul(-0.5, sqr(x)))))),
)

export const gamma = special('gamma', 'Γ(x)', gammaOf, (x, y) => mul(y, psi(x)))
export const gammaln = special('gammaln', 'log |Γ(x)|', gammalnOf, (x) => psi(x))
export const psi: Constructor<1> = special('psi', "d log Γ(x) / dx, Theano's psi (digamma)", psiOf, (x) => triGamma(x))

/** The order n is a literal. */
const polyGamma: Constructor<2> = elementwise('polyGamma', 2, {
  law: 'the n-th derivative of psi at x; n, x',
  dtype: ([, x]) => floatResult([x]),
  value: polyGammaOf,
  js: call('$t.polyGamma'),
  costly: true,
  gradient: ([n, x], _, g) => [null, mul(g, polyGamma(add(n, 1), x))],
})
export const triGamma = (x: Operand): Variable => polyGamma(1, x)
