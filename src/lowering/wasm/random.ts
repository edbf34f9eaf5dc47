// lowering/wasm: draws that have kernels of their own: uniform and normal numbers whose parameters are the same for all elements, and bools.
// All others are the runtime's functions, as in JavaScript.
import { dtypes } from '../../graph/dtype.ts'
import type { Variable } from '../../graph/variable.ts'
import type { Context, View } from '../context.ts'
import { call, type Expr, name, number } from '../ir.ts'
import type { Builder } from '../kernels/index.ts'
import { randomBuilders } from '../kernels/random.ts'
import type { Memory } from '../memory.ts'
import type { WasmFunction } from './code.ts'
import { bernoulli, bernoulliOf, normal, uniform } from './kernels/random.ts'

/** The kernel that makes v, or null. */
export function drawKernel(v: Variable): WasmFunction | null {
  const { op, inputs, params } = v.owner!
  if (v.rank === 0) return null
  if (inputs.slice(1, 1 + (params.parameters as number)).some((x) => x.rank > 0)) return op.name === 'drawBernoulli' ? bernoulliOf({ bits: 8 }) : null
  const bits = v.dtype === 'float32' ? 32 : 64
  if (op.name === 'drawUniform') return uniform({ bits })
  if (op.name === 'drawNormal') return normal({ bits })
  return op.name === 'drawBernoulli' ? bernoulli({ bits: 8 }) : null
}

function buildDraw(v: Variable, context: Context, memory: Memory): void {
  const kernel = drawKernel(v)
  if (!kernel) return randomBuilders[v.owner!.op.name](v, context, memory)
  const { op, inputs, params } = v.owner!
  const state = context.view(inputs[0])!
  if (inputs[1].rank > 0) return buildBernoulliOf(v, kernel, context, memory)
  const parameters = inputs.slice(1, 1 + (params.parameters as number)).map((x) => context.scalar(x))
  const target = memory.allocate(v)
  const size = context.size(v)
  if (!isChecked(op.name, parameters)) {
    // The runtime's function checks parameters also where there is nothing to draw.
    const places = [...context.storage.typed(target), number(0), ...context.storage.typed(state)]
    context.body.push({ kind: 'do', value: call(`$t.${op.name}`, ...places, ...parameters.flatMap((p) => [p, number(0)]), context.label(v)) })
  }
  context.body.push({ kind: 'do', value: { kind: 'kernel', target: kernel, args: [address(target), size, address(state), ...parameters] } })
}

/** The kernel says where an element of p is no probability; then the runtime's function throws its error. */
function buildBernoulliOf(v: Variable, kernel: WasmFunction, context: Context, memory: Memory): void {
  const [state, p] = v.owner!.inputs.slice(0, 2).map((x) => context.view(x)!)
  const target = memory.allocate(v)
  const size = context.size(v)
  const wrong = context.names.fresh('wrong')
  const places = [target, state, p].map((view) => context.storage.typed(view))
  const again = call('$t.drawBernoulli', ...places[0], size, ...places[1], ...places[2], context.label(v))
  context.body.push(
    { kind: 'const', name: wrong, value: { kind: 'kernel', target: kernel, args: [address(target), size, address(state), address(p)] } },
    { kind: 'if', test: name(wrong), body: [{ kind: 'do', value: again }] },
  )
}

const address = ({ array, dtype, offset }: View): Expr => ({ kind: 'address', array, bytes: dtypes[dtype].bytes, index: offset })

/** Are the parameters known to be allowed? */
function isChecked(name: string, parameters: readonly Expr[]): boolean {
  if (name === 'drawUniform') return true
  const last = parameters[parameters.length - 1]
  return last.kind === 'number' && last.value >= 0 && (name === 'drawNormal' || last.value <= 1)
}

export const randomKernels: Readonly<Record<string, Builder>> = { drawUniform: buildDraw, drawNormal: buildDraw, drawBernoulli: buildDraw }
