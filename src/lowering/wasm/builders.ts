// lowering/wasm: the builders of structural ops that have library kernels: products and draws. Others are loops for both linkers.
import { dtypes, isFloat } from '../../graph/dtype.ts'
import type { Variable } from '../../graph/variable.ts'
import { isAccess } from '../access.ts'
import type { Cluster } from '../cluster.ts'
import type { Context, View } from '../context.ts'
import { type Expr, name, number, plus, type Stmt, times } from '../ir.ts'
import { buildBatchedDot, buildDot } from '../kernels/dot.ts'
import type { Builder } from '../kernels/index.ts'
import { checkSame, indexOf, over } from '../kernels/loops.ts'
import type { Memory } from '../memory.ts'
import type { WasmFunction } from './code.ts'
import type { FusedEpilogue } from './epilogue.ts'
import { dot } from './kernels/dot.ts'
import { type Gemm, gemm, gemmWorkBytes } from './kernels/gemm.ts'
import { gemvRows } from './kernels/gemv.ts'
import { gemvColumns, gemvWorkBytes } from './kernels/gemvColumns.ts'
import type { Layout } from './kernels/pack.ts'
import { transpose } from './kernels/transpose.ts'
import { randomKernels } from './random.ts'

export const wasmBuilders: Readonly<Record<string, Builder>> = { dot: product, batchedDot: batchedProduct, ...randomKernels }

type Bits = 32 | 64
const bitsOf = (v: Variable): Bits => (v.dtype === 'float32' ? 32 : 64)

const address = (view: View, offset: Expr = view.offset): Expr => ({ kind: 'address', array: view.array, bytes: dtypes[view.dtype].bytes, index: offset })
const kernel = (target: WasmFunction, ...args: Expr[]): Expr => ({ kind: 'kernel', target, args })
const run = (target: WasmFunction, ...args: Expr[]): Stmt => ({ kind: 'do', value: kernel(target, ...args) })
const isOne = (e: Expr): boolean => e.kind === 'number' && e.value === 1

function product(v: Variable, context: Context, memory: Memory): void {
  if (!isFloat(v.dtype)) return buildDot(v, context, memory)
  const [a, b] = v.owner!.inputs
  checkSame(context, v, a.shape[a.rank - 1], b.shape[0])
  const [left, right] = [a, b].map((x) => inMemory(x, v, context, memory))
  const inner = context.dim(b.shape[0])
  if (v.rank === 2) {
    const target = memory.allocate(v)
    context.body.push(
      matrixProduct(
        v,
        left,
        right,
        [v.shape[0], v.shape[1], b.shape[0]].map((d) => context.dim(d)),
        target,
        target.offset,
        memory,
      ),
    )
  } else if (v.rank === 0) {
    const value = kernel(dot({ bits: bitsOf(v) }), address(left), left.strides[0], address(right), right.strides[0], inner)
    context.defineScalar(v, value)
  } else if (b.rank === 1) matrixVector(v, left, right, inner, context, memory)
  else matrixVector(v, { ...right, strides: [right.strides[1], right.strides[0]] }, left, inner, context, memory)
}

/** A product of matrices whose elements an epilogue takes. */
export function fusedProduct(v: Variable, { epilogue, args }: FusedEpilogue, context: Context, memory: Memory): void {
  const [a, b] = v.owner!.inputs
  checkSame(context, v, a.shape[1], b.shape[0])
  const [left, right] = [a, b].map((x) => inMemory(x, v, context, memory))
  const [m, n, k] = [v.shape[0], v.shape[1], b.shape[0]].map((d) => context.dim(d))
  const sizes = gemmOf(v, left, right, [m, n, k])
  const work = name(memory.bytes(gemmWorkBytes(sizes), 'work'))
  context.body.push(run(gemm(sizes, epilogue), m, n, k, ...matrix(left), ...matrix(right), work, ...args))
}

const matrix = (view: View): Expr[] => [address(view), ...view.strides.slice(-2)]

/** What is known of a product when the program is built. */
const gemmOf = (v: Variable, a: View, b: View, [m, n, k]: readonly Expr[]): Gemm => ({
  bits: bitsOf(v),
  ...known('m', m),
  ...known('n', n),
  ...known('k', k),
  ...layout('left', a),
  ...layout('right', b),
})

/** Along which axis neighbours lie side by side. */
function layout(key: 'left' | 'right', { strides }: View): { readonly left?: Layout; readonly right?: Layout } {
  const [row, column] = strides.slice(-2)
  if (isOne(column)) return { [key]: 'rows' }
  return isOne(row) ? { [key]: 'columns' } : {}
}

