// analysis: names that JavaScript itself provides. Invariant: a user's own declaration of the same name never gets here.
import type ts from 'typescript'
import { and, cast, isinf, isnan, not } from '../graph/ops/logic.ts'
import { consoleMember } from './builtins/effects.ts'
import { arrayMembers, listOf } from './builtins/lists.ts'
import { mathMember } from './builtins/math.ts'
import { objectMembers } from './builtins/objects.ts'
import { condition, toVariable } from './convert.ts'
import { fail, type Host } from './host.ts'
import { Builtin, type BuiltinCall, isStatic, isTensor, List, Namespace, Tensor, type Value } from './values.ts'

/** The name of a global that the default library or Node's types declare; null for anything the user declared. */
export function globalName(host: Host, symbol: ts.Symbol): string | null {
  const declarations = symbol.declarations ?? []
  if (declarations.length === 0) return symbol.name === 'undefined' || symbol.name === 'globalThis' || symbol.name === 'arguments' ? symbol.name : null
  const provided = (d: ts.Declaration): boolean => {
    const file = d.getSourceFile()
    return host.program.isSourceFileDefaultLibrary(file) || file.fileName.includes('/node_modules/@types/node/')
  }
  return declarations.every(provided) ? symbol.name : null
}

/** The value of a global. Throws GraphError TH1012 for those without a meaning here. */
export function globalValue(name: string, node: ts.Node): Value {
  if (name === 'undefined') return undefined
  const value = globals().get(name)
  return value === undefined ? fail('TH1012', { name }, node) : value
}

const classification =
  (meaning: (v: Tensor) => Value, otherwise: (v: unknown) => boolean, name: string): BuiltinCall =>
  (_, [v], node) => {
    if (isTensor(v)) return meaning(new Tensor(v.variable))
    return isStatic(v) ? otherwise(v) : fail('TH1022', { what: name }, node)
  }
const finite = (v: Tensor): Value => {
  const x = v.variable
  return new Tensor(and(not(isnan(x)), not(isinf(x))))
}

const staticOnly = (name: string, call: (...args: never[]) => unknown): Builtin =>
  new Builtin(name, (_, args, node) => (args.every(isStatic) ? (call(...(args as never[])) as Value) : fail('TH1022', { what: name }, node)))

const numberMembers = (): ReadonlyMap<string, Value> =>
  new Map<string, Value>([
    ...(['EPSILON', 'MAX_VALUE', 'MIN_VALUE', 'MAX_SAFE_INTEGER', 'MIN_SAFE_INTEGER', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY', 'NaN'] as const).map(
      (k) => [k, Number[k]] as const,
    ),
    [
      'isNaN',
      new Builtin(
        'Number.isNaN',
        classification((v) => new Tensor(isnan(v.variable)), Number.isNaN, 'Number.isNaN'),
      ),
    ],
    ['isFinite', new Builtin('Number.isFinite', classification(finite, Number.isFinite, 'Number.isFinite'))],
    ['isInteger', staticOnly('Number.isInteger', Number.isInteger)],
    ['parseFloat', staticOnly('Number.parseFloat', Number.parseFloat)],
    ['parseInt', staticOnly('Number.parseInt', Number.parseInt)],
  ])

let table: ReadonlyMap<string, Value> | null = null
function globals(): ReadonlyMap<string, Value> {
  table ??= new Map<string, Value>([
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['Math', new Namespace('Math', mathMember)],
    ['console', new Namespace('console', consoleMember)],
    ['Object', new Builtin('Object', (_, __, node) => fail('TH1012', { name: 'Object' }, node), objectMembers)],
    [
      'Array',
      new Builtin(
        'Array',
        (_, args) => (typeof args[0] === 'number' && args.length === 1 ? listOf(new Array(args[0]).fill(undefined)) : new List([...args])),
        arrayMembers,
      ),
    ],
    ['Number', new Builtin('Number', toNumber, numberMembers())],
    [
      'Boolean',
      new Builtin('Boolean', (_, [v]) => {
        const c = condition(v)
        return typeof c === 'boolean' ? c : new Tensor(c)
      }),
    ],
    ['String', staticOnly('String', String)],
    ['parseFloat', staticOnly('parseFloat', parseFloat)],
    ['parseInt', staticOnly('parseInt', parseInt)],
    [
      'isNaN',
      new Builtin(
        'isNaN',
        classification(
          (v) => new Tensor(isnan(v.variable)),
          (v) => Number.isNaN(Number(v)),
          'isNaN',
        ),
      ),
    ],
    [
      'isFinite',
      new Builtin(
        'isFinite',
        classification(finite, (v) => Number.isFinite(Number(v)), 'isFinite'),
      ),
    ],
  ])
  return table
}

/** `Number(x)`: bools become 0 and 1. */
const toNumber: BuiltinCall = (t, [v], node) => {
  if (isStatic(v)) return Number(v)
  const x = toVariable(t, v, node)
  return new Tensor(x.dtype === 'bool' ? cast(x, 'int32') : x)
}
