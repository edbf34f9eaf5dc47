// test: a graph built by constructors, compiled and run.
import * as kernel from '../../runtime/kernel.ts'
import type { FunctionGraph, State } from '../../src/graph/functionGraph.ts'
import type { Value } from '../../src/graph/op.ts'
import type { Capture, OutputTree, TracedFunction } from '../../src/graph/tracedFunction.ts'
import type { Variable } from '../../src/graph/variable.ts'
import { compile } from '../../src/pipeline.ts'

export interface Program {
  readonly inputs: readonly Variable[]
  readonly outputs: readonly Variable[]
  readonly updates?: readonly (readonly [Variable, Variable])[]
  readonly shared?: readonly Variable[]
  readonly effects?: readonly Variable[]
  readonly states?: readonly State[]
}

const spec = (v: Variable) => ({ name: v.name ?? 'input', dtype: v.dtype, shape: v.shape.map((d) => (typeof d === 'number' ? d : null)) })

/** The traced function that analysis would hand over for these outputs, returned as a list. */
export function traced({ inputs, outputs, updates = [], shared = [], effects = [], states = [] }: Program): TracedFunction {
  const graph: FunctionGraph = { name: 'f', inputs, outputs, updates: updates.map(([target, value]) => ({ target, value })), effects, states }
  const captures = shared.map((v): Capture => ({ ...spec(v), kind: 'shared' }))
  const arranged: OutputTree = { kind: 'list', items: outputs.map((_, index) => ({ kind: 'value', index })) }
  return { name: 'f', graph, parameters: inputs.map((v) => ({ ...spec(v), default: null })), captures, outputs: arranged, ufunc: false }
}

/** The compiled function; `containers` are the shared variables, in order. */
// biome-ignore lint/suspicious/noExplicitAny: emitted functions have any signature
export function link(program: Program, containers: readonly unknown[] = []): (...args: any[]) => unknown {
  const { signature, make } = compile(traced(program), { describe: () => 'expression' })
  const names = containers.map((_, i) => `c${i}`)
  return new Function('$t', ...names, `return $t.link(${[signature, make, ...names].join(', ')})`)(kernel, ...containers)
}

/** Runs a program once. */
export function run(program: Program, args: readonly Value[]): readonly unknown[] {
  return link(program)(...args.map(argument)) as unknown[]
}

/** A reference value as callers pass it. */
export function argument({ dtype, shape, data }: Value): unknown {
  if (shape.length === 0) return dtype === 'bool' ? data[0] !== 0 : data[0]
  const types = kernel.globals as unknown as Record<string, { from(list: readonly number[]): Float64Array }>
  const array = {
    float64: 'Float64Array',
    float32: 'Float32Array',
    int32: 'Int32Array',
    uint32: 'Uint32Array',
    int16: 'Int16Array',
    uint16: 'Uint16Array',
    int8: 'Int8Array',
    uint8: 'Uint8Array',
    bool: 'Uint8Array',
  }[dtype]
  return new kernel.NDArray(types[array].from(data), shape, dtype)
}

/** What a function returned, as a reference value. */
export function asValue(result: unknown): Value {
  if (result instanceof kernel.NDArray) return { dtype: result.dtype, shape: [...result.shape], data: Array.from(result.data as Float64Array) }
  if (typeof result === 'boolean') return { dtype: 'bool', shape: [], data: [Number(result)] }
  return { dtype: 'float64', shape: [], data: [result as number] }
}