/** Memory of an operand, in the product's dtype: formulas and other dtypes are written out. */
function inMemory(x: Variable, v: Variable, context: Context, memory: Memory): View {
  const view = context.view(x)
  if (view?.dtype === v.dtype) return view
  return written(x, v, context, memory)
}

function written(x: Variable, v: Variable, context: Context, memory: Memory): View {
  const lengths = context.lengths(x)
  const strides = lengths.map((_, axis) => lengths.slice(axis + 1).reduce(times, number(1)))
  const { array } = memory.scratch(context.size(x), x.name ?? 'operand', v.dtype)
  const target: View = { array, dtype: v.dtype, offset: number(0), strides, contiguous: true }
  context.body.push(...over(context, lengths, (at) => [{ kind: 'store', array, index: indexOf(target, at), value: context.element(x, at) }]))
  return target
}

function matrixProduct(v: Variable, a: View, b: View, [m, n, k]: readonly Expr[], target: View, offset: Expr, memory: Memory): Stmt {
  const sizes = gemmOf(v, a, b, [m, n, k])
  const work = name(memory.bytes(gemmWorkBytes(sizes), 'work'))
  return run(gemm(sizes), m, n, k, ...matrix(a), ...matrix(b), work, address(target, offset), n)
}

const known = (key: string, e: Expr): Record<string, number> => (e.kind === 'number' && e.value > 0 ? { [key]: e.value } : {})

/** A matrix (rows × inner) by a vector, along whichever of its axes lies in one piece. */
function matrixVector(v: Variable, a: View, given: View, inner: Expr, context: Context, memory: Memory): void {
  const bits = bitsOf(v)
  const target = memory.allocate(v)
  const rows = context.dim(v.shape[0])
  const to = [address(target), number(0)]
  const [row, column] = a.strides
  if (isOne(column)) {
    const x = isOne(given.strides[0]) ? given : vectorCopy(v, given, inner, context, memory)
    context.body.push(run(gemvRows(bits), rows, inner, address(a), row, address(x), ...to))
  } else if (isOne(row)) {
    const work = name(memory.bytes(gemvWorkBytes(bits), 'work'))
    context.body.push(run(gemvColumns(bits), inner, rows, address(a), column, address(given), given.strides[0], work, ...to))
  } else {
    const x: View = { ...given, strides: [given.strides[0], number(1)] }
    context.body.push(matrixProduct(v, a, x, [rows, number(1), inner], target, target.offset, memory))
  }
}

function vectorCopy(v: Variable, x: View, length: Expr, context: Context, memory: Memory): View {
  const { array } = memory.scratch(length, 'vector', v.dtype)
  const target: View = { array, dtype: v.dtype, offset: number(0), strides: [number(1)], contiguous: true }
  const element = (at: readonly Expr[]): Expr => ({ kind: 'load', array: x.array, index: indexOf(x, at) })
  context.body.push(...over(context, [length], (at) => [{ kind: 'store', array, index: indexOf(target, at), value: element(at) }]))
  return target
}

/** A cluster that only copies a matrix whose columns lie in one piece: transposition by blocks. False, and nothing is built, for others. */
export function transposedCopy(cluster: Cluster, context: Context, memory: Memory): boolean {
  const [v, ...others] = cluster.members.keys()
  if (others.length > 0 || v.rank !== 2 || !isAccess(v)) return false
  const source = context.view(v)
  const { bytes } = dtypes[v.dtype]
  if (!source || source.dtype !== v.dtype || bytes < 4 || !isOne(source.strides[0]) || isOne(source.strides[1])) return false
  const target = memory.allocate(v)
  const [rows, columns] = v.shape.map((d) => context.dim(d))
  // The kernel goes by the rows of the source, which are columns of v.
  context.body.push(run(transpose({ bits: bytes === 8 ? 64 : 32 }), address(source), source.strides[1], address(target), columns, columns, rows))
  return true
}

/** One product for each index of the leading axis. */
function batchedProduct(v: Variable, context: Context, memory: Memory): void {
  if (!isFloat(v.dtype)) return buildBatchedDot(v, context, memory)
  const [a, b] = v.owner!.inputs
  checkSame(context, v, a.shape[0], b.shape[0])
  checkSame(context, v, a.shape[2], b.shape[1])
  const [left, right] = [a, b].map((x) => inMemory(x, v, context, memory))
  const target = memory.allocate(v)
  const sizes = [v.shape[1], v.shape[2], a.shape[2]].map((d) => context.dim(d))
  const at = (view: View, batch: Expr): View => ({ ...view, offset: plus(view.offset, times(batch, view.strides[0])) })
  context.body.push(
    ...over(context, [context.dim(v.shape[0])], ([batch]) => [
      matrixProduct(v, at(left, batch), at(right, batch), sizes, target, times(batch, target.strides[0]), memory),
    ]),
  )
}
