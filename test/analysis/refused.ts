// test: arrows that the compiler refuses, with the code each must get. docs/errors.md takes its examples from here.

/** What the arrows capture. */
export const prelude = `
import { sum, mean, grad, dot, at, where, stack, scan, cast, broadcastTo, reshape, slice, softmax, squeeze, take, tensordot, transpose, zeros, type Vector, type Matrix, type Scalar, type Tensor, type TensorType, type Shared } from 'theano-ts'
declare function outside(x: number): number
declare const anything: any
declare const rows: number[][]
declare const three: Shared<TensorType<[3]>>
declare const loose: theano.NDArray
declare const settings: { rate?: number; size: number }
declare const table: Record<string, number>
class Box { v = 1; #hidden = 2; read() { return this.#hidden } }
const box = new Box()
let count = 0
const list = [1, 2]
const W = theano.shared(theano.zeros([3], 'float32'), { name: 'W' })
const M = theano.shared(theano.zeros([2, 3]), { name: 'M' })
const n32 = theano.shared(new Int32Array(3), { name: 'n32' })
function endless(x: number): number { return endless(x) + 1 }
function hidden() { const inner = count; return (x: number) => x + inner }
const usesHidden = hidden()
`

/** Arrow, code, and the source text the message must point at. */
export const refused: readonly (readonly [string, string, string])[] = [
  ['async (x: number) => x', 'TH1024', 'async (x: number) => x'],
  ['(x: number) => { try { return x } finally { } }', 'TH1003', 'try { return x } finally { }'],
  ['(x: number) => { throw new Error("no") }', 'TH1029', 'throw new Error("no")'],
  ['(x: number) => { class A {} return x }', 'TH1004', 'class A {}'],
  ['(x: number) => new Box().v + x', 'TH1005', 'new Box()'],
  ['(x: number) => { const o: { a?: number } = { a: 1 }; delete o.a; return x }', 'TH1006', 'delete o.a'],
  ['(x: number) => x + (/a/ ? 1 : 0)', 'TH1009', '/a/'],
  ['(x: number) => { count = x; return x }', 'TH1010', 'count'],
  ['(x: number) => { count++; return x }', 'TH1010', 'count'],
  ['(x: number) => { list.push(x); return x }', 'TH1010', 'list.push'],
  ['(x: number) => { box.v = x; return x }', 'TH1010', 'box.v'],
  ['(x: number) => x * Math.random()', 'TH1011', 'Math.random'],
  ['(x: number) => x + JSON.stringify(1).length', 'TH1012', 'JSON'],
  ['(x: number) => outside(x)', 'TH1013', 'outside'],
  ['(x: number) => { for (let i = 0; i < x; i++) { } return x }', 'TH1015', 'i < x'],
  ['(x: number) => { let s = 0; for (let i = 0; i < 20000; i++) s += i; return x + s }', 'TH1016', 'for (let i = 0; i < 20000; i++) s += i;'],
  ['(x: number) => { if (x > 0) return 1; return x }', 'TH1017', 'x > 0'],
  ['(x: Vector, c: boolean) => c ? sum(x) : x[3]', 'TH1017', 'c ? sum(x) : x[3]'],
  ['(x: number) => endless(x)', 'TH1018', 'endless(x)'],
  ['(x: Vector) => scan((a: Tensor) => a, { sequences: [x] })', 'TH1019', 'scan'],
  ['(x: Vector) => (x as any).foo + 1', 'TH1020', '(x as any).foo'],
  ['(x: number) => [3, 1].sort()[0] + x', 'TH1021', '[3, 1].sort'],
  ['(x: number) => (box as any)() + x', 'TH1025', '(box as any)()'],
  ['(x: Vector) => { let s = 0; for (const v of x) s += v; return s }', 'TH1027', 'x'],
  ['(x: number) => { console.error(x); return x }', 'TH1028', 'console.error'],
  ['(x: number) => { let a = 0; const b = x > 0 ? (a = 1) : 0; return a + b + x }', 'TH1031', 'a = 1'],
  ['(x: number) => [1, 2][x]', 'TH1032', '[1, 2][x]'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  ['(x: number) => { console.log(`x ${x}`); return x }', 'TH1033', 'x'],
  ['(x: Vector) => x[-1]', 'TH1044', 'x[-1]'],
  ['(x: number) => { for (const k in box) { } return x }', 'TH1046', 'for (const k in box) { }'],
  ['(x: number) => usesHidden(x)', 'TH1051', 'count'],
  ['(x: number) => Object.keys(settings).length + x', 'TH1052', 'Object.keys(settings)'],
  ['(x: number) => ("rate" in settings ? x : -x)', 'TH1052', '"rate" in settings'],
  ['(x: number) => typeof settings.rate === "number" ? x : -x', 'TH1052', 'typeof settings.rate'],
  ['(x: number) => Object.values(table).length + x', 'TH1045', 'Object.values(table)'],
  ['(x: Vector<"float32">, y: TensorType<[3]>, z: TensorType<[4]>) => x[0] + y + z', 'TH2001', 'x[0] + y + z'],
  ['(x: Vector) => x & 1', 'TH2004', 'x & 1'],
  ['(x: Vector) => x && (x > 1)', 'TH2005', 'x && (x > 1)'],
  ['(x: Matrix) => sum(x, { axis: 2 })', 'TH2008', 'sum(x, { axis: 2 })'],
  ['(x) => sum(x)', 'TH2031', 'sum(x)'],
  ['(x) => x[0]', 'TH2031', 'x[0]'],
  ['(x: number) => x + loose', 'TH2032', 'loose'],
  ['(x: number) => x + anything', 'TH2033', 'anything'],
  ['(x: Vector) => sum(x) as Vector', 'TH2037', 'sum(x) as Vector'],
  ['(x: Vector) => (x * 2) as Vector<"float32">', 'TH2038', '(x * 2) as Vector<"float32">'],
  ['(x: TensorType<[3]>) => x as TensorType<[4]>', 'TH2039', 'x as TensorType<[4]>'],
  ['(x: Vector, A: Matrix) => 2 * dot(A, x)', 'TH2040', '2 * dot(A, x)'],
  ['(x: number) => box', 'TH2041', 'box'],
  ['(x: Vector) => { W.value = x; }', 'TH3001', 'W.value = x'],
  ['(x: Matrix) => { M.value = sum(x) }', 'TH3002', 'M.value = sum(x)'],
  ['(x: number) => { n32.value = n32 * 0.5; return x }', 'TH3001', 'n32.value = n32 * 0.5'],
  ['(x: Vector) => { (W as any) = x }', 'TH3004', 'W'],
  ['(x: number) => { const s = theano.shared(x); return s + x }', 'TH3005', 'theano.shared(x)'],
  ['(x: Vector) => sum(x), { profile: true }', 'TH3010', '{ profile: true }'],
  ['(x: Vector, y) => sum(x) + y', 'TH3020', 'y'],
  ['(...xs: number[]) => xs[0]', 'TH3021', '...xs: number[]'],
  ['({ x }: { x: number }) => x', 'TH3022', '{ x }: { x: number }'],
  ['(x?: number) => x! + 1', 'TH3023', 'x?: number'],
  ['(x: string) => x.length', 'TH3024', 'x: string'],
  ['(x: Tensor) => x * 2', 'TH3025', 'x: Tensor'],
  ['(x: Vector | Matrix) => sum(x)', 'TH3025', 'x: Vector | Matrix'],
  ['(x: Vector | undefined) => sum(x!)', 'TH3023', 'x: Vector | undefined'],
  ['(x: number, y = x) => x + y', 'TH3026', 'x'],
  ['(x: number, y: number) => x', 'TH3030', 'y: number'],
  ['function* (x: number) { yield x }', 'TH1002', 'function* (x: number) { yield x }'],
  ['(x: number) => 1n as any + x', 'TH1047', '1n'],
  ['(x: number) => String.raw`a` + x', 'TH1042', 'String.raw`a`'],
  ['(x: number) => { y = x; let y = 1; return y }', 'TH1037', 'y'],
  ['(x: number) => { const y = 1; (y as any) = x; return y }', 'TH1041', 'y'],
  ['(x: number) => { const { a } = null as any; return a + x }', 'TH1043', '{ a }'],
  ['(x: number) => Object.keys(x as any).length', 'TH1045', 'Object.keys(x as any)'],
  ['(x: number) => x > 0 ? [1, 2] : x', 'TH1048', 'x > 0 ? [1, 2] : x'],
  ['(x: number) => unknownName + x', 'TH1049', 'unknownName'],
  ['(x: number) => ([] as number[]).reduce((a, b) => a + b) + x', 'TH1050', '([] as number[]).reduce((a, b) => a + b)'],
  ['(x: number) => (Math as any).nothing(x)', 'TH1023', '(Math as any).nothing'],
  ['(x: number) => { with (Math) { return x } }', 'TH1007', 'with (Math) { return x }'],
  ['(x: number) => ({ [x]: 1 }) as any', 'TH1022', '[x]'],
  ['(x: Vector) => stack([])', 'TH2023', 'stack([])'],
  ['(x: Vector) => x + ("a" as any)', 'TH1033', 'x + ("a" as any)'],
  ['(x: Vector) => dot(x, "x" as any)', 'TH2030', 'dot(x, "x" as any)'],
  ["(x: Vector<'int32'>) => { const c = sum(x); return grad(c, x) as Vector }", 'TH4003', 'grad(c, x)'],
  ['(x: Vector) => sum(x) + ({} as any)', 'TH2030', 'sum(x) + ({} as any)'],
  ['(x: Vector, y: boolean) => (y ? x > 0 : x) as any', 'TH2036', 'y ? x > 0 : x'],
  ['(x: Vector) => (dot as any)(x)', 'TH2043', '(dot as any)(x)'],
  ['(x: Vector) => sum(x, { axes: 0 } as any)', 'TH2044', 'sum(x, { axes: 0 } as any)'],
  ['(x: Vector) => sum(x), { other: 1 } as any', 'TH3011', '{ other: 1 } as any'],
  ['(x: Vector) => sum(x), { name: 1 as any }', 'TH3012', '{ name: 1 as any }'],
  ['(x: number) => x, { updates: [[x2, 1]] } as any', 'TH1049', 'x2'],
  ['(x: Vector) => grad(sum(x), x, { nothing: 1 } as any)', 'TH4004', 'grad(sum(x), x, { nothing: 1 } as any)'],
  ['(x: Vector) => grad(x, x)', 'TH4001', 'grad(x, x)'],
  ['(x: Vector) => grad(sum(x), 3)', 'TH4005', 'grad(sum(x), 3)'],
  ['(x: number) => { debugger; return x }', 'TH1014', 'debugger;'],
  ['(x: number) => box.read() + x', 'TH1038', 'this.#hidden'],
  ['box as any', 'TH1039', 'box as any'],
  ['(x: number) => softmax(x)', 'TH2003', 'softmax(x)'],
  ['(x: Matrix) => transpose(x, [0, 0])', 'TH2006', 'transpose(x, [0, 0])'],
  ['(x: TensorType<[3, 4]>) => squeeze(x, 0)', 'TH2007', 'squeeze(x, 0)'],
  ['(x: Matrix) => broadcastTo(x, [3])', 'TH2009', 'broadcastTo(x, [3])'],
  ['(x: Matrix) => reshape(x, [-1, -1])', 'TH2010', 'reshape(x, [-1, -1])'],
  ['(x: TensorType<[3, 4]>) => reshape(x, [5])', 'TH2011', 'reshape(x, [5])'],
  ['(x: Matrix, axis: number) => sum(x, { axis })', 'TH2012', 'sum(x, { axis })'],
  ['(x: Vector, n: Vector) => x + zeros(n)', 'TH2013', 'zeros(n)'],
  ['(x: Matrix, y: Matrix) => tensordot(x, y, [[0, 1], [0]])', 'TH2026', 'tensordot(x, y, [[0, 1], [0]])'],
  ['(x: Vector) => x + zeros(-1)', 'TH2014', 'zeros(-1)'],
  ['(x: Matrix) => sum(x, { axis: [0, -2] })', 'TH2015', 'sum(x, { axis: [0, -2] })'],
  ['(x: Vector) => cast(x, "float16" as any)', 'TH2016', 'cast(x, "float16" as any)'],
  ['(x: Vector) => at(x, slice(0, 5, 0))', 'TH2017', 'slice(0, 5, 0)'],
  ['(x: Vector) => at(x, 0, 1)', 'TH2018', 'at(x, 0, 1)'],
  ['(x: Matrix, i: Vector<"int32">) => at(x, i, i)', 'TH2019', 'at(x, i, i)'],
  ['(x: TensorType<[3]>) => x[3]', 'TH2020', 'x[3]'],
  ['(n: Vector<"int32">, x: Vector) => { n[0] = x[0]; return n }', 'TH2021', 'n[0] = x[0]'],
  ['(x: Vector, i: Vector) => take(x, i)', 'TH2022', 'take(x, i)'],
  ['(x) => [x, 2 * x]', 'TH2042', '[x, 2 * x]'],
  ['(x: TensorType<[4]>) => { three.value = x }', 'TH3003', 'three.value = x'],
]
