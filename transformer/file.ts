// transformer: one file. Every theano.fn call becomes `$t.link(signature, make, ...captures)`, or code that throws its
// message; the captures stay the user's own nodes. A file without calls comes back as the same object.
import type ts from 'typescript'
import { parseCode, pure } from './code.ts'
import type { CompiledCall } from './compiler.ts'
import { renamedIn, type Writer, withGlobals } from './globals.ts'
import { kernelImport, pruneImport } from './imports.ts'
import { type CompiledFile, moduleDeclaration } from './module.ts'
import { namesOf } from './names.ts'
import { messageText } from './report.ts'

type TypeScript = typeof ts

/**
 * The file with the calls replaced, which are outermost calls of it, and their module declared; `modulePath` is where the module
 * was written, or null: it becomes part of the text.
 */
export function replaceCalls(
  file: ts.SourceFile,
  { calls, module }: CompiledFile,
  modulePath: string | null,
  context: ts.TransformationContext,
  ts: TypeScript,
): ts.SourceFile {
  if (calls.length === 0) return file
  const { factory } = context
  const byNode = new Map(calls.map((c) => [c.node as ts.Node, c]))
  const names = namesOf(
    file,
    new Set(byNode.keys()),
    calls.flatMap((c) => (c.kernel ? c.captures.map((x) => x.expression) : [])),
    ts,
  )
  const writer: Writer = { kernel: freshName('$t', file.text), module: freshName('$m', file.text), declared: names.declared, factory, ts }

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
  const added = [kernelImport(writer.kernel, factory), ...(module ? [moduleDeclaration(module, modulePath, writer)] : [])]
  const all = [...statements.slice(0, at), ...added, ...statements.slice(at)]
  return factory.updateSourceFile(file, ts.setTextRange(factory.createNodeArray(all), file.statements))
}

function replacement(call: CompiledCall, writer: Writer): ts.Expression {
  const { factory, ts } = writer
  const member = (name: string): ts.Expression => factory.createPropertyAccessExpression(factory.createIdentifier(writer.kernel), name)
  if (call.kernel === null) {
    const message = call.diagnostics.filter((d) => d.category === 'error').map(messageText)
    return factory.createCallExpression(member('failed'), undefined, [factory.createStringLiteral(message.join('\n'))])
  }
  const renamed = renamedIn(writer)
  const signature = inLines(parseCode(call.kernel.signature, renamed, ts), writer)
  const make = withGlobals(parseCode(call.kernel.make, renamed, ts), writer)
  const linked = factory.createCallExpression(member('link'), undefined, [signature, make, ...call.captures.map((c) => capture(c, writer))])
  const made = call.early ? factory.createCallExpression(member('later'), undefined, [factory.createStringLiteral(call.name), thunk(linked, writer)]) : linked
  return isInitializer(call.node, ts) ? pure(made, ts) : made
}

/** Is the value given a name, and nothing else done with it? The comment before a call speaks for all calls of a chain like `f()()`. */
function isInitializer(call: ts.Node, ts: TypeScript): boolean {
  let node = call
  while (ts.isAsExpression(node.parent) || ts.isSatisfiesExpression(node.parent) || ts.isParenthesizedExpression(node.parent)) node = node.parent
  return (
    ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) || ts.isPropertyDeclaration(node.parent) || ts.isExportAssignment(node.parent)
  )
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

const isDirective = (s: ts.Statement, ts: TypeScript): boolean => ts.isExpressionStatement(s) && ts.isStringLiteral(s.expression)

function freshName(wanted: string, text: string): string {
  let name = wanted
  for (let i = 1; text.includes(name); i++) name = `${wanted}${i}`
  return name
}
