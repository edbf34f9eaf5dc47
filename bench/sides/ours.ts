// bench: theano-ts: the programs of programs/rows, built for the linker that is the argument. Operands are made by theano.zeros, so
// that they lie where the linker wants them, except in the rows over the caller's own arrays.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { logisticData, mlpData, options, rootMeanSquare, weyl } from '../data.ts'
import { type Floats, type Kernel, logisticSize, mlpSize, type Row } from '../rows.ts'
import { calling, load, only, type Side, type SideFactory, type Variants } from '../side.ts'

// biome-ignore lint/suspicious/noExplicitAny: the programs are compiled by the bench
type Any = any

const ours: SideFactory = async (linker): Promise<Side> => {
  const theano = await load('theano-ts')
  const program = (dtype: string): string => pathToFileURL(join(import.meta.dirname, '../build', linker, 'rows', `${dtype}.js`)).href
  const [float32, float64] = [await load(program('float32')), await load(program('float64'))]
  const made: Any[] = []
  /** An array of the library's own with the values of `x`. */
  const array = (x: Floats | Int32Array, ...shape: number[]): Any => {
    const result = theano.zeros(shape.length > 0 ? shape : [x.length], x instanceof Int32Array ? 'int32' : x instanceof Float32Array ? 'float32' : 'float64')
    result.data.set(x)
    made.push(result)
    return result
  }
  const rows = rowsOf(array)
  return {
    prepare: (row) => rows[row.kernel](row, row.dtype === 'float32' ? float32 : float64),
    drop: () => {
      for (const x of made.splice(0)) theano.free(x)
    },
  }
}

export default ours

function rowsOf(array: (x: Floats | Int32Array, ...shape: number[]) => Any): Readonly<Record<Kernel, (row: Row, program: Any) => Variants>> {
  const norm = (result: Any): number => rootMeanSquare(result.data)
  const map = (f: Any, ...operands: readonly unknown[]): Variants => only(calling(f, ...operands), norm(f(...operands)))
  const unary =
    (name: string) =>
    ({ dtype, n }: Row, { [name]: f }: Any): Variants => {
      const x = array(weyl(dtype, n, 1, -2, 2))
      return map(f, x)
    }
  const ofOwn =
    (name: string) =>
    ({ dtype, n }: Row, { [name]: f }: Any): Variants => {
      const x = weyl(dtype, n, 1, -2, 2)
      return map(f, x)
    }
  return {
    poly: unary('poly'),
    polyOwn: ofOwn('polyOwn'),
    sigmoid: unary('sigmoidOf'),
    tanh: unary('tanhOf'),
    blackScholes: ({ dtype, n }, { blackScholes }) => {
      const [spot, strike, years] = options(dtype, n).map((x) => array(x))
      return map(blackScholes, spot, strike, years)
    },
    sum: ({ dtype, n }, { sumOf }) => {
      const a = array(weyl(dtype, n, 1, 0, 1))
      return only(calling(sumOf, a), sumOf(a) / n)
    },
    squares: ({ dtype, n }, { squares }) => {
      const [a, b] = [array(weyl(dtype, n, 1, 0, 1)), array(weyl(dtype, n, 5, 0, 1))]
      return only(calling(squares, a, b), squares(a, b) / n)
    },
    softmax: ({ dtype, n }, { softmaxOf }) => {
      const x = array(weyl(dtype, n * n, 1, -4, 4), n, n)
      return map(softmaxOf, x)
    },
    logsumexp: ({ dtype, n }, { logsumexpOf }) => {
      const x = array(weyl(dtype, n * n, 1, -4, 4), n, n)
      return map(logsumexpOf, x)
    },
    gemm: ({ dtype, n }, { gemm }) => {
      const [a, b] = [array(weyl(dtype, n * n, 1, -1, 1), n, n), array(weyl(dtype, n * n, 2, -1, 1), n, n)]
      return map(gemm, a, b)
    },
    gemv: ({ dtype, n }, { gemv }) => {
      const [a, x] = [array(weyl(dtype, n * n, 1, -1, 1), n, n), array(weyl(dtype, n, 2, -1, 1))]
      return map(gemv, a, x)
    },
    logistic: ({ dtype }, { logistic, w, b }) => {
      const { rows, columns } = logisticSize
      const data = logisticData(dtype)
      w.setValue(data.w)
      b.setValue(0)
      const [x, y] = [array(data.x, rows, columns), array(data.y)]
      logistic(x, y)
      const value = norm(logistic(x, y)[1])
      return only(calling(logistic, x, y), value)
    },
    mlp: ({ dtype }, { mlp, w1, b1, w2, b2 }) => {
      const { batch, features, hidden, classes } = mlpSize
      const data = mlpData(dtype)
      w1.setValue(array(data.w1, features, hidden))
      w2.setValue(array(data.w2, hidden, classes))
      b1.setValue(weyl(dtype, hidden, 0, 0, 0))
      b2.setValue(weyl(dtype, classes, 0, 0, 0))
      const [x, y] = [array(data.x, batch, features), array(data.y)]
      mlp(x, y)
      const value = mlp(x, y)
      return only(calling(mlp, x, y), value)
    },
    vec10: ofOwn('poly'),
    vec10Fresh: ofOwn('polyOwn'),
  }
}
