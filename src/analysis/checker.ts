// analysis: the one file that asks the type checker. Types become plain facts here; symbols are returned resolved
// through imports and re-exports.
import type ts from 'typescript'
import { type DType, isDType } from '../graph/dtype.ts'
import type { Length } from '../graph/tracedFunction.ts'
import type { Host } from './host.ts'

/** What a symbolic type, an NDArray or a typed array says; null: left open. */
export interface TensorFacts {
  readonly rank: number | null
  readonly dtype: DType | null
  /** One entry an axis, or null when the type says nothing about lengths. */
  readonly shape: readonly Length[] | null
  /** The type of a computed result, `NDArray<R, D> & number`: an array, or a single value of this kind. */
  readonly orScalar: 'number' | 'boolean' | null
}

export type TypeFacts =
  | ({ readonly kind: 'shared' | 'tensor' } & TensorFacts)
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'tuple'; readonly elements: readonly ts.Type[] }
  | { readonly kind: 'list'; readonly element: ts.Type }
  | { readonly kind: 'number' | 'boolean' | 'string' | 'function' | 'object' | 'any' | 'nothing' | 'other' }

const resolved = (host: Host, symbol: ts.Symbol): ts.Symbol => (symbol.flags & host.ts.SymbolFlags.Alias ? host.checker.getAliasedSymbol(symbol) : symbol)

/** What a name in an expression means, through imports; undefined where TypeScript itself does not know. */
export function symbolAt(host: Host, node: ts.Node): ts.Symbol | undefined {
  const shorthand = node.parent && host.ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
  const symbol = shorthand ? host.checker.getShorthandAssignmentValueSymbol(node.parent) : host.checker.getSymbolAtLocation(node)
  return symbol && resolved(host, symbol)
}

export const typeAt = (host: Host, node: ts.Node): ts.Type => host.checker.getTypeAtLocation(node)
export const typeOfTypeNode = (host: Host, node: ts.TypeNode): ts.Type => host.checker.getTypeFromTypeNode(node)
export const typeOfSymbol = (host: Host, symbol: ts.Symbol, at: ts.Node): ts.Type => host.checker.getTypeOfSymbolAtLocation(symbol, at)
/** What a type is called after; undefined where it has no name of its own. */
export const symbolOfType = (host: Host, type: ts.Type): ts.Symbol | undefined => host.checker.getNonNullableType(type).symbol
export const typeText = (host: Host, type: ts.Type): string => host.checker.typeToString(type)
/** A property by name, `#name` for a private one. */
export function propertyOf(host: Host, given: ts.Type, name: string): ts.Symbol | undefined {
  const type = host.checker.getNonNullableType(given)
  return name.startsWith('#')
    ? host.checker.getPropertiesOfType(type).find((p) => String(p.escapedName).endsWith(`@${name}`))
    : host.checker.getPropertyOfType(type, name)
}
export const propertiesOf = (host: Host, type: ts.Type): readonly ts.Symbol[] => host.checker.getPropertiesOfType(host.checker.getNonNullableType(type))
export const elementType = (host: Host, type: ts.Type): ts.Type | undefined =>
  host.checker.getIndexTypeOfType(host.checker.getNonNullableType(type), host.ts.IndexKind.Number)
/** The type of `value[key]` for any text, if there is one. */
export const indexedType = (host: Host, type: ts.Type): ts.Type | undefined =>
  host.checker.getIndexTypeOfType(host.checker.getNonNullableType(type), host.ts.IndexKind.String)
export const enumValue = (host: Host, member: ts.EnumMember): string | number | undefined => host.checker.getConstantValue(member)

/** The call signature that decides the result's type, if the type can be called. */
export const callReturnType = (type: ts.Type): ts.Type | undefined => type.getCallSignatures()[0]?.getReturnType()
export const isNullable = (host: Host, type: ts.Type): boolean => host.checker.getNonNullableType(type) !== type

export const allowsNull = (host: Host, type: ts.Type): boolean => (type.isUnion() ? type.types : [type]).some((part) => part.flags & host.ts.TypeFlags.Null)

/** The source file a module specifier leads to. */
export function moduleFile(host: Host, specifier: ts.Expression): ts.SourceFile | undefined {
  const declaration = host.checker.getSymbolAtLocation(specifier)?.declarations?.[0]
  return declaration && host.ts.isSourceFile(declaration) ? declaration : undefined
}

