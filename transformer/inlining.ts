// transformer: no stale inlined bodies. tsc -w, -b and --incremental emit a file again when the *declarations* of what it
// imports change, and the body of an inlined helper is not in its declarations. So there, declarations of files that a file
// with theano.fn imports carry a hash of their text and of everything they import in turn; and where tsc does not follow
// imports at all (isolatedModules), a helper's emit brings the files along that inline it.
import type ts from 'typescript'
import { mayCall } from '../src/analysis/calls.ts'
import { moduleFile } from '../src/analysis/checker.ts'
import type { Host } from '../src/analysis/host.ts'
import { specifiersOf } from '../src/analysis/theanoModule.ts'

type Emit = ts.Program['emit']

const extended = new WeakSet<ts.Program>()

/**
 * Makes the emits of `program` reach what inlines the emitted file, where tsc decides by declarations. ts-patch has one kind of
 * transformer per entry of tsconfig.json, and ours is for JavaScript, so this goes in where ts-patch calls TypeScript's own emit.
 */
export function followInlining(host: Host): void {
  const program = host.program as ts.Program & { originalEmit?: Emit }
  const { originalEmit } = program
  const options = program.getCompilerOptions()
  if (originalEmit === undefined || extended.has(program) || !comparesDeclarations(options)) return
  extended.add(program)
  const inlining = inliningFiles(host)
  if (inlining.size === 0) return
  const afterDeclarations = declareHashes(inlining, host)
  const emitted = new Set<ts.SourceFile>()
  program.originalEmit = (file, write, token, part, custom, ...internal) => {
    const transformers = { ...custom, afterDeclarations: [...(custom?.afterDeclarations ?? []), afterDeclarations] }
    const result = originalEmit(file, write, token, part, transformers, ...internal)
    if (file === undefined || !writesJavaScript(part)) return result
    emitted.add(file)
    if (!options.isolatedModules && !options.verbatimModuleSyntax) return result
    const behind = [...inlining].filter(([user, files]) => files.has(file) && !emitted.has(user)).map(([user]) => user)
    for (const user of behind) {
      emitted.add(user)
      originalEmit(user, write, token, javaScriptOnly, transformers, ...internal)
    }
    return result
  }
}

/** TypeScript's internal EmitOnly.Js; other numbers, and true, ask for declarations. */
const javaScriptOnly = 0 as unknown as boolean
const writesJavaScript = (part: boolean | undefined): boolean => part === undefined || part === false || part === javaScriptOnly

function comparesDeclarations(options: ts.CompilerOptions): boolean {
  return options.incremental === true || options.composite === true || options.watch === true || options.tscBuild === true
}

/** Files that may call theano.fn, each with the files of the program that it reaches by imports. A type leads to methods and fields, too. */
function inliningFiles(host: Host): ReadonlyMap<ts.SourceFile, ReadonlySet<ts.SourceFile>> {
  const known = new Map<ts.SourceFile, readonly ts.SourceFile[]>()
  const next = (file: ts.SourceFile): readonly ts.SourceFile[] => {
    if (!known.has(file))
      known.set(
        file,
        importsOf(file, host).filter((f) => !f.isDeclarationFile),
      )
    return known.get(file)!
  }
  const users = host.program.getSourceFiles().filter((f) => !f.isDeclarationFile && mayCall(f, host))
  return new Map(users.map((user) => [user, reachable(next(user), next)]))
}

function reachable(from: Iterable<ts.SourceFile>, next: (file: ts.SourceFile) => readonly ts.SourceFile[]): ReadonlySet<ts.SourceFile> {
  const seen = new Set(from)
  for (const file of seen) for (const imported of next(file)) seen.add(imported)
  return seen
}

const importsOf = (file: ts.SourceFile, host: Host): ts.SourceFile[] => specifiersOf(host, file).flatMap((specifier) => moduleFile(host, specifier) ?? [])

function declareHashes(inlining: ReadonlyMap<ts.SourceFile, ReadonlySet<ts.SourceFile>>, host: Host): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  const { ts, program } = host
  const inlined = new Set([...inlining.values()].flatMap((files) => [...files]))
  return ({ factory }) =>
    (node) => {
      if (!ts.isSourceFile(node)) return node
      const file = program.getSourceFile(node.fileName)
      if (file === undefined || !inlined.has(file)) return node
      const sources = reachable([file], (f) => importsOf(f, host).filter((i) => inlined.has(i)))
      const text = [...sources]
        .map((s) => `${s.fileName}\n${s.text}`)
        .sort()
        .join('\n')
      const hash = factory.createLiteralTypeNode(factory.createStringLiteral(ts.sys.createHash?.(text) ?? text))
      const alias = factory.createTypeAliasDeclaration(undefined, '$theanoSource', undefined, hash)
      const marker = factory.createExportDeclaration(undefined, false, factory.createNamedExports([]))
      return factory.updateSourceFile(node, [...node.statements, alias, marker], node.isDeclarationFile)
    }
}
