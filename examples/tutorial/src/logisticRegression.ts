// More examples: a real example, logistic regression. 400 examples of 784 features and labels, all of them random, are learned by heart in
// 10,000 steps of gradient descent, or as many as the command line says.
import * as theano from 'theano-ts'
import { cast, dot, exp, grad, log, type Matrix, mean, sum, type Tensor, type Vector } from 'theano-ts'

const [N, feats] = [400, 784]
const trainingSteps = Number(process.argv[2] ?? 10_000)

// Standard normal features, labels 0 and 1.
const rng = theano.randomStreams(22)
const draw = theano.fn(() => ({ x: rng.normal([N, feats]), y: rng.integers([N], 2), w: rng.normal([feats]) }))
const D = draw()

const w = theano.shared(D.w, { name: 'w' })
const b = theano.shared(0, { name: 'b' })

/** Probability that the target is 1, and what is predicted from that. */
const probability = (x: Matrix) => 1 / (1 + exp(-dot(x, w) - b))
const prediction = (p: Tensor) => cast(p > 0.5, 'int32') as Vector<'int32'>

const train = theano.fn((x: Matrix, y: Vector<'int32'>) => {
  const p = probability(x)
  const crossEntropy = -y * log(p) - (1 - y) * log(1 - p)
  const cost = mean(crossEntropy) + 0.01 * sum(w ** 2)
  const [gw, gb] = grad(cost, [w, b])
  w.value -= 0.1 * gw
  b.value -= 0.1 * gb
  return [prediction(p), cost] as const
})
const predict = theano.fn((x: Matrix) => prediction(probability(x)))

const wrong = (): number => predict(D.x).data.reduce((count, p, i) => count + Number(p !== D.y.data[i]), 0)
console.log(`Wrong predictions of the initial model: ${wrong()} of ${N}`)
for (let i = 0; i < trainingSteps; i++) train(D.x, D.y)
console.log(`Wrong predictions of the final model: ${wrong()} of ${N}`)
console.log('Target values for D:')
console.log(D.y)
console.log('Predictions on D:')
console.log(predict(D.x))
