// graph: a graph as text, one Apply a line, for goldens, `inspect` and failing tests.

import { ancestors, type FunctionGraph, rootsOf } from './functionGraph.ts'
import type { Op } from './op.ts'
import type { Dim, Variable } from './variable.ts'

/** `%3 = mul(2, x) : float64[n]`, inputs before users; lengths that nothing prints are named after their leaf. */
export function printGraph(graph: FunctionGraph): string {
  const names = new Map<Variable, string>()
  const lines: string[] = []
  for (const v of ancestors(rootsOf(graph), true)) {
    if (isReference(v)) continue
    names.set(v, `%${names.size}`)
    lines.push(`${names.get(v)} = ${printApply(v, names)} : ${printType(v, names)}${v.name ? `  # ${v.name}` : ''}`)
  }
  const say = (v: Variable): string => reference(v, names)
  if (graph.outputs.length > 0) lines.push(`return ${graph.outputs.map(say).join(', ')}`)
  for (const u of graph.updates) lines.push(`update ${say(u.target)} <- ${say(u.value)}`)
  for (const s of graph.states) lines.push(`state ${say(s.variable)}`)
  return lines.join('\n')
}

/** A Variable as one nested expression, `…` for what lies deeper than `depth` operations. */
export function printExpression(v: Variable, depth = 4): string {
  if (isReference(v)) return reference(v, new Map())
  if (depth === 0) return '…'
  const { op, inputs, params } = v.owner!
  const facts = Object.entries(params).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return `${op.name}(${[...inputs.map((x) => printExpression(x, depth - 1)), ...facts].join(', ')})`
}

const isShape = (op: Op): boolean => op.name === 'shapeOf'
/** Shown where it is used rather than on a line of its own. */
const isReference = (v: Variable): boolean => v.owner === null || isShape(v.owner.op)

function reference(v: Variable, names: ReadonlyMap<Variable, string>): string {
  if (v.value !== null) return v.rank === 0 ? scalarText(v) : `[${v.value.slice(0, 6)}${v.value.length > 6 ? ', …' : ''}]:${v.dtype}`
  if (v.owner === null) return v.name ?? `leaf${v.id}`
  if (isShape(v.owner.op)) return `${reference(v.owner.inputs[0], names)}.shape[${v.owner.params.axis}]`
  return names.get(v) ?? '?'
}
const scalarText = (v: Variable): string => `${Object.is(v.value![0], -0) ? '-0' : v.value![0]}${v.weak ? '' : `:${v.dtype}`}`

function printApply(v: Variable, names: ReadonlyMap<Variable, string>): string {
  const { op, inputs, params } = v.owner!
  const facts = Object.entries(params).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return `${op.name}(${[...inputs.map((x) => reference(x, names)), ...facts].join(', ')})`
}

function printType(v: Variable, names: ReadonlyMap<Variable, string>): string {
  const dim = (d: Dim): string => (typeof d === 'number' ? String(d) : reference(d, names))
  return `${v.weak ? 'weak ' : ''}${v.dtype}${v.rank > 0 ? `[${v.shape.map(dim).join(', ')}]` : ''}`
}
