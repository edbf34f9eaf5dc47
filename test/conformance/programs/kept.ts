// test: values that functions keep.
import * as theano from 'theano-ts'
import { grad, sqr, sum, type Vector, zerosLike } from 'theano-ts'
import { eq, ok, throws } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'A10, A11: kept inputs and simultaneous updates': () => {
    const c = theano.fn((a: number = 0) => a, { inputs: { a: { update: (a: number) => a + 1 } } })
    eq([c(), c(), c()], [0, 1, 2])
    const sh = theano.shared(1)
    const sw = theano.fn((a: number = 0) => a + 0 * sh, { inputs: { a: { update: sh } }, updates: [[sh, (a: number) => a]] })
    for (let i = 0; i < 4; i++) {
      sw()
      eq(sh.getValue(), i % 2)
    }
  },
  'A16: two functions share a kept input': () => {
    const f = theano.fn((x: number, a: number, s: number = 0) => s + a * x, { inputs: { s: { update: (x: number, a: number, s: number) => s + a * x } } })
    const g = theano.fn((x: number, a: number, s: number = f.container('s')) => s - a * x, {
      inputs: { s: { update: (x: number, a: number, s: number) => s - a * x } },
    })
    f(1, 2)
    eq([f.container('s').value, g.container('s').value], [2, 2])
    g(1, 2)
    eq([f.container('s').value, g.container('s').value], [0, 0])
    throws(() => g(1, 2, 3), TypeError, /s/)
    g.container('s').value = 5
    eq(f(0, 0), 5)
  },
  'containers shared by three functions and their copies': () => {
    const a = theano.fn((v: Vector, s: Vector = theano.zeros([2]) as Vector) => sum(s), { inputs: { s: { update: (v: Vector, s: Vector) => s + v } } })
    const b = theano.fn((s: Vector = a.container<Vector>('s')) => s * 2)
    const c = theano.fn((v: Vector, s: Vector = a.container<Vector>('s')) => s, { inputs: { s: { update: (v: Vector, s: Vector) => s * v } } })
    a([1, 2])
    eq(b(), [2, 4])
    c([3, 3])
    eq(b(), [6, 12])
    eq(a.container('s').value, [3, 6])
    const ac = a.copy()
    ac([10, 10])
    eq(a.container('s').value, [3, 6])
    eq(ac.container('s').value, [10, 10])
    eq(b(), [6, 12])
    const cc = c.copy()
    cc([2, 2])
    const sw = theano.shared([1, 1])
    const bad = () => c.copy({ swap: [[sw, sw]] })
    throws(bad, Error)
    const ad = a.copy({ deleteUpdates: true })
    ad([1, 1])
    ad([1, 1])
    eq(ad.container('s').value, [0, 0])
    eq(
      [a.container('s').value, cc.container('s').value],
      [
        [6, 12],
        [6, 12],
      ],
    )
    const v = a.container('s').value
    v.data[0] = 99
    eq(a.container('s').value, [6, 12])
    const nv = theano.ndarray([7, 7])
    a.container('s').value = nv
    nv.data[0] = 0
    eq(b(), [14, 14])
    throws(
      () => {
        a.container('s').value = [[1]]
      },
      TypeError,
      /a.*s|s.*a/,
    )
    throws(() => {
      a.container('s').value = [1, 2, 3]
      a([1, 1])
    }, RangeError)
    eq(a.container('s').value, [1, 2, 3])
  },
  "kept inputs that take shared values and each other's": () => {
    const W = theano.shared([1, 2])
    const f = theano.fn((s: Vector = theano.zeros([2]) as Vector) => s, { inputs: { s: { update: W } }, updates: [[W, W + 1]] })
    eq(f(), [0, 0])
    eq(f(), [1, 2])
    eq(f(), [2, 3])
    eq(W.getValue(), [4, 5])
    eq(f.container('s').value, [3, 4])
    const two = theano.fn((p: number = 0, q: number = 1) => [p, q] as const, {
      inputs: { p: { update: (p: number, q: number) => q }, q: { update: (p: number, q: number) => p + q } },
    })
    eq(
      [two(), two(), two(), two(), two()],
      [
        [0, 1],
        [1, 1],
        [1, 2],
        [2, 3],
        [3, 5],
      ],
    )
    eq(two(100), [100, 8])
    eq(two(), [8, 108])
    const r = theano.fn((s: Vector = W) => {
      s[0] = 0
      return s
    })
    eq(r(), [0, 5])
    eq(W.getValue(), [4, 5])
    const both = () => theano.fn((s: Vector = W) => s + W, { inputs: { s: { update: (s: Vector) => s + 1 } } })
    throws(both, TypeError)
  },
  'kept inputs and random draws': () => {
    const rng = theano.randomStreams(9)
    const walk = theano.fn((pos: Vector = theano.zeros([2]) as Vector) => pos, { inputs: { pos: { update: (pos: Vector) => pos + rng.normal([2]) } } })
    eq(walk(), [0, 0])
    const p1 = walk(),
      p2 = walk()
    ok(p1.data[0] !== 0 && p2.data[0] !== p1.data[0])
    const still = theano.fn((pos: Vector = theano.zeros([2]) as Vector) => pos, {
      noDefaultUpdates: true,
      inputs: { pos: { update: (pos: Vector) => pos + rng.normal([2]) } },
    })
    still()
    const q1 = still(),
      q2 = still()
    eq(
      q2,
      [...q1.data].map((x) => 2 * x),
    )
    const obj = theano.fn(() => {
      const u = rng.uniform([2])
      return { u, v: (u * 2) as Vector }
    })
    const o = obj()
    eq(
      o.v,
      [...o.u.data].map((x) => 2 * x),
    )
    const W = theano.shared([0, 0])
    const set = theano.fn(() => {
      W.value = rng.uniform([2])
    })
    set()
    const w1 = W.getValue()
    set()
    ok(W.getValue().data[0] !== w1.data[0])
    const up = theano.fn(() => [], { updates: [[W, () => rng.normal([2])]] })
    up()
    const seq = theano.randomStreams(1),
      sq1 = theano.randomStreams(1)
    const f1 = theano.fn(() => [seq.uniform([2]), seq.uniform([2])] as const)
    const g1 = theano.fn(() => sq1.uniform([2])),
      g2 = theano.fn(() => sq1.uniform([2]))
    const [x, y] = f1()
    eq(g1(), x)
    eq(g2(), y)
  },
  'save and load what a function keeps': () => {
    const W = theano.shared([1, 2], { name: 'W' }),
      b = theano.shared(0.5, { name: 'b' })
    const f = theano.fn((x: Vector) => {
      const v = theano.shared(theano.zeros([2]), { name: 'velocity' })
      v.value = 0.9 * v + x
      W.value -= v
      return W * b
    })
    f([1, 1])
    f([1, 1])
    const bytes = theano.save(f.shared as never)
    const before = f.shared.map((s) => s.getValue())
    const next = f([1, 1]).toArray()
    theano.load(bytes as never, f.shared as never)
    eq(
      f.shared.map((s) => s.getValue()),
      before,
    )
    eq(f([1, 1]), next)
    const kept = theano.fn((s: Vector = theano.zeros([2]) as Vector) => s, { inputs: { s: { update: (s: Vector) => s + 1 } } })
    kept()
  },
  'containers made in helpers': () => {
    const momentum = (w: theano.Shared<Vector>, g: theano.Tensor) => {
      const v = theano.shared(zerosLike(w), { name: 'v' })
      v.value = 0.5 * v + g
      w.value -= v
    }
    const W = theano.shared([1, 1], { name: 'W' })
    const f = theano.fn(() => {
      const c = sum(sqr(W))
      momentum(W, grad(c, W))
      return c
    })
    eq(
      f.shared.map((s) => s.name),
      ['W', 'v'],
    )
    eq(f(), 2)
    eq(W.getValue(), [-1, -1])
    f()
    eq(W.getValue(), [0, 0])
    const c = f.copy()
    W.setValue([1, 1])
    const inl = theano.fn(() => f())
    const mk = () => {
      const w = theano.shared([1, 1])
      return {
        w,
        f: theano.fn(() => {
          const c = sum(sqr(w))
          momentum(w, grad(c, w))
          return c
        }),
      }
    }
    const m1 = mk(),
      m2 = mk()
    m1.f()
    m1.f()
    m2.f()
    eq(
      [m1.w.getValue(), m2.w.getValue()],
      [
        [0, 0],
        [-1, -1],
      ],
    )
  },
}
