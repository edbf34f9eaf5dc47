// Logistic regression on MNIST by stochastic gradient descent: the Deep Learning Tutorials' logistic_sgd.py.
import { fileURLToPath } from 'node:url'
import { batchSize, errorCounter, trainer } from './functions.ts'
import { type DataSet, loadMnistOrExit } from './mnist.ts'
import { LogisticRegression } from './model.ts'
import { writeFilters } from './picture.ts'
import { percent, trainAndReport } from './progress.ts'

const data = loadMnistOrExit()
const model = new LogisticRegression(28 * 28, 10)
console.log('... training the model')
const outcome = trainAndReport({
  batchSize,
  maxEpochs: 1000,
  patience: 5000,
  data,
  train: trainer(model, data.training),
  validationErrors: errorCounter(model, data.validation),
  testErrors: errorCounter(model, data.test),
})
const picture = fileURLToPath(new URL('../filters.png', import.meta.url))
writeFilters(model.W.getValue(), picture)

const counted = (error: number, { size }: DataSet): string => {
  const examples = Math.floor(size / batchSize) * batchSize
  return `${percent(error)} (${Math.round((error * examples) / 100)} of ${examples})`
}
console.log(
  `Optimization complete with best validation score of ${counted(outcome.bestValidation, data.validation)}, with test performance ${counted(outcome.test, data.test)}`,
)
console.log(`The code ran for ${outcome.epochs} epochs, with ${(outcome.seconds / outcome.epochs).toFixed(3)} seconds per epoch`)
console.log(`The learned filters are in ${picture}`)
