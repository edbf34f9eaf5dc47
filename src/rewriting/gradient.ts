// rewriting: reverse-mode differentiation. Every `grad` Apply is replaced by the graph it stands for; the gradient of a
// Variable has exactly its shape and its float dtype.
import { isFloat } from '../graph/dtype.ts'
import { type Facts, GraphError, type Span } from '../graph/errors.ts'
import { ancestors, type FunctionGraph } from '../graph/functionGraph.ts'
import type { InputGradient } from '../graph/op.ts'
import { add } from '../graph/ops/arithmetic.ts'
import { type Disconnected, gradOp, isIdentity } from '../graph/ops/differentiate.ts'
import { broadcast } from '../graph/ops/elementwise.ts'
import { where } from '../graph/ops/logic.ts'
import { broadcastTo, reshape } from '../graph/ops/shape.ts'
import { apply, type ValueType, type Variable, withSpan } from '../graph/variable.ts'
import { expandComposites } from './composites.ts'
import { uniformValue } from './match.ts'
import { everyRoot, mapEveryRoot, sameShape, typedConstant, withDType } from './types.ts'

/** A finding that does not stop the build; the code names its text. */
export interface Warning {
  readonly code: string
  readonly facts: Facts
  readonly span: Span | null
}

/** Gradients of one (cost, constants, known) towards everything on the way to `wrt`; 'zero': connected, derivative zero. */
interface Sweep {
  readonly wrt: ReadonlySet<Variable>
  readonly gradients: ReadonlyMap<Variable, Variable | 'zero'>
}

interface Request {
  readonly cost: Variable
  readonly wrt: Variable
  readonly constants: ReadonlySet<Variable>
  readonly known: readonly (readonly [Variable, Variable])[]
  /** The same for all requests that share a sweep. */
  readonly key: string
}

/**
 * Replaces every gradient in the graph's roots and initial states, inner ones first. Throws GraphError TH4002 (the cost does not
 * depend on wrt, and that is not allowed); reports TH9001 where it is only warned of. What only gradients see is gone then.
 */
export function expandGradients(graph: FunctionGraph, report: (warning: Warning) => void = () => {}): FunctionGraph {
  const expanded = withoutGradients(graph, report)
  return ancestors(everyRoot(expanded), true).some(isIdentity) ? expandComposites(expanded, isIdentity) : expanded
}

function withoutGradients(graph: FunctionGraph, report: (warning: Warning) => void): FunctionGraph {
  const order = ancestors(everyRoot(graph), true)
  if (!order.some(isGrad)) return graph
  const siblings = siblingsOf(order)
  const mapped = new Map<Variable, Variable>()
  const sweeps = new Map<string, Sweep>()
  const expand = (v: Variable): Variable => {
    const request = requestOf(
      v.owner!.inputs.map((x) => mapped.get(x)!),
      v.owner!.params.constants as number,
    )
    let sweep = sweeps.get(request.key)
    if (!sweep?.wrt.has(request.wrt)) {
      const known = siblings.get(groupKey(v))!.flatMap((x) => mapped.get(x) ?? [])
      sweep = reverse(request, new Set([...(sweep?.wrt ?? []), ...known, request.wrt]))
      sweeps.set(request.key, sweep)
    }
    return resultOf(sweep, request, v, report)
  }
  for (const v of order) mapped.set(v, isGrad(v) ? withSpan(v.owner!.span, () => expand(v)) : rebuilt(v, mapped))
  return mapEveryRoot(graph, (v) => mapped.get(v)!)
}

/**
 * The Variables that gradients in the graph name: what they are taken with respect to, constants, and known gradients.
 * Rewriting before expandGradients must not look inside them.
 */
export function gradientAnchors(graph: FunctionGraph): Set<Variable> {
  return new Set(
    ancestors(everyRoot(graph), true)
      .filter(isGrad)
      .flatMap((v) => v.owner!.inputs.slice(1)),
  )
}

const isGrad = (v: Variable): boolean => v.owner?.op === gradOp
const groupKey = (v: Variable): string => keyOf(v.owner!.inputs, v.owner!.params.constants as number)
const keyOf = ([cost, , ...rest]: readonly Variable[], constants: number): string => `${cost.id} ${constants} ${rest.map((v) => v.id)}`

function siblingsOf(order: readonly Variable[]): Map<string, Variable[]> {
  const siblings = new Map<string, Variable[]>()
  for (const v of order.filter(isGrad)) {
    const key = groupKey(v)
    siblings.set(key, [...(siblings.get(key) ?? []), v.owner!.inputs[1]])
  }
  return siblings
}

function requestOf(inputs: readonly Variable[], constants: number): Request {
  const [cost, wrt, ...rest] = inputs
  const pairs = rest.slice(constants)
  const known = pairs.flatMap((v, i) => (i % 2 === 0 ? [[v, pairs[i + 1]] as const] : []))
  return { cost, wrt, constants: new Set(rest.slice(0, constants)), known, key: keyOf(inputs, constants) }
}

function rebuilt(v: Variable, mapped: ReadonlyMap<Variable, Variable>): Variable {
  if (v.owner === null) return v
  const { op, inputs, params, span } = v.owner
  const replaced = inputs.map((x) => mapped.get(x)!)
  if (replaced.every((x, i) => x === inputs[i])) return v
  const result = withSpan(span, () => apply(op, replaced, params))
  result.name ??= v.name
  return result
}

