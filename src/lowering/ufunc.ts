// lowering: functions without types: the formula on numbers, and the same formula in one loop over arrays that the
// runtime has broadcast together.
import { type DType, dtypes } from '../graph/dtype.ts'
import { ancestors, rootsOf } from '../graph/functionGraph.ts'
import { and, eq } from '../graph/ops/logic.ts'
import type { OutputTree, TracedFunction } from '../graph/tracedFunction.ts'
import type { Variable } from '../graph/variable.ts'
import { Context, nameOf, type Options } from './context.ts'
import type { LoweredFunction } from './function.ts'
import { call, condition, type Expr, list, load, member, name, number, plus, pureCall, type Stmt, string, times } from './ir.ts'
import { linearize } from './linearize.ts'
import { Names } from './names.ts'
import { Profiler } from './profile.ts'
import { arityCheck, arrange, scalarResult } from './results.ts'
import { jsStorage, wasmStorage } from './storage.ts'
import type { WasmFunction } from './wasm/code.ts'
import { declareKernels, exportNames, fetchKernels, inArena } from './wasm/frame.ts'
import { toWasm } from './wasm/regions.ts'

/** A NumPy universal function over the graph's scalar inputs. */
export function lowerUfunc(fn: TracedFunction, options: Options): LoweredFunction {
  if (fn.graph.updates.length + fn.graph.effects.length + fn.graph.states.length > 0) throw new Error('a ufunc has outputs only')
  const names = new Names()
  const captures = fn.captures.map((c) => names.fresh(c.name))
  const parameters = fn.parameters.map((p) => names.fresh(p.name))
  const context = new Context(fn.name, names, options, jsStorage)
  const typeIs = (p: string, type: string): Expr => condition(eq.op, name(`typeof ${p}`), string(type))
  context.body.push(arityCheck(parameters.length))
  for (const p of parameters)
    context.body.push({ kind: 'if', test: typeIs(p, 'boolean'), body: [{ kind: 'assign', name: p, value: pureCall('Number', name(p)) }] })
  captureScalars(fn, captures, context)
  const onNumbers = formulas(
    fn,
    parameters.map((p) => name(p)),
    context,
  )
  const result = arrange(fn.outputs, (i) => scalarResult(fn.graph.outputs[i], onNumbers.values[i]))
  const allNumbers = parameters.map((p) => typeIs(p, 'number')).reduce((a, b) => condition(and.op, a, b))
  context.body.push({ kind: 'if', test: allNumbers, body: [...onNumbers.locals, { kind: 'return', value: result }] })
  const profiler = fn.profile ? new Profiler(fn, context, options) : null
  const add = adding(fn, profiler)
  const arrays = fn.linker === 'wasm' ? onHeapArrays(fn, parameters, context, exportNames(fn.name, options), add) : onArrays(fn, parameters, context, add)
  const lowered = { parameters: parameters.map((p) => ({ name: p, default: null })), captures, body: context.body, ...arrays }
  return profiler ? { ...lowered, setup: [...lowered.setup, profiler.setup()], body: profiler.call(lowered.body) } : lowered
}

/** Adds a loop to a body, as a kernel where the function has a profile. */
type AddLoop = (body: Stmt[], loop: Stmt, bytes: readonly Expr[]) => void

function adding(fn: TracedFunction, profiler: Profiler | null): AddLoop {
  const computed = ancestors(fn.graph.outputs).filter((v) => v.owner !== null)
  return (body, loop, bytes) => {
    if (profiler)
      profiler.kernel(
        computed,
        body,
        () => body.push(loop),
        () => bytes.reduce(plus),
      )
    else body.push(loop)
  }
}

function captureScalars(fn: TracedFunction, captures: readonly string[], context: Context): void {
  const leaves = ancestors(rootsOf(fn.graph))
  for (const v of leaves) {
    if (v.source?.kind !== 'live') continue
    const { capture } = v.source
    context.defineScalar(v, call(v.dtype === 'bool' ? '$t.boolean' : '$t.number', call(captures[capture]), name(`self.captures[${capture}]`), name('self')))
  }
  const shared = leaves.flatMap((v) => (v.source?.kind === 'shared' ? [{ v, holder: captures[v.source.capture] }] : []))
  for (const { v, holder } of shared) context.defineScalar(v, member(holder, 'array.data[0]'))
}

/** Operations up to which a formula stays one expression: a longer one would be too deep to take apart, or for an engine to parse. */
const longest = 100

/** All outputs as expressions over these values of the inputs. */
function formulas(fn: TracedFunction, inputs: readonly Expr[], context: Context): { locals: Stmt[]; values: Expr[] } {
  const known = new Map(fn.graph.inputs.map((v, i) => [v, inputs[i]]))
  const hints = new Map<Expr, string>()
  const order = ancestors(fn.graph.outputs)
  const before: Stmt[] = []
  for (const v of order) {
    if (known.has(v)) continue
    const operands = () => v.owner!.inputs.map((x) => known.get(x)!)
    const value = v.owner === null || v.value !== null ? context.scalar(v) : context.operation(v, operands())
    known.set(v, order.length > longest && v.owner !== null ? constantOf(v, value, context, before) : value)
    if (v.name) hints.set(known.get(v)!, v.name)
  }
  const { locals, values } = linearize(
    fn.graph.outputs.map((v) => known.get(v)!),
    context.names,
    hints,
  )
  return { locals: [...before, ...locals], values }
}

