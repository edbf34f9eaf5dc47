// test: a graph through the whole compiler, and called.

import { test } from 'uvu'
import * as kernel from '../../runtime/kernel.ts'
import type { DType } from '../../src/graph/dtype.ts'
import type { FunctionGraph, State, Update } from '../../src/graph/functionGraph.ts'
import type { Value } from '../../src/graph/op.ts'
import { type Capture, fastRun, type Linker, plainInput, type TracedFunction } from '../../src/graph/tracedFunction.ts'
import type { Variable } from '../../src/graph/variable.ts'
import { linkModule } from '../../src/lowering/wasm/module.ts'
import { type CompileOptions, compile } from '../../src/pipeline.ts'

export const linkers = ['js', 'wasm'] as const satisfies readonly Linker[]

/** A test of what both linkers do, once under each. */
export function testBoth(name: string, body: (linker: Linker) => void): void {
  for (const linker of linkers) test(`${name} (${linker})`, () => body(linker))
}

type Compiled = (...args: unknown[]) => unknown

interface Parts {
  readonly name?: string
  readonly inputs: readonly Variable[]
  readonly outputs: readonly Variable[]
  readonly updates?: readonly Update[]
  /** Shared containers, in the order of their leaves' capture numbers. */
  readonly captures?: readonly Capture[]
  readonly effects?: readonly Variable[]
  readonly states?: readonly State[]
}

/** How a caller sees a leaf. */
export const specOf = (v: Variable) => ({ name: v.name ?? 'input', dtype: v.dtype, shape: v.shape.map((d) => (typeof d === 'number' ? d : null)) })

/** A function over parameter leaves that returns a list of its outputs. */
export function traced({ name = 'f', inputs, outputs, updates = [], captures = [], effects = [], states = [] }: Parts, linker: Linker = 'js'): TracedFunction {
  const graph: FunctionGraph = { name, inputs, outputs, updates, effects, states }
  return {
    name,
    graph,
    parameters: inputs.map((v) => ({ ...plainInput, ...specOf(v) })),
    captures,
    outputs: { kind: 'list', items: outputs.map((_, index) => ({ kind: 'value', index })) },
    ufunc: false,
    linker,
    mode: fastRun,
    profile: false,
    borrow: false,
  }
}

/** Compiles and links, as an emitted file does. */
export function link(fn: TracedFunction, captures: readonly unknown[] = [], options: Partial<CompileOptions> = {}): Compiled {
  const { signature, make, functions } = compile(fn, { describe: () => 'expression', ...options })
  const { bytes, imports } = linkModule(functions)
  const module = `$t.wasm('${Buffer.from(bytes).toString('base64')}', { ${imports.map(([name, js]) => `${name}: ${js}`).join(', ')} })`
  return new Function('$t', '$captures', `const $m = ${module}; return $t.link(${signature}, ${make}, ...$captures)`)(kernel, captures) as Compiled
}

const arrays = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
}

/** What a caller passes: a number or boolean for a scalar, else an NDArray. */
export function asArgument({ dtype, shape, data }: Value): unknown {
  if (shape.length === 0) return dtype === 'bool' ? data[0] !== 0 : data[0]
  return new kernel.NDArray(arrays[dtype].from(data), [...shape], dtype)
}

/** What came back, as a Value. Scalars carry no dtype: `dtype` is taken on trust, except that booleans must be booleans. */
export function asValue(result: unknown, dtype: DType): Value {
  if (typeof result === 'number' && dtype !== 'bool') return { dtype, shape: [], data: [result] }
  if (typeof result === 'boolean' && dtype === 'bool') return { dtype, shape: [], data: [Number(result)] }
  if (!(result instanceof kernel.NDArray)) throw new Error(`returned ${typeof result} ${String(result)}, expected ${dtype}`)
  const { data, shape } = result
  if (data.constructor !== arrays[result.dtype as DType]) throw new Error(`data of dtype ${result.dtype} is a ${data.constructor.name}`)
  return { dtype: result.dtype as DType, shape: [...shape], data: Array.from(data as Float64Array) }
}
