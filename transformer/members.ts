// transformer: members of compiled functions that a file names are imported there, from 'theano-ts/members/…'; bundles of
// programs that name none have none. Invariant: a script, which imports nothing, stays one.
import type ts from 'typescript'
import type { Host } from '../src/analysis/host.ts'
import { membersUsed } from '../src/analysis/membersUsed.ts'

/** Members and the module of the package that installs them; `shared` and `trustInput` are always there. */
const modules: Readonly<Record<string, string>> = {
  container: 'container',
  copy: 'copy',
  free: 'free',
  named: 'named',
  inputs: 'described',
  outputs: 'described',
  profile: 'profile',
}
const members = Object.keys(modules)

/** `replaced`, which was made of `file`, with imports of the members that `file` names. The same object where there are none. */
export function importMembers(replaced: ts.SourceFile, file: ts.SourceFile, host: Host, { factory }: ts.TransformationContext): ts.SourceFile {
  const { ts } = host
  if (!ts.isExternalModule(file)) return replaced
  const used = new Set([...membersUsed(file, members, host)].map((member) => modules[member]))
  if (used.size === 0) return replaced
  const imports = [...used]
    .sort()
    .map((name) => factory.createImportDeclaration(undefined, undefined, factory.createStringLiteral(`theano-ts/members/${name}`, true)))
  const first = replaced.statements.findIndex((s) => !ts.isImportDeclaration(s) && !(ts.isExpressionStatement(s) && ts.isStringLiteral(s.expression)))
  const at = first < 0 ? replaced.statements.length : first
  const all = [...replaced.statements.slice(0, at), ...imports, ...replaced.statements.slice(at)]
  return factory.updateSourceFile(replaced, ts.setTextRange(factory.createNodeArray(all), replaced.statements))
}
