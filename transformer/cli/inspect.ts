// transformer/cli: `theano inspect`, what the compiler makes of the theano.fn calls of a file. Nothing is written to disk.
import { parseArgs } from 'node:util'
import type ts from 'typescript'
import { type Diagnostic, diagnostic } from '../../src/analysis/diagnostics.ts'
import type { Host } from '../../src/analysis/host.ts'
import type { Stage } from '../../src/pipeline.ts'
import { type CompiledCall, compileCalls } from '../compiler.ts'
import { configProblems, defaultLinker, defaultMode, placementOf } from '../config.ts'
import { linkFile } from '../module.ts'
import { formatted, toTypeScript } from '../report.ts'
import { Problem, type Terminal } from './problem.ts'
import { openProject, type Project, shortName } from './project.ts'
import { type Section, type Stages, sections, sectionText } from './stages.ts'

export const inspectUsage = `  theano inspect FILE[:LINE] --emit STAGE [-p TSCONFIG]

    Prints what the compiler makes of the theano.fn calls of FILE, or of those at LINE. The project is the tsconfig.json
    above FILE, or TSCONFIG, a file or its folder. STAGE is one of

${Object.entries(sections)
  .map(([name, words]) => `      ${name.padEnd(10)} ${words}`)
  .join('\n')}`

interface Arguments {
  readonly name: string
  readonly line: number | null
  readonly section: Section
  readonly tsconfig: string | undefined
}

/** Runs `theano inspect`; messages of the build go to `terminal.err`. Returns 1 if one is an error. Throws Problem for wrong arguments. */
export function inspect(args: readonly string[], terminal: Terminal): number {
  const { name, line, section, tsconfig } = readArguments(args)
  const project = openProject(name, tsconfig, terminal.folder)
  const { calls, stages } = compileProject(project)
  const shown = line === null ? calls : calls.filter((c) => includes(linesOf(c.node, project), line))
  const place = shortName(project.file.fileName, terminal.folder)
  if (shown.length === 0) throw new Problem(nothingToShow(place, line, calls, project))
  const messages = messagesOf(project, shown)
  for (const d of messages) terminal.err(formatted(d, terminal.pretty, project.ts))
  const mark = section === 'wat' ? ';;' : '//'
  const printer = project.ts.createPrinter({ removeComments: true })
  const textOf = (e: ts.Expression): string => printer.printNode(project.ts.EmitHint.Expression, e, project.file)
  const texts = shown.map(
    (c) => `${mark} ${c.name}, ${place}:${linesOf(c.node, project)[0]}\n${sectionText(stages.get(c.node) ?? new Map(), section, c, textOf)}\n`,
  )
  terminal.out(texts.join('\n'))
  return messages.some((d) => d.category === project.ts.DiagnosticCategory.Error) ? 1 : 0
}

function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parsed(args)
  if (positionals.length !== 1) throw new Problem(positionals.length === 0 ? 'which file?' : `one file at a time: ${positionals.join(', ')}`, true)
  const { emit, project } = values
  const known = Object.keys(sections).join(', ')
  if (emit === undefined) throw new Problem(`which stage? --emit ${known}`, true)
  if (!Object.hasOwn(sections, emit)) throw new Problem(`unknown stage ${emit}; there are ${known}`, true)
  const [, name, line] = /^(.*?)(?::(\d+))?$/s.exec(positionals[0])!
  return { name, line: line === undefined ? null : Number(line), section: emit as Section, tsconfig: project }
}

function parsed(args: readonly string[]): { values: { emit?: string; project?: string }; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: { emit: { type: 'string' }, project: { type: 'string', short: 'p' } }, allowPositionals: true })
  } catch (error) {
    throw new Problem((error as Error).message, true)
  }
}

function compileProject({ ts, program, file, config }: Project): { calls: readonly CompiledCall[]; stages: ReadonlyMap<ts.CallExpression, Stages> } {
  const stages = new Map<ts.CallExpression, Map<Stage, unknown>>()
  const log = (call: ts.CallExpression, stage: Stage, value: unknown): void => {
    if (!stages.has(call)) stages.set(call, new Map())
    stages.get(call)!.set(stage, value)
  }
  const host: Host = { ts, program, checker: program.getTypeChecker(), linker: defaultLinker(config), mode: defaultMode(config) }
  const { calls } = linkFile(compileCalls(file, host, log), placementOf(config), program.getCompilerOptions(), ts)
  return { calls, stages }
}

/** What tsc would say of the project's options, of the file's text and of these calls. */
function messagesOf({ ts, program, file, config, diagnostics }: Project, calls: readonly CompiledCall[]): ts.Diagnostic[] {
  const ofConfig = configProblems(config).map(({ code, facts }) => diagnostic(code, facts, { file: '', start: 0, end: 0 }))
  const native = (d: Diagnostic): ts.Diagnostic => toTypeScript(d, program, ts)
  return [
    ...diagnostics,
    ...ofConfig.map(native),
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
    ...calls.flatMap((c) => c.diagnostics).map(native),
  ]
}

/** First and last line of a call, counted from 1. */
function linesOf(node: ts.Node, { file }: Project): readonly [first: number, last: number] {
  return [file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1, file.getLineAndCharacterOfPosition(node.end).line + 1]
}

const includes = ([first, last]: readonly [number, number], line: number): boolean => first <= line && line <= last

function nothingToShow(place: string, line: number | null, calls: readonly CompiledCall[], project: Project): string {
  if (calls.length === 0) return `${place} has no calls of theano.fn`
  const at = calls.map((c) => linesOf(c.node, project)[0])
  return `no call of theano.fn at ${place}:${line}; there are calls at ${at.length === 1 ? 'line' : 'lines'} ${at.join(', ')}`
}
