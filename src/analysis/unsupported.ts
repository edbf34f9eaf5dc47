// analysis: syntax that has no meaning in a traced function, each kind with its own code.
import type ts from 'typescript'
import { fail, textOf } from './host.ts'
import type { Tracing } from './tracing.ts'

const codes: { readonly [K in keyof typeof ts.SyntaxKind]?: string } = {
  AwaitExpression: 'TH1001',
  YieldExpression: 'TH1002',
  TryStatement: 'TH1003',
  ThrowStatement: 'TH1029',
  ClassDeclaration: 'TH1004',
  ClassExpression: 'TH1004',
  NewExpression: 'TH1005',
  DeleteExpression: 'TH1006',
  WithStatement: 'TH1007',
  RegularExpressionLiteral: 'TH1009',
  TaggedTemplateExpression: 'TH1042',
  ForInStatement: 'TH1046',
  BigIntLiteral: 'TH1047',
}

/** Throws GraphError with the code of this kind of syntax; TH1014 for those without one of their own. */
export function unsupported(t: Tracing, node: ts.Node): never {
  const { SyntaxKind } = t.host.ts
  const known = Object.entries(codes).find(([name]) => SyntaxKind[name as keyof typeof SyntaxKind] === node.kind)
  const syntax = Object.keys(SyntaxKind).find((name) => SyntaxKind[name as keyof typeof SyntaxKind] === node.kind && !/^(First|Last)/.test(name))
  return fail(known?.[1] ?? 'TH1014', { text: textOf(node), syntax: syntax ?? 'syntax' }, node)
}
