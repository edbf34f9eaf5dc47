// Training with a progress bar and, above it, the lines that the Deep Learning Tutorials print.
import { performance } from 'node:perf_hooks'
import cliProgress from 'cli-progress'
import { type Outcome, trainUntilNoBetter } from './earlyStopping.ts'
import type { DataSet } from './mnist.ts'

/** Compiled functions of the index of a batch, and what they are functions of. */
export interface Training {
  readonly batchSize: number
  readonly maxEpochs: number
  readonly patience: number
  readonly data: { readonly training: DataSet; readonly validation: DataSet; readonly test: DataSet }
  train(index: number): unknown
  /** How many examples of a batch are classified wrongly. */
  validationErrors(index: number): number
  testErrors(index: number): number
}

/** `1.680000 %`. */
export const percent = (error: number): string => `${error.toFixed(6)} %`

/** Trains until the validation error falls no more. Errors are percentages over all whole batches. */
export function trainAndReport(training: Training): Outcome & { readonly seconds: number } {
  const { batchSize, maxEpochs, patience, data, train, validationErrors, testErrors } = training
  const batches = Math.floor(data.training.size / batchSize)
  const percentWrong = ({ size }: DataSet, errors: (index: number) => number): number => {
    const count = Math.floor(size / batchSize)
    let wrong = 0
    for (let index = 0; index < count; index++) wrong += errors(index)
    return (100 * wrong) / (count * batchSize)
  }
  const bar = new cliProgress.SingleBar({ format: ' {bar} {value}/{total} batches, {speed} s an epoch', hideCursor: true }, cliProgress.Presets.shades_classic)
  const begin = performance.now()
  bar.start(patience, 0, { speed: '-' })
  const outcome = trainUntilNoBetter({
    batches,
    maxEpochs,
    patience,
    train,
    validate: () => percentWrong(data.validation, validationErrors),
    test: () => percentWrong(data.test, testErrors),
    onBatch(iteration, patience) {
      bar.setTotal(Math.min(Math.max(patience, iteration), batches * maxEpochs))
      bar.update(iteration)
    },
    onEpoch(epoch, validated, tested, improved) {
      bar.update({ speed: ((performance.now() - begin) / 1000 / epoch).toFixed(3) })
      say(`epoch ${epoch}, minibatch ${batches}/${batches}, validation error ${percent(validated)}`)
      if (improved) say(`     epoch ${epoch}, minibatch ${batches}/${batches}, test error of best model ${percent(tested)}`)
    },
  })
  bar.stop()
  return { ...outcome, seconds: (performance.now() - begin) / 1000 }
}

/** A line above the progress bar. */
function say(line: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  console.log(line)
}
