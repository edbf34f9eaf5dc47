// test: random streams.
import * as theano from 'theano-ts'
import { dropout, grad, type Matrix, type RandomStreams, type Scalar, sum, type Tensor, type Vector } from 'theano-ts'
import { eq, ok, same, throws } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'A63: streams of one seed': () => {
    const r1 = theano.randomStreams(234),
      r2 = theano.randomStreams(234)
    const f = theano.fn(() => [r1.uniform([3]), r2.uniform([3])] as const)
    const [p, q] = f()
    eq(p, q)
    const [p2] = f()
    ok(p2.data[0] !== p.data[0])
    const rng = theano.randomStreams(1)
    const g = theano.fn(() => rng.normal([2]), { noDefaultUpdates: true })
    eq(g(), g())
    const h = theano.fn(() => rng.normal([2]), { noDefaultUpdates: [rng] })
    eq(h(), h())
    const k = theano.fn(() => rng.normal([2]), { noDefaultUpdates: [r1] })
    ok(k().data[0] !== k().data[0])
  },
  'A63: one draw a call': () => {
    const rng = theano.randomStreams(1)
    const nearly = theano.fn(() => {
      const rv = rng.uniform([2, 2])
      return (rv + rv - 2 * rv) as theano.Matrix
    })
    eq(nearly(), [
      [0, 0],
      [0, 0],
    ])
  },
  'seed and state': () => {
    const rng = theano.randomStreams(42)
    const f = theano.fn(() => [rng.uniform([3]), rng.normal([2, 2])] as const)
    const s0 = rng.state
    const A = [f(), f()]
    rng.state = s0
    const B = [f(), f()]
    eq(A[0][0], B[0][0])
    eq(A[1][1], B[1][1])
    rng.seed(42)
    const C = f()
    eq(C[0], A[0][0])
    rng.seed(7)
    const D = f()
    ok(D[0].data[0] !== C[0].data[0])
    const other = theano.randomStreams(7)
    const g = theano.fn(() => [other.uniform([3]), other.normal([2, 2])] as const)
    eq(g()[0], D[0])
    const js = JSON.parse(JSON.stringify(rng.state))
    const E = f()
    rng.state = js
    eq(f()[1], E[1])
    throws(() => {
      rng.state = 3 as never
    }, TypeError)
    throws(() => rng.seed('x' as never), RangeError)
    throws(() => rng.seed(NaN), RangeError)
    throws(() => theano.randomStreams('a' as never), RangeError)
    throws(() => {
      rng.state = { seed: 1, streams: [[1]] } as never
    }, TypeError)
  },
  'every kind of draw': () => {
    const rng = theano.randomStreams(42)
    const P = theano.shared([0.2, 0.3, 0.5])
    const f = theano.fn((m: Matrix, v: Vector, n: Scalar<'int32'>) => ({
      u: rng.uniform([2, 3], -1, 1),
      u0: rng.uniform([]),
      nn: rng.normal([4], 10, 0.5),
      i: rng.integers([5], 0, 10),
      b: rng.bernoulli([5], 0.5),
      bi: rng.binomial([5], 10, 0.5),
      po: rng.poisson([5], 3),
      ex: rng.exponential([5], 2),
      ga: rng.gamma([5], 2, 2),
      be: rng.beta([5], 2, 3),
      ch: rng.choice([5], 10),
      chv: rng.choice([2], v, { replace: false }),
      pe: rng.permutation(n),
      sh: rng.shuffleRows(m),
      mu: rng.multinomial([2], 10, P),
      pv: rng.permutation(v),
    }))
    const r = f(
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      [10, 20, 30],
      4,
    )
    eq(r.u.shape, [2, 3])
    ok([...r.u.data].every((x) => x >= -1 && x < 1))
    same(typeof r.u0, 'number')
    same(r.i.dtype, 'int32')
    ok([...r.i.data].every((x) => x >= 0 && x < 10))
    same(r.b.dtype, 'bool')
    eq([...r.pe.data].sort(), [0, 1, 2, 3])
    eq([...r.sh.data].sort(), [1, 1, 2, 2, 3, 3])
    ok(r.sh.data[0] === r.sh.data[1])
    eq(r.mu.shape, [2, 3])
    eq(
      [0, 1].map((i) => r.mu.at(i, 0) + r.mu.at(i, 1) + r.mu.at(i, 2)),
      [10, 10],
    )
    ok(r.chv.data[0] !== r.chv.data[1])
    eq([...r.pv.data].sort(), [10, 20, 30])
    throws(() => f([[1]], [1], 4), RangeError)
    const f32 = theano.fn(() => rng.normal([3], 0, 1, { dtype: 'float32' }))
    same(f32().dtype, 'float32')
    const par = theano.fn((mu: Vector, sd: Vector) => rng.normal(undefined, mu, sd) as Vector)
    eq(par([1, 2, 3], [0, 0, 0]), [1, 2, 3])
    throws(() => par([1], [-1]), RangeError)
    const shp = theano.fn((m: Matrix) => rng.uniform(m.shape))
    eq(shp([[1, 2]]).shape, [1, 2])
    const vecn = theano.fn((n: Scalar<'int32'>) => rng.uniform([n, 2]))
    eq(vecn(3).shape, [3, 2])
    eq(vecn(0).shape, [0, 2])
    throws(() => vecn(-1), RangeError)
    const one = theano.fn(() => rng.uniform(3))
    eq(one().shape, [3])
  },
  'gradients of draws': () => {
    const rng = theano.randomStreams(42)
    const mu = theano.shared([0, 0]),
      sd = theano.shared([1, 1])
    const f = theano.fn(() => {
      const z = rng.normal([2], mu, sd)
      const c = sum(z * z)
      const [gm, gs] = grad(c, [mu, sd])
      return { z, gm, gs }
    })
    const r = f()
    eq(
      r.gm,
      [...r.z.data].map((z) => 2 * z),
    )
    eq(
      r.gs,
      [...r.z.data].map((z) => 2 * z * z),
    )
    const u = theano.fn((lo: Scalar, hi: Scalar) => {
      const z = rng.uniform([3], lo, hi)
      return { z, g: grad(sum(z), [lo, hi]) }
    })
    const q = u(2, 6)
    const U = [...q.z.data].map((z) => (z - 2) / 4)
    eq(q.g, [U.reduce((a, b) => a + 1 - b, 0), U.reduce((a, b) => a + b, 0)])
    const e = theano.fn((s: Scalar) => {
      const z = rng.exponential([2], s)
      return { z, g: grad(sum(z), s) }
    })
    const ee = e(3)
    eq(ee.g, (ee.z.data[0] + ee.z.data[1]) / 3)
  },
  dropout: () => {
    const rng = theano.randomStreams(1)
    const f = theano.fn((x: Matrix) => dropout(x, 0.5, rng) as Matrix)
    const x = theano.ones([50, 20])
    const d = f(x)
    const vals = new Set(d.data)
    eq([...vals].sort(), [0, 2])
    const d2 = f(x)
    ok(d.data.some((v, i) => v !== d2.data[i]))
  },
  'draws in helpers, loops and classes': () => {
    const rng = theano.randomStreams(9)
    const noisy = (x: Tensor) => x + rng.normal([2])
    const f = theano.fn((x: Vector) => {
      const a = noisy(x),
        b = noisy(x)
      return [a as Vector, b as Vector] as const
    })
    const [a, b] = f([0, 0])
    ok(a.data[0] !== b.data[0])
    const h = (r: RandomStreams, n: number) => r.uniform([n])
    const g = theano.fn(() => h(rng, 3))
    eq(g().shape, [3])
    const m = { rng: theano.randomStreams(2) }
    const k = theano.fn(() => m.rng.uniform([1]))
    k()
    class D {
      rng = theano.randomStreams(3)
      draw = theano.fn(() => this.rng.normal([2]))
    }
    const d1 = new D(),
      d2 = new D()
    eq(d1.draw(), d2.draw())
    const many = theano.fn(() => [1, 2, 3].map(() => rng.uniform([])))
    const q = many()
    ok(q[0] !== q[1] && q[1] !== q[2])
    const loop = theano.fn(() => {
      let s = 0
      for (let i = 0; i < 3; i++) s += rng.uniform([])
      return s
    })
    ok(loop() !== loop())
  },
}
