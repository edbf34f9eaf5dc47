// scripts: docs/operations.md. Signatures and words come from runtime, everything else from building the functions.
import type { DType } from '../../src/graph/dtype.ts'
import { type LibraryFunction, library } from '../../src/graph/library.ts'
import type { Op } from '../../src/graph/op.ts'
import { type Facts, factsOf } from './facts.ts'
import { type Declared, declaredFunctions } from './signatures.ts'

const head = `<!-- Made by scripts/docs.ts. Do not edit: the words are the JSDoc of runtime/symbolic*.ts and runtime/create.ts. -->

# Operations

Every function of \`theano-ts\` that the compiler knows, by family. They are plain imports and are used inside \`theano.fn\`; \`zeros\`,
\`ones\`, \`full\`, \`arange\` and \`eye\` also run outside. [The guide](language.md) describes \`fn\`, \`shared\`, \`grad\`, \`slice\`,
\`newaxis\`, \`print\` and \`assert\`. An \`Operand\` is any tensor, a number, a boolean or an array. Operands
broadcast by NumPy's rules, and their dtypes promote to a common one first; literals and plain numbers adopt the dtype of what they meet.
\`axis\` counts from the end if negative.

- **dtype** is that of the result by that of the (promoted) floating operands; where it is missing, the arguments say it.
- **gradient** names the arguments to which a gradient flows.
- **errors** are those of the build that arguments of another rank, size or dtype give; [errors.md](errors.md) explains them. Any function may
  also give [TH2030](errors.md#th2030) (not a number or an array), [TH2043](errors.md#th2043) (arguments missing), [TH2044](errors.md#th2044)
  (an unknown option) and, unless it is elementwise, [TH2031](errors.md#th2031) (parameters without types). What is only known at a call is checked there, before
  anything is stored: a \`RangeError\` names the function and the expression.
`

const notes: Readonly<Record<string, string>> = {
  elementwise: 'The result has the shape to which the operands broadcast. The functions of `Math` and the operators mean the same inside `theano.fn`.',
  reduce:
    'Without `axis` the whole tensor is reduced, to a scalar. `keepdims` keeps reduced axes with length 1. Floats are accumulated in float64; WebAssembly adds float32 up in short blocks first.',
}

export function operationsPage(): string {
  const declared = declaredFunctions()
  const families = Object.entries(library).map(([family, functions]) => {
    const entries = Object.entries(functions).map(([name, f]) => entry(name, f, declared.get(name)))
    return [`## ${family}`, ...(notes[family] ? [notes[family]] : []), ...entries].join('\n\n')
  })
  return `${[head.trimEnd(), ...families].join('\n\n')}\n`
}

/** Throws Error for a function that runtime does not declare, or that nothing describes. */
function entry(name: string, f: LibraryFunction, declared: Declared | undefined): string {
  if (!declared) throw new Error(`${name} is not declared in runtime/symbolic*.ts`)
  const doc = declared.doc || ('op' in f ? sentence((f.op as Op).law) : '')
  if (doc === '') throw new Error(`${name} has no JSDoc in runtime/symbolic*.ts`)
  const facts = factsOf(name, declared.parameters)
  const lines = [dtypeLine(facts.dtypes), gradientLine(facts, declared.parameters), codesLine(facts.codes)].filter((line) => line !== '')
  return [`### ${name}`, `\`\`\`typescript\n${declared.signatures.join('\n')}\n\`\`\``, doc, lines.join('\n')].join('\n\n')
}

const sentence = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}.`

function dtypeLine(dtypes: ReadonlyMap<DType, DType>): string {
  if (dtypes.size === 0) return ''
  const results = [...new Set(dtypes.values())]
  if (results.length === 1 && dtypes.size > 1) return `- dtype: ${results[0]}`
  const kept = [...dtypes].filter(([from, to]) => from === to).map(([from]) => from)
  const changed = [...dtypes].filter(([from, to]) => from !== to).map(([from, to]) => `${from} → ${to}`)
  return changed.length === 0 ? '- dtype: that of the operands' : `- dtype: ${[...(kept.length > 0 ? [`${kept.join(', ')} kept`] : []), ...changed].join('; ')}`
}

function gradientLine({ gradient, without }: Facts, parameters: readonly string[]): string {
  const names = new Set([...gradient].sort().map((i) => `\`${parameters[Math.min(i, parameters.length - 1)]}\``))
  if (names.size > 0) return `- gradient: ${[...names].join(', ')}`
  return `- gradient: ${{ 'not a float': 'none, the result is not a float', zero: 'zero', 'no dependence': 'none' }[without]}`
}

/** The head of the page names them. */
const general = new Set(['TH2030', 'TH2031', 'TH2043', 'TH2044'])

function codesLine(codes: readonly string[]): string {
  const own = codes.filter((code) => !general.has(code)).map((code) => `[${code}](errors.md#${code.toLowerCase()})`)
  return own.length === 0 ? '' : `- errors: ${own.join(' ')}`
}
