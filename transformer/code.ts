// transformer: JavaScript text into synthesized nodes. Invariant: no node that leaves here has a position, a parent or a
// place in the user's file, so the printer writes it from its structure and resolvers take it for generated code.
import type ts from 'typescript'

type TypeScript = typeof ts

/**
 * The nodes of one JavaScript expression, laid out as written (blocks, objects and lists keep their line breaks,
 * statements their comments); `renamed` gives other texts to identifiers.
 * @throws Error if the text is not an expression.
 */
export function parseCode(text: string, renamed: ReadonlyMap<string, string>, ts: TypeScript): ts.Expression {
  const file = ts.createSourceFile('kernel.js', `(${text}\n)`, ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS)
  const [problem] = (file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics
  if (problem) throw new Error(`emitted code does not parse: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')} in\n${text}`)
  const [statement] = file.statements
  if (file.statements.length !== 1 || !ts.isExpressionStatement(statement) || !ts.isParenthesizedExpression(statement.expression)) {
    throw new Error(`emitted code is not one expression:\n${text}`)
  }
  const expression = statement.expression.expression
  detach(expression, file, renamed, ts)
  return expression
}

/** Names that occur as identifiers (not as members) in parsed code. */
export function namesIn(root: ts.Node, ts: TypeScript): Set<string> {
  const names = new Set<string>()
  const pending: ts.Node[] = [root]
  while (pending.length > 0) {
    const node = pending.pop()!
    if (ts.isIdentifier(node)) names.add(node.text)
    const member = ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node) ? node.name : null
    ts.forEachChild(node, (child) => {
      if (child !== member) pending.push(child)
    })
  }
  return names
}

interface Detachable {
  pos: number
  end: number
  flags: ts.NodeFlags
  escapedText?: ts.__String
  singleQuote?: boolean
}

function detach(root: ts.Node, file: ts.SourceFile, renamed: ReadonlyMap<string, string>, ts: TypeScript): void {
  const pending: ts.Node[] = [root]
  while (pending.length > 0) {
    const node = pending.pop()!
    const member = ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node) ? node.name : null
    ts.forEachChild(
      node,
      (child) => {
        if (child === member) withoutPlace(child, ts)
        else pending.push(child)
      },
      (list) => {
        Object.assign(list, { pos: -1, end: -1 })
        pending.push(...list)
      },
    )
    if (ts.isIdentifier(node)) {
      const other = renamed.get(node.text)
      if (other !== undefined) (node as Detachable).escapedText = ts.escapeLeadingUnderscores(other)
    }
    const { pos, end } = node
    if (ts.isStringLiteral(node)) (node as Detachable).singleQuote = file.text[end - 1] === "'"
    withoutPlace(node, ts)
    if (ts.isStatement(node)) keepComments(node, pos, end, file.text, ts)
  }
}

function withoutPlace(node: ts.Node, ts: TypeScript): void {
  const place = node as Detachable
  place.pos = -1
  place.end = -1
  place.flags |= ts.NodeFlags.Synthesized
}

function keepComments(node: ts.Statement, pos: number, end: number, text: string, ts: TypeScript): void {
  const words = (range: ts.CommentRange): string => text.slice(range.pos + 2, range.kind === ts.SyntaxKind.SingleLineCommentTrivia ? range.end : range.end - 2)
  for (const range of ts.getLeadingCommentRanges(text, pos) ?? []) ts.addSyntheticLeadingComment(node, range.kind, words(range), true)
  if (ts.isBlock(node)) return
  for (const range of ts.getTrailingCommentRanges(text, end) ?? []) ts.addSyntheticTrailingComment(node, range.kind, words(range), range.hasTrailingNewLine)
}

/** The call with the comment that lets bundlers drop it where its value is not used. */
export const pure = (call: ts.Expression, ts: TypeScript): ts.Expression =>
  ts.addSyntheticLeadingComment(call, ts.SyntaxKind.MultiLineCommentTrivia, ' @__PURE__ ', false)
