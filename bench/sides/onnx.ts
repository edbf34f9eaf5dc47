// bench: ONNX models as protocol-buffer bytes, as much of the format as the rows need (onnx.proto3, IR version 8, opset 17).
import type { Dtype, Floats } from '../rows.ts'

type Bytes = readonly number[]

const varint = (n: number): Bytes => {
  const out = []
  let rest = BigInt.asUintN(64, BigInt(n))
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128)
  return [...out, Number(rest)]
}
const integer = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)]
const bytes = (field: number, value: Bytes): Bytes => [...varint((field << 3) | 2), ...varint(value.length), ...value]
const text = (field: number, value: string): Bytes => bytes(field, [...Buffer.from(value)])

/** TensorProto.DataType. */
const dataType = { float32: 1, float64: 11, int64: 7 } as const

export interface Node {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Integers or lists of integers. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

export interface Model {
  readonly dtype: Dtype
  readonly nodes: readonly Node[]
  /** Scalars of the model's dtype by name. */
  readonly constants?: Readonly<Record<string, number>>
  /** Lists of axes by name. */
  readonly axes?: Readonly<Record<string, readonly number[]>>
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly outputs: Readonly<Record<string, readonly number[]>>
}

const attribute = (name: string, value: number | readonly number[]): Bytes =>
  typeof value === 'number'
    ? [...text(1, name), ...integer(3, value), ...integer(20, 2)]
    : [...text(1, name), ...value.flatMap((v) => integer(8, v)), ...integer(20, 7)]

const nodeBytes = ({ op, inputs, outputs, attributes = {} }: Node): Bytes => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(4, op),
  ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value))),
]

const valueInfo = (name: string, dtype: Dtype, shape: readonly number[]): Bytes => {
  const dimensions = shape.flatMap((length) => bytes(1, integer(1, length)))
  return [...text(1, name), ...bytes(2, bytes(1, [...integer(1, dataType[dtype]), ...bytes(2, dimensions)]))]
}

const initializer = (name: string, type: number, shape: readonly number[], data: Floats | BigInt64Array): Bytes => [
  ...shape.flatMap((length) => integer(1, length)),
  ...integer(2, type),
  ...text(8, name),
  ...bytes(9, [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
]

export function encode({ dtype, nodes, constants = {}, axes = {}, inputs, outputs }: Model): Uint8Array {
  const scalar = (v: number): Floats => (dtype === 'float32' ? Float32Array.of(v) : Float64Array.of(v))
  const graph = [
    ...nodes.flatMap((node) => bytes(1, nodeBytes(node))),
    ...text(2, 'graph'),
    ...Object.entries(constants).flatMap(([name, v]) => bytes(5, initializer(name, dataType[dtype], [], scalar(v)))),
    ...Object.entries(axes).flatMap(([name, v]) => bytes(5, initializer(name, dataType.int64, [v.length], BigInt64Array.from(v, BigInt)))),
    ...Object.entries(inputs).flatMap(([name, shape]) => bytes(11, valueInfo(name, dtype, shape))),
    ...Object.entries(outputs).flatMap(([name, shape]) => bytes(12, valueInfo(name, dtype, shape))),
  ]
  return Uint8Array.from([...integer(1, 8), ...bytes(7, graph), ...bytes(8, integer(2, 17))])
}

/**
 * Nodes from lines such as `h = Tanh(z)`, `y = Softmax(x, axis: 1)`. A result may be an expression's argument: `y = Add(Mul(a, b), c)`.
 */
export function nodes(...lines: readonly string[]): Node[] {
  const out: Node[] = []
  const build = (expression: string, name: string): string => {
    const open = expression.indexOf('(')
    if (open < 0) return expression.trim()
    const inputs: string[] = []
    const attributes: Record<string, number | readonly number[]> = {}
    for (const part of split(expression.slice(open + 1, expression.lastIndexOf(')')))) {
      const [, key, value] = /^\s*(\w+):(.*)$/.exec(part) ?? []
      if (key) attributes[key] = JSON.parse(value)
      else inputs.push(build(part, `${name}_${inputs.length}`))
    }
    out.push({ op: expression.slice(0, open).trim(), inputs, outputs: [name], attributes })
    return name
  }
  for (const line of lines) {
    const equals = line.indexOf('=')
    build(line.slice(equals + 1), line.slice(0, equals).trim())
  }
  return out
}

/** The arguments between commas that are not inside brackets. */
function split(list: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < list.length; i++) {
    if ('(['.includes(list[i])) depth++
    else if (')]'.includes(list[i])) depth--
    else if (list[i] === ',' && depth === 0) {
      parts.push(list.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, list.slice(from)]
}
