// test: givens, and calls of functions in arrows.
import * as theano from 'theano-ts'
import { arange, grad, type Matrix, ones, type Scalar, sum, type Vector } from 'theano-ts'
import { eq, ok, same } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'A29: givens of shared variables': () => {
    const x = theano.shared(0),
      three = theano.shared(3)
    const f = theano.fn(() => x.value, { givens: [[x, 3]] })
    eq(f(), 3)
    eq(x.getValue(), 0)
    eq(f.shared.length, 0)
    const a = theano.shared(1, { defaultUpdate: (v) => v + 3 })
    const g = theano.fn(() => a + 10, { givens: [[a, a + 10]] })
    eq([g(), g()], [21, 34])
    eq(a.getValue(), 27)
    const h = theano.fn(() => a + 10, { givens: [[a, three]] })
    eq(h(), 13)
    eq(a.getValue(), 27)
    eq(h.shared.length, 1)
    same(h.shared[0], three)
  },
  'A29: a given that reads what it replaces': () => {
    const a = theano.shared(1, { defaultUpdate: (v) => v + 3 })
    const f = theano.fn(
      () => {
        const c = a + 10
        return c
      },
      { givens: [[a, a + 10]] },
    )
    eq([f(), f()], [21, 34])
  },
  'A30: three results': () => {
    const z = theano.shared([[2, 2, 2]])
    const f = theano.fn((x: Vector, y: Vector) => [x * 5, x * 5 + y, (x * 5 + y) ** 2] as const)
    eq(
      f([4, 4, 4], [4, 4, 4]).map((v) => v.data[0]),
      [20, 24, 576],
    )
  },
  'A36: rebuildStrict': () => {
    const x = theano.shared([1, 2, 3, 4, 5]),
      y = theano.shared([0, 0, 0, 0, 0])
    const f = theano.fn(() => (x * y) as Matrix<'int32'>, {
      rebuildStrict: false,
      givens: [
        [x, theano.ones([3, 5], 'int32')],
        [y, theano.arange(5)],
      ],
    })
    eq(f(), [
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ])
  },
  'givens: draws, consts, order, updates': () => {
    const rng = theano.randomStreams(5)
    const noise = theano.shared([0, 0])
    const W = theano.shared(0)
    const f = theano.fn(() => (noise + noise) as Vector, { givens: [[noise, () => rng.uniform([2])]] })
    const a = f(),
      b = f()
    ok(a.data[0] !== b.data[0])
    eq(noise.getValue(), [0, 0])
    ok(!f.shared.some((s) => s === (noise as unknown)))
    const g = theano.fn(
      () => {
        const u = rng.normal([2])
        return (u * 2) as Vector
      },
      { givens: [['u', () => theano.ones([2])]] },
    )
    eq(g(), [2, 2])
    const s0 = JSON.stringify(rng.state)
    g()
    eq(JSON.stringify(rng.state), s0)
    const two = theano.fn(
      (x: Vector) => {
        const h = x * 2
        const y = h + 1
        return [h, y] as const
      },
      { givens: [['h', (x: Vector) => x * 10]] },
    )
    eq(two([1]), [[10], [11]])
    const ord = theano.shared(1),
      ord2 = theano.shared(2)
    const chain = theano.fn(() => ord + ord2, {
      givens: [
        [ord, 10],
        [ord2, ord * 2],
      ],
    })
    eq(chain(), 30)
    const upd = theano.fn(
      () => {
        ord.value = ord + 1
        return ord.value
      },
      { givens: [[ord, 10]] },
    )
    eq(upd(), 11)
    eq(ord.getValue(), 11)
    eq(upd(), 11)
    const uopt = theano.fn(() => ord.value, { givens: [[ord, 100]], updates: [[ord, ord * 2]] })
    eq(uopt(), 100)
    eq(ord.getValue(), 200)
  },
  'givens and default updates': () => {
    const cnt = theano.shared(0, { defaultUpdate: (v) => v + 1 }),
      d = theano.shared(100)
    const f = theano.fn(() => cnt * 2, { givens: [[cnt, d]] })
    eq(f(), 200)
    eq(cnt.getValue(), 0)
    const g = theano.fn(() => cnt * 2, { givens: [[cnt, cnt + d]] })
    eq(g(), 200)
    const e = theano.shared(0, { defaultUpdate: (v) => v + cnt })
    const h = theano.fn(() => e.value, { givens: [[cnt, 50]] })
    cnt.setValue(0)
    h()
    const i = theano.fn(() => e.value, { noDefaultUpdates: [e] })
    cnt.setValue(0)
    i()
    eq(cnt.getValue(), 0)
    const cp = h.copy({ deleteUpdates: true })
    const b = e.getValue()
    cp()
    eq(e.getValue(), b)
    const sw = theano.shared(7)
    const u = theano.fn(() => cnt.value)
    const us = u.copy({ swap: [[cnt, sw]] })
    eq([us(), us()], [7, 8])
    eq([cnt.getValue(), sw.getValue()], [0, 9])
  },
  'calls in arrows: updates and options': () => {
    const W = theano.shared([1, 2])
    const inner = theano.fn((x: Vector, k: number = 3) => {
      W.value = W + x
      return k * sum(W)
    })
    const outer = theano.fn((v: Vector) => {
      const a = inner(v)
      const b = inner(v, 1)
      return a - b
    })
    eq(outer([1, 1]), 3 * 5 - 7)
    eq(W.getValue(), [3, 4])
    const opts = theano.fn((x: number) => x + sum(W), { updates: [[W, W * 2]], givens: [] })
    const oo = theano.fn((x: number) => opts(x) * 10)
    eq(oo(1), 80)
    eq(W.getValue(), [6, 8])
    const giv = theano.fn((x: number) => x + sum(W), { givens: [[W, theano.ones([2])]] })
    const go = theano.fn((x: number) => giv(x) + sum(W))
    eq(go(0), 16)
    const gg = theano.fn((x: number) => grad(sq(x), x))
    const sq = theano.fn((x: number) => x ** 2)
  },
  'calls in arrows: gradients, records, draws, default updates': () => {
    const sq = theano.fn((x: number) => x ** 2)
    const gg = theano.fn((x: number) => grad(sq(x), x))
    eq(gg(3), 6)
    const ob = theano.fn((x: Vector) => ({ a: x * 2, b: sum(x) }))
    const us = theano.fn((x: Vector) => {
      const { a, b } = ob(x)
      return a * b
    })
    eq(us([1, 2]), [6, 12])
    const arr = theano.fn((x: Vector) => [x * 2, sum(x)] as const)
    const ua = theano.fn((x: Vector) => {
      const [a, b] = arr(x)
      return a * b
    })
    eq(ua([1, 2]), [6, 12])
    const rng = theano.randomStreams(4)
    const draw = theano.fn(() => rng.uniform([2]))
    const two = theano.fn(() => [draw(), draw()] as const)
    const [p, q] = two()
    ok(p.data[0] !== q.data[0], 'two draws differ')
    const [p2] = two()
    ok(p2.data[0] !== p.data[0] && p2.data[0] !== q.data[0])
    const cnt = theano.shared(0, { defaultUpdate: (v) => v + 1 })
    const next = theano.fn(() => cnt.value)
    const nn = theano.fn(() => [next(), next(), cnt.value] as const)
    const uf = theano.fn((x) => x ** 2 + 1)
    const uu = theano.fn((x: Vector) => sum(uf(x)))
    eq(uu([1, 2]), 7)
    const nd = theano.fn(() => cnt.value, { noDefaultUpdates: true })
    const nnd = theano.fn(() => nd())
    const c0 = cnt.getValue()
    nnd()
    eq(cnt.getValue(), c0)
    const f32 = theano.fn((x: Vector<'float32'>) => x * 2)
  },
  'calls in arrows of functions of scalars': () => {
    const rng = theano.randomStreams(1)
    const W = theano.shared([
      [1, 2],
      [3, 4],
    ])
    const draw = theano.fn(() => rng.uniform([2]))
    const two = theano.fn((x: Vector) => x + draw())
    const row = theano.fn((i: theano.Scalar<'int32'>) => W[i])
    const d = theano.fn((i: theano.Scalar<'int32'>) => (row(i) * 2) as Vector)
    const k = theano.fn((a: number) => (a * W) as Matrix)
    const e = theano.fn((a: number) => (k(a) as Matrix).T)
    const e2 = theano.fn((a: number) => k(a))
    const nd: theano.NDArray<2> = e2(3)
    eq(nd, [
      [3, 6],
      [9, 12],
    ])
    eq(e(1), [
      [1, 3],
      [2, 4],
    ])
    eq(d(1), [6, 8])
    two([1, 2])
  },
  'calls in loops and helpers of arrows': () => {
    const W = theano.shared(0)
    const step = theano.fn((x: number) => {
      W.value += x
      return W.value
    })
    const three = theano.fn((x: number) => {
      let s = 0
      for (let i = 0; i < 3; i++) s = step(x)
      return s
    })
    eq(three(2), 6)
    eq(W.getValue(), 6)
    const viaMap = theano.fn((x: number) => [1, 2].map((k) => step(k * x)))
    eq(viaMap(1), [7, 9])
    const helper = (f: typeof step, x: number) => f(x) + 1
    const h = theano.fn((x: number) => helper(step, x))
    eq(h(1), 11)
    const obj = { step }
    const o = theano.fn((x: number) => obj.step(x))
    eq(o(0), 10)
  },
  'givens for what called functions read': () => {
    const W = theano.shared([1, 2]),
      b = theano.shared(5)
    const model = theano.fn((x: Vector) => sum(x * W) + b)
    const g = theano.fn((x: Vector) => model(x), {
      givens: [
        [W, theano.ones([2])],
        [b, b * 2],
      ],
    })
    eq(g([1, 2]), 13)
    const replaced = theano.fn(
      (x: Vector) => {
        const m = model(x)
        return m * 2
      },
      { givens: [['m', (x: Vector) => model((x * 10) as Vector)]] },
    )
    eq(replaced([1, 0]), 30)
    const byFn = theano.fn(
      (x: Vector) => {
        const m = model(x)
        return m * 2
      },
      { givens: [['m', model]] },
    )
    eq(byFn([1, 0]), 12)
    const up = theano.fn(
      (x: Vector) => {
        const h = x * W
        W.value = h
        return sum(h)
      },
      { givens: [['h', (x: Vector) => x]] },
    )
    eq(up([7, 8]), 15)
    eq(W.getValue(), [7, 8])
  },
  'calls in arrows: options read defaults': () => {
    const A = theano.shared(1)
    const B = theano.shared(10)
    let rate = 3
    const inner = theano.fn((x: number, y: number = 2, z: number = rate) => x + A, {
      updates: [[B, (x: number, y: number, z: number) => x + y + z]],
      givens: [[A, (_x: number, y: number) => 100 * y]],
    })
    const outer = theano.fn((p: number) => inner(p) + inner(p, 5))
    eq(outer(1), 201 + 501)
    eq(B.getValue(), 9)
    rate = 4
    outer(1)
    eq(B.getValue(), 10)
  },
  'calls in arrows: a default update of what an earlier call has set': () => {
    const E = theano.shared(1, { defaultUpdate: (v) => v + 1 })
    const A = theano.shared(0)
    const set = theano.fn((x: number) => {
      E.value = x
      return x
    })
    const read = theano.fn(() => E.value)
    const copies = theano.fn((x: number) => x, { updates: [[A, E]] })
    const mentions = theano.fn((x: number) => x, { onUnusedInput: 'ignore' })
    const both = theano.fn((x: number) => {
      set(x)
      mentions(x)
      return read()
    })
    eq([both(5), E.getValue()], [5, 6])
    const update = theano.fn((x: number) => {
      set(x)
      return copies(x)
    })
    update(7)
    eq([A.getValue(), E.getValue()], [7, 8])
  },
  'calls in arrows: a mention is no dependence, whatever earlier calls have left': () => {
    const E = theano.shared(1, { defaultUpdate: (v) => v + 1 })
    const A = theano.shared(0)
    const copy = theano.fn(() => void (A.value = 2 * E), { noDefaultUpdates: true })
    const mentions = theano.fn(() => {
      void E.value
      return A.value
    })
    const same = theano.fn(() => A + 2 * E)
    const dead = theano.fn(() => {
      copy()
      return mentions()
    })
    eq([dead(), E.getValue()], [2, 1])
    const read = theano.fn(() => {
      copy()
      return same()
    })
    eq([read(), E.getValue()], [4, 2])
    const two = theano.fn(() => void (E.value = 2))
    const constant = theano.fn((x: number) => {
      void E.value
      return 2 * x
    })
    const met = theano.fn((x: number) => {
      two()
      return constant(x)
    })
    eq([met(3), E.getValue()], [6, 2])
    // Derivatives pass what calls have left.
    const cost = theano.fn(() => A ** 2)
    const slope = theano.fn(() => {
      copy()
      return grad(cost(), E)
    })
    E.setValue(3)
    eq([slope(), A.getValue()], [24, 6])
  },
  'calls in arrows: the same update twice': () => {
    const E = theano.shared(1, { defaultUpdate: (v) => v + 1 })
    const D = theano.shared(2)
    const first = theano.fn(() => {
      E.value = D
    })
    const second = theano.fn(() => {
      const old = E.value
      E.value = D
      return old
    })
    const both = theano.fn(() => {
      first()
      return second()
    })
    eq([both(), E.getValue()], [2, 2])
  },
}