/** The exports of the module that `specifier` names: resolved symbol to exported name. */
export function exportsOf(host: Host, module: ts.Symbol): Map<ts.Symbol, string> {
  const names = new Map<ts.Symbol, string>()
  for (const symbol of host.checker.getExportsOfModule(module)) {
    const target = resolved(host, symbol)
    if (!names.has(target)) names.set(target, symbol.name)
  }
  return names
}
export const moduleSymbol = (host: Host, specifier: ts.Expression): ts.Symbol | undefined => host.checker.getSymbolAtLocation(specifier)

/** An export by name, resolved. */
export function exportNamed(host: Host, module: ts.Symbol, name: string): ts.Symbol | undefined {
  const symbol = host.checker.getExportsOfModule(module).find((s) => s.name === name)
  return symbol && resolved(host, symbol)
}

/** Names visible at a node that have values, with what they resolve to. */
export function namesInScope(host: Host, node: ts.Node): { readonly local: ts.Symbol; readonly target: ts.Symbol }[] {
  const { checker, ts } = host
  return checker
    .getSymbolsInScope(node, ts.SymbolFlags.Value | ts.SymbolFlags.Alias)
    .map((local) => ({ local, target: resolved(host, checker.getExportSymbolOfSymbol(local)) }))
}

/**
 * May `value.name` be the member `name` of the interface `own`, where `value` has this type? It may where nothing is known of it, where it
 * extends the interface, and where it is a type that asks for no more than the interface has.
 */
