// scripts: what runtime/symbolic*.ts and runtime/create.ts say to users of each function: its signatures and its JSDoc.
import { type ExportedDeclarations, Node, Project, type Signature, type Type, ts } from 'ts-morph'

export interface Declared {
  /** `sum(x: Operand, options?: { keepdims?: false }): Scalar`, one for each overload. */
  readonly signatures: readonly string[]
  /** Names of the parameters of the longest overload. */
  readonly parameters: readonly string[]
  /** JSDoc in one line, or ''. */
  readonly doc: string
}

const root = new URL('../../', import.meta.url).pathname

/** By name, everything callable that the two files export. */
export function declaredFunctions(): Map<string, Declared> {
  const project = new Project({ tsConfigFilePath: `${root}tsconfig.json`, skipAddingFilesFromTsConfig: true })
  const files = ['symbolic', 'create'].map((name) => project.addSourceFileAtPath(`${root}runtime/${name}.ts`))
  project.resolveSourceFileDependencies()
  const checker = project.getTypeChecker().compilerObject
  const declared = new Map<string, Declared>()
  for (const file of files) {
    for (const [name, [node]] of file.getExportedDeclarations()) {
      const calls = node.getType().getCallSignatures()
      if (calls.length === 0) continue
      const text = (type: Type): string => clean(checker.typeToString(type.compilerType, node.compilerNode, ts.TypeFormatFlags.NoTruncation))
      const widest = calls.reduce((a, b) => (b.getParameters().length > a.getParameters().length ? b : a))
      declared.set(name, {
        signatures: calls.map((call) => signatureText(name, call, node, text)),
        parameters: widest.getParameters().map((p) => p.getName()),
        doc: docOf(node),
      })
    }
  }
  return declared
}

function signatureText(name: string, call: Signature, at: ExportedDeclarations, text: (type: Type) => string): string {
  const parameters = call.getParameters().map((p) => {
    const declaration = p.getValueDeclaration()
    const type = p.getTypeAtLocation(at)
    if (!Node.isParameterDeclaration(declaration)) throw new Error(`${name}: ${p.getName()} is not a parameter`)
    const rest = declaration.isRestParameter() ? '...' : ''
    return `${rest}${p.getName()}${declaration.isOptional() && rest === '' ? '?' : ''}: ${optionsText(type.getNonNullableType(), at, text)}`
  })
  const generic = call.getTypeParameters().map((t) => clean(t.getSymbolOrThrow().getDeclarations()[0].getText()))
  return `${name}${generic.length > 0 ? `<${generic.join(', ')}>` : ''}(${parameters.join(', ')}): ${text(call.getReturnType())}`
}

/** Objects of options are written out, without keys that may not be given. */
function optionsText(type: Type, at: ExportedDeclarations, text: (type: Type) => string): string {
  const members = type.getProperties()
  const plain = type.isObject() || type.isIntersection()
  if (!plain || type.isArray() || type.isTuple() || type.getCallSignatures().length > 0 || members.length === 0 || !members.every((m) => m.isOptional()))
    return text(type)
  const entries = members.flatMap((m) => {
    const value = m.getTypeAtLocation(at).getNonNullableType()
    return value.isNever() ? [] : [`${m.getName()}?: ${text(value)}`]
  })
  return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}'
}

const clean = (text: string): string =>
  text
    .replace(/keyof import\("[^"]*"\)\.TypedArrays/g, 'DType')
    .replace(/import\("[^"]*"\)\./g, '')
    .replaceAll('"', "'")
    .replaceAll('Tensor<number, DType>', 'Tensor')
    .replaceAll('; }', ' }')

function docOf(node: ExportedDeclarations): string {
  const documented = Node.isVariableDeclaration(node) ? node.getVariableStatement() : Node.isFunctionDeclaration(node) ? node : undefined
  const overloads = Node.isFunctionDeclaration(node) ? node.getOverloads() : []
  const docs = [documented, ...overloads].flatMap((d) => d?.getJsDocs() ?? [])
  return docs.length > 0
    ? docs[0]
        .getDescription()
        .trim()
        .replace(/\s*\n\s*/g, ' ')
    : ''
}
