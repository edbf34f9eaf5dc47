// transformer: one file. Every theano.fn call becomes `$t.link(signature, make, ...captures)`, or code that throws its
// message; the captures stay the user's own nodes. A file without calls comes back as the same object.
import type ts from 'typescript'
import { namesIn, parseCode } from './code.ts'
import type { CompiledCall } from './compiler.ts'
import { comesBefore } from './fields.ts'
import { kernelImport, pruneImport } from './imports.ts'
import { namesOf } from './names.ts'
import { messageText } from './report.ts'

type TypeScript = typeof ts

/** The file with `calls` replaced; they are outermost calls of this file. */
export function replaceCalls(file: ts.SourceFile, calls: readonly CompiledCall[], context: ts.TransformationContext, ts: TypeScript): ts.SourceFile {
  if (calls.length === 0) return file
  const { factory } = context
  const kernel = freshName('$t', file.text)
  const byNode = new Map(calls.map((c) => [c.node as ts.Node, c]))
  const names = namesOf(
    file,
    new Set(byNode.keys()),
    calls.flatMap((c) => (c.kernel ? c.captures.map((x) => x.expression) : [])),
    ts,
  )
  const writer: Writer = { kernel, declared: names.declared, factory, ts }

  const around = new Set<ts.Node>()
  for (const c of calls) for (let node: ts.Node = c.node.parent; node; node = node.parent) around.add(node)
  const visit = (node: ts.Node): ts.Node => {
    const call = byNode.get(node)
    if (call === undefined) return around.has(node) ? ts.visitEachChild(node, visit, context) : node
    const text = ts.setOriginalNode(replacement(call, writer), node)
    ts.setCommentRange(text, node)
    return ts.setSourceMapRange(text, node)
  }
  const visitStatement = (s: ts.Node): ts.Node | undefined => {
    const kept = pruneImport(s as ts.Statement, names, context, ts)
    return kept && visit(kept)
  }
  const statements = ts.visitNodes(file.statements, visitStatement, ts.isStatement)
  const first = statements.findIndex((s) => !ts.isImportDeclaration(s) && !isDirective(s, ts))
  const at = first < 0 ? statements.length : first
  const withImport = [...statements.slice(0, at), kernelImport(kernel, factory), ...statements.slice(at)]
  return factory.updateSourceFile(file, ts.setTextRange(factory.createNodeArray(withImport), file.statements))
}

interface Writer {
  /** Local name of the kernel namespace. */
  readonly kernel: string
  /** Names that the user's file declares. */
  readonly declared: ReadonlySet<string>
  readonly factory: ts.NodeFactory
  readonly ts: TypeScript
}

function replacement(call: CompiledCall, writer: Writer): ts.Expression {
  const { factory, ts } = writer
  const member = (name: string): ts.Expression => factory.createPropertyAccessExpression(factory.createIdentifier(writer.kernel), name)
  if (call.kernel === null) {
    const message = call.diagnostics.filter((d) => d.category === 'error').map(messageText)
    return factory.createCallExpression(member('failed'), undefined, [factory.createStringLiteral(message.join('\n'))])
  }
  const renamed = new Map(writer.kernel === '$t' ? [] : [['$t', writer.kernel]])
  const signature = inLines(parseCode(call.kernel.signature, renamed, ts), writer)
  const make = withGlobals(parseCode(call.kernel.make, renamed, ts), writer)
  const early = call.captures.some((c) => c.kind === 'shared' && comesBefore(call.node, c.expression, ts))
  const linked = factory.createCallExpression(member('link'), undefined, [signature, make, ...call.captures.map((c) => capture(c, writer))])
  return early ? factory.createCallExpression(member('later'), undefined, [factory.createStringLiteral(call.name), thunk(linked, writer)]) : linked
}

const thunk = (body: ts.Expression, { factory, ts }: Writer): ts.Expression =>
  factory.createArrowFunction(undefined, undefined, [], undefined, factory.createToken(ts.SyntaxKind.EqualsGreaterThanToken), body)

function capture({ kind, expression }: CompiledCall['captures'][number], writer: Writer): ts.Expression {
  const { ts } = writer
  const silent = ts.setEmitFlags(expression, ts.EmitFlags.NoComments | ts.EmitFlags.NoNestedComments)
  return kind === 'shared' ? silent : thunk(silent, writer)
}

/** An object literal with a line for each property. */
const inLines = (literal: ts.Expression, { factory, ts }: Writer): ts.Expression =>
  ts.isObjectLiteralExpression(literal) && literal.properties.length > 1 ? factory.createObjectLiteralExpression(literal.properties, true) : literal

/** What emitted code takes for granted; `$t.globals` has them all. */
const globals = [
  ...['Math', 'Number', 'Infinity', 'NaN', 'undefined'],
  ...['Float64Array', 'Float32Array', 'Int32Array', 'Uint32Array', 'Int16Array', 'Uint16Array', 'Int8Array', 'Uint8Array', 'Array'],
]

/** `make` with the genuine globals in scope where the user's file has declarations of the same names. */
function withGlobals(make: ts.Expression, { kernel, declared, factory, ts }: Writer): ts.Expression {
  const hidden = globals.filter((name) => declared.has(name))
  if (hidden.length === 0) return make
  const used = namesIn(make, ts)
  const taken = hidden.filter((name) => used.has(name))
  if (taken.length === 0) return make
  if (!ts.isArrowFunction(make) || !ts.isBlock(make.body)) throw new Error('emitted code is not an arrow with a block body')
  const pattern = factory.createObjectBindingPattern(taken.map((name) => factory.createBindingElement(undefined, undefined, name)))
  const source = factory.createPropertyAccessExpression(factory.createIdentifier(kernel), 'globals')
  const declaration = factory.createVariableDeclaration(pattern, undefined, undefined, source)
  const statement = factory.createVariableStatement(undefined, factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const))
  const body = factory.createBlock([statement, ...make.body.statements], true)
  return factory.createArrowFunction(undefined, undefined, make.parameters, undefined, make.equalsGreaterThanToken, body)
}

const isDirective = (s: ts.Statement, ts: TypeScript): boolean => ts.isExpressionStatement(s) && ts.isStringLiteral(s.expression)

function freshName(wanted: string, text: string): string {
  let name = wanted
  for (let i = 1; text.includes(name); i++) name = `${wanted}${i}`
  return name
}
