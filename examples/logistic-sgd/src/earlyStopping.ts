// Early stopping as in the Deep Learning Tutorials: train while validation errors keep falling markedly.

export interface Task {
  /** Batches in an epoch. */
  readonly batches: number
  readonly maxEpochs: number
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
  readonly test: number
}

/** At least 5,000 iterations; an improvement by 0.5 % extends that to twice the iterations done so far. */
export function trainUntilNoBetter(task: Task): Outcome {
  let patience = 5000
  let best = Number.POSITIVE_INFINITY
  let tested = Number.POSITIVE_INFINITY
  for (let epoch = 1; epoch <= task.maxEpochs; epoch++) {
    for (let batch = 0; batch < task.batches; batch++) {
      task.train(batch)
      const iteration = (epoch - 1) * task.batches + batch
      if (batch === task.batches - 1) {
        const validated = task.validate()
        const improved = validated < best
        if (validated < best * 0.995) patience = Math.max(patience, iteration * 2)
        if (improved) {
          best = validated
          tested = task.test()
        }
        task.onEpoch(epoch, validated, tested, improved)
      }
      task.onBatch(iteration + 1, patience)
      if (patience <= iteration) return { epochs: epoch, bestValidation: best, test: tested }
    }
  }
  return { epochs: task.maxEpochs, bestValidation: best, test: tested }
}
