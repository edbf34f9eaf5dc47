// analysis: updates that variables bring along (Theano's default_update). Each runs where something that the function
// computes depends on its variable, unless the function updates that itself.
import type ts from 'typescript'
import { dependencies } from '../graph/dependencies.ts'
import type { Variable } from '../graph/variable.ts'
import { propertyOf, symbolAt, typeAt, updatesByDefault } from './checker.ts'
import { constInitializer, isDeclarationWritten } from './constants.ts'
import { toVariable } from './convert.ts'
import { tryOutside } from './evaluate.ts'
import { fail, unwrapped, writtenProperty } from './host.ts'
import { callValue } from './inline.ts'
import { memberOf } from './members.ts'
import type { FnOptions } from './options.ts'
import { factoryOf, returned } from './origins.ts'
import { theanoName } from './theanoModule.ts'
import type { Tracing } from './tracing.ts'
import { beforeUpdates, insideCondition, isBeforeUpdates, type Origin, Path, Rec, SharedRef, Tensor, type Value } from './values.ts'

type Excluded = FnOptions['noDefaultUpdates']

/** In a branch or a default update, what functions called there would update is left to the function around. */
export const isLeftToCaller = (): boolean => insideCondition() || isBeforeUpdates()

/**
 * Makes the default updates of all containers on which `roots` depend, and of those on which these updates depend in turn. All of them
 * read the values from before the call. `inputs`: what an inlined function was given, which is not its own.
 */
export function applyDefaultUpdates(t: Tracing, roots: readonly Variable[], isUpdated: (ref: SharedRef) => boolean, inputs?: ReadonlySet<Variable>): void {
  if (isLeftToCaller() || t.containers.every((ref) => ref.defaultUpdate === null)) return
  const seen = new Set<Variable>()
  for (let next = [...roots]; next.length > 0; ) {
    const found = new Set(t.containers.map((ref) => ref.found))
    for (const v of dependencies(next, inputs, found)) seen.add(v)
    next = []
    for (const ref of t.containers) {
      const { defaultUpdate } = ref
      if (defaultUpdate === null || !ref.mentioned || isUpdated(ref) || !ref.isAmong(seen) || t.noDefaultUpdates.some((list) => isExcluded(ref, list))) continue
      const value = beforeUpdates(defaultUpdate)
      t.located(ref.defaultUpdateNode ?? t.call.node, () => ref.assign(value))
      next.push(ref.update!)
    }
  }
}

export const isExcluded = (ref: SharedRef, excluded: Excluded): boolean =>
  typeof excluded === 'boolean' ? excluded : excluded.some((v) => (v instanceof SharedRef ? v === ref : v instanceof Path && v.key === ref.group))

/** The variable's default update calls `f` with its own value. */
export function updateBy(t: Tracing, ref: SharedRef, f: Value, node: ts.Node): void {
  ref.defaultUpdate = () => toVariable(t, callValue(t, f, [new Tensor(ref.variable)], node), node)
  ref.defaultUpdateNode = node
}

/**
 * Gives a captured container the default update that it was made with. Where the type says that there is one but not the source what it
 * is, that throws GraphError TH3057 as soon as it is needed.
 */
export function declareUpdate(t: Tracing, path: Path, ref: SharedRef): void {
  const made = path.origin && madeBy(t, path.origin)
  if (made) t.uses(made.node)
  const options = made?.node.arguments[1]
  if (made && !(options && propertyOf(t.host, typeAt(t.host, options), 'defaultUpdate'))) return
  const written = options && propertyIn(t, options)
  const whole = options && !written ? tryOutside(t, options, made!.self, made!.names) : null
  const f = written
    ? tryOutside(t, written, made!.self, made!.names)
    : whole instanceof Rec || whole instanceof Path
      ? memberOf(t, whole, 'defaultUpdate', options!)
      : null
  if (f !== null && f !== undefined) updateBy(t, ref, f, written ?? options!)
  else if (f === null && (made || updatesByDefault(t.host, path.type))) ref.defaultUpdate = () => fail('TH3057', { name: path.text }, path.at)
}

/** The expression of `defaultUpdate` in a literal where nothing is spread. */
function propertyIn(t: Tracing, options: ts.Expression): ts.Expression | null {
  const { ts } = t.host
  const literal = unwrapped(t.host, options)
  if (!ts.isObjectLiteralExpression(literal) || literal.properties.some((p) => ts.isSpreadAssignment(p))) return null
  const p = writtenProperty(t.host, literal, 'defaultUpdate')
  return p && ts.isPropertyAssignment(p) ? p.initializer : p && ts.isShorthandPropertyAssignment(p) ? p.name : null
}

interface Made {
  readonly node: ts.CallExpression
  readonly self: Value
  /** Parameters of the function that made it. */
  readonly names: ReadonlyMap<string, Value>
}

/** The call of theano.shared behind an expression: through consts, and functions that only make something. */
function madeBy(t: Tracing, origin: Origin, names: Made['names'] = new Map(), depth = 0): Made | null {
  const { ts } = t.host
  const e = unwrapped(t.host, origin.node)
  if (depth > 20) return null
  if (ts.isIdentifier(e)) {
    const symbol = symbolAt(t.host, e)
    const initializer = symbol && constInitializer(t, symbol)
    return initializer ? madeBy(t, { node: initializer, self: undefined }, names, depth + 1) : null
  }
  if (!ts.isCallExpression(e)) return null
  const callee = symbolAt(t.host, ts.isPropertyAccessExpression(e.expression) ? e.expression.name : e.expression)
  if (callee && theanoName(t.host, callee) === 'shared') return { node: e, self: origin.self, names }
  const result = returned(t, e)
  return result === e ? null : madeBy(t, { node: result, self: undefined }, argumentsOf(t, e, names), depth + 1)
}

/** The arguments that are known now, by the names that the function has for them. */
function argumentsOf(t: Tracing, call: ts.CallExpression, names: Made['names']): Made['names'] {
  const known = new Map<string, Value>()
  factoryOf(t, call)?.parameters.forEach((p, i) => {
    const given = call.arguments[i] ?? p.initializer
    const name = p.name.getText()
    const stays = t.host.ts.isIdentifier(p.name) && !p.dotDotDotToken && !isDeclarationWritten(t, p, name)
    const v = given && stays ? tryOutside(t, given, undefined, names) : null
    if (v !== null) known.set(name, v)
  })
  return known
}
