// optimizers: rules by which parameters learn. Plain functions over symbolic values, inlined where an arrow calls them. A user's build reads
// this very text (package.json, "types"), so all of it is in one file, and it knows the package by its name only.
import { broadcastTo, cast, grad, type Handle, shared, type Tensor, zerosLike } from 'theano-ts'

/** A shared variable of any rank, of a dtype of floats, which its updates keep. */
export type Parameter = Tensor & Handle<Tensor, unknown>
/** One shared variable, or a list of them of known length. */
export type Parameters = Parameter | readonly Parameter[]
/** A scalar cost, of which gradients are taken, or the gradients themselves, in the order of the parameters. */
export type LossOrGrads = Tensor | readonly Tensor[]

export interface SgdOptions {
  /** What the step is multiplied by. Its default is each rule's own. */
  learningRate?: number | undefined
}
export interface MomentumOptions extends SgdOptions {
  /** How much of the velocity is kept from step to step, at least 0 and below 1; 0.9 by default. */
  momentum?: number | undefined
}
export interface AdagradOptions extends SgdOptions {
  /** Added to what a square root is taken of; 1e-6 by default. */
  epsilon?: number | undefined
}
export interface RmspropOptions extends AdagradOptions {
  /** How much of the running mean of squares is kept from step to step, at least 0 and below 1. */
  rho?: number | undefined
}
export interface AdamOptions extends SgdOptions {
  /** How much of the running mean of gradients is kept from step to step, at least 0 and below 1; 0.9 by default. */
  beta1?: number | undefined
  /** How much of the running mean of their squares is kept, at least 0 and below 1; 0.999 by default. */
  beta2?: number | undefined
  /** Added to the square root that is divided by; 1e-8 by default. */
  epsilon?: number | undefined
}
export interface AdamWOptions extends AdamOptions {
  /** The part of a parameter that goes in each step, before it is multiplied by the learning rate; 0.01 by default. */
  weightDecay?: number | undefined
}

const isList = <T>(x: T | readonly T[]): x is readonly T[] => Array.isArray(x)
const optionsOf = <O extends SgdOptions>(given: number | O): O => (typeof given === 'number' ? { learningRate: given } : given) as O
/** A scalar in the dtype of the parameter, so that it decides nobody's dtype. */
const like = (p: Parameter, x: number): Tensor => cast(x, p.type.dtype)

/**
 * A container in the form of the parameter, which starts from zeros when the compiled function is made and at each call becomes what `next`
 * makes of it; that is the result.
 */
function kept(p: Parameter, name: string, next: (before: Tensor) => Tensor): Tensor {
  const container = shared(zerosLike(p), { name: `${p.name}_${name}` })
  container.value = next(broadcastTo(container, p.shape))
  return container
}

/** Calls `rule` for each parameter with its gradient; all gradients are taken before anything changes. */
function learn(lossOrGrads: LossOrGrads, params: Parameters, rule: (p: Parameter, g: Tensor) => void): void {
  const list = isList(params) ? params : [params]
  const grads: readonly Tensor[] = isList(lossOrGrads) ? lossOrGrads : grad(lossOrGrads, list)
  if (grads.length !== list.length) throw new RangeError(`there are ${grads.length} gradients, but ${list.length} parameters`)
  for (const p of list) {
    const { dtype } = p.type
    if (!dtype.startsWith('float')) throw new TypeError(`${p.name} holds ${dtype}, but only floats can learn`)
  }
  list.forEach((p, i) => rule(p, broadcastTo(grads[i]!, p.shape)))
}

/**
 * Stochastic gradient descent: `p -= learningRate * g`. The last argument is the learning rate, 0.01 by default, or `{ learningRate }`.
 *
 * Every rule here sets updates of `params`, as `p.value = …` in the arrow does, and of containers of its own, which the compiled function
 * starts from zeros when it is made. They keep the parameter's dtype. It is an error of the build if there are not as many gradients as
 * parameters, if one is not a shared variable of floats, or if the cost is not a scalar that depends on all of them.
 */
export function sgd(lossOrGrads: LossOrGrads, params: Parameters, options: number | SgdOptions = {}): void {
  const { learningRate = 0.01 } = optionsOf(options)
  learn(lossOrGrads, params, (p, g) => {
    p.value -= like(p, learningRate) * g
  })
}

/**
 * Gradient descent with momentum (Polyak 1964, "Some methods of speeding up the convergence of iteration methods", in the form of Sutskever
 * et al. 2013 and Lasagne): `v = momentum * v - learningRate * g; p += v`. Defaults: learningRate 0.01, momentum 0.9 (Lasagne).
 */
export function momentum(lossOrGrads: LossOrGrads, params: Parameters, options: number | MomentumOptions = {}): void {
  const { learningRate = 0.01, momentum: beta = 0.9 } = optionsOf(options)
  learn(lossOrGrads, params, (p, g) => {
    p.value += kept(p, 'velocity', (v) => like(p, beta) * v - like(p, learningRate) * g)
  })
}

/**
 * Nesterov's accelerated gradient (Nesterov 1983), rewritten for gradients at the parameters themselves (Bengio et al. 2013, "Advances in
 * optimizing recurrent networks", eq. 7; Lasagne): `v = momentum * v - learningRate * g; p += momentum * v - learningRate * g`.
 * Defaults: learningRate 0.01, momentum 0.9 (Lasagne).
 */
