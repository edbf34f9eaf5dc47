// analysis/builtins: random draws. Each evaluation of `rng.uniform(…)` while tracing has a stream of its own: a container that the emitted
// code asks the streams for when the function is made, and that goes on by one draw at each call.
import type ts from 'typescript'
import type { DType } from '../../graph/dtype.ts'
import { div, sub } from '../../graph/ops/arithmetic.ts'
import { dtypeArgument } from '../../graph/ops/create.ts'
import type { Operand } from '../../graph/ops/elementwise.ts'
import { cast, where } from '../../graph/ops/logic.ts'
import * as random from '../../graph/ops/random.ts'
import type { Variable } from '../../graph/variable.ts'
import { symbolOfType } from '../checker.ts'
import { toArgument, toOperand, toVariable } from '../convert.ts'
import { fail } from '../host.ts'
import { theanoName } from '../theanoModule.ts'
import type { Tracing } from '../tracing.ts'
import { Builtin, describe, Path, Rec, Tensor, type Value } from '../values.ts'

/** The arguments of a call: the first of those that have a place, then those that have a name. */
interface Arguments {
  /** Shape or array: number `i` as it came, lists as lists. */
  readonly plain: (i: number) => unknown
  /** A parameter; literals stay weak. */
  readonly operand: (i: number, otherwise?: Operand) => Operand
  readonly given: (i: number) => boolean
  readonly option: (name: string) => Value
  readonly dtype: (otherwise: DType, floats: boolean) => DType
}

interface Method {
  /** Arguments that must be there. */
  readonly least: number
  readonly options: readonly string[]
  readonly draw: (state: Variable, a: Arguments, t: Tracing, node: ts.Node) => Variable
}

type FloatType = 'float64' | 'float32'
const floats = (a: Arguments): FloatType => a.dtype('float64', true) as FloatType
const counts = (a: Arguments, drawn: Variable): Variable => cast(drawn, a.dtype('int32', false))

const methods: Readonly<Record<string, Method>> = {
  uniform: { least: 0, options: ['dtype'], draw: (s, a) => random.uniform(s, a.plain(0), a.operand(1, 0), a.operand(2, 1), floats(a)) },
  normal: { least: 0, options: ['dtype'], draw: (s, a) => random.normal(s, a.plain(0), a.operand(1, 0), a.operand(2, 1), floats(a)) },
  integers: {
    least: 2,
    options: ['dtype'],
    draw: (s, a) => counts(a, a.given(2) ? random.integers(s, a.plain(0), a.operand(1), a.operand(2)) : random.integers(s, a.plain(0), 0, a.operand(1))),
  },
  bernoulli: { least: 0, options: ['dtype'], draw: (s, a) => random.bernoulli(s, a.plain(0), a.operand(1, 0.5), a.dtype('bool', false)) },
  binomial: { least: 3, options: ['dtype'], draw: (s, a) => counts(a, random.binomial(s, a.plain(0), a.operand(1), a.operand(2))) },
  poisson: { least: 0, options: ['dtype'], draw: (s, a) => counts(a, random.poisson(s, a.plain(0), a.operand(1, 1))) },
  exponential: { least: 0, options: ['dtype'], draw: (s, a) => random.exponential(s, a.plain(0), a.operand(1, 1), floats(a)) },
  gamma: { least: 2, options: ['dtype'], draw: (s, a) => random.gamma(s, a.plain(0), a.operand(1), a.operand(2, 1), floats(a)) },
  beta: { least: 3, options: ['dtype'], draw: (s, a) => random.beta(s, a.plain(0), a.operand(1), a.operand(2), floats(a)) },
  choice: { least: 2, options: ['replace', 'p'], draw: chosen },
  permutation: { least: 1, options: [], draw: (s, a) => random.permutation(s, a.operand(0)) },
  shuffleRows: { least: 1, options: [], draw: (s, a) => random.shuffleRows(s, a.operand(0)) },
  multinomial: { least: 3, options: ['dtype'], draw: (s, a) => counts(a, random.multinomial(s, a.plain(0), a.operand(1), a.operand(2))) },
}

