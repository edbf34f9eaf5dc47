// test: what calls print, check and call.
import * as theano from 'theano-ts'
import { all, assert, sum, type Vector } from 'theano-ts'
import { eq, type Loose, throws } from '../check.ts'

export const cases: Readonly<Record<string, () => void>> = {
  'console.log gets copies': () => {
    const lines: unknown[][] = []
    const log = console.log
    const W = theano.shared([1, 2])
    const f = theano.fn((x: Vector, k: number) => {
      console.log('x', x, k, k > 1)
      W.value = W + x
      console.log(`W ${1}`, W)
      return sum(x)
    })
    console.log = (...a: unknown[]) => void lines.push(a)
    try {
      f([1, 2], 2)
    } finally {
      console.log = log
    }
    eq(lines.length, 2)
    eq(lines[0].slice(0, 1), ['x'])
    eq(lines[0][1], [1, 2])
    eq(lines[0].slice(2), [2, true])
    eq(lines[1][1], [2, 4])
    const keep = lines[1][1] as Loose
    keep.data[0] = 99
    eq(W.getValue(), [2, 4], 'printed array is a copy')
    const arg = theano.ndarray([5, 5])
    console.log = (...a: unknown[]) => {
      const p = a.find((x) => x && (x as never as Loose).data) as Loose
      if (p) p.data[0] = -1
    }
    try {
      eq(f(arg, 1), 10)
    } finally {
      console.log = log
    }
    eq(arg, [5, 5])
  },
  assertions: () => {
    const n = theano.shared(0)
    const f = theano.fn((x: Vector) => {
      n.value += 1
      assert(all(x > 0), 'all positive')
      return sum(x)
    })
    eq(f([1]), 1)
    throws(() => f([0]), Error, /all positive/)
    eq(n.getValue(), 1)
    const g = theano.fn((x: number) => {
      assert(x > 0)
      return x
    })
    throws(() => g(-1), Error)
  },
  'calls from callbacks of a call': () => {
    const W = theano.shared([1, 1])
    const calls = theano.shared(0)
    const log = console.log
    const f = theano.fn((x: Vector) => {
      const a = x * 2
      console.log('v', sum(a))
      W.value = W + a
      calls.value += 1
      return a + W
    })
    let printed = 0
    console.log = () => {
      if (printed++ === 0) throws(() => f([10, 10]), Error, /^f: called again before its last call has returned/)
    }
    try {
      eq(f([1, 1]), [5, 5])
      eq([W.getValue(), calls.getValue()], [[3, 3], 1])
      eq(f([0, 0]), [3, 3], 'the next call works')
    } finally {
      console.log = log
    }
    let defaults = 0
    const g = theano.fn((x: Vector, y: Vector = start() as never) => {
      calls.value += 1
      return x + y
    })
    function start(): number[] {
      if (defaults++ === 0) eq(g([100, 100], [1, 1]), [101, 101])
      return [5, 5]
    }
    eq(g([1, 1]), [6, 6])
    eq(calls.getValue(), 4)
  },
}
