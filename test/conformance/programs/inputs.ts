// test: what functions take.
import * as theano from 'theano-ts'
import { assert, type Matrix, type Scalar, sum, type TensorType, type Vector } from 'theano-ts'
import { eq, type Loose, loose, same, throws } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'A1-A5, A18: arguments by position and by name, missing, unknown, of wrong types': () => {
    const nothing = theano.fn(() => [])
    eq(nothing(), [])
    const id = theano.fn((x: number) => [x])
    eq(id(3), [3])
    throws(() => loose(id)(1, 2), TypeError, /id/)
    const ratio = theano.fn((x: number, s: number) => x / s)
    eq([ratio(1, 2), ratio(2, 1), ratio.named({ s: 2, x: 1 })], [0.5, 2, 0.5])
    throws(() => ratio.named({ x: 1 }), TypeError, /ratio.*s|s.*ratio/)
    throws(() => ratio.named({ s: 1 }), TypeError, /x/)
    throws(() => ratio.named({ q: 1, x: 1, s: 1 }), TypeError, /q/)
    throws(() => loose(ratio)(1), TypeError, /ratio.*s|s.*ratio/)
    throws(() => loose(ratio)(undefined, 1), TypeError, /x/)
    throws(() => loose(ratio)(null, 1), TypeError, /x/)
    throws(() => loose(ratio)(1n, 1), TypeError, /x/)
    throws(() => loose(ratio)(Symbol('q'), 1), TypeError, /x/)
    throws(() => loose(ratio)('1', 1), TypeError, /x/)
    throws(() => loose(ratio)({}, 1), TypeError, /x/)
    throws(() => loose(ratio)([], 1), TypeError, /x/)
    throws(() => loose(ratio)([1], 1), TypeError, /x/)
    throws(() => loose(ratio)(true, 1), TypeError, /x/)
    throws(() => ratio.named(null as never), TypeError)
    throws(() => (ratio as never as Loose).named(), TypeError)
    throws(() => (ratio as never as Loose).named(1, 2), TypeError)
    throws(() => (ratio as never as Loose).named({ x: 1, s: 2, toString: 3 }), TypeError)
    const obj = theano.fn((x: Vector) => ({ vec: x ** 2 }))
    eq(obj([2, 3, 4]), { vec: [4, 9, 16] })
    same(obj([2, 3, 4]).vec.rank, 1)
    const ip = theano.fn((toString: number, constructor: number) => toString - constructor)
    eq(ip.named({ toString: 5, constructor: 3 }), 2)
    throws(() => ip.named({ constructor: 3 }), TypeError, /toString/)
  },
  'A6, A7: a default before a parameter without one': () => {
    const f = theano.fn((x: number, a: number = 1, s: number) => a / s + x)
    eq(f(9, 2, 4), 9.5)
    eq(f(9, undefined as never, 4), 9.25)
    eq(f.named({ x: 9, s: 4 }), 9.25)
    eq(f.named({ x: 9, a: 2, s: 4 }), 9.5)
    eq(f.named({ x: 9, a: undefined, s: 4 }), 9.25)
    throws(() => loose(f)(), TypeError)
    throws(() => f.named({ x: 9 }), TypeError, /s/)
  },
  'A8: a default and a kept input': () => {
    const f = theano.fn((x: number, a: number = 1, s: number = 0) => s + a * x, { inputs: { s: { update: (x: number, a: number, s: number) => s + a * x } } })
    eq(f(3), 3)
    eq(f(3, 2), 9)
    eq(f.container('a').value, 1)
    eq(f.container('s').value, 9)
    f.container('a').value = 5
    eq(f(3), 24)
    eq(f.container('s').value, 24)
    throws(() => f.container('x'), TypeError, /x/)
    throws(() => f.container('nope'), TypeError, /nope/)
    throws(() => {
      f.container('s').value = 'x' as never
    }, TypeError)
    eq(f.container('s').value, 24)
    eq(f(1, 1, 100), 101)
    eq(f.container('s').value, 101)
    throws(() => f.container('toString'), TypeError)
  },
  'defaults of every rank and several dtypes': () => {
    const f = theano.fn((x: Vector<'float32'> = [1, 2] as never) => x * 2)
    eq(f(), [2, 4])
    const g = theano.fn((x: Vector<'float32'> = theano.ndarray(new Float32Array([1, 2])) as Vector<'float32'>) => x * 2)
    eq(g(), [2, 4])
    same(g().dtype, 'float32')
    eq(g([5]), [10])
    eq(g(), [2, 4])
    const h = theano.fn((x: Matrix<'int32'> = theano.ones([2, 2], 'int32') as Matrix<'int32'>, b: boolean = true, k: Scalar<'int8'> = 3 as Scalar<'int8'>) =>
      b ? x * k : x,
    )
    eq(h(), [
      [3, 3],
      [3, 3],
    ])
    eq(h(undefined, false), [
      [1, 1],
      [1, 1],
    ])
    eq(h.named({ k: 2 }), [
      [2, 2],
      [2, 2],
    ])
    eq(h.container('b').value, true)
    h.container('b').value = false
    eq(h(), [
      [1, 1],
      [1, 1],
    ])
    throws(() => {
      h.container('b').value = 2 as never
    }, TypeError)
    throws(() => {
      h.container('k').value = 300
    }, TypeError)
    let live = 5
    const li = theano.fn((x: number, y: number = live) => x + y)
    eq(li(1), 6)
    live = 7
    eq(li(1), 8)
    function mk(k: number) {
      return theano.fn((x: number, y: number = k) => x * y)
    }
    const m2 = mk(2),
      m3 = mk(3)
    eq([m2(5), m3(5)], [10, 15])
    m2.container('y').value = 10
    eq([m2(5), m3(5)], [50, 15])
    const kw = theano.fn((t0: TensorType<['n', 2]> = [[1, 2]] as never, u: TensorType<['n']>) => t0.T * u)
    eq(kw(undefined, [3]), [[3], [6]])
    throws(() => kw(undefined, [3, 4]), RangeError)
    eq(
      kw(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 2],
      ),
      [
        [1, 6],
        [2, 8],
      ],
    )
  },
  'A17: calls that fail leave defaults as they are': () => {
    const f = theano.fn((first: Vector, second: number = 1) => {
      assert(sum(first) > 0, 'pos')
      return first * second
    })
    eq(f.named({ first: [1] }), [1])
    throws(() => f.named({ second: 2 }), TypeError, /first/)
    eq(f.named({ first: [1] }), [1])
    throws(() => f([-1], 7), Error, /pos/)
    eq(f([1]), [1])
  },
  'A32, A33: conversions by allowDowncast and strict': () => {
    const f = theano.fn((a: Vector<'int16'>, b: Vector<'int8'>, c: Scalar<'int8'>) => (a + b + c) as Vector<'int16'>, {
      inputs: { a: { allowDowncast: true }, b: { allowDowncast: false } },
    })
    eq(f([3], [6], 1), [10])
    throws(() => f([3], theano.ndarray(new Int16Array([6])) as never, 1), TypeError, /b/)
    throws(() => f([3], new Int16Array([6]) as never, 1), TypeError, /b/)
    eq(f([2 ** 20], [1], 1), [2])
    throws(() => f([3], [312], 1), TypeError, /b/)
    throws(() => f([3], [6], 806), TypeError, /c/)
    const g = theano.fn((a: Vector<'int16'>, b: Vector<'int8'>, c: Scalar<'int8'>) => (a + b + c) as Vector<'int16'>, { allowInputDowncast: true })
    eq(g([2 ** 20], [1], 0), [1])
    eq(g([3], [312], 0), [59])
    eq(g([3], [1], 806), [42])
    eq(g(new Float64Array([3.9]) as never, [1], 0), [4])
    eq(g([-3.9], [1], 0), [-2])
    const h1 = theano.fn((a: Scalar<'float32'>) => a * 1, { inputs: { a: { allowDowncast: true } } })
    eq(h1(0.1), Math.fround(0.1))
    const h2 = theano.fn((a: Scalar<'float32'>) => a * 1, { inputs: { a: { allowDowncast: false } } })
    throws(() => h2(0.1), TypeError)
    eq(h2(0.5), 0.5)
    const h3 = theano.fn((a: Scalar<'float32'>) => a * 1)
    eq(h3(0.1), Math.fround(0.1))
    const h4 = theano.fn((a: Vector<'float32'>) => a * 1, { inputs: { a: { allowDowncast: false } } })
    throws(() => h4([0.1]), TypeError)
    throws(() => h4(new Float64Array([0.5]) as never), TypeError)
    eq(h4([0.5]), [0.5])
    const h5 = theano.fn((a: Vector<'int32'>) => a * 1)
    throws(() => h5([0.5]), TypeError)
    throws(() => h5(new Float64Array([1]) as never), TypeError)
    eq(h5(new Int16Array([1]) as never), [1])
    throws(() => h5(new Uint32Array([1]) as never), TypeError)
    eq(h5(new Uint16Array([65535]) as never), [65535])
    throws(() => h5([NaN]), TypeError)
    throws(() => h5([2 ** 31]), TypeError)
    const h6 = theano.fn((a: Vector) => a * 1)
    eq(h6(new Float32Array([0.5]) as never), [0.5])
    eq(h6(new Uint32Array([2 ** 32 - 1]) as never), [2 ** 32 - 1])
    eq(h6(theano.ndarray([true, false]) as never), [1, 0])
    const h7 = theano.fn((a: Vector<'bool'>) => !a)
    eq(h7([true, false]), [false, true])
    eq(h7([1, 0]), [false, true])
    throws(() => h7([2, 0]), TypeError)
    const s1 = theano.fn((a: Vector<'float32'>) => a * 1, { inputs: { a: { strict: true } } })
    throws(() => s1([1]), TypeError, /s1.*a|a.*s1/)
    throws(() => s1(new Float64Array(1) as never), TypeError)
    eq(s1(new Float32Array([2])), [2])
    eq(s1(theano.ndarray(new Float32Array([2]))), [2])
    const s2 = theano.fn((a: Matrix, n: number) => a * n, { inputs: { a: { strict: true }, n: { strict: true } } })
    throws(() => s2([[1]], 1), TypeError)
    eq(s2(theano.ones([1, 1]), 2), [[2]])
    throws(() => s2(theano.ones([1]) as never, 2), TypeError, /rank|dimension/)
    throws(() => s2(theano.ones([1, 1]), true as never), TypeError)
    const fa = theano.fn((x: Vector<'int8'>, n: Scalar<'int8'>) => (n * x) as Vector<'int8'>, {
      allowInputDowncast: true,
      inputs: { x: { allowDowncast: false } },
    })
    throws(() => fa([300], 1), TypeError)
    eq(fa([1], 257), [1])
  },
  'kept inputs of several dtypes; what their containers take': () => {
    const f = theano.fn((x: Scalar<'int8'>, s: Vector<'float32'> = theano.zeros([2], 'float32') as Vector<'float32'>) => s + x, {
      inputs: { s: { allowDowncast: true, update: (x: Scalar<'int8'>, s: Vector<'float32'>) => s + x } },
    })
    f(3)
    eq(f.container('s').value, [3, 3])
    same(f.container('s').value.dtype, 'float32')
    f.container('s').value = new Float64Array([0.1, 0.2])
    eq(f.container('s').value, [Math.fround(0.1), Math.fround(0.2)])
    const g = theano.fn((s: Vector<'int32'> = theano.zeros([2], 'int32') as Vector<'int32'>) => s, {
      inputs: { s: { strict: true, update: (s: Vector<'int32'>) => s + 1 } },
    })
    throws(() => {
      g.container('s').value = [1, 2]
    }, TypeError)
    g.container('s').value = new Int32Array([5, 6])
    eq(g(), [5, 6])
    eq(g(), [6, 7])
    const h = theano.fn((n: Scalar<'uint8'> = 250 as Scalar<'uint8'>) => n, { inputs: { n: { update: (n: Scalar<'uint8'>) => n + 3 } } })
    eq([h(), h(), h(), h()], [250, 253, 0, 3])
    const i = theano.fn((b: boolean = true) => b, { inputs: { b: { update: (b: boolean) => !b } } })
    eq([i(), i(), i()], [true, false, true])
    const k = theano.fn(
      (
        m: Matrix = [
          [1, 2],
          [3, 4],
        ] as never,
      ) => m,
      { inputs: { m: { update: (m: Matrix) => m.T } } },
    )
    k()
    eq(k(), [
      [1, 3],
      [2, 4],
    ])
    eq(k(), [
      [1, 2],
      [3, 4],
    ])
    const grow = theano.fn((v: Vector = [1] as never) => v, { inputs: { v: { update: (v: Vector) => theano.concatenate([v, v]) } } })
    grow()
    grow()
    eq(grow().shape, [4])
    const fix = theano.fn((v: theano.TensorType<[2]> = [1, 2] as never) => v, { inputs: { v: { update: (v: theano.TensorType<[2]>) => v * 2 } } })
    fix()
    eq(fix(), [2, 4])
    throws(() => {
      fix.container('v').value = [1, 2, 3]
    }, RangeError)
  },
  'implicit inputs': () => {
    const hid = theano.fn((x: number, k: number = 3) => k * x, { inputs: { k: { implicit: true } } })
    eq(hid(2), 6)
    hid.container('k').value = 5
    eq(hid(2), 10)
    throws(() => hid(2, 1), TypeError, /implicit/)
    eq(hid.inputs.length, 2)
    const W = theano.shared(2, { name: 'W' })
    const f = theano.fn((x: number, w: number = W) => x * w)
    eq(f(3), 6)
    W.setValue(4)
    eq(f(3), 12)
    throws(() => f(3, 1), TypeError, /implicit/)
    const c = f.copy()
    eq(c(1), 4)
    const Z = theano.shared(9)
    const opn = theano.fn((x: number, w: number = W) => x * w, { inputs: { w: { implicit: false } } })
    eq(opn(3, 10), 30)
  },
  'arguments by name beside implicit inputs': () => {
    const k = theano.fn((x: number, s: number = 1) => s + x, { inputs: { s: { update: (x: number, s: number) => s + x } } })
    const g = theano.fn((a: number, s: number = k.container('s'), b: number = 2) => a * s * b)
    eq(g.named({ a: 2 }), 4)
    eq(g.named({ a: 2, b: 10 }), 20)
    throws(() => g.named({ a: 2, s: 3 }), TypeError, /implicit/)
    throws(() => g.named({ a: 2, s: undefined, q: 1 }), TypeError, /q/)
    eq(g.named({ a: 2, s: undefined }), 4)
    k(5)
    eq(g(1), 12)
    eq(g(1, undefined, 3), 18)
    eq(
      g.inputs.map((i) => i.name),
      ['a', 's', 'b'],
    )
    eq(
      k.inputs.map((i) => i.name),
      ['x', 's'],
    )
  },
  'A20: trustInput': () => {
    const f = theano.fn((x: Vector, k: number = 2, m: Matrix<'float32'>) => [(x * k) as Vector, m] as const)
    same(f.trustInput, false)
    f.trustInput = true
    same(f.trustInput, true)
    eq(f(theano.ndarray([1, 2]), 3, theano.ones([1, 1], 'float32')), [[3, 6], [[1]]])
    eq(f([1, 2], 3, [[1]]), [[3, 6], [[1]]], 'lists still work')
    eq(f.named({ x: [1], m: [[2]] }), [[2], [[2]]])
    f.trustInput = false
    throws(() => f(theano.ndarray([[1, 2]]) as never, 3, theano.ones([1, 1], 'float32')), TypeError)
    const g = theano.fn((x: number) => x + 1)
    g.trustInput = true
    eq(g(1), 2)
    const kept = theano.fn((x: number, s: Vector = theano.zeros([2]) as Vector) => s + x, { inputs: { s: { update: (x: number, s: Vector) => s + x } } })
    kept.trustInput = true
    eq(kept(1), [1, 1])
    eq(kept(1), [2, 2])
    const pass = theano.ndarray([10, 10])
    eq(kept(1, pass), [11, 11])
    eq(kept(1), [12, 12])
    eq(pass, [10, 10])
    pass.data[0] = 0
    eq(kept.container('s').value, [12, 12])
    const cp = f.copy()
    same(cp.trustInput, false)
  },
}
