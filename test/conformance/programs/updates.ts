// test: what calls change.
import * as theano from 'theano-ts'
import { assert, type Scalar, sum, type Vector } from 'theano-ts'
import { eq, type Loose, same, throws } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'A37: setValue': () => {
    const a = theano.shared(theano.ndarray(7, [], 'int32'), { strict: true })
    throws(() => a.setValue(8.23), TypeError)
    const b = theano.shared(theano.zeros([5, 5], 'float32'))
    throws(() => b.setValue(theano.zeros([5, 5]) as never), TypeError)
    throws(() => b.setValue('adsf' as never), TypeError)
    throws(() => b.setValue([1, 2] as never), TypeError)
    b.setValue(theano.zeros([2, 5], 'float32'))
    eq(b.shape, [2, 5])
    same(a.type.dtype, 'int32')
    throws(() => (b as never as Loose).value, Error)
    throws(() => {
      ;(b as never as Loose).value = 3
    }, Error)
  },
  'A25: shared variables are read at each call': () => {
    const b = theano.shared(7)
    const f1 = theano.fn((a: number) => a + b)
    eq(f1(5), 12)
    b.setValue(8)
    eq(f1(5), 13)
    const f2 = theano.fn((a: number) => a * b)
    eq(f2(4), 32)
    eq(f1.shared.length, 1)
    same(f1.shared[0], b)
    eq(f1.inputs, [{ name: 'a', dtype: 'float64', rank: 0 }])
    eq(
      f1.outputs.map((o) => [o.dtype, o.rank]),
      [['float64', 0]],
    )
  },
  'A26: noDefaultUpdates': () => {
    const x = theano.shared(0, { name: 'x', defaultUpdate: (v) => v + 2 })
    const y = theano.shared(0, { name: 'y' })
    const f = [
      theano.fn(() => x.value, { noDefaultUpdates: true }),
      theano.fn(() => x.value, { noDefaultUpdates: [x] }),
      theano.fn(() => x.value, { noDefaultUpdates: [x, y] }),
      theano.fn(() => x.value, { noDefaultUpdates: [y] }),
      theano.fn(() => x.value, { noDefaultUpdates: [] }),
      theano.fn(() => x.value, { noDefaultUpdates: false }),
    ]
    eq(
      f.map((g) => {
        g()
        return x.getValue()
      }),
      [0, 0, 0, 2, 4, 6],
    )
    x.setValue(6)
    const g = [
      theano.fn(() => x.value, { noDefaultUpdates: true, updates: [[x, x - 1]] }),
      theano.fn(() => x.value, { noDefaultUpdates: [x], updates: [[x, x - 1]] }),
      theano.fn(() => x.value, { noDefaultUpdates: [x, y], updates: [[x, x - 1]] }),
      theano.fn(() => x.value, { noDefaultUpdates: [y], updates: [[x, x - 1]] }),
      theano.fn(() => x.value, { noDefaultUpdates: [], updates: [[x, x - 1]] }),
      theano.fn(() => x.value, { updates: [[x, x - 1]] }),
    ]
    eq(
      g.map((h) => {
        h()
        return x.getValue()
      }),
      [5, 4, 3, 2, 1, 0],
    )
    const inArrow = theano.fn(() => {
      x.value -= 1
      return x.value
    })
    eq(inArrow(), -1)
    eq(x.getValue(), -1)
    const after = theano.fn(() => {
      const o = x.value
      x.value = 10
      return o
    })
    eq(after(), -1)
    eq(x.getValue(), 10)
    // a shared that is only updated, not read
    const upd = theano.fn((v: number) => {
      y.value = v
      return v
    })
    upd(1)
    eq(x.getValue(), 10)
    const upy = theano.fn(() => {
      y.value = x + 1
    })
    upy()
    eq([y.getValue(), x.getValue()], [11, 12])
  },
  'A27: default updates that read each other': () => {
    const z = theano.shared(-1, { defaultUpdate: (v) => v - 1 }),
      y = theano.shared(1, { defaultUpdate: () => z.value }),
      x = theano.shared(2, { defaultUpdate: (v) => v - y })
    const reset = () => {
        x.setValue(2)
        y.setValue(1)
        z.setValue(-1)
      },
      get = () => [x, y, z].map((s) => s.getValue())
    const fx = theano.fn(() => [x.value])
    fx()
    eq(get(), [1, -1, -2])
    reset()
    const fxy = theano.fn(() => [x.value, y.value])
    fxy()
    eq(get(), [1, -1, -2])
    reset()
    const fy = theano.fn(() => [y.value])
    fy()
    eq(get(), [2, -1, -2])
    reset()
    const fnx = theano.fn(() => [x.value, y.value], { noDefaultUpdates: [x] })
    fnx()
    eq(get(), [2, -1, -2])
    reset()
    const fnz = theano.fn(() => [x.value, y.value, z.value], { noDefaultUpdates: [z] })
    fnz()
    eq(get(), [1, -1, -1])
    fx()
    fx()
    fy()
    fnx()
    // exact sequence of Theano's test
    reset()
    fx()
    eq(get(), [1, -1, -2])
    fxy()
    eq(get(), [2, -2, -3])
    fy()
    eq(get(), [2, -3, -4])
    fnx()
    eq(get(), [2, -4, -5])
    fnz()
    eq(get(), [6, -5, -5])
  },
  'whatever fails, nothing is changed': () => {
    const W = theano.shared([1, 2]),
      n = theano.shared(0),
      M = theano.shared([
        [1, 2],
        [3, 4],
      ])
    const rng = theano.randomStreams(3)
    const f = theano.fn(
      (x: Vector, y: Vector, k: number = 1, s: Vector = theano.zeros([2]) as Vector) => {
        n.value += 1
        W.value = W + x.slice(0, 2)
        const u = rng.uniform([2])
        const z = x + y
        assert(sum(x) > 0, 'positive')
        console.log('sum', sum(z))
        M.value = M * 2
        return z * k + s + u
      },
      { inputs: { s: { update: (x: Vector, y: Vector, k: number, s: Vector) => s + 1 } } },
    )
    const state = () => JSON.stringify([W.getValue().toArray(), n.getValue(), M.getValue().toArray(), f.container('s').value.toArray(), rng.state])
    const s0 = state(),
      log = console.log
    console.log = () => {}
    throws(() => f([1, 2], [1, 2, 3]), RangeError)
    eq(state(), s0)
    throws(() => f([-1, -2], [1, 2]), Error, /positive/)
    eq(state(), s0)
    throws(() => f('x' as never, [1, 2]), TypeError)
    eq(state(), s0)
    throws(() => f([1, 2], [1, 2], undefined, [1, 2, 3]), RangeError)
    eq(state(), s0)
    console.log = () => {
      throw new SyntaxError('log failed')
    }
    throws(() => f([1, 2], [1, 2]), SyntaxError, /log failed/)
    eq(state(), s0)
    console.log = () => {}
    const r1 = f([1, 2], [1, 2])
    eq(
      [W.getValue(), n.getValue(), M.getValue(), f.container('s').value],
      [
        [2, 4],
        1,
        [
          [2, 4],
          [6, 8],
        ],
        [1, 1],
      ],
    )
    throws(() => f([1, 2], [1, 2, 3]), RangeError)
    const r2 = f([1, 2], [1, 2])
    eq(
      [W.getValue(), n.getValue(), M.getValue(), f.container('s').value],
      [
        [3, 6],
        2,
        [
          [4, 8],
          [12, 16],
        ],
        [2, 2],
      ],
    )
    console.log = log
    let d = 0
    const thr = theano.fn((x: number, y: number = boom()) => {
      n.value += x
      return y
    })
    function boom(): number {
      if (d) throw new RangeError('boom')
      return 1
    }
    d = 1
    throws(() => thr(1), RangeError, /boom/)
    eq(n.getValue(), 2)
    d = 0
    eq(thr(1), 1)
    eq(n.getValue(), 3)
    // W given another length in between
    const g = theano.fn((x: Vector) => {
      n.value += 1
      W.value = W + x
      return sum(x)
    })
    W.setValue([1, 2, 3])
    throws(() => g([1, 2]), RangeError)
    eq([n.getValue(), W.getValue()], [3, [1, 2, 3]])
    g([1, 1, 1])
    eq([n.getValue(), W.getValue()], [4, [2, 3, 4]])
  },
  'updates in program order': () => {
    const a = theano.shared(1),
      b = theano.shared(10)
    const f = theano.fn(() => {
      a.value += 1
      const p = a.value
      b.value = a * 2
      a.value = b + p
      return [p, a, b, a.value] as const
    })
    eq(f(), [2, 6, 4, 6])
    eq([a.getValue(), b.getValue()], [6, 4])
    const l = theano.fn(() => {
      for (let i = 0; i < 3; i++) a.value *= 2
    })
    l()
    eq(a.getValue(), 48)
    const opt = theano.fn(
      () => {
        a.value = 1
        return a.value
      },
      { updates: [[b, a]] },
    )
    eq(opt(), 1)
    eq(b.getValue(), 1)
    const opt2 = theano.fn(
      () => {
        a.value = 7
        return a.value
      },
      {
        updates: [
          [b, () => a + 1],
          [a, () => b.value],
        ],
      },
    )
    opt2()
    const W = theano.shared([1, 2, 3])
    const inc = theano.fn((v: number) => {
      W.value[0] += v
      return sum(W)
    })
    eq(inc(2), 8)
    eq(W.getValue(), [3, 2, 3])
    const c = theano.shared(0)
    const pp = theano.fn(() => {
      c.value++
      ++c.value
      c.value **= 2
      return c.value
    })
    eq(pp(), 4)
  },
  'pairs that are computed': () => {
    const W = theano.shared(1)
    const pairs: readonly (readonly [unknown, any])[] = [[W, 2]]
    const o1 = theano.fn((x: number) => x + W, { givens: pairs })
    eq(o1(1), 3)
    const shareds = [theano.shared(1), theano.shared(2)]
    const o2 = theano.fn((x: number) => x + shareds[0] + shareds[1], { updates: shareds.map((s) => [s, s * 10] as const) })
    eq(o2(0), 3)
    eq(
      shareds.map((s) => s.getValue()),
      [10, 20],
    )
    const o3 = theano.fn((x: number) => x + W, { updates: [[W, (x: number) => x], ...shareds.map((s, i) => [s, i] as const)] })
    o3(5)
    eq([W.getValue(), ...shareds.map((s) => s.getValue())], [5, 0, 1])
    const ups = (ps: readonly theano.Shared<theano.Scalar>[]) => ps.map((p) => [p, p + 1] as const)
    const o4 = theano.fn((x: number) => x, { updates: ups(shareds) })
    o4(1)
    eq(
      shareds.map((s) => s.getValue()),
      [1, 2],
    )
    const o5 = theano.fn((x: number) => x * W, { updates: [[W, 3.5]] })
    o5(1)
    eq(W.getValue(), 3.5)
    const I = theano.shared(theano.ndarray(1, [], 'int32'))
    const o7 = theano.fn((x: number) => x, { updates: [[I, I + 1]] })
    o7(1)
    eq(I.getValue(), 2)
    const V = theano.shared([1, 2])
    const o8 = theano.fn((x: number) => x, { updates: [[V, [5, 6, 7]]] })
    o8(1)
    eq(V.getValue(), [5, 6, 7])
    const nd = theano.ndarray([9, 9])
    const o9 = theano.fn((x: number) => x, { updates: [[V, nd]] })
    o9(1)
    eq(V.getValue(), [9, 9])
    nd.data[0] = 0
    eq(V.getValue(), [9, 9])
  },
  'captured variables are read at each call': () => {
    let lr = 0.1
    const arr = [1, 2]
    const W = theano.shared(1)
    const ta = new Float64Array([1, 2])
    const f = theano.fn((x: number) => {
      W.value -= lr * x
      return W.value
    })
    eq(f(1), 0.9)
    lr = 0.5
    eq(f(1), 0.4)
    const g = theano.fn((x: number) => x * theano.sum(ta))
    eq(g(1), 3)
    ta[0] = 10
    eq(g(1), 12)
    function outer(lr: number) {
      return theano.fn((x: number) => {
        lr
        return lr * x
      })
    }
    const o1 = outer(2),
      o2 = outer(3)
    eq([o1(1), o2(1)], [2, 3])
  },
}