function chosen(state: Variable, a: Arguments, t: Tracing, node: ts.Node): Variable {
  const [replace, p] = [a.option('replace'), a.option('p')]
  if (replace !== undefined && typeof replace !== 'boolean') fail('TH2012', { what: 'replace' }, node)
  return random.choice(state, a.plain(0), a.operand(1), p === undefined ? undefined : toOperand(t, p, node), replace !== false)
}

/** Are these the streams that `theano.randomStreams` makes? */
export function isRandomStreams(t: Tracing, v: Value): v is Path {
  const symbol = v instanceof Path ? symbolOfType(t.host, v.type) : undefined
  return symbol !== undefined && theanoName(t.host, symbol) === 'RandomStreams'
}

/** `rng.name`. Throws GraphError TH1020; its calls TH1072 (outside an arrow), TH2031, TH2043, TH2044, TH2016, TH2070 (dtype). */
export function streamsMember(_: Tracing, rng: Path, name: string, node: ts.Node): Value {
  if (!Object.hasOwn(methods, name)) return fail('TH1020', { name, what: rng.text }, node)
  return new Builtin(name, (t, args, at) => {
    const { least, options, draw } = methods[name]
    const read = readArguments(t, `${rng.text}.${name}`, args, { least, options }, at)
    return new Tensor(draw(newStream(t, rng, name, at), read, t, at))
  })
}

function readArguments(t: Tracing, name: string, args: readonly Value[], { least, options }: Pick<Method, 'least' | 'options'>, node: ts.Node): Arguments {
  const last = args.at(-1)
  const named = last instanceof Rec ? last : null
  const placed = named ? args.slice(0, -1) : args
  const unknown = [...(named?.entries.keys() ?? [])].find((key) => !options.includes(key))
  if (unknown !== undefined) fail('TH2044', { name, option: unknown }, node)
  // The shape may be left to the parameters, which may not.
  const missing = Array.from({ length: least }, (_, i) => i).find((i) => (i > 0 || least === 1) && placed[i] === undefined)
  if (missing !== undefined) fail('TH2043', { name, given: missing, least }, node)
  const option = (key: string): Value => named?.entries.get(key)
  return {
    plain: (i) => (placed[i] === undefined ? undefined : toArgument(t, placed[i], node)),
    operand: (i, otherwise) => (placed[i] === undefined ? otherwise! : toOperand(t, placed[i], node)),
    given: (i) => placed[i] !== undefined,
    option,
    dtype: (otherwise, real) => {
      const dtype = dtypeArgument(option('dtype'), otherwise)
      if (real && dtype !== 'float64' && dtype !== 'float32') fail('TH2070', { name, dtype }, node)
      return dtype
    },
  }
}

/** The state of a stream of its own for what is evaluated now. */
function newStream(t: Tracing, rng: Path, name: string, node: ts.Node): Variable {
  if (t.outside > 0) fail('TH1072', { name: `${rng.text}.${name}` }, node)
  t.needsTypes(`${rng.text}.${name}()`, node)
  const { factory } = t.host.ts
  const ref = t.sharedAt(`stream ${t.captures.length}`, () => ({
    dtype: 'uint32',
    lengths: [4],
    name: `${rng.text}.${name}`,
    expression: factory.createCallExpression(factory.createPropertyAccessExpression(rng.expression(t), 'stream'), undefined, []),
  }))
  ref.defaultUpdate = () => random.advance(ref.leaf)
  ref.group = rng.key
  return ref.variable
}

/** `dropout(x, p, rng)`. Throws GraphError TH1071 where the third argument is no random streams. */
export function dropout(t: Tracing, [x, p, rng]: Value[], node: ts.Node): Value {
  if (!isRandomStreams(t, rng)) return fail('TH1071', { found: describe(rng) }, node)
  const [v, probability] = [toVariable(t, x, node), toOperand(t, p, node)]
  const dropped = random.bernoulli(newStream(t, rng, 'dropout', node), v.shape, probability, 'bool')
  const scaled = div(v, sub(1, probability))
  return new Tensor(where(dropped, 0, scaled.dtype === 'float64' && v.dtype === 'float32' ? cast(scaled, v.dtype) : scaled))
}

/** `randomStreams` in an arrow. Throws GraphError TH1070. */
export const noStreams = (_: Tracing, __: Value[], node: ts.Node): Value => fail('TH1070', {}, node)
