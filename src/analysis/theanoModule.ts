// analysis: which symbols are exports of the package theano-ts, however they were imported.
import type ts from 'typescript'
import { exportsOf, moduleSymbol, symbolAt, typeAt } from './checker.ts'
import { type Host, unwrapped } from './host.ts'

export const packageName = 'theano-ts'

const exportsByProgram = new WeakMap<ts.Program, ReadonlyMap<ts.Symbol, string>>()

/** The name under which theano-ts exports a symbol, or null. */
export const theanoName = (host: Host, symbol: ts.Symbol): string | null => theanoExports(host).get(symbol) ?? null

function theanoExports(host: Host): ReadonlyMap<ts.Symbol, string> {
  let names = exportsByProgram.get(host.program)
  if (!names) exportsByProgram.set(host.program, (names = findExports(host)))
  return names
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

/** The interface of compiled functions; null where nothing imports theano-ts. */
export function compiledFunction(host: Host): ts.Symbol | null {
  for (const [symbol, name] of theanoExports(host)) if (name === 'CompiledFunction') return symbol
  return null
}

/** Is it a call of a compiled function's `copy`? */
export function isCopy(host: Host, node: ts.Node): boolean {
  const callee = host.ts.isCallExpression(node) ? unwrapped(host, node.expression) : node
  if (!host.ts.isPropertyAccessExpression(callee) || callee.name.text !== 'copy') return false
  const declaration = symbolAt(host, callee.name)?.valueDeclaration
  return declaration !== undefined && (compiledFunction(host)?.declarations?.includes(declaration.parent as ts.Declaration) ?? false)
}

/** Module specifiers of a file's static imports and re-exports. */
export function specifiersOf(host: Host, file: ts.SourceFile): ts.StringLiteral[] {
  const { ts } = host
  return file.statements.flatMap((s) =>
    (ts.isImportDeclaration(s) || ts.isExportDeclaration(s)) && s.moduleSpecifier && ts.isStringLiteral(s.moduleSpecifier) ? [s.moduleSpecifier] : [],
  )
}

/** Is it a call of theano.fn, under whatever name? */
export function isFnCall(host: Host, node: ts.Node): node is ts.CallExpression {
  const { ts } = host
  if (!ts.isCallExpression(node)) return false
  const callee = unwrapped(host, node.expression)
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : ts.isElementAccessExpression(callee) ? callee.argumentExpression : callee
  if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return false
  const symbol = symbolAt(host, name)
  if (symbol === undefined) return false
  if (theanoName(host, symbol) === 'fn') return true
  const { Variable, Property } = ts.SymbolFlags
  const type = symbol.flags & (Variable | Property) ? typeAt(host, callee).symbol : undefined
  return type !== undefined && theanoName(host, type) === 'fn'
}
