// test: source files of TypeScript's libraries, packages and the runtime, parsed once a process for all programs of its tests.
import ts from 'typescript'

const parsed = new Map<string, ts.SourceFile | undefined>()

/** A compiler host of the disk whose source files are shared by all programs with the same way of parsing; none of them may change on the disk. */
export function sharedHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true)
  const getSourceFile: ts.CompilerHost['getSourceFile'] = (path, how, ...rest) => {
    const format = typeof how === 'object' ? [how.languageVersion, how.impliedNodeFormat, how.jsDocParsingMode] : [how]
    const key = [path, ...format, options.module, options.moduleDetection, options.strict].join('|')
    if (!parsed.has(key)) parsed.set(key, host.getSourceFile(path, how, ...rest))
    return parsed.get(key)
  }
  return { ...host, getSourceFile }
}
