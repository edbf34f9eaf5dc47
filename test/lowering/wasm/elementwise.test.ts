// test/lowering: every elementwise op as a vectorized kernel: dtypes, forms of operands and lengths 0 to 67, against the reference
// evaluator. SWEEP=full runs all combinations under both linkers.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type DType, dtypes, isFloat, storeAs } from '../../../src/graph/dtype.ts'
import type { ElementwiseOp } from '../../../src/graph/op.ts'
import { applyElementwise, elementwiseOps } from '../../../src/graph/ops/elementwise.ts'
import { cast } from '../../../src/graph/ops/logic.ts'
import { constant } from '../../../src/graph/variable.ts'
import { linkers } from '../../golden/run.ts'
import { dtypeList, exact, type Form, type Judge, type layouts, numbers, problemOf, refused, thorough, within } from './forms.ts'

type LayoutName = keyof typeof layouts

/** Positions and lengths: they check or serve scalars. */
const notArithmetic = new Set(['checkedIndex', 'checkedPosition', 'sliceBound', 'broadcastSize', 'asInteger', 'asLength', 'checkedLength', 'sameLength'])
const ops = [...elementwiseOps.values()].filter((op) => !notArithmetic.has(op.name) && !op.name.startsWith('cast_'))

const forms: Readonly<Record<number, readonly (readonly LayoutName[])[]>> = {
  1: [['whole'], ['everyOther'], ['transposed'], ['second'], ['backwards'], ['column'], ['part']],
  2: [
    ['whole', 'whole'],
    ['matrix', 'transposed'],
    ['row', 'matrix'],
    ['second', 'everyOther'],
    ['scalar', 'whole'],
    ['whole', 'scalar'],
    ['matrix', 'rows'],
    ['backwards', 'second'],
    ['rows', 'part'],
    ['transposed', 'row'],
  ],
  3: [
    ['whole', 'second', 'whole'],
    ['matrix', 'row', 'rows'],
    ['backwards', 'whole', 'everyOther'],
    ['transposed', 'matrix', 'matrix'],
    ['scalar', 'whole', 'column'],
  ],
}

const costly = within(4e-15, 3e-7)
/** One rounding of float32 more or less; float64 is exact. */
const simple: Judge = (got, expected, dtype) => (dtype === 'float32' ? within(0, 1.2e-7) : exact)(got, expected, dtype)
const judgeOf = (op: ElementwiseOp): Judge => (op.costly ? costly : simple)

/** Dtypes of the operands: all alike, but conditions and some mixtures. */
function typesOf(op: ElementwiseOp, dtype: DType, variant: number): DType[] {
  if (op.name === 'where') return [variant % 3 === 0 ? dtype : 'bool', dtype, dtype]
  if (op.arity === 2 && variant % 4 === 3) return [dtype, dtypeList[(dtypeList.indexOf(dtype) + variant) % dtypeList.length]]
  return Array(op.arity).fill(dtype)
}

/** The first operand of polyGamma counts derivatives. */
const orders: Form['data'] = (operand, dtype, count, seed) =>
  operand === 1 ? numbers(dtype, count, seed) : Array.from({ length: count }, (_, i) => storeAs(dtype, i % 4))

/** Integers whose powers float64 holds: larger ones are not those of the reference evaluator under either linker. */
const smallPowers: Form['data'] = (operand, dtype, count, seed) =>
  isFloat(dtype)
    ? numbers(dtype, count, seed)
    : Array.from({ length: count }, (_, i) => storeAs(dtype, ((i + seed) % 5) - (operand === 0 && !dtype.startsWith('u') ? 2 : 0)))

/** A condition that is NaN holds in the reference evaluator and under wasm, but not in JavaScript's own selection. */
const conditions: Form['data'] = (operand, dtype, count, seed) => numbers(dtype, count, seed).map((x) => (operand === 0 && Number.isNaN(x) ? 2 : x))

const dataOf: Readonly<Record<string, Form['data']>> = { polyGamma: orders, pow: smallPowers, where: conditions }

const report = (failures: readonly (string | null)[]): void => {
  assert.ok(!failures.every((f) => f === refused), 'always refused')
  const found = failures.filter((f) => f !== null && f !== refused)
  assert.equal(found.slice(0, 30), [], `${found.length} failures`)
}