export function mayHold(host: Host, given: ts.Type, own: ts.Symbol, name: string): boolean {
  const { ts, checker } = host
  const plain = checker.getNonNullableType(given)
  const type = plain.flags & ts.TypeFlags.Instantiable ? checker.getBaseConstraintOfType(plain) : plain
  if (type === undefined || type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true
  if (type.isUnionOrIntersection()) return type.types.some((part) => mayHold(host, part, own, name))
  const asked = checker.getPropertyOfType(type, name)
  if (asked === undefined || !(type.flags & ts.TypeFlags.Object)) return false
  const from = (asked.declarations ?? []).map((d) => d.parent)
  if (own.declarations?.some((d) => from.includes(d))) return true
  if ((type.symbol?.flags ?? 0) & (ts.SymbolFlags.Class | ts.SymbolFlags.ObjectLiteral)) return false
  const whole = checker.getDeclaredTypeOfSymbol(own)
  return checker.getPropertiesOfType(type).every((p) => {
    const theirs = checker.getPropertyOfType(whole, p.name)
    if (theirs === undefined) return (p.flags & ts.SymbolFlags.Optional) !== 0 || p.name in Function.prototype
    const wanted = checker.getNonNullableType(checker.getTypeOfSymbol(p))
    return wanted.getCallSignatures().length > 0 || checker.isTypeAssignableTo(checker.getTypeOfSymbol(theirs), wanted)
  })
}

/** Reads what matters here from a type. */
export function classify(host: Host, given: ts.Type): TypeFacts {
  const { ts, checker } = host
  const plain = checker.getNonNullableType(given)
  const type = plain.flags & ts.TypeFlags.TypeParameter ? (checker.getBaseConstraintOfType(plain) ?? plain) : plain
  const has = (flags: ts.TypeFlags): boolean => (type.flags & flags) !== 0
  if (has(ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return { kind: 'any' }
  if (has(ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Never)) return { kind: 'nothing' }
  if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: 'literal', value: type.value }
  if (has(ts.TypeFlags.BooleanLiteral)) return { kind: 'literal', value: typeText(host, type) === 'true' }
  if (has(ts.TypeFlags.BooleanLike)) return { kind: 'boolean' }
  if (has(ts.TypeFlags.NumberLike)) return { kind: 'number' }
  if (has(ts.TypeFlags.StringLike)) return { kind: 'string' }
  return tensorFacts(host, type) ?? structureFacts(host, type)
}

function structureFacts(host: Host, type: ts.Type): TypeFacts {
  const { ts, checker } = host
  if (checker.isTupleType(type)) {
    const tuple = type as ts.TupleTypeReference
    const elements = checker.getTypeArguments(tuple)
    return tuple.target.fixedLength === elements.length ? { kind: 'tuple', elements } : { kind: 'list', element: elements[0] }
  }
  if (checker.isArrayType(type)) return { kind: 'list', element: checker.getTypeArguments(type as ts.TypeReference)[0] }
  if (type.getCallSignatures().length > 0) return { kind: 'function' }
  if (type.isUnion()) {
    const members = type.types.map((t) => classify(host, t))
    const tensors = members.flatMap((facts) => (facts.kind === 'tensor' ? [facts] : []))
    if (tensors.length === members.length) return commonFacts(tensors)
    const kinds = new Set(members.map((facts) => (facts.kind === 'literal' ? typeof facts.value : facts.kind)))
    const [only] = kinds
    return kinds.size === 1 && (only === 'number' || only === 'boolean' || only === 'string') ? { kind: only } : { kind: 'other' }
  }
  return {
    kind: (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection | ts.TypeFlags.NonPrimitive | ts.TypeFlags.TypeParameter)) !== 0 ? 'object' : 'other',
  }
}

/** What all of them say; null where they differ. */
function commonFacts(list: readonly TensorFacts[]): TypeFacts {
  const same = <V>(of: (facts: TensorFacts) => V): V | null => (list.every((facts) => of(facts) === of(list[0])) ? of(list[0]) : null)
  const shape = same((facts) => JSON.stringify(facts.shape)) === null ? null : list[0].shape
  return { kind: 'tensor', rank: same((facts) => facts.rank), dtype: same((facts) => facts.dtype), shape, orScalar: same((facts) => facts.orScalar) }
}

/** Brands of symbolic types and containers; the members of NDArray; typed arrays. Of unions nothing: `NDArray & boolean` is one of two. */
function tensorFacts(host: Host, type: ts.Type): TypeFacts | null {
  if (type.isUnion()) return null
  const rank = brandOf(host, type, 'rank')
  if (rank) {
    const shared = propertyOf(host, type, 'getValue') !== undefined && propertyOf(host, type, 'setValue') !== undefined
    return {
      kind: shared ? 'shared' : 'tensor',
      ...arrayFacts(rank, brandOf(host, type, 'dtype')),
      shape: lengthsOf(host, brandOf(host, type, 'lengths')),
      orScalar: null,
    }
  }
  if (['rank', 'dtype', 'shape', 'data'].every((name) => propertyOf(host, type, name))) {
    const member = (name: string): ts.Type => host.checker.getTypeOfSymbol(propertyOf(host, type, name)!)
    return { kind: 'tensor', ...arrayFacts(member('rank'), member('dtype')), shape: null, orScalar: scalarPart(host, type) }
  }
  const typedArray = /^(Float64|Float32|Int32|Uint32|Int16|Uint16|Int8|Uint8)Array$/.exec(type.symbol?.name ?? '')
  return typedArray ? { kind: 'tensor', rank: 1, dtype: typedArray[1].toLowerCase() as DType, shape: null, orScalar: null } : null
}

/** What a type says under one of our unique symbols; null where it does not have it. A union has none. */
function brandOf({ checker }: Host, type: ts.Type, name: string): ts.Type | null {
  const symbol = type.isUnion() ? undefined : checker.getPropertiesOfType(type).find((p) => String(p.escapedName).startsWith(`__@${name}@`))
  return symbol ? checker.getNonNullableType(checker.getTypeOfSymbol(symbol)) : null
}

/** Is it what `f.container(name)` gives? */
export const isContainer = (host: Host, type: ts.Type): boolean => brandOf(host, type, 'container') !== null

/** Does the type of a container say that it was made with a default update? */
export const updatesByDefault = (host: Host, type: ts.Type): boolean => brandOf(host, host.checker.getNonNullableType(type), 'updating') !== null

function scalarPart(host: Host, type: ts.Type): 'number' | 'boolean' | null {
  const parts = type.isIntersection() ? type.types : []
  if (parts.some((p) => p.flags & host.ts.TypeFlags.NumberLike)) return 'number'
  return parts.some((p) => p.flags & host.ts.TypeFlags.BooleanLike) ? 'boolean' : null
}

function arrayFacts(rank: ts.Type, dtype: ts.Type | null): { rank: number | null; dtype: DType | null } {
  return {
    rank: rank.isNumberLiteral() ? rank.value : null,
    dtype: dtype?.isStringLiteral() && isDType(dtype.value) ? dtype.value : null,
  }
}

function lengthsOf(host: Host, list: ts.Type | null): Length[] | null {
  if (!list || !host.checker.isTupleType(list)) return null
  return host.checker.getTypeArguments(list as ts.TypeReference).map((t) => (t.isNumberLiteral() || t.isStringLiteral() ? t.value : null))
}