function resultOf(sweep: Sweep, { wrt }: Request, grad: Variable, report: (warning: Warning) => void): Variable {
  const gradient = sweep.gradients.get(wrt)
  if (gradient !== undefined && gradient !== 'zero') return gradient
  const policy = grad.owner!.params.disconnected as Disconnected
  const facts = { name: wrt.name ?? grad.owner!.inputs[1].name ?? 'an expression' }
  if (gradient === undefined && policy === 'raise') throw new GraphError('TH4002', facts, grad.owner!.span)
  if (gradient === undefined && policy === 'warn') report({ code: 'TH9001', facts, span: grad.owner!.span })
  return zerosFor(wrt)
}

/** The type of a Variable's gradient. Integers are taken as points of the real line. */
function gradientType(v: Variable): ValueType {
  const float = isFloat(v.dtype)
  return { dtype: float ? v.dtype : 'float64', weak: v.weak && float, shape: v.shape }
}
const zerosFor = (v: Variable): Variable => broadcastTo(typedConstant(0, gradientType(v)), v.shape)

/** One pass from the cost to `wrt`, along the paths that lead there. */
function reverse({ cost, constants, known }: Request, wrt: ReadonlySet<Variable>): Sweep {
  const order = ancestors([cost, ...known.map(([v]) => v)])
  const needed = leadingTo(order, wrt, constants)
  const gradients = new Map<Variable, Variable | 'zero'>()
  const contribute = (v: Variable, g: InputGradient): void => {
    if (g === null || !needed.has(v)) return
    const before = gradients.get(v)
    if (g === 'zero') gradients.set(v, before ?? 'zero')
    else gradients.set(v, before === undefined || before === 'zero' ? conform(g, v) : add(before, conform(g, v)))
  }
  contribute(cost, typedConstant(1, gradientType(cost)))
  for (const [v, g] of known) contribute(v, g.rank < v.rank ? broadcastTo(g, v.shape) : g)
  for (const v of order.toReversed()) {
    const g = gradients.get(v)
    if (g === undefined || v.owner === null || constants.has(v)) continue
    const { inputs, span } = v.owner
    if (!inputs.some((x) => needed.has(x))) continue
    withSpan(span, () => inputGradients(v, g).forEach((contribution, i) => contribute(inputs[i], contribution)))
  }
  return { wrt, gradients }
}

/** The Variables on a path to one of `wrt`; constants end a path. */
function leadingTo(order: readonly Variable[], wrt: ReadonlySet<Variable>, constants: ReadonlySet<Variable>): Set<Variable> {
  const leading = new Set<Variable>()
  for (const v of order) if (wrt.has(v) || (!constants.has(v) && v.owner?.inputs.some((x) => leading.has(x)))) leading.add(v)
  return leading
}

/** The op's rule; where the derivative is zero whatever the rule says, only what it is connected to. */
function inputGradients(v: Variable, g: Variable | 'zero'): readonly InputGradient[] {
  const { op, inputs, params } = v.owner!
  if (g === 'zero' || !isFloat(v.dtype)) {
    if (op.kind === 'elementwise') return inputs.map(() => 'zero')
    return op.gradient(inputs, v, zerosFor(v), params).map((x) => x && 'zero')
  }
  const mask = op.kind === 'elementwise' ? maskOf(g) : null
  return mask ? maskedGradients(v, mask) : op.gradient(inputs, v, g, params)
}

/** A gradient that a selection let pass on one side only. */
interface Mask {
  readonly gradient: Variable
  readonly select: (contribution: Variable) => Variable
}

function maskOf(g: Variable): Mask | null {
  if (g.owner?.op !== where.op) return null
  const [condition, a, b] = g.owner.inputs
  if (uniformValue(b) === 0) return { gradient: a, select: (x) => where(condition, x, 0) }
  if (uniformValue(a) === 0) return { gradient: b, select: (x) => where(condition, 0, x) }
  return null
}

/**
 * Elementwise rules are linear in the gradient, so its mask can be applied after them: where nothing passes, an infinite or
 * undefined derivative must not turn 0 into NaN (Theano's local_mul_switch_sink).
 */
function maskedGradients(v: Variable, { gradient, select }: Mask): readonly InputGradient[] {
  const { op, inputs, params } = v.owner!
  const full = inputs.map((x) => (x.value !== null ? x : broadcastTo(x, v.shape)))
  const whole = sameShape(gradient.shape, v.shape) ? gradient : broadcastTo(gradient, v.shape)
  return op
    .gradient(full, v, whole, params)
    .map((g, i) => (g === null || g === 'zero' || inputs[i].value !== null ? g : broadcast.back(select(g), inputs[i].shape)))
}

/** A contribution as exactly the type of v's gradient. Lengths that are equal only at the call are renamed by a reshape. */
function conform(g: Variable, v: Variable): Variable {
  if (g.rank !== v.rank) throw new Error(`gradient of rank ${g.rank} for ${v.owner?.op.name ?? v.name} of rank ${v.rank}`)
  const typed = withDType(g, gradientType(v))
  return sameShape(typed.shape, v.shape) ? typed : reshape(typed, v.shape)
}
