// analysis: which class's method a call of a captured instance runs. Invariant: a method that a subclass may replace is
// never inlined on the word of a declared type alone.
import type ts from 'typescript'
import { propertyOf, symbolAt, typeAt } from './checker.ts'
import { fail, type Host, unwrapped } from './host.ts'
import type { Tracing } from './tracing.ts'
import type { Path } from './values.ts'

/** The type that says which members a path has: that of `new C(…)` where that made it, else the declared one. */
function memberType(t: Tracing, path: Path): ts.Type {
  const made = path.origin && unwrapped(t.host, path.origin.node)
  return made && t.host.ts.isNewExpression(made) ? typeAt(t.host, made) : path.type
}

/** Throws GraphError TH1053 if a subclass in the program overrides a member and the instance's class is not known. */
export function checkOverrides(t: Tracing, path: Path, member: ts.Declaration, name: string, node: ts.Node): void {
  const { ts } = t.host
  const owner = member.parent
  if (!owner || !ts.isClassLike(owner) || name.startsWith('#') || isMadeHere(t, path)) return
  const symbol = owner.name && symbolAt(t.host, owner.name)
  for (const subclass of symbol ? subclassesOf(t.host, symbol) : []) {
    if (subclass.members.some((m) => m.name?.getText() === name)) fail('TH1053', { name, subclass: subclass.name?.text ?? 'unnamed' }, node)
  }
}

const isMadeHere = (t: Tracing, path: Path): boolean => path.origin !== null && t.host.ts.isNewExpression(unwrapped(t.host, path.origin.node))

const hierarchies = new WeakMap<ts.Program, ReadonlyMap<ts.Symbol, readonly ts.ClassLikeDeclaration[]>>()

/** Direct and indirect subclasses in the program's own files. */
function subclassesOf(host: Host, base: ts.Symbol): ts.ClassLikeDeclaration[] {
  let children = hierarchies.get(host.program)
  if (!children) hierarchies.set(host.program, (children = findSubclasses(host)))
  return (children.get(base) ?? []).flatMap((c) => {
    const symbol = c.name && symbolAt(host, c.name)
    return [c, ...(symbol && symbol !== base ? subclassesOf(host, symbol) : [])]
  })
}

function findSubclasses(host: Host): Map<ts.Symbol, ts.ClassLikeDeclaration[]> {
  const children = new Map<ts.Symbol, ts.ClassLikeDeclaration[]>()
  const visit = (node: ts.Node): void => {
    if (host.ts.isClassLike(node)) {
      const base = node.heritageClauses?.find((c) => c.token === host.ts.SyntaxKind.ExtendsKeyword)?.types[0]
      const symbol = base && symbolAt(host, base.expression)
      if (symbol) children.set(symbol, [...(children.get(symbol) ?? []), node])
    }
    host.ts.forEachChild(node, visit)
  }
  for (const file of host.program.getSourceFiles()) if (!file.isDeclarationFile && file.text.includes('extends')) visit(file)
  return children
}

/** Is the member there in the type that counts? */
export const memberOfType = (t: Tracing, path: Path, name: string): ts.Symbol | undefined => propertyOf(t.host, memberType(t, path), name)