/** A constant for one operation of a long formula. */
function constantOf(v: Variable, value: Expr, context: Context, statements: Stmt[]): Expr {
  const target = context.names.fresh(nameOf(v))
  const { locals, values } = linearize([value], context.names, new Map())
  statements.push(...locals, { kind: 'const', name: target, value: values[0] })
  return name(target, v.dtype === 'bool')
}

/** The arrays broadcast together: their name, their elements by parameter, and their size. */
function broadcastArrays(parameters: readonly string[], context: Context): { arrays: string; data: string[]; size: Expr } {
  const { names, body } = context
  const arrays = names.fresh('arrays')
  body.push({ kind: 'const', name: arrays, value: call('$t.ufunc', list(parameters.map((p) => name(p))), name('self')) })
  const data = parameters.map((p, i) => {
    const target = names.fresh(`${p}_data`)
    body.push({ kind: 'const', name: target, value: member(arrays, `data[${i}]`) })
    return target
  })
  const size = names.fresh('size')
  body.push({ kind: 'const', name: size, value: member(arrays, 'size') })
  return { arrays, data, size: name(size) }
}

const isSingle = (arrays: string): Expr => condition(eq.op, member(arrays, 'dtype'), string('float32'))

/** One loop over all elements. */
function elementLoop(fn: TracedFunction, data: readonly string[], results: readonly string[], size: Expr, context: Context): Stmt {
  const index = context.names.loopIndex(0)
  const elements = formulas(
    fn,
    data.map((d) => load(d, name(index))),
    context,
  )
  const stores = results.map((array, i): Stmt => ({ kind: 'store', array, index: name(index), value: elements.values[i] }))
  return { kind: 'for', index, from: number(0), to: size, step: 1, body: [...elements.locals, ...stores] }
}

const resultName = (fn: TracedFunction, i: number): string => fn.graph.outputs[i].name ?? (fn.graph.outputs.length > 1 ? `result${i}` : 'result')
const resultDType = (fn: TracedFunction, i: number, arrays: string): Expr => (fn.graph.outputs[i].dtype === 'bool' ? string('bool') : member(arrays, 'dtype'))

function onArrays(fn: TracedFunction, parameters: readonly string[], context: Context, add: AddLoop): Pick<LoweredFunction, 'setup' | 'wasm'> {
  const { names, body } = context
  const { arrays, data, size } = broadcastArrays(parameters, context)
  const results = fn.graph.outputs.map((v, i) => {
    const target = names.fresh(resultName(fn, i))
    const floats: Expr = {
      kind: 'select',
      test: isSingle(arrays),
      whenTrue: pureCall('new Float32Array', size),
      whenFalse: pureCall('new Float64Array', size),
    }
    body.push({ kind: 'const', name: target, value: v.dtype === 'bool' ? pureCall('new Uint8Array', size) : floats })
    return target
  })
  const loop = elementLoop(fn, data, results, size, context)
  add(
    body,
    loop,
    [...data, ...results].map((array) => member(array, 'byteLength')),
  )
  const wrapped = (i: number): Expr => pureCall('new $t.NDArray', name(results[i]), member(arrays, 'shape'), resultDType(fn, i, arrays))
  body.push({ kind: 'return', value: arrange(fn.outputs as OutputTree, wrapped) })
  return { setup: [], wasm: [] }
}

/** The same in the heap, in one of two forms: all operands float32, or all float64. */
function onHeapArrays(
  fn: TracedFunction,
  parameters: readonly string[],
  context: Context,
  exportName: () => string,
  add: AddLoop,
): Pick<LoweredFunction, 'setup' | 'wasm'> {
  const { names, body } = context
  const { arrays, data, size } = broadcastArrays(parameters, context)
  const kernels = names.fresh('k')
  body.push(fetchKernels(kernels))
  const wasm: WasmFunction[] = []
  for (const dtype of ['float32', 'float64'] as const) {
    const inner: Stmt[] = []
    const constant = (wish: string, value: Expr, type: DType): string => {
      const target = names.fresh(wish)
      inner.push({ kind: 'const', name: target, value })
      context.setType(target, type)
      return target
    }
    const operands = data.map((d) => constant(`${d}_at`, call('$t.put', dtype === 'float32' ? pureCall('Float32Array.from', name(d)) : name(d)), dtype))
    const results = fn.graph.outputs.map((v, i) => {
      const type = v.dtype === 'bool' ? 'bool' : dtype
      return constant(resultName(fn, i), wasmStorage.fresh(type, size), type)
    })
    const written = fn.graph.outputs.map((v) => times(number(dtypes[v.dtype === 'bool' ? 'bool' : dtype].bytes), size))
    add(inner, elementLoop(fn, operands, results, size, context), [...operands.map(() => times(number(dtypes[dtype].bytes), size)), ...written])
    const copied = (i: number): Expr => call('$t.copied', name(results[i]), member(arrays, 'shape'), resultDType(fn, i, arrays))
    inner.push({ kind: 'return', value: arrange(fn.outputs as OutputTree, copied) })
    const regions = toWasm(inner, { arrays: context.arrayTypes, scalars: context.scalarTypes }, kernels, exportName)
    wasm.push(...regions.functions)
    const whole = inArena(regions.body, names)
    if (dtype === 'float32') body.push({ kind: 'if', test: isSingle(arrays), body: whole })
    else body.push(...whole)
  }
  return { setup: [declareKernels(kernels)], wasm }
}
