// transformer: import declarations after calls were replaced. TypeScript drops unused imports only from declarations that no
// transformer touched, so a declaration that loses a name here is finished here.
import type ts from 'typescript'
import type { Names } from './names.ts'

type TypeScript = typeof ts

/** The part of TypeScript's internal emit resolver that tells whether a file uses an import as a value. */
interface EmitResolver {
  isReferencedAliasDeclaration(node: ts.Node): boolean
}

/** The statement without the names that only replaced calls used; undefined when nothing is left of it. */
export function pruneImport(statement: ts.Statement, names: Names, context: ts.TransformationContext, ts: TypeScript): ts.Statement | undefined {
  const vanishes = (name: ts.Identifier | undefined): boolean => name !== undefined && names.replaced.has(name.text) && !names.kept.has(name.text)
  if (ts.isImportEqualsDeclaration(statement)) return vanishes(statement.name) ? undefined : statement
  if (!ts.isImportDeclaration(statement) || statement.importClause === undefined || isTypeOnly(statement.importClause, ts)) return statement
  const clause = statement.importClause
  if (![...localNames(clause, ts)].some(vanishes)) return statement

  const resolver = (context as unknown as { getEmitResolver(): EmitResolver }).getEmitResolver()
  const everything = context.getCompilerOptions().verbatimModuleSyntax === true
  const stays = (node: ts.Node, name: ts.Identifier): boolean =>
    !vanishes(name) && (everything || names.kept.has(name.text)) && (everything || resolver.isReferencedAliasDeclaration(node))
  const name = clause.name && stays(clause, clause.name) ? clause.name : undefined
  const bindings = keptBindings(clause.namedBindings, stays, context.factory, ts)
  if (name === undefined && bindings === undefined) return undefined
  return context.factory.updateImportDeclaration(
    statement,
    statement.modifiers,
    context.factory.updateImportClause(clause, clause.phaseModifier, name, bindings),
    statement.moduleSpecifier,
    statement.attributes,
  )
}

/** `import * as name from 'theano-ts/kernel'`. */
export function kernelImport(name: string, factory: ts.NodeFactory): ts.ImportDeclaration {
  const clause = factory.createImportClause(undefined, undefined, factory.createNamespaceImport(factory.createIdentifier(name)))
  return factory.createImportDeclaration(undefined, clause, factory.createStringLiteral('theano-ts/kernel', true))
}

const isTypeOnly = (clause: ts.ImportClause, ts: TypeScript): boolean => clause.phaseModifier === ts.SyntaxKind.TypeKeyword

function* localNames(clause: ts.ImportClause, ts: TypeScript): Iterable<ts.Identifier> {
  if (clause.name) yield clause.name
  if (clause.namedBindings === undefined) return
  if (ts.isNamespaceImport(clause.namedBindings)) yield clause.namedBindings.name
  else for (const specifier of clause.namedBindings.elements) yield specifier.name
}

function keptBindings(
  bindings: ts.NamedImportBindings | undefined,
  stays: (node: ts.Node, name: ts.Identifier) => boolean,
  factory: ts.NodeFactory,
  ts: TypeScript,
): ts.NamedImportBindings | undefined {
  if (bindings === undefined) return undefined
  if (ts.isNamespaceImport(bindings)) return stays(bindings, bindings.name) ? bindings : undefined
  const elements = bindings.elements.filter((e) => !e.isTypeOnly && stays(e, e.name))
  return elements.length > 0 ? factory.updateNamedImports(bindings, elements) : undefined
}
