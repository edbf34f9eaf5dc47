// Early stopping as in the Deep Learning Tutorials: train while validation errors keep falling markedly.

export interface Task {
  /** Batches in an epoch. */
  readonly batches: number
  readonly maxEpochs: number
  /** Iterations (batches) that are trained in any case. */
  readonly patience: number
  /** One training step. */
  train(batch: number): void
  validate(): number
  test(): number
  /** After each epoch; `tested` is the test error of the best model, new if this epoch made it. */
  onEpoch(epoch: number, validated: number, tested: number, improved: boolean): void
  onBatch(iteration: number, patience: number): void
}

export interface Outcome {
  readonly epochs: number
  readonly bestValidation: number
  /** How many iterations had been done when the best model was found. */
  readonly bestIteration: number
  /** The test error of the best model. */
  readonly test: number
}

/** An improvement by 0.5 % extends the patience to twice the iterations done so far. */
export function trainUntilNoBetter(task: Task): Outcome {
  let patience = task.patience
  let bestValidation = Number.POSITIVE_INFINITY
  let bestIteration = 0
  let test = Number.POSITIVE_INFINITY
  for (let epoch = 1; epoch <= task.maxEpochs; epoch++) {
    for (let batch = 0; batch < task.batches; batch++) {
      task.train(batch)
      const iteration = (epoch - 1) * task.batches + batch
      if (batch === task.batches - 1) {
        const validated = task.validate()
        const improved = validated < bestValidation
        if (validated < bestValidation * 0.995) patience = Math.max(patience, iteration * 2)
        if (improved) {
          bestValidation = validated
          bestIteration = iteration + 1
          test = task.test()
        }
        task.onEpoch(epoch, validated, test, improved)
      }
      task.onBatch(iteration + 1, patience)
      if (patience <= iteration) return { epochs: epoch, bestValidation, bestIteration, test }
    }
  }
  return { epochs: task.maxEpochs, bestValidation, bestIteration, test }
}
