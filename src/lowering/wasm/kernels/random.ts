// lowering/wasm/kernels: draws of uniform and normal numbers and of bools: Philox4x32-10 on four blocks at a time.
// Invariant: the same operations in the same order as the runtime's functions (runtime/random), so the same bits. Nothing here may be fused.
import { logFacts, quantileFar, quantileNear, quantileTail } from '../../../graph/ops/random.ts'
import { Code, call, f64, get, i32, i64, ins, type Local, lane, load, type Node, select, v128, type WasmFunction } from '../code.ts'
import { Lanes } from '../lanes.ts'
import { equal, memoized, minus, parameters, plus, smaller, times } from './parts.ts'

/** Bytes of four blocks, and a place in the mailbox for those of which only a part is wanted. */
const groupBytes = 64
const asidePlace = 512

const words = (...values: number[]): Node => v128(new Uint8Array(Uint32Array.from(values).buffer))
const every = (value: number): Node => words(value, value, value, value)
/** Bytes of the 32-bit lanes (counted over both vectors) of a shuffle. */
const lanes32 = (...which: number[]): number[] => which.flatMap((k) => [0, 1, 2, 3].map((b) => 4 * k + b))
const shuffle = (which: readonly number[], a: Node, b: Node): Node => lane('i8x16.shuffle', which, a, b)
const [even, odd, lows, highs] = [lanes32(0, 2, 4, 6), lanes32(1, 3, 5, 7), lanes32(0, 1, 4, 5), lanes32(2, 3, 6, 7)]

/** Words 0 … 3 of blocks first … first + 3, a vector each; `state` is the address of a stream's state. */
function blocks(code: Code, first: Node, attempt: number, state: Node): Local[] {
  const c = [
    code.variable('c0', ins('i32x4.add', ins('i32x4.splat', first), code.hoisted('0123', words(0, 1, 2, 3)))),
    code.variable('c1', code.hoisted(`every ${attempt}`, every(attempt))),
    code.variable('c2', load('v128.load32_splat', state, 8)),
    code.variable('c3', load('v128.load32_splat', state, 12)),
  ]
  const keys = [0, 4].map((at) => code.variable('key', load('v128.load32_splat', state, at)))
  const factors = [0xd2511f53, 0xcd9e8d57].map((m) => code.hoisted(`every ${m}`, every(m)))
  const steps = [0x9e3779b9, 0xbb67ae85].map((w) => code.hoisted(`every ${w}`, every(w)))
  code.for('round', i32(0), i32(10), 1, () => {
    const products = [c[0], c[2]].map((x, k) => ['low', 'high'].map((half) => code.keep(ins(`i64x2.extmul_${half}_i32x4_u`, get(x), factors[k]), 'p')))
    const [mix0, mix2] = [1, 0].map((k) =>
      code.keep(ins('v128.xor', ins('v128.xor', shuffle(odd, products[k][0], products[k][1]), get(c[k ? 1 : 3])), get(keys[1 - k])), 'x'),
    )
    code.set(c[0], mix0)
    code.set(c[1], shuffle(even, products[1][0], products[1][1]))
    code.set(c[2], mix2)
    code.set(c[3], shuffle(even, products[0][0], products[0][1]))
    keys.forEach((key, k) => code.set(key, ins('i32x4.add', get(key), steps[k])))
  })
  return c
}

/** The four words of each block as a vector: a transposition. */
function byBlock(code: Code, w: readonly Local[]): Node[] {
  const [a, b, c, d] = w.map(get)
  const interleave = (which: readonly number[], x: Node, y: Node): Node => code.keep(shuffle(which, x, y), 'r')
  const [low, high] = [lanes32(0, 4, 1, 5), lanes32(2, 6, 3, 7)]
  const pairs = [low, high].map((which) => [interleave(which, a, b), interleave(which, c, d)])
  return pairs.flatMap(([x, y]) => [interleave(lows, x, y), interleave(highs, x, y)])
}

interface Group {
  readonly code: Code
  readonly words: readonly Local[]
  /** Writes 16 of the group's 64 bytes. */
  readonly put: (vector: number, value: Node) => void
  readonly state: Node
  /** Its first element, and how many elements there are from it on. */
  readonly first: Node
  readonly left: Node
  /** Where its bytes go. */
  readonly to: Node
}

