// runtime: the gradients that a compiled function returns, against finite differences of the cost that it returns.
import { convert, type Spec } from './convert.ts'
import { ownDType } from './create.ts'
import type { Described } from './functionTypes.ts'
import { NDArray, own } from './ndarray.ts'

export interface VerifyGradOptions {
  /** Half the distance of the two evaluations, relative to elements above 1; default 1e-5, with float32 in the point 1e-2. */
  eps?: number
  /** Largest difference, relative to gradients above 1; default 1e-4, with float32 in the point 1e-2. */
  tolerance?: number
}

interface Verifiable {
  // biome-ignore lint/suspicious/noExplicitAny: functions of any parameters
  (...args: any[]): unknown
  readonly name: string
  readonly inputs?: readonly Described[]
}

/**
 * Compares gradients with central finite differences at `point`, the list of f's arguments. `f` is a compiled function that
 * returns `[cost, ...gradients]` or `{ cost, grads }`: one gradient for each float parameter, in order, or as a record by name; those
 * left out are not checked. It must not update shared variables. Throws Error naming parameter, position and both numbers,
 * TypeError where f does not return these.
 */
export function verifyGrad(f: Verifiable, point: readonly unknown[], options: VerifyGradOptions = {}): void {
  const args = point.map((value, i) => asDouble(f, value, i))
  const single = args.some((x) => x?.dtype === 'float32')
  const { eps = single ? 1e-2 : 1e-5, tolerance = single ? 1e-2 : 1e-4 } = options
  const call = () => f(...args.map((x, i) => (!x ? point[i] : x.rank ? own(x) : x.data[0])))
  const [, gradients] = split(f, call())
  const names = args.map((_, i) => f.inputs?.[i]?.name ?? `${i}`)
  const floats = args.flatMap((x, i) => (x ? [i] : []))
  const given = Array.isArray(gradients) ? gradients : floats.map((i) => (gradients as Record<string, unknown>)[names[i]])
  if (given.length > floats.length) throw TypeError(`verifyGrad: ${f.name} returned ${given.length} gradients for ${floats.length} float arguments`)
  given.forEach((gradient: unknown, k) => {
    const x = args[floats[k]] as NDArray
    const name = names[floats[k]]
    if (gradient === undefined) return
    const values = gradient instanceof NDArray ? gradient : new NDArray(Float64Array.of(Number(gradient)), [], 'float64')
    if (values.shape.join() !== x.shape.join()) {
      throw TypeError(
        `verifyGrad: the gradient of ${f.name} with respect to ${name} has shape [${values.shape.join(', ')}], the argument [${x.shape.join(', ')}]`,
      )
    }
    x.data.forEach((value: number, i: number) => {
      const step = eps * Math.max(1, Math.abs(value))
      const costAt = (v: number): [number, number] => {
        x.data[i] = v
        const at = x.data[i]
        const [cost] = split(f, call())
        return [at, cost]
      }
      const [high, above] = costAt(value + step)
      const [low, below] = costAt(value - step)
      x.data[i] = value
      const numeric = (above - below) / (high - low)
      const analytic = values.data[i]
      if (!(Math.abs(analytic - numeric) <= tolerance * Math.max(1, Math.abs(analytic), Math.abs(numeric)))) {
        throw Error(`verifyGrad: ${f.name}: gradient with respect to ${name}${position(i, x.shape)} is ${analytic}, finite differences give ${numeric}`)
      }
    })
  })
}

/** A float argument as an array of its own memory; null for others. */
function asDouble(f: Verifiable, value: unknown, i: number): NDArray | null {
  const described = f.inputs?.[i]
  const dtype = described?.dtype ?? ownDType(value)
  if (dtype[0] !== 'f') return null
  const rank = described?.rank ?? (value instanceof NDArray ? value.rank : 0)
  const spec: Spec = { name: described?.name ?? `${i}`, dtype, shape: Array.from({ length: rank }, () => null) }
  const x = convert(value, spec, f)
  return own(x)
}

function split(f: Verifiable, result: unknown): [cost: number, gradients: unknown] {
  const record = result as { cost?: unknown; grads?: unknown } | null
  const [cost, gradients] = Array.isArray(result) ? [result[0], result.slice(1).flat()] : [record?.cost, record?.grads]
  const one = typeof gradients === 'number' || gradients instanceof NDArray ? [gradients] : gradients
  if (typeof cost !== 'number' || typeof one !== 'object' || one === null)
    throw TypeError(`verifyGrad: ${f.name} must return [cost, ...gradients] or { cost, grads }, the cost a number`)
  return [cost, one]
}

function position(i: number, shape: readonly number[]): string {
  const indices: number[] = []
  for (let axis = shape.length, rest = i; axis-- > 0; rest = Math.floor(rest / shape[axis])) indices[axis] = rest % shape[axis]
  return shape.length ? `[${indices.join(', ')}]` : ''
}
