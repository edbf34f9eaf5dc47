// analysis: which class's method a call of a captured instance runs. Invariant: a method that a subclass may replace is
// never inlined on the word of a declared type alone.
import type ts from 'typescript'
import { propertyOf, symbolAt, typeAt } from './checker.ts'
import { childrenOf, type Host, unwrapped } from './host.ts'
import type { Tracing } from './tracing.ts'
import type { Path } from './values.ts'

/** The type that says which members a path has: that of `new C(…)` where that made it, else the declared one. */
function memberType(t: Tracing, path: Path): ts.Type {
  const made = path.origin && unwrapped(t.host, path.origin.node)
  return made && t.host.ts.isNewExpression(made) ? typeAt(t.host, made) : path.type
}

/** Another class whose own `name` this path's instance may have instead of the declared member; null if there is none. */
export function otherOwner(t: Tracing, path: Path, member: ts.Symbol, name: string): string | null {
  const { ts } = t.host
  const owner = member.declarations?.[0]?.parent
  const others = member.declarations?.filter((d) => d.parent !== owner && ts.isClassLike(d.parent)) ?? []
  if (others.length > 0) return classText(others[0].parent as ts.ClassLikeDeclaration)
  if (!owner || !ts.isClassLike(owner) || name.startsWith('#') || isMadeHere(t, path)) return null
  const symbol = owner.name && symbolAt(t.host, owner.name)
  const subclass = symbol && subclassesOf(t.host, symbol).find((c) => c.members.some((m) => m.name?.getText() === name))
  return subclass ? classText(subclass) : null
}

const classText = (c: ts.ClassLikeDeclaration): string => c.name?.text ?? 'a class without a name'
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
  const pending: ts.Node[] = host.program.getSourceFiles().filter((file) => !file.isDeclarationFile && file.text.includes('extends'))
  while (pending.length > 0) {
    const node = pending.pop()!
    if (host.ts.isClassLike(node)) {
      const base = node.heritageClauses?.find((c) => c.token === host.ts.SyntaxKind.ExtendsKeyword)?.types[0]
      const symbol = base && symbolAt(host, base.expression)
      if (symbol) children.set(symbol, [...(children.get(symbol) ?? []), node])
    }
    pending.push(...childrenOf(host, node))
  }
  return children
}

/** Is the member there in the type that counts? */
export const memberOfType = (t: Tracing, path: Path, name: string): ts.Symbol | undefined => propertyOf(t.host, memberType(t, path), name)
