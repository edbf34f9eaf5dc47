// lowering/wasm: scalars in memory, and as other machine types. Invariant: a value converted to an integer wraps as the typed
// array would.
import { type DType, dtypes } from '../../graph/dtype.ts'
import { Code, call, f32, f64, type Import, i32, ins, load, type Node, type WasmFunction } from './code.ts'
import { once } from './formulas.ts'
import { isFloatMachine, type Machine, machineOf } from './machine.ts'

/** The typed load of each dtype, and its store. */
const loads: Readonly<Record<DType, string>> = {
  float64: 'f64.load',
  float32: 'f32.load',
  int32: 'i32.load',
  uint32: 'i32.load',
  int16: 'i32.load16_s',
  uint16: 'i32.load16_u',
  int8: 'i32.load8_s',
  uint8: 'i32.load8_u',
  bool: 'i32.load8_u',
}
const stores: Readonly<Record<number, string>> = { 1: 'i32.store8', 2: 'i32.store16', 4: 'i32.store' }

export const loadScalar = (dtype: DType, address: Node): Node => load(loads[dtype], address)

/** Stores a scalar of the dtype's machine type. */
export function storeScalar(code: Code, dtype: DType, address: Node, value: Node): void {
  const machine = machineOf(dtype)
  code.store(isFloatMachine(machine) ? `${machine}.store` : stores[dtypes[dtype].bytes], address, value)
}

/** A literal of a machine type. */
export function constant(value: number, want: Machine): Node {
  switch (want) {
    case 'f64':
      return f64(value)
    case 'f32':
      return f32(value)
    case 'bool':
      return i32(value !== 0 ? 1 : 0)
    default:
      return i32(value | 0)
  }
}

/** A scalar of one machine type as another. */
export function convert(node: Node, from: Machine, to: Machine): Node {
  if (from === to) return node
  if (to === 'bool') return isFloatMachine(from) ? ins(`${from}.ne`, node, constant(0, from)) : ins('i32.ne', node, i32(0))
  if (isFloatMachine(from)) {
    const wide = from === 'f32' ? ins('f64.promote_f32', node) : node
    if (to === 'f64') return wide
    if (to === 'f32') return ins('f32.demote_f64', node)
    return call(toInt32(), wide)
  }
  if (!isFloatMachine(to)) return node
  return ins(`${to}.convert_i32_${from === 'u32' ? 'u' : 's'}`, node)
}

/** An i32 brought into the range of an integer dtype. */
export function narrow(node: Node, dtype: DType): Node {
  switch (dtype) {
    case 'int8':
      return ins('i32.extend8_s', node)
    case 'int16':
      return ins('i32.extend16_s', node)
    case 'uint8':
      return ins('i32.and', node, i32(0xff))
    case 'uint16':
      return ins('i32.and', node, i32(0xffff))
    default:
      return node
  }
}

/** JavaScript's ToInt32 (ECMA-262, 7.1.6): modulo 2³², 0 for what is not finite. */
const toInt32 = (): WasmFunction =>
  once('toInt32', () => {
    const code = new Code('toInt32')
    const x = code.param('x', 'f64')
    const rare: Import = { kind: 'import', js: '(a) => a | 0', params: ['f64'], result: 'i32' }
    code.if(ins('f64.lt', ins('f64.abs', x), f64(2 ** 63)), () => code.return(ins('i32.wrap_i64', ins('i64.trunc_sat_f64_s', x))))
    code.return(call(rare, x))
    return code.function('i32')
  })
