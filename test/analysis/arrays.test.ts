// Arrays in arrows: members, indexing, writing, operators. Expected values are written out by hand.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { evaluate } from '../../src/graph/evaluate.ts'
import type { Value } from '../../src/graph/op.ts'
import type { OutputTree } from '../../src/graph/tracedFunction.ts'
import { verify } from '../../src/graph/verify.ts'
import { memoryProgram } from './program.ts'

type Expected = number | readonly Expected[] | { readonly [key: string]: Expected }

const x: Value = { dtype: 'float64', shape: [4], data: [1, 2, 3, 4] }
const A: Value = { dtype: 'float64', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }
const i: Value = { dtype: 'int32', shape: [], data: [1] }

/** Arrows over (x: Vector = [1 2 3 4], A: Matrix = [[1 2 3] [4 5 6]], i: int32 = 1), and what they give. */
const cases: readonly (readonly [string, Expected])[] = [
  ['2 * x + x ** 3', [3, 12, 33, 72]],
  ['x[i]', 2],
  ['A[1][2]', 6],
  ['A[i][0] + A[0][i]', 6],
  ['A[i]', [4, 5, 6]],
  ['x.slice(1, 3)', [2, 3]],
  ['x.slice(-2)', [3, 4]],
  ['x.slice()', [1, 2, 3, 4]],
  ['x.slice(i, x.length - i)', [2, 3]],
  ['x[x > 2 as any]', [3, 4]],
  ['x[[3, 0] as any]', [4, 1]],
  [
    'A.T',
    [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
  ],
  ['A.T[2]', [3, 6]],
  ['at(A, slice(null, null, -1), 1)', [5, 2]],
  ['at(A, -1, slice(-2, null))', [5, 6]],
  ['at(x, newaxis)', [[1, 2, 3, 4]]],
  ['at(x, slice(1, -1))', [2, 3]],
  [
    'at(A, slice(), [2, 0])',
    [
      [3, 1],
      [6, 4],
    ],
  ],
  ['{ n: x.length, s: A.shape }', { n: 4, s: [2, 3] }],
  ['{ const [rows, columns] = A.shape; return rows * columns }', 6],
  ['x.length / 8', 0.5],
  ['sum(A, { axis: 0 })', [5, 7, 9]],
  ['sum(A, { axis: [0, 1] })', 21],
  ['mean(A, { axis: -1, keepdims: true })', [[2], [5]]],
  ['dot(A, [1, 0, 2])', [7, 16]],
  ['stack([x[0], x[1], 7])', [1, 2, 7]],
  [
    'stack([x.slice(0, 2), [8, 9]])',
    [
      [1, 2],
      [8, 9],
    ],
  ],
  ['concatenate([x, x.slice(0, 1)])', [1, 2, 3, 4, 1]],
  [
    'concatenate([A, A], { axis: 1 })',
    [
      [1, 2, 3, 1, 2, 3],
      [4, 5, 6, 4, 5, 6],
    ],
  ],
  [
    'reshape(x, [2, 2])',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    'reshape(A, [A.shape[1], -1])',
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  ],
  ['zeros([i, 2])', [[0, 0]]],
  ['full([2], x[3])', [4, 4]],
  ['arange(x.length)', [0, 1, 2, 3]],
  ['x > 2 ? x : -x', [-1, -2, 3, 4]],
  ['where(x > 2, x, 0)', [0, 0, 3, 4]],
  ['cast((x > 1) && (x < 4), "int32")', [0, 1, 1, 0]],
  ['cast(!(x > 1) || x === 4, "int32")', [1, 0, 0, 1]],
  ['Math.max(x, 2.5)', [2.5, 2.5, 3, 4]],
  ['Math.sqrt(x ** 2)', [1, 2, 3, 4]],
  ['cast(x, "int32") & 1', [1, 0, 1, 0]],
  ['{ const y = x; y[0] = 10; return x }', [10, 2, 3, 4]],
  ['{ x[i] += 5; x[0] -= 1; x[3] *= 2; x[2] = x[3]; return x }', [0, 7, 8, 8]],
  [
    '{ A[0][1] = 9; A[1][2] += 1; return A }',
    [
      [1, 9, 3],
      [4, 5, 7],
    ],
  ],
  ['{ const row = A[1]; row[0] = 0; A[1][1] = 7; return row }', [0, 7, 6]],
  [
    '{ A[0] = [7, 8, 9] as any; return A }',
    [
      [7, 8, 9],
      [4, 5, 6],
    ],
  ],
  [
    '{ const z = x.slice(0, 2); z[0] = 9; return [x, z] }',
    [
      [1, 2, 3, 4],
      [9, 2],
    ],
  ],
  ['{ x[x > 2 as any] = 0; return x }', [1, 2, 0, 0]],
  [
    '{ let y: Tensor = x; y += 1; return [x, y] }',
    [
      [1, 2, 3, 4],
      [2, 3, 4, 5],
    ],
  ],
  ['{ const clear = (v: Vector) => { v[0] = 0 }; clear(x); return x }', [0, 2, 3, 4]],
  ['{ let n = 0; x[n++] += 100; x[n++] = 50; return x }', [101, 50, 3, 4]],
  ['{ const w = x as any as Vector; const { length: k, shape: [m] } = w; return [k, m] }', [4, 4]],
  ['[1, 2, 3].map((k) => sum(x * k))', [10, 20, 30]],
  ['Object.fromEntries([["a", x], ["b", A[0]]].map(([k, v]) => [k, sum(v as Vector)]))', { a: 10, b: 6 }],
  ['softmax([[0, 0]])', [[0.5, 0.5]]],
  [
    'oneHot(cast(x.slice(0, 2), "int32"), 3)',
    [
      [0, 1, 0],
      [0, 0, 1],
    ],
  ],
  ['pick(A, [2, 0])', [3, 4]],
  ['clip(x, 2, 3)', [2, 2, 3, 3]],
  ['norm(x.slice(2, 4))', 5],
  [
    'transpose(A, [1, 0])',
    [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
  ],
  ['dimshuffle(x, ["x", 0])', [[1, 2, 3, 4]]],
  ['(x.slice(0, 1) as any as Vector) + x', [2, 3, 4, 5]],
  ['x % 3', [1, 2, 0, 1]],
  [
    'theano.ndarray([1, 2, 3, 4], [2, 2], "float32")',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['theano.print(x, "x is")', [1, 2, 3, 4]],
  ['+(x[0] > 0) + Number(x[1] > 5)', 1],
]

const body = (source: string): string => (source.startsWith('{ ') && /return/.test(source) ? source : `(${source})`)
const imports =
  'sum, mean, dot, at, slice, newaxis, stack, concatenate, reshape, zeros, full, arange, where, cast, softmax, oneHot, pick, clip, norm, transpose, dimshuffle'
const source = [
  "import * as theano from 'theano-ts'",
  `import { ${imports}, type Vector, type Matrix, type Scalar, type Tensor, type TensorType } from 'theano-ts'`,
  ...cases.map(
    ([c], k) => `export const f${k}: any = theano.fn((x: Vector, A: Matrix, i: Scalar<'int32'>): unknown => ${body(c)}, { onUnusedInput: 'ignore' })`,
  ),
].join('\n')
const program = memoryProgram({ 'arrays.ts': source })

function nested({ shape, data }: Value, offset = 0): Expected {
  if (shape.length === 0) return data[offset]
  const size = shape.slice(1).reduce((a, b) => a * b, 1)
  return Array.from({ length: shape[0] }, (_, k) => nested({ dtype: 'float64', shape: shape.slice(1), data }, offset + k * size))
}

function arranged(tree: OutputTree, values: readonly Value[]): Expected {
  switch (tree.kind) {
    case 'nothing':
      return []
    case 'value':
      return nested(values[tree.index])
    case 'list':
      return tree.items.map((item) => arranged(item, values))
    case 'record':
      return Object.fromEntries(tree.entries.map(([key, item]) => [key, arranged(item, values)]))
  }
}

cases.forEach(([name, expected], k) => {
  test(name, () => {
    const { function: f, diagnostics } = program.trace('arrays.ts', k)
    assert.equal(
      diagnostics.map((d) => `${d.code} ${d.message}`),
      [],
    )
    verify(f!.graph, 'traced')
    const leaves = new Map(f!.graph.inputs.map((leaf, at) => [leaf, [x, A, i][at]]))
    assert.equal(arranged(f!.outputs, evaluate(f!.graph.outputs, leaves)), expected)
  })
})

test('a literal list is a constant', () => {
  const { function: f } = program.trace(
    'arrays.ts',
    cases.findIndex(([c]) => c.startsWith('softmax')),
  )
  assert.equal(f!.captures, [])
})

test.run()
