// Programs whose operands lie above 2 GB in the heap, at the very end of its 4 GB, or are longer than 2^31, each against the same program in
// low memory. A process of its own (large.test.ts starts it), as a heap never shrinks; pages that nothing touches take no memory.
import * as assert from 'uvu/assert'
import * as kernel from '../../../runtime/kernel.ts'
import { shared } from '../../../runtime/shared.ts'
import type { DType } from '../../../src/graph/dtype.ts'
import { add, clip, mul, sqr, sub } from '../../../src/graph/ops/arithmetic.ts'
import { batchedDot, dot } from '../../../src/graph/ops/dot.ts'
import { at, newaxis, Slice, take, writeAt } from '../../../src/graph/ops/indexing.ts'
import { concatenate } from '../../../src/graph/ops/join.ts'
import { gt, where } from '../../../src/graph/ops/logic.ts'
import { exp, tanh } from '../../../src/graph/ops/math.ts'
import { relu, softmax } from '../../../src/graph/ops/nnet.ts'
import { argmax, max, sum } from '../../../src/graph/ops/reduce.ts'
import { transpose } from '../../../src/graph/ops/shape.ts'
import { input, newArena, type Variable } from '../../../src/graph/variable.ts'
import { linkModule } from '../../../src/lowering/wasm/module.ts'
import { compile } from '../../../src/pipeline.ts'
import { specOf, traced } from '../../golden/run.ts'

const { heap, NDArray } = kernel
type Runtime = typeof kernel
type Array = kernel.NDArray

const back = new Slice(null, null, -1)
const pairs = new Slice(null, null, 2)
/** Of two square matrices, a vector of their length, and positions. */
const programs: readonly ((x: Variable, y: Variable, v: Variable, i: Variable) => Variable)[] = [
  (x, y) => add(mul(x, 2), y),
  (x, y) => where(gt(x, 0), exp(x), tanh(y)),
  (x) => sum(sqr(x)),
  (x) => sum(x, { axis: 0 }),
  (x) => max(x, { axis: 1 }),
  (x) => argmax(x, { axis: 1 }),
  (x) => softmax(x),
  (x, y) => dot(x, y),
  (x, y) => dot(transpose(x), y),
  (x, y) => dot(x, transpose(y)),
  (x, y) => dot(transpose(x), transpose(y)),
  (x, y) => sum(dot(at(x, back, back), at(y, back, pairs)), { axis: 1 }),
  (x, y, v) => relu(add(dot(x, y), v)),
  (x, y, v) => sub(v, mul(0.1, dot(v, dot(x, y)))),
  (x, _, v) => dot(x, v),
  (x, _, v) => dot(transpose(x), v),
  (_x, _y, v) => dot(v, at(v, back)),
  (_x, _y, v) => dot(v, v),
  (x, y) => batchedDot(at(x, newaxis), at(y, newaxis)),
  (x) => add(transpose(x), 0),
  (x) => transpose(x),
  (x, _, v) => max(add(at(x, back, pairs), at(v, newaxis, pairs)), { axis: 0 }),
  (x, _y, _v, i) => take(x, i, { axis: 0 }),
  (x, _y, _v, i) => take(x, clip(i, 0, 1), { axis: 1 }),
  (x, y) => concatenate([x, at(y, back)], 0),
  (x, _, v) => writeAt('inc', x, [0], v),
]

/** As an emitted file does, with functions of the runtime replaced. */
function link(
  make: (leaves: Variable[]) => Variable,
  leaves: Variable[],
  inPlaceOf: Partial<Runtime>,
  W: unknown,
  borrow: boolean,
): (...args: unknown[]) => Array[] {
  const w = leaves[0].source?.kind === 'shared' ? leaves[0] : null
  const output = make(leaves)
  const inputs = leaves.filter((v) => v !== w)
  const updates = w && output.rank === w.rank && output.dtype === w.dtype ? [{ target: w, value: output }] : []
  const fn = traced({ inputs, outputs: [output], updates, captures: w ? [{ ...specOf(w), kind: 'shared' }] : [] }, 'wasm')
  const made = compile({ ...fn, borrow }, { describe: () => 'expression' })
  const { bytes, imports } = linkModule(made.functions)
  const module = `$t.wasm('${Buffer.from(bytes).toString('base64')}', { ${imports.map(([name, js]) => `${name}: ${js}`).join(', ')} })`
  const runtime = { ...kernel, ...inPlaceOf }
  return new Function('$t', 'W', `const $m = ${module}; return $t.link(${made.signature}, ${made.make}${w ? ', W' : ''})`)(runtime, W)
}

const numbers = (n: number, seed: number): number[] => Array.from({ length: n }, (_, k) => Math.sin(k * 1.7 + seed) * 2)
const filled = (data: Float64Array | Float32Array | Int32Array, shape: number[], dtype: DType): Array => new NDArray(data, shape, dtype)
function operands(n: number, dtype: 'float64' | 'float32'): Array[] {
  const Floats = dtype === 'float64' ? Float64Array : Float32Array
  const floats = (seed: number, ...shape: number[]): Array =>
    filled(
      Floats.from(
        numbers(
          shape.reduce((a, b) => a * b),
          seed,
        ),
      ),
      shape,
      dtype,
    )
  return [
    floats(1, n, n),
    floats(2, n, n),
    floats(3, n),
    filled(
      Int32Array.from({ length: n }, (_, k) => (k * 5) % n),
      [n],
      'int32',
    ),
  ]
}

