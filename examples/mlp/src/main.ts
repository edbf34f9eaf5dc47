// A perceptron with one hidden layer on MNIST by stochastic gradient descent: the Deep Learning Tutorials' mlp.py.
import { parseArgs } from 'node:util'
import { loadMnistOrExit } from '../../logistic-sgd/src/mnist.ts'
import { percent, trainAndReport } from '../../logistic-sgd/src/progress.ts'
import { batchSize, errorCounter, trainer } from './functions.ts'
import { MLP } from './model.ts'
import { RandomState } from './randomState.ts'

const maxEpochs = epochsOrExit()
const data = loadMnistOrExit()
const model = new MLP(new RandomState(1234), 28 * 28, 500, 10)
console.log('... training')
const outcome = trainAndReport({
  batchSize,
  maxEpochs,
  patience: 10000,
  data,
  train: trainer(model, data.training),
  validationErrors: errorCounter(model, data.validation),
  testErrors: errorCounter(model, data.test),
})
console.log(
  `Optimization complete. Best validation score of ${percent(outcome.bestValidation)} obtained at iteration ${outcome.bestIteration}, with test performance ${percent(outcome.test)}`,
)
console.log(`The code ran for ${outcome.epochs} epochs, with ${(outcome.seconds / outcome.epochs).toFixed(3)} seconds per epoch`)

function epochsOrExit(): number {
  const { epochs } = parseArgs({ options: { epochs: { type: 'string', default: '10' } } }).values
  if (/^[1-9]\d*$/.test(epochs)) return Number(epochs)
  console.error(`--epochs ${epochs}: the most epochs to train, a whole number from 1`)
  process.exit(1)
}
