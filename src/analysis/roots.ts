// analysis: captured names as expressions of the user's own scope. Invariant: the expression means at the call of
// theano.fn what the name meant where it was read.
import type ts from 'typescript'
import { exportsOf, namesInScope } from './checker.ts'
import { fail } from './host.ts'
import type { Tracing } from './tracing.ts'

/** Throws GraphError TH1008 (`this`), TH1035 (not visible at the call), TH1036 (of another file, not imported). */
export function rootExpression(t: Tracing, node: ts.Identifier | ts.ThisExpression, symbol: ts.Symbol): ts.Expression {
  const { ts } = t.host
  const { call } = t
  const file = node.getSourceFile()
  if (file === call.file && node.pos >= call.node.pos && node.end <= call.node.end) return memberAccess(t, node)
  if (!ts.isIdentifier(node)) return fail('TH1008', {}, node)
  const name = node.text
  const visible = namesInScope(t.host, call.node)
  const same = visible.find(({ target, local }) => target === symbol && (file !== call.file || local.name === name))
  if (same) return file === call.file ? node : ts.factory.createIdentifier(same.local.name)
  if (file === call.file) return fail('TH1035', { name }, node)
  return throughNamespace(t, visible, symbol) ?? fail('TH1036', { name, file: baseName(file.fileName), importer: baseName(call.file.fileName) }, node)
}

/** The whole of `N.x` where `x` was resolved as a member of a namespace or module. */
function memberAccess({ host: { ts } }: Tracing, node: ts.Identifier | ts.ThisExpression): ts.Expression {
  const { parent } = node
  return ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node
}

function throughNamespace(t: Tracing, visible: ReturnType<typeof namesInScope>, symbol: ts.Symbol): ts.Expression | null {
  const { ts } = t.host
  for (const { local, target } of visible) {
    if (!(target.flags & ts.SymbolFlags.ValueModule) || !local.declarations?.some((d) => ts.isNamespaceImport(d))) continue
    const exported = exportsOf(t.host, target).get(symbol)
    if (exported) return ts.factory.createPropertyAccessExpression(ts.factory.createIdentifier(local.name), exported)
  }
  return null
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
