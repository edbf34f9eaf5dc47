// lowering/wasm: formulas over lanes as functions that are called, and the JavaScript of ops as imports.

import { primary } from '../../graph/op.ts'
import type { Expr } from '../ir.ts'
import { Code, type Import, i32, ins, lane, type WasmFunction } from './code.ts'
import { Lanes } from './lanes.ts'
import { isFloatMachine, type Machine } from './machine.ts'
import { laneFormulas, laneTests } from './operations.ts'

type OpExpr = Expr & { kind: 'op' }

export const letters = ['a', 'b', 'c', 'd']

/** The operands of an op or check, without its label. */
export const numbersOf = (e: Expr & { kind: 'op' | 'call' }): readonly Expr[] => e.args.filter((a) => a.kind !== 'string')

/** The JavaScript of an op as a function of numbers that gives a float64 or an i32; checks get their label. */
export function importOf(e: OpExpr, machine: Machine): Import {
  const params = letters.slice(0, numbersOf(e).length)
  const labels = e.args.flatMap((a) => (a.kind === 'string' ? [primary(JSON.stringify(a.value))] : []))
  const { text } = e.op.emit.js([...params.map(primary), ...labels], e.type)
  return { kind: 'import', js: `(${params.join(', ')}) => ${text}`, params: params.map(() => 'f64'), result: isFloatMachine(machine) ? 'f64' : 'i32' }
}

const formulas = new Map<string, WasmFunction>()

/** A formula over lanes as a function of scalars: one lane of it. */
export function scalarFormula(name: string, arity: number, machine: 'f64' | 'f32'): WasmFunction {
  return once(`${name}_${machine}`, () => {
    const code = new Code(`${name}_${machine}`)
    const L = new Lanes(code, machine === 'f64' ? 64 : 32)
    const operands = letters.slice(0, arity).map((l) => code.keep(L.splat(code.param(l, machine)), l))
    code.return(lane(`${L.shape}.extract_lane`, 0, laneFormulas[name](L, ...operands)))
    return code.function(machine)
  })
}

/** A formula over lanes as a function of vectors. */
export function vectorFormula(name: string, arity: number, machine: 'f64' | 'f32'): WasmFunction {
  const own = `${name}_${machine === 'f64' ? 'f64x2' : 'f32x4'}`
  return once(own, () => {
    const code = new Code(own)
    const operands = letters.slice(0, arity).map((l) => code.param(l, 'v128'))
    code.return(laneFormulas[name](new Lanes(code, machine === 'f64' ? 64 : 32), ...operands))
    return code.function('v128')
  })
}

/** A test over lanes as a function of scalars. */
export function scalarTest(name: string, machine: 'f64' | 'f32'): WasmFunction {
  return once(`${name}_${machine}`, () => {
    const code = new Code(`${name}_${machine}`)
    const L = new Lanes(code, machine === 'f64' ? 64 : 32)
    const x = code.keep(L.splat(code.param('x', machine)), 'x')
    code.return(ins('i32.and', lane('i32x4.extract_lane', 0, laneTests[name](L, x)), i32(1)))
    return code.function('i32')
  })
}

/** One function for a key, made when first asked for. */
export function once(key: string, make: () => WasmFunction): WasmFunction {
  let found = formulas.get(key)
  if (!found) {
    found = make()
    formulas.set(key, found)
  }
  return found
}
