// Logistic regression on MNIST by stochastic gradient descent: the Deep Learning Tutorials' logistic_sgd.py.
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import cliProgress from 'cli-progress'
import * as theano from 'theano-ts'
import { grad, type Scalar } from 'theano-ts'
import { trainUntilNoBetter } from './earlyStopping.ts'
import { type DataSet, loadMnist, mnistFolder } from './mnist.ts'
import { LogisticRegression } from './model.ts'
import { writeFilters } from './picture.ts'

const batchSize = 600
const rate = 0.13
const picture = fileURLToPath(new URL('../filters.png', import.meta.url))

const { training, validation, test } = loadMnist(folderOrExit())
const model = new LogisticRegression(28 * 28, 10)

const trainModel = theano.fn((index: Scalar<'int32'>) => {
  const x = training.x.slice(index * batchSize, (index + 1) * batchSize)
  const y = training.y.slice(index * batchSize, (index + 1) * batchSize)
  const cost = model.negativeLogLikelihood(x, y)
  const [gW, gb] = grad(cost, [model.W, model.b])
  model.W.value -= rate * gW
  model.b.value -= rate * gb
  return cost
})

const validateModel = theano.fn((index: Scalar<'int32'>) =>
  model.errors(validation.x.slice(index * batchSize, (index + 1) * batchSize), validation.y.slice(index * batchSize, (index + 1) * batchSize)),
)

const testModel = theano.fn((index: Scalar<'int32'>) =>
  model.errors(test.x.slice(index * batchSize, (index + 1) * batchSize), test.y.slice(index * batchSize, (index + 1) * batchSize)),
)

function folderOrExit(): string {
  try {
    return mnistFolder()
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}

const batchesOf = (data: DataSet): number => Math.floor(data.size / batchSize)

/** Errors over all whole batches, in percent. */
function percentWrong(data: DataSet, errors: (index: number) => number): number {
  const batches = batchesOf(data)
  let wrong = 0
  for (let index = 0; index < batches; index++) wrong += errors(index)
  return (100 * wrong) / (batches * batchSize)
}

const percent = (error: number): string => `${error.toFixed(6)} %`
const counted = (error: number, data: DataSet): string => {
  const examples = batchesOf(data) * batchSize
  return `${percent(error)} (${Math.round((error * examples) / 100)} of ${examples})`
}

/** A line above the progress bar. */
function say(line: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  console.log(line)
}

const batches = batchesOf(training)
const bar = new cliProgress.SingleBar({ format: ' {bar} {value}/{total} batches, {speed} s an epoch', hideCursor: true }, cliProgress.Presets.shades_classic)

console.log('... training the model')
const begin = performance.now()
bar.start(5000, 0, { speed: '-' })
const outcome = trainUntilNoBetter({
  batches,
  maxEpochs: 1000,
  train: trainModel,
  validate: () => percentWrong(validation, validateModel),
  test: () => percentWrong(test, testModel),
  onBatch(iteration, patience) {
    bar.setTotal(Math.max(patience, iteration))
    bar.update(iteration)
  },
  onEpoch(epoch, validated, tested, improved) {
    bar.update({ speed: ((performance.now() - begin) / 1000 / epoch).toFixed(3) })
    say(`epoch ${epoch}, minibatch ${batches}/${batches}, validation error ${percent(validated)}`)
    if (improved) say(`     epoch ${epoch}, minibatch ${batches}/${batches}, test error of best model ${percent(tested)}`)
  },
})
bar.stop()
const seconds = (performance.now() - begin) / 1000
writeFilters(model.W.getValue(), picture)

console.log(
  `Optimization complete with best validation score of ${counted(outcome.bestValidation, validation)}, with test performance ${counted(outcome.test, test)}`,
)
console.log(`The code ran for ${outcome.epochs} epochs, with ${(seconds / outcome.epochs).toFixed(3)} seconds per epoch`)
console.log(`The learned filters are in ${picture}`)
