// analysis: which symbols are exports of the package theano-ts, however they were imported.
import type ts from 'typescript'
import { exportsOf, moduleSymbol, symbolAt } from './checker.ts'
import type { Host } from './host.ts'

export const packageName = 'theano-ts'

const exportsByProgram = new WeakMap<ts.Program, ReadonlyMap<ts.Symbol, string>>()

/** The name under which theano-ts exports a symbol, or null. */
export function theanoName(host: Host, symbol: ts.Symbol): string | null {
  let names = exportsByProgram.get(host.program)
  if (!names) exportsByProgram.set(host.program, (names = findExports(host)))
  return names.get(symbol) ?? null
}

function findExports(host: Host): ReadonlyMap<ts.Symbol, string> {
  for (const file of host.program.getSourceFiles()) {
    if (file.isDeclarationFile) continue
    for (const specifier of specifiersOf(host, file)) {
      const module = specifier.text === packageName ? moduleSymbol(host, specifier) : undefined
      if (module) return exportsOf(host, module)
    }
  }
  return new Map()
}

/** Module specifiers of a file's static imports and re-exports. */
export function specifiersOf(host: Host, file: ts.SourceFile): ts.StringLiteral[] {
  const { ts } = host
  return file.statements.flatMap((s) =>
    (ts.isImportDeclaration(s) || ts.isExportDeclaration(s)) && s.moduleSpecifier && ts.isStringLiteral(s.moduleSpecifier) ? [s.moduleSpecifier] : [],
  )
}

/** Is it a call of theano.fn? */
export function isFnCall(host: Host, node: ts.Node): node is ts.CallExpression {
  if (!host.ts.isCallExpression(node)) return false
  const callee = host.ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression
  if (!host.ts.isIdentifier(callee)) return false
  const symbol = symbolAt(host, callee)
  return symbol !== undefined && theanoName(host, symbol) === 'fn'
}