/** (out, n, state, …numbers): fills n elements of `bytes` bytes each; `body` writes a group of four blocks. */
function fill(name: string, bytes: number, numbers: string, prepare: (code: Code, given: Node[], out: Node, n: Node) => (group: Group) => void): WasmFunction {
  const code = new Code(name)
  const [out, n, state] = parameters(code, 'out n state')
  const given = numbers.split(' ').map((x) => code.param(x, 'f64'))
  groups(code, bytes, out, n, state, prepare(code, given, out, n))
  return code.function()
}

function groups(code: Code, bytes: number, out: Node, n: Node, state: Node, body: (group: Group) => void): void {
  const count = groupBytes / bytes
  code.for('first', i32(0), n, count, (first) => {
    const left = code.keep(minus(n, first), 'left')
    const place = code.keep(plus(out, times(first, i32(bytes))), 'place')
    const to = code.keep(select(ins('i32.ge_s', left, i32(count)), place, i32(asidePlace)), 'to')
    const made = blocks(code, ins('i32.shr_u', first, i32(Math.log2(count / 4))), 0, state)
    body({ code, words: made, state, first, left, to, put: (vector, value) => code.store('v128.store', to, value, 16 * vector) })
    code.if(ins('i32.lt_s', left, i32(count)), () => code.do(ins('memory.copy', place, to, times(left, i32(bytes)))))
  })
}

const splat = (x: Node): Node => ins('f64x2.splat', x)
/** The two lower or the two upper lanes of integers below 2³¹ as floats. */
const toFloats = (half: number, x: Node): Node => ins('f64x2.convert_low_i32x4_s', half ? shuffle(highs, x, x) : x)

/** (a >>> cut)·2²⁶ + (b >>> 6) of the two lower and the two upper lanes: integers of 59 - cut bits. */
function whole(L: Lanes, a: Node, b: Node, cut: number): Node[] {
  const [x, y] = [L.keep(ins('i32x4.shr_u', a, i32(cut))), L.keep(ins('i32x4.shr_u', b, i32(6)))]
  return [0, 1].map((half) => L.add(L.mul(toFloats(half, x), L.c(2 ** 26)), toFloats(half, y)))
}

/** Of each pair of words two lanes are given: of blocks 0 and 1, and of 2 and 3. Written in the order of the elements. */
function putPairs({ code, put, words: w }: Group, number: (a: Node, b: Node) => Node[], result: (x: Node) => Node): void {
  const [first, second] = [number(get(w[0]), get(w[1])), number(get(w[2]), get(w[3]))]
  for (const half of [0, 1]) {
    const [x, y] = [code.keep(first[half]), code.keep(second[half])]
    put(2 * half, result(shuffle(lows, x, y)))
    put(2 * half + 1, result(shuffle(highs, x, y)))
  }
}

/** Each word gives a float64, whose result is rounded to float32. */
function putSingles({ code, put, words: w }: Group, number: (word: Node) => Node[], result: (x: Node) => Node): void {
  byBlock(code, w).forEach((row, k) => {
    const [x, y] = number(row).map((v) => code.keep(ins('f32x4.demote_f64x2_zero', result(v))))
    put(k, shuffle(lows, x, y))
  })
}

/** low + (high - low)·u. */
export const uniform = memoized(
  ({ bits }: { bits: 32 | 64 }): WasmFunction =>
    fill(`uniform_${bits}`, bits / 8, 'low high', (code, [low, high]) => {
      const L = new Lanes(code, 64)
      const [start, range] = [code.keep(splat(low)), code.keep(splat(ins('f64.sub', high, low)))]
      const scaled = (u: Node): Node => L.add(start, L.mul(range, u))
      if (bits === 64) return (group) => putPairs(group, (a, b) => whole(L, a, b, 5).map((x) => L.mul(x, L.c(2 ** -53))), scaled)
      const single = (row: Node): Node[] => {
        const x = L.keep(ins('i32x4.shr_u', row, i32(8)))
        return [0, 1].map((half) => L.mul(toFloats(half, x), L.c(2 ** -24)))
      }
      return (group) => putSingles(group, single, scaled)
    }),
)

