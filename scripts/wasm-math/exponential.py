"""Writes src/lowering/wasm/math/exponentialCoefficients.ts: for exp, tanh, log and what is made of them.

    pip install mpmath gmpy2; python3 scripts/wasm-math/exponential.py
"""
from pathlib import Path

import mpmath as mp

from minimax import minimax, rational, typescript

HALF_LN2 = mp.log(2) / 2
BITS = {32: 24, 64: 53}
parts = ["// lowering/wasm/math: made by scripts/wasm-math/exponential.py. Coefficients of powers of the argument, lowest first.\n"]


def put(name, doc, terms, make):
    """`make(count, bits)` for both formats, as an object by bits."""
    rows = "\n".join(f"  {b}: [{', '.join(repr(c) for c in make(terms[b], BITS[b]))}]," for b in (32, 64))
    parts.append(f"/** {doc} */\nexport const {name}: Readonly<Record<32 | 64, readonly number[]>> = {{\n{rows}\n}}\n")


def exp_rest(r):
    return (mp.exp(r) - 1 - r) / r**2 if r else mp.mpf(1) / 2


put("expRest", "(exp(r) - 1 - r) / r² for |r| ≤ log(2)/2.", {32: 5, 64: 10},
    lambda n, bits: minimax(exp_rest, -HALF_LN2 * 1.0001, HALF_LN2 * 1.0001, list(range(n)), bits, lambda r: r**2 / mp.exp(r), {0: 0.5}))

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


tanh_parts = {32: rational(tanh_rest, "1e-30", 1, 1, 2, 24, lambda s: s), 64: rational(tanh_rest, "1e-30", 1, 3, 3, 53, lambda s: s)}
for i, name in enumerate(["tanhNumerator", "tanhDenominator"]):
    put(name, "tanh(x) = x + x·s·numerator(s)/denominator(s), s = x² ≤ 1.", {32: i, 64: i}, lambda k, bits: tanh_parts[32 if bits == 24 else 64][k])

path = Path(__file__).parent.parent.parent / "src/lowering/wasm/math/exponentialCoefficients.ts"
path.write_text("\n".join(parts))