export function nesterov(lossOrGrads: LossOrGrads, params: Parameters, options: number | MomentumOptions = {}): void {
  const { learningRate = 0.01, momentum: beta = 0.9 } = optionsOf(options)
  learn(lossOrGrads, params, (p, g) => {
    const step = like(p, learningRate) * g
    const velocity = kept(p, 'velocity', (v) => like(p, beta) * v - step)
    p.value += like(p, beta) * velocity - step
  })
}

/**
 * AdaGrad (Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for online learning and stochastic optimization"):
 * `s += g²; p -= learningRate * g / √(s + epsilon)`. Defaults: learningRate 0.01, epsilon 1e-6 (Lasagne's, inside the root).
 */
export function adagrad(lossOrGrads: LossOrGrads, params: Parameters, options: number | AdagradOptions = {}): void {
  const { learningRate = 0.01, epsilon = 1e-6 } = optionsOf(options)
  learn(lossOrGrads, params, (p, g) => {
    const s = kept(p, 'squares', (sum) => sum + g * g)
    p.value -= (like(p, learningRate) * g) / Math.sqrt(s + like(p, epsilon))
  })
}

/**
 * RMSProp (Tieleman & Hinton 2012, "Neural networks for machine learning", lecture 6.5): `s = rho * s + (1 - rho) * g²;
 * p -= learningRate * g / √(s + epsilon)`. Defaults: learningRate 0.001, rho 0.9 (both Hinton's), epsilon 1e-6 (Lasagne's, inside the root).
 */
export function rmsprop(lossOrGrads: LossOrGrads, params: Parameters, options: number | RmspropOptions = {}): void {
  const { learningRate = 0.001, rho = 0.9, epsilon = 1e-6 } = optionsOf(options)
  learn(lossOrGrads, params, (p, g) => {
    const s = kept(p, 'squares', (mean) => like(p, rho) * mean + like(p, 1 - rho) * g * g)
    p.value -= (like(p, learningRate) * g) / Math.sqrt(s + like(p, epsilon))
  })
}

/**
 * AdaDelta (Zeiler 2012, "ADADELTA: an adaptive learning rate method", algorithm 1): `s = rho * s + (1 - rho) * g²;
 * d = g * √(u + epsilon) / √(s + epsilon); p -= learningRate * d; u = rho * u + (1 - rho) * d²`. Defaults: learningRate 1 (the paper has
 * none), rho 0.95, epsilon 1e-6 (its experiments).
 */
export function adadelta(lossOrGrads: LossOrGrads, params: Parameters, options: number | RmspropOptions = {}): void {
  const { learningRate = 1, rho = 0.95, epsilon = 1e-6 } = optionsOf(options)
  learn(lossOrGrads, params, (p, g) => {
    const average = (mean: Tensor, x: Tensor): Tensor => like(p, rho) * mean + like(p, 1 - rho) * x * x
    const s = kept(p, 'squares', (mean) => average(mean, g))
    kept(p, 'deltas', (u) => {
      const d = (g * Math.sqrt(u + like(p, epsilon))) / Math.sqrt(s + like(p, epsilon))
      p.value -= like(p, learningRate) * d
      return average(u, d)
    })
  })
}

/** Adam's step from what `start` makes of the parameter. */
function adaptive(lossOrGrads: LossOrGrads, params: Parameters, options: AdamOptions, start: (p: Parameter, learningRate: number) => Tensor): void {
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  const [first] = isList(params) ? params : [params]
  const calls = shared(0, { name: `${first?.name}_t` })
  const t = calls + 1
  // What m and v are divided by is put into two scalars, as in the note at the end of the paper's section 2.
  const root = Math.sqrt(1 - beta2 ** t)
  const rate = (learningRate * root) / (1 - beta1 ** t)
  learn(lossOrGrads, params, (p, g) => {
    const m = kept(p, 'm', (mean) => like(p, beta1) * mean + like(p, 1 - beta1) * g)
    const v = kept(p, 'v', (mean) => like(p, beta2) * mean + like(p, 1 - beta2) * g * g)
    p.value = start(p, learningRate) - (like(p, rate) * m) / (Math.sqrt(v) + like(p, epsilon * root))
  })
  calls.value = t
}

/**
 * Adam (Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1): `m = beta1 * m + (1 - beta1) * g;
 * v = beta2 * v + (1 - beta2) * g²; p -= learningRate * m̂ / (√v̂ + epsilon)`, where in the t-th step m̂ = m / (1 - beta1ᵗ) and
 * v̂ = v / (1 - beta2ᵗ). Defaults, the paper's: learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8.
 */
export function adam(lossOrGrads: LossOrGrads, params: Parameters, options: number | AdamOptions = {}): void {
  adaptive(lossOrGrads, params, optionsOf(options), (p) => p)
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2): as `adam`, and each step
 * also takes `learningRate * weightDecay` times the parameter away, which m and v do not see. Defaults: learningRate 0.001, beta1 0.9,
 * beta2 0.999, epsilon 1e-8, weightDecay 0.01 (PyTorch's, where the learning rate multiplies the decay as well).
 */
export function adamW(lossOrGrads: LossOrGrads, params: Parameters, options: number | AdamWOptions = {}): void {
  const given = optionsOf(options)
  const { weightDecay = 0.01 } = given
  adaptive(lossOrGrads, params, given, (p, learningRate) => like(p, 1 - learningRate * weightDecay) * p)
}
