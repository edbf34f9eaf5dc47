"""Writes src/lowering/wasm/math/exponentialCoefficients.ts: for exp, tanh, log and what is made of them.

    pip install mpmath gmpy2; python3 scripts/wasm-math/exponential.py; npx biome check --write src/lowering/wasm/math
"""
from pathlib import Path

import mpmath as mp

from minimax import minimax, rational

HALF_LN2 = mp.log(2) / 2
BITS = {32: 24, 64: 53}
parts = ["// lowering/wasm/math: made by scripts/wasm-math/exponential.py. Coefficients of powers of the argument, lowest first.\n"]


def put(name, doc, terms, make):
    """`make(count, bits)` for both formats, as an object by bits."""
    rows = "\n".join(f"  {b}: [{', '.join(repr(c) for c in make(terms[b], BITS[b]))}]," for b in (32, 64))
    parts.append(f"/** {doc} */\nexport const {name}: Readonly<Record<32 | 64, readonly number[]>> = {{\n{rows}\n}}\n")


def coth_rest(t):
    """r·coth(r/2) = 2 + t·coth_rest(t), t = r²; exp(r) is the quotient of that plus r and that minus r."""
    r = mp.sqrt(t)
    return (r * mp.coth(r / 2) - 2) / t


put("cothRest", "(r·coth(r/2) - 2) / t with t = r², for |r| ≤ log(2)/2.", {32: 2, 64: 5},
    lambda n, bits: minimax(coth_rest, "1e-30", HALF_LN2**2 * 1.0001, list(range(n)), bits, lambda t: mp.sqrt(t) * t / 2))


def exp_rest(r):
    """exp(r) = 1 + r + r²·exp_rest(r)."""
    return (mp.exp(r) - 1 - r) / r**2 if r else mp.mpf(1) / 2


put("expShort", "(exp(r) - 1 - r) / r² for |r| ≤ log(2)/2.", {32: 5, 64: 10},
    lambda n, bits: minimax(exp_rest, -HALF_LN2 * 1.0001, HALF_LN2 * 1.0001, list(range(n)), bits, lambda r: r**2 / mp.exp(r)))

SQRT2 = mp.sqrt(2)


def log_rest(z):
    """log((1 + s)/(1 - s)) = 2s + s·z·log_rest(z), z = s²."""
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) / s - 2) / z if z else mp.mpf(2) / 3


put("logRest", "(log((1 + s) / (1 - s)) / s - 2) / z with z = s², for √½ ≤ (1 + s)/(1 - s) ≤ √2.", {32: 4, 64: 7},
    lambda n, bits: minimax(log_rest, "1e-30", ((SQRT2 - 1) / (SQRT2 + 1)) ** 2 * 1.0001, list(range(n)), bits, lambda z: z / 2))


def tanh_rest(s):
    """tanh(x) = x + x·s·tanh_rest(s), s = x²."""
    x = mp.sqrt(s)
    return (mp.tanh(x) / x - 1) / s if s else -mp.mpf(1) / 3


tanh_parts = rational(tanh_rest, "1e-30", 1, 3, 3, 53, lambda s: s)
put("tanhNumerator", "tanh(x) = x + x·s·numerator(s)/denominator(s), s = x² ≤ 1; in float32 the denominator is 1.", {32: 7, 64: 4},
    lambda n, bits: minimax(tanh_rest, "1e-30", 1, list(range(n)), bits, lambda s: s) if bits == 24 else tanh_parts[0])
put("tanhDenominator", "See tanhNumerator.", {32: 1, 64: 4}, lambda n, bits: [1.0] if bits == 24 else tanh_parts[1])


def sinh_rest(s):
    """sinh(x) = x + x·s·sinh_rest(s), s = x²."""
    x = mp.sqrt(s)
    return (mp.sinh(x) / x - 1) / s


put("sinhRest", "(sinh(x) / x - 1) / s with s = x² ≤ 1.", {32: 4, 64: 7},
    lambda n, bits: minimax(sinh_rest, "1e-30", 1, list(range(n)), bits, lambda s: s))


def atanh_rest(z):
    """atanh(s) = s + s·z·atanh_rest(z), z = s²."""
    s = mp.sqrt(z)
    return (mp.atanh(s) / s - 1) / z


put("atanhRest", "(atanh(s) / s - 1) / z with z = s², |s| ≤ 0.33.", {32: 5, 64: 11},
    lambda n, bits: minimax(atanh_rest, "1e-30", 0.33**2, list(range(n)), bits, lambda z: z))

def cbrt_guess(q):
    return mp.cbrt(1 / q)


put("cbrtGuess", "cbrt(1/q) for what a guess leaves, q = guess³/x between 0.912 and 1.11 (see root.ts).", {32: 3, 64: 5},
    lambda n, bits: minimax(cbrt_guess, "0.912", "1.11", list(range(n)), bits))

def pow_rest(z):
    """log((1 + s)/(1 - s)) = 2/3·s·(3 + z + z²·pow_rest(z)), z = s²."""
    s = mp.sqrt(z)
    return (3 * mp.atanh(s) / s - 3 - z) / z**2


put("powRest", "(3·atanh(s)/s - 3 - z) / z² with z = s², for √½ ≤ (1 + s)/(1 - s) ≤ √2.", {32: 3, 64: 8},
    lambda n, bits: minimax(pow_rest, "1e-12", ((SQRT2 - 1) / (SQRT2 + 1)) ** 2 * 1.0001, list(range(n)), bits, lambda z: z**2 / 3))

def log2_short(z):
    """log2((1 + s)/(1 - s)) = s·log2_short(z), z = s²."""
    s = mp.sqrt(z)
    return 2 * mp.atanh(s) / s / mp.log(2)


def exp2_short(f):
    return mp.mpf(2) ** f


parts.append("/** For float32 powers, in float64: log2((1 + s)/(1 - s)) / s in s² for √½ ≤ (1 + s)/(1 - s) ≤ √2; 2 to the power |f| ≤ ½. */")
for name, c in (
    ("log2Short", minimax(log2_short, "1e-30", ((SQRT2 - 1) / (SQRT2 + 1)) ** 2 * 1.0001, list(range(6)), 53)),
    ("exp2Short", minimax(exp2_short, -0.5001, 0.5001, list(range(8)), 53, lambda f: 2**-f, {0: 1})),
):
    parts.append(f"export const {name}: readonly number[] = [{', '.join(repr(v) for v in c)}]")
parts.append("\n/** For float64 powers: (exp(r) - 1 - r) / r² for |r| ≤ log(2)/2. */")
c = minimax(exp_rest, -HALF_LN2 * 1.0001, HALF_LN2 * 1.0001, list(range(11)), 53, lambda r: r**2 / mp.exp(r), {0: 0.5})
parts.append(f"export const expRest: readonly number[] = [{', '.join(repr(v) for v in c)}]\n")

path = Path(__file__).parent.parent.parent / "src/lowering/wasm/math/exponentialCoefficients.ts"
path.write_text("\n".join(parts))
