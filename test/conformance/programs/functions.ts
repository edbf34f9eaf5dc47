// test: functions themselves: copies, places where they are made, members.
import * as theano from 'theano-ts'
import { dot, type Matrix, type NDArray, type Scalar, type Shared, sum, tanh, type Vector } from 'theano-ts'
import { eq, type Loose, loose, ok, same, throws } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'A21-A24: copies': () => {
    const state = theano.shared(0, { name: 'state' }),
      ns = theano.shared(0, { name: 'ns' })
    const acc = theano.fn((inc: number) => [state.value, 0] as const, { updates: [[state, (inc: number) => state + inc]] })
    acc(10)
    eq(state.getValue(), 10)
    const n2 = acc.copy({ swap: [[state, ns]] })
    same(n2.name, 'acc copy')
    eq(n2(100), [0, 0])
    eq([ns.getValue(), state.getValue()], [100, 10])
    const nu = acc.copy({ deleteUpdates: true })
    eq(nu(9000), [10, 0])
    eq(state.getValue(), 10)
    eq(nu.shared.length, 1)
    same(nu.shared[0], state)
    same(n2.shared[0], ns)
    throws(() => acc.copy({ swap: [[ns, state]] }), Error, /ns/)
    throws(() => acc.copy({ swap: [[state, 3]] }), TypeError)
    throws(() => acc.copy({ swap: [[3, state]] }), TypeError)
    throws(() => acc.copy({ swap: [[state, theano.shared([1])]] }), TypeError)
    throws(() => acc.copy({ swap: [[state, theano.shared(theano.ndarray(1, [], 'float32'))]] }), TypeError)
    const z2 = theano.shared(5)
    const n3 = n2.copy({ swap: [[state, z2]], name: 'third' })
    same(n3.name, 'third')
    eq(n3(1), [5, 0])
    eq([z2.getValue(), ns.getValue(), state.getValue()], [6, 100, 10])
    eq(n3.copy()(1), [6, 0])
    eq(z2.getValue(), 7)
    throws(() => (acc as never as Loose).copy({ swap: 3 }), TypeError)
    // A22
    const m = theano.shared(0),
      z = theano.shared(2),
      zr = theano.shared(4),
      y = theano.shared(1),
      yr = theano.shared(3)
    const X = theano.shared([1, 2, 3])
    const ori = theano.fn((i: Scalar<'int32'>) => X[i] + y + z + m, {
      updates: [
        [z, z + 1],
        [m, m + 2],
      ],
    })
    const cpy = ori.copy({
      swap: [
        [y, yr],
        [z, zr],
      ],
    })
    ori(1)
    cpy(1)
    cpy(2)
    eq(
      [m, z, zr, y, yr].map((s) => s.getValue()),
      [6, 3, 6, 1, 3],
    )
    // A23
    const Y = theano.shared(1),
      Z = theano.shared(2)
    const o23 = theano.fn((x: number) => x + Y + Z, { updates: [[Z, Z * 2]] })
    const c23 = o23.copy({ deleteUpdates: true })
    eq([c23(1), c23(1), c23(1)], [4, 4, 4])
    const sm = o23.copy({ shareMemory: true })
    eq([sm(1), o23(1), sm(1)], [4, 6, 10])
    // map for swap
    eq(o23.copy({ swap: new Map([[Y, theano.shared(100)]]) })(0), 116)
  },
  'copies of functions with streams, kept inputs, borrowed results': () => {
    const rng = theano.randomStreams(3)
    const W = theano.shared([0, 0]),
      V = theano.shared([100, 100])
    const f = theano.fn(
      (x: Vector, s: number = 0, k: number = 2) => {
        W.value = W + k * x
        return [W.value, rng.uniform([]), s] as const
      },
      { outputs: { borrow: true }, inputs: { s: { update: (x: Vector, s: number) => s + sum(x) } } },
    )
    f([1, 1])
    const c = f.copy({ swap: [[W, V]] })
    const r = c([1, 1])
    eq([r[0], r[2]], [[102, 102], 0])
    eq([W.getValue(), V.getValue(), f.container('s').value, c.container('s').value], [[2, 2], [102, 102], 2, 2])
    c.container('k').value = 10
    f([1, 0])
    eq(W.getValue(), [4, 2])
    c([1, 0])
    eq(V.getValue(), [112, 102])
    const sm = f.copy({ shareMemory: true })
    const a = f([0, 0])[0]
    const av = a.toArray()
    const b = sm([1, 1])[0]
    eq(b, [6, 4])
    same(sm.container('s').value, 2)
    const del = f.copy({ deleteUpdates: true, swap: new Map([[W, V]]), name: 'frozen' })
    same(del.name, 'frozen')
    const x1 = del([5, 5]),
      x2 = del([5, 5])
    eq(x1.slice(1), x2.slice(1))
    eq(V.getValue(), [112, 102])
    same(del.copy().name, 'frozen copy')
    throws(() => del('x' as never), TypeError, /frozen/)
    eq(f.copy().inputs, f.inputs)
    same(f.copy() === f, false)
    const W3 = theano.shared(theano.zeros([2], 'float32'))
    throws(() => f.copy({ swap: [[W, W3]] }), TypeError)
    // swap to alias: both to the same container
    const A = theano.shared(1),
      B = theano.shared(2),
      C = theano.shared(10)
    const ab = theano.fn(() => {
      A.value += 1
      B.value += 1
      return A + B
    })
  },
  'functions in classes, factories, objects and lists': () => {
    class Acc {
      s = theano.shared(0, { name: 's' })
      add = theano.fn((x: number) => {
        this.s.value += x
        return this.s.value
      })
    }
    const p = new Acc(),
      q = new Acc()
    p.add(1)
    p.add(2)
    q.add(10)
    eq([p.s.getValue(), q.s.getValue(), p.add(0), q.add(0)], [3, 10, 3, 10])
    same(p.add.shared[0], p.s)
    same(p.add.name, 'add')
    class Layer {
      W
      b
      constructor(n: number, m: number) {
        this.W = theano.shared(theano.ones([n, m]))
        this.b = theano.shared(theano.zeros([m]))
      }
      out(x: theano.Tensor) {
        return tanh(dot(x, this.W) + this.b)
      }
    }
    class Net {
      layers = [new Layer(2, 3), new Layer(3, 1)]
      predict = theano.fn((x: Matrix) => this.layers[1].out(this.layers[0].out(x)) as Matrix)
    }
    const net = new Net()
    eq(net.predict(theano.zeros([2, 2])), [[0], [0]])
    function counter(start: number, step: number) {
      const c = theano.shared(start)
      return {
        c,
        next: theano.fn(() => {
          const o = c.value
          c.value += step
          return o
        }),
        peek: theano.fn(() => c.value),
      }
    }
    const c1 = counter(0, 1),
      c2 = counter(100, 10)
    eq([c1.next(), c1.next(), c2.next(), c2.next(), c1.peek(), c2.peek()], [0, 1, 100, 110, 2, 120])
    function kept(step: number) {
      return theano.fn((s: number = 0) => s, { inputs: { s: { update: (s: number) => s + step } } })
    }
    const k1 = kept(1),
      k2 = kept(5)
    k1()
    k2()
    eq([k1(), k2(), k1.container('s').value, k2.container('s').value], [1, 5, 2, 10])
    function randf(seed: number) {
      const rng = theano.randomStreams(seed)
      return theano.fn(() => rng.uniform([1]))
    }
    const a1 = randf(1),
      a2 = randf(1),
      a3 = randf(2)
    const v1 = a1()
    eq(a2(), v1)
    ok(a3().data[0] !== v1.data[0])
    const table = { f: theano.fn((x: number) => x + 1), g: theano.fn((x: number) => x * 2) }
    eq([table.f(1), table.g(4), table.f.name], [2, 8, 'f'])
    const list = [1, 2, 3].map((k) => theano.fn((x: number) => x * k))
    eq(
      list.map((f) => f(2)),
      [2, 4, 6],
    )
    {
      class S {
        static f = theano.fn((x: number) => x - 1)
        static #c = theano.shared(4)
        static g = theano.fn(() => S.#c.value)
      }
      eq([S.f(3), S.g()], [2, 4])
    }
    const buf1 = [0, 1].map(() => theano.fn((x: Vector) => x * 2, { outputs: { borrow: true } }))
    const rA = buf1[0]([1]),
      rB = buf1[1]([5])
    eq([rA, rB], [[2], [10]])
  },
  'functions without types': () => {
    const sq = theano.fn((x) => 2 * x + x ** 3)
    eq(sq(2), 12)
    eq(sq([1, 2]), [3, 12])
    eq(sq([[1], [2]]), [[3], [12]])
    const add = theano.fn((x, y) => x + y, { name: 'plus' })
    same(add.name, 'plus')
    eq(add([1, 2], [[1], [2]]), [
      [2, 3],
      [3, 4],
    ])
    eq(add.named({ x: 1, y: 2 }), 3)
    throws(() => add.named({ x: 1 }), TypeError, /y/)
    throws(() => add([1, 2], [1, 2, 3]), RangeError)
    throws(() => loose(add)(1), TypeError)
    throws(() => loose(add)(1, 2, 3), TypeError)
    throws(() => loose(add)('a', 2), TypeError, /plus/)
    const W = theano.shared(2)
    const k = theano.fn((x) => x * W)
    eq(k([1, 2]), [2, 4])
    eq(k(3), 6)
    W.setValue(3)
    eq(k(3), 9)
    eq(k.shared.length, 1)
    const kc = k.copy({ swap: [[W, theano.shared(10)]] })
    eq([kc(1), k(1)], [10, 3])
    const gv = theano.fn((x) => x * W, { givens: [[W, 100]] })
    eq(gv([1]), [100])
    const bo = theano.fn((x) => x * 2, { outputs: { borrow: true } })
    eq(bo([1, 2]), [2, 4])
    eq(
      sq.inputs.map((i) => i.name),
      ['x'],
    )
    sq.free()
    eq(sq([1]), [3])
    sq.trustInput = true
    eq(sq(theano.ndarray([1, 2])), [3, 12])
  },
  'types of members and results': () => {
    const W = theano.shared(theano.zeros([2, 2], 'float32'), { name: 'W' })
    const w: Shared<Matrix<'float32'>> = W
    const wv: NDArray<2, 'float32'> = W.getValue()
    W.setValue([
      [1, 2],
      [3, 4],
    ])
    W.setValue(theano.ones([2, 2], 'float32'))
    const s = theano.shared(3)
    const sv: number = s.getValue()
    s.setValue(4)
    const bo = theano.shared(true)
    const bv: boolean = bo.getValue()
    bo.setValue(false)
    const i = theano.shared(new Int32Array([1, 2]))
    const iv: NDArray<1, 'int32'> = i.getValue()
    const q = theano.shared([[[1]]])
    const qv: NDArray<3> = q.getValue()
    const s32 = theano.shared(3, { dtype: 'float32', name: 's32' })
    same(s32.type.dtype, 'float32')
    const v32 = theano.shared([1, 2], { dtype: 'int8' })
    same(v32.getValue().dtype, 'int8')
    const v8: NDArray<1, 'int8'> = v32.getValue()
    throws(() => W.setValue('x' as never), TypeError)
    throws(() => theano.shared('x' as never), TypeError)
    throws(() => theano.shared(undefined as never), TypeError)
    throws(() => theano.shared([1, [2]] as never), TypeError)
    const f = theano.fn((x: Vector, on: boolean = true) => ({ cost: sum(x), errors: [x > 0, x * 2] as const, on: !on }))
    const r = f([1, -1])
    const c: number = r.cost
    const e0: NDArray<1, 'bool'> | boolean = r.errors[0]
    eq(r, {
      cost: 0,
      errors: [
        [true, false],
        [2, -2],
      ],
      on: false,
    })
    eq(f.outputs, [
      { name: 'cost', dtype: 'float64', rank: 0 },
      { name: 'f', dtype: 'bool', rank: 1 },
      { name: 'f', dtype: 'float64', rank: 1 },
      { name: 'on', dtype: 'bool', rank: 0 },
    ])
    eq(Object.keys(r), ['cost', 'errors', 'on'])
    throws(() => loose(f)([[1]]), TypeError)
    throws(() => f.named(3 as never), TypeError, /f\.named/)
    const nothing = theano.fn((x: number) => {
      s.value = x
    })
    eq(nothing(9), undefined)
    eq(nothing.outputs, [])
    eq(s.getValue(), 9)
    const empty = theano.fn((x: number) => {
      s.value = x
      return {}
    })
    eq(empty(9), {})
    const nm = theano.fn((x: number) => x, { name: 'other name' })
    same(nm.name, 'other name')
    throws(() => nm('q' as never), TypeError, /other name/)
    throws(() => {
      ;(nm as never as Loose).name = 'z'
    }, TypeError)
    same(typeof nm, 'function')
    same(nm.length === undefined, false)
    eq(
      [1, 2].map((v) => nm(v)),
      [1, 2],
    )
    eq(nm.call(null, 3), 3)
    eq(nm.apply(undefined, [4]), 4)
    eq(nm.bind(null, 5)(), 5)
    eq(Object.keys(nm), [])
    const W2 = theano.shared([1])
    const shf = theano.fn((x: number) => (x * W2 + s) as Vector)
    eq(shf.shared.length, 2)
    const ag: Loose = {}
    ag.f = theano.fn((x: number) => x + 1)
    same(ag.f.name, 'f')
    const anon = [theano.fn((x: number) => x)][0]
  },
  'copies and streams': () => {
    const rng = theano.randomStreams(5)
    const W = theano.shared(0)
    const f = theano.fn(() => {
      W.value += 1
      return rng.uniform([2])
    })
    const a = f()
    const c = f.copy()
    const b = c()
    ok(b.data[0] !== a.data[0])
    eq(W.getValue(), 2)
    rng.seed(5)
    const x1 = f(),
      x2 = c()
    const nd = f.copy({ deleteUpdates: true })
    eq(nd(), nd())
    eq(W.getValue(), 4)
    const st = rng.state
    const p = f()
    rng.state = st
    eq(c(), p, 'stream shared by copy')
  },
  'names that emitted code has as well': () => {
    const free = theano.shared([1, 2], { name: 'self' })
    const running = theano.shared(3)
    const $t = theano.shared(4)
    const W = theano.shared(5)
    const W_array = theano.shared([7, 7])
    const f = theano.fn(
      (self: Vector, x_data: Vector, Math: number, result: number, $m: number, held: number, NaN: number, W_spare: number) => {
        free.value = free + self
        running.value += 1
        W.value = W + $t
        return [(self * x_data) as Vector, Math + result + $m + held + NaN + W_spare, sum(W_array)] as const
      },
      { name: 'we"ird`\n$name\\' },
    )
    eq(f([1, 2], [3, 4], 2, 3, 4, 5, 6, 7), [[3, 8], 27, 14])
    eq([free.getValue(), running.getValue(), W.getValue()], [[2, 4], 4, 9])
    same(f.name, 'we"ird`\n$name\\')
  },
}