// Bits of bools are logic, and have no shifts; float32 has no 1e300.
ops.forEach((op, number) => {
  test(`${op.name} in all forms`, () => {
    report(
      dtypeList.flatMap((dtype, d) =>
        forms[op.arity].flatMap((names, k) => {
          if ((dtype === 'bool' && /^(shift|bitNot)/.test(op.name)) || (!thorough && !chosen(op, number, d, k))) return []
          const types = typesOf(op, dtype, number + d + k)
          const form: Form = {
            what: op.name,
            operands: names.map((layout, i) => ({ dtype: types[i], layout })),
            make: (operands) => applyElementwise(op, operands),
            data: dataOf[op.name],
          }
          return (thorough ? linkers : (['wasm'] as const)).map((linker) => problemOf(form, linker, judgeOf(op)))
        }),
      ),
    )
  })
})

/** Each dtype meets one or two forms of an op; formulas of floats meet one dtype of integers. */
function chosen(op: ElementwiseOp, number: number, d: number, k: number): boolean {
  if (op.costly && d > 1 && d !== 2 + (number % 7)) return false
  const count = forms[op.arity].length
  const first = (number * 3 + d) % count
  return k === first || (!op.costly && op.arity > 1 && k === (first + 3) % count)
}

test('lengths known when the program is built', () => {
  const lengths = Array.from({ length: 68 }, (_, n) => n)
  report(
    dtypeList.flatMap((dtype, d) =>
      lengths.flatMap((known) => {
        const layout = (['whole', 'second', 'transposed', 'everyOther', 'part'] as const)[(d + known) % 5]
        const make: Form['make'] = ([x]) =>
          dtype === 'bool' ? applyElementwise(elementwiseOps.get('not')!, [x]) : applyElementwise(elementwiseOps.get('sub')!, [x, constant(3)])
        return problemOf({ what: 'known', operands: [{ dtype, layout }], make, known }, 'wasm', simple)
      }),
    ),
  )
})

test('arrays longer than what is staged at a time', () => {
  const [sub, lt] = ['sub', 'lt'].map((name) => elementwiseOps.get(name)!)
  const slot = 131072
  const pairs: readonly (readonly [DType, DType, ElementwiseOp])[] = [
    ['float64', 'int8', sub],
    ['float32', 'float32', sub],
    ['int16', 'uint8', sub],
    ['int8', 'int8', lt],
  ]
  report(
    pairs.flatMap(([a, b, op]) => {
      const block = slot / dtypes[a].bytes
      const operands = [a, b].map((dtype) => ({ dtype, layout: 'whole' as const }))
      const form: Form = { what: `long ${op.name}`, operands, make: (x) => applyElementwise(op, x) }
      return linkers.map((linker) => problemOf(form, linker, simple, [block - 1, block, block + 1, 2 * block, 2 * block + 7]))
    }),
  )
})

test('ops with a literal', () => {
  const literals = [0, 1, -1, 2, 3, 0.5, -0, 100, 300, -129, 70000, 4294967295, 1e300]
  const names = [
    'add',
    'sub',
    'mul',
    'div',
    'maximum',
    'minimum',
    'lt',
    'ge',
    'eq',
    'neq',
    'bitAnd',
    'shiftLeft',
    'shiftRight',
    'shiftRightUnsigned',
    'remainder',
    'pow',
  ]
  report(
    names.flatMap((name, i) =>
      dtypeList.flatMap((dtype, d) =>
        literals.flatMap((literal, l) => {
          if (!thorough && (i + 2 * d + l) % 6 !== 0) return []
          if ((literal === 1e300 && dtype === 'float32') || (dtype === 'bool' && name.startsWith('shift'))) return []
          if (name === 'pow' && !isFloat(dtype) && Math.abs(literal) > 3) return []
          const op = elementwiseOps.get(name)!
          const form: Form = {
            what: `${name} ${l % 2 ? `${literal} and` : `with ${literal}`} `,
            operands: [{ dtype, layout: (['whole', 'second', 'transposed'] as const)[(i + d + l) % 3] }],
            data: dataOf[name],
            make: ([x]) => applyElementwise(op, l % 2 ? [constant(literal), x] : [x, constant(literal)]),
          }
          return (thorough ? linkers : (['wasm'] as const)).map((linker) => problemOf(form, linker, judgeOf(op)))
        }),
      ),
    ),
  )
})

test('casts between all dtypes, floats out of range among them', () => {
  report(
    dtypeList.flatMap((from, i) =>
      dtypeList.flatMap((to, k) =>
        forms[1].flatMap(([layout], f) => {
          if (!thorough && (i + k + f) % forms[1].length !== 0) return []
          const form: Form = { what: `cast to ${to} `, operands: [{ dtype: from, layout }], make: ([x]) => cast(x, to) }
          return (thorough ? linkers : (['wasm'] as const)).map((linker) => problemOf(form, linker, isFloat(to) ? simple : exact))
        }),
      ),
    ),
  )
})

test.run()
