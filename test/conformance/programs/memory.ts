// test: whose memory results and containers are.
import * as theano from 'theano-ts'
import { dot, type Matrix, sum, type Vector } from 'theano-ts'
import { eq, type Loose, ok, same } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'A13-A15: results and arguments are apart': () => {
    const f = theano.fn((a: Vector) => a * 2, { inputs: { a: { mutable: true } } })
    const v = theano.ndarray([1, 2, 3])
    const r = f(v)
    eq(r, [2, 4, 6])
    const g = theano.fn((a: Vector) => a * 2)
    const w = theano.ndarray([1, 2, 3])
    eq(g(w), [2, 4, 6])
    eq(w, [1, 2, 3])
    const idn = theano.fn((a: Vector) => a)
    const o = idn(w)
    ok(o !== w && o.data !== w.data && o.data.buffer !== w.data.buffer)
    const fb = theano.fn((a: Vector) => a * 4)
    const r1 = fb([1])
    fb([2])
    eq(r1, [4])
    const bo = theano.fn((a: Vector) => a * 4, { outputs: { borrow: true } })
    const r2 = bo([1])
    eq(r2, [4])
    const r3 = bo([2])
    eq(r3, [8])
    eq(r2, [8], 'borrow clobbered')
    const r4 = bo([1, 2])
    eq(r4, [4, 8])
    const two = theano.fn((a: Vector) => [a, a, a * 1, a + 0])
    const q = two(w)
    for (let i = 0; i < 4; i++) for (let j = 0; j < i; j++) ok(q[i].data !== q[j].data && q[i] !== q[j])
    q[0].data[0] = 99
    eq(w, [1, 2, 3])
    eq(q[1], [1, 2, 3])
    const K = theano.ndarray([7, 8])
    const kf = theano.fn(() => K as Vector)
    const k1 = kf()
    k1.data[0] = 0
    eq(kf(), [7, 8])
    eq(K, [7, 8])
    const kb = theano.fn(() => theano.ones([2]) as Vector, { outputs: { borrow: true } })
    kb().data[0] = 5
    const kbv = kb()
    const kc = theano.fn(() => theano.ones([2]) as Vector)
    kc().data[0] = 5
    eq(kc(), [1, 1])
    const W = theano.shared([1, 2])
    const wf = theano.fn(() => W.value)
    wf().data[0] = 50
    eq(W.getValue(), [1, 2])
    const tr = theano.fn((m: Matrix) => [m.T, m.T.T] as const)
    const mm = theano.ndarray([
      [1, 2],
      [3, 4],
    ])
    const [A, B] = tr(mm)
    B.data[0] = 77
    eq(mm, [
      [1, 2],
      [3, 4],
    ])
    eq(A, [
      [1, 3],
      [2, 4],
    ])
    const sl = theano.fn((m: Matrix) => m[0])
    sl(mm).data[0] = 9
    eq(mm, [
      [1, 2],
      [3, 4],
    ])
    const rs = theano.fn((m: Matrix) => theano.reshape(m, [4]) as Vector)
    rs(mm).data[0] = 9
    eq(mm, [
      [1, 2],
      [3, 4],
    ])
  },
  'A35: updated containers and results are apart; swaps and rotations': () => {
    const mk = () => [theano.shared([1, 1]), theano.shared([2, 2]), theano.shared([3, 3])] as const
    const distinct = (...xs: Loose[]) => {
      for (let i = 0; i < xs.length; i++)
        for (let j = 0; j < i; j++) {
          const p = xs[i],
            q = xs[j]
          ok(!(p.buffer === q.buffer && p.byteOffset < q.byteOffset + q.byteLength && q.byteOffset < p.byteOffset + p.byteLength), `alias ${i} ${j}`)
        }
    }
    const dat = (s: Loose) => s.getValue({ borrow: true }).data
    const [A, B, D] = mk()
    const f = theano.fn(() => D.value, {
      updates: [
        [A, D],
        [B, D],
      ],
    })
    for (let i = 0; i < 3; i++) {
      const r = f()
      distinct(dat(A), dat(B), dat(D), r.data)
      eq(
        [r, dat(A), dat(B), dat(D)],
        [
          [3, 3],
          [3, 3],
          [3, 3],
          [3, 3],
        ],
      )
    }
    A.setValue([1, 2])
    B.setValue([3, 4])
    const sw = theano.fn(() => {}, {
      updates: [
        [A, B],
        [B, A],
      ],
    })
    const pa = A.getValue({ borrow: true }),
      pb = B.getValue({ borrow: true })
    const ba = pa.data,
      bb = pb.data
    eq(sw(), undefined)
    eq(
      [A.getValue(), B.getValue()],
      [
        [3, 4],
        [1, 2],
      ],
    )
    sw()
    eq(
      [A.getValue(), B.getValue()],
      [
        [1, 2],
        [3, 4],
      ],
    )
    const DD = theano.fn((d: Vector) => {
      A.value = d.slice(0, 2)
      B.value = d.slice(1, 3)
      return d
    })
    for (let i = 0; i < 3; i++) {
      const arg = theano.ndarray([7, 8, 9])
      const r = DD(arg)
      distinct(dat(A), dat(B), r.data, arg.data)
      eq(
        [dat(A), dat(B)],
        [
          [7, 8],
          [8, 9],
        ],
      )
      arg.data[1] = 0
      eq(
        [A.getValue(), B.getValue(), r],
        [
          [7, 8],
          [8, 9],
          [7, 8, 9],
        ],
      )
    }
    const same = theano.fn(() => {
      A.value = A.value
      return A.value
    })
    const rr = same()
    distinct(rr.data, dat(A))
    const rot = theano.fn(() => {
      const o = A.value
      A.value = B.value
      B.value = D.value
      D.value = o
    })
    A.setValue([1, 1])
    B.setValue([2, 2])
    D.setValue([3, 3])
    rot()
    eq(
      [A, B, D].map((s) => s.getValue()),
      [
        [2, 2],
        [3, 3],
        [1, 1],
      ],
    )
    rot()
    rot()
    eq(
      [A, B, D].map((s) => s.getValue()),
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    )
  },
  'borrowed results, values and arguments beside updates': () => {
    const W = theano.shared([1, 2])
    const f = theano.fn(
      (x: Vector) => {
        W.value = W + x
        return W.value
      },
      { outputs: { borrow: true } },
    )
    const r = f([1, 1])
    eq(r, [2, 3])
    r.data[0] = 50
    eq(W.getValue(), [2, 3], 'container not clobbered through borrowed result')
    eq(f([0, 0]), [2, 3])
    eq(W.getValue(), [2, 3])
    const g = theano.fn(
      (x: Vector) => {
        W.value = x
        return x
      },
      { inputs: { x: { borrow: true } } },
    )
    const a = theano.ndarray([7, 7])
    const q = g(a)
    eq(W.getValue(), [7, 7])
    ok(q !== a)
    const h = theano.fn((x: Vector) => {
      W.value = W + x
      return sum(x)
    })
    h([1, 1])
    eq(a, [7, 7], 'borrowed arg not changed by a later update')
    eq(W.getValue(), [8, 8])
    const b2 = theano.fn((x: Vector) => [x, x], { inputs: { x: { borrow: true } }, outputs: { borrow: true } })
    eq(b2(a), [
      [7, 7],
      [7, 7],
    ])
    const old = theano.fn(
      () => {
        const o = W.value
        W.value = o * 2
        return o
      },
      { outputs: { borrow: true } },
    )
    const o1 = old()
    eq(o1, [8, 8])
    eq(W.getValue(), [16, 16])
    const o2 = old()
    eq(o2, [16, 16])
    o2.data[0] = 0
    eq(W.getValue(), [32, 32])
    const sv = theano.ndarray([1, 1])
    W.setValue(sv, { borrow: true })
    same(W.getValue({ borrow: true }), sv)
    h([1, 1])
    eq(W.getValue(), [2, 2])
    const c = theano.shared(sv, { borrow: true })
    sv.data[0] = 42
    eq(c.getValue().data[0], 42)
    const nb = theano.shared(sv)
    sv.data[0] = 43
    eq(nb.getValue().data[0], 42)
    const gv = nb.getValue()
    gv.data[0] = 0
    eq(nb.getValue().data[0], 42)
  },
  'borrowed results of products, swaps and inputs': () => {
    const W = theano.shared(theano.ones([2, 2]))
    const f = theano.fn(
      (x: Matrix) => {
        W.value = dot(W, x)
        return [W.value, dot(x, x) as Matrix, x.T] as const
      },
      { outputs: { borrow: true }, inputs: { x: { borrow: true } } },
    )
    const x = theano.ndarray([
      [1, 1],
      [0, 1],
    ])
    const r = f(x)
    eq(r, [
      [
        [1, 2],
        [1, 2],
      ],
      [
        [1, 2],
        [0, 1],
      ],
      [
        [1, 0],
        [1, 1],
      ],
    ])
    const keep = r[0]
    const s = f(r[1])
    eq(s[0], [
      [1, 4],
      [1, 4],
    ])
    eq(x, [
      [1, 1],
      [0, 1],
    ])
    eq(W.getValue(), [
      [1, 4],
      [1, 4],
    ])
    keep.data.fill(7)
    eq(W.getValue(), [
      [1, 4],
      [1, 4],
    ])
    s[0].data.fill(8)
    eq(W.getValue(), [
      [1, 4],
      [1, 4],
    ])
    const sw1 = theano.shared([1, 2]),
      sw2 = theano.shared([3, 4])
    const sw = theano.fn(
      () => {
        const a = sw1.value
        sw1.value = sw2.value
        sw2.value = a
        return [sw1.value, sw2.value] as const
      },
      { outputs: { borrow: true } },
    )
    const z1 = sw()
    eq(z1, [
      [3, 4],
      [1, 2],
    ])
    z1[0].data[0] = 0
    eq(sw1.getValue(), [3, 4])
    eq(sw(), [
      [1, 2],
      [3, 4],
    ])
    const inb = theano.fn((x: Vector) => x, { inputs: { x: { borrow: true } }, outputs: { borrow: true } })
    const arr = theano.ndarray([1])
    const inn = theano.fn((x: Vector) => x, { outputs: { borrow: true } })
    ok(inn(arr).data !== arr.data, 'never an input unless it is borrowed')
    inn(arr).data[0] = 5
    eq(arr, [1])
    const two = theano.fn((x: Vector) => [x + 1, x + 1], { outputs: { borrow: true } })
    const [p, q] = two([1])
  },
  'A19: free': () => {
    const W = theano.shared([1, 2])
    const f = theano.fn((x: Vector, m: Matrix) => {
      W.value = W + x
      return dot(m, W) as Vector
    })
    const e = f([1, 1], [[1, 1]])
    f.free()
    f.free()
    eq(e, [5])
    eq(f([1, 1], [[1, 1]]), [7])
    eq(W.getValue(), [3, 4])
    const b = theano.fn((x: Vector) => x * 2, { outputs: { borrow: true } })
    b([1])
    b.free()
    eq(b([2]), [4])
    const cp = f.copy({ shareMemory: true })
    f.free()
    eq(cp([0, 0], [[1, 1]]), [7])
  },
  'arrays without elements': () => {
    const W = theano.shared(theano.zeros([0, 3]))
    const f = theano.fn((x: Matrix) => {
      W.value = W + x
      return [sum(x), x * 2] as const
    })
    eq(f(theano.zeros([0, 3])), [0, []])
    eq(W.shape, [0, 3])
    W.setValue(theano.ones([2, 3]))
    eq(
      f([
        [1, 1, 1],
        [2, 2, 2],
      ])[0],
      9,
    )
    const rng = theano.randomStreams(1)
    const e = theano.fn(() => rng.uniform([0, 3]))
    eq(e().shape, [0, 3])
    const m = theano.fn((x: Vector) => x, { inputs: { x: { mutable: true } } })
    eq(m([]), [])
    eq(m(theano.zeros([0])), [])
    eq(theano.fn((x: Vector) => x * 2)([]), [])
  },
}
