// transformer/cli: a file in its project, seen by the project's own TypeScript and under the project's options.
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import type ts from 'typescript'
import { Problem } from './problem.ts'

type TypeScript = typeof ts

export interface Project {
  readonly ts: TypeScript
  readonly program: ts.Program
  readonly file: ts.SourceFile
  /** The plugin's entry in tsconfig.json. */
  readonly config: Readonly<Record<string, unknown>>
  /** What is wrong with tsconfig.json. */
  readonly diagnostics: readonly ts.Diagnostic[]
}

/**
 * The program of the tsconfig.json above the file, or of `tsconfig` (a file or its folder); `folder` is where relative names start.
 * Throws Problem if there is no such file, project or TypeScript.
 */
export function openProject(name: string, tsconfig: string | undefined, folder: string): Project {
  const path = resolve(folder, name)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new Problem(`there is no file ${name}`)
  const ts = typeScriptOf(path)
  const configPath = tsconfig === undefined ? ts.findConfigFile(dirname(path), ts.sys.fileExists) : configAt(resolve(folder, tsconfig), ts)
  if (configPath === undefined)
    throw new Problem(tsconfig === undefined ? `there is no tsconfig.json above ${name}; name one with -p` : `there is no ${tsconfig}`)
  const diagnostics: ts.Diagnostic[] = []
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (d: ts.Diagnostic) => void diagnostics.push(d) }
  const parsed = ts.getParsedCommandLineOfConfigFile(configPath, {}, host)
  // TS18003: the project has no files but this one.
  diagnostics.push(...(parsed?.errors ?? []).filter((d) => d.code !== 18003))
  const options = parsed?.options ?? {}
  const program = ts.createProgram([...new Set([...(parsed?.fileNames ?? []), path])], options)
  const file = program.getSourceFile(path)
  if (file === undefined) throw new Problem(`${name} is not a TypeScript file`)
  return { ts, program, file, config: pluginIn(options), diagnostics }
}

function configAt(path: string, ts: TypeScript): string | undefined {
  return [path, join(path, 'tsconfig.json')].find((p) => ts.sys.fileExists(p))
}

function typeScriptOf(path: string): TypeScript {
  let found: Partial<TypeScript>
  try {
    found = createRequire(path)('typescript') as Partial<TypeScript>
  } catch {
    throw new Problem(`no TypeScript is installed for ${dirname(path)}: npm install --save-dev typescript@6`)
  }
  if (typeof found.createProgram !== 'function') throw new Problem(`TypeScript ${found.version} has no compiler interface: npm install --save-dev typescript@6`)
  return found as TypeScript
}

function pluginIn({ plugins }: ts.CompilerOptions): Project['config'] {
  const entries = (Array.isArray(plugins) ? plugins : []) as readonly unknown[] as readonly Project['config'][]
  return entries.find((p) => p.transform === 'theano-ts/transformer') ?? {}
}

/** A file as messages and headings name it. */
export const shortName = (path: string, folder: string): string => relative(folder, path) || path
