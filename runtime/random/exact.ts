// runtime/random: exponential and logarithm from + - * / and the bits of numbers alone, which engines must round alike: Math.exp and
// Math.log differ between them. Formulas of FDLIBM (Sun Microsystems, 1993), below 1 ulp.

const value = /* @__PURE__ */ new Float64Array(1)
/** Low word first: the platforms of JavaScript are little-endian. */
const bits = /* @__PURE__ */ new Int32Array(value.buffer)

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
/** log 2 in two parts, and the coefficients of log: even and odd powers of s = f / (2 + f), in w = s⁴. */
export const logFacts = {
  ln2: [LN2_HIGH, LN2_LOW],
  even: [0.3999999999940942, 0.22222198432149784, 0.15313837699209373],
  odd: [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586],
} as const

/** The natural logarithm of a normal number above 0; -Infinity for 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  value[0] = x
  const high = bits[1] & 0xfffff
  // x = 2^k · (1 + f), with 1 + f between √½ and √2
  const carry = (high + 0x95f64) & 0x100000
  const k = (bits[1] >> 20) - 1023 + (carry >> 20)
  bits[1] = high | (carry ^ 0x3ff00000)
  const f = value[0] - 1
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const { even: a, odd: b } = logFacts
  const even = w * (a[0] + w * (a[1] + w * a[2]))
  const odd = z * (b[0] + w * (b[1] + w * (b[2] + w * b[3])))
  const half = 0.5 * f * f
  return k * LN2_HIGH - (half - (s * (half + even + odd) + k * LN2_LOW) - f)
}

/** log(1 + x) for x > -1, below 2 ulp: the rounding of 1 + x cancels. */
export function log1p(x: number): number {
  const y = 1 + x
  return y === 1 ? x : log(y) * (x / (y - 1))
}

/** e to the power x. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Infinity
  if (!(x > -745.1332191019412)) return Number.isNaN(x) ? x : 0
  const k = Math.floor(x * Math.LOG2E + 0.5)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const t = r * r
  const c =
    r - t * (0.16666666666666602 + t * (-0.0027777777777015593 + t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))))
  const y = 1 - (low - (r * c) / (2 - c) - high)
  // In two steps where 2^k is not a normal number, or too large by itself.
  const half = k >> 1
  return y * powerOf2(half) * powerOf2(k - half)
}

function powerOf2(k: number): number {
  bits[0] = 0
  bits[1] = (k + 1023) << 20
  return value[0]
}

/** log Γ(1 + k) - (½·log 2π + (k + ½)·log(k + 1) - (k + 1)) for integers k ≥ 0: what Stirling's formula lacks. */
export function stirlingRest(k: number): number {
  if (k < 10) return rests[k]
  const square = (k + 1) * (k + 1)
  return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / (k + 1)
}

const rests = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119, 0.01387612882307075, 0.01189670994589177,
  0.01041126526197209, 0.009255462182712733, 0.00833056343336287,
]
