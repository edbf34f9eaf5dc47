// analysis: an arrow's parameters, from their TypeScript types, as leaves of the graph.
import type ts from 'typescript'
import type { DType } from '../graph/dtype.ts'
import { type Length, type Parameter, plainInput } from '../graph/tracedFunction.ts'
import { type Dim, input, type Variable } from '../graph/variable.ts'
import { classify, isContainer, isNullable, symbolAt, typeAt, typeText } from './checker.ts'
import { fail, unwrapped } from './host.ts'
import type { Tracing } from './tracing.ts'
import { describeRank, Tensor } from './values.ts'

export interface Parameters {
  readonly specs: readonly Parameter[]
  readonly leaves: readonly Variable[]
  readonly values: readonly Tensor[]
}

interface ParameterType {
  readonly dtype: DType
  readonly shape: readonly Length[]
  readonly weak: boolean
}

/** Reads all parameters; sets t.ufunc where none has a type. */
export function readParameters(t: Tracing, arrow: ts.FunctionLikeDeclaration): Parameters {
  const list = arrow.parameters.filter((p) => p.name.getText() !== 'this')
  const untyped = list.filter((p) => !p.type && !p.initializer)
  if (untyped.length > 0 && untyped.length < list.length) fail('TH3020', { name: untyped[0].name.getText() }, untyped[0])
  t.ufunc = untyped.length > 0
  const read = list.map((p, index) => readParameter(t, arrow, p, index))
  return { specs: read.map((r) => r.spec), leaves: read.map((r) => r.leaf), values: read.map((r) => new Tensor(r.leaf)) }
}

/** Throws GraphError TH3021 (rest), TH3022 (destructured), TH3023 (optional). */
function readParameter(t: Tracing, arrow: ts.FunctionLikeDeclaration, p: ts.ParameterDeclaration, index: number) {
  if (p.dotDotDotToken) fail('TH3021', { name: p.name.getText() }, p)
  if (!t.host.ts.isIdentifier(p.name)) return fail('TH3022', {}, p)
  if (p.questionToken || (!p.initializer && typeAt(t.host, p.name).isUnion() && isNullable(t.host, typeAt(t.host, p.name))))
    fail('TH3023', { name: p.name.text }, p)
  if (p.initializer) checkDefault(t, arrow, p)
  const type = t.ufunc ? { dtype: 'float64' as const, shape: [], weak: true } : typeOfParameter(t, p, p.name.text)
  const leaf = input(
    type.dtype,
    type.shape.map((n) => (typeof n === 'number' ? n : null)),
    { kind: 'parameter', index },
    p.name.text,
    type.weak,
  )
  leaf.shape = leaf.shape.map((d, axis) => sharedSize(type.shape[axis], d, t.sizes))
  const spec: Parameter = { ...plainInput, name: p.name.text, dtype: type.dtype, shape: type.shape, ...(p.initializer && defaultOf(t, p, p.initializer, type)) }
  return { spec, leaf }
}

/** The first parameter with a size name defines its Dim. */
function sharedSize(length: Length, d: Dim, sizes: Map<string, Dim>): Dim {
  if (typeof length !== 'string') return d
  const known = sizes.get(length) ?? d
  sizes.set(length, known)
  return known
}

/** Throws GraphError TH3024 (no symbolic type), TH3025 (a loose one). */
function typeOfParameter(t: Tracing, p: ts.ParameterDeclaration, name: string): ParameterType {
  // Without a type of its own the parameter has that of its default.
  const type = typeAt(t.host, !p.type && p.initializer ? p.initializer : p.name)
  const facts = classify(t.host, type)
  switch (facts.kind) {
    case 'number':
      return { dtype: 'float64', shape: [], weak: true }
    case 'boolean':
      return { dtype: 'bool', shape: [], weak: false }
    case 'literal':
      return typeof facts.value === 'string'
        ? fail('TH3024', { name, type: typeText(t.host, type) }, p)
        : typeof facts.value === 'number'
          ? { dtype: 'float64', shape: [], weak: true }
          : { dtype: 'bool', shape: [], weak: false }
    case 'shared':
    case 'tensor':
      if (facts.rank === null || facts.dtype === null) return fail('TH3025', { name, type: typeText(t.host, type) }, p)
      return { dtype: facts.dtype, shape: facts.shape?.length === facts.rank ? facts.shape : new Array<null>(facts.rank).fill(null), weak: false }
    default:
      return fail('TH3024', { name, type: typeText(t.host, type) }, p)
  }
}

/** A default is computed in the user's own scope. Throws GraphError TH3026 if it reads other parameters. */
function checkDefault(t: Tracing, arrow: ts.FunctionLikeDeclaration, p: ts.ParameterDeclaration): void {
  const { ts } = t.host
  const expression = p.initializer!
  const visit = (node: ts.Node): void => {
    const declaration = ts.isIdentifier(node) ? symbolAt(t.host, node)?.valueDeclaration : undefined
    if (declaration && ts.isParameter(declaration) && declaration.parent === arrow) fail('TH3026', { name: p.name.getText() }, expression)
    ts.forEachChild(node, visit)
  }
  visit(expression)
  if (expression.getSourceFile() !== t.call.file) fail('TH3026', { name: p.name.getText() }, expression)
}

/**
 * A default is a value, computed where it is missing, or a container, in which the input is kept and which nobody passes.
 * Throws GraphError TH3044 for a container of something else.
 */
function defaultOf(t: Tracing, p: ts.ParameterDeclaration, initializer: ts.Expression, type: ParameterType): Partial<Parameter> {
  const { factory } = t.host.ts
  const given = typeAt(t.host, unwrapped(t.host, initializer))
  const container = isContainer(t.host, given)
  const facts = classify(t.host, given)
  const kept = container || facts.kind === 'shared'
  if (facts.kind === 'shared' && ((facts.rank ?? type.shape.length) !== type.shape.length || (facts.dtype ?? type.dtype) !== type.dtype)) {
    const [found, expected] = [facts, { rank: type.shape.length, dtype: type.dtype }].map((f) => `${f.dtype ?? 'any'} ${describeRank(f.rank ?? 0)}`)
    fail('TH3044', { name: p.name.getText(), found, expected }, initializer)
  }
  const capture = t.addCapture({
    kind: kept ? 'shared' : 'default',
    name: p.name.getText(),
    dtype: type.dtype,
    lengths: type.shape.map((n) => (typeof n === 'number' ? n : null)),
    expression: container ? factory.createPropertyAccessExpression(initializer, 'shared') : initializer,
  })
  return { default: capture, kept, implicit: kept }
}