/** mean + std·z. */
export const normal = memoized(
  ({ bits }: { bits: 32 | 64 }): WasmFunction =>
    fill(`normal_${bits}`, bits / 8, 'mean std', (code, [mean, std]) => {
      const L = new Lanes(code, 64)
      const [center, spread] = [code.keep(splat(mean)), code.keep(splat(std))]
      /** From an integer of so many bits. */
      const z = (x: Node, width: number): Node => call(quantile, L.sub(L.mul(L.add(x, L.c(0.5)), L.c(2 ** -width)), L.c(0.5)))
      const scaled = (x: Node): Node => L.add(center, L.mul(spread, x))
      if (bits === 64) return (group) => putPairs(group, (a, b) => whole(L, a, b, 6).map((x) => z(x, 52)), scaled)
      const single = (row: Node): Node[] => [row, shuffle(highs, row, row)].map((x) => z(ins('f64x2.convert_low_i32x4_u', x), 32))
      return (group) => putSingles(group, single, scaled)
    }),
)

/** 1 with probability p, bytes. */
export const bernoulli = memoized(
  (_: { bits: 8 }): WasmFunction =>
    fill('bernoulli', 1, 'p', (code, [p], out, n) => {
      const scaled = code.keep(ins('f64.mul', p, f64(256)))
      const level = code.keep(ins('i32.trunc_sat_f64_s', scaled))
      const rest = code.keep(ins('f64.sub', scaled, ins('f64.convert_i32_s', level)))
      code.if(equal(level, i32(256)), () => {
        code.do(ins('memory.fill', out, i32(1), n))
        code.return(null)
      })
      const levels = code.keep(ins('i8x16.splat', level))
      return ({ words: w, put, state, first, to }) =>
        byBlock(code, w).forEach((row, k) => {
          put(k, ins('v128.and', ins('i8x16.lt_u', row, levels), code.hoisted('ones', every(0x01010101))))
          const ties = code.variable('ties', ins('i8x16.bitmask', ins('i8x16.eq', row, levels)))
          code.if(get(ties), () =>
            code.loop('tie', () => {
              const j = code.keep(plus(ins('i32.ctz', get(ties)), i32(16 * k)))
              code.store('i32.store8', plus(to, j), call(tied, plus(first, j), state, rest))
              code.set(ties, ins('i32.and', get(ties), minus(get(ties), i32(1))))
              return get(ties)
            }),
          )
        })
    }),
)

/**
 * (out, n, state, p): the same with p[i] for element i, float64s at an address. Gives 1 where an element is no probability, and then what it
 * wrote means nothing.
 */
export const bernoulliOf = memoized((_: { bits: 8 }): WasmFunction => {
  const code = new Code('bernoulli_of')
  const [out, n, state, p] = parameters(code, 'out n state p')
  const wrong = code.variable('wrong', i32(0))
  groups(code, 1, out, n, state, ({ words: w, put, first, to, left }) => {
    byBlock(code, w).forEach((row, k) => put(k, row))
    const end = smaller(code, left, i32(groupBytes))
    code.for('j', i32(0), end, 1, (j) => {
      const i = code.keep(plus(first, j))
      const x = code.keep(load('f64.load', plus(p, times(i, i32(8)))))
      const scaled = code.keep(ins('f64.mul', x, f64(256)))
      const level = code.keep(ins('i32.trunc_sat_f64_s', scaled))
      const byte = code.keep(load('i32.load8_u', plus(to, j)))
      code.store('i32.store8', plus(to, j), ins('i32.lt_s', byte, level))
      code.if(equal(byte, level), () => code.store('i32.store8', plus(to, j), call(tied, i, state, ins('f64.sub', scaled, ins('f64.convert_i32_s', level)))))
      const fits = ins('i32.and', ins('f64.ge', x, f64(0)), ins('f64.le', x, f64(1)))
      code.set(wrong, ins('i32.or', get(wrong), ins('i32.eqz', fits)))
    })
  })
  code.return(ins('f64.convert_i32_s', get(wrong)))
  return code.function('f64')
})

