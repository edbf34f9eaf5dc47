// transformer: emitted code in files that declare names of JavaScript's own. `$t.globals` has the genuine ones.
import type ts from 'typescript'
import { namesIn } from './code.ts'

type TypeScript = typeof ts

export interface Writer {
  /** Local name of the kernel namespace. */
  readonly kernel: string
  /** Local name of the file's WebAssembly module. */
  readonly module: string
  /** Names that the user's file declares. */
  readonly declared: ReadonlySet<string>
  readonly factory: ts.NodeFactory
  readonly ts: TypeScript
}

/** What emitted code takes for granted. */
const globals = [
  ...['Math', 'Number', 'Infinity', 'NaN', 'undefined'],
  ...['Float64Array', 'Float32Array', 'Int32Array', 'Uint32Array', 'Int16Array', 'Uint16Array', 'Int8Array', 'Uint8Array', 'Array'],
]

/** An arrow with a block as its body, with the genuine globals in scope where the user's file has declarations of the same names. */
export function withGlobals(arrow: ts.Expression, { kernel, declared, factory, ts }: Writer): ts.Expression {
  const hidden = globals.filter((name) => declared.has(name))
  if (hidden.length === 0) return arrow
  const used = namesIn(arrow, ts)
  const taken = hidden.filter((name) => used.has(name))
  if (taken.length === 0) return arrow
  if (!ts.isArrowFunction(arrow) || !ts.isBlock(arrow.body)) throw new Error('emitted code is not an arrow with a block body')
  const pattern = factory.createObjectBindingPattern(taken.map((name) => factory.createBindingElement(undefined, undefined, name)))
  const source = factory.createPropertyAccessExpression(factory.createIdentifier(kernel), 'globals')
  const declaration = factory.createVariableDeclaration(pattern, undefined, undefined, source)
  const statement = factory.createVariableStatement(undefined, factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const))
  const body = factory.createBlock([statement, ...arrow.body.statements], true)
  return factory.createArrowFunction(undefined, undefined, arrow.parameters, undefined, arrow.equalsGreaterThanToken, body)
}

/** What names of emitted code are called in the user's file. */
export const renamedIn = ({ kernel, module }: Writer): ReadonlyMap<string, string> =>
  new Map([['$t', kernel] as const, ['$m', module] as const].filter(([name, other]) => name !== other))