function leavesOf(arrays: readonly Array[], first: 'parameter' | 'shared'): Variable[] {
  return arrays.map((x, index) => {
    const shape = x.shape.map(() => null)
    if (first === 'parameter') return input(x.dtype, shape, { kind: 'parameter', index }, 'xyvi'[index])
    return input(x.dtype, shape, index === 0 ? { kind: 'shared', capture: 0 } : { kind: 'parameter', index: index - 1 }, 'xyvi'[index])
  })
}

const values = (x: unknown): unknown => (x instanceof NDArray ? [[...x.shape], ...x.data] : x)

/** The array in the heap. */
function inHeap(x: Array): Array {
  const placed = kernel.owned(kernel.allocate(x.data.byteLength), x.shape, x.dtype)
  placed.data.set(x.data as never)
  return placed as unknown as Array
}

const forms = { ofTheCaller: false, inTheHeap: true }

/** What all programs give, for operands of the caller's own and of the heap, results copied or borrowed, and updates of a container. */
function resultsOf(n: number, dtype: 'float64' | 'float32'): unknown[] {
  return programs.flatMap((make) =>
    Object.values(forms).flatMap((heaped) => {
      newArena()
      const arrays = operands(n, dtype).map((x) => (heaped ? inHeap(x) : x))
      const f = link((x) => make(...(x as Parameters<typeof make>)), leavesOf(arrays, 'parameter'), {}, undefined, heaped)
      const W = shared(operands(n, dtype)[0])
      const train = link((x) => make(...(x as Parameters<typeof make>)), leavesOf(arrays, 'shared'), {}, W, heaped)
      return [f(...arrays), train(...arrays.slice(1)), train(...arrays.slice(1))]
        .map(([x]) => values(x))
        .concat(values((W as unknown as { array: Array }).array))
    }),
  )
}

/** Programs with each operand in turn so that 16 bytes after it the memory ends. */
function atTheEnd(n: number, dtype: 'float64' | 'float32'): void {
  for (const make of programs) {
    newArena()
    const arrays = operands(n, dtype)
    let last = -1
    let nth = 0
    const resident = (x: Array): number => {
      if (nth++ !== last) return kernel.resident(x)
      const address = heap.u8.length - 16 - x.data.byteLength
      heap.u8.fill(255, address - 64)
      kernel.view(address, x.data.length, x.dtype).set(x.data as never)
      return address
    }
    const f = link(
      (x) => make(...(x as Parameters<typeof make>)),
      leavesOf(arrays, 'parameter'),
      { resident: resident as Runtime['resident'] },
      undefined,
      false,
    )
    const call = (): unknown => {
      nth = 0
      return values(f(...arrays)[0])
    }
    const expected = call()
    for (last = 0; last < arrays.length; last++) assert.equal(call(), expected, `${make} ${n} ${dtype} ${last}`)
  }
}

/** Loops over more positions than int32 has. */
function manyElements(): void {
  const n = 2 ** 31 + 99
  const block = kernel.allocate(n)
  const x = kernel.owned(block, [n], 'int8') as unknown as Array
  for (const [at, value] of [
    [0, 1],
    [2 ** 31 - 1, 2],
    [2 ** 31, 3],
    [n - 20, 4],
    [n - 1, 50],
  ])
    x.data[at] = value
  const run = (make: (x: Variable) => Variable): unknown => {
    newArena()
    return values(link(([v]) => make(v), leavesOf([x], 'parameter'), {}, undefined, false)(x)[0])
  }
  assert.is(run(sum), 60)
  assert.is(
    run((v) => at(v, 2 ** 31)),
    3,
  )
  assert.equal(
    run((v) => mul(at(v, new Slice(2 ** 31 - 1, 2 ** 31 + 2)), 2)),
    [[3], 4, 6, 0],
  )
  assert.is(
    run((v) => sum(at(v, new Slice(-20, null)))),
    54,
  )
  kernel.release(block)
}

/** A call of several chunks: the next one gets a new one, where there is room. Gives an address of that. */
function newArenaChunk(): number {
  const mark = kernel.enter()
  kernel.take(2 ** 27)
  kernel.leave(mark)
  const next = kernel.enter()
  kernel.leave(next)
  return next
}

const below = kernel.allocate(2.3 * 2 ** 30)
assert.ok(kernel.allocate(64).address > 2 ** 31)
const blocks = Array.from({ length: 50 }, () => kernel.allocate(65536))
assert.is(heap.u8.length, 2 ** 32, 'growing again and again would take seconds')
for (const block of blocks) kernel.release(block)
const cases = [
  [67, 'float64'],
  [37, 'float32'],
] as const
assert.ok(newArenaChunk() > 2 ** 31)
const above = cases.map(([n, dtype]) => resultsOf(n, dtype))
for (const n of [1, 2, 3, 6, 17]) for (const dtype of ['float64', 'float32'] as const) atTheEnd(n, dtype)
kernel.release(below)
assert.ok(newArenaChunk() < 2 ** 31)
cases.forEach(([n, dtype], k) => assert.equal(above[k], resultsOf(n, dtype), `${n} ${dtype}`))
manyElements()
console.log('all the same')
