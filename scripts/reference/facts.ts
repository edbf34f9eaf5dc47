// scripts: what the functions of the library do, found by building them: on the cases of test/golden (every function has some),
// and on the same cases with one argument replaced by something else.
import { readdirSync } from 'node:fs'
import { type DType, isDType, isFloat } from '../../src/graph/dtype.ts'
import { GraphError } from '../../src/graph/errors.ts'
import type { Value } from '../../src/graph/op.ts'
import { mul } from '../../src/graph/ops/arithmetic.ts'
import { grad } from '../../src/graph/ops/differentiate.ts'
import { sum } from '../../src/graph/ops/reduce.ts'
import { broadcastTo } from '../../src/graph/ops/shape.ts'
import { constant, input, Variable } from '../../src/graph/variable.ts'
import { expandGradients } from '../../src/rewriting/index.ts'
import { uniformValue } from '../../src/rewriting/match.ts'
import { type Built, build, type Case, type Golden, loadGolden } from '../../test/golden/load.ts'

export interface Facts {
  /** Positions of arguments to which a gradient flows. */
  readonly gradient: ReadonlySet<number>
  /** Why none does. */
  readonly without: 'not a float' | 'zero' | 'no dependence'
  /** Dtype of the result by dtype of the floating operands; empty where an argument says it. */
  readonly dtypes: ReadonlyMap<DType, DType>
  /** Codes of the messages for arguments that do not fit. */
  readonly codes: readonly string[]
}

interface Sample {
  readonly golden: Golden
  readonly args: readonly unknown[]
  /** Which of several results. */
  readonly part?: number
}
type Options = { readonly options: Readonly<Record<string, unknown>> }
const isOptions = (a: unknown): a is Options => typeof a === 'object' && a !== null && 'options' in a

const numbers = (dtype: DType, shape: readonly number[]): Value => ({ dtype, shape, data: new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(1) })
/** Operands that no case was made for. */
const probes: Readonly<Record<string, Value>> = {
  probe0: numbers('float64', []),
  probe1: numbers('float64', [7]),
  probe2: numbers('float64', [7, 5]),
  probe3: numbers('float64', [7, 5, 2]),
  probeInteger: numbers('int32', []),
  probeIntegers: numbers('int32', [7]),
  probeBools: numbers('bool', [7]),
}
const operands = Object.keys(probes).map((name) => `$${name}`)
const plain = [-99, -1, 0, 0.5, 99, 'nonsense']
const lists = [[], [99], [0, 0], [-1, -1], [7, 7], [0.5], ['$probe0'], ['$probe1', '$probe2'], ['$probe1', '$probe3']]

/** These have no numbers to compare with NumPy's. */
const unmeasured: Readonly<Record<string, readonly unknown[]>> = {
  stopGradient: ['$probe1'],
  zeroGrad: ['$probe1'],
  gradClip: ['$probe1', -1, 1],
  gradScale: ['$probe1', 2],
}

/** `parameters` are the names of what the function takes. Throws Error for a function without a case in test/golden. */
export function factsOf(name: string, parameters: readonly string[]): Facts {
  const samples = samplesOf(name)
  if (samples.length === 0) throw new Error(`${name} has no case in test/golden`)
  const flows = samples.flatMap((s) => [s, ...withLeaves(s)]).flatMap((s) => flowsOf(name, s))
  const found = (flow: Flow['flow']): boolean => flows.some((f) => f.flow === flow)
  return {
    gradient: new Set(flows.flatMap(({ position, flow }) => (flow === 'some' ? [position] : []))),
    without: found('zero') ? 'zero' : found('not a float') && !found('no dependence') ? 'not a float' : 'no dependence',
    dtypes: dtypesOf(name, samples),
    codes: codesOf(
      name,
      samples.flatMap((s) => [s, ...withMore(s, parameters)]),
    ),
  }
}

const goldens = (): Golden[] => {
  const folder = new URL('../../test/golden/', import.meta.url)
  const topics = readdirSync(folder).flatMap((file) =>
    file.endsWith('.json') && !/printing|promotion|examples|optimizers|vectorMath|npz/.test(file) ? [file.slice(0, -5)] : [],
  )
  return topics.map((topic) => {
    const golden = loadGolden(topic)
    return { ...golden, arrays: { ...golden.arrays, ...probes } }
  })
}
const every = goldens()

/** At most 30, from all over the cases. */
function samplesOf(name: string): Sample[] {
  const all = every.flatMap((golden) => golden.cases.flatMap((c): Sample[] => (c.op === name ? [{ golden, args: c.args, part: c.part }] : [])))
  if (Object.hasOwn(unmeasured, name)) all.push({ golden: every[0], args: unmeasured[name] })
  const stride = Math.ceil(all.length / 30)
  return all.filter((_, i) => i % stride === 0)
}