/** (index, state, rest): are 53 further bits of the element below the rest of p? */
const tied = ((): WasmFunction => {
  const code = new Code('tied')
  const [index, state] = parameters(code, 'index state')
  const rest = code.param('rest', 'f64')
  const [a, b] = blocks(code, index, 1, state)
  const L = new Lanes(code, 64)
  const [u] = whole(L, get(a), get(b), 5).map((x) => L.mul(x, L.c(2 ** -53)))
  code.return(ins('f64.lt', lane('f64x2.extract_lane', 0, u), rest))
  return code.function('i32')
})()

const horner = (x: Node, c: readonly number[]): Node =>
  c.slice(0, -1).reduceRight((sum, ck) => ins('f64.add', ins('f64.mul', sum, x), f64(ck)), f64(c[c.length - 1]))
const sub = (a: Node, b: Node): Node => ins('f64.sub', a, b)
const mul = (a: Node, b: Node): Node => ins('f64.mul', a, b)
const add = (a: Node, b: Node): Node => ins('f64.add', a, b)

/** The natural logarithm of a positive normal number: runtime/random/exact.ts. */
const logarithm = ((): WasmFunction => {
  const code = new Code('log_exact')
  const x = code.param('x', 'f64')
  const bits = code.keep(ins('i64.reinterpret_f64', x))
  const top = code.keep(ins('i32.wrap_i64', ins('i64.shr_u', bits, i64(32n))))
  const high = code.keep(ins('i32.and', top, i32(0xfffff)))
  const carry = code.keep(ins('i32.and', plus(high, i32(0x95f64)), i32(0x100000)))
  const k = code.keep(ins('f64.convert_i32_s', plus(ins('i32.shr_s', top, i32(20)), i32(-1023), ins('i32.shr_s', carry, i32(20)))))
  const upper = ins('i64.extend_i32_u', ins('i32.or', high, ins('i32.xor', carry, i32(0x3ff00000))))
  const mantissa = ins('i64.or', ins('i64.shl', upper, i64(32n)), ins('i64.and', bits, i64(0xffffffffn)))
  const f = code.keep(sub(ins('f64.reinterpret_i64', mantissa), f64(1)))
  const s = code.keep(ins('f64.div', f, add(f64(2), f)))
  const z = code.keep(mul(s, s))
  const w = code.keep(mul(z, z))
  const half = code.keep(mul(mul(f64(0.5), f), f))
  const inner = add(add(half, mul(w, horner(w, logFacts.even))), mul(z, horner(w, logFacts.odd)))
  const [ln2High, ln2Low] = logFacts.ln2
  code.return(sub(mul(k, f64(ln2High)), sub(sub(half, add(mul(s, inner), mul(k, f64(ln2Low)))), f)))
  return code.function('f64')
})()

/** The quantile in the tails, |q| > 0.425. */
const quantileOutside = ((): WasmFunction => {
  const code = new Code('quantile_tail')
  const q = code.param('q', 'f64')
  const r = code.keep(ins('f64.sqrt', ins('f64.neg', call(logarithm, sub(f64(0.5), ins('f64.abs', q))))))
  const x = code.variable('x', f64(0))
  const set =
    (from: number, { above, below }: typeof quantileTail) =>
    (): void => {
      const s = code.keep(sub(r, f64(from)))
      code.set(x, ins('f64.div', horner(s, above), horner(s, below)))
    }
  code.if(ins('f64.le', r, f64(5)), set(1.6, quantileTail), set(5, quantileFar))
  code.return(ins('f64.copysign', get(x), q))
  return code.function('f64')
})()

/** normalQuantile of runtime/random/normal.ts, of two numbers. */
const quantile = ((): WasmFunction => {
  const code = new Code('quantile')
  const q = code.param('q', 'v128')
  const L = new Lanes(code, 64)
  const r = L.keep(L.sub(L.c(0.180625), L.mul(q, q)))
  const z = code.variable('z', L.mul(q, L.div(L.poly(r, quantileNear.above), L.poly(r, quantileNear.below))))
  code.if(ins('v128.any_true', ins('f64x2.gt', L.abs(q), L.c(0.425))), () => {
    for (const k of [0, 1]) {
      const x = code.keep(lane('f64x2.extract_lane', k, q))
      code.if(ins('f64.gt', ins('f64.abs', x), f64(0.425)), () => code.set(z, lane('f64x2.replace_lane', k, get(z), call(quantileOutside, x))))
    }
  })
  code.return(get(z))
  return code.function('v128')
})()
