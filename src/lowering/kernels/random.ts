// lowering/kernels: random draws: one call of the runtime fills the result. Under both linkers the same code makes the same numbers.
import { dtypes } from '../../graph/dtype.ts'
import { drawOps } from '../../graph/ops/random.ts'
import type { Variable } from '../../graph/variable.ts'
import type { Context } from '../context.ts'
import { isContainer } from '../inPlace.ts'
import { call, type Expr, name, number, pureCall } from '../ir.ts'
import type { Memory } from '../memory.ts'
import type { Builder } from './index.ts'

function buildDraw(v: Variable, context: Context, memory: Memory): void {
  const { op, inputs } = v.owner!
  const tail = [...context.storage.typed(context.view(inputs[0])!), ...argumentsOf(v, context), context.label(v)]
  if (v.rank > 0) {
    const out = context.storage.typed(memory.allocate(v))
    return void context.body.push({ kind: 'do', value: call(`$t.${op.name}`, ...out, context.size(v), ...tail) })
  }
  // A single number needs no memory of either linker.
  const out = context.names.fresh(v.name ?? 'draw')
  context.setup.push({ kind: 'const', name: out, value: pureCall(`new ${dtypes[v.dtype].array}`, number(1)) })
  const drawn = context.names.fresh('drawn')
  context.body.push({ kind: 'const', name: drawn, value: call(`$t.${op.name}`, name(out), number(0), number(1), ...tail) })
  context.setScalar(v, name(drawn))
}

function argumentsOf(v: Variable, context: Context): Expr[] {
  const { op, inputs, params } = v.owner!
  const parameters = inputs.slice(1, 1 + (params.parameters as number))
  const replace = name(params.replace ? 'true' : 'false')
  const pairs = parameters.flatMap((x) => (x.rank === 0 ? [context.scalar(x), number(0)] : context.storage.typed(context.view(x)!)))
  switch (op.name) {
    case 'drawChoice':
      return [pairs[0], replace]
    case 'drawWeighted':
      return [...pairs, context.dim(parameters[0].shape[0]), replace]
    case 'drawMultinomial':
      return [...pairs, context.dim(v.shape[v.rank - 1])]
    case 'drawPermutation':
      return [context.dim(v.shape[v.rank - 1])]
    default:
      return pairs
  }
}

function buildAdvance(v: Variable, context: Context, memory: Memory): void {
  const [state] = v.owner!.inputs
  const from = context.storage.typed(context.view(state)!)
  const place = memory.placeOf(v)
  const statements = place !== null && isContainer(place) ? memory.atEnd : context.body
  statements.push({ kind: 'do', value: call('$t.advance', ...context.storage.typed(memory.allocate(v)), ...from) })
}

export const randomBuilders: Readonly<Record<string, Builder>> = {
  ...Object.fromEntries([...drawOps.keys()].map((op) => [op, buildDraw])),
  advance: buildAdvance,
}