const replaced = (args: readonly unknown[], at: number, by: unknown): unknown[] => args.map((a, i) => (i === at ? by : a))
const isOperand = (a: unknown): boolean => typeof a === 'string' && a.startsWith('$')
/** Operands in an argument, in lists and in calls that make it. */
function operandsIn(a: unknown): string[] {
  if (typeof a === 'string') return isOperand(a) ? [a] : []
  return typeof a === 'object' && a !== null ? Object.values(a).flatMap(operandsIn) : []
}

/** The sample with its first operand made float64, and with each number in turn made a parameter. */
function withLeaves(sample: Sample): Sample[] {
  const { args, golden } = sample
  const first = operandsIn(args)[0] as string | undefined
  const key = first?.slice(1) ?? ''
  const arrays = { ...golden.arrays, [key]: { ...golden.arrays[key], dtype: 'float64' as const } }
  const floating = first === undefined ? [] : [{ ...sample, golden: { ...golden, arrays } }]
  return [...floating, ...args.flatMap((a, i) => (typeof a === 'number' ? [{ ...sample, args: replaced(args, i, '$probe0') }] : []))]
}

/** The sample with one more argument, where the function takes one. */
function withMore(sample: Sample, parameters: readonly string[]): Sample[] {
  const next = parameters[Math.min(sample.args.length, parameters.length - 1)]
  if (sample.args.length >= parameters.length && next !== 'index' && next !== 'pattern') return []
  return [{ ...sample, args: [...sample.args, next === 'options' ? { options: { axis: 0 } } : 0] }]
}

/** Null where the arguments do not fit; the code of the message is added to `codes`. */
function attempt(name: string, { golden, args, part }: Sample, codes?: Set<string>): Built | null {
  try {
    const built = build(golden, { op: name, args, part } as Case, false)
    return built.output instanceof Variable ? built : null
  } catch (error) {
    if (error instanceof GraphError) codes?.add(error.code)
    return null
  }
}

interface Flow {
  readonly position: number
  readonly flow: 'some' | Facts['without']
}

function flowsOf(name: string, sample: Sample): Flow[] {
  const built = attempt(name, sample)
  if (!built) return []
  const { output, leaves } = built
  const names = sample.args.map(operandsIn)
  return [...leaves.keys()].flatMap((leaf): Flow[] => {
    const position = names.findIndex((list) => list.includes(`$${leaf.name}`))
    return position >= 0 && isFloat(leaf.dtype) ? [{ position, flow: flowBetween(leaf, output) }] : []
  })
}

function flowBetween(leaf: Variable, output: Variable): Flow['flow'] {
  if (!isFloat(output.dtype)) return 'not a float'
  const weights = input('float64', [], { kind: 'placeholder', key: 'weights' }, 'weights')
  const cost = sum(mul(output, broadcastTo(weights, output.shape)))
  try {
    const [g] = expandGradients({ name: 'f', inputs: [], outputs: [grad(cost, leaf)], updates: [], effects: [], states: [] }).outputs
    return zeroEverywhere(g) ? 'zero' : 'some'
  } catch (error) {
    if (error instanceof GraphError && error.code === 'TH4002') return 'no dependence'
    throw error
  }
}
const zeroEverywhere = (g: Variable): boolean => g === constant(0) || uniformValue(g) === 0

/** Of the first case without a dtype among its arguments, with its float64 operands given another dtype. */
function dtypesOf(name: string, samples: readonly Sample[]): Map<DType, DType> {
  const sample = samples.find(({ golden, args }) => {
    const used = operandsIn(args)
    const says = args.flatMap((a) => (isOptions(a) ? Object.values(a.options) : [a])).some((a) => typeof a === 'string' && isDType(a))
    const types = used.map((a) => golden.arrays[a.slice(1)].dtype)
    return !says && types.includes('float64') && !types.includes('float32')
  })
  const results = new Map<DType, DType>()
  if (!sample) return results
  for (const dtype of ['float64', 'float32', 'int32', 'bool'] as const) {
    const arrays = Object.fromEntries(Object.entries(sample.golden.arrays).map(([key, v]) => [key, v.dtype === 'float64' ? { ...v, dtype } : v]))
    const built = attempt(name, { ...sample, golden: { ...sample.golden, arrays } })
    if (built) results.set(dtype, built.output.dtype)
  }
  return results
}

function codesOf(name: string, samples: readonly Sample[]): string[] {
  const codes = new Set<string>()
  for (const sample of samples) {
    const { args } = sample
    args.forEach((a, i) => {
      const others = isOptions(a)
        ? optionsLike(a)
        : Array.isArray(a)
          ? [...lists, ...listsLike(a)]
          : typeof a === 'object' || isOperand(a)
            ? operands
            : [...plain, ...operands]
      for (const other of others) attempt(name, { ...sample, args: replaced(args, i, other) }, codes)
    })
  }
  return [...codes].sort()
}

const optionsLike = ({ options }: Options): Options[] =>
  Object.keys(options).flatMap((key) => [...plain, ...lists, ...operands].map((value) => ({ options: { ...options, [key]: value } })))
const listsLike = (list: readonly unknown[]): unknown[] => list.flatMap((_, i) => [...plain, ...operands].map((value) => replaced(list, i, value)))
