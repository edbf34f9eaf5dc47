// test: arguments that functions may overwrite.
import * as theano from 'theano-ts'
import { dot, type Matrix, type Vector } from 'theano-ts'
import { eq, ok, same, throws } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'A34: mutable arguments that overlap': () => {
    const f = theano.fn(
      (a: Vector, b: Vector, c: Matrix, d: Matrix) => {
        a[0] += 1
        b[1] *= 3
        c[0][0] += 1
        d[1][1] *= 2
        return [a, b, c, d] as const
      },
      { inputs: { a: { mutable: true }, b: { mutable: true }, c: { mutable: true }, d: { mutable: true } } },
    )
    const mv = () => theano.ndarray([1, 2, 3]),
      mm = () =>
        theano.ndarray([
          [1, 2],
          [3, 4],
        ])
    const x = mv(),
      y = mm()
    const got = f(x, x, y, y).map((r) => r.toArray()),
      want = f(mv(), mv(), mm(), mm()).map((r) => r.toArray())
    eq(got, want)
    const buf = new Float64Array([1, 2, 3, 4])
    const g = theano.fn(
      (a: Vector, b: Vector, c: Vector) => {
        a[0] += b[1]
        b[0] += c[0]
        c[1] += a[0]
        return [a, b, c] as const
      },
      { inputs: { a: { mutable: true }, b: { mutable: true }, c: { mutable: true } } },
    )
    const sub = (p: number, q: number) => buf.subarray(p, q)
    const gw = g(sub(0, 2).slice(), sub(1, 3).slice(), sub(2, 4).slice()).map((r) => r.toArray())
    const gg = g(sub(0, 2), sub(1, 3), sub(2, 4)).map((r) => r.toArray())
    eq(gg, gw, 'overlap')
    // mutable + not mutable overlapping
    const buf2 = new Float64Array([1, 2, 3, 4])
    const h = theano.fn(
      (a: Vector, b: Vector) => {
        a[0] = 100
        return a + b
      },
      { inputs: { a: { mutable: true } } },
    )
    eq(h(buf2.subarray(0, 2), buf2.subarray(0, 2)), [101, 4])
  },
  'A13: mutable inputs with defaults and containers': () => {
    const D = theano.ndarray([1, 2, 3])
    const f = theano.fn(
      (x: Vector = D as Vector) => {
        x[0] = 100
        return x
      },
      { inputs: { x: { mutable: true } } },
    )
    eq(f(), [100, 2, 3])
    eq(f(), [100, 2, 3])
    const v = theano.ndarray([5, 6])
    eq(f(v), [100, 6])
    eq(f(), [100, 2, 3])
    const g = theano.fn((x: Vector = D as Vector) => x * 2, { inputs: { x: { mutable: true } } })
    eq(g(), [2, 4, 6])
    eq(g(), [2, 4, 6])
    eq(D, [1, 2, 3])
    const W = theano.shared([1, 2, 3])
    const h = theano.fn(
      (x: Vector = W) => {
        x[0] = 9
        return x
      },
      { inputs: { x: { mutable: true, implicit: false } } },
    )
    eq(h(), [9, 2, 3])
    eq(W.getValue(), [1, 2, 3])
    eq(h([4, 4]), [9, 4])
    const k = theano.fn(
      (x: Vector, s: Vector = theano.zeros([2]) as Vector) => {
        s[0] += x[0]
        return s
      },
      { inputs: { s: { mutable: true, update: (x: Vector, s: Vector) => s + x } } },
    )
    eq(k([1, 1]), [1, 0])
    eq(k([1, 1]), [3, 1], 'updates read assigned elements')
    eq(k.container('s').value, [4, 2])
  },
  'mutable arguments that are what the function reads otherwise': () => {
    const W = theano.shared([1, 2, 3])
    const f = theano.fn(
      (x: Vector) => {
        x[0] = 100
        return (x + W) as Vector
      },
      { inputs: { x: { mutable: true } } },
    )
    eq(f(W.getValue({ borrow: true })), [101, 4, 6], 'W is read as before')
    const K = theano.ndarray([1, 2, 3])
    const g = theano.fn(
      (x: Vector) => {
        x[0] = 100
        return (x + K) as Vector
      },
      { inputs: { x: { mutable: true } } },
    )
    eq(g(K), [101, 4, 6], 'captured array is read as before')
    const W2 = theano.shared([1, 2, 3])
    const h = theano.fn(
      (x: Vector) => {
        x[0] += 1
        W2.value = W2 * 2 + x
        return x
      },
      { inputs: { x: { mutable: true } } },
    )
    const r = h(W2.getValue({ borrow: true }))
    eq(W2.getValue(), [4, 6, 9])
    eq(r, [2, 2, 3])
    const r2 = h(W2.getValue({ borrow: true }))
    eq(r2, [5, 6, 9])
    eq(W2.getValue(), [13, 18, 27])
    // result of a borrow function as an argument of itself
    const dbl = theano.fn((x: Vector) => x * 2, { outputs: { borrow: true } })
    const d1 = dbl([1, 2])
    eq(dbl(d1), [4, 8], 'own borrowed result as the argument')
    eq(dbl(dbl(dbl([1, 1]))), [8, 8])
    const rev = theano.fn((x: Vector) => theano.flip(x, { axis: 0 }) as Vector, { outputs: { borrow: true } })
    eq(rev(rev(rev([1, 2, 3]))), [3, 2, 1])
    const cum = theano.fn((x: Vector) => [(x + 1) as Vector, x * 1] as const, { outputs: { borrow: true } })
    const c1 = cum([1, 2, 3])
    const c2 = cum(c1[0])
    eq(c2, [
      [3, 4, 5],
      [2, 3, 4],
    ])
    const c3 = cum([1, 1, 1])
    const c4 = cum(c3[1].data as never)
    eq(c4[0], [2, 2, 2])
  },
  'mutable arguments that overlap in part, or have other dtypes': () => {
    const buf = new Float64Array(16).map((_, i) => i)
    const mat = (p: number, r: number, c: number) => theano.ndarray(buf.subarray(p, p + r * c), [r, c])
    const f = theano.fn(
      (a: Matrix, b: Matrix) => {
        a[0][0] = 100
        return [a, dot(a, b) as Matrix, b] as const
      },
      { inputs: { a: { mutable: true }, b: { borrow: true } } },
    )
    const A = mat(0, 2, 2),
      B = mat(2, 2, 2)
    same(A.data.buffer, buf.buffer)
    eq(
      f(A, B).map((r) => r.toArray()),
      [
        [
          [100, 1],
          [2, 3],
        ],
        [
          [2 * 100 + 4, 300 + 5],
          [4 + 12, 6 + 15],
        ],
        [
          [2, 3],
          [4, 5],
        ],
      ],
    )
    const buf2 = new Float64Array(16).map((_, i) => i)
    const g = theano.fn(
      (a: Vector, b: Vector) => {
        a[0] = a[1] + b[0]
        b[0] = a[0]
        return [a, b] as const
      },
      { inputs: { a: { mutable: true }, b: { mutable: true } } },
    )
    eq(
      g(buf2.subarray(0, 3), buf2.subarray(0, 3)).map((r) => r.toArray()),
      [
        [1, 1, 2],
        [1, 1, 2],
      ],
    )
    const i8 = new ArrayBuffer(32)
    const p = new Float64Array(i8, 0, 2),
      q = new Float32Array(i8, 8, 2)
    p.set([1, 0])
    q.set([3, 4])
    const p1 = p[1]
    const mix = theano.fn(
      (a: Vector, b: Vector<'float32'>) => {
        a[1] = 7
        b[0] += 1
        return [a, b] as const
      },
      { inputs: { a: { mutable: true }, b: { mutable: true } } },
    )
    const m = mix(p, q)
    eq(
      m.map((r) => r.toArray()),
      [
        [1, 7],
        [4, 4],
      ],
      'different dtypes, one buffer',
    )
  },
  'several results in the memory of mutable arguments': () => {
    // result memory of mutable args: two outputs from one mutable, chain calls
    const f = theano.fn((x: Vector) => [x * 2, x + 1, x] as const, { inputs: { x: { mutable: true } } })
    const r = f([1, 2])
    eq(r, [
      [2, 4],
      [2, 3],
      [1, 2],
    ])
    ok(r[0].data !== r[1].data && r[1].data !== r[2].data && r[0].data !== r[2].data)
    const a = theano.ndarray([1, 2])
    const q = f(a)
    eq(q, [
      [2, 4],
      [2, 3],
      [1, 2],
    ])
    q[0].data[0] = 50
    eq(
      [q[1], q[2]],
      [
        [2, 3],
        [1, 2],
      ],
    )
    const g = theano.fn((x: Vector, y: Vector) => [x + y, x - y] as const, { inputs: { x: { mutable: true }, y: { mutable: true } } })
    eq(g(theano.ndarray([5, 6]), theano.ndarray([1, 2])), [
      [6, 8],
      [4, 4],
    ])
    eq(g(theano.ndarray([5, 6]), theano.ndarray([1])), [
      [6, 7],
      [4, 5],
    ])
    eq(g(theano.ndarray([1]), theano.ndarray([1, 2])), [
      [2, 3],
      [0, -1],
    ])
    const v = theano.ndarray([3, 4])
    eq(g(v, v), [
      [6, 8],
      [0, 0],
    ])
    const W = theano.shared([1, 1])
    const h = theano.fn(
      (x: Vector) => {
        W.value = x * 3
        return x * 2
      },
      { inputs: { x: { mutable: true } } },
    )
    const hv = theano.ndarray([1, 2])
    const hr = h(hv)
    eq(W.getValue(), [3, 6])
    eq(hr, [2, 4])
    hv.data[0] = 99
    hr.data[1] = 99
    eq(W.getValue(), [3, 6])
    h([1, 1])
    eq(W.getValue(), [3, 3])
    const k = theano.fn((m: Matrix) => (m.T * 2) as Matrix, { inputs: { m: { mutable: true } } })
    eq(
      k(
        theano.ndarray([
          [1, 2],
          [3, 4],
        ]),
      ),
      [
        [2, 6],
        [4, 8],
      ],
    )
    const cs = theano.fn((m: Matrix) => (m - theano.mean(m, { axis: 0 })) as Matrix, { inputs: { m: { mutable: true } } })
    eq(
      cs(
        theano.ndarray([
          [1, 2],
          [3, 6],
        ]),
      ),
      [
        [-1, -2],
        [1, 2],
      ],
    )
    const sh = theano.fn(
      (x: Vector) => {
        const y = theano.roll(x, 1)
        return (x + y) as Vector
      },
      { inputs: { x: { mutable: true } } },
    )
    eq(sh(theano.ndarray([1, 2, 3])), [4, 3, 5])
    const fl = theano.fn((x: Vector) => (x + 10 * theano.flip(x, { axis: 0 })) as Vector, { inputs: { x: { mutable: true } } })
    eq(fl(theano.ndarray([1, 2, 3])), [31, 22, 13])
    const f32 = theano.fn((x: Vector<'float32'>) => (theano.cast(x, 'float64') * 2) as Vector, { inputs: { x: { mutable: true } } })
    eq(f32(new Float32Array([1, 2])), [2, 4])
    const fail = theano.fn(
      (x: Vector, y: Vector) => {
        x[0] = 100
        return x + y
      },
      { inputs: { x: { mutable: true } } },
    )
    const fx = theano.ndarray([1, 2])
    throws(() => fail(fx, [1, 2, 3]), RangeError)
  },
}
