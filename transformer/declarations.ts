// transformer: no stale inlined bodies. tsc -w, -b and --incremental emit a file again when the *declarations* of what it
// imports change, and the body of an inlined helper is not in its declarations. So there, declarations of files that a file
// with theano.fn imports carry a hash of their text and of everything they import in turn.
import type ts from 'typescript'
import { moduleFile } from '../src/analysis/checker.ts'
import type { Host } from '../src/analysis/host.ts'

type Emit = ts.Program['emit']

const extended = new WeakSet<ts.Program>()

/**
 * Makes every emit of `program` add the hashes, where tsc compares declarations at all. ts-patch has one kind of transformer
 * per entry of tsconfig.json, and ours is for JavaScript, so this goes in where ts-patch calls TypeScript's own emit.
 */
export function hashDeclarations(host: Host): void {
  const program = host.program as ts.Program & { originalEmit?: Emit }
  const { originalEmit } = program
  if (originalEmit === undefined || extended.has(program) || !comparesDeclarations(program.getCompilerOptions())) return
  extended.add(program)
  const inlinable = inlinableFiles(host)
  if (inlinable.size === 0) return
  const afterDeclarations = declareHashes(inlinable, host)
  program.originalEmit = (file, write, token, declarationsOnly, custom, ...internal) =>
    originalEmit(file, write, token, declarationsOnly, { ...custom, afterDeclarations: [...(custom?.afterDeclarations ?? []), afterDeclarations] }, ...internal)
}

function comparesDeclarations(options: ts.CompilerOptions): boolean {
  return options.incremental === true || options.composite === true || options.watch === true || options.tscBuild === true
}

/** Files of the program that files which import theano-ts reach by importing values, each with what it reaches itself. */
function inlinableFiles(host: Host): ReadonlyMap<ts.SourceFile, ReadonlySet<ts.SourceFile>> {
  const imports = new Map<ts.SourceFile, readonly ts.SourceFile[]>()
  const importsOf = (file: ts.SourceFile): readonly ts.SourceFile[] => {
    if (!imports.has(file)) imports.set(file, valueImports(file, host).filter((f) => !f.isDeclarationFile))
    return imports.get(file)!
  }
  const found = new Map<ts.SourceFile, ReadonlySet<ts.SourceFile>>()
  for (const file of host.program.getSourceFiles()) {
    if (file.isDeclarationFile || !specifiersOf(file, host.ts).some((s) => /^theano-ts(\/|$)/.test(s.text))) continue
    for (const helper of reachable(importsOf(file), importsOf)) if (!found.has(helper)) found.set(helper, reachable([helper], importsOf))
  }
  return found
}

function reachable(from: Iterable<ts.SourceFile>, next: (file: ts.SourceFile) => readonly ts.SourceFile[]): ReadonlySet<ts.SourceFile> {
  const seen = new Set(from)
  for (const file of seen) for (const imported of next(file)) seen.add(imported)
  return seen
}

const valueImports = (file: ts.SourceFile, host: Host): ts.SourceFile[] =>
  specifiersOf(file, host.ts).flatMap((specifier) => moduleFile(host, specifier) ?? [])

function specifiersOf(file: ts.SourceFile, ts: Host['ts']): ts.StringLiteral[] {
  return file.statements.flatMap((s) => {
    if (ts.isImportDeclaration(s) && s.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return []
    if (ts.isExportDeclaration(s) && s.isTypeOnly) return []
    return (ts.isImportDeclaration(s) || ts.isExportDeclaration(s)) && s.moduleSpecifier && ts.isStringLiteral(s.moduleSpecifier) ? [s.moduleSpecifier] : []
  })
}

function declareHashes(inlinable: ReadonlyMap<ts.SourceFile, ReadonlySet<ts.SourceFile>>, host: Host): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  const { ts, program } = host
  return ({ factory }) =>
    (node) => {
      if (!ts.isSourceFile(node)) return node
      const file = program.getSourceFile(node.fileName)
      const sources = file && inlinable.get(file)
      if (sources === undefined) return node
      const text = [...sources].map((s) => `${s.fileName}\n${s.text}`).sort().join('\n')
      const hash = factory.createLiteralTypeNode(factory.createStringLiteral(ts.sys.createHash?.(text) ?? text))
      const alias = factory.createTypeAliasDeclaration(undefined, '$theanoSource', undefined, hash)
      const marker = factory.createExportDeclaration(undefined, false, factory.createNamedExports([]))
      return factory.updateSourceFile(node, [...node.statements, alias, marker], node.isDeclarationFile)
    }
}
